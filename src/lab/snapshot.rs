//! What may be seen of a running experiment: one immutable value, so that two panels can't disagree.
//! Every figure is measured unless its type in [`crate::metrics::figures`] says how it is derived.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Time;
use crate::metrics::burrow::Evaluation;
use crate::metrics::figures::{Drain, LagVelocity, LatencyMillis, LedgerCounts, Rebalance, RebalanceTotals};
use crate::model::group::assign::Assignor;
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

pub use super::advice::{Advice, Subject};
pub use super::command::Source;
pub use super::forecast::{Forecast, Future, Futures, WhatIf};
pub use super::history::{ConsumerHistory, GroupHistory, History, Holding, ProducerHistory, TopicHistory};
pub use super::setup::StorePlace;
pub use crate::workload::client::ClientStatus;

/// The whole experiment at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Grows with every change worth drawing; equal revisions look equal.
    pub revision: u64,
    pub experiment: ExperimentState,
    pub clock: ClockState,
    pub broker: BrokerState,
    pub topics: Vec<TopicState>,
    pub producers: Vec<ProducerState>,
    /// Removed for good; what they sent still counts.
    pub removed_producers: Vec<ProducerState>,
    pub groups: Vec<GroupView>,
    pub history: Arc<History>,
    /// Where the numbers say that something is wrong, the most severe first.
    pub advice: Arc<Vec<Advice>>,
    /// What would be if, simulated; `None` where nobody asked.
    pub forecast: Option<Forecast>,
    /// Newest last, bounded.
    pub notices: Arc<Vec<Notice>>,
}

impl Snapshot {
    /// Every producer that there is or was.
    pub fn all_producers(&self) -> impl Iterator<Item = &ProducerState> {
        self.producers.iter().chain(&self.removed_producers)
    }
}

impl TopicState {
    /// As a scenario would describe it now.
    pub fn spec(&self) -> Option<TopicSpec> {
        let mut config = TopicConfig::default();
        for entry in &self.config {
            config.set(entry.key, &entry.value).ok()?;
        }
        let partitions = u32::try_from(self.partitions.len()).unwrap_or(u32::MAX);
        Some(TopicSpec { name: TopicName::new(&self.name).ok()?, partitions, config })
    }
}

impl GroupView {
    /// Records that its consumers processed, each processing counted.
    pub fn processed(&self) -> u64 {
        self.removed_processed + self.members.iter().map(|member| member.processed).sum::<u64>()
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExperimentState {
    pub title: String,
    pub about: String,
    /// Where it came from, or was saved to.
    pub source: Source,
    /// Where its data is.
    pub store: StorePlace,
    /// Records that were there before it began: the ledger doesn't count them.
    pub records_before: u64,
    pub seed: u64,
    /// Changed by hand since it was opened or saved.
    pub edited: bool,
    /// What the next undo takes back, in words such as `web sends 300/s`.
    pub undo: Option<String>,
    /// What the next redo makes again.
    pub redo: Option<String>,
    /// Faults and edits by hand that a recording would hold.
    pub recorded: usize,
    /// How long a run without a window lasts; `None` until it is stopped.
    pub duration: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockState {
    pub time: Time,
    pub speed: f64,
    pub paused: bool,
    /// No client runs and nothing waits: nothing will change by itself.
    pub idle: bool,
    /// How much later than they should waits end, in the experiment's time, over the last second.
    pub late: Option<Duration>,
    /// What is really reached of the speed, over the last second: less where the machine is too slow.
    pub reached: Option<f64>,
}

impl Default for ClockState {
    fn default() -> Self {
        Self { time: Time::ZERO, speed: 1.0, paused: false, idle: true, late: None, reached: None }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrokerState {
    /// `immediate`, `interval` or `memory`.
    pub durability: String,
    pub records_in_per_second: f64,
    pub bytes_in_per_second: f64,
    /// Bytes of record batches that the log took in since the start.
    pub bytes_in: u64,
    /// Median of the time that a group commit took, in milliseconds, over the last seconds.
    pub commit_p50_millis: Option<f64>,
    /// Of the partitions that fetches read in the last seconds the share that was in memory, 0 to 1.
    pub cache_hits: Option<f64>,
    /// The newest batches, kept in memory.
    pub cache_bytes: u64,
    /// 99th percentile of the time that a group commit took, in milliseconds, over the last seconds.
    pub commit_p99_millis: Option<f64>,
    pub store_bytes: u64,
    /// Appends that had to wait because a queue was full.
    pub back_pressured: u64,
    /// Why the broker no longer works, with what to do.
    pub failure: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicState {
    pub name: String,
    pub records_in_per_second: f64,
    pub partitions: Vec<PartitionState>,
    /// All settings, in the order in which they are shown.
    pub config: Vec<ConfigEntry>,
}

/// A topic's setting, by Kafka's name and written as Kafka writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigEntry {
    pub key: &'static str,
    pub value: String,
    pub is_default: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartitionState {
    pub id: u32,
    pub log_start_offset: i64,
    pub high_watermark: i64,
    pub log_end_offset: i64,
    pub bytes: u64,
    pub records_in_per_second: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProducerState {
    pub name: String,
    pub topic: String,
    pub status: ClientStatus,
    /// Everything that it was told, as it is now.
    pub spec: Arc<ProducerSpec>,
    /// The rate that was asked for, over the pattern.
    pub target_per_second: f64,
    /// Accepted records per second.
    pub records_per_second: f64,
    /// In words, for example `poisson`.
    pub pattern: String,
    pub keys: String,
    pub produced: u64,
    pub accepted: u64,
    /// Bytes of the batches of accepted records.
    pub accepted_bytes: u64,
    pub failed: u64,
    /// Records that are due but could not be sent yet, because the broker or the buffer is full.
    pub waiting: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupView {
    pub name: String,
    pub topics: Vec<String>,
    /// Kafka's word: `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable`, `Dead`.
    pub state: String,
    pub generation: i32,
    /// Everything that it was told, as it is now.
    pub spec: Arc<GroupSpec>,
    /// In Burrow's words: the worst of its partitions; `None` without any commit.
    pub status: Option<Evaluation>,
    /// The one in force; the one asked for is in `spec`.
    pub assignor: Option<Assignor>,
    pub session_timeout: Duration,
    /// `before`, `after` or `auto`.
    pub commit: String,
    /// In records; `None` while no partition has a commit.
    pub lag: Option<u64>,
    pub lag_velocity: LagVelocity,
    /// Age of the oldest record that is not committed yet.
    pub time_lag: Option<Duration>,
    pub drain: Option<Drain>,
    pub records_out_per_second: f64,
    /// Over the whole run.
    pub latency: LatencyMillis,
    /// Over the last second or so.
    pub latency_recent: LatencyMillis,
    pub ledger: LedgerCounts,
    pub members: Vec<MemberState>,
    /// Records that consumers processed which were removed since.
    pub removed_processed: u64,
    pub partitions: Vec<GroupPartitionState>,
    /// Newest last, bounded.
    pub rebalances: Arc<Vec<Rebalance>>,
    /// Of all rebalances, those that are no longer kept too.
    pub rebalance_totals: RebalanceTotals,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberState {
    /// The client's name, for example `billing-2`.
    pub name: String,
    /// Which colour it wears, the same as long as it lives.
    pub colour: usize,
    pub status: ClientStatus,
    /// Everything that it was told, as it is now.
    pub spec: Arc<ConsumerSpec>,
    /// Why it gave up by itself, with what to do.
    pub failure: Option<String>,
    /// Whether the coordinator counts it as a member: a crashed one stays until its session times out.
    pub in_group: bool,
    /// For a crashed or stalled one: when the coordinator will give it up if nothing more is heard of it.
    pub session_ends: Option<Time>,
    pub assignment: Vec<TopicPartition>,
    pub records_per_second: f64,
    /// Share of the last second spent processing, 0 to 1.
    pub busy: f64,
    /// Share of the whole time since it was added spent processing, 0 to 1.
    pub busy_overall: f64,
    /// Time spent processing so far, a mean over its workers.
    pub busy_time: Duration,
    pub processed: u64,
    /// In words, for example `exponential 4 ms`.
    pub processing: String,
    pub processing_mean: Duration,
    /// Its processing time is multiplied by this.
    pub slow_factor: f64,
}

/// One partition as one group sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPartitionState {
    pub partition: TopicPartition,
    /// `None` before the first commit: then there is no lag either.
    pub committed_offset: Option<i64>,
    /// Where the owner reads next, when it says so.
    pub position: Option<i64>,
    pub lag: Option<u64>,
    /// In Burrow's words; `None` without a commit, or before enough was seen.
    pub status: Option<Evaluation>,
    /// Index into the group's members.
    pub owner: Option<usize>,
    pub records_out_per_second: f64,
}

/// Something that happened, in one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub at: Time,
    pub severity: Severity,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Info,
    Warning,
    /// Stays until it is read.
    Error,
}
