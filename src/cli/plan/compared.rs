//! Theory, simulation and measurement of one setup as a table for people.

use std::io::{self, Write};

use crate::planner::compare::{Comparison, Row, Unit};
use crate::planner::words;

/// Writes the table.
pub(super) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { choice, rows, .. } = comparison;
    let (partitions, consumers) = (words::of(choice.partitions, "partition"), words::of(choice.consumers, "consumer"));
    writeln!(out, "\nCompared: {partitions}, {consumers}\n")?;
    let heads = ["", "theory", "off", "simulated", "off", "measured"];
    let [first, rest @ ..] = heads;
    write!(out, "{first:<18}")?;
    rest.iter().try_for_each(|head| write!(out, " {head:>11}"))?;
    writeln!(out)?;
    rows.iter().try_for_each(|row| line(row, out))?;
    writeln!(out)?;
    comparison.basis().iter().try_for_each(|sentence| writeln!(out, "{sentence}"))
}

fn line(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let off = |figure| row.off(figure).map_or_else(|| "–".to_owned(), |share| format!("{:+.1} %", share * 100.0));
    let theory = row.theory.map_or_else(|| "–".to_owned(), |figure| written(figure, row.unit));
    let theory_off = row.theory.map_or_else(|| "–".to_owned(), off);
    let (simulated, measured) = (written(row.simulated, row.unit), written(row.measured, row.unit));
    let simulated_off = off(row.simulated);
    let name = row.name;
    writeln!(out, "{name:<18} {theory:>11} {theory_off:>11} {simulated:>11} {simulated_off:>11} {measured:>11}")
}

fn written(figure: f64, unit: Unit) -> String {
    match unit {
        Unit::PerSecond => words::rate(figure),
        Unit::Share => words::percent(figure),
        Unit::Seconds => words::seconds(figure),
    }
}
