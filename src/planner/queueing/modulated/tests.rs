//! Runs against what is known exactly, and that every figure makes sense.

use super::*;
use crate::planner::queueing::{Queue, Service};

/// One producer whose runs come at once is a queue of batches.
fn batches(run: u32, busy: f64) -> f64 {
    (busy + (f64::from(run) - 1.0) / 2.0) / (1.0 - busy)
}

fn queue(count: u32, run: u32, queues: u32, busy: f64) -> Queue {
    let sources = Sources { count, run, share: 1.0 / f64::from(queues) };
    Queue::new(busy, Service::Exponential(1.0), 1).with_runs(sources)
}

#[test]
fn runs_that_come_at_once_wait_as_batches_do() {
    for (run, busy) in [(2, 0.5), (16, 0.3), (16, 0.8), (140, 0.6)] {
        let found = queue(1, run, 100_000, busy).mean_wait().unwrap();
        let exact = batches(run, busy);
        assert!((found / exact - 1.0).abs() < 1e-3, "{run} {busy}: {found} {exact}");
    }
}

#[test]
fn what_makes_no_difference_changes_nothing() {
    let plain = Queue::new(0.7, Service::Exponential(1.0), 1);
    for (count, run, queues) in [(4, 1, 20), (4, 16, 1)] {
        let same = queue(count, run, queues, 0.7);
        assert_eq!((same.mean_wait(), same.name().as_str(), same.is_exact()), (plain.mean_wait(), "M/M/1", true));
    }
    assert_eq!(queue(1, 16, 20, 1.0).mean_wait(), None);
}

#[test]
fn the_more_producers_the_nearer_to_independent_records() {
    for service in [Service::Deterministic(1.0), Service::Exponential(1.0), Service::log_normal(1.0, 0.8)] {
        for servers in [1, 4] {
            let plain = Queue::new(0.6 * f64::from(servers), service.clone(), servers);
            let with = |count| plain.clone().with_runs(Sources { count, run: 16, share: 0.25 });
            let mut last = f64::INFINITY;
            for count in [1, 2, 4, 8, 12, 13, 32, 100, 1_000, 1_000_000] {
                let wait = with(count).mean_wait().unwrap();
                assert!(wait < last * 1.01, "{count} producers: {wait} {last}");
                last = wait;
            }
            let many = with(1_000_000);
            for share in [0.5, 0.9, 0.99, 0.999] {
                let both = [&many, &plain].map(|queue| queue.latency_quantile(share).unwrap());
                assert!((both[0] / both[1] - 1.0).abs() < 2e-3, "{service:?} {servers} {share}: {both:?}");
            }
        }
    }
}

#[test]
fn every_figure_makes_sense_whatever_the_setup() {
    for count in [1, 2, 5, 12, 13, 40, 1_000] {
        for run in [2, 3, 16, 200, 16_384] {
            for queues in [2, 3, 20, 1_000] {
                for busy in [0.001, 0.1, 0.5, 0.9, 0.999_999] {
                    let found = queue(count, run, queues, busy);
                    let what = format!("{count} {run} {queues} {busy}: {found:?}");
                    let plain = busy / (1.0 - busy);
                    let wait = found.mean_wait().unwrap();
                    assert!(wait.is_finite() && wait > plain * 0.999_9, "{wait} {plain} {what}");
                    let mut last = 1.0;
                    for step in 0..40 {
                        let exceeds = found.wait_exceeds(wait * f64::from(step) / 4.0);
                        assert!((0.0..=last + 1e-9).contains(&exceeds), "{step}: {exceeds} {last} {what}");
                        last = exceeds;
                    }
                    let chance = found.wait_exceeds(0.0);
                    assert!(chance >= busy * 0.999 && chance <= 1.0, "{chance} {what}");
                }
            }
        }
    }
}
