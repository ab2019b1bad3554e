//! Theory of records that come in runs against the simulator.

use std::time::Duration;

use super::*;
use crate::model::units::Rate;
use crate::planner::runs::Runs;
use crate::planner::simulate::{Outcome, Setup, Span, Spread, simulate};
use crate::scenario::ServiceTime;
use crate::scenario::plan::Plan;

/// Records a second that each consumer takes.
const TAKES: f64 = 50.0;

const SERVICE: ServiceTime = ServiceTime::Exponential { mean: Duration::from_millis(20) };

fn rate(per_second: f64) -> Rate {
    Rate::from_per_second(per_second).unwrap()
}

fn theory(runs: Option<Runs>, consumers: u32, busy: f64) -> Theory {
    let plan = Plan {
        produce_rate: rate(f64::from(consumers) * TAKES * busy),
        consumer_rate: Some(rate(TAKES)),
        ..Plan::default()
    };
    let shares = vec![1.0 / f64::from(consumers); usize::try_from(consumers).unwrap()];
    of(&Facts { runs, ..Facts::of(&plan) }, &shares).unwrap()
}

fn simulated(runs: Runs, consumers: u32, busy: f64) -> Outcome {
    let each = f64::from(consumers) * TAKES * busy / f64::from(runs.producers);
    let mut setup = Setup::new(consumers, rate(each), consumers, SERVICE);
    setup.streams[0].count = runs.producers;
    setup.streams[0].spread = Spread::Sticky { run: runs.records };
    setup.span = Span::For(Duration::from_secs_f64(1.5e6 / (each * f64::from(runs.producers))));
    simulate(&setup)
}

#[test]
fn theory_and_simulation_agree_where_records_come_in_runs() {
    // How far theory is off in the mean and in the 99th percentile of the latency.
    let table = [
        ((1, 5, 4, 0.5), (0.1, 0.15)),
        ((1, 16, 20, 0.5), (0.1, 0.25)),
        ((2, 16, 4, 0.8), (0.1, 0.1)),
        ((4, 5, 20, 0.5), (0.1, 0.18)),
        ((4, 16, 4, 0.3), (0.1, 0.1)),
        ((4, 16, 20, 0.8), (0.1, 0.15)),
        ((16, 5, 4, 0.8), (0.1, 0.12)),
        ((16, 16, 20, 0.5), (0.1, 0.15)),
        ((16, 16, 4, 0.5), (0.1, 0.12)),
        ((100, 16, 20, 0.8), (0.15, 0.15)),
    ];
    for ((producers, records, consumers, busy), (of_mean, of_p99)) in table {
        let runs = Runs { producers, records };
        let (theory, simulated) = (theory(Some(runs), consumers, busy), simulated(runs, consumers, busy));
        let mean = theory.mean_wait * 1e9 / simulated.wait.mean_nanos() - 1.0;
        let p99 = theory.p99 / simulated.sojourn.p99().as_secs_f64() - 1.0;
        let what = format!("{runs:?} {consumers} {busy}: mean {mean:+.3}, p99 {p99:+.3}");
        assert!(mean.abs() < of_mean && p99.abs() < of_p99, "{what}");
        assert_eq!((theory.queue.as_str(), theory.is_exact), ("runs/M/1", false));
    }
}

#[test]
fn the_fewer_producers_the_longer_the_wait() {
    let wait = |producers| theory(Some(Runs { producers, records: 16 }), 20, 0.5).mean_wait;
    let plain = theory(None, 20, 0.5);
    let waits: Vec<f64> = [1, 4, 16, 100, 1_000].map(wait).into_iter().chain([plain.mean_wait]).collect();
    assert!(waits.is_sorted_by(|more, less| more > less), "{waits:?}");
    assert_eq!((plain.queue.as_str(), plain.is_exact), ("M/M/1", true));
}
