//! The formulas of capacity planning as one table: each row has its name, its formula, what went in, what
//! came out, and a sentence that explains it and says where it is from. Averages and fluids; what chance does
//! is in [`super::queueing`], and which choice is best is decided in [`super::sweep`].

mod input;
mod limits;
mod results;

pub use input::Input;

use super::choice::Assessment;
use super::facts::Facts;
use super::words;

/// One formula, worked out for a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Stable, such as `consume-rate`.
    pub name: &'static str,
    /// For people, such as "Produce rate ÷ consumer rate".
    pub title: &'static str,
    pub formula: &'static str,
    /// Names and values of what went in.
    pub inputs: Vec<(&'static str, String)>,
    pub result: Figure,
    /// What it means, in figures of the plan.
    pub sentence: String,
    /// Where the formula is from.
    pub source: &'static str,
    pub kind: Kind,
}

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of partitions that the plan must not be below.
    Limit,
    /// Good to know: nothing is decided by it.
    Figure,
}

/// What a formula came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    Partitions(u32),
    Consumers(u32),
    Records(f64),
    Seconds(f64),
    /// 1 is all of it.
    Share(f64),
    Bytes(f64),
    Count(f64),
    /// No number does it, or it never ends.
    Never,
}

/// A row of the table before it is worked out.
struct Formula {
    name: &'static str,
    title: &'static str,
    text: &'static str,
    inputs: &'static [Input],
    source: &'static str,
    kind: Kind,
    /// `None` where the plan has nothing to work it out from.
    work_out: fn(&Case<'_>) -> Option<(Figure, String)>,
}

/// What rows are worked out from.
struct Case<'c> {
    facts: &'c Facts,
    /// The choice that rows about a setup are about.
    chosen: Option<&'c Assessment>,
}

/// Every row that applies: the limits, and with a choice also what it comes to.
pub fn rows(facts: &Facts, chosen: Option<&Assessment>) -> Vec<Row> {
    let case = Case { facts, chosen };
    limits::FORMULAS.iter().chain(&results::FORMULAS).filter_map(|formula| formula.row(&case)).collect()
}

/// The least number of partitions that each limit alone asks for, in the table's order.
pub fn limits(facts: &Facts) -> Vec<Row> {
    let case = Case { facts, chosen: None };
    let limits = limits::FORMULAS.iter().filter(|formula| formula.kind == Kind::Limit);
    limits.filter_map(|formula| formula.row(&case)).collect()
}

impl Formula {
    fn row(&self, case: &Case<'_>) -> Option<Row> {
        let (result, sentence) = (self.work_out)(case)?;
        let inputs = self.inputs.iter().map(|input| (input.name(), input.value(case.facts, case.chosen)));
        Some(Row {
            name: self.name,
            title: self.title,
            formula: self.text,
            inputs: inputs.collect(),
            result,
            sentence: words::sentence(&sentence),
            source: self.source,
            kind: self.kind,
        })
    }
}

impl Row {
    /// The number of partitions that it asks for; `None` where no number does it, or it asks for none.
    pub fn partitions(&self) -> Option<u32> {
        match self.result {
            Figure::Partitions(partitions) => Some(partitions),
            Figure::Consumers(_)
            | Figure::Records(_)
            | Figure::Seconds(_)
            | Figure::Share(_)
            | Figure::Bytes(_)
            | Figure::Count(_)
            | Figure::Never => None,
        }
    }
}

#[cfg(test)]
mod tests;
