//! What may be seen of a broker from outside: plain values, taken at one moment. It computes no rates
//! and no lag; that is the metrics room's.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Time;
use crate::model::durability::Durability;
use crate::model::group::{GroupState, Note};
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;

pub use super::commit_times::CommitTimes;

/// A broker at one moment.
#[derive(Clone, Debug)]
pub struct BrokerView {
    pub at: Time,
    pub durability: Durability,
    /// By name.
    pub topics: Vec<TopicView>,
    /// By name.
    pub groups: Vec<GroupView>,
    pub totals: Totals,
    /// What happened and what to do, once the store has failed: appends and commits are refused then.
    pub failure: Option<String>,
}

#[derive(Clone, Debug)]
pub struct TopicView {
    pub name: TopicName,
    pub id: u128,
    pub config: TopicConfig,
    /// By partition number.
    pub partitions: Vec<PartitionView>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartitionView {
    pub log_start_offset: i64,
    /// Consumers see what lies below.
    pub high_watermark: i64,
    pub log_end_offset: i64,
    /// What the log holds now.
    pub bytes: u64,
    /// Appended since the broker started.
    pub records_in: u64,
    /// Appended since the broker started.
    pub bytes_in: u64,
}

/// A group as its coordinator sees it.
#[derive(Clone, Debug)]
pub struct GroupView {
    pub name: String,
    pub state: GroupState,
    pub generation: i32,
    pub protocol_type: String,
    /// The way to assign that the group chose.
    pub protocol: String,
    /// A member id.
    pub leader: String,
    /// Since when it has stood still; `None` while all its members run.
    pub halted_since: Option<Time>,
    /// By member id.
    pub members: Vec<MemberView>,
    /// What is committed, by partition.
    pub offsets: Vec<(TopicPartition, i64)>,
    /// Completed rebalances, newest last. Bounded: the oldest go, and their numbers tell.
    pub rebalances: Arc<Vec<Arc<RebalanceView>>>,
    /// What happened in the group, newest last. Bounded: the oldest go, and their numbers tell.
    pub notes: Arc<Vec<NumberedNote>>,
}

#[derive(Clone, Debug)]
pub struct MemberView {
    pub member_id: String,
    pub client_id: String,
    pub instance_id: Option<String>,
    /// Its `ConsumerProtocolSubscription` for the protocol chosen.
    pub metadata: Bytes,
    /// Its `ConsumerProtocolAssignment`; empty while it has none.
    pub assignment: Bytes,
    /// When its session times out unless it is heard of; `None` while it waits in a call.
    pub session_deadline: Option<Time>,
}

/// A note of the coordinator's.
#[derive(Clone, Debug)]
pub struct NumberedNote {
    /// 1 for a group's first since the broker started, and so on without a gap.
    pub number: u64,
    pub note: Arc<Note>,
}

/// One rebalance, complete.
#[derive(Clone, Debug)]
pub struct RebalanceView {
    /// 1 for a group's first since the broker started, and so on without a gap.
    pub number: u64,
    pub began: Time,
    pub completed: Time,
    pub generation: i32,
    /// In words.
    pub reason: String,
    pub before: Vec<OwnerView>,
    pub after: Vec<OwnerView>,
}

/// What one member owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerView {
    pub member_id: String,
    pub client_id: String,
    pub instance_id: Option<String>,
    /// A `ConsumerProtocolAssignment`.
    pub assignment: Bytes,
}

/// Counted since the broker started.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub appends: u64,
    pub records_in: u64,
    pub bytes_in: u64,
    pub fetches: u64,
    pub bytes_out: u64,
    /// Partitions read for a fetch from what the tail cache holds.
    pub cache_reads: u64,
    /// Partitions read for a fetch from the store, because the tail cache no longer holds them.
    pub store_reads: u64,
    pub commits: u64,
    pub commit_times: CommitTimes,
    /// The last commit's time, real time; zero on a virtual clock.
    pub last_commit: Duration,
    /// Appends that had to wait because a queue was full.
    pub back_pressured: u64,
    /// Other calls that had to wait for the same reason.
    pub calls_back_pressured: u64,
    /// Long polls that are parked now.
    pub parked_fetches: u64,
    /// What all logs hold now, record batches alone.
    pub store_bytes: u64,
    /// The newest batches, kept in memory.
    pub tail_cache_bytes: u64,
}
