//! Each piece of advice comes when the numbers say so, and not a little earlier.

use std::sync::Arc;

use std::time::Duration;

use super::*;
use crate::lab::snapshot::{ClientStatus, MemberState};
use crate::metrics::figures::Drain;

use crate::clock::Time;
use crate::lab::snapshot::{ConfigEntry, GroupPartitionState, PartitionState, ProducerState};
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::{Keys, ProducerSpec};

fn partition(id: u32) -> TopicPartition {
    TopicPartition::new(TopicName::new("orders").unwrap(), id)
}

/// Two consumers of four partitions that keep up with 400 records per second.
fn calm() -> Snapshot {
    let partitions = (0..4).map(|id| PartitionState { id, records_in_per_second: 100.0, ..PartitionState::default() });
    let retention = ConfigEntry { key: "retention.ms", value: "600000".into(), is_default: false };
    let topic = TopicState {
        name: "orders".into(),
        records_in_per_second: 400.0,
        partitions: partitions.collect(),
        config: vec![retention],
    };
    let member = |number: u32| MemberState {
        name: format!("billing-{number}"),
        in_group: true,
        assignment: vec![partition(number * 2 - 2), partition(number * 2 - 1)],
        busy: 0.5,
        slow_factor: 1.0,
        ..MemberState::default()
    };
    let read = |id| GroupPartitionState {
        partition: partition(id),
        committed_offset: Some(0),
        position: None,
        lag: Some(5),
        status: None,
        owner: Some(0),
        records_out_per_second: 100.0,
    };
    let group = GroupView {
        name: "billing".into(),
        topics: vec!["orders".into()],
        state: "Stable".into(),
        lag: Some(20),
        time_lag: Some(Duration::from_millis(100)),
        drain: Some(Drain::Never),
        records_out_per_second: 400.0,
        members: vec![member(1), member(2)],
        partitions: (0..4).map(read).collect(),
        ..GroupView::default()
    };
    let producer = ProducerState { name: "web".into(), topic: "orders".into(), ..ProducerState::default() };
    Snapshot { topics: vec![topic], producers: vec![producer], groups: vec![group], ..Snapshot::default() }
}

fn overloaded(snapshot: &mut Snapshot) {
    let group = &mut snapshot.groups[0];
    group.members.iter_mut().for_each(|member| member.busy = 0.99);
    (group.records_out_per_second, group.lag_velocity, group.lag) = (200.0, 200.0, Some(3_000));
}

fn add_consumers(count: usize) -> Vec<Command> {
    vec![Command::AddConsumer { group: "billing".into() }; count]
}

type Change = fn(&mut Snapshot);

/// A change of the calm, and the advice that it must bring.
type Case = (Change, Subject, &'static str, Vec<Command>);

fn group() -> Subject {
    Subject::Group("billing".into())
}

fn client(name: &str) -> Subject {
    Subject::Client(name.into())
}

fn holds(table: Vec<Case>) {
    assert_eq!(advise(&calm()), []);
    for (change, subject, text, try_it) in table {
        let mut snapshot = calm();
        change(&mut snapshot);
        let advice = advise(&snapshot);
        let seen: Vec<_> = advice.iter().map(|one| (&one.subject, one.text.as_str(), &one.try_it)).collect();
        assert_eq!(seen, [(&subject, text, &try_it)]);
    }
}

#[test]
fn advice_on_groups_and_their_lag() {
    holds(vec![
        (
            |it| {
                overloaded(it);
                it.groups[0].records_out_per_second = 240.0;
            },
            group(),
            "All 2 consumers of billing are busy and its lag grows by 200/s: 2 consumers more would keep up",
            add_consumers(2),
        ),
        (
            overloaded,
            group(),
            "All 2 consumers of billing are busy and its lag grows by 200/s: 3 consumers more would keep up, and they \
             need 1 partition more in orders",
            [vec![Command::AddPartitions { topic: "orders".into(), count: 1 }], add_consumers(3)].concat(),
        ),
        (
            |it| it.groups[0].members.iter_mut().for_each(|member| member.status = ClientStatus::Stopped),
            group(),
            "20 records wait for billing and none of its consumers runs",
            vec![Command::Start("billing-1".into())],
        ),
        (
            |it| {
                let group = &mut it.groups[0];
                (group.lag, group.time_lag) = (Some(4_000), Some(Duration::from_secs(20)));
                group.members[1].slow_factor = 10.0;
            },
            group(),
            "billing never works off its 4000 records at this rate: 1 consumer slowed down",
            vec![Command::Slow { client: "billing-2".into(), factor: 1.0 }],
        ),
    ]);
}

#[test]
fn advice_on_consumers_partitions_and_retention() {
    holds(vec![
        (
            |it| {
                it.clock.time = Time::from_micros(5_000_000);
                let member = &mut it.groups[0].members[1];
                (member.status, member.session_ends) = (ClientStatus::Crashed, Some(Time::from_micros(9_200_000)));
            },
            client("billing-2"),
            "billing-2 crashed: nobody reads its 2 partitions until its session times out, in about 5s",
            vec![Command::Start("billing-2".into())],
        ),
        (
            |it| {
                let group = &mut it.groups[0];
                let extra = (3..=5).map(|number| MemberState {
                    name: format!("billing-{number}"),
                    in_group: true,
                    assignment: if number < 5 { vec![partition(number - 1)] } else { Vec::new() },
                    ..MemberState::default()
                });
                group.members.extend(extra);
            },
            client("billing-5"),
            "1 consumer of billing has nothing to read: it has 5 consumers for 4 partitions",
            vec![Command::RemoveConsumer("billing-5".into())],
        ),
        (
            |it| {
                it.topics[0].partitions[2].records_in_per_second = 400.0;
                it.topics[0].records_in_per_second = 700.0;
                let spec = ProducerSpec { keys: Keys::Hot { share: 0.5, count: 100 }, ..ProducerSpec::default() };
                it.producers[0].spec = Arc::new(spec);
            },
            Subject::Topic("orders".into()),
            "Partition 2 takes 57 % of the records of orders: its keys are skewed, and more partitions would not help",
            vec![Command::SetProducer {
                producer: "web".into(),
                change: crate::lab::settings::producer::KEYS.to(crate::lab::settings::Value::Choice(1)),
            }],
        ),
        (
            |it| {
                it.groups[0].lag = Some(4_015);
                it.groups[0].partitions[3].lag = Some(4_000);
            },
            group(),
            "orders-3 holds nearly all of the lag of billing, which billing-1 reads",
            vec![],
        ),
        (
            |it| it.groups[0].time_lag = Some(Duration::from_secs(460)),
            group(),
            "The oldest record that billing has not read is 460s old, and orders keeps records for 10 min",
            vec![Command::ConfigureTopic {
                topic: "orders".into(),
                key: "retention.ms".into(),
                value: "1200000".into(),
            }],
        ),
    ]);
}

#[test]
fn a_little_less_is_no_reason_for_advice() {
    let almost: [Change; 6] = [
        |it| {
            overloaded(it);
            it.groups[0].members[0].busy = 0.9;
        },
        |it| {
            overloaded(it);
            it.groups[0].lag_velocity = 4.0;
        },
        |it| {
            it.topics[0].partitions[2].records_in_per_second = 250.0;
            it.topics[0].records_in_per_second = 550.0;
        },
        |it| it.groups[0].time_lag = Some(Duration::from_secs(440)),
        |it| it.groups[0].members[1].status = ClientStatus::Crashed,
        |it| {
            it.groups[0].state = "PreparingRebalance".into();
            it.groups[0].members.iter_mut().for_each(|member| member.assignment.clear());
        },
    ];
    for (number, change) in almost.iter().enumerate() {
        let mut snapshot = calm();
        change(&mut snapshot);
        assert_eq!(advise(&snapshot), [], "{number}");
    }
}
