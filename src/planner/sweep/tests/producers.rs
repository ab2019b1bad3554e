//! What producers of records without keys make of a plan.

use super::*;
use crate::scenario::TracePoint;

#[test]
fn few_producers_without_keys_take_more_partitions_and_the_simulation_says_so_too() {
    let target = Target { p99_latency: Some(Duration::from_secs(1)), ..Target::default() };
    let of = |producers, keys| Plan { keys, producers, target, ..textbook() };
    let counts = [None, Some(100), Some(4)].map(|producers| recommended(&of(producers, Keys::None)).unwrap().0);
    assert!(counts.is_sorted_by(|fewer, more| fewer < more), "{counts:?}");
    let keys = Keys::Uniform { count: 1_000 };
    assert_eq!(
        recommended(&of(Some(1), keys.clone())),
        recommended(&of(None, keys)),
        "with keys it makes no difference"
    );

    let plan = Plan { partitions: vec![25], ..of(Some(4), Keys::None) };
    let answer = answer(&plan);
    let trial = Trial { span: Some(Duration::from_mins(20)) };
    let found = trial.run(&answer.facts, &answer.candidates[0].assessment, &AtomicBool::new(false), &mut |_| {});
    let (found, theory) = (found.unwrap(), answer.candidates[0].assessment.theory.clone().unwrap());
    assert!((found.mean_wait / theory.mean_wait - 1.0).abs() < 0.1, "{found:?} {theory:?}");
    assert!((found.p99 / theory.p99 - 1.0).abs() < 0.15, "{found:?} {theory:?}");
}

#[test]
fn an_outage_is_simulated_with_as_many_producers_of_a_trace() {
    let point = |at, per_second| TracePoint { at: Duration::from_secs(at), rate: rate(per_second) };
    let points = [point(0, 300.0), point(60, 500.0), point(120, 300.0)];
    let outage = Some(Outage { length: Duration::from_secs(20), at: Some(Duration::from_secs(30)) });
    let plan = Plan {
        produce_rate: rate(400.0),
        pattern: Pattern::Trace { file: String::new(), points: points.into() },
        producers: Some(8),
        partitions: vec![20],
        outage,
        ..Plan::default()
    };
    let answer = answer(&plan);
    let trial = Trial { span: Some(Duration::from_mins(3)) };
    let found = trial.run(&answer.facts, &answer.candidates[0].assessment, &AtomicBool::new(false), &mut |_| {});
    let found = found.unwrap();
    assert!(found.records.abs_diff(66_000) < 2_000, "{} records", found.records);
    let (_, lag) = found.outage_lag.unwrap();
    let most = lag.records.iter().copied().max();
    assert!(most.is_some_and(|most| (5_500..12_000).contains(&most)), "{most:?}");
}

#[test]
fn what_is_taken_for_granted_about_producers_is_said_where_nobody_says_it() {
    let says = |keys, producers| {
        let answer = answer(&Plan { keys, producers, ..textbook() });
        answer.reasons.iter().any(|reason| reason.contains("say how many with producers"))
    };
    let keys = Keys::Uniform { count: 1_000 };
    let found = [(Keys::None, None), (Keys::None, Some(4)), (keys.clone(), None), (keys, Some(4))];
    assert_eq!(found.map(|(keys, producers)| says(keys, producers)), [true, false, false, false]);
}
