//! The charts at the bottom: throughput, lag, latency, and who owned what.

use egui::{Color32, Frame, Margin, Ui};

use super::{timeline, words};
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupHistory, GroupView};
use crate::metrics::series::Series;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens};
use crate::ui::widgets::chart::{Chart, Line, chart_ui, thinned};
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;

/// Seconds of the experiment that the charts show at its own speed; faster runs show more.
const WINDOW_SECONDS: f64 = 120.0;

/// A run younger than this is not stretched any more.
const SHORTEST_SECONDS: f64 = 20.0;

/// Most groups that get lines of their own; the others are in the table of the outline.
const LINES: usize = 4;

/// The charts there are, each in a pane of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    Throughput,
    Lag,
    Latency,
    Timeline,
}

/// Draws one chart over all the room there is.
pub fn charts_ui(ui: &mut Ui, snapshot: &Snapshot, selection: &Selection, kind: ChartKind) {
    let tokens = theme::of(ui.ctx());
    let width = ui.available_width();
    Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 4 }).show(ui, |ui| match kind {
        ChartKind::Throughput => chart_ui(ui, &throughput(snapshot, selection, tokens, width)),
        ChartKind::Lag => chart_ui(ui, &lag(snapshot, selection, tokens, width)),
        ChartKind::Latency => chart_ui(ui, &latency(snapshot, selection, tokens, width)),
        ChartKind::Timeline => timeline::timeline_ui(ui, snapshot, shown_group(snapshot, selection)),
    });
}

/// The group that the drawing, the latency chart and the timeline are about: the selected or the first.
pub fn shown_group<'a>(snapshot: &'a Snapshot, selection: &Selection) -> Option<&'a GroupView> {
    let is_selected = |group: &&GroupView| Some(group.name.as_str()) == selection.group();
    snapshot.groups.iter().find(is_selected).or(snapshot.groups.first())
}

fn span(snapshot: &Snapshot) -> (f64, f64) {
    let now = snapshot.clock.time.as_secs_f64();
    let window = WINDOW_SECONDS * snapshot.clock.speed.max(1.0);
    // A young experiment fills the width: time before its beginning says nothing.
    (now - window.min(now.max(SHORTEST_SECONDS)), now)
}

fn recent(series: &Series, span: (f64, f64), width: f32) -> Vec<(f64, f64)> {
    let mut points: Vec<_> = series
        .points()
        .rev()
        .map(|(at, value)| (at.as_secs_f64(), value))
        .take_while(|point| point.0 >= span.0)
        .collect();
    points.reverse();
    thinned(points.into_iter(), span, width)
}

fn line(name: &str, series: &Series, colour: Color32, span: (f64, f64), width: f32) -> Line {
    Line { name: name.to_owned(), points: recent(series, span, width), colour, is_dashed: false }
}

/// The groups that are drawn, the shown one first, with their colours.
fn groups<'a>(
    snapshot: &'a Snapshot,
    selection: &Selection,
    tokens: &'a Tokens,
) -> impl Iterator<Item = (&'a GroupView, &'a GroupHistory, Color32)> {
    let first = shown_group(snapshot, selection).map(|group| group.name.clone());
    let is_first = move |group: &GroupView| Some(&group.name) == first.as_ref();
    let (mut ordered, others): (Vec<_>, Vec<_>) =
        snapshot.groups.iter().enumerate().partition(|(_, group)| is_first(group));
    ordered.extend(others);
    ordered.into_iter().take(LINES).filter_map(|(index, group)| {
        Some((group, snapshot.history.groups.get(&group.name)?, group_colour(index, tokens)))
    })
}

/// Groups keep clear of the accent, which is the colour of what comes in.
const fn group_colour(index: usize, tokens: &Tokens) -> Color32 {
    const ORDER: [usize; 4] = [3, 1, 0, 6];
    tokens.member(ORDER[index % ORDER.len()])
}

fn throughput<'a>(snapshot: &Snapshot, selection: &Selection, tokens: &Tokens, width: f32) -> Chart<'a> {
    let span = span(snapshot);
    let mut lines = vec![line("in", &snapshot.history.records_in, tokens.accent, span, width)];
    let mut current = Vec::new();
    if let Some(value) = snapshot.history.records_in.latest() {
        current.push((format!("in {}/s", format::short(value)), tokens.accent));
    }
    for (group, history, colour) in groups(snapshot, selection, tokens) {
        lines.push(line(&format!("{} out", group.name), &history.records_out, colour, span, width));
        if let Some(value) = history.records_out.latest().filter(|_| current.len() < 2) {
            current.push((format!("{} {}/s", group.name, format::short(value)), tokens.text));
        }
    }
    Chart { title: "Throughput", current, lines, span, format: format::short, empty: "No record has passed yet" }
}

fn lag<'a>(snapshot: &Snapshot, selection: &Selection, tokens: &Tokens, width: f32) -> Chart<'a> {
    let (from, now) = span(snapshot);
    let mut lines = Vec::new();
    let mut current = Vec::new();
    let mut ahead = 0.0;
    for (group, history, colour) in groups(snapshot, selection, tokens) {
        lines.push(line(&group.name, &history.lag, colour, (from, now), width));
        if current.is_empty()
            && let Some(forecast) = forecast(group, now, (now - from) / 5.0, colour)
        {
            ahead = (now - from) / 5.0;
            lines.push(forecast);
        }
        if current.len() < 2 {
            let (text, text_colour) = words::lag(group, tokens);
            current.push((format!("{} {text}", group.name), text_colour));
        }
    }
    let span = (from + ahead, now + ahead);
    Chart {
        title: "Lag and forecast",
        current,
        lines,
        span,
        format: format::short,
        empty: "No group has committed yet",
    }
}

/// Where the lag goes if nothing changes: a straight line of its present speed.
fn forecast(group: &GroupView, now: f64, seconds: f64, colour: Color32) -> Option<Line> {
    let lag = count_to_f64(group.lag?);
    if group.lag_velocity.abs() < 0.5 {
        return None;
    }
    let until = if group.lag_velocity < 0.0 { (lag / -group.lag_velocity).min(seconds) } else { seconds };
    let points = vec![(now, lag), (now + until, lag + group.lag_velocity * until)];
    Some(Line { name: format!("{} forecast", group.name), points, colour, is_dashed: true })
}

fn latency<'a>(snapshot: &Snapshot, selection: &Selection, tokens: &Tokens, width: f32) -> Chart<'a> {
    let span = span(snapshot);
    let shown = shown_group(snapshot, selection);
    let history = shown.and_then(|group| snapshot.history.groups.get(&group.name));
    let (mut lines, mut current) = (Vec::new(), Vec::new());
    if let Some(history) = history {
        lines.push(line("p50", &history.latency_p50_millis, tokens.accent, span, width));
        lines.push(line("p99", &history.latency_p99_millis, tokens.warn, span, width));
        let values =
            [("p50", &history.latency_p50_millis, tokens.accent), ("p99", &history.latency_p99_millis, tokens.warn)];
        current.extend(values.iter().filter_map(|(name, series, colour)| {
            Some((format!("{name} {}", format::millis(series.latest()?)), *colour))
        }));
    }
    Chart {
        title: "End-to-end latency",
        current,
        lines,
        span,
        format: format::millis,
        empty: "Nothing was processed yet",
    }
}
