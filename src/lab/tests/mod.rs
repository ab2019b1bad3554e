//! Experiments driven by hand on the virtual clock.

mod edits;
mod endurance;
mod exports;
mod past;
mod recording;
mod scaling;

use std::future::Future;
use std::time::Duration;

use super::Command;
use super::experiment::Experiment;
use super::setup::Setup;
use super::snapshot::{GroupView, MemberState, Severity, Snapshot};
use crate::clock::Driver;
use crate::scenario::{self, Scenario};

const ORDERS: &str = r#"version = 1
title = "orders"
seed = 7
[[topic]]
name = "orders"
partitions = 8
[[producer]]
name = "web"
topic = "orders"
rate = "200/s"
keys = { distribution = "uniform", count = 1000 }
size = "100 B"
[[group]]
name = "billing"
topics = ["orders"]
assignor = "cooperative-sticky"
session_timeout = "6s"
consumers = 3
processing = "2ms"
"#;

/// The scenario of a file that names no others.
pub(in crate::lab) fn scenario(text: &str) -> Scenario {
    scenario::check("test.toml", text, |_| Err(std::io::ErrorKind::NotFound.into())).unwrap()
}

/// Runs a test against the experiment of a scenario file.
fn with<F: Future<Output = ()> + Send + 'static>(text: &str, test: impl FnOnce(Experiment) -> F + Send + 'static) {
    let scenario = scenario(text);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move { test(Experiment::start(clock, Setup::new(scenario)).await.unwrap()).await });
}

/// Carries out a command, which must be accepted.
async fn ask(experiment: &mut Experiment, command: Command) {
    if let Err(refusal) = experiment.apply(command.clone()).await {
        panic!("{command:?} was refused: {refusal}");
    }
}

async fn refusal(experiment: &mut Experiment, command: Command) -> String {
    experiment.apply(command.clone()).await.expect_err(&format!("{command:?} was accepted"))
}

async fn pass(experiment: &mut Experiment, seconds: u64) -> Snapshot {
    experiment.run_for(Duration::from_secs(seconds)).await.unwrap()
}

fn group(snapshot: &Snapshot) -> &GroupView {
    &snapshot.groups[0]
}

fn member<'a>(snapshot: &'a Snapshot, name: &str) -> &'a MemberState {
    group(snapshot).members.iter().find(|member| member.name == name).unwrap()
}

fn no_errors(snapshot: &Snapshot) {
    let errors: Vec<_> = snapshot.notices.iter().filter(|notice| notice.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
