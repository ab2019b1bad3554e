//! The report of a run: what came of it first, then throughput, then each group with its lag, its latency
//! and who read what.

mod charts;
mod groups;
mod record;
mod tables;

use self::charts::{Names, accepted_chart, throughput_chart};
use super::chart::Basis;
use super::document::{Block, Document, Figure, Section, Tone};
use super::format;

pub use record::{ConsumerRecord, GroupRecord, Happening, HoldingRecord, ProducerRecord, RunRecord};

/// Groups with charts of their own. A page of more is not read; the tables and values have all of them.
const GROUPS_WITH_CHARTS: usize = 16;

/// What `processed_once + ...` has to come to.
const IDENTITY: &str = "processed once + in flight + lost + expired = accepted";

/// Everything that a run has to tell.
pub fn document(record: &RunRecord) -> Document {
    let mut names = Names::default();
    let mut sections = vec![outcome(record), traffic(record, &mut names)];
    let told = record.groups.iter().take(GROUPS_WITH_CHARTS);
    sections.extend(told.map(|group| groups::section(record, group, &mut names)));
    sections.push(state(record));
    sections.extend(happenings(record));
    Document {
        kind: "Run".to_owned(),
        title: record.summary.scenario.clone(),
        about: record.about.clone(),
        facts: facts(record),
        sections,
    }
}

fn facts(record: &RunRecord) -> Vec<(String, String)> {
    let summary = &record.summary;
    let fact = |name: &str, value: String| (name.to_owned(), value);
    vec![
        fact("seed", summary.seed.to_string()),
        fact("clock", summary.clock.to_owned()),
        fact("lasted", seconds(summary.elapsed_s)),
        fact("took", format!("{:.1} s of real time", summary.wall_s)),
        fact("durability", record.durability.clone()),
        fact("version", env!("CARGO_PKG_VERSION").to_owned()),
    ]
}

fn outcome(record: &RunRecord) -> Section {
    let summary = &record.summary;
    let mut blocks = vec![Block::Figures(figures(record))];
    if !summary.expectations.is_empty() {
        blocks.push(Block::Table(tables::expectations(summary)));
    }
    if !summary.groups.is_empty() {
        blocks.push(Block::Table(tables::ledger(record)));
    }
    Section { title: "What came of it".to_owned(), blocks }
}

/// The numbers that are asked for first.
fn figures(record: &RunRecord) -> Vec<Figure> {
    let summary = &record.summary;
    let measured = |label: &str, value: u64| Figure::new(label, format::count(value), Basis::Measured);
    let bad_if = |figure: Figure, is_bad: bool| if is_bad { figure.toned(Tone::Bad) } else { figure };
    let of_groups = |figure: fn(&super::summary::GroupSummary) -> u64| summary.groups.iter().map(figure).sum::<u64>();
    let (lost, duplicates) = (of_groups(|group| group.ledger.lost), of_groups(|group| group.ledger.duplicates));
    let rate = Basis::derived("accepted records ÷ time of the experiment");
    let mut figures = vec![
        measured("records accepted", summary.accepted),
        Figure::new("mean throughput", format::rate(charts::ratio(summary.accepted, summary.elapsed_s)), rate),
        bad_if(measured("records failed", summary.failed), summary.failed > 0),
    ];
    if !summary.groups.is_empty() {
        figures.push(bad_if(measured("records lost", lost), lost > 0));
        figures.push(measured("duplicates", duplicates));
        let slowest = summary.groups.iter().map(|group| group.latency_ms.p99).fold(0.0, f64::max);
        figures.push(Figure::new("worst p99", format::millis(slowest), Basis::Measured));
    }
    if !summary.expectations.is_empty() {
        let held = summary.expectations.iter().filter(|expectation| expectation.held).count();
        let tone = if held == summary.expectations.len() { Tone::Good } else { Tone::Bad };
        let value = format!("{held} of {}", summary.expectations.len());
        figures.push(Figure::new("expectations held", value, Basis::Measured).toned(tone));
    }
    figures
}

fn traffic(record: &RunRecord, names: &mut Names) -> Section {
    let mut blocks = vec![Block::Chart(throughput_chart(record, names))];
    if record.producers.len() > 1 {
        blocks.push(Block::Chart(accepted_chart(record, names)));
    }
    if !record.producers.is_empty() {
        blocks.push(Block::Table(tables::producers(record)));
    }
    if record.dropped_points > 0 {
        let dropped = format::count(record.dropped_points);
        blocks.push(Block::Words(format!("{dropped} of the oldest points are not shown: the history was full.")));
    }
    Section { title: "Throughput".to_owned(), blocks }
}

fn state(record: &RunRecord) -> Section {
    let mut blocks = vec![Block::Table(tables::topics(record))];
    if record.summary.groups.iter().any(|group| !group.partitions.is_empty()) {
        blocks.push(Block::Table(tables::partitions(record)));
    }
    let more = record.groups.len().saturating_sub(GROUPS_WITH_CHARTS);
    if more > 0 {
        blocks.push(Block::Words(format!("{more} more groups have no charts of their own here.")));
    }
    Section { title: "At the end".to_owned(), blocks }
}

fn happenings(record: &RunRecord) -> Option<Section> {
    let table = tables::happenings(record);
    let title = "What happened".to_owned();
    (!table.rows.is_empty()).then(|| Section { title, blocks: vec![Block::Table(table)] })
}

/// A length of time for reading.
fn seconds(value: f64) -> String {
    format::duration(std::time::Duration::from_secs_f64(value.clamp(0.0, 1e12)))
}
