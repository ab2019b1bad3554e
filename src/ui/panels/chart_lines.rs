//! Which lines the charts show: what is selected decides, or the choice in a chart's menu. It reads histories
//! and draws nothing; the lines of each topic, partition and client are in [`super::chart_parts`],
//! those of what is selected in [`super::chart_selected`], those of the future in [`super::chart_forecast`].

use egui::Color32;

use super::charts::{ChartsState, shown_group};
use super::words;
use crate::clock::Time;
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupHistory, GroupView, TopicHistory};
use crate::metrics::series::Series;
use crate::ui::selection::{Selected, Selection};
use crate::ui::theme::Tokens;
use crate::ui::widgets::chart::{Chart, Line};
use crate::ui::widgets::format;
use crate::ui::widgets::thinning::with_gaps;

/// Most groups that get lines of their own; the others are in the table of the outline.
const LINES: usize = 4;

/// The ways to show throughput, lag and latency; the first is what is selected.
const OF_THROUGHPUT: [&str; 6] = [
    "Throughput of what is selected",
    "Of each group",
    "Of each topic",
    "Of each partition",
    "Of each producer",
    "Of each consumer",
];
const OF_LAG: [&str; 3] = ["Lag of each group", "Lag of each partition", "Lag in time"];
const OF_LATENCY: [&str; 2] = ["p50, p95 and p99 of one group", "p99 of each group"];

/// What one frame's charts are made of.
pub struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) selected: Selected<'a>,
    /// The shown group first.
    pub(super) groups: Vec<(&'a GroupView, &'a GroupHistory, Color32)>,
    pub(super) tokens: &'a Tokens,
    state: &'a ChartsState,
    pub(super) span: (f64, f64),
    pub(super) now: f64,
}

impl<'a> View<'a> {
    pub fn new(snapshot: &'a Snapshot, selection: &Selection, state: &'a ChartsState, tokens: &'a Tokens) -> Self {
        let now = snapshot.clock.time.as_secs_f64();
        Self {
            snapshot,
            selected: selection.find(snapshot),
            groups: groups(snapshot, selection, tokens),
            tokens,
            state,
            span: state.span(now, snapshot.clock.speed),
            now,
        }
    }

    /// Records per second in and out of what is selected, or of each part.
    pub fn throughput(&self) -> Chart<'static> {
        let lines = match self.state.choice("throughput") {
            0 => self.of_selected(),
            1 => self.everything(&self.snapshot.history.records_in),
            2 => self.each_topic(),
            3 => self.each_partition(),
            4 => self.each_producer(),
            _ => self.each_consumer(),
        };
        let meaning = "Measured: records accepted from producers, and processed by consumers, per second";
        let chart = self.chart(("throughput", "Throughput"), lines, per_second, ("No record has passed yet", meaning));
        Chart { choices: &OF_THROUGHPUT, ..chart }
    }

    /// What waits for each group, with where it goes if nothing changes.
    pub fn lag(&self) -> Chart<'static> {
        let choice = if matches!(self.selected, Selected::Partition(..)) { 1 } else { self.state.choice("lag") };
        let (lines, title, meaning) = match choice {
            1 => (
                self.lag_of_partitions(),
                "Lag of partitions",
                "Measured: records between the committed offset and the end of the log",
            ),
            2 => (
                self.lag_of_groups(true),
                "Lag in time",
                "Measured: the age of the oldest record that the group has not committed; dashed: where it goes if nothing changes",
            ),
            _ => (
                self.lag_of_groups(false),
                "Lag and forecast",
                "Measured: records between the committed offset and the end of the log; dashed: where it goes if nothing changes",
            ),
        };
        let format = if choice == 2 { format::millis } else { format::short };
        let chart = self.chart(("lag", title), lines, format, ("No group has committed yet", meaning));
        Chart { unit: if choice == 2 { "" } else { "records" }, choices: &OF_LAG, ..chart }
    }

    fn lag_of_groups(&self, is_in_time: bool) -> Vec<Line> {
        let mut lines = Vec::new();
        for &(group, history, colour) in &self.groups {
            let series = if is_in_time { &history.time_lag_millis } else { &history.lag };
            let mut line = Self::line(&group.name, self.recent(series.points()), colour);
            if !is_in_time {
                let (text, colour) = words::lag(group, self.tokens);
                line.now = Some((format!("{} {text}", group.name), colour));
            }
            let latest = line.points.last().map(|point| point.1).filter(|_| self.state.live);
            lines.push(line);
            let futures = if is_in_time { Vec::new() } else { self.futures(group, colour) };
            if !futures.is_empty() {
                lines.extend(futures);
            } else if lines.len() == 1 {
                lines.extend(latest.and_then(|latest| self.forecast(group, latest, colour)));
            }
        }
        lines
    }

    /// From the intended send time to the end of processing.
    pub fn latency(&self) -> Chart<'static> {
        let is_of_each = self.state.choice("latency") == 1;
        let line = |name: &str, series: &Series, colour| Self::line(name, self.recent(series.points()), colour);
        let lines = match self.groups.first() {
            _ if is_of_each => self
                .groups
                .iter()
                .map(|(group, it, colour)| line(&group.name, &it.latency_p99_millis, *colour))
                .collect(),
            Some((_, history, _)) => vec![
                line("p50", &history.latency_p50_millis, self.tokens.accent),
                line("p95", &history.latency_p95_millis, self.tokens.groups[1]),
                line("p99", &history.latency_p99_millis, self.tokens.warn),
            ],
            None => Vec::new(),
        };
        let meaning = "Measured: from the intended send time to the end of processing, in the last second or so";
        let title = if is_of_each { "p99 of each group" } else { "End-to-end latency" };
        let chart = self.chart(("latency", title), lines, format::millis, ("Nothing was processed yet", meaning));
        Chart { choices: &OF_LATENCY, ..chart }
    }

    fn chart(
        &self,
        (key, title): (&'static str, &str),
        lines: Vec<Line>,
        format: fn(f64) -> String,
        (empty, meaning): (&'static str, &'static str),
    ) -> Chart<'static> {
        Chart {
            key,
            title: title.to_owned(),
            lines: lines.into_iter().filter(|line| !line.points.is_empty() || line.now.is_some()).collect(),
            span: self.span,
            now: self.now,
            is_paused: self.snapshot.clock.paused,
            format,
            unit: "",
            empty,
            meaning,
            choices: &[],
        }
    }

    pub(super) fn topic(&self, name: &str) -> Option<&'a TopicHistory> {
        self.snapshot.history.topics.get(name)
    }

    pub(super) fn line(name: &str, points: Vec<(f64, f64)>, colour: Color32) -> Line {
        Line { name: name.to_owned(), points, colour, is_dashed: false, now: None }
    }

    /// The points in view, with the last one before, so that a line begins at the edge.
    pub(super) fn recent(&self, points: impl DoubleEndedIterator<Item = (Time, f64)>) -> Vec<(f64, f64)> {
        let mut is_before = false;
        let mut recent: Vec<_> = points
            .rev()
            .map(|(at, value)| (at.as_secs_f64(), value))
            .skip_while(|point| !self.state.live && point.0 > self.span.1)
            .take_while(|point| !std::mem::replace(&mut is_before, point.0 < self.span.0))
            .collect();
        recent.reverse();
        with_gaps(recent)
    }
}

fn per_second(value: f64) -> String {
    format!("{}/s", format::short(value))
}

/// The groups that are drawn, the shown one first, with their colours. Of a topic or a partition only those
/// that read it.
fn groups<'a>(
    snapshot: &'a Snapshot,
    selection: &Selection,
    tokens: &Tokens,
) -> Vec<(&'a GroupView, &'a GroupHistory, Color32)> {
    let topic = match selection {
        Selection::Topic(topic) | Selection::Partition { topic, .. } => Some(topic),
        Selection::Nothing
        | Selection::Producer(_)
        | Selection::Group(_)
        | Selection::Consumer { .. }
        | Selection::Many(_) => None,
    };
    let first = shown_group(snapshot, selection).map(|group| &group.name);
    let reads = |group: &GroupView| topic.is_none_or(|topic| group.topics.contains(topic));
    let (mut ordered, others): (Vec<_>, Vec<_>) =
        snapshot.groups.iter().enumerate().filter(|(_, group)| reads(group)).partition(|it| Some(&it.1.name) == first);
    ordered.extend(others);
    let with_history = |(index, group): (usize, &'a GroupView)| {
        Some((group, snapshot.history.groups.get(&group.name)?, group_colour(index, tokens)))
    };
    ordered.into_iter().filter_map(with_history).take(LINES).collect()
}

/// Groups keep clear of their members' colours and of the accent, which is what comes in.
const fn group_colour(index: usize, tokens: &Tokens) -> Color32 {
    tokens.groups[index % tokens.groups.len()]
}
