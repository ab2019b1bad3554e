//! What a run's report says of one group.

use super::charts::{Names, assignment_chart, busy_chart, lag_chart, latency_chart, time_lag_chart};
use super::record::{GroupRecord, RunRecord};
use super::tables;
use crate::metrics::figures::Drain;
use crate::metrics::series::Series;
use crate::report::chart::Basis;
use crate::report::document::{Block, Figure, Section, Tone};
use crate::report::format;
use crate::report::summary::GroupSummary;

/// Everything about a group.
pub fn section(record: &RunRecord, group: &GroupRecord, names: &mut Names) -> Section {
    let summary = record.summary.groups.iter().find(|known| known.name == group.name);
    let mut blocks: Vec<Block> = summary.map(|summary| Block::Figures(figures(group, summary))).into_iter().collect();
    let has = |series: &Series| series.latest().is_some();
    if has(&group.lag) {
        blocks.push(Block::Chart(lag_chart(record, group, names)));
        blocks.push(Block::Chart(time_lag_chart(record, group, names)));
    } else {
        blocks.push(Block::Words("The group never committed, so it has no lag, which is not a lag of 0.".to_owned()));
    }
    if has(&group.latency_millis[0]) {
        blocks.push(Block::Chart(latency_chart(record, group, names)));
    }
    if !group.holdings.is_empty() {
        blocks.push(Block::Chart(assignment_chart(record, group, names)));
    }
    if group.holdings_dropped > 0 {
        let dropped = format::count(group.holdings_dropped);
        blocks
            .push(Block::Words(format!("The {dropped} oldest changes of owner are not shown: the history was full.")));
    }
    if !group.consumers.is_empty() {
        blocks.push(Block::Chart(busy_chart(record, group, names)));
    }
    if let Some(summary) = summary {
        blocks.extend(tables_of(group, summary, names));
    }
    let title = format!("{}, reading {}", group.name, group.topics.join(", "));
    Section { title, blocks }
}

fn tables_of(group: &GroupRecord, summary: &GroupSummary, names: &mut Names) -> Vec<Block> {
    let mut blocks = vec![];
    if !summary.members.is_empty() {
        blocks.push(Block::Table(tables::members(group, summary, names)));
    }
    if !summary.rebalances.is_empty() {
        blocks.push(Block::Table(tables::rebalances(summary, names)));
    }
    blocks
}

fn figures(group: &GroupRecord, summary: &GroupSummary) -> Vec<Figure> {
    let latency = &summary.latency_ms;
    let measured = |label: &str, value: String| Figure::new(label, value, Basis::Measured);
    let lag = summary.lag.map_or_else(|| "no commit".to_owned(), format::count);
    let lag_basis = Basis::derived("high watermark − committed offset, summed over partitions with a commit");
    let drain = Basis::derived("per partition lag ÷ (consumed/s − produced/s), the slowest partition");
    let paused: f64 = summary.rebalances.iter().map(|rebalance| rebalance.paused_ms).sum();
    let (drained, tone) = match group.drain {
        Some(Drain::Empty) => ("caught up".to_owned(), Tone::Plain),
        Some(Drain::In(span)) => (format::duration(span), Tone::Plain),
        Some(Drain::Never) => ("never".to_owned(), Tone::Bad),
        Some(Drain::Unknown) | None => ("–".to_owned(), Tone::Plain),
    };
    vec![
        Figure::new("lag at the end", lag, lag_basis),
        Figure::new("time to drain", drained, drain).toned(tone),
        measured("latency p50", format::millis(latency.p50)),
        measured("latency p95", format::millis(latency.p95)),
        measured("latency p99", format::millis(latency.p99)),
        measured("rebalances", summary.rebalances.len().to_string()),
        measured("rebalance pauses", format::millis(paused)),
    ]
}
