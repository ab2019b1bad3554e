//! Every setting changes live or is refused with a reason, and every edit can be taken back.

use std::time::Duration;

use super::*;
use crate::lab::command::ExperimentChange;
use crate::lab::settings::{Setting, Value, consumer, group as of_group, producer};
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::model::units::Rate;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

fn web(setting: &'static Setting<ProducerSpec>, value: Value) -> Command {
    Command::SetProducer { producer: "web".into(), change: setting.to(value) }
}

fn billing(setting: &'static Setting<GroupSpec>, value: Value) -> Command {
    Command::SetGroup { group: "billing".into(), change: setting.to(value) }
}

fn work(setting: &'static Setting<ConsumerSpec>, value: Value) -> Command {
    Command::SetWork { group: "billing".into(), change: setting.to(value) }
}

fn second(setting: &'static Setting<ConsumerSpec>, value: Value) -> Command {
    Command::SetConsumer { consumer: "billing-2".into(), change: setting.to(value) }
}

fn named(topic: &str) -> TopicName {
    TopicName::new(topic).unwrap()
}

fn topics(names: &[&str]) -> Value {
    Value::Topics(names.iter().map(|name| named(name)).collect())
}

pub fn add_topic(name: &str, partitions: u32) -> Command {
    Command::AddTopic(TopicSpec { name: named(name), partitions, config: TopicConfig::default() })
}

pub fn add_producer(name: &str, topic: &str, per_second: f64) -> Command {
    let rate = Rate::from_per_second(per_second).unwrap();
    Command::AddProducer(Box::new(ProducerSpec::new(name, named(topic), rate)))
}

fn configure(key: &str, value: &str) -> Command {
    Command::ConfigureTopic { topic: "orders".into(), key: key.into(), value: value.into() }
}

/// One of every edit.
fn edits() -> Vec<Command> {
    let millis = Duration::from_millis;
    vec![
        web(&producer::RATE, Value::Number(300.0)),
        web(&producer::PATTERN, Value::Choice(2)),
        web(&producer::BURST_FACTOR, Value::Number(1.0)),
        web(&producer::BURST_LENGTH, Value::Span(Duration::from_secs(2))),
        web(&producer::PATTERN, Value::Choice(1)),
        web(&producer::KEYS, Value::Choice(2)),
        web(&producer::KEY_COUNT, Value::Count(500)),
        web(&producer::EXPONENT, Value::Number(1.1)),
        web(&producer::SIZES, Value::Choice(1)),
        web(&producer::SMALLEST, Value::Count(50)),
        web(&producer::LARGEST, Value::Count(500)),
        web(&producer::LINGER, Value::Span(millis(20))),
        web(&producer::BATCH_SIZE, Value::Count(4_096)),
        web(&producer::PARTITIONER, Value::Choice(2)),
        web(&producer::IDEMPOTENT, Value::Choice(0)),
        web(&producer::ACKS, Value::Choice(0)),
        web(&producer::ACKS, Value::Choice(1)),
        billing(&of_group::ASSIGNOR, Value::Choice(2)),
        billing(&of_group::HEARTBEAT, Value::Span(millis(500))),
        billing(&of_group::SESSION_TIMEOUT, Value::Span(Duration::from_secs(9))),
        billing(&of_group::REBALANCE_TIMEOUT, Value::Span(Duration::from_secs(30))),
        billing(&of_group::MAX_POLL_INTERVAL, Value::Span(Duration::from_mins(1))),
        billing(&of_group::MAX_POLL_RECORDS, Value::Count(50)),
        billing(&of_group::COMMIT, Value::Choice(0)),
        billing(&of_group::COMMIT, Value::Choice(2)),
        billing(&of_group::COMMIT_INTERVAL, Value::Span(Duration::from_secs(1))),
        billing(&of_group::OFFSET_RESET, Value::Choice(1)),
        work(&consumer::DISTRIBUTION, Value::Choice(1)),
        work(&consumer::PROCESSING_TIME, Value::Span(millis(3))),
        work(&consumer::BATCH, Value::Count(20)),
        work(&consumer::BATCH_OVERHEAD, Value::Span(millis(1))),
        work(&consumer::WORKERS, Value::Count(2)),
        second(&consumer::DISTRIBUTION, Value::Choice(0)),
        second(&consumer::BATCH_OVERHEAD, Value::Span(Duration::ZERO)),
        second(&consumer::WORKERS, Value::Count(4)),
        configure("retention.ms", "600000"),
        Command::SetProcessing { consumer: "billing-1".into(), mean: millis(5) },
        Command::AddConsumer { group: "billing".into() },
        Command::RemoveConsumer("billing-1".into()),
        add_topic("audit", 2),
        billing(&of_group::TOPICS, topics(&["orders", "audit"])),
        add_producer("mobile", "orders", 50.0),
        Command::RemoveProducer("mobile".into()),
        Command::AddGroup(Box::new(GroupSpec::new("audit-log", vec![named("orders")], Assignor::Sticky))),
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
            (second(&consumer::INSTANCE_ID, Value::Text("x".into())), "keeps its instance id"),
            (second(&consumer::WORKERS, Value::Count(0)), "workers must be"),
            (second(&consumer::WORKERS, Value::Choice(1)), "workers can't be"),
            (web(&producer::TOPIC, topics(&["other"])), "keeps its topic"),
            (web(&producer::RATE, Value::Number(-1.0)), "0 or more"),
            (web(&producer::PARTITION, Value::Count(8)), "no partition 8"),
            (web(&producer::LINGER, Value::Span(Duration::from_hours(5))), "linger"),
            (billing(&of_group::SESSION_TIMEOUT, Value::Span(Duration::from_secs(1))), "session_timeout"),
            (billing(&of_group::HEARTBEAT, Value::Span(Duration::from_secs(6))), "less than session_timeout"),
            (billing(&of_group::TOPICS, topics(&["none"])), "there is no topic"),
            (billing(&of_group::TOPICS, topics(&[])), "at least one topic"),
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
        let stalled = refusal(&mut lab, work(&consumer::WORKERS, Value::Count(3))).await;
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
            ask(&mut lab, web(&producer::RATE, Value::Number(200.0 + f64::from(step)))).await;
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
        ask(&mut lab, web(&producer::RATE, Value::Number(100.0))).await;
        ask(&mut lab, Command::AddPartitions { topic: "orders".into(), count: 2 }).await;
        ask(&mut lab, add_topic("audit", 1)).await;
        ask(&mut lab, add_producer("log", "audit", 10.0)).await;
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

#[test]
fn several_clients_are_one_edit_or_none() {
    with(ORDERS, |mut lab| async move {
        let mut three = ProducerSpec::new("app", named("orders"), Rate::from_per_second(5.0).unwrap());
        three.count = 3;
        ask(&mut lab, Command::AddProducer(Box::new(three.clone()))).await;
        let snapshot = pass(&mut lab, 2).await;
        let names: Vec<_> = snapshot.producers.iter().map(|producer| producer.name.as_str()).collect();
        assert_eq!(names, ["web", "app-1", "app-2", "app-3"]);
        assert_eq!(snapshot.experiment.undo.as_deref(), Some("add 3 producers app"));
        ask(&mut lab, Command::Undo).await;
        assert_eq!(pass(&mut lab, 2).await.producers.len(), 1);
        ask(&mut lab, add_producer("app-2", "orders", 1.0)).await;
        let taken = refusal(&mut lab, Command::AddProducer(Box::new(three))).await;
        assert!(taken.contains("app-2") && taken.contains("taken"), "{taken}");
        assert_eq!(pass(&mut lab, 2).await.producers.len(), 2, "none of the three stays");
    });
}

#[test]
fn consumers_that_are_added_may_be_unlike_the_others() {
    with(ORDERS, |mut lab| async move {
        let mut like = pass(&mut lab, 1).await.groups[0].spec.template.clone();
        like.workers = 2;
        let add = |count, like: &ConsumerSpec| Command::AddConsumers {
            group: "billing".into(),
            count,
            like: Box::new(like.clone()),
        };
        ask(&mut lab, add(2, &like)).await;
        let snapshot = pass(&mut lab, 2).await;
        assert_eq!((group(&snapshot).members.len(), member(&snapshot, "billing-5").spec.workers), (5, 2));
        ask(&mut lab, Command::Undo).await;
        assert_eq!(group(&pass(&mut lab, 5).await).members.len(), 3);
        like.instance_id = Some("one".into());
        assert!(refusal(&mut lab, add(2, &like)).await.contains("instance id"));
        like.workers = 0;
        assert!(refusal(&mut lab, add(1, &like)).await.contains("workers"));
    });
}

#[test]
fn a_hand_on_a_slider_is_told_once() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 2).await;
        for step in 1..=20_u32 {
            let factor = 1.0 + f64::from(step);
            lab.command(Command::SetRate { producer: "web".into(), per_second: 200.0 + f64::from(step) }).await;
            lab.run_for(Duration::from_millis(50)).await.unwrap();
            if step > 10 {
                lab.command(Command::Slow { client: "billing-1".into(), factor }).await;
            }
        }
        let told = |snapshot: &Snapshot, word: &str| {
            snapshot.notices.iter().filter(|notice| notice.text.contains(word)).count()
        };
        let snapshot = pass(&mut lab, 2).await;
        assert_eq!(told(&snapshot, "times as long"), 10, "two hands at once are told in turn");
        lab.command(Command::SetRate { producer: "web".into(), per_second: 300.0 }).await;
        lab.command(Command::SetRate { producer: "web".into(), per_second: 400.0 }).await;
        let again = pass(&mut lab, 1).await;
        assert_eq!(told(&again, "web sends"), told(&snapshot, "web sends") + 1);
        assert_eq!(again.notices.last().unwrap().text, "web sends 400/s");
    });
}
