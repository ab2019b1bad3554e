//! Every setting changes live or is refused with a reason, and every edit can be taken back.

use std::time::Duration;

use super::*;
use crate::lab::command::{ConsumerChange, ExperimentChange, GroupChange, ProducerChange};
use crate::model::group::assign::Assignor;
use crate::model::request::Acks;
use crate::scenario::{BatchSpec, CommitPolicy, Keys, OffsetReset, PartitionerKind, Pattern, RecordSize, ServiceTime};

fn web(change: ProducerChange) -> Command {
    Command::SetProducer { producer: "web".into(), change }
}

fn billing(change: GroupChange) -> Command {
    Command::SetGroup { group: "billing".into(), change }
}

fn second(change: ConsumerChange) -> Command {
    Command::SetConsumer { consumer: "billing-2".into(), change }
}

fn configure(key: &str, value: &str) -> Command {
    Command::ConfigureTopic { topic: "orders".into(), key: key.into(), value: value.into() }
}

/// One of every edit.
fn edits() -> Vec<Command> {
    let millis = Duration::from_millis;
    vec![
        web(ProducerChange::Rate(300.0)),
        web(ProducerChange::Pattern(Pattern::Poisson)),
        web(ProducerChange::Keys(Keys::Zipf { count: 500, exponent: 1.1 })),
        web(ProducerChange::Size(RecordSize::Uniform { min: 50, max: 500 })),
        web(ProducerChange::Linger(millis(20))),
        web(ProducerChange::BatchSize(4_096)),
        web(ProducerChange::Partitioner(PartitionerKind::RoundRobin)),
        web(ProducerChange::Idempotent(false)),
        web(ProducerChange::Acks(Acks::None)),
        web(ProducerChange::Acks(Acks::Leader)),
        billing(GroupChange::Assignor(Assignor::Range)),
        billing(GroupChange::HeartbeatInterval(millis(500))),
        billing(GroupChange::SessionTimeout(Duration::from_secs(9))),
        billing(GroupChange::RebalanceTimeout(Duration::from_secs(30))),
        billing(GroupChange::MaxPollInterval(Duration::from_mins(1))),
        billing(GroupChange::MaxPollRecords(50)),
        billing(GroupChange::Commit(CommitPolicy::Before)),
        billing(GroupChange::Commit(CommitPolicy::Auto { interval: Duration::from_secs(1) })),
        billing(GroupChange::AutoOffsetReset(OffsetReset::Latest)),
        billing(GroupChange::Processing(ServiceTime::Exponential { mean: millis(3) })),
        billing(GroupChange::Batch(BatchSpec { size: 20, overhead: millis(1) })),
        billing(GroupChange::Workers(2)),
        second(ConsumerChange::Processing(ServiceTime::Constant(millis(1)))),
        second(ConsumerChange::Batch(BatchSpec::SINGLE)),
        second(ConsumerChange::Workers(4)),
        configure("retention.ms", "600000"),
        Command::SetProcessing { consumer: "billing-1".into(), mean: millis(5) },
        Command::AddConsumer { group: "billing".into() },
        Command::RemoveConsumer("billing-1".into()),
        Command::AddTopic { name: "audit".into(), partitions: 2 },
        billing(GroupChange::Topics(vec!["orders".into(), "audit".into()])),
        Command::AddProducer { name: "mobile".into(), topic: "orders".into(), per_second: 50.0 },
        Command::RemoveProducer("mobile".into()),
        Command::AddGroup { name: "audit-log".into(), topics: vec!["orders".into()], assignor: Assignor::Sticky },
        Command::RemoveGroup("audit-log".into()),
        Command::SetExperiment(ExperimentChange::Title("changed".into())),
    ]
}

#[test]
fn every_setting_changes_while_records_flow_and_none_is_lost() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 3).await;
        for command in edits() {
            ask(&mut lab, command).await;
            no_errors(&pass(&mut lab, 2).await);
        }
        let snapshot = pass(&mut lab, 20).await;
        let group = group(&snapshot);
        assert_eq!((group.state.as_str(), group.assignor), ("Stable", Some(Assignor::Range)));
        assert_eq!((group.spec.session_timeout, group.spec.max_poll_records), (Duration::from_secs(9), 50));
        assert_eq!((member(&snapshot, "billing-2").spec.workers, group.members.len()), (4, 3));
        assert_eq!(snapshot.producers[0].spec.batch_size, 4_096);
        let rate = snapshot.producers[0].records_per_second;
        assert!((rate - 300.0).abs() < 90.0, "{rate}");
        let settings = &snapshot.topics.iter().find(|topic| topic.name == "orders").unwrap().config;
        let retention = settings.iter().find(|entry| entry.key == "retention.ms").unwrap();
        assert_eq!((retention.value.as_str(), retention.is_default), ("600000", false));
        assert_eq!((group.ledger.lost, group.ledger.expired), (0, 0), "{:?}", group.ledger);
        let counts = group.ledger;
        assert_eq!(counts.processed_once + counts.in_flight, counts.accepted);
        assert!(counts.in_flight < 1_500, "{counts:?}");
    });
}

#[test]
fn what_cannot_be_changed_says_why() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 2).await;
        let refused = [
            (second(ConsumerChange::InstanceId(Some("x".into()))), "keeps its instance id"),
            (second(ConsumerChange::Workers(0)), "workers must be"),
            (web(ProducerChange::Topic("other".into())), "keeps its topic"),
            (web(ProducerChange::Rate(-1.0)), "0 or more"),
            (web(ProducerChange::Partitioner(PartitionerKind::Explicit(8))), "no partition 8"),
            (web(ProducerChange::Linger(Duration::from_hours(5))), "linger"),
            (billing(GroupChange::SessionTimeout(Duration::from_secs(1))), "session_timeout"),
            (billing(GroupChange::HeartbeatInterval(Duration::from_secs(6))), "less than session_timeout"),
            (billing(GroupChange::Topics(vec!["none".into()])), "there is no topic"),
            (billing(GroupChange::Topics(vec![])), "at least one topic"),
            (configure("cleanup.policy", "compact"), "not supported yet"),
            (configure("retention.hours", "1"), "unknown topic setting"),
            (Command::SetExperiment(ExperimentChange::Seed(1)), "open it again"),
            (Command::Undo, "nothing to undo"),
            (Command::Redo, "nothing to redo"),
        ];
        for (command, reason) in refused {
            let refusal = refusal(&mut lab, command.clone()).await;
            assert!(refusal.contains(reason), "{command:?}: {refusal}");
        }
        ask(&mut lab, Command::Stall("billing-2".into())).await;
        pass(&mut lab, 1).await;
        let stalled = refusal(&mut lab, billing(GroupChange::Workers(3))).await;
        assert!(stalled.contains("billing-2") && stalled.contains("stalled"), "{stalled}");
        assert_eq!(pass(&mut lab, 1).await.experiment.undo, None);
    });
}

#[test]
fn all_edits_are_taken_back_in_turn_and_made_again() {
    with(ORDERS, |mut lab| async move {
        let before = lab.present();
        pass(&mut lab, 3).await;
        for command in edits() {
            ask(&mut lab, command).await;
            pass(&mut lab, 2).await;
        }
        let after = lab.present();
        assert_ne!(before, after);
        for _ in edits() {
            ask(&mut lab, Command::Undo).await;
            pass(&mut lab, 2).await;
        }
        let mut taken_back = lab.present();
        // A consumer that was taken back comes after the others.
        taken_back.groups[0].consumers.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!(taken_back, before);
        assert!(refusal(&mut lab, Command::Undo).await.contains("nothing to undo"));
        for _ in edits() {
            ask(&mut lab, Command::Redo).await;
            pass(&mut lab, 2).await;
        }
        let mut again = lab.present();
        let mut after = after;
        for scenario in [&mut again, &mut after] {
            scenario.groups[0].consumers.sort_by(|one, other| one.name.cmp(&other.name));
        }
        assert_eq!(again, after);
    });
}

#[test]
fn a_hand_on_a_slider_is_one_edit_and_a_fault_is_none() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 2).await;
        for step in 1..=20_u32 {
            ask(&mut lab, web(ProducerChange::Rate(200.0 + f64::from(step)))).await;
            lab.run_for(Duration::from_millis(50)).await.unwrap();
        }
        ask(&mut lab, Command::Crash("billing-1".into())).await;
        let snapshot = pass(&mut lab, 1).await;
        assert_eq!(snapshot.experiment.undo.as_deref(), Some("rate of web to 220/s"));
        ask(&mut lab, Command::Undo).await;
        let snapshot = pass(&mut lab, 1).await;
        assert_eq!(
            (snapshot.experiment.undo, snapshot.experiment.redo.as_deref()),
            (None, Some("rate of web to 220/s"))
        );
        assert!((snapshot.producers[0].target_per_second - 200.0).abs() < 1e-9);
    });
}

#[test]
fn what_is_gone_for_good_is_not_taken_back_and_does_not_bar_the_way() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 2).await;
        ask(&mut lab, web(ProducerChange::Rate(100.0))).await;
        ask(&mut lab, Command::AddPartitions { topic: "orders".into(), count: 2 }).await;
        ask(&mut lab, Command::AddTopic { name: "audit".into(), partitions: 1 }).await;
        ask(&mut lab, Command::AddProducer { name: "log".into(), topic: "audit".into(), per_second: 10.0 }).await;
        pass(&mut lab, 2).await;
        ask(&mut lab, Command::Undo).await;
        pass(&mut lab, 2).await;
        let holds_records = refusal(&mut lab, Command::Undo).await;
        assert!(holds_records.contains("audit has taken"), "{holds_records}");
        assert!(refusal(&mut lab, Command::Undo).await.contains("partitions can't be taken away"));
        ask(&mut lab, Command::Undo).await;
        let snapshot = pass(&mut lab, 1).await;
        assert!((snapshot.producers[0].target_per_second - 200.0).abs() < 1e-9);
    });
}
