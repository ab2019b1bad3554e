//! What the planner simulates is what the broker and its clients do: the same scenario both ways, the broker on the
//! virtual clock.

mod at_load;
mod events;

use logyard::clock::Driver;
use logyard::lab::Experiment;
use logyard::lab::setup::{Setup, StorePlace};
use logyard::lab::snapshot::GroupView;
use logyard::scenario::{Scenario, check};

/// How far simulated and measured figures may lie apart.
const TOLERANCE: f64 = 0.05;

fn scenario(seconds: u32, rate: f64, groups: &str, events: &str) -> Scenario {
    let text = format!(
        r#"
version = 1
title = "Simulated and measured"
seed = 11
duration = "{seconds}s"
[broker]
durability = "memory"
initial_rebalance_delay = "20ms"
[[topic]]
name = "orders"
partitions = 8
[[producer]]
name = "web"
topic = "orders"
rate = "{rate}/s"
pattern = "poisson"
keys = {{ distribution = "uniform", count = 10000 }}
size = "20 B"
linger = "0ms"
{groups}
{events}
"#
    );
    check("agrees", &text, |_| unreachable!("it names no files")).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn group(name: &str, rest: &str) -> String {
    format!(
        r#"
[[group]]
name = "{name}"
topics = ["orders"]
session_timeout = "6s"
consumers = 4
{rest}
"#
    )
}

/// All groups of one run on the broker.
fn measure(scenario: Scenario) -> Vec<GroupView> {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let length = scenario.duration.expect("it has a length");
        let setup = Setup { store: StorePlace::Memory, ..Setup::new(scenario) };
        let mut experiment = Experiment::start(clock, setup).await.expect("it starts");
        let snapshot = experiment.run_for(length).await.expect("the broker works");
        experiment.stop().await.expect("it stops");
        snapshot.groups.clone()
    })
}

fn real(count: u64) -> f64 {
    f64::from(u32::try_from(count).expect("a few minutes' records"))
}
