//! Simulated waits are what queueing theory says, within three per cent of the mean and of the 99th percentile.

use std::time::Duration;

use super::per_second;
use crate::planner::queueing::{Queue, Service};
use crate::planner::simulate::{Setup, Span, simulate};
use crate::scenario::ServiceTime;

const MEAN: Duration = Duration::from_millis(1);

/// Utilisations, and records enough for each: the fuller, the longer what happens echoes.
const CASES: [(f64, f64); 3] = [(0.5, 5e5), (0.8, 2e6), (0.9, 1e7)];

fn assert_agrees(service: &ServiceTime, theory: &Service, workers: u32) {
    for (utilisation, records) in CASES {
        let rate = utilisation * f64::from(workers) / MEAN.as_secs_f64();
        let mut setup = Setup::new(4, per_second(rate), 1, service.clone());
        setup.group.consumers[0].workers = workers;
        setup.span = Span::For(Duration::from_secs_f64(records / rate));
        setup.warm_up = Duration::from_secs(10);
        let outcome = simulate(&setup);
        let queue = Queue::new(rate, theory.clone(), workers);
        let pairs = [
            ("mean wait", outcome.wait.mean(), queue.mean_wait()),
            ("p99 of the wait", outcome.wait.p99(), queue.wait_quantile(0.99)),
            ("p99 of the latency", outcome.sojourn.p99(), queue.latency_quantile(0.99)),
        ];
        for (what, found, expected) in pairs {
            let (found, expected) = (found.as_secs_f64(), expected.unwrap());
            let error = found / expected - 1.0;
            assert!(error.abs() < 0.03, "{} at {utilisation}: {what} {found} s, not {expected}", queue.name());
        }
        assert!((outcome.consumers[0].busy / utilisation - 1.0).abs() < 0.01, "{:?}", outcome.consumers);
    }
}

#[test]
fn exponential_processing_waits_as_m_m_1() {
    assert_agrees(&ServiceTime::Exponential { mean: MEAN }, &Service::Exponential(1e-3), 1);
}

#[test]
fn constant_processing_waits_as_m_d_1() {
    assert_agrees(&ServiceTime::Constant(MEAN), &Service::Deterministic(1e-3), 1);
}

#[test]
fn a_pool_waits_as_m_m_c() {
    assert_agrees(&ServiceTime::Exponential { mean: MEAN }, &Service::Exponential(1e-3), 4);
}

#[test]
fn several_consumers_are_as_many_queues() {
    let rate = 3_200.0;
    let mut setup = Setup::new(16, per_second(rate), 4, ServiceTime::Exponential { mean: MEAN });
    setup.span = Span::For(Duration::from_mins(20));
    let outcome = simulate(&setup);
    let queue = Queue::new(rate / 4.0, Service::Exponential(1e-3), 1);
    let (found, expected) = (outcome.wait.mean().as_secs_f64(), queue.mean_wait().unwrap());
    assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
}

#[test]
fn a_limited_log_is_a_queue_before_the_consumer() {
    // 50 records a second to each log, which takes 100: M/D/1 at a half. Behind it nobody has to wait for long.
    let mut setup = Setup::new(8, per_second(400.0), 8, ServiceTime::Constant(Duration::from_micros(1)));
    setup.topics[0].write_limit = Some(per_second(100.0));
    setup.span = Span::For(Duration::from_mins(40));
    let outcome = simulate(&setup);
    let queue = Queue::new(50.0, Service::Deterministic(0.01), 1);
    let (found, expected) = (outcome.wait.mean().as_secs_f64(), queue.mean_latency().unwrap());
    assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
}
