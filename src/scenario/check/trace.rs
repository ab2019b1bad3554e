//! Reads the CSV files that a scenario names: rates over time, and processing times. The files come through
//! a closure; nothing here opens one.

use std::sync::Arc;
use std::time::Duration;

use crate::model::units::{Rate, Span};
use crate::scenario::TracePoint;
use crate::scenario::file::Field;

use super::Check;

/// Most lines of a trace: a week of seconds, with room.
const MAX_LINES: usize = 1_000_000;

/// The file with rates that the field names: lines `seconds,records per second` in the order of time.
pub(super) fn rates(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, Arc<[TracePoint]>)> {
    let (file, text) = read(field, check)?;
    let mut points: Vec<TracePoint> = Vec::new();
    for (line, columns) in rows(&text) {
        let point = rate_point(&columns, points.last());
        match point {
            Ok(point) => points.push(point),
            Err(_) if line == 1 => {}
            Err(reason) => {
                field.note(format!("{file}, line {line}: {reason}"));
                return None;
            }
        }
    }
    bounded(field, &file, points).map(|points| (file, points))
}

/// The file with processing times that the field names: one per line, with a unit or in milliseconds.
pub(super) fn times(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, Arc<[Duration]>)> {
    let (file, text) = read(field, check)?;
    let mut times = Vec::new();
    for (line, columns) in rows(&text) {
        match columns.first().and_then(|time| service_time(time)) {
            Some(time) => times.push(time),
            None if line == 1 => {}
            None => {
                field.note(format!(
                    "{file}, line {line}: a line holds a time, such as \"4.2\" (milliseconds) or \"400us\""
                ));
                return None;
            }
        }
    }
    bounded(field, &file, times).map(|times| (file, times))
}

fn read(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, String)> {
    let file = field.string()?;
    match (check.read)(file) {
        Ok(text) => Some((file.to_owned(), text)),
        Err(error) => {
            field.note(format!("the file \"{file}\" can't be read: {error}"));
            None
        }
    }
}

/// Lines that hold something, with their numbers from 1. The first may be a heading.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| (number, line.split(',').map(str::trim).collect()))
}

fn rate_point(columns: &[&str], before: Option<&TracePoint>) -> Result<TracePoint, &'static str> {
    let [at, rate] = columns else { return Err("a line holds two numbers: seconds and records per second") };
    let seconds = at.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let at = seconds.ok_or("the first column is a time in seconds")?;
    let rate = rate.parse().ok().and_then(Rate::from_per_second);
    let rate = rate.filter(|rate| rate.per_second() <= super::MAX_RATE);
    let rate = rate.ok_or("the second column is a rate in records per second")?;
    if before.is_some_and(|before| before.at >= at) {
        return Err("times must grow from line to line");
    }
    Ok(TracePoint { at, rate })
}

fn service_time(text: &str) -> Option<Duration> {
    let millis = text.parse::<f64>().ok().and_then(|millis| Duration::try_from_secs_f64(millis / 1e3).ok());
    millis.or_else(|| text.parse::<Span>().ok().map(|span| span.0)).filter(|time| *time <= super::LONGEST_RUN)
}

fn bounded<T>(field: &Field<'_, '_>, file: &str, values: Vec<T>) -> Option<Arc<[T]>> {
    if values.is_empty() {
        field.note(format!("the file \"{file}\" holds no values"));
        return None;
    }
    if values.len() > MAX_LINES {
        field.note(format!("the file \"{file}\" has more than {MAX_LINES} lines"));
        return None;
    }
    Some(values.into())
}
