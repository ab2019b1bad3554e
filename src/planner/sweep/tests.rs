//! What is recommended for loads that can be reckoned by hand, that it never falls with the rate, and that it
//! is the same however many threads there are.

mod producers;

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::units::Rate;
use crate::scenario::plan::{Outage, Target};
use crate::scenario::{Keys, Pattern};

fn rate(per_second: f64) -> Rate {
    Rate::from_per_second(per_second).unwrap()
}

fn textbook() -> Plan {
    Plan { partition_write_limit: Some(rate(100.0)), ..Plan::default() }
}

fn recommended(plan: &Plan) -> Option<(u32, u32, &'static str)> {
    let answer = answer(plan);
    answer.recommended.map(|found| (found.choice.partitions, found.choice.consumers, found.binding))
}

#[test]
fn the_binding_limit_is_named() {
    let target = |target: Target| Plan { target, ..textbook() };
    let minutes = |minutes| Some(Duration::from_mins(minutes));
    let outage = Some(Outage { length: Duration::from_mins(30), at: None });
    let diurnal = Pattern::Diurnal { peak: 2.0, period: Duration::from_hours(24) };
    let table = [
        (textbook(), (20, 20, "consume-rate")),
        (Plan { partition_write_limit: Some(rate(25.0)), ..textbook() }, (40, 20, "produce-rate")),
        (target(Target { utilisation: Some(0.85), ..Target::default() }), (24, 24, "headroom")),
        (Plan { outage, ..target(Target { catch_up: minutes(60), ..Target::default() }) }, (30, 30, "catch-up")),
        (Plan { pattern: diurnal.clone(), ..textbook() }, (40, 40, "consume-rate-at-peak")),
        (Plan { tolerate_consumer_failures: 2, ..textbook() }, (20, 22, "consume-rate")),
    ];
    for (plan, expected) in table {
        assert_eq!(recommended(&plan), Some(expected), "{plan:?}");
    }
    let allowed = Target { max_backlog_time: minutes(20), ..Target::default() };
    let (partitions, _, binding) = recommended(&Plan { pattern: diurnal, ..target(allowed) }).unwrap();
    assert!(partitions > 20 && partitions < 40 && binding == "backlog", "{partitions} {binding}");
    let fast = Target { p99_latency: Some(Duration::from_millis(200)), ..Target::default() };
    let (partitions, _, binding) = recommended(&target(fast)).unwrap();
    // ln(100) / 0.2 is 23 a second to spare of 50.
    assert_eq!((partitions, binding), (38, "p99-latency"));
}

#[test]
fn uneven_keys_take_more_and_one_hot_key_too_many() {
    let zipf = Plan { keys: Keys::Zipf { count: 10_000, exponent: 0.6 }, ..textbook() };
    let (partitions, _, binding) = recommended(&zipf).unwrap();
    assert!(partitions > 20 && binding == "hot-key", "{partitions} {binding}");
    let hot = answer(&Plan { keys: Keys::Hot { share: 0.065, count: 5_000 }, ..textbook() });
    assert_eq!(hot.recommended, None);
    assert!(hot.reasons[0].starts_with("No count of partitions helps, because one key alone"), "{:?}", hot.reasons);
    assert!(hot.reasons[0].ends_with("needs 130 % of a consumer."), "{:?}", hot.reasons);
}

#[test]
fn named_counts_are_compared_and_no_others() {
    let answer = answer(&Plan { partitions: vec![8, 16, 24], ..textbook() });
    let counts: Vec<u32> = answer.candidates.iter().map(|candidate| candidate.assessment.choice.partitions).collect();
    assert_eq!(counts, [8, 16, 24]);
    assert_eq!(answer.recommended.unwrap().choice.partitions, 24);
    let verdicts: Vec<String> = answer.candidates.iter().map(|candidate| answer.verdict(candidate)).collect();
    assert_eq!(verdicts, ["overloaded", "overloaded", "meets all targets"]);
}

#[test]
fn a_count_that_only_just_carries_the_load_has_no_headroom() {
    let answer = answer(&Plan { partitions: vec![20], ..textbook() });
    assert_eq!(answer.verdict(&answer.candidates[0]), "keeps up, no headroom");
}

#[test]
fn fixed_consumers_can_be_too_few() {
    let few = answer(&Plan { consumers: Some(12), ..textbook() });
    assert_eq!(few.recommended, None);
    assert_eq!(few.reasons[0], "12 consumers are too few, whatever the number of partitions: 20 are needed.");
    // 24 partitions are two each for twelve and one for twelve others: 23 consumers have one with two.
    let spare = answer(&Plan { consumers: Some(26), tolerate_consumer_failures: 1, ..textbook() });
    assert_eq!(spare.recommended.unwrap().choice, Choice { partitions: 20, consumers: 26 });
}

#[test]
fn the_simulation_agrees_with_theory_and_is_the_same_each_time() {
    let plan = Plan { partitions: vec![25, 30], ..textbook() };
    let simulated = || {
        let cancel = AtomicBool::new(false);
        let trial = Trial { span: Some(Duration::from_mins(10)) };
        simulate(answer(&plan), &trial, &cancel, &|_| {}, &|facts, candidate, trial, progress| {
            let outcome = trial.run(facts, candidate, &cancel, progress)?;
            Some(Simulated { wall: Duration::ZERO, ..outcome })
        })
    };
    let (first, second) = (simulated(), simulated());
    for (one, other) in first.candidates.iter().zip(&second.candidates) {
        assert_eq!(one.simulated, other.simulated);
        let (found, theory) = (one.simulated.as_ref().unwrap(), one.assessment.theory.as_ref().unwrap());
        assert!((found.mean_wait / theory.mean_wait - 1.0).abs() < 0.1, "{found:?} {theory:?}");
        assert!((found.p99 / theory.p99 - 1.0).abs() < 0.1, "{found:?} {theory:?}");
    }
}

#[test]
fn with_a_precision_one_seed_follows_another_until_figures_are_as_certain() {
    let certain = |precision, minutes| {
        let plan = Plan { partitions: vec![30], precision, ..textbook() };
        let trial = Trial { span: Some(Duration::from_mins(minutes)) };
        let run = |facts: &Facts, candidate: &Assessment, trial: &Trial, progress: &mut dyn FnMut(f64)| {
            trial.run(facts, candidate, &AtomicBool::new(false), progress)
        };
        simulate(answer(&plan), &trial, &AtomicBool::new(false), &|_| {}, &run)
    };
    assert_eq!(certain(None, 10).certainty(), None, "a single run can't say");
    let found = certain(Some(0.03), 10);
    let simulated = found.candidates[0].simulated.as_ref().unwrap();
    let certainty = simulated.certainty.unwrap();
    assert!(certainty.is_as_asked && certainty.runs >= 3, "{certainty:?}");
    assert!(certainty.p99 <= 0.03 * simulated.p99 && certainty.mean_wait <= 0.03 * simulated.mean_wait);
    let theory = found.candidates[0].assessment.theory.as_ref().unwrap();
    assert!((theory.mean_wait - simulated.mean_wait).abs() < 2.0 * certainty.mean_wait, "{theory:?} {simulated:?}");
    let words = certain(Some(0.001), 1).certainty().unwrap();
    assert!(words.ends_with("not as asked after 30 runs"), "{words}");
}

#[test]
fn an_outage_that_is_caught_up_just_in_time_as_a_fluid_is_too_late_by_chance() {
    let target = Target { catch_up: Some(Duration::from_hours(1)), ..Target::default() };
    let outage = Some(Outage { length: Duration::from_mins(30), at: None });
    let plan = Plan { outage, target, partitions: vec![30, 33], ..textbook() };
    let cancel = AtomicBool::new(false);
    let trial = Trial { span: Some(Duration::from_mins(1)) };
    let in_theory = answer(&plan);
    assert_eq!(in_theory.recommended.unwrap().choice.partitions, 30);
    let answer = simulate(in_theory, &trial, &cancel, &|_| {}, &|facts, candidate, trial, progress| {
        trial.run(facts, candidate, &cancel, progress)
    });
    let [tight, roomy] = &answer.candidates[..] else { panic!("two were named") };
    // As a fluid 60 minutes to the second; the unluckiest of thirty consumers takes longer, but not much.
    let (fluid, simulated) = (tight.assessment.catch_up.unwrap().seconds, tight.catch_up().unwrap());
    assert!((fluid - 3_600.0).abs() < 1.0 && simulated > 3_610.0 && simulated < 3_800.0, "{fluid} {simulated}");
    assert_eq!(tight.assessment.misses, [Need::CatchUp]);
    assert!(tight.is_catch_up_simulated() && answer.verdict(tight) == "misses catch_up");
    assert!(roomy.assessment.misses.is_empty() && roomy.catch_up().unwrap() < 3_600.0, "{:?}", roomy.catch_up());
    let recommended = answer.recommended.unwrap();
    assert_eq!((recommended.choice.partitions, recommended.binding), (33, "catch-up"));
}

#[test]
fn what_was_cancelled_is_not_simulated() {
    let cancel = AtomicBool::new(true);
    let answer = simulate(answer(&textbook()), &Trial::default(), &cancel, &|_| {}, &|_, _, _, _| panic!("not begun"));
    assert!(answer.candidates.iter().all(|candidate| candidate.simulated.is_none()));
    assert_eq!(answer.recommended.unwrap().choice.partitions, 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn more_records_never_need_fewer_partitions(
        slow in 10.0..2_000.0_f64, more in 1.0..2.0_f64, consumer in 20.0..200.0_f64, limit in 50.0..500.0_f64,
        utilisation in 0.5..1.0_f64, exponent in 0.0..0.7_f64, has_keys in any::<bool>(),
    ) {
        let keys = if has_keys { Keys::Zipf { count: 2_000, exponent } } else { Keys::None };
        let count = |produced: f64| {
            let target = Target { utilisation: Some(utilisation), ..Target::default() };
            let plan = Plan {
                produce_rate: rate(produced),
                consumer_rate: Some(rate(consumer)),
                partition_write_limit: Some(rate(limit)),
                keys: keys.clone(),
                target,
                ..Plan::default()
            };
            let facts = Facts::of(&plan);
            let limits = capacity::limits(&facts);
            candidates::recommend(&facts, &limits).map_or(u32::MAX, |found| found.choice.partitions)
        };
        prop_assert!(count(slow) <= count(slow * more));
    }
}
