//! Theory, simulation and measurement side by side, in virtual time; and how long real time is measured.

use super::*;
use crate::model::units::Rate;
use crate::scenario::{Keys, Pattern};

fn rate(per_second: f64) -> Rate {
    Rate::from_per_second(per_second).unwrap()
}

/// A load that theory is exact for.
fn exact() -> Plan {
    Plan {
        produce_rate: rate(60.0),
        consumer_rate: Some(rate(50.0)),
        keys: Keys::Uniform { count: 10_000 },
        ..Plan::default()
    }
}

fn go(request: &Request) -> Comparison {
    compare(request, &AtomicBool::new(false), &mut |_| {}).unwrap().unwrap()
}

const CHOICE: Choice = Choice { partitions: 4, consumers: 2 };

#[test]
fn all_three_agree_where_theory_is_exact() {
    let request = Request { span: Some(Duration::from_mins(4)), ..Request::new(exact(), CHOICE) };
    let comparison = go(&request);
    assert_eq!((comparison.rows.len(), comparison.is_of_all()), (5, true));
    for row in &comparison.rows {
        let (simulated, theory) = (row.off(row.simulated).unwrap(), row.off(row.theory.unwrap()).unwrap());
        let slack = if row.name.contains("p99") { 0.12 } else { 0.08 };
        assert!(simulated.abs() < slack && theory.abs() < slack, "{row:?}");
    }
    assert_eq!(comparison.measured.span, Duration::from_mins(4));
    let basis = comparison.basis().join(" ");
    assert!(basis.contains("in virtual time") && basis.contains("seed 1") && basis.contains("queue M/M/1"), "{basis}");
}

#[test]
fn a_part_of_a_pattern_is_measured_where_it_is_heaviest() {
    let pattern = Pattern::Burst { every: Duration::from_hours(1), length: Duration::from_mins(5), factor: 1.5 };
    let plan = Plan { pattern, ..exact() };
    let request = Request { span: Some(Duration::from_mins(4)), ..Request::new(plan, CHOICE) };
    let comparison = go(&request);
    assert!(!comparison.is_of_all());
    let processed = comparison.rows[0];
    assert_eq!(processed.theory, Some(90.0));
    assert!((processed.measured - 90.0).abs() < 5.0 && (processed.simulated - 90.0).abs() < 5.0, "{processed:?}");
    let basis = comparison.basis().join(" ");
    assert!(basis.contains("heaviest 4 min of the load's pattern, 55 min into it"), "{basis}");
}

#[test]
fn progress_grows_to_its_end_and_a_stop_leaves_nothing() {
    let request = Request { span: Some(Duration::from_secs(20)), ..Request::new(exact(), CHOICE) };
    let mut shares = vec![0.0];
    compare(&request, &AtomicBool::new(false), &mut |share| shares.push(share)).unwrap().unwrap();
    assert!(shares.is_sorted() && (shares.last().unwrap() - 1.0).abs() < 1e-6, "{shares:?}");
    for stop_at in [0.0, 0.1, 0.5] {
        let (cancel, mut last) = (AtomicBool::new(false), 0.0);
        let told = &mut |share| {
            last = share;
            cancel.store(share >= stop_at, Ordering::Relaxed);
        };
        assert_eq!(compare(&request, &cancel, told).unwrap(), None);
        assert!(last < stop_at + 0.1, "it ended soon after {stop_at}: {last}");
    }
}

#[test]
fn real_time_is_measured_for_as_long_as_somebody_waits() {
    let of = |per_second: f64, clock| {
        let plan = Plan { produce_rate: rate(per_second), ..exact() };
        Request { clock, ..Request::new(plan, CHOICE) }.stretch().span
    };
    assert_eq!(of(10_000.0, ClockKind::Real), Duration::from_secs(30));
    assert_eq!(of(500.0, ClockKind::Real), Duration::from_secs(40));
    assert_eq!(of(1.0, ClockKind::Real), Duration::from_mins(1));
    assert_eq!(of(1_000.0, ClockKind::Virtual), Duration::from_secs(100));
}
