//! Simulated waits are what queueing theory says, within three per cent.

use std::time::Duration;

use crate::model::units::Rate;
use crate::planner::simulate::{Setup, Span, simulate};
use crate::scenario::ServiceTime;

const MEAN: Duration = Duration::from_millis(1);

fn setup(utilisation: f64, workers: u32, service: ServiceTime, records: f64, seed: u64) -> Setup {
    let per_second = utilisation * f64::from(workers) / MEAN.as_secs_f64();
    let mut setup = Setup::new(4, Rate::from_per_second(per_second).unwrap(), 1, service);
    setup.group.consumers[0].workers = workers;
    setup.span = Span::For(Duration::from_secs_f64(records / per_second));
    setup.warm_up = Duration::from_secs(20);
    setup.seed = seed;
    setup
}

/// Mean wait and 99th percentile of the time in the system, in milliseconds.
#[track_caller]
fn assert_near(what: &str, setup: &Setup, mean_wait: f64, p99: f64) {
    let outcome = simulate(setup);
    let wait = outcome.wait.mean().as_secs_f64() * 1e3;
    let found = outcome.sojourn.p99().as_secs_f64() * 1e3;
    assert!((wait / mean_wait - 1.0).abs() < 0.03, "{what}: mean wait {wait} ms, not {mean_wait}");
    assert!((found / p99 - 1.0).abs() < 0.03, "{what}: p99 {found} ms, not {p99}");
}

#[test]
fn m_m_1() {
    for (utilisation, records) in [(0.5, 5e5), (0.8, 2e6), (0.9, 1e7)] {
        let setup = setup(utilisation, 1, ServiceTime::Exponential { mean: MEAN }, records, 7);
        let slack = 1.0 - utilisation;
        assert_near(&format!("M/M/1 {utilisation}"), &setup, utilisation / slack, 100_f64.ln() / slack);
    }
}
