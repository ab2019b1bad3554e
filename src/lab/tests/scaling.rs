//! Autoscalers live: they do what the simulated rule does, and tell it.

use super::*;
use crate::lab::settings::{Value, group::autoscaler};
use crate::planner::simulate::{Setup as Simulation, Span, simulate};

const SCALED: &str = r#"version = 1
title = "scaled"
seed = 5
[broker]
initial_rebalance_delay = "0s"
[[topic]]
name = "orders"
partitions = 8
[[producer]]
name = "web"
topic = "orders"
rate = "50/s"
keys = { distribution = "uniform", count = 1000 }
size = "50 B"
[[group]]
name = "billing"
topics = ["orders"]
assignor = "cooperative-sticky"
session_timeout = "6s"
max_poll_records = 20
consumers = 1
processing = "10ms"
[group.autoscaler]
lag_threshold = 200
polling_interval = "10s"
cooldown = "30s"
max = 4
[[event]]
at = "25s"
set_rate = { client = "web", rate = "350/s" }
[[event]]
at = "55s"
set_rate = { client = "web", rate = "50/s" }
"#;

/// When the number of consumers was changed, and to how many.
fn decisions(snapshot: &Snapshot) -> Vec<(Duration, u32)> {
    let scaled = snapshot.notices.iter().filter_map(|notice| {
        let (_, rest) = notice.text.split_once("billing was scaled from ")?;
        let to = rest.split(" to ").nth(1)?.split(' ').next()?.parse().ok()?;
        Some((Duration::from_micros(notice.at.as_micros()), to))
    });
    scaled.collect()
}

#[test]
fn the_rule_scales_at_the_same_times_as_in_a_simulation() {
    let length = Duration::from_mins(2);
    let mut simulation = Simulation::of_group(&scenario(SCALED), "billing").unwrap();
    simulation.span = Span::For(length);
    let simulated = simulate(&simulation).replicas;
    with(SCALED, move |mut lab| async move {
        let snapshot = lab.run_for(length).await.unwrap();
        no_errors(&snapshot);
        let live = decisions(&snapshot);
        assert_eq!(live, simulated, "{:?}", snapshot.notices);
        assert_eq!(live.iter().map(|(_, count)| *count).max(), Some(4));
        assert_eq!(group(&snapshot).members.len(), 1);
        let first = snapshot.notices.iter().find(|notice| notice.text.contains("was scaled")).unwrap();
        assert!(first.text.contains("of 200 records each"), "{}", first.text);
    });
}

#[test]
fn it_is_switched_on_and_off_and_saved() {
    with(ORDERS, |mut lab| async move {
        let set = |change| Command::SetGroup { group: "billing".into(), change };
        ask(&mut lab, set(autoscaler::AUTOSCALER.to(Value::Choice(1)))).await;
        ask(&mut lab, set(autoscaler::POLLING_INTERVAL.to(Value::Span(Duration::from_secs(2))))).await;
        ask(&mut lab, set(autoscaler::COOLDOWN.to(Value::Span(Duration::ZERO)))).await;
        let snapshot = pass(&mut lab, 20).await;
        // Two of the three are enough for no lag at all.
        assert_eq!(decisions(&snapshot).last().map(|(_, count)| *count), Some(1), "{:?}", snapshot.notices);
        let text = crate::scenario::to_toml(&lab.present());
        let read = scenario(&text);
        assert_eq!(read.groups[0].autoscaler, lab.present().groups[0].autoscaler);
        assert_eq!(read.groups[0].autoscaler.unwrap().polling_interval, Duration::from_secs(2));
        ask(&mut lab, set(autoscaler::AUTOSCALER.to(Value::Choice(0)))).await;
        ask(&mut lab, Command::AddConsumer { group: "billing".into() }).await;
        let snapshot = pass(&mut lab, 20).await;
        assert_eq!(group(&snapshot).members.len(), 2);
        let wrong = autoscaler::MAX.to(Value::Count(0));
        assert!(refusal(&mut lab, set(wrong)).await.contains("at least 1"));
    });
}
