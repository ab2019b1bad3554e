//! What holds in every run, whatever the setup.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use proptest::prelude::*;

use super::{alike, assert_sound, per_second, seconds, with};
use crate::model::group::assign::Assignor;
use crate::planner::simulate::{Action, Setup, Span, Spread, Start, simulate, simulate_while};
use crate::scenario::{BatchSpec, CommitPolicy, Keys, Pattern, ServiceTime};

fn pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        Just(Pattern::Poisson),
        Just(Pattern::Constant),
        Just(Pattern::Burst { every: seconds(10.0), length: seconds(2.0), factor: 3.0 }),
        Just(Pattern::Diurnal { peak: 2.0, period: seconds(60.0) }),
    ]
}

fn spread() -> impl Strategy<Value = Spread> {
    prop_oneof![
        Just(Spread::Keys(Keys::None)),
        Just(Spread::Keys(Keys::Zipf { count: 100, exponent: 1.0 })),
        Just(Spread::Sticky { run: 12 }),
        Just(Spread::RoundRobin),
    ]
}

fn processing() -> impl Strategy<Value = ServiceTime> {
    let mean = Duration::from_millis(2);
    prop_oneof![
        Just(ServiceTime::Exponential { mean }),
        Just(ServiceTime::Constant(mean)),
        Just(ServiceTime::LogNormal { mean, sigma: 0.7 }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let consumer = (1..=3_u32).prop_map(|number| format!("group-{number}"));
    prop_oneof![
        (consumer.clone(), prop::option::of(1.0..20.0_f64))
            .prop_map(|(consumer, back)| Action::Crash { consumer, back_after: back.map(seconds) }),
        consumer.clone().prop_map(|consumer| Action::Stop { consumer }),
        consumer.clone().prop_map(|consumer| Action::Start { consumer }),
        (consumer, 0.5..30.0_f64).prop_map(|(consumer, length)| Action::Stall { consumer, length: seconds(length) }),
        (0.5..10.0_f64).prop_map(|length| Action::Outage { length: seconds(length) }),
        (1..3_u32).prop_map(|count| Action::AddConsumers { count }),
        (1..3_u32).prop_map(|count| Action::RemoveConsumers { count }),
        (1..3_u32).prop_map(|count| Action::AddPartitions { topic: 0, count }),
        Just(Action::SetAssignor(Assignor::Range)),
    ]
}

prop_compose! {
    fn setups()(
        seed in any::<u64>(),
        (partitions, consumers, workers) in (1..9_u32, 1..4_u32, 1..3_u32),
        rate in 20.0..400.0_f64,
        (pattern, spread, processing) in (pattern(), spread(), processing()),
        assignor in prop::sample::select(Assignor::ALL.to_vec()),
        overhead in prop::sample::select(vec![0_u64, 1]),
        limit in prop::option::of(200.0..800.0_f64),
        is_cold in any::<bool>(),
        changes in prop::collection::vec((1.0..60.0_f64, action()), 0..5),
    ) -> Setup {
        let mut setup = with(alike(partitions, consumers, rate), changes);
        setup.seed = seed;
        setup.span = Span::For(seconds(90.0));
        setup.streams[0].pattern = pattern;
        setup.streams[0].spread = spread;
        setup.topics[0].write_limit = limit.map(per_second);
        let group = &mut setup.group;
        group.assignor = assignor;
        for consumer in group.consumers.iter_mut().chain([&mut group.template]) {
            consumer.processing = processing.clone();
            consumer.workers = workers;
            consumer.batch = BatchSpec { size: 10, overhead: Duration::from_millis(overhead) };
        }
        setup.start = if is_cold { Start::Cold } else { Start::Settled };
        setup
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn littles_law_holds_and_nothing_is_lost_or_made(setup in setups()) {
        let outcome = simulate(&setup);
        let came = outcome.records + outcome.lag_at_end;
        prop_assert_eq!(outcome.arrived, came);
        // Of those that are still there at the end only the part until then counts.
        let processed = outcome.sojourn.mean().as_secs_f64() * outcome.per_second();
        let still = outcome.mean_in_system - processed;
        if outcome.lag_at_end < 5 {
            prop_assert!(still.abs() < 0.01 * processed + 0.05, "L {} is not {processed}", outcome.mean_in_system);
        } else {
            prop_assert!(still > -0.01 * processed - 0.05, "L {} is less than {processed}", outcome.mean_in_system);
        }
        prop_assert!(outcome.consumers.iter().all(|consumer| (0.0..=1.0001).contains(&consumer.busy)));
    }
}

#[test]
fn the_same_seed_gives_the_same_outcome_to_the_byte() {
    let run = |seed| {
        let crash = Action::Crash { consumer: "group-1".into(), back_after: Some(seconds(20.0)) };
        let mut setup = with(alike(12, 3, 1_500.0), [(30.0, crash), (90.0, Action::AddConsumers { count: 2 })]);
        setup.seed = seed;
        setup.group.commit = CommitPolicy::Auto { interval: seconds(5.0) };
        let mut outcome = simulate(&setup);
        outcome.wall = Duration::ZERO;
        format!("{outcome:?}")
    };
    assert!(run(3) == run(3), "a run is repeatable");
    assert!(run(3) != run(4), "another seed is another run");
}

#[test]
fn the_warm_up_is_not_counted() {
    let mut setup = alike(4, 2, 1_000.0);
    setup.warm_up = seconds(300.0);
    let outcome = simulate(&setup);
    assert_sound(&outcome);
    assert_eq!(outcome.span, seconds(300.0));
    assert!(outcome.records.abs_diff(300_000) < 3_000, "{}", outcome.records);
}

#[test]
fn a_run_tells_how_far_it_is_and_ends_when_it_is_cancelled() {
    let cancel = AtomicBool::new(false);
    let mut told = Vec::new();
    let outcome = simulate_while(&alike(1, 1, 900.0), &cancel, |done| {
        told.push(done);
        cancel.store(done >= 0.5, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(!outcome.complete && outcome.span == seconds(300.0), "{:?}", outcome.span);
    assert!(told.len() == 50 && told.is_sorted(), "{told:?}");
}
