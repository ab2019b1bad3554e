//! The present of a running group as a setup that a simulation begins in: what waits where and for how long, who
//! reads it, who sends, and what the timeline still has in store.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Time;
use crate::lab::apply::{Refusal, unknown};
use crate::lab::experiment::Experiment;
use crate::lab::snapshot::{ClientStatus, GroupPartitionState, GroupView, Snapshot};
use crate::model::group::assign::{Assignor, Subscription};
use crate::model::topic::{TopicName, TopicPartition};
use crate::planner::simulate::{Action, Change, PartitionStart, Setup, Start};
use crate::scenario::{self, Event, OffsetReset, ProducerSpec, Scenario};

impl Experiment {
    /// What a group is in now, and when that is.
    pub(super) async fn present_of(&mut self, group: &str) -> Result<(Time, Setup), Refusal> {
        let snapshot = self.snapshot().await.map_err(|error| format!("the broker has stopped: {error}"))?;
        let view = snapshot.groups.iter().find(|view| view.name == group).ok_or_else(|| unknown("group", group))?;
        let scenario = self.as_of_now(&snapshot, group)?;
        let mut setup = Setup::of_group(&scenario, group).ok_or_else(|| unknown("group", group))?;
        let owners = owners(view, &setup);
        let waiting = Waiting::of(view, &snapshot);
        let start = view.partitions.iter().zip(owners).filter_map(|(state, owner)| {
            let topic = setup.topics.iter().position(|topic| topic.name == state.partition.topic)?;
            let backlog = waiting.in_partition(state, view);
            let first = waiting.end(state) - i64::try_from(backlog).unwrap_or(0);
            let oldest = self.observer.age(&state.partition, first, snapshot.clock.time).unwrap_or_default();
            Some(PartitionStart { topic, partition: state.partition.partition, backlog, oldest, owner })
        });
        setup.start = Start::Running(start.collect());
        setup.absent = absent(view, snapshot.clock.time);
        let slow = view.members.iter().filter(|member| member.slow_factor != 1.0).map(|member| {
            let action = Action::Slow { consumer: member.name.clone(), factor: member.slow_factor };
            Change { at: Duration::ZERO, action }
        });
        setup.changes.splice(0..0, slow);
        self.date_patterns(&mut setup, snapshot.clock.time);
        Ok((snapshot.clock.time, setup))
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

/// What is processed and not committed waits no more; it is known of the group as a whole.
struct Waiting<'a> {
    snapshot: &'a Snapshot,
    /// Of what lies between the committed offsets and the positions, the share that is processed.
    processed: f64,
}

impl<'a> Waiting<'a> {
    fn of(group: &GroupView, snapshot: &'a Snapshot) -> Self {
        let mut waiting = Self { snapshot, processed: 0.0 };
        let lag: u64 = group.partitions.iter().map(|state| waiting.lag(state, group)).sum();
        let read: u64 = group.partitions.iter().map(ahead).sum();
        let uncommitted = lag.saturating_sub(group.ledger.in_flight).min(read);
        waiting.processed = if read == 0 { 0.0 } else { real(uncommitted) / real(read) };
        waiting
    }

    fn in_partition(&self, state: &GroupPartitionState, group: &GroupView) -> u64 {
        let runs = state.owner.and_then(|owner| group.members.get(owner)).is_some_and(|owner| is_reading(owner.status));
        let done = if runs { whole(real(ahead(state)) * self.processed) } else { 0 };
        self.lag(state, group).saturating_sub(done)
    }

    /// From the committed offset, or from where the group would begin.
    fn lag(&self, state: &GroupPartitionState, group: &GroupView) -> u64 {
        let from_reset = || match group.spec.auto_offset_reset {
            OffsetReset::Earliest => self.end(state) - self.partition(state).map_or(0, |it| it.log_start_offset),
            OffsetReset::Latest | OffsetReset::None => 0,
        };
        state.lag.unwrap_or_else(|| u64::try_from(from_reset()).unwrap_or(0))
    }

    fn end(&self, state: &GroupPartitionState) -> i64 {
        self.partition(state).map_or(0, |partition| partition.high_watermark)
    }

    fn partition(&self, state: &GroupPartitionState) -> Option<&'a crate::lab::snapshot::PartitionState> {
        let TopicPartition { topic, partition } = &state.partition;
        let topic = self.snapshot.topics.iter().find(|known| *known.name == **topic)?;
        topic.partitions.get(usize::try_from(*partition).ok()?)
    }
}

/// Records that were read and are not committed.
fn ahead(state: &GroupPartitionState) -> u64 {
    let read = state.position.zip(state.committed_offset).map_or(0, |(position, committed)| position - committed);
    u64::try_from(read).unwrap_or(0)
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
        other => other,
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

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn real(records: u64) -> f64 {
    records as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count is not negative")]
fn whole(records: f64) -> u64 {
    records.round() as u64
}
