//! What is forecast is what then happens.

use std::time::Duration;

use super::{Future, WhatIf};
use crate::clock::{Driver, Time};
use crate::lab::setup::Setup;
use crate::lab::snapshot::Snapshot;
use crate::lab::tests::scenario;
use crate::lab::{Command, Experiment};
use crate::metrics::figures::Drain;
use crate::model::group::assign::Assignor;

/// Two consumers of 100/s each fall behind for half a minute.
const BEHIND: &str = r#"version = 1
title = "behind"
seed = 7
[broker]
initial_rebalance_delay = "0s"
[[topic]]
name = "orders"
partitions = 12
[[producer]]
name = "web"
topic = "orders"
rate = "300/s"
keys = { distribution = "uniform", count = 1000 }
size = "100 B"
[[group]]
name = "billing"
topics = ["orders"]
assignor = "cooperative-sticky"
session_timeout = "10s"
consumers = 2
processing = "10ms"
[[event]]
at = "30s"
set_rate = { client = "web", rate = "125/s" }
"#;

const GROUP: &str = "billing";

fn question(what_if: WhatIf) -> Command {
    Command::Forecast { group: GROUP.into(), what_if }
}

/// Runs an experiment for some seconds, asks, carries commands out, and follows it until it is drained. Gives the
/// forecast and when the lag was gone.
fn foresee(text: &str, seconds: u64, what_if: WhatIf, then: Vec<Command>) -> (Snapshot, Duration) {
    let scenario = scenario(text);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let mut lab = Experiment::start(clock, Setup::new(scenario)).await.unwrap();
        lab.run_for(Duration::from_secs(seconds)).await.unwrap();
        lab.apply(question(what_if)).await.unwrap();
        for command in then {
            lab.apply(command).await.unwrap();
        }
        let asked = lab.elapsed();
        let mut answer = None;
        loop {
            let snapshot = lab.run_for(Duration::from_millis(250)).await.unwrap();
            let is_drained = snapshot.groups[0].time_lag.is_some_and(|age| age < Duration::from_millis(400));
            answer = answer.or_else(|| snapshot.forecast.as_ref()?.futures.is_some().then(|| snapshot.clone()));
            if is_drained || lab.elapsed() > Duration::from_mins(3) {
                return (answer.expect("it was answered"), lab.elapsed().saturating_sub(asked));
            }
        }
    })
}

fn futures(snapshot: &Snapshot) -> (&Future, Option<&Future>) {
    let futures = snapshot.forecast.as_ref().unwrap().futures.as_ref().unwrap();
    (&futures.as_it_is, futures.changed.as_ref())
}

fn more(consumers: i32) -> WhatIf {
    WhatIf { consumers, ..WhatIf::default() }
}

#[track_caller]
fn assert_drains(future: &Future, measured: Duration) {
    let Drain::In(forecast) = future.drain else { panic!("{:?} rather than {measured:?}", future.drain) };
    let ratio = forecast.as_secs_f64() / measured.as_secs_f64();
    assert!((ratio - 1.0).abs() < 0.05, "forecast {forecast:?}, measured {measured:?}");
}

#[test]
fn what_waits_is_gone_when_it_was_said() {
    let (snapshot, measured) = foresee(BEHIND, 31, WhatIf::default(), Vec::new());
    let (as_it_is, changed) = futures(&snapshot);
    assert!(changed.is_none());
    assert_drains(as_it_is, measured);
    assert!(measured > Duration::from_secs(30), "{measured:?}");
    assert!(as_it_is.p99 > Duration::from_secs(8), "{:?}", as_it_is.p99);
    assert_eq!(snapshot.forecast.unwrap().futures.unwrap().seed, 7);
}

#[test]
fn two_more_consumers_drain_it_as_fast_as_was_said() {
    let add = Command::AddConsumer { group: GROUP.into() };
    // How far each is between two polls and two heartbeats is not known: short ones make little difference.
    let text = BEHIND.replace("consumers = 2", "consumers = 2\nmax_poll_records = 20\nheartbeat_interval = \"500ms\"");
    let (snapshot, measured) = foresee(&text, 31, more(2), vec![add.clone(), add]);
    let (as_it_is, changed) = futures(&snapshot);
    let changed = changed.unwrap();
    assert_drains(changed, measured);
    assert!(changed.rebalances > 0 && changed.p99 < as_it_is.p99, "{changed:?}");
    let Drain::In(slow) = as_it_is.drain else { panic!("{as_it_is:?}") };
    assert!(slow > measured + Duration::from_secs(10), "{slow:?} {measured:?}");
}

#[test]
fn what_the_timeline_has_in_store_is_foreseen() {
    // The rate falls ten seconds after the question.
    let (snapshot, measured) = foresee(BEHIND, 25, WhatIf::default(), Vec::new());
    assert_drains(futures(&snapshot).0, measured);
}

#[test]
fn a_crashed_consumer_is_missed_until_its_session_ends() {
    let text = format!(
        "{BEHIND}[[event]]\nat = \"40s\"\ncrash = \"billing-2\"\n[[event]]\nat = \"40s\"\nset_rate = {{ client = \"web\", rate = \"30/s\" }}\n"
    );
    let (snapshot, measured) = foresee(&text, 45, WhatIf::default(), Vec::new());
    let (as_it_is, _) = futures(&snapshot);
    assert_eq!(as_it_is.rebalances, 1);
    assert_drains(as_it_is, measured);
}

#[test]
fn twice_the_rate_never_drains() {
    let text = BEHIND.replace("300/s", "125/s");
    let (snapshot, _) = foresee(&text, 40, WhatIf { rate_factor: 2.0, ..WhatIf::default() }, Vec::new());
    let (as_it_is, changed) = futures(&snapshot);
    assert_eq!((as_it_is.drain, changed.unwrap().drain), (Drain::Empty, Drain::Never));
    let lag = &changed.unwrap().lag;
    assert!(lag.is_sorted_by_key(|point| point.0) && lag[0].0 == Time::from_micros(40_000_000), "{lag:?}");
    // 250 a second come, 200 are processed.
    let grown = lag.last().unwrap().1 / (lag.last().unwrap().0.since(lag[0].0)).as_secs_f64();
    assert!((grown / 50.0 - 1.0).abs() < 0.15, "{grown}");
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let scenario = scenario(BEHIND);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let mut lab = Experiment::start(clock, Setup::new(scenario)).await.unwrap();
        lab.run_for(Duration::from_secs(1)).await.unwrap();
        let nobody = Command::Forecast { group: "nobody".into(), what_if: WhatIf::default() };
        assert!(lab.apply(nobody).await.unwrap_err().contains("there is no group \"nobody\""));
        let rate = question(WhatIf { rate_factor: f64::NAN, ..WhatIf::default() });
        assert!(lab.apply(rate).await.unwrap_err().contains("0 to 100"));
        lab.apply(question(more(1))).await.unwrap();
        lab.apply(Command::ClearForecast).await.unwrap();
        assert_eq!(lab.run_for(Duration::from_secs(1)).await.unwrap().forecast, None);
    });
}

#[test]
fn advice_can_be_asked_about() {
    let add = Command::AddConsumer { group: GROUP.into() };
    let split = Command::AddPartitions { topic: "orders".into(), count: 3 };
    let asked = WhatIf::of(&[split, add.clone(), add.clone()]);
    assert_eq!(asked, Some((GROUP.to_owned(), WhatIf { partitions: 3, ..more(2) })));
    assert_eq!(WhatIf::of(&[add, Command::Start("billing-1".into())]), None);
}

#[test]
fn a_question_reads_as_a_sentence() {
    let all = WhatIf { consumers: 2, partitions: 1, assignor: Some(Assignor::Range), rate_factor: 1.5 };
    assert_eq!(all.to_string(), "2 more consumers, 1 more partition, range, 1.5× the rate");
    assert_eq!(more(-1).to_string(), "1 fewer consumer");
    assert_eq!(WhatIf::default().to_string(), "as it is");
}
