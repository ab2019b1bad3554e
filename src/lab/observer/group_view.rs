//! A group as the snapshot shows it: its members with what each holds and does, and its partitions with owner,
//! position and lag.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::broker::view::{BrokerView, GroupView as CoordinatorView, MemberView};
use crate::clock::Time;
use crate::metrics::burrow;
use crate::metrics::figures::Drain;
use crate::metrics::lag::{Draining, lag_records, time_to_drain};
use crate::model::group::GroupState;
use crate::model::group::assign::Assignor;
use crate::model::group::subscription::decode_assignment;
use crate::model::topic::TopicPartition;
use crate::scenario::CommitPolicy;

use super::super::clients::{Consumer, Group};
use super::super::snapshot::{ClientStatus, GroupPartitionState, GroupView, MemberState};
use super::super::words;
use super::Observer;
use super::groups::GroupMeters;

pub(super) fn group(observer: &Observer, view: &BrokerView, group: &Group) -> GroupView {
    let coordinator = view.groups.iter().find(|known| known.name == group.spec.name);
    let fresh = GroupMeters::default();
    let meters = observer.groups.get(&group.spec.name).unwrap_or(&fresh);
    let members: Vec<MemberState> =
        group.consumers.iter().map(|consumer| member(observer, view.at, coordinator, meters, consumer)).collect();
    let partitions = group_partitions(view, coordinator, group, meters, &members);
    let lags = partitions.iter().filter_map(|partition| partition.lag);
    GroupView {
        name: group.spec.name.clone(),
        topics: group.spec.topics.iter().map(ToString::to_string).collect(),
        state: coordinator.map_or(GroupState::Empty, |coordinator| coordinator.state).to_string(),
        generation: coordinator.map_or(0, |coordinator| coordinator.generation),
        spec: Arc::clone(&group.spec),
        status: burrow::of_group(partitions.iter().filter_map(|partition| Some(partition.status?.status))),
        assignor: coordinator.and_then(|known| Assignor::from_name(&known.protocol)).or(Some(group.spec.assignor)),
        session_timeout: group.spec.session_timeout,
        commit: match group.spec.commit {
            CommitPolicy::Before => "before processing",
            CommitPolicy::After => "after processing",
            CommitPolicy::Auto { .. } => "auto",
        }
        .to_owned(),
        lag: lags.reduce(|sum, lag| sum + lag),
        lag_velocity: meters.lag.per_second(),
        time_lag: meters.time_lag,
        drain: drain(meters, &partitions),
        records_out_per_second: meters.records_out.per_second(),
        latency: meters.latency,
        latency_recent: meters.latency_recent,
        ledger: meters.ledger,
        members,
        removed_processed: group.removed_processed,
        partitions,
        rebalances: Arc::clone(&meters.rebalances),
        rebalance_totals: meters.rebalance_totals,
    }
}

fn member(
    observer: &Observer,
    now: Time,
    coordinator: Option<&CoordinatorView>,
    meters: &GroupMeters,
    consumer: &Consumer,
) -> MemberState {
    let figures = consumer.handle.figures();
    let status = consumer.handle.status();
    let known = membership_of(consumer, coordinator);
    let meter = meters.consumers.get(&consumer.name);
    let lifetime = now.since(consumer.added.max(observer.began)).as_secs_f64();
    let busy_time = figures.busy / figures.workers.max(1);
    MemberState {
        name: consumer.name.clone(),
        colour: consumer.colour,
        status,
        spec: Arc::clone(&consumer.spec),
        failure: consumer.handle.membership().failure,
        in_group: known.is_some(),
        session_ends: known
            .and_then(|member| member.session_deadline)
            .filter(|_| !matches!(status, ClientStatus::Running)),
        assignment: assignment_of(consumer, coordinator),
        records_per_second: meter.map_or(0.0, |meter| meter.processed.per_second()),
        busy: meter.map_or(0.0, |meter| (meter.busy.per_second() / 1e9).clamp(0.0, 1.0)),
        busy_overall: if lifetime > 0.0 { (busy_time.as_secs_f64() / lifetime).min(1.0) } else { 0.0 },
        busy_time,
        processed: figures.processed,
        processing: words::service_time(&consumer.spec.processing),
        processing_mean: figures.processing_mean,
        slow_factor: figures.slow_factor,
    }
}

/// What a consumer holds by its own account; of one that is gone or frozen, what the coordinator still counts
/// as its.
pub(super) fn assignment_of(consumer: &Consumer, coordinator: Option<&CoordinatorView>) -> Vec<TopicPartition> {
    match consumer.handle.status() {
        ClientStatus::Crashed | ClientStatus::Stalled => {
            let known = membership_of(consumer, coordinator);
            known.and_then(|member| decode_assignment(&member.assignment).ok()).unwrap_or_default()
        }
        ClientStatus::Stopped => Vec::new(),
        ClientStatus::Running | ClientStatus::Joining => consumer.handle.assignment(),
    }
}

/// The newest of its memberships: a client that came back after a crash may still have its old one too.
fn membership_of<'a>(consumer: &Consumer, coordinator: Option<&'a CoordinatorView>) -> Option<&'a MemberView> {
    let members = &coordinator?.members;
    members.iter().filter(|member| member.client_id == consumer.name).max_by_key(|member| member.session_deadline)
}

fn group_partitions(
    view: &BrokerView,
    coordinator: Option<&CoordinatorView>,
    group: &Group,
    meters: &GroupMeters,
    members: &[MemberState],
) -> Vec<GroupPartitionState> {
    let owners: BTreeMap<&TopicPartition, usize> = members
        .iter()
        .enumerate()
        .flat_map(|(index, member)| member.assignment.iter().map(move |partition| (partition, index)))
        .collect();
    let owned = &owners;
    let positions: BTreeMap<TopicPartition, i64> = (0..)
        .zip(&group.consumers)
        .flat_map(|(index, consumer)| {
            let positions = consumer.handle.membership().positions.into_iter();
            // One that was given up may still think that it reads there.
            positions.filter(move |(partition, _)| owned.get(partition) == Some(&index))
        })
        .collect();
    let offsets = coordinator.map_or(&[][..], |coordinator| &coordinator.offsets);
    let topics = view.topics.iter().filter(|topic| group.spec.topics.contains(&topic.name));
    let all = topics.flat_map(|topic| {
        (0..).zip(&topic.partitions).map(|(id, state)| (TopicPartition::new(topic.name.clone(), id), state))
    });
    all.map(|(partition, state)| {
        let committed = offsets.binary_search_by(|(known, _)| known.cmp(&partition)).ok().map(|at| offsets[at].1);
        GroupPartitionState {
            committed_offset: committed,
            position: positions.get(&partition).copied(),
            lag: lag_records(committed, state.high_watermark),
            status: meters.partitions.get(&partition).and_then(|read| read.status),
            owner: owners.get(&partition).copied(),
            records_out_per_second: meters.partitions.get(&partition).map_or(0.0, |read| read.committed.per_second()),
            partition,
        }
    })
    .collect()
}

fn drain(meters: &GroupMeters, partitions: &[GroupPartitionState]) -> Option<Drain> {
    let with_lag = || partitions.iter().filter_map(|state| Some((state, state.lag?)));
    with_lag().next()?;
    let is_settled = with_lag()
        .filter(|(_, lag)| *lag > 0)
        .all(|(state, _)| meters.partitions.get(&state.partition).is_some_and(|read| read.committed_slow.is_settled()));
    if !is_settled {
        return Some(Drain::Unknown);
    }
    Some(time_to_drain(with_lag().map(|(state, lag)| {
        let read = meters.partitions.get(&state.partition);
        Draining {
            lag_records: lag,
            consumed_per_second: read.map_or(0.0, |read| read.committed_slow.per_second()),
            produced_per_second: read.map_or(0.0, |read| read.high_watermark_slow.per_second()),
        }
    })))
}
