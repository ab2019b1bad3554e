//! Charts and tables as values for a spreadsheet: one file each, the unit in the head of each column.

use std::collections::BTreeMap;

use crate::report::chart::{Axis, Body, Chart, Line, Span};
use crate::report::document::Table;

/// A table, as exact as it is known.
pub fn table(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| cell.plain.clone()).collect());
    written(std::iter::once(table.columns.clone()).chain(rows))
}

/// Everything that a chart knows, drawn or not.
pub fn chart(chart: &Chart) -> String {
    match &chart.body {
        Body::Lines { y, lines } => of_lines(&chart.x, y, lines),
        Body::Spans { rows, spans } => of_spans(rows, spans),
    }
}

/// One row for each place on the x axis, one column for each line; empty where a line has no point.
fn of_lines(x: &Axis, y: &Axis, lines: &[Line]) -> String {
    let mut rows: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for (column, line) in lines.iter().enumerate() {
        for (at, value) in line.values() {
            let row = rows.entry(Place(at)).or_insert_with(|| vec![String::new(); lines.len()]);
            row[column] = value.to_string();
        }
    }
    let name = if x.name.is_empty() { "time" } else { &x.name };
    let heads = lines.iter().map(|line| format!("{} ({})", line.name, y.unit.name()));
    let head = std::iter::once(format!("{name} ({})", x.unit.name())).chain(heads).collect();
    let rows = rows.into_iter().map(|(at, values)| std::iter::once(at.0.to_string()).chain(values).collect());
    written(std::iter::once(head).chain(rows))
}

fn of_spans(rows: &[String], spans: &[Span]) -> String {
    let head = ["partition", "owner", "from (s)", "until (s)", "read"].map(str::to_owned).to_vec();
    let row = |span: &Span| {
        let name = rows.get(span.row).cloned().unwrap_or_default();
        vec![name, span.owner.clone(), span.from.to_string(), span.to.to_string(), span.is_active.to_string()]
    };
    written(std::iter::once(head).chain(spans.iter().map(row)))
}

/// A number that can be sorted.
#[derive(Clone, Copy, Debug)]
struct Place(f64);

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

fn written(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("rows of a table are equally long, and memory takes them");
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("text was written")
}
