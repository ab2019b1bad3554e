//! Reads the counters of a running experiment, keeps what rates and histories need, and puts a snapshot
//! together. It changes nothing of what it looks at.

mod build;
mod group_view;
mod groups;
mod holdings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::broker::view::{BrokerView, TopicView, Totals};
use crate::clock::{Clock, Time};
use crate::metrics::lag::Waterline;
use crate::metrics::meter::Meter;
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::GroupSpec;
use crate::workload::backend::Backend;

use self::groups::GroupMeters;
use super::clients::Clients;
use super::history::MAX_HISTORY_BYTES;
use super::snapshot::{History, Snapshot};

/// Time between two points of a history.
const HISTORY_STEP: Duration = Duration::from_millis(250);

/// Shares and percentiles of what the broker did are of the last one to two of these.
const RECENT_WINDOW: Duration = Duration::from_secs(3);

/// How often the memory of all histories is counted. It grows slowly.
const HISTORY_CHECK: Duration = Duration::from_secs(5);

/// What has been seen of an experiment.
pub struct Observer {
    began: Time,
    topics: BTreeMap<TopicName, TopicMeters>,
    producers: BTreeMap<String, Meter>,
    groups: BTreeMap<String, GroupMeters>,
    records_in: Meter,
    bytes_in: Meter,
    recent: Recent,
    history: Arc<History>,
    history_due: Time,
    history_checked: Time,
}

/// The meters of one topic; a topic made anew under its name begins again.
#[derive(Default)]
struct TopicMeters {
    id: u128,
    partitions: Vec<PartitionMeters>,
}

#[derive(Clone, Default)]
struct PartitionMeters {
    records_in: Meter,
    waterline: Waterline,
}

impl Observer {
    pub fn new(began: Time) -> Self {
        Self {
            began,
            topics: BTreeMap::new(),
            producers: BTreeMap::new(),
            groups: BTreeMap::new(),
            records_in: Meter::default(),
            bytes_in: Meter::default(),
            recent: Recent::default(),
            history: Arc::default(),
            history_due: began,
            history_checked: began,
        }
    }

    /// Reads every counter once.
    pub fn sample<B: Backend>(&mut self, view: &BrokerView, clients: &Clients<B>) {
        let now = view.at;
        self.records_in.read(now, view.totals.records_in);
        self.bytes_in.read(now, view.totals.bytes_in);
        self.recent.note(now, &view.totals);
        self.topics.retain(|name, _| view.topics.iter().any(|topic| topic.name == *name));
        for topic in &view.topics {
            self.topics.entry(topic.name.clone()).or_default().read(topic, now);
        }
        for producer in &clients.producers {
            self.producers.entry(producer.name.clone()).or_default().read(now, producer.handle.figures().accepted);
        }
        for group in &clients.groups {
            let time_lag = self.time_lag(view, &group.spec);
            let meters = self.groups.entry(group.spec.name.clone()).or_default();
            meters.sample(view, group, clients.workload(), time_lag);
        }
        if now >= self.history_due {
            self.history_due = (self.history_due + HISTORY_STEP).max(now);
            self.add_to_history(now, view, clients);
        }
    }

    /// What can be seen now: positions from the view and the clients, rates from the last sample.
    pub fn snapshot<B: Backend>(&self, view: &BrokerView, clients: &Clients<B>, clock: &Clock) -> Snapshot {
        build::snapshot(self, view, clients, clock)
    }

    /// How long ago the record at an offset came; `None` where nothing was seen of the partition.
    pub fn age(&self, partition: &TopicPartition, offset: i64, now: Time) -> Option<Duration> {
        self.waterline(&partition.topic, partition.partition)?.age(offset, now)
    }

    /// The highest lag and time lag of a group so far.
    pub fn worst(&self, group: &str) -> Option<Worst> {
        self.groups.get(group).map(GroupMeters::worst)
    }

    /// The time that this share of the group commits of the last seconds did not exceed.
    fn recent_commits(&self, view: &BrokerView, share: f64) -> Option<Duration> {
        view.totals.commit_times.quantile_since(&self.recent.earlier.commit_times, share)
    }

    /// Of the partitions that fetches read in the last seconds the share that was in memory; `None` without any.
    fn recent_cache_hits(&self, view: &BrokerView) -> Option<f64> {
        let (now, then) = (&view.totals, &self.recent.earlier);
        let hits = now.cache_reads.saturating_sub(then.cache_reads);
        let all = hits + now.store_reads.saturating_sub(then.store_reads);
        (all > 0).then(|| lossy(hits) / lossy(all))
    }

    fn add_to_history<B: Backend>(&mut self, now: Time, view: &BrokerView, clients: &Clients<B>) {
        let history = Arc::make_mut(&mut self.history);
        history.records_in.push(now, self.records_in.per_second());
        for producer in &clients.producers {
            let past = history.producers.entry(producer.name.clone()).or_default();
            past.accepted.push(now, self.producers.get(&producer.name).map_or(0.0, Meter::per_second));
            past.waiting.push(now, lossy(producer.handle.figures().waiting));
        }
        for (name, meters) in &self.topics {
            let past = history.topics.entry(name.to_string()).or_default();
            let rates = || meters.partitions.iter().map(|partition| partition.records_in.per_second());
            past.records_in.push(now, rates().sum());
            past.partitions_in.push(now, rates().map(single).collect());
        }
        for group in &clients.groups {
            if let Some(meters) = self.groups.get(&group.spec.name) {
                let past = history.groups.entry(group.spec.name.clone()).or_default();
                meters.add_details_to(past, now, view, group);
            }
        }
        if now >= self.history_checked + HISTORY_CHECK {
            self.history_checked = now;
            history.keep_within(MAX_HISTORY_BYTES);
        }
        for (name, meters) in &self.groups {
            meters.add_to(history.groups.entry(name.clone()).or_default(), now);
        }
    }

    /// The age of the oldest record that a group has not committed; `None` without a commit.
    fn time_lag(&self, view: &BrokerView, group: &GroupSpec) -> Option<Duration> {
        let coordinator = view.groups.iter().find(|known| known.name == group.name)?;
        let read = coordinator.offsets.iter().filter(|(partition, _)| group.topics.contains(&partition.topic));
        let ages = read.filter_map(|(partition, committed)| {
            self.waterline(&partition.topic, partition.partition)?.age(*committed, view.at)
        });
        ages.max()
    }

    fn waterline(&self, topic: &TopicName, partition: u32) -> Option<&Waterline> {
        let meters = self.topics.get(topic)?.partitions.get(usize::try_from(partition).ok()?)?;
        Some(&meters.waterline)
    }
}

/// The highest that a group's lag has been at any sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worst {
    pub lag_records: u64,
    pub time_lag: Duration,
}

/// Where the broker's counters stood one to two windows ago, so that shares of them are of the last seconds.
#[derive(Default)]
struct Recent {
    earlier: Totals,
    later: Totals,
    turn_due: Time,
}

impl Recent {
    fn note(&mut self, now: Time, totals: &Totals) {
        if now >= self.turn_due {
            self.turn_due = now + RECENT_WINDOW;
            self.earlier = std::mem::replace(&mut self.later, totals.clone());
        }
    }
}

impl TopicMeters {
    fn read(&mut self, topic: &TopicView, now: Time) {
        if self.id != topic.id {
            *self = Self { id: topic.id, partitions: Vec::new() };
        }
        self.partitions.resize(topic.partitions.len(), PartitionMeters::default());
        for (meters, partition) in self.partitions.iter_mut().zip(&topic.partitions) {
            meters.records_in.read(now, partition.records_in);
            meters.waterline.note(now, partition.high_watermark);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a chart needs no more than 52 bits")]
fn lossy(records: u64) -> f64 {
    records as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a chart needs no more than 24 bits")]
fn single(value: f64) -> f32 {
    value as f32
}
