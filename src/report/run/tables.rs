//! The tables of a run's report.

use super::IDENTITY;
use super::charts::Names;
use super::record::{GroupRecord, Happening, ProducerRecord, RunRecord};
use crate::report::chart::Basis;
use crate::report::document::{Cell, Table, Tone};
use crate::report::format;
use crate::report::summary::{ExpectationSummary, GroupSummary, MemberSummary, RebalanceSummary, RunSummary};

pub fn expectations(summary: &RunSummary) -> Table {
    let row = |expectation: &ExpectationSummary| {
        let verdict = if expectation.held { ("held", Tone::Good) } else { ("did not hold", Tone::Bad) };
        let value = expectation.value.map_or_else(Cell::none, |value| Cell::number(value.to_string(), value));
        vec![Cell::text(&*expectation.that), value, Cell::text(verdict.0).toned(verdict.1)]
    };
    let rows = summary.expectations.iter().map(row).collect();
    table("expectations", "Expectations", Basis::Measured, &["that", "it was", "verdict"], rows)
}

/// What became of every accepted record, group by group.
pub fn ledger(record: &RunRecord) -> Table {
    let row = |group: &GroupSummary| {
        let of = &group.ledger;
        let sum = of.processed_once + of.in_flight + of.lost + of.expired;
        let bad = |value: u64| if value > 0 { Tone::Bad } else { Tone::Plain };
        vec![
            Cell::text(&*group.name),
            count(of.processed_once),
            count(of.in_flight),
            count(of.lost).toned(bad(of.lost)),
            count(of.expired),
            count(sum),
            count(of.duplicates),
            count(of.out_of_order),
        ]
    };
    let columns =
        ["group", "processed once", "in flight", "lost", "expired", "= accepted", "duplicates", "out of order"];
    let basis = Basis::derived(&format!("from what the clients did; {IDENTITY}"));
    table("ledger", "Delivery ledger", basis, &columns, record.summary.groups.iter().map(row).collect())
}

pub fn producers(record: &RunRecord) -> Table {
    let row = |producer: &ProducerRecord| {
        let failed = if producer.failed > 0 { Tone::Bad } else { Tone::Plain };
        vec![
            Cell::text(&*producer.name),
            Cell::text(&*producer.topic),
            Cell::text(&*producer.pattern),
            count(producer.produced),
            count(producer.accepted),
            count(producer.failed).toned(failed),
            count(producer.waiting),
        ]
    };
    let columns = ["producer", "topic", "pattern", "produced", "accepted", "failed", "waiting at the end"];
    table("producers", "Producers", Basis::Measured, &columns, record.producers.iter().map(row).collect())
}

pub fn members(group: &GroupRecord, summary: &GroupSummary, names: &mut Names) -> Table {
    let row = |member: &MemberSummary| {
        let known = group.consumers.iter().find(|consumer| consumer.name == member.id);
        let processing =
            known.map_or_else(Cell::none, |consumer| Cell { is_number: false, ..Cell::text(&*consumer.processing) });
        vec![
            Cell::text(&*member.id),
            Cell::text(owned(member)),
            processing,
            count(member.processed),
            Cell::number(format::percent(member.busy), member.busy),
        ]
    };
    let columns = ["consumer", "assigned at the end", "processing", "processed", "busy"];
    let key = names.give("consumers", &summary.name);
    Table { key, ..table("", "Consumers", Basis::Measured, &columns, summary.members.iter().map(row).collect()) }
}

/// Partitions by topic: `orders 0–3`.
fn owned(member: &MemberSummary) -> String {
    let mut topics: Vec<&str> = member.assignment.iter().map(|owned| owned.topic.as_str()).collect();
    topics.dedup();
    let of = |topic: &&str| {
        let partitions = member.assignment.iter().filter(|owned| owned.topic == **topic).map(|owned| owned.partition);
        format!("{topic} {}", format::ranges(partitions))
    };
    let words: Vec<String> = topics.iter().map(of).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

pub fn rebalances(summary: &GroupSummary, names: &mut Names) -> Table {
    let row = |rebalance: &RebalanceSummary| {
        vec![
            Cell::number(format!("{:.1} s", rebalance.at_s), rebalance.at_s),
            Cell::number(rebalance.generation.to_string(), rebalance.generation),
            Cell::text(&*rebalance.reason),
            count(u64::from(rebalance.moved)),
            count(u64::from(rebalance.kept)),
            Cell::number(format::millis(rebalance.paused_ms), rebalance.paused_ms),
        ]
    };
    let columns = ["at", "generation", "reason", "partitions moved", "kept", "paused"];
    let key = names.give("rebalances", &summary.name);
    Table { key, ..table("", "Rebalances", Basis::Measured, &columns, summary.rebalances.iter().map(row).collect()) }
}

pub fn topics(record: &RunRecord) -> Table {
    let rows = record.summary.topics.iter().map(|topic| {
        let sum = |figure: fn(&crate::report::summary::PartitionSummary) -> i64| {
            topic.partitions.iter().map(figure).sum::<i64>()
        };
        let records = sum(|partition| partition.log_end_offset - partition.log_start_offset);
        let bytes: u64 = topic.partitions.iter().map(|partition| partition.bytes).sum();
        vec![
            Cell::text(&*topic.name),
            Cell::number(topic.partitions.len().to_string(), topic.partitions.len()),
            Cell::number(format::count(u64::try_from(records).unwrap_or(0)), records),
            Cell::number(format::bytes(crate::report::convert::count_to_f64(bytes)), bytes),
        ]
    });
    table("topics", "Topics", Basis::Measured, &["topic", "partitions", "records", "bytes"], rows.collect())
}

/// Every partition as each group left it.
pub fn partitions(record: &RunRecord) -> Table {
    let rows = record.summary.groups.iter().flat_map(|group| {
        group.partitions.iter().map(|state| {
            vec![
                Cell::text(&*group.name),
                Cell::text(&*state.topic),
                Cell::number(state.partition.to_string(), state.partition),
                Cell::text(state.owner.as_deref().unwrap_or("nobody")),
                state.committed_offset.map_or_else(Cell::none, |at| Cell::number(at.to_string(), at)),
                state.lag.map_or_else(Cell::none, count),
            ]
        })
    });
    let columns = ["group", "topic", "partition", "owner", "committed offset", "lag"];
    let basis = Basis::derived("lag = high watermark − committed offset");
    table("partitions", "Partitions as each group left them", basis, &columns, rows.collect())
}

pub fn happenings(record: &RunRecord) -> Table {
    let row = |one: &Happening| {
        let tone = if one.is_failure { Tone::Bad } else { Tone::Plain };
        let at = one.at.as_secs_f64();
        vec![Cell::number(format!("{at:.1} s"), at), Cell::text(&*one.text).toned(tone)]
    };
    let rows = record.happenings.iter().map(row).collect();
    table("events", "What happened", Basis::Measured, &["at", "what"], rows)
}

fn table(key: &str, title: &str, basis: Basis, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    Table { key: key.to_owned(), title: title.to_owned(), basis, columns, rows }
}

fn count(value: u64) -> Cell {
    Cell::number(format::count(value), value)
}
