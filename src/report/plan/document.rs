//! The report of a plan: what is recommended and why, the limits with their formulas, every candidate, the
//! latency by the number of partitions and the backlog over time.

mod charts;
mod tables;

pub use self::charts::latency_chart;
use self::charts::{backlog_chart, outage_chart};
use crate::planner::compare::Comparison;
use crate::planner::sweep::{Answer, Simulated};
use crate::planner::words;
use crate::report::chart::Basis;
use crate::report::document::{Block, Document, Figure, Section, Tone};
use crate::report::plan::MeasuredInput;

/// Why there is no simulated latency.
const PARTIAL: &str = "What was simulated is shorter than the load's pattern: its latencies are of that part alone, \
    and are left out.";

/// Everything that a plan has to tell.
pub fn document(answer: &Answer) -> Document {
    let sections = [recommendation(answer), candidates(answer), backlog(answer), formulas(answer)];
    Document {
        kind: "Plan".to_owned(),
        title: answer.plan().title.clone(),
        about: String::new(),
        facts: facts(answer),
        sections: sections.into_iter().filter(|section| !section.blocks.is_empty()).collect(),
    }
}

/// What was measured where candidates ran on the broker.
pub fn on_broker(comparisons: &[&Comparison]) -> Section {
    let blocks = comparisons.iter().flat_map(|comparison| {
        let words = comparison.basis().into_iter().map(Block::Words);
        std::iter::once(Block::Table(tables::comparison(comparison))).chain(words)
    });
    Section { title: "On the broker".to_owned(), blocks: blocks.collect() }
}

/// Inputs that were measured, as facts.
pub fn measured_facts(inputs: &[MeasuredInput]) -> impl Iterator<Item = (String, String)> {
    inputs.iter().map(|input| (input.name.to_lowercase(), input.how.clone()))
}

fn facts(answer: &Answer) -> Vec<(String, String)> {
    let facts = &answer.facts;
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let mut list = vec![
        fact("seed", answer.plan().seed.to_string()),
        fact("load", format!("{} on average, {} at the peak", words::rate(facts.average), words::rate(facts.peak))),
        fact("a consumer takes", words::rate(facts.consumer)),
    ];
    if facts.write_limit.is_finite() {
        list.push(fact("a partition takes", words::rate(facts.write_limit)));
    }
    list.push(fact("version", env!("CARGO_PKG_VERSION").to_owned()));
    list
}

fn recommendation(answer: &Answer) -> Section {
    let mut blocks = vec![Block::Figures(figures(answer))];
    blocks.extend(answer.reasons.iter().map(|reason| Block::Words(reason.clone())));
    if !answer.limits.is_empty() {
        blocks.push(Block::Table(tables::limits(answer)));
    }
    Section { title: "What to take, and why".to_owned(), blocks }
}

fn figures(answer: &Answer) -> Vec<Figure> {
    let least = || Basis::derived("the fewest that meet every need");
    let Some(recommended) = answer.recommended else {
        let none = Figure::new("partitions", "no count will do".to_owned(), least());
        return vec![none.toned(Tone::Bad)];
    };
    let count = |value: u32| words::count(u64::from(value));
    let mut figures = vec![
        Figure::new("partitions", count(recommended.choice.partitions), least()).toned(Tone::Good),
        Figure::new("consumers", count(recommended.choice.consumers), least()).toned(Tone::Good),
        Figure::new("decided by", recommended.binding.to_owned(), Basis::derived("the limit that asks for most")),
    ];
    let Some(best) = answer.best() else { return figures };
    let busiest = Basis::derived("the busiest consumer's share of the load ÷ what it can take");
    figures.push(Figure::new("busiest consumer", words::percent(best.assessment.busiest_utilisation), busiest));
    if let Some(theory) = &best.assessment.theory {
        let basis = Basis::derived(&format!("{}{}", theory.queue, if theory.is_exact { "" } else { ", approximated" }));
        figures.push(Figure::new("p99 in theory", words::seconds(theory.p99), basis));
    }
    if let Some(p99) = best.simulated_p99() {
        figures.push(Figure::new("p99 simulated", words::seconds(p99), Basis::Simulated));
    }
    figures
}

fn candidates(answer: &Answer) -> Section {
    let mut blocks: Vec<Block> = latency_chart(answer).map(Block::Chart).into_iter().collect();
    blocks.push(Block::Table(tables::candidates(answer)));
    let is_partial = |simulated: &Simulated| !simulated.is_representative;
    if answer.candidates.iter().filter_map(|candidate| candidate.simulated.as_ref()).any(is_partial) {
        blocks.push(Block::Words(PARTIAL.to_owned()));
    }
    Section { title: "Candidates".to_owned(), blocks }
}

fn backlog(answer: &Answer) -> Section {
    let charts = [backlog_chart(answer), outage_chart(answer)];
    Section { title: "Backlog".to_owned(), blocks: charts.into_iter().flatten().map(Block::Chart).collect() }
}

fn formulas(answer: &Answer) -> Section {
    let rows: Vec<Block> =
        (!answer.rows.is_empty()).then(|| Block::Table(tables::formulas(answer))).into_iter().collect();
    Section { title: "Formulas".to_owned(), blocks: rows }
}
