//! Simulations agree with theory, with arithmetic and with themselves.

mod changes;
mod laws;
mod theory;

use std::time::Duration;

use super::{Action, Change, Outcome, Setup, Span};
use crate::model::units::Rate;
use crate::scenario::ServiceTime;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn per_second(rate: f64) -> Rate {
    Rate::from_per_second(rate).unwrap()
}

/// So many partitions and consumers, each of which can take 1,000 records a second, for ten minutes.
fn alike(partitions: u32, consumers: u32, rate: f64) -> Setup {
    let mut setup = Setup::new(
        partitions,
        per_second(rate),
        consumers,
        ServiceTime::Exponential { mean: Duration::from_millis(1) },
    );
    setup.group.session_timeout = Duration::from_secs(10);
    setup.span = Span::For(Duration::from_mins(10));
    setup
}

fn with(mut setup: Setup, changes: impl IntoIterator<Item = (f64, Action)>) -> Setup {
    setup.changes = changes.into_iter().map(|(at, action)| Change { at: seconds(at), action }).collect();
    setup
}

/// Whatever happens, what came was processed or is still there, and the mean number in the system is what Little
/// says: arrivals per second times the time that each stayed.
#[track_caller]
fn assert_sound(outcome: &Outcome) {
    let came = outcome.records + outcome.lag_at_end;
    assert_eq!(outcome.arrived, came);
    let stayed = outcome.sojourn.mean().as_secs_f64() * outcome.per_second();
    let slack = 0.01 * outcome.mean_in_system + 0.02;
    assert!((stayed - outcome.mean_in_system).abs() < slack, "L {} is not {stayed}", outcome.mean_in_system);
    assert_eq!(outcome.records, outcome.consumers.iter().map(|consumer| consumer.records).sum::<u64>());
    assert_eq!((outcome.wait.count(), outcome.sojourn.count()), (outcome.records, outcome.records));
}
