//! What is read of one group at each sample: its lag, its consumers' work, its latency, its audit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::broker::view::{BrokerView, GroupView as CoordinatorView, OwnerView, RebalanceView};
use crate::clock::Time;
use crate::metrics::burrow::{Evaluation, Window};
use crate::metrics::figures::{LatencyMillis, LedgerCounts, Rebalance, RebalanceTotals};
use crate::metrics::lag::lag_records;
use crate::metrics::ledger::PartitionFacts;
use crate::metrics::meter::Meter;
use crate::metrics::rebalances::{Owners, moved_and_kept};
use crate::model::group::subscription::decode_assignment;
use crate::model::topic::TopicPartition;
use crate::workload::Workload;
use crate::workload::backend::Backend;
use crate::workload::client::ClientStatus;

use super::super::clients::Group;
use super::super::snapshot::GroupHistory;
use super::holdings::Holdings;
use super::{Worst, lossy, single};

/// Time between two readings for the time to drain: its window must be longer than a poll or a commit takes.
const SLOW_STEP: Duration = Duration::from_secs(1);

/// Rebalances that are kept; the oldest go first.
const REBALANCES_KEPT: usize = 200;

/// What has been read of one group.
#[derive(Default)]
pub(super) struct GroupMeters {
    pub consumers: BTreeMap<String, ConsumerMeters>,
    pub partitions: BTreeMap<TopicPartition, ReadMeters>,
    pub lag: Meter,
    pub time_lag: Option<Duration>,
    pub records_out: Meter,
    pub latency: LatencyMillis,
    pub latency_recent: LatencyMillis,
    pub ledger: LedgerCounts,
    pub rebalances: Arc<Vec<Rebalance>>,
    pub rebalance_totals: RebalanceTotals,
    holdings: Holdings,
    last_rebalance: u64,
    slow_due: Time,
    worst: Worst,
}

#[derive(Default)]
pub(super) struct ConsumerMeters {
    pub processed: Meter,
    /// Nanoseconds, over all its workers.
    pub busy: Meter,
}

/// How far a group has come in one partition.
#[derive(Default)]
pub(super) struct ReadMeters {
    /// Committed offsets, read often: for what is shown.
    pub committed: Meter,
    /// The same and the high watermark, read seldom: for the time to drain.
    pub committed_slow: Meter,
    pub high_watermark_slow: Meter,
    window: Window,
    pub status: Option<Evaluation>,
}

impl GroupMeters {
    pub(super) fn sample<B: Backend>(
        &mut self,
        view: &BrokerView,
        group: &Group,
        workload: &Workload<B>,
        time_lag: Option<Duration>,
    ) {
        let now = view.at;
        self.time_lag = time_lag;
        self.worst.time_lag = self.worst.time_lag.max(time_lag.unwrap_or_default());
        let coordinator = view.groups.iter().find(|known| known.name == group.spec.name);
        self.read_consumers(now, group);
        self.read_partitions(view, coordinator, group);
        self.holdings.read(now, group, coordinator);
        self.read_latency(group, workload);
        self.read_ledger(view, coordinator, group, workload);
        if let Some(coordinator) = coordinator {
            self.read_rebalances(coordinator);
        }
    }

    pub(super) fn add_to(&self, history: &mut GroupHistory, now: Time) {
        history.records_out.push(now, self.records_out.per_second());
        if let Some(lag) = self.lag.latest() {
            history.lag.push(now, lossy(lag));
        }
        if let Some(time_lag) = self.time_lag {
            history.time_lag_millis.push(now, time_lag.as_secs_f64() * 1e3);
        }
        if self.latency_recent.count > 0 {
            history.latency_p50_millis.push(now, self.latency_recent.p50);
            history.latency_p95_millis.push(now, self.latency_recent.p95);
            history.latency_p99_millis.push(now, self.latency_recent.p99);
        }
    }

    /// What there may be much of: each consumer, each partition, each holding.
    pub(super) fn add_details_to(&self, history: &mut GroupHistory, now: Time, view: &BrokerView, group: &Group) {
        for consumer in &group.consumers {
            let Some(meters) = self.consumers.get(&consumer.name) else { continue };
            let past = history.consumers.entry(consumer.name.clone()).or_default();
            past.records_out.push(now, meters.processed.per_second());
            past.busy.push(now, (meters.busy.per_second() / 1e9).clamp(0.0, 1.0));
        }
        for topic in view.topics.iter().filter(|topic| group.spec.topics.contains(&topic.name)) {
            let lags = (0..).zip(&topic.partitions).map(|(partition, state)| {
                let read = self.partitions.get(&TopicPartition::new(topic.name.clone(), partition));
                let committed = read.and_then(|read| i64::try_from(read.committed.latest()?).ok());
                lag_records(committed, state.high_watermark).map_or(f32::NAN, |lag| single(lossy(lag)))
            });
            history.partition_lag.entry(topic.name.to_string()).or_default().push(now, lags.collect());
        }
        history.holdings = self.holdings.all();
        history.holdings_dropped = self.holdings.dropped;
    }

    pub(super) fn worst(&self) -> Worst {
        self.worst
    }

    fn read_consumers(&mut self, now: Time, group: &Group) {
        let mut processed = group.removed_processed;
        for consumer in &group.consumers {
            let figures = consumer.handle.figures();
            let meters = self.consumers.entry(consumer.name.clone()).or_default();
            meters.processed.read(now, figures.processed);
            let workers = u128::from(figures.workers.max(1));
            meters.busy.read(now, u64::try_from(figures.busy.as_nanos() / workers).unwrap_or(u64::MAX));
            processed += figures.processed;
        }
        self.records_out.read(now, processed);
    }

    fn read_partitions(&mut self, view: &BrokerView, coordinator: Option<&CoordinatorView>, group: &Group) {
        let now = view.at;
        let is_slow_step = now >= self.slow_due;
        if is_slow_step {
            self.slow_due = now + SLOW_STEP;
        }
        let mut lag = None;
        let Some(coordinator) = coordinator else { return };
        let held = if is_slow_step { held_by_the_living(group) } else { BTreeSet::new() };
        for (partition, committed) in &coordinator.offsets {
            let Some(high_watermark) = high_watermark(view, group, partition) else { continue };
            let meters = self.partitions.entry(partition.clone()).or_default();
            meters.committed.read(now, count(*committed));
            if is_slow_step {
                meters.committed_slow.read(now, count(*committed));
                meters.high_watermark_slow.read(now, count(high_watermark));
            }
            let lag_here = lag_records(Some(*committed), high_watermark).unwrap_or(0);
            if is_slow_step && (meters.window.offset() != Some(*committed) || held.contains(partition)) {
                meters.window.note(now, *committed, lag_here);
            }
            meters.status = meters.window.evaluate(lag_here, now);
            *lag.get_or_insert(0) += lag_here;
        }
        if let Some(lag) = lag {
            self.lag.read_level(now, lag);
            self.worst.lag_records = self.worst.lag_records.max(lag);
        }
    }

    fn read_latency<B: Backend>(&mut self, group: &Group, workload: &Workload<B>) {
        let recorder = workload.recorder(&group.spec.name);
        let recent = recorder.take_recent().millis();
        if recent.count > 0 {
            self.latency_recent = recent;
            self.latency = recorder.total().millis();
        }
    }

    fn read_ledger<B: Backend>(
        &mut self,
        view: &BrokerView,
        coordinator: Option<&CoordinatorView>,
        group: &Group,
        workload: &Workload<B>,
    ) {
        let offsets = coordinator.map_or(&[][..], |coordinator| &coordinator.offsets);
        self.ledger = workload.ledger().counts(&group.spec.name, &group.spec.topics, |partition| {
            let log_start = partition_of(view, partition).map_or(0, |partition| partition.log_start_offset);
            let committed = offsets.binary_search_by(|(known, _)| known.cmp(partition)).ok().map(|at| offsets[at].1);
            PartitionFacts { log_start_offset: log_start, committed_offset: committed }
        });
    }

    fn read_rebalances(&mut self, coordinator: &CoordinatorView) {
        let new = coordinator.rebalances.iter().filter(|rebalance| rebalance.number > self.last_rebalance);
        let new: Vec<Rebalance> = new.map(|rebalance| describe(rebalance)).collect();
        let Some(newest) = coordinator.rebalances.last() else { return };
        self.last_rebalance = newest.number;
        if new.is_empty() {
            return;
        }
        for rebalance in &new {
            self.rebalance_totals.add(rebalance);
        }
        let kept = Arc::make_mut(&mut self.rebalances);
        kept.extend(new);
        let excess = kept.len().saturating_sub(REBALANCES_KEPT);
        kept.drain(..excess);
    }
}

fn describe(rebalance: &RebalanceView) -> Rebalance {
    let owners = owners(&rebalance.after);
    let (moved, kept) = moved_and_kept(&self::owners(&rebalance.before), &owners);
    Rebalance {
        at: rebalance.began,
        generation: rebalance.generation,
        reason: rebalance.reason.clone(),
        moved,
        kept,
        paused: rebalance.completed.since(rebalance.began),
        owners,
    }
}

/// Who owns what. A foreign assignment that can't be read owns nothing that could be shown.
fn owners(members: &[OwnerView]) -> Owners {
    let owned = members.iter().flat_map(|member| {
        let partitions = decode_assignment(&member.assignment).unwrap_or_default();
        partitions.into_iter().map(|partition| (partition, member.client_id.clone()))
    });
    let mut owners: Owners = owned.collect();
    owners.sort();
    owners
}

/// What consumers hold that run: they would commit if they had anything to commit.
fn held_by_the_living(group: &Group) -> BTreeSet<TopicPartition> {
    let living = group.consumers.iter().filter(|consumer| consumer.handle.status() == ClientStatus::Running);
    living.flat_map(|consumer| consumer.handle.assignment()).collect()
}

/// The high watermark of a partition that the group still reads.
fn high_watermark(view: &BrokerView, group: &Group, partition: &TopicPartition) -> Option<i64> {
    let is_read = group.spec.topics.contains(&partition.topic);
    partition_of(view, partition).filter(|_| is_read).map(|partition| partition.high_watermark)
}

pub(super) fn partition_of<'a>(
    view: &'a BrokerView,
    partition: &TopicPartition,
) -> Option<&'a crate::broker::view::PartitionView> {
    let at = view.topics.binary_search_by(|topic| topic.name.cmp(&partition.topic)).ok()?;
    view.topics[at].partitions.get(usize::try_from(partition.partition).ok()?)
}

/// An offset as a count; none is negative but by damage.
fn count(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or(0)
}
