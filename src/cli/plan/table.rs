//! An answer in words for a terminal: what is recommended and why, what each limit asks for, and a table of
//! the counts that were compared.

use std::io::{self, Write};

use crate::planner::capacity::Row;
use crate::planner::sweep::{Answer, Candidate, Simulated};
use crate::planner::words;

/// Writes an answer as text.
pub fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} · seed {}", answer.plan().title, answer.plan().seed)?;
    writeln!(out)?;
    match answer.recommended {
        Some(recommended) => {
            let choice = recommended.choice;
            let consumers = words::of(choice.consumers, "consumer");
            writeln!(
                out,
                "{} · {consumers} · set by {}",
                words::of(choice.partitions, "partition"),
                recommended.binding
            )?;
        }
        None => writeln!(out, "no count meets everything")?,
    }
    for reason in &answer.reasons {
        writeln!(out, "  {reason}")?;
    }
    writeln!(out)?;
    limits(&answer.limits, out)?;
    writeln!(out)?;
    let rows: Vec<[String; COLUMNS.len()]> = answer.candidates.iter().map(|candidate| row(answer, candidate)).collect();
    table(&rows, out)?;
    if let Some(certainty) = answer.certainty() {
        writeln!(out, "\nSimulated with one seed after another: {certainty} (95 % confidence)")?;
    }
    writeln!(
        out,
        "\np99 and backlog are in theory; simulated is p99 in a simulation. Catch-up is simulated, with ~ in theory. \
         Disk is of all replicas."
    )
}

fn limits(limits: &[Row], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Each limit alone")?;
    for limit in limits {
        let asks = limit.partitions();
        let asks = asks.map_or_else(|| "no count".to_owned(), |count| words::count(u64::from(count)));
        writeln!(out, "  {:<45} {asks:>9}   {}", limit.title, limit.formula)?;
    }
    Ok(())
}

const COLUMNS: [&str; 10] =
    ["partitions", "consumers", "busiest", "at peak", "p99", "simulated", "backlog", "catch-up", "disk", "verdict"];

fn row(answer: &Answer, candidate: &Candidate) -> [String; COLUMNS.len()] {
    let assessment = &candidate.assessment;
    let choice = assessment.choice;
    let is_best = answer.recommended.is_some_and(|recommended| recommended.choice == choice);
    let grows = || "grows".to_owned();
    [
        format!("{}{}", if is_best { "> " } else { "" }, words::count(u64::from(choice.partitions))),
        words::count(u64::from(choice.consumers)),
        words::percent(assessment.busiest_utilisation),
        words::percent(assessment.peak_utilisation),
        assessment.theory.as_ref().map_or_else(grows, |theory| words::seconds(theory.p99)),
        simulated(candidate),
        assessment.backlog.map_or_else(grows, |backlog| words::seconds(backlog.wait)),
        answer.catch_up(candidate),
        answer.facts.disk_bytes().map_or_else(grows, words::bytes),
        answer.verdict(candidate),
    ]
}

/// With how certain that is, where it is known.
fn simulated(candidate: &Candidate) -> String {
    let Some(p99) = candidate.simulated_p99().map(words::seconds) else { return "–".to_owned() };
    let uncertainty = candidate.simulated.as_ref().and_then(Simulated::p99_uncertainty);
    uncertainty.map_or_else(|| p99.clone(), |share| format!("{p99} ±{}", words::percent(share)))
}

/// Columns as wide as what is in them, all but the last to the right.
fn table(rows: &[[String; COLUMNS.len()]], out: &mut dyn Write) -> io::Result<()> {
    let heading = COLUMNS.map(str::to_owned);
    let lines = || std::iter::once(&heading).chain(rows);
    let widths: Vec<usize> =
        (0..COLUMNS.len()).map(|column| lines().map(|line| line[column].chars().count()).max().unwrap_or(0)).collect();
    for line in lines() {
        let (last, cells) = line.split_last().expect("a table has columns");
        for (cell, width) in cells.iter().zip(&widths) {
            write!(out, "{cell:>width$}  ")?;
        }
        writeln!(out, "{last}")?;
    }
    Ok(())
}
