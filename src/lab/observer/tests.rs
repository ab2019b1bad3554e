//! What is told of members that the coordinator has given up, on the virtual clock.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::clock::Driver;
use crate::lab::Experiment;
use crate::lab::setup::{Setup, StorePlace};
use crate::lab::snapshot::{GroupView, Snapshot};
use crate::scenario::check;

const FROZEN: &str = r#"
version = 1
title = "The last consumer freezes"
seed = 5
[[topic]]
name = "orders"
partitions = 6
[[producer]]
name = "web"
topic = "orders"
rate = "60/s"
[[group]]
name = "billing"
topics = ["orders"]
session_timeout = "6s"
processing = "5ms"
consumers = 3
[[event]]
at = "10s"
stall = { client = "billing-3", for = "60s" }
"#;

#[test]
fn a_frozen_consumer_holds_its_partitions_until_its_session_ends() {
    let [frozen, given_up] = at([12, 25]);
    let member =
        |snapshot: &Snapshot| (group(snapshot).members[2].in_group, group(snapshot).members[2].assignment.len());
    assert_eq!((member(&frozen), owners(&frozen)), ((true, 2), BTreeSet::from([0, 1, 2])));
    assert_eq!((member(&given_up), owners(&given_up)), ((false, 0), BTreeSet::from([0, 1])));
    let waiting = group(&given_up).partitions.iter().filter_map(|partition| partition.lag).max();
    assert!(waiting < Some(60), "a partition's new owner has not caught up: {waiting:?} wait");
    for partition in &group(&given_up).partitions {
        let behind = partition.committed_offset.unwrap() - partition.position.unwrap();
        assert!(behind < 60, "{partition:?} has the position of who lost it");
    }
}

/// The experiment at these seconds.
fn at<const N: usize>(seconds: [u64; N]) -> [Snapshot; N] {
    let scenario = check("frozen", FROZEN, |_| unreachable!("it names no files")).unwrap();
    let setup = Setup { store: StorePlace::Memory, ..Setup::new(scenario) };
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let mut experiment = Experiment::start(clock, setup).await.unwrap();
        let mut seen = Vec::new();
        for second in seconds {
            let left = Duration::from_secs(second).checked_sub(experiment.elapsed()).unwrap();
            experiment.run_for(left).await.unwrap();
            seen.push(experiment.snapshot().await.unwrap());
        }
        seen.try_into().unwrap()
    })
}

fn group(snapshot: &Snapshot) -> &GroupView {
    &snapshot.groups[0]
}

/// The members that own something.
fn owners(snapshot: &Snapshot) -> BTreeSet<usize> {
    let owners = group(snapshot).partitions.iter().map(|partition| partition.owner.expect("each has an owner"));
    owners.collect()
}
