//! The columns of the table of candidates: what each says, how its figures come about, and which are left out first
//! where there is no room for all.

use crate::planner::sweep::{Answer, Candidate};
use crate::planner::words;

/// A column: its title, how its figures come about, and what they are.
pub struct Column {
    pub title: &'static str,
    pub meaning: &'static str,
    /// How soon it is left out where there is no room for all: the highest first, those of 0 never.
    rank: u8,
    pub cell: fn(&Answer, &Candidate) -> String,
}

/// All of them, from left to right.
pub const COLUMNS: [Column; 9] = [
    Column {
        rank: 0,
        title: "Partitions",
        meaning: "Those of the limits, the recommended count and some around it",
        cell: |_, it| words::count(u64::from(it.assessment.choice.partitions)),
    },
    Column {
        rank: 0,
        title: "Consumers",
        meaning: "As many as are needed beside so many partitions, or those of the plan",
        cell: |_, it| words::count(u64::from(it.assessment.choice.consumers)),
    },
    Column {
        rank: 1,
        title: "Busiest",
        meaning: "Derived: busy share of the busiest consumer, busiest_share × produce_rate / consumer_rate",
        cell: |_, it| words::percent(it.assessment.busiest_utilisation),
    },
    Column { rank: 4, title: "p50", meaning: LATENCY, cell: |_, it| latency(it, |it| it.p50, |it| it.p50) },
    Column { rank: 0, title: "p99", meaning: LATENCY, cell: |_, it| latency(it, |it| it.p99, |it| it.p99) },
    Column {
        rank: 3,
        title: "Backlog",
        meaning: "Derived: how long the record that comes at the worst moment lies behind others, without an outage: \
                  max over time of backlog(t) / consumer_rate",
        cell: |_, it| it.assessment.backlog.map_or_else(|| "grows".to_owned(), |it| words::seconds(it.wait)),
    },
    Column {
        rank: 2,
        title: "Catch-up",
        meaning: "Simulated: until every consumer met a record that need not wait; with ~ derived, as long as it is not \
                  simulated: backlog after the outage / (capacity − rate)",
        cell: Answer::catch_up,
    },
    Column {
        rank: 6,
        title: "Idle",
        meaning: "Consumers that no partition is left for: consumers − partitions",
        cell: |_, it| it.assessment.choice.idle().to_string(),
    },
    Column {
        rank: 5,
        title: "Disk",
        meaning: "Derived: produce_rate × message_size × retention × replication_factor, of all brokers together",
        cell: |answer, _| answer.facts.disk_bytes().map_or_else(|| "fills up".to_owned(), words::bytes),
    },
];

/// How latencies come about.
const LATENCY: &str = "Simulated; with ~ in theory, as long as it is not simulated: \
                       t: Σ over consumers of share × P(wait + processing > t)";

fn latency(
    candidate: &Candidate,
    theory: fn(&crate::planner::theory::Theory) -> f64,
    simulated: fn(&crate::planner::sweep::Simulated) -> f64,
) -> String {
    let Some(known) = &candidate.assessment.theory else { return "grows".to_owned() };
    match &candidate.simulated {
        Some(found) if found.is_representative => words::seconds(simulated(found)),
        _ => format!("~{}", words::seconds(theory(known))),
    }
}

impl Column {
    /// Title and figure.
    pub fn words(&self, answer: &Answer, candidate: &Candidate) -> String {
        format!("{} {}", self.title, (self.cell)(answer, candidate))
    }
}

/// As many as fit, in their order.
pub fn fitting(most: usize) -> Vec<&'static Column> {
    let mut ranks: Vec<u8> = COLUMNS.iter().map(|column| column.rank).collect();
    ranks.sort_unstable();
    let last = ranks.get(most.max(1) - 1).copied().unwrap_or(u8::MAX);
    COLUMNS.iter().filter(|column| column.rank <= last).collect()
}
