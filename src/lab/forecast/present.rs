//! The present of a running group as a setup that a simulation begins in: what waits where and for how long, who
//! reads it, who sends, and what the timeline still has in store.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Time;
use crate::lab::apply::{Refusal, unknown};
use crate::lab::experiment::Experiment;
use crate::lab::snapshot::{ClientStatus, GroupPartitionState, GroupView, Snapshot};
use crate::metrics::ledger::Ledger;
use crate::model::group::assign::{Assignor, Subscription};
use crate::model::topic::{TopicName, TopicPartition};
use crate::planner::simulate::{Action, Change, PartitionStart, Present, Setup, Start};
use crate::scenario::{self, Event, OffsetReset, ProducerSpec, Scenario};

impl Experiment {
    /// What a group is in now, and when that is.
    pub(super) async fn present_of(&mut self, group: &str) -> Result<(Time, Setup), Refusal> {
        let snapshot = self.snapshot().await.map_err(|error| format!("the broker has stopped: {error}"))?;
        let view = snapshot.groups.iter().find(|view| view.name == group).ok_or_else(|| unknown("group", group))?;
        let scenario = self.as_of_now(&snapshot, group)?;
        let mut setup = Setup::of_group(&scenario, group).ok_or_else(|| unknown("group", group))?;
        let owners = owners(view, &setup);
        let ledger = self.clients.workload().ledger();
        let start = view.partitions.iter().zip(owners).filter_map(|(state, owner)| {
            let topic = setup.topics.iter().position(|topic| topic.name == state.partition.topic)?;
            let waiting = Waiting::of(state, view, &snapshot, ledger);
            let oldest = self.observer.age(&state.partition, waiting.first, snapshot.clock.time).unwrap_or_default();
            let backlog = waiting.records;
            Some(PartitionStart { topic, partition: state.partition.partition, backlog, oldest, owner })
        });
        setup.start = Start::Running(start.collect());
        setup.absent = absent(view, snapshot.clock.time);
        setup.present = self.at_work(group, snapshot.clock.time);
        let slow = view.members.iter().filter(|member| member.slow_factor != 1.0).map(|member| {
            let action = Action::Slow { consumer: member.name.clone(), factor: member.slow_factor };
            Change { at: Duration::ZERO, action }
        });
        setup.changes.splice(0..0, slow);
        self.date_patterns(&mut setup, snapshot.clock.time);
        Ok((snapshot.clock.time, setup))
    }

    /// What consumers say of themselves.
    fn at_work(&self, group: &str, now: Time) -> BTreeMap<String, Present> {
        let consumers =
            self.clients.groups.iter().filter(|known| known.spec.name == group).flat_map(|it| &it.consumers);
        let present = consumers.filter_map(|consumer| {
            let known = consumer.handle.membership();
            let in_hand = u32::try_from(known.in_hand).unwrap_or(u32::MAX);
            Some((consumer.name.clone(), Present { beats_after: known.heartbeat_at?.since(now), in_hand }))
        });
        present.collect()
    }

    /// The experiment as if it began now: each producer by itself, and of the timeline what is left.
    fn as_of_now(&self, snapshot: &Snapshot, group: &str) -> Result<Scenario, Refusal> {
        let spec = self.present_group(group)?;
        let staying = self.clients.producers.iter().filter(|producer| !producer.leaving);
        let alone = staying.map(|producer| ProducerSpec {
            name: producer.name.clone(),
            count: 1,
            ..ProducerSpec::clone(&producer.spec)
        });
        let rests = |status| status != ClientStatus::Running && status != ClientStatus::Joining;
        let resting = snapshot.producers.iter().filter(|producer| rests(producer.status));
        let stop =
            |client: &String| Event { at: Duration::ZERO, action: scenario::Action::Stop { client: client.clone() } };
        let elapsed = self.elapsed();
        let to_come = self.timeline.iter().map(|event| Event { at: event.at.saturating_sub(elapsed), ..event.clone() });
        Ok(Scenario {
            producers: alone.collect(),
            groups: vec![spec],
            events: resting.map(|producer| stop(&producer.name)).chain(to_come).collect(),
            ..self.scenario.clone()
        })
    }

    /// Each stream is one producer's, in their order.
    fn date_patterns(&self, setup: &mut Setup, now: Time) {
        let is_read = |topic: &TopicName| setup.topics.iter().any(|known| known.name == *topic);
        let staying = self.clients.producers.iter().filter(|producer| !producer.leaving);
        let read: Vec<Time> =
            staying.filter(|producer| is_read(&producer.spec.topic)).map(|producer| producer.pattern_since).collect();
        for (stream, since) in setup.streams.iter_mut().zip(read) {
            stream.begun = now.since(since);
        }
    }
}

/// Where a partition's records are that wait for a group.
struct Waiting {
    first: i64,
    records: u64,
}

impl Waiting {
    /// From the committed offset, or from where the group would begin; what is processed there and not committed
    /// waits no more, unless its reader is gone.
    fn of(state: &GroupPartitionState, group: &GroupView, snapshot: &Snapshot, ledger: &Ledger) -> Self {
        let (start, end) = bounds(state, snapshot);
        let from_reset = match group.spec.auto_offset_reset {
            OffsetReset::Earliest => start,
            OffsetReset::Latest | OffsetReset::None => end,
        };
        let first = state.committed_offset.unwrap_or(from_reset).max(start);
        let is_read = state.owner.and_then(|owner| group.members.get(owner)).is_some_and(|it| is_reading(it.status));
        let done =
            if is_read { ledger.group(&group.name).partition(&state.partition).done_within(first, end) } else { 0 };
        let records = u64::try_from(end - first).unwrap_or(0).saturating_sub(done);
        Self { first: first + i64::try_from(done).unwrap_or(0), records }
    }
}

/// A partition's first offset and the one after its last.
fn bounds(state: &GroupPartitionState, snapshot: &Snapshot) -> (i64, i64) {
    let TopicPartition { topic, partition } = &state.partition;
    let topic = snapshot.topics.iter().find(|known| *known.name == **topic);
    let known = topic.and_then(|topic| topic.partitions.get(usize::try_from(*partition).ok()?));
    known.map_or((0, 0), |known| (known.log_start_offset, known.high_watermark))
}

fn is_reading(status: ClientStatus) -> bool {
    matches!(status, ClientStatus::Running | ClientStatus::Joining)
}

/// Those who are gone, with what is left of their sessions where the group still counts them.
fn absent(group: &GroupView, now: Time) -> BTreeMap<String, Option<Duration>> {
    let gone = group.members.iter().filter(|member| !is_reading(member.status));
    gone.map(|member| {
        let session = member.session_ends.filter(|_| member.in_group).map(|ends| ends.since(now));
        (member.name.clone(), session)
    })
    .collect()
}

/// Who reads each partition. A rebalance that is under way counts as over.
fn owners(group: &GroupView, setup: &Setup) -> Vec<Option<String>> {
    let names: Vec<&String> = setup.group.consumers.iter().map(|consumer| &consumer.name).collect();
    let owner = |state: &GroupPartitionState| {
        let owner = &group.members.get(state.owner?)?.name;
        names.contains(&owner).then(|| owner.clone())
    };
    let owners: Vec<Option<String>> = group.partitions.iter().map(owner).collect();
    let joins = |status| status == ClientStatus::Joining;
    let is_moving = group.state != "Stable" || group.members.iter().any(|member| joins(member.status));
    if is_moving || owners.iter().any(Option::is_none) { divide(group, setup, &owners) } else { owners }
}

fn divide(group: &GroupView, setup: &Setup, owners: &[Option<String>]) -> Vec<Option<String>> {
    let running = group.members.iter().filter(|member| is_reading(member.status) || member.in_group);
    let staying = running.filter(|member| setup.group.consumers.iter().any(|consumer| consumer.name == member.name));
    let members: Vec<Subscription> = staying
        .map(|member| Subscription {
            member_id: member.name.clone(),
            instance_id: None,
            topics: setup.group.topics.clone(),
            owned: owned(group, owners, &member.name),
            generation: group.generation,
        })
        .collect();
    // In the end a cooperative rebalance comes to what a sticky one does at once.
    let assignor = match setup.group.assignor {
        Assignor::CooperativeSticky => Assignor::Sticky,
        other @ (Assignor::Range | Assignor::RoundRobin | Assignor::Sticky) => other,
    };
    let counts = setup.topics.iter().map(|topic| (topic.name.clone(), topic.partitions)).collect();
    let assignment = assignor.assign(&members, &counts);
    let of = |state: &GroupPartitionState| {
        let (name, _) = assignment.iter().find(|(_, partitions)| partitions.contains(&state.partition))?;
        Some(name.clone())
    };
    group.partitions.iter().map(of).collect()
}

fn owned(group: &GroupView, owners: &[Option<String>], member: &str) -> Vec<TopicPartition> {
    let all = group.partitions.iter().zip(owners);
    all.filter(|(_, owner)| owner.as_deref() == Some(member)).map(|(state, _)| state.partition.clone()).collect()
}
