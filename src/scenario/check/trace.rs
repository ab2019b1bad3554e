//! Rates over time and processing times from CSV files.

use std::sync::Arc;
use std::time::Duration;

use crate::model::units::{Rate, Span};
use crate::scenario::TracePoint;
use crate::scenario::file::Field;

use super::moment::Moment;
use super::table::{Row, Table};
use super::{Check, MAX_RATE};

/// Rows from which on the step between most of them is taken for the step between all.
const MIN_REGULAR_ROWS: usize = 6;

/// A rate of a file and the line that it stands in.
struct Line {
    at: Moment,
    rate: Rate,
    number: u64,
}

/// The file with rates that the field names: rows of a time and records per second, in the order of time.
/// Times are seconds, `hh:mm`, or dates with times; the latter count from the first.
pub(super) fn rates(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, Arc<[TracePoint]>)> {
    let table = Table::read(field, check)?;
    let mut last: Option<Moment> = None;
    let lines = table.rows(field, |row| {
        let line = rate(row)?;
        if let Some(last) = last.replace(line.at)
            && last.seconds >= line.at.seconds
        {
            let (time, before) = (line.at, last);
            return Err(format!("{time} doesn't come after {before}: sort the rows by time, each time once"));
        }
        Ok(line)
    })?;
    if check.refuses_holes
        && let Some((number, reason)) = hole(&lines)
    {
        field.note(table.at(number, &reason));
        return None;
    }
    let first = lines.first().map_or(0.0, |line| line.at.origin());
    let span = |line: &Line| Duration::try_from_secs_f64(line.at.seconds - first).unwrap_or_default();
    Some((table.file, lines.iter().map(|line| TracePoint { at: span(line), rate: line.rate }).collect()))
}

/// The file with processing times that the field names: one in a row, with a unit or in milliseconds.
pub(super) fn times(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, Arc<[Duration]>)> {
    let table = Table::read(field, check)?;
    let times = table.rows(field, |row| {
        let time = row.columns().first().and_then(|time| service_time(time));
        time.ok_or_else(|| "a line holds a time, such as \"4.2\" (milliseconds) or \"400us\"".to_owned())
    })?;
    Some((table.file, times.into()))
}

fn rate(row: &Row) -> Result<Line, String> {
    let columns = row.columns();
    let [at, rate] = columns[..] else {
        let count = columns.len();
        return Err(format!("a row holds a time and a rate, such as 60,1500, and this one has {count} columns"));
    };
    if rate.is_empty() {
        return Err("the rate is missing: fill it in, with 0 where nothing came, or remove the row".to_owned());
    }
    let at = Moment::parse(at).ok_or_else(|| {
        format!(
            "\"{at}\" is no time: write seconds such as 60, a time such as 08:30, or a date such as 2026-03-01 08:30"
        )
    })?;
    let number: f64 =
        rate.parse().map_err(|_| format!("\"{rate}\" is no rate: write records per second, such as 1500"))?;
    if number < 0.0 {
        return Err(format!(
            "the rate {rate} is negative: write 0 or more records per second (not the change of a rate)"
        ));
    }
    let rate = Rate::from_per_second(number).filter(|rate| rate.per_second() <= MAX_RATE);
    let rate =
        rate.ok_or_else(|| format!("the rate {number} is no load: write at most {MAX_RATE} records per second"))?;
    Ok(Line { at, rate, number: row.line() })
}

/// Where rows are missing: nearly all steps are alike and one is at least twice as long.
fn hole(lines: &[Line]) -> Option<(u64, String)> {
    let steps: Vec<f64> = lines.windows(2).map(|pair| pair[1].at.seconds - pair[0].at.seconds).collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = *sorted.get(sorted.len() / 2)?;
    let is_usual = |step: f64| (step / usual - 1.0).abs() < 0.1;
    let regular = steps.iter().filter(|step| is_usual(**step)).count();
    if lines.len() < MIN_REGULAR_ROWS || regular * 10 < steps.len() * 8 {
        return None;
    }
    let at = steps.iter().position(|step| *step > 1.9 * usual)?;
    let (before, after) = (&lines[at], &lines[at + 1]);
    let step = Span(Duration::try_from_secs_f64(usual).ok()?);
    let reason = format!(
        "from {} to {} nothing is said, although the other rows are {step} apart: add the rows that are missing, \
         with 0 where nothing came",
        before.at, after.at
    );
    Some((after.number, reason))
}

fn service_time(text: &str) -> Option<Duration> {
    let millis = text.parse::<f64>().ok().and_then(|millis| Duration::try_from_secs_f64(millis / 1e3).ok());
    millis.or_else(|| text.parse::<Span>().ok().map(|span| span.0)).filter(|time| *time <= super::LONGEST_RUN)
}
