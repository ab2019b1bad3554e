//! What holds where a file says nothing, and the names of choices: for checking and for writing.
//! Kafka's defaults, unless a line says why not.

use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::scenario::{CommitPolicy, OffsetReset, RecordSize, ServiceTime};

pub(in crate::scenario) const TITLE: &str = "Untitled";
pub(in crate::scenario) const SEED: u64 = 1;

/// `linger.ms` since 4.0.
pub(in crate::scenario) const LINGER: Duration = Duration::from_millis(5);
/// `batch.size`.
pub(in crate::scenario) const BATCH_SIZE: u32 = 16_384;
/// Kafka has none: a size that is easy to reckon with.
pub(in crate::scenario) const SIZE: RecordSize = RecordSize::Constant(1_000);
/// `enable.idempotence`, where `acks` allows it.
pub(in crate::scenario) const IDEMPOTENT: bool = true;
/// Kafka has none: enough keys to spread over any number of partitions.
pub(in crate::scenario) const KEYS: u64 = 10_000;

/// What most clusters have; Kafka's own `default.replication.factor` is 1.
pub(in crate::scenario) const REPLICATION_FACTOR: u32 = 3;
/// `log.retention.hours`.
pub(in crate::scenario) const RETENTION: Duration = Duration::from_hours(168);

/// Kafka has none: a consumer that does little.
pub(in crate::scenario) const PROCESSING: ServiceTime = ServiceTime::Constant(Duration::from_millis(1));
/// `session.timeout.ms` since 3.0.
pub(in crate::scenario) const SESSION_TIMEOUT: Duration = Duration::from_secs(45);
/// `max.poll.interval.ms`.
pub(in crate::scenario) const MAX_POLL_INTERVAL: Duration = Duration::from_mins(5);
/// `max.poll.records`.
pub(in crate::scenario) const MAX_POLL_RECORDS: u32 = 500;
/// `auto.commit.interval.ms`.
pub(in crate::scenario) const AUTO_COMMIT: CommitPolicy = CommitPolicy::Auto { interval: Duration::from_secs(5) };

pub(in crate::scenario) const ASSIGNORS: [(&str, Assignor); 4] = [
    ("range", Assignor::Range),
    ("roundrobin", Assignor::RoundRobin),
    ("sticky", Assignor::Sticky),
    ("cooperative-sticky", Assignor::CooperativeSticky),
];

pub(in crate::scenario) const OFFSET_RESETS: [(&str, OffsetReset); 3] =
    [("earliest", OffsetReset::Earliest), ("latest", OffsetReset::Latest), ("none", OffsetReset::None)];

/// `heartbeat.interval.ms`, or a third of the session timeout where that is less.
pub(in crate::scenario) fn heartbeat_interval(session_timeout: Duration) -> Duration {
    Duration::from_secs(3).min(session_timeout / 3)
}
