//! The question how many partitions and consumers a load needs, as data: the load, what a partition and a
//! consumer take, and what is asked of them. Answers are the planner's business.

mod check;
mod load;
mod save;

use std::path::Path;
use std::time::Duration;

use crate::model::units::Rate;

use super::check::defaults;
use super::{BatchSpec, Keys, Pattern, Problem, RecordSize, ScenarioErrors, ServiceTime};

pub use check::{MAX_PRODUCERS, check, is_plan};
pub use load::ConsumerWork;
pub use save::to_toml;

/// A plan in which every value is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub title: String,
    /// Whatever is random in a simulation comes from it.
    pub seed: u64,
    /// Records per second, above 0; the pattern shapes it as a producer's. For a trace the mean of its points.
    pub produce_rate: Rate,
    pub pattern: Pattern,
    /// Of the value.
    pub message_size: RecordSize,
    pub keys: Keys,
    /// Who send the load, each as much as the others: 1 to [`MAX_PRODUCERS`]. Without keys each of them fills a batch
    /// for one partition before it goes on to another. `None` for so many that each record goes its own way.
    pub producers: Option<u32>,
    /// Records per second that one partition takes, above 0; `None` where that is no limit.
    pub partition_write_limit: Option<Rate>,
    /// Records per second that one consumer takes, above 0. `None` only where `processing` says it.
    pub consumer_rate: Option<Rate>,
    /// Per record. Beside a consumer's rate only its shape counts, not its mean. `None` only beside a rate.
    pub processing: Option<ServiceTime>,
    pub batch: BatchSpec,
    /// Of each consumer, at least 1.
    pub workers: u32,
    /// So many consumers may be gone, and the others still keep up.
    pub tolerate_consumer_failures: u32,
    /// At least 1.
    pub replication_factor: u32,
    /// How long records are kept; `None` for ever.
    pub retention: Option<Duration>,
    /// During which no consumer reads.
    pub outage: Option<Outage>,
    pub target: Target,
    /// Counts to compare, in order and each once; empty where the planner is to choose them.
    pub partitions: Vec<u32>,
    /// `None` where the planner is to find out.
    pub consumers: Option<u32>,
    /// How certain simulated figures are to be: half the width of their 95 % confidence intervals, as a share of them.
    /// `None` for one run, however certain that is.
    pub precision: Option<f64>,
}

/// All consumers stand still for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    pub length: Duration,
    /// Since the pattern began; `None` for the moment from which catching up takes longest.
    pub at: Option<Duration>,
}

/// What is asked of a setup. What is `None` is not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Target {
    /// From a record's arrival to the end of its processing, for 99 of 100 records.
    pub p99_latency: Option<Duration>,
    /// How long the record that arrives at the worst moment lies behind others, without an outage.
    pub max_backlog_time: Option<Duration>,
    /// From the end of the outage until nothing is left of it.
    pub catch_up: Option<Duration>,
    /// Busy share of the busiest consumer, on average over the pattern: above 0, up to 1.
    pub utilisation: Option<f64>,
}

impl Default for Plan {
    /// A load of 1,000 records per second on consumers of 50 per second, and nothing asked.
    fn default() -> Self {
        let rate = |per_second| Rate::from_per_second(per_second).expect("the rate is positive and finite");
        Self {
            title: defaults::TITLE.to_owned(),
            seed: defaults::SEED,
            produce_rate: rate(1_000.0),
            pattern: Pattern::Poisson,
            message_size: defaults::SIZE,
            keys: Keys::None,
            producers: None,
            partition_write_limit: None,
            consumer_rate: Some(rate(50.0)),
            processing: None,
            batch: BatchSpec::SINGLE,
            workers: 1,
            tolerate_consumer_failures: 0,
            replication_factor: defaults::REPLICATION_FACTOR,
            retention: Some(defaults::RETENTION),
            outage: None,
            target: Target::default(),
            partitions: Vec::new(),
            consumers: None,
            precision: None,
        }
    }
}

/// Reads and checks the plan in a file. Files that it names are looked for beside it. `flags` are keys and
/// values that win over those of the file.
///
/// # Errors
/// When it can't be read, or with all that is wrong with it.
pub fn load(path: &Path, flags: &[(&str, String)]) -> Result<Plan, ScenarioErrors> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ScenarioErrors {
        file: file.clone(),
        problems: vec![Problem { position: None, message: format!("can't read the plan: {error}") }],
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    check(&file, &text, flags, |name| std::fs::read_to_string(folder.join(name)))
}

#[cfg(test)]
mod tests;
