//! Discrete events in virtual time: what a load does to a group of consumers, much faster than it could be run.
//!
//! The rules of the group are those of the broker: [`crate::model::group::Group::step`] and the assignors, driven
//! from a queue of events. Between two such events each consumer is a queue of its own, and a record costs two draws
//! and Lindley's recursion. What is simplified, and where that shows:
//!
//! - A consumer reads its partitions in the order in which their records came, not some of one and then some of the
//!   next. That changes no mean, and no wait where nothing has piled up; the 99th percentile of consumers with several
//!   partitions comes out some per cent too low (seven with two partitions at half load).
//! - Records that a crash lets be read again are drawn again, from the same distribution at the same times.
//! - Appends, fetches and commits take no time.

mod arrivals;
mod changes;
mod client;
mod coordination;
pub mod histogram;
mod inflow;
mod lane;
mod load;
mod logs;
mod looks;
mod of_scenario;
pub mod outcome;
mod places;
mod polls;
mod reckoning;
pub mod replicate;
mod run;
mod service;
pub mod setup;
pub mod spread;
mod stretch;
mod talk;
mod tally;
mod thinned;
mod wakes;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;

pub use histogram::TimeHistogram;
pub use outcome::{CatchUp, ConsumerOutcome, LagSeries, Outcome, RebalanceOutcome};
pub use replicate::{Estimate, Precision, Replications, replicate};
pub use setup::{Action, Change, PartitionStart, Present, Setup, Span, Start, Stream, Topic};
pub use spread::Spread;

use crate::clock::Stopwatch;
use crate::workload::patience::METADATA_REFRESH;

/// Nanoseconds since the beginning; what came before it is negative.
type Nanos = f64;

type Random = Xoshiro256PlusPlus;

/// Simulates a setup to its end.
pub fn simulate(setup: &Setup) -> Outcome {
    simulate_while(setup, &AtomicBool::new(false), |_| {})
}

/// The same, told now and then how much is done (0 to 1), and ended early once `cancel` is true.
pub fn simulate_while(setup: &Setup, cancel: &AtomicBool, mut progress: impl FnMut(f64)) -> Outcome {
    let wall = Stopwatch::start();
    let is_going_on = |share| {
        progress(share);
        !cancel.load(Ordering::Relaxed)
    };
    let outcome = run::Run::new(setup).outcome(is_going_on);
    Outcome { wall: wall.elapsed(), ..outcome }
}

fn nanos(span: Duration) -> Nanos {
    span.as_secs_f64() * 1e9
}

/// A count as formulas take it.
#[expect(clippy::cast_precision_loss, reason = "counts of a simulation are far below 2^53")]
fn real(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

/// When clients look next whether their topics have changed: a leader for what it divides, a producer for what it
/// sends to.
fn next_refresh(now: Nanos) -> Nanos {
    let every = nanos(METADATA_REFRESH);
    (now / every).floor() * every + every
}

fn span_of(span: Nanos) -> Duration {
    Duration::try_from_secs_f64(span / 1e9).unwrap_or_default()
}
