//! The values of a chart as a table, to be read in its place or copied.

use egui::{Align2, Color32, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use crate::report::chart::{Body, Chart, Line};
use crate::report::draw::ticks;
use crate::ui::theme::{self, size};
use crate::ui::widgets::convert::index_to_f32;

/// Rows of a table: more are not read, and are in the report's files.
const MOST_ROWS: usize = 400;

/// Every value along the width, and what each line says there.
fn rows(lines: &[Line]) -> Vec<(f64, Vec<Option<f64>>)> {
    let mut places: Vec<f64> = lines.iter().flat_map(Line::values).map(|point| point.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let of = |line: &Line, at: f64| line.values().find(|point| point.0 == at).map(|point| point.1);
    places.into_iter().map(|at| (at, lines.iter().map(|line| of(line, at)).collect())).collect()
}

pub(super) fn tab_separated(chart: &Chart, lines: &[Line]) -> String {
    let heads = std::iter::once(chart.x.unit.name()).chain(lines.iter().map(|line| line.name.clone()));
    let heads: Vec<String> = heads.collect();
    let row = |(at, values): (f64, Vec<Option<f64>>)| {
        let values = values.into_iter().map(|value| value.map_or_else(String::new, |value| value.to_string()));
        let cells: Vec<String> = std::iter::once(at.to_string()).chain(values).collect();
        cells.join("\t")
    };
    let rows: Vec<String> = std::iter::once(heads.join("\t")).chain(rows(lines).into_iter().map(row)).collect();
    rows.join("\n")
}

pub(super) fn table_ui(ui: &mut Ui, rect: Rect, chart: &Chart, lines: &[Line]) {
    let Body::Lines { y, .. } = &chart.body else { return };
    let tokens = theme::of(ui.ctx());
    let rows = rows(lines);
    let every = rows.len().div_ceil(MOST_ROWS).max(1);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        let mut heads = vec![chart.x.unit.name()];
        heads.extend(lines.iter().map(|line| line.name.clone()));
        row_ui(ui, &heads, tokens.text_muted);
        ScrollArea::vertical().id_salt(("plot table", &chart.key)).auto_shrink(false).show(ui, |ui| {
            for (at, values) in rows.iter().step_by(every) {
                let value = |value: &Option<f64>| value.map_or_else(|| "–".to_owned(), |it| ticks::alone(y.unit, it));
                let cells: Vec<String> =
                    std::iter::once(ticks::alone(chart.x.unit, *at)).chain(values.iter().map(value)).collect();
                row_ui(ui, &cells, tokens.text);
            }
        });
    });
}

/// One row, one name for a screen reader.
fn row_ui(ui: &mut Ui, cells: &[String], colour: Color32) {
    let width = ui.available_width() / index_to_f32(cells.len().max(1));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, cells.join(", ")));
    for (index, cell) in cells.iter().enumerate() {
        let place = rect.left_center() + vec2(width * index_to_f32(index), 0.0);
        ui.painter().text(place, Align2::LEFT_CENTER, cell, theme::mono(size::SMALL), colour);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::chart;
    use super::*;

    #[test]
    fn a_table_has_a_row_for_every_value_and_leaves_gaps_out() {
        let (chart, lines) = chart();
        assert_eq!(tab_separated(&chart, &lines), "partitions\ttheory\tsimulated\n20\t0.5\t0.48\n40\t0.05\t");
    }
}
