//! Backlogs against sums that can be done by hand.

use std::time::Duration;

use super::*;
use crate::model::units::Rate;
use crate::scenario::Pattern;
use crate::scenario::plan::Plan;

fn load(per_second: f64, pattern: Pattern) -> Load {
    Load::of(&Plan { produce_rate: Rate::from_per_second(per_second).unwrap(), pattern, ..Plan::default() })
}

/// 100 per second, and 300 in the last minute of every ten.
fn bursts() -> Load {
    let minutes = Duration::from_mins;
    load(100.0, Pattern::Burst { every: minutes(10), length: minutes(1), factor: 3.0 })
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6 * expected.max(1.0), "{found}, not {expected}");
}

#[test]
fn a_burst_leaves_a_backlog_that_drains() {
    let load = bursts();
    near(load.average(), 120.0);
    let backlog = Fluid::new(&load, 1.0, 200.0).backlog().unwrap();
    // 60 s at 100 above capacity, drained at 100 below it.
    near(backlog.records, 6_000.0);
    near(backlog.wait, 30.0);
    near(backlog.lasts, 120.0);
    assert_eq!(Fluid::new(&load, 1.0, 300.0).backlog(), Some(Backlog::default()));
    assert_eq!(Fluid::new(&load, 1.0, 119.0).backlog(), None);
}

#[test]
fn a_backlog_may_last_over_the_end_of_the_period() {
    // 125 of capacity: 10,500 pile up in the burst; 25 a second drain them in 420 s of the next period.
    let backlog = Fluid::new(&bursts(), 1.0, 125.0).backlog().unwrap();
    near(backlog.records, 10_500.0);
    near(backlog.lasts, 480.0);
}

#[test]
fn a_steady_load_is_caught_up_as_the_formula_says() {
    let load = load(1_000.0, Pattern::Poisson);
    let catch_up = Fluid::new(&load, 1.0, 1_500.0).catch_up(1_800.0, None).unwrap();
    near(catch_up.records, 1_800_000.0);
    near(catch_up.seconds, 3_600.0);
    assert_eq!(Fluid::new(&load, 1.0, 1_000.0).catch_up(60.0, None), None);
}

#[test]
fn an_outage_is_worst_before_the_burst() {
    let load = bursts();
    let fluid = Fluid::new(&load, 1.0, 200.0);
    let worst = fluid.catch_up(60.0, None).unwrap();
    // 18,000 wait at the end of a burst without consumers, and 100 a second drain them.
    assert!((worst.seconds - 180.0).abs() < 3.0, "{worst:?}");
    let quiet = fluid.catch_up(60.0, Some(60.0)).unwrap();
    near(quiet.seconds, 60.0);
    near(quiet.records, 6_000.0);
}
