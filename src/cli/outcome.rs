//! What a run came to, in words for a terminal.

use std::io::{self, Write};

use crate::report::summary::{ExpectationSummary, GroupSummary, RunSummary};

/// Writes a summary as a short text.
pub fn write_words(summary: &RunSummary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", summary.scenario)?;
    writeln!(
        out,
        "  {:.1} s of {} time in {:.1} s, seed {}",
        summary.elapsed_s, summary.clock, summary.wall_s, summary.seed
    )?;
    writeln!(
        out,
        "  produced {}, accepted {}, failed {}, {:.1} MB in",
        summary.produced,
        summary.accepted,
        summary.failed,
        megabytes(summary.bytes_in)
    )?;
    for group in &summary.groups {
        write_group(group, out)?;
    }
    summary.expectations.iter().try_for_each(|expectation| write_expectation(expectation, out))
}

fn write_group(group: &GroupSummary, out: &mut dyn Write) -> io::Result<()> {
    let lag = group.lag.map_or("no commit yet".to_owned(), |lag| format!("lag {lag}"));
    writeln!(out, "  {} · {} · generation {} · {lag}", group.name, group.state, group.generation)?;
    let ledger = &group.ledger;
    writeln!(
        out,
        "    processed once {}, in flight {}, lost {}, expired {}, duplicates {}, out of order {}",
        ledger.processed_once, ledger.in_flight, ledger.lost, ledger.expired, ledger.duplicates, ledger.out_of_order
    )?;
    let latency = &group.latency_ms;
    writeln!(
        out,
        "    latency p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        latency.p50, latency.p95, latency.p99, latency.max
    )?;
    for member in &group.members {
        let count = member.assignment.len();
        writeln!(
            out,
            "    {} · {count} partitions · {} records · busy {:.0} %",
            member.id,
            member.processed,
            member.busy * 100.0
        )?;
    }
    Ok(())
}

fn write_expectation(expectation: &ExpectationSummary, out: &mut dyn Write) -> io::Result<()> {
    let verdict = if expectation.held { "held" } else { "DID NOT HOLD" };
    let value = expectation.value.map_or("nothing was measured".to_owned(), |value| format!("it was {value}"));
    writeln!(out, "  {verdict}: {} ({value})", expectation.that)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
