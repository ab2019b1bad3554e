//! What was done by hand becomes a scenario that does it again.

use std::time::Duration;

use super::edits::add_producer;
use super::*;
use crate::lab::settings::{Value, group as of_group};
use crate::model::group::assign::Assignor;

#[test]
fn a_recording_runs_again_and_lists_what_events_cannot_say() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 2).await;
        let name = || "billing-2".to_owned();
        let commands = [
            Command::Crash(name()),
            Command::SetRate { producer: "web".into(), per_second: 250.0 },
            Command::Start(name()),
            Command::AddConsumer { group: "billing".into() },
            Command::SetProcessing { consumer: "billing-4".into(), mean: Duration::from_millis(9) },
            Command::AddPartitions { topic: "orders".into(), count: 2 },
            Command::Slow { client: name(), factor: 3.0 },
            Command::Stall("billing-1".into()),
            Command::Undo,
            Command::SetGroup { group: "billing".into(), change: of_group::ASSIGNOR.to(Value::Choice(2)) },
            add_producer("mobile", "orders", 5.0),
            Command::Crash("mobile".into()),
            Command::RemoveConsumer("billing-4".into()),
        ];
        for command in commands {
            // Adding partitions can't be undone, which is no deed either.
            let _outcome = lab.apply(command).await;
            pass(&mut lab, 1).await;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        ask(&mut lab, Command::SaveRecording(file.path().to_owned())).await;
        let text = std::fs::read_to_string(file.path()).unwrap();
        let scenario = scenario::load(file.path()).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let events: Vec<String> =
            scenario.events.iter().map(|event| format!("{} {}", event.at.as_millis(), event.action)).collect();
        let expected = [
            "2000 billing-2 crashed",
            "3000 web sends 250/s",
            "4000 billing-2 was started",
            "5000 1 more in billing",
            "6000 billing-4 takes 9ms a record",
            "7000 2 more partitions in orders",
            "8000 billing-2 takes 3 times as long",
            "9000 billing-1 stalled",
            "14000 1 fewer in billing",
        ];
        assert_eq!(events, expected, "{text}");
        for line in ["# 11s: assignor of billing to range", "# 12s: add producer mobile", "# 13s: mobile crashed"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(
            (scenario.duration, scenario.groups[0].assignor),
            (Some(Duration::from_secs(16)), Assignor::CooperativeSticky)
        );
        let notices = lab.snapshot().await.unwrap().notices;
        assert!(notices.iter().any(|notice| notice.text.contains("3 more can't be said by events")), "{notices:?}");
    });
}
