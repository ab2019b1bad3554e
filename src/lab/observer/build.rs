//! Puts a snapshot together from the broker's view, the clients' own figures and the meters. Groups are
//! [`super::group_view`]'s.

use std::sync::Arc;

use crate::broker::view::{BrokerView, TopicView};
use crate::clock::{Clock, Time};
use crate::metrics::meter::Meter;
use crate::model::topic_config::TopicConfig;
use crate::workload::backend::Backend;

use super::super::clients::{Clients, Producer};
use super::super::snapshot::{
    BrokerState, ClientStatus, ClockState, ConfigEntry, GroupView, MemberState, PartitionState, ProducerState,
    Snapshot, TopicState,
};
use super::super::words;
use super::{Observer, group_view};

pub(super) fn snapshot<B: Backend>(
    observer: &Observer,
    view: &BrokerView,
    clients: &Clients<B>,
    clock: &Clock,
) -> Snapshot {
    let mut snapshot = Snapshot {
        clock: clock_state(clock, view.at),
        broker: broker(observer, view),
        topics: view.topics.iter().map(|topic| self::topic(observer, topic)).collect(),
        producers: clients.producers.iter().map(|producer| self::producer(observer, producer)).collect(),
        removed_producers: clients.removed_producers.iter().map(|gone| self::producer(observer, gone)).collect(),
        groups: clients.groups.iter().map(|group| group_view::group(observer, view, group)).collect(),
        history: Arc::clone(&observer.history),
        ..Snapshot::default()
    };
    snapshot.clock.idle = is_idle(&snapshot);
    snapshot
}

fn clock_state(clock: &Clock, time: Time) -> ClockState {
    let pace = clock.pace();
    ClockState {
        time,
        speed: pace.map_or(1.0, |pace| pace.speed),
        paused: pace.is_some_and(|pace| pace.paused),
        idle: false,
        late: None,
        reached: None,
    }
}

fn broker(observer: &Observer, view: &BrokerView) -> BrokerState {
    BrokerState {
        durability: view.durability.name().to_owned(),
        records_in_per_second: observer.records_in.per_second(),
        bytes_in_per_second: observer.bytes_in.per_second(),
        bytes_in: view.totals.bytes_in,
        commit_p50_millis: observer.recent_commits(view, 0.5).map(|time| time.as_secs_f64() * 1e3),
        commit_p99_millis: observer.recent_commits(view, 0.99).map(|time| time.as_secs_f64() * 1e3),
        cache_hits: observer.recent_cache_hits(view),
        cache_bytes: view.totals.tail_cache_bytes,
        store_bytes: view.totals.store_bytes,
        back_pressured: view.totals.back_pressured,
        failure: view.failure.clone(),
    }
}

fn topic(observer: &Observer, topic: &TopicView) -> TopicState {
    let meters = observer.topics.get(&topic.name);
    let partitions: Vec<PartitionState> = (0..)
        .zip(&topic.partitions)
        .map(|(id, partition)| PartitionState {
            id,
            log_start_offset: partition.log_start_offset,
            high_watermark: partition.high_watermark,
            log_end_offset: partition.log_end_offset,
            bytes: partition.bytes,
            records_in_per_second: meters
                .and_then(|meters| meters.partitions.get(usize::try_from(id).ok()?))
                .map_or(0.0, |meters| meters.records_in.per_second()),
        })
        .collect();
    TopicState {
        name: topic.name.to_string(),
        records_in_per_second: partitions.iter().map(|partition| partition.records_in_per_second).sum(),
        partitions,
        config: settings(&topic.config),
    }
}

fn settings(config: &TopicConfig) -> Vec<ConfigEntry> {
    let defaults = TopicConfig::default().entries();
    let all = config.entries().into_iter().zip(defaults);
    all.map(|((key, value), (_, default))| ConfigEntry { key, is_default: value == default, value }).collect()
}

fn producer(observer: &Observer, producer: &Producer) -> ProducerState {
    let figures = producer.handle.figures();
    let meter = observer.producers.get(&producer.name);
    ProducerState {
        name: producer.name.clone(),
        topic: producer.spec.topic.to_string(),
        status: producer.handle.status(),
        spec: Arc::clone(&producer.spec),
        target_per_second: figures.target_per_second,
        records_per_second: meter.map_or(0.0, Meter::per_second),
        pattern: words::pattern(&producer.spec.pattern),
        keys: words::keys(&producer.spec.keys),
        produced: figures.produced,
        accepted: figures.accepted,
        accepted_bytes: figures.accepted_bytes,
        failed: figures.failed,
        waiting: figures.waiting,
    }
}

/// Whether nothing will change by itself: nobody sends, nothing waits to be read, no group is moving.
fn is_idle(snapshot: &Snapshot) -> bool {
    let sends = |producer: &ProducerState| !producer.status.is_over() && producer.target_per_second > 0.0;
    let moves = |group: &GroupView| {
        let is_settled = matches!(group.state.as_str(), "Stable" | "Empty" | "Dead");
        let reads = |member: &MemberState| !member.status.is_over() && member.status != ClientStatus::Stalled;
        let waits = |member: &MemberState| member.status.is_over() && member.in_group;
        let has_readers = group.members.iter().any(reads);
        let is_behind = has_readers && group.partitions.iter().any(|partition| partition.lag.is_none_or(|lag| lag > 0));
        !is_settled || is_behind || group.members.iter().any(waits)
    };
    !snapshot.producers.iter().any(sends) && !snapshot.groups.iter().any(moves)
}
