//! What if: a question is put together in the inspector, and both futures are shown there and on the lag chart.

use std::sync::Arc;
use std::time::Duration;

use egui_kittest::kittest::Queryable;
use logyard::clock::Time;
use logyard::lab::settings::{Value, group::autoscaler};
use logyard::lab::snapshot::{Forecast, Future, Futures, Snapshot, WhatIf};
use logyard::lab::{Command, LabLink as _};
use logyard::metrics::figures::Drain;

use crate::harness::{Window, click, has, window_of};
use crate::sample::{self, Fake};

const QUESTION: WhatIf = WhatIf { consumers: 2, partitions: 0, assignor: None, rate_factor: 1.0 };

fn future(drain: Drain, seconds: u64) -> Future {
    let lag = [(300, 14_208.0), (300 + seconds, 0.0)].map(|(at, lag)| (Time::from_micros(at * 1_000_000), lag));
    Future {
        drain,
        p99: Duration::from_secs(9),
        lag: lag.into(),
        max_lag: 14_208,
        lag_at_end: 0,
        rebalances: 1,
        longest_pause: Duration::from_secs(3),
    }
}

fn asked(futures: Option<Futures>) -> Snapshot {
    let mut snapshot = sample::backlog();
    snapshot.forecast = Some(Forecast {
        group: "billing".into(),
        what_if: QUESTION,
        at: snapshot.clock.time,
        done: 0.45,
        futures: futures.map(Arc::new),
    });
    snapshot
}

fn answered() -> Snapshot {
    asked(Some(Futures {
        seed: 7,
        looked: Duration::from_secs(100),
        as_it_is: future(Drain::Never, 90),
        changed: Some(future(Drain::In(Duration::from_secs(40)), 40)),
    }))
}

fn open(snapshot: Snapshot) -> (Window, Arc<Fake>) {
    let (mut window, fake) = window_of(snapshot, 1400.0, 2200.0);
    click(&mut window, "billing lag 14,208 ▲");
    (window, fake)
}

#[test]
fn a_question_is_put_together_and_asked() {
    let (mut window, fake) = open(sample::backlog());
    window.get_by_label("More consumers of billing").set_value_accesskit(2.0);
    window.run();
    click(&mut window, "Simulate");
    assert_eq!(fake.asked(), [Command::Forecast { group: "billing".into(), what_if: QUESTION }]);
    assert!(!has(&window, "Clear"), "there is nothing to clear");
}

#[test]
fn work_on_the_answer_is_seen() {
    let (window, _) = open(asked(None));
    assert!(window.query_by_label_contains("Simulating 45").is_some());
}

#[test]
fn both_futures_are_told_as_simulated_and_can_be_cleared() {
    let (mut window, fake) = open(answered());
    assert!(window.query_by_label_contains("seed 7").is_some(), "it says that it is simulated");
    assert!(has(&window, "As it is") && has(&window, "With 2 more consumers"));
    assert!(window.query_by_label_contains("with 2 more consumers, simulated").is_some(), "on the chart");
    click(&mut window, "Clear");
    assert_eq!(fake.asked(), [Command::ClearForecast]);
}

#[test]
fn an_autoscaler_is_switched_on_in_the_inspector() {
    let (mut window, fake) = open(sample::backlog());
    click(&mut window, "Autoscaler of billing");
    click(&mut window, "on");
    let change = autoscaler::AUTOSCALER.to(Value::Choice(1));
    assert_eq!(fake.asked(), [Command::SetGroup { group: "billing".into(), change }]);
    assert!(fake.snapshot().groups[0].spec.autoscaler.is_none());
}
