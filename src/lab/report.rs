//! What a report needs to know of an experiment, from its last snapshot. It computes nothing that the
//! snapshot doesn't show, and writes no files.

use crate::clock::Time;
use crate::report::run::{ConsumerRecord, GroupRecord, Happening, HoldingRecord, ProducerRecord, RunRecord};
use crate::report::summary::RunSummary;

use super::history::{GroupHistory, Holding};
use super::snapshot::{GroupView, MemberState, Notice, ProducerState, Severity, Snapshot};

/// A run that ended, or stands, with `snapshot`.
pub fn record(snapshot: &Snapshot, summary: RunSummary) -> RunRecord {
    RunRecord {
        summary,
        about: snapshot.experiment.about.clone(),
        durability: snapshot.broker.durability.clone(),
        records_in: snapshot.history.records_in.clone(),
        producers: snapshot.all_producers().map(|producer| of_producer(snapshot, producer)).collect(),
        groups: snapshot.groups.iter().map(|group| of_group(snapshot, group)).collect(),
        happenings: snapshot.notices.iter().map(happening).collect(),
        dropped_points: snapshot.history.dropped,
    }
}

fn of_producer(snapshot: &Snapshot, producer: &ProducerState) -> ProducerRecord {
    let history = snapshot.history.producers.get(&producer.name);
    ProducerRecord {
        name: producer.name.clone(),
        topic: producer.topic.clone(),
        pattern: producer.pattern.clone(),
        produced: producer.produced,
        accepted: producer.accepted,
        failed: producer.failed,
        waiting: producer.waiting,
        accepted_series: history.map(|history| history.accepted.clone()).unwrap_or_default(),
    }
}

fn of_group(snapshot: &Snapshot, group: &GroupView) -> GroupRecord {
    let history = snapshot.history.groups.get(&group.name).cloned().unwrap_or_default();
    let now = snapshot.clock.time;
    GroupRecord {
        name: group.name.clone(),
        topics: group.topics.clone(),
        consumers: group.members.iter().map(|member| of_consumer(&history, member)).collect(),
        holdings: history.holdings.iter().map(|holding| of_holding(group, holding, now)).collect(),
        holdings_dropped: history.holdings_dropped,
        latency_millis: [history.latency_p50_millis, history.latency_p95_millis, history.latency_p99_millis],
        drain: group.drain,
        records_out: history.records_out,
        lag: history.lag,
        time_lag_millis: history.time_lag_millis,
    }
}

fn of_consumer(history: &GroupHistory, member: &MemberState) -> ConsumerRecord {
    ConsumerRecord {
        name: member.name.clone(),
        colour: member.colour,
        processing: member.processing.clone(),
        busy: history.consumers.get(&member.name).map(|past| past.busy.clone()).unwrap_or_default(),
    }
}

fn of_holding(group: &GroupView, holding: &Holding, now: Time) -> HoldingRecord {
    let owner = group.members.iter().find(|member| *member.name == *holding.owner);
    HoldingRecord {
        topic: holding.partition.topic.to_string(),
        partition: holding.partition.partition,
        owner: holding.owner.to_string(),
        // One that was removed wears the last colour, which is grey.
        colour: owner.map_or(REMOVED, |member| member.colour),
        is_read: holding.is_read,
        from: holding.from,
        until: holding.until.unwrap_or(now),
    }
}

/// The colour of consumers that are no longer there.
const REMOVED: usize = 7;

fn happening(notice: &Notice) -> Happening {
    Happening { at: notice.at, text: notice.text.clone(), is_failure: notice.severity == Severity::Error }
}
