//! Theory, simulation and measurement of one setup as a table for people.

use std::fmt::Display;
use std::io::{self, Write};

use crate::planner::compare::{Comparison, Row};
use crate::planner::words;

/// Writes the table.
pub(super) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { choice, rows, .. } = comparison;
    let (partitions, consumers) = (words::of(choice.partitions, "partition"), words::of(choice.consumers, "consumer"));
    writeln!(out, "\nCompared: {partitions}, {consumers}\n")?;
    line("", &Row::HEADS, out)?;
    rows.iter().try_for_each(|row| line(row.name, &row.cells(), out))?;
    writeln!(out)?;
    comparison.basis().iter().try_for_each(|sentence| writeln!(out, "{sentence}"))
}

fn line(name: &str, cells: &[impl Display; 5], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{name:<18}")?;
    cells.iter().try_for_each(|cell| write!(out, " {cell:>11}"))?;
    writeln!(out)
}
