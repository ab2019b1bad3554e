//! Figures over time, in the experiment's time, for charts: bounded, and cheap to share with whoever draws.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Time;
use crate::metrics::frames::Frames;
use crate::metrics::series::Series;
use crate::model::topic::TopicPartition;

/// Bytes that all histories of an experiment may take. A thousand partitions and a thousand consumers need
/// about half of it in an hour; beyond it the oldest points of the most detailed go.
pub const MAX_HISTORY_BYTES: usize = 64 << 20;

/// Everything that is kept of the past.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Records per second accepted from all producers.
    pub records_in: Series,
    pub producers: BTreeMap<String, ProducerHistory>,
    pub topics: BTreeMap<String, TopicHistory>,
    pub groups: BTreeMap<String, GroupHistory>,
    /// Points that had to go because the history was full. What is only thinned is not counted.
    pub dropped: u64,
}

#[derive(Clone, Debug, Default)]
pub struct ProducerHistory {
    /// Records per second that were accepted.
    pub accepted: Series,
    /// Due, and not handed over yet.
    pub waiting: Series,
}

#[derive(Clone, Debug, Default)]
pub struct TopicHistory {
    /// Records per second.
    pub records_in: Series,
    /// Records per second of each partition, by its number.
    pub partitions_in: Frames,
}

#[derive(Clone, Debug, Default)]
pub struct GroupHistory {
    pub records_out: Series,
    pub lag: Series,
    /// Age of the oldest record that is not committed.
    pub time_lag_millis: Series,
    pub latency_p50_millis: Series,
    pub latency_p95_millis: Series,
    pub latency_p99_millis: Series,
    pub consumers: BTreeMap<String, ConsumerHistory>,
    /// Lag in records of each partition of each topic, by its number; not a number without a commit.
    pub partition_lag: BTreeMap<String, Frames>,
    /// Who read what and when, in the order of the beginnings. What is not covered was read by nobody.
    pub holdings: Arc<Vec<Holding>>,
}

#[derive(Clone, Debug, Default)]
pub struct ConsumerHistory {
    pub records_out: Series,
    /// Share of the time spent processing, 0 to 1.
    pub busy: Series,
}

/// A consumer held a partition for a time, by its own account.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    pub partition: TopicPartition,
    pub owner: Arc<str>,
    /// False while the owner was crashed or stalled: it is its, but nobody reads.
    pub is_read: bool,
    pub from: Time,
    /// `None` while it lasts.
    pub until: Option<Time>,
}
