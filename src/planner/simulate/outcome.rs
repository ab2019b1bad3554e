//! What a simulation came to, as plain values.

use super::real;
use std::time::Duration;

use super::histogram::TimeHistogram;

/// The figures of one run, of the time after the warm-up. All of them are simulated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub seed: u64,
    /// How much was simulated and counted.
    pub span: Duration,
    /// Processed, each processing counted.
    pub records: u64,
    /// Of these, processed before by a consumer that crashed or lost its place before it had committed.
    pub duplicates: u64,
    /// Committed and never processed, where offsets are committed before processing.
    pub lost: u64,
    /// Records that came, those that are still waiting and those that waited at the start too.
    pub arrived: u64,
    /// From when a record was to be sent until its processing began.
    pub wait: TimeHistogram,
    /// From when a record was to be sent until its processing ended.
    pub sojourn: TimeHistogram,
    /// The time integral of the number of records in the system over the span. A record that is processed twice
    /// counts twice.
    pub mean_in_system: f64,
    /// Records that had come and were not processed.
    pub lag: LagSeries,
    pub max_lag: u64,
    pub lag_at_end: u64,
    /// When nothing waited any more, from the beginning; `None` when it never came to that, or was not asked for.
    pub drained_after: Option<Duration>,
    /// In the order of their beginning.
    pub outages: Vec<CatchUp>,
    /// Those at the start in their order, then those that were added.
    pub consumers: Vec<ConsumerOutcome>,
    /// The newest [`MAX_REBALANCES`]; the totals count all.
    pub rebalances: Vec<RebalanceOutcome>,
    pub rebalance_count: u64,
    /// Longest time for which the group stood still.
    pub longest_pause: Duration,
    /// The number of consumers whenever an autoscaler changed it.
    pub replicas: Vec<(Duration, u32)>,
    /// False when it was cancelled: then the figures are of the time until then.
    pub complete: bool,
    /// Real time that it took.
    pub wall: Duration,
}

/// Rebalances that an outcome keeps. A group that rebalances more often is told by its count.
pub const MAX_REBALANCES: usize = 1_000;

/// Lag at moments evenly apart. Each is the highest of its interval, as far as it was looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LagSeries {
    /// From the beginning of the simulation, warm-up included.
    pub begin: Duration,
    pub step: Duration,
    pub records: Vec<u64>,
}

impl LagSeries {
    /// Seconds from the beginning of the simulation, and records.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let (first, step) = (self.begin.as_secs_f64(), self.step.as_secs_f64());
        self.records
            .iter()
            .zip(0_u32..)
            .map(move |(records, index)| (step.mul_add(f64::from(index), first), real(*records)))
    }
}

/// How a group came back from an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchUp {
    pub at: Duration,
    pub length: Duration,
    /// From its end until every consumer had met a record that did not have to wait; `None` when that never came.
    pub after: Option<Duration>,
}

/// What one consumer did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerOutcome {
    pub name: String,
    pub records: u64,
    /// Share of the span that its workers spent processing, 0 to 1.
    pub busy: f64,
}

/// One rebalance that was completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebalanceOutcome {
    /// When the group began to rebalance.
    pub at: Duration,
    pub generation: i32,
    /// In words, for example `session timeout of billing-2`.
    pub reason: String,
    /// Partitions that changed hands.
    pub moved: u32,
    pub kept: u32,
    /// From the beginning until every member had its assignment.
    pub paused: Duration,
}

impl Outcome {
    /// The busiest consumer.
    pub fn busiest(&self) -> Option<&ConsumerOutcome> {
        self.consumers.iter().max_by(|one, other| one.busy.total_cmp(&other.busy))
    }

    /// Processed records per second.
    pub fn per_second(&self) -> f64 {
        per_second(self.records, self.span)
    }

    /// Simulated records per second of real time.
    pub fn speed(&self) -> f64 {
        per_second(self.records, self.wall)
    }
}

/// 0 for no time at all.
pub fn per_second(records: u64, span: Duration) -> f64 {
    if span.is_zero() { 0.0 } else { real(records) / span.as_secs_f64() }
}
