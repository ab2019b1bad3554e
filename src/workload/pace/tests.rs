//! Rates and distributions of the arrival processes.

use std::time::Duration;

use super::*;
use crate::model::units::Rate;
use crate::scenario::TracePoint;

const SECOND: f64 = 1e9;

fn arrivals(mut pacer: Pacer, until_seconds: f64) -> Vec<f64> {
    let mut times = Vec::new();
    while pacer.next < until_seconds * SECOND {
        times.push(pacer.next / SECOND);
        pacer.advance();
    }
    times
}

fn of(pattern: &Pattern, per_second: f64) -> Pacer {
    Pacer::new(pattern, per_second, Time::ZERO, 11)
}

fn count_in(times: &[f64], from: f64, to: f64) -> usize {
    times.iter().filter(|time| (from..to).contains(time)).count()
}

#[track_caller]
fn assert_near(count: usize, expected: f64, tolerance: f64) {
    let count = f64::from(u32::try_from(count).unwrap());
    assert!((count / expected - 1.0).abs() < tolerance, "{count} instead of {expected}");
}

#[test]
fn a_constant_rate_is_evenly_spaced() {
    let times = arrivals(of(&Pattern::Constant, 800.0), 10.0005);
    assert_eq!(times.len(), 8_000);
    assert!(times.windows(2).all(|pair| (pair[1] - pair[0] - 1.0 / 800.0).abs() < 1e-9));
}

#[test]
fn leaping_ends_where_walking_does() {
    for (per_second, pattern) in [(3e6, Pattern::Constant), (900.0, Pattern::Constant), (3e6, Pattern::Poisson)] {
        let (mut walking, due) = (of(&pattern, per_second), 30_000_000);
        let mut leaping = walking.clone();
        let leapt = leaping.leap(due);
        assert_eq!(leapt > 0, per_second > 1e6 && pattern == Pattern::Constant);
        (0..leapt).for_each(|_| walking.advance());
        assert!(leaping.next <= 3e7 && (leaping.next - walking.next).abs() < 1.0, "{leaping:?} {walking:?}");
    }
}

#[test]
fn poisson_gaps_have_the_mean_and_the_deviation_of_the_exponential_distribution() {
    let times = arrivals(of(&Pattern::Poisson, 1_000.0), 100.0);
    assert_near(times.len(), 100_000.0, 0.015);
    let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = gaps.iter().sum::<f64>() / 1e5;
    let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / 1e5).sqrt();
    assert!((deviation / 1e-3 - 1.0).abs() < 0.03, "{deviation}");
}

#[test]
fn a_burst_multiplies_the_rate_at_the_end_of_each_period() {
    let pattern = Pattern::Burst { every: Duration::from_secs(10), length: Duration::from_secs(2), factor: 5.0 };
    let times = arrivals(of(&pattern, 1_000.0), 20.0);
    assert_near(count_in(&times, 0.0, 8.0), 8_000.0, 0.05);
    assert_near(count_in(&times, 8.0, 10.0), 10_000.0, 0.05);
    assert_near(count_in(&times, 10.0, 18.0), 8_000.0, 0.05);
    assert_near(count_in(&times, 18.0, 20.0), 10_000.0, 0.05);
}

#[test]
fn a_day_has_its_mean_and_its_peak() {
    for peak in [1.0, 1.5, 2.5, 6.0] {
        let pattern = Pattern::Diurnal { peak, period: Duration::from_secs(100) };
        let times = arrivals(of(&pattern, 1_000.0), 200.0);
        assert_near(times.len(), 200_000.0, 0.01);
        assert_near(count_in(&times, 49.5, 50.5), 1_000.0 * peak, 0.12);
        assert!(count_in(&times, 0.0, 1.0) <= count_in(&times, 49.5, 50.5) + 100);
    }
}

#[test]
fn a_trace_gives_its_own_rates_and_the_last_goes_on() {
    let point = |at, rate| TracePoint { at: Duration::from_secs(at), rate: Rate::from_per_second(rate).unwrap() };
    let points = [point(1, 500.0), point(3, 0.0), point(4, 2_000.0)];
    let pattern = Pattern::Trace { file: "trace.csv".into(), points: points.into() };
    let times = arrivals(of(&pattern, 1.0), 10.0);
    assert_eq!((count_in(&times, 0.0, 1.0), count_in(&times, 3.0, 4.0)), (0, 0));
    assert_near(count_in(&times, 1.0, 3.0), 1_000.0, 0.1);
    assert_near(count_in(&times, 4.0, 10.0), 12_000.0, 0.03);
}

#[test]
fn a_rate_that_changes_keeps_what_was_due_and_the_progress_of_the_gap() {
    let mut pacer = of(&Pattern::Constant, 1.0);
    // Read late: at 2.5 s the rate changes, and only then is the schedule read.
    pacer.set_rate(Time::from_micros(2_500_000), 10.0);
    pacer.set_rate(Time::from_micros(2_900_000), 0.0);
    pacer.set_rate(Time::from_micros(10_000_000), 2.0);
    let times = arrivals(pacer, 11.2);
    let expected = [1.0, 2.0, 2.55, 2.65, 2.75, 2.85, 10.25, 10.75];
    assert_eq!(times.len(), expected.len(), "{times:?}");
    assert!(times.iter().zip(expected).all(|(time, expected)| (time - expected).abs() < 1e-6), "{times:?}");
}

#[test]
fn the_same_seed_gives_the_same_times_and_a_rate_of_zero_none() {
    let times = |seed| arrivals(Pacer::new(&Pattern::Poisson, 50.0, Time::ZERO, seed), 10.0);
    assert_eq!(times(3), times(3));
    assert_ne!(times(3), times(4));
    assert_eq!(of(&Pattern::Poisson, 0.0).peek(), u64::MAX);
}
