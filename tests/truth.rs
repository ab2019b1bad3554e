//! Known loads come out as arithmetic says, on the virtual clock and on the real one.

use std::time::Duration;

use logyard::clock::Driver;
use logyard::lab::setup::{Setup, StorePlace};
use logyard::lab::{Command, Experiment};
use logyard::model::topic::TopicName;
use logyard::model::units::Rate;
use logyard::scenario::{ProducerSpec, check};

const RECORDS_PER_SECOND: f64 = 2_000.0;

/// 2,000 records a second, 400 µs each.
const UTILISATION: f64 = 0.8;

/// The producer comes by hand when the group has settled, so that nothing has piled up by then.
const SCENARIO: &str = r#"
version = 1
title = "A known load"
[broker]
durability = "memory"
[[topic]]
name = "orders"
partitions = 4
[[group]]
name = "billing"
topics = ["orders"]
processing = "400us"
consumers = 1
"#;

/// Counters at one moment of the experiment's time, in seconds and records.
#[derive(Clone, Copy, Debug)]
struct Look {
    time: f64,
    accepted: f64,
    processed: f64,
    busy: f64,
}

#[test]
fn a_constant_load_is_what_arithmetic_says_on_the_virtual_clock() {
    assert_truth(&Driver::simulated());
}

/// On real time with two busy cores, tasks wake late, now and then by tens of milliseconds. Two things
/// keep that out of the figures. Producer and consumer follow absolute schedules, so that being late
/// shifts no rate: what was due is taken at the next wake-up. And a count that is read while its task is
/// late can only be too low, never too high, as the time is read after it; so of several looks at each
/// end of the window the one that is furthest ahead of the schedule is the one nearest to the truth.
#[test]
fn a_constant_load_is_what_arithmetic_says_on_the_real_clock() {
    assert_truth(&Driver::live().expect("threads"));
}

fn assert_truth(driver: &Driver) {
    let clock = driver.clock().clone();
    let (begin, end) = driver.block_on(async move {
        let scenario = check("truth", SCENARIO, |_| unreachable!("it names no files")).expect("it is valid");
        let setup = Setup { store: StorePlace::Memory, ..Setup::new(scenario) };
        let mut experiment = Experiment::start(clock, setup).await.expect("it starts");
        settle(&mut experiment).await;
        let begin = looks(&mut experiment).await;
        pass(&mut experiment, 4_000).await;
        let end = looks(&mut experiment).await;
        experiment.stop().await.expect("it stops");
        (begin, end)
    });
    let rate = |figure: fn(&Look) -> f64, expected: f64| {
        let ahead = |look: &Look| figure(look) - expected * look.time;
        let best = |looks: &[Look]| *looks.iter().max_by(|a, b| ahead(a).total_cmp(&ahead(b))).expect("looks");
        let (first, last) = (best(&begin), best(&end));
        let rate = (figure(&last) - figure(&first)) / (last.time - first.time);
        assert!((rate / expected - 1.0).abs() < 0.02, "{rate}, not {expected}: {begin:#?} {end:#?}");
    };
    rate(|look| look.accepted, RECORDS_PER_SECOND);
    rate(|look| look.processed, RECORDS_PER_SECOND);
    rate(|look| look.busy, UTILISATION);
}

/// Waits for the group's first assignment, adds the producer and lets it warm up.
async fn settle(experiment: &mut Experiment) {
    while experiment.snapshot().await.expect("the broker works").groups[0].state != "Stable" {
        pass(experiment, 100).await;
    }
    let topic = TopicName::new("orders").expect("the name is short and plain");
    let rate = Rate::from_per_second(RECORDS_PER_SECOND).expect("it is positive");
    experiment.command(Command::AddProducer(Box::new(ProducerSpec::new("web", topic, rate)))).await;
    pass(experiment, 1_000).await;
}

async fn looks(experiment: &mut Experiment) -> Vec<Look> {
    let mut looks = Vec::new();
    for _ in 0..15 {
        pass(experiment, 20).await;
        let snapshot = experiment.snapshot().await.expect("the broker works");
        let (producer, consumer) = (&snapshot.producers[0], &snapshot.groups[0].members[0]);
        looks.push(Look {
            time: experiment.elapsed().as_secs_f64(),
            accepted: to_f64(producer.accepted),
            processed: to_f64(consumer.processed),
            busy: consumer.busy_time.as_secs_f64(),
        });
    }
    looks
}

async fn pass(experiment: &mut Experiment, millis: u64) {
    experiment.run_for(Duration::from_millis(millis)).await.expect("the broker works");
}

fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).expect("a few seconds' records"))
}
