//! The charts of a run: throughput, lag in records and in time, latency, who read what, who was busy.

use std::collections::BTreeSet;

use super::record::{ConsumerRecord, GroupRecord, HoldingRecord, RunRecord};
use crate::metrics::series::Series;
use crate::report::chart::{Axis, Band, Basis, Body, Chart, Ink, Line, Mark, Shape, Span, Unit};
use crate::report::convert::count_to_f64;
use crate::report::format;
use crate::report::summary::GroupSummary;
use crate::report::thinning::with_gaps;

/// Lines of things alike in one chart: as many as there are colours. The table of values has all.
const MOST_LINES: usize = 8;

/// Bars of who read what. A chart has no more that could be told apart.
const MOST_SPANS: usize = 20_000;

/// A highest latency so many times the lowest needs a logarithmic axis to show both.
const WIDE: f64 = 20.0;

/// Names of files that are given already.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name of its own, made of letters, digits and dashes.
    pub fn give(&mut self, what: &str, name: &str) -> String {
        let clean: String = name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
        let stem = if clean.is_empty() { what.to_owned() } else { format!("{what}-{}", clean.to_ascii_lowercase()) };
        // Not longer than a file's name may be.
        let stem: String = stem.chars().take(80).collect();
        let free = (1..).map(|number| if number == 1 { stem.clone() } else { format!("{stem}-{number}") });
        let name = free.into_iter().find(|name| !self.0.contains(name)).expect("there are more numbers than names");
        self.0.insert(name.clone());
        name
    }
}

pub fn throughput_chart(record: &RunRecord, names: &mut Names) -> Chart {
    let accepted = points(&record.records_in, 1.0);
    let mean = format!("mean {}", format::rate(ratio(record.summary.accepted, record.summary.elapsed_s)));
    let mut lines = vec![Line::new("in", Ink::Accent, accepted).shaped(Shape::Area).with_note(mean)];
    for (number, group) in record.groups.iter().enumerate() {
        let line = Line::new(&format!("out to {}", group.name), Ink::Group(number), points(&group.records_out, 1.0));
        lines.push(Line { is_drawn: number < MOST_LINES, ..line });
    }
    Chart {
        key: names.give("throughput", ""),
        title: "Records in and out".to_owned(),
        meaning: "records that the broker took in, and that each group processed, per second".to_owned(),
        basis: Basis::Measured,
        x: Axis::time(record.summary.elapsed_s),
        body: Body::Lines { y: Axis::new("", Unit::Rate("records")), lines },
        marks: happening_marks(record),
        bands: vec![],
    }
}

pub fn accepted_chart(record: &RunRecord, names: &mut Names) -> Chart {
    let lines = record.producers.iter().enumerate().map(|(number, producer)| {
        let mean = format!("mean {}", format::rate(ratio(producer.accepted, record.summary.elapsed_s)));
        let line = Line::new(&producer.name, Ink::Member(number), points(&producer.accepted_series, 1.0));
        Line { is_drawn: number < MOST_LINES, ..line.with_note(mean) }
    });
    let body = Body::Lines { y: Axis::new("", Unit::Rate("records")), lines: lines.collect() };
    over_time(record, names.give("accepted", ""), "Records accepted from each producer", "per second", body)
}

pub fn lag_chart(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Chart {
    let line = Line::new("lag", Ink::Accent, points(&group.lag, 1.0))
        .shaped(Shape::Area)
        .with_note(peak(&group.lag, |value| format!("{} records", format::short(value))));
    let body = Body::Lines { y: Axis::new("", Unit::Count("records")), lines: vec![line] };
    let title = format!("Lag of {}", group.name);
    let basis = Basis::derived("high watermark − committed offset, summed over partitions with a commit");
    with_rebalances(
        record,
        group,
        Chart { basis, ..over_time(record, names.give("lag", &group.name), &title, "", body) },
    )
}

pub fn time_lag_chart(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Chart {
    let line = Line::new("age of the oldest", Ink::Accent, points(&group.time_lag_millis, 1e-3))
        .shaped(Shape::Area)
        .with_note(peak(&group.time_lag_millis, format::millis));
    let body = Body::Lines { y: Axis::new("age", Unit::Seconds), lines: vec![line] };
    let title = format!("Lag of {} in time", group.name);
    let basis = Basis::derived("now − when the oldest record without a commit was appended");
    let chart = over_time(record, names.give("time-lag", &group.name), &title, "", body);
    with_rebalances(record, group, Chart { basis, ..chart })
}

pub fn latency_chart(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Chart {
    let kinds = [("p50", Ink::Accent), ("p95", Ink::Member(3)), ("p99", Ink::Warn)];
    let lines: Vec<Line> = kinds
        .into_iter()
        .zip(&group.latency_millis)
        .map(|((name, ink), series)| Line::new(name, ink, points(series, 1.0)))
        .collect();
    let values = || lines.iter().flat_map(Line::values).map(|(_, value)| value).filter(|value| *value > 0.0);
    let (least, greatest) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    let y = Axis::new("latency", Unit::Millis);
    let y = if greatest > least * WIDE { y.logarithmic() } else { y };
    let title = format!("Latency of {}", group.name);
    let meaning = "from the intended send time to the end of processing; percentiles of about the last second";
    let body = Body::Lines { y, lines };
    with_rebalances(record, group, over_time(record, names.give("latency", &group.name), &title, meaning, body))
}

pub fn assignment_chart(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Chart {
    let things: BTreeSet<(&str, u32)> =
        group.holdings.iter().map(|held| (held.topic.as_str(), held.partition)).collect();
    let things: Vec<(&str, u32)> = things.into_iter().collect();
    let is_one_topic = things.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let name = |(topic, partition): &(&str, u32)| {
        let topic = if is_one_topic { "partition" } else { topic };
        format!("{topic} {partition}")
    };
    let spans = group.holdings.iter().take(MOST_SPANS).map(|held| span(held, &things)).collect();
    let body = Body::Spans { rows: things.iter().map(name).collect(), spans };
    let title = format!("Who read what in {}", group.name);
    let meaning = "each partition's owner; pale where the owner was crashed or stalled";
    with_rebalances(record, group, over_time(record, names.give("assignment", &group.name), &title, meaning, body))
}

fn span(held: &HoldingRecord, things: &[(&str, u32)]) -> Span {
    Span {
        row: things.binary_search(&(held.topic.as_str(), held.partition)).unwrap_or_default(),
        from: held.from.as_secs_f64(),
        to: held.until.as_secs_f64(),
        owner: held.owner.clone(),
        ink: Ink::Member(held.colour),
        is_active: held.is_read,
    }
}

pub fn busy_chart(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Chart {
    let mean = |consumer: &ConsumerRecord| mean(&consumer.busy);
    let mut busiest: Vec<(usize, f64)> = group.consumers.iter().map(mean).enumerate().collect();
    busiest.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let drawn: BTreeSet<usize> = busiest.iter().take(MOST_LINES).map(|(number, _)| *number).collect();
    let lines = group.consumers.iter().enumerate().map(|(number, consumer)| {
        let line = Line::new(&consumer.name, Ink::Member(consumer.colour), points(&consumer.busy, 1.0));
        let note = format!("mean {}", format::percent(mean(consumer)));
        Line { is_drawn: drawn.contains(&number), ..line.with_note(note) }
    });
    let y = Axis::new("busy", Unit::Share).with_range(0.0, 1.0);
    let title = format!("How busy the consumers of {} were", group.name);
    let body = Body::Lines { y, lines: lines.collect() };
    let meaning = "share of the time spent processing";
    with_rebalances(record, group, over_time(record, names.give("busy", &group.name), &title, meaning, body))
}

fn over_time(record: &RunRecord, key: String, title: &str, meaning: &str, body: Body) -> Chart {
    Chart {
        key,
        title: title.to_owned(),
        meaning: meaning.to_owned(),
        basis: Basis::Measured,
        x: Axis::time(record.summary.elapsed_s),
        body,
        marks: vec![],
        bands: vec![],
    }
}

/// Each rebalance as a stretch, labelled with the generation that came of it.
fn with_rebalances(record: &RunRecord, group: &GroupRecord, chart: Chart) -> Chart {
    let summary: Option<&GroupSummary> = record.summary.groups.iter().find(|known| known.name == group.name);
    let rebalances = || summary.into_iter().flat_map(|group| &group.rebalances);
    let bands = rebalances().map(|rebalance| {
        let to = rebalance.at_s + rebalance.paused_ms / 1e3;
        Band { from: rebalance.at_s, to, ink: Ink::Warn }
    });
    let marks = rebalances().map(|rebalance| {
        let label = format!("generation {}", rebalance.generation);
        Mark { at: rebalance.at_s, label, ink: Ink::Warn }
    });
    Chart { bands: bands.collect(), marks: marks.collect(), ..chart }
}

fn happening_marks(record: &RunRecord) -> Vec<Mark> {
    let ink = |is_failure| if is_failure { Ink::Bad } else { Ink::Muted };
    let mark = |one: &super::record::Happening| Mark {
        at: one.at.as_secs_f64(),
        label: one.text.clone(),
        ink: ink(one.is_failure),
    };
    record.happenings.iter().map(mark).collect()
}

/// A history in seconds and some unit, parted where nothing was seen for long.
fn points(series: &Series, factor: f64) -> Vec<(f64, f64)> {
    with_gaps(series.points().map(|(at, value)| (at.as_secs_f64(), value * factor)).collect())
}

fn peak(series: &Series, words: impl Fn(f64) -> String) -> String {
    let greatest = series.points().map(|(_, value)| value).reduce(f64::max);
    greatest.map_or_else(String::new, |value| format!("peak {}", words(value)))
}

/// Over time: points that lie further apart count for more.
fn mean(series: &Series) -> f64 {
    let points: Vec<_> = series.points().map(|(at, value)| (at.as_secs_f64(), value)).collect();
    let Some((first, last)) = points.first().zip(points.last()) else { return 0.0 };
    let sum: f64 = points.windows(2).map(|pair| (pair[1].0 - pair[0].0) * pair[1].1).sum();
    if last.0 > first.0 { sum / (last.0 - first.0) } else { last.1 }
}

/// Records per second.
pub fn ratio(records: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count_to_f64(records) / seconds } else { 0.0 }
}
