//! The tables of a plan's report.

use crate::planner::capacity::{Figure, Row as Formula};
use crate::planner::compare::{Comparison, MeasuredOn, Row};
use crate::planner::sweep::{Answer, Candidate, Simulated};
use crate::planner::words;
use crate::report::chart::Basis;
use crate::report::document::{Cell, Table, Tone};

/// What each limit alone asks for.
pub fn limits(answer: &Answer) -> Table {
    let row = |row: &Formula| {
        let asks = row.partitions().map_or_else(|| Cell::text("no count will do").toned(Tone::Bad), count);
        vec![Cell::text(row.title), asks, Cell::text(row.formula), Cell::text(&*row.sentence)]
    };
    let columns = ["limit", "partitions", "formula", "why"];
    table(
        "limits",
        "What each limit asks for",
        Basis::derived("by the formula of each row"),
        &columns,
        &answer.limits,
        row,
    )
}

/// Every formula with what went in.
pub fn formulas(answer: &Answer) -> Table {
    let row = |row: &Formula| {
        let inputs: Vec<String> = row.inputs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        vec![
            Cell::text(row.title),
            result(row.result),
            Cell::text(row.formula),
            Cell::text(inputs.join(", ")),
            Cell::text(&*row.sentence),
            Cell::text(row.source),
        ]
    };
    let columns = ["what", "result", "formula", "with", "meaning", "source"];
    table("formulas", "Every formula", Basis::derived("by the formula of each row"), &columns, &answer.rows, row)
}

pub fn candidates(answer: &Answer) -> Table {
    let row = |candidate: &Candidate| {
        let of = &candidate.assessment;
        let is_best = answer.recommended.is_some_and(|one| one.choice == of.choice);
        let tone = if is_best { Tone::Good } else { Tone::Plain };
        let simulated = candidate.simulated.as_ref();
        vec![
            count(of.choice.partitions).toned(tone),
            count(of.choice.consumers).toned(tone),
            share(of.utilisation),
            share(of.busiest_utilisation),
            seconds(of.theory.as_ref().map(|theory| theory.p99)),
            seconds(candidate.simulated_p99()),
            simulated.and_then(Simulated::p99_uncertainty).map_or_else(Cell::none, share),
            simulated
                .map_or_else(Cell::none, |simulated| Cell::number(words::count(simulated.max_lag), simulated.max_lag)),
            seconds(of.catch_up.map(|catch_up| catch_up.seconds)),
            seconds(simulated.and_then(|simulated| simulated.catch_up)),
            Cell::text(answer.verdict(candidate)).toned(if of.misses.is_empty() { tone } else { Tone::Bad }),
        ]
    };
    let columns = [
        "partitions",
        "consumers",
        "busy",
        "busiest",
        "p99 in theory",
        "p99 simulated",
        "± (95 %)",
        "highest lag simulated",
        "catch-up in theory",
        "catch-up simulated",
        "verdict",
    ];
    let basis = Basis::derived("utilisation = load ÷ what consumers take; theory by queueing formulas");
    table("candidates", "Candidates", basis, &columns, &answer.candidates, row)
}

/// Theory, simulation and measurement of a candidate.
pub fn comparison(comparison: &Comparison) -> Table {
    let choice = comparison.choice;
    let row = |row: &Row| {
        let [theory, theory_off, simulated, simulated_off, measured] = row.cells();
        let exact =
            |shown: String, value: Option<f64>| value.map_or_else(Cell::none, |value| Cell::number(shown, value));
        let off = |figure: Option<f64>| figure.and_then(|figure| row.off(figure));
        vec![
            Cell::text(row.name),
            exact(theory, row.theory),
            exact(theory_off, off(row.theory)),
            exact(simulated, Some(row.simulated)),
            exact(simulated_off, off(Some(row.simulated))),
            exact(measured, Some(row.measured)),
        ]
    };
    let clock = match comparison.measured.on {
        MeasuredOn::Virtual => "virtual",
        MeasuredOn::Real(_) => "real",
    };
    let title = format!(
        "{}, {}, {}",
        words::of(choice.partitions, "partition"),
        words::of(choice.consumers, "consumer"),
        comparison.clock()
    );
    let key = format!("on-broker-{}-{}-{clock}", choice.partitions, choice.consumers);
    let columns = ["figure", "theory", "theory off", "simulated", "simulated off", "measured"];
    table(&key, &title, Basis::Measured, &columns, &comparison.rows, row)
}

fn result(figure: Figure) -> Cell {
    let number = |words: String, value: f64| Cell::number(words, value);
    match figure {
        Figure::Partitions(value) => number(words::of(value, "partition"), f64::from(value)),
        Figure::Consumers(value) => number(words::of(value, "consumer"), f64::from(value)),
        Figure::Records(value) => number(format!("{value:.0} records"), value),
        Figure::Seconds(value) => number(words::seconds(value), value),
        Figure::Share(value) => number(words::percent(value), value),
        Figure::Bytes(value) => number(words::bytes(value), value),
        Figure::Count(value) => number(format!("{}", (value * 100.0).round() / 100.0), value),
        Figure::Never => Cell { plain: "never".to_owned(), ..Cell::none() },
    }
}

fn table<T>(
    key: &str,
    title: &str,
    basis: Basis,
    columns: &[&str],
    things: &[T],
    row: impl FnMut(&T) -> Vec<Cell>,
) -> Table {
    Table {
        key: key.to_owned(),
        title: title.to_owned(),
        basis,
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        rows: things.iter().map(row).collect(),
    }
}

fn count(value: u32) -> Cell {
    Cell::number(words::count(u64::from(value)), value)
}

fn share(value: f64) -> Cell {
    Cell::number(words::percent(value), value)
}

fn seconds(value: Option<f64>) -> Cell {
    value.map_or_else(Cell::none, |value| Cell::number(words::seconds(value), value))
}
