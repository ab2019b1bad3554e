//! What clients ask of a broker's log and what it answers. The calls of consumer groups are in
//! [`super::group`].

use std::time::Duration;

use bytes::Bytes;

use super::error::ErrorCode;
use super::topic::{TopicName, TopicPartition};

/// When a producer counts a record as sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Acks {
    /// At once; losses are never heard of.
    None,
    /// When the leader has it.
    Leader,
    /// When every in-sync replica has it. On a single node the same as `Leader`.
    #[default]
    All,
}

/// One Kafka v2 record batch for one partition.
#[derive(Clone, Debug)]
pub struct AppendRequest {
    pub partition: TopicPartition,
    /// Exactly one record batch, base offset 0.
    pub batch: Bytes,
    pub acks: Acks,
}

/// Where a batch was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub base_offset: i64,
    pub log_start_offset: i64,
}

/// Where and how much to read. Answered when `min_bytes` are there or `max_wait` is over.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    pub partitions: Vec<FetchPartition>,
    pub min_bytes: u32,
    /// Bound on the whole answer. The first batch is given whole even when it is larger (KIP-74).
    pub max_bytes: u32,
    pub max_wait: Duration,
}

#[derive(Clone, Debug)]
pub struct FetchPartition {
    pub partition: TopicPartition,
    pub fetch_offset: i64,
    /// Bound on the part of this partition.
    pub max_bytes: u32,
}

/// What one partition gave.
#[derive(Clone, Debug)]
pub struct FetchedPartition {
    pub partition: TopicPartition,
    pub error: Option<ErrorCode>,
    pub log_start_offset: i64,
    pub high_watermark: i64,
    /// Whole batches, the first of which contains the fetch offset: records before it are the reader's to skip.
    pub batches: Vec<Bytes>,
}

/// What to look up in the log of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    Earliest,
    Latest,
    /// The first record in offset order with at least this timestamp (Unix milliseconds).
    Timestamp(i64),
}

/// An offset that was looked up. Both are -1 where no record has that timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedOffset {
    pub offset: i64,
    pub timestamp: i64,
}

/// What a client learns of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicMetadata {
    pub name: TopicName,
    /// Stable over restarts, new when a topic is deleted and made again.
    pub id: u128,
    pub partitions: u32,
}
