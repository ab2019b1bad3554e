//! What a partition takes, and what is stored for how long.

use std::time::Duration;

use super::{Own, count, switch, to_u32};
use crate::lab::settings::{Access, Setting, SpanUnit};
use crate::model::units::Rate;
use crate::scenario::plan::Plan;

/// A limit to begin with, in records per second.
const USUAL_LIMIT: f64 = 100.0;

/// Kafka's own, a week.
const USUAL_RETENTION: Duration = Duration::from_hours(168);

pub static HAS_WRITE_LIMIT: Own = switch(
    "Limit writes to a partition",
    "partition_write_limit",
    "Off: what a partition can take is no limit",
    |plan| Some(usize::from(plan.partition_write_limit.is_some())),
    |plan, is_on| {
        let limit = plan.partition_write_limit.or_else(|| Rate::from_per_second(USUAL_LIMIT));
        plan.partition_write_limit = limit.filter(|_| is_on == 1);
    },
);

pub static WRITE_LIMIT: Own = Setting::<Plan>::new(
    "Write limit per partition",
    "partition_write_limit",
    "Records per second that one partition takes",
    Access::Number {
        get: |plan| plan.partition_write_limit.map(Rate::per_second),
        set: |plan, to| plan.partition_write_limit = Rate::from_per_second(to).or(plan.partition_write_limit),
        range: (0.0, 1e7),
        unit: " /s",
    },
);

pub static REPLICATION_FACTOR: Own = count(
    "Replication",
    "replication_factor",
    "Copies of each partition, the leader's too",
    (|plan| Some(plan.replication_factor.into()), |plan, factor| plan.replication_factor = to_u32(factor)),
    1,
);

pub static HAS_RETENTION: Own = switch(
    "Delete old records",
    "retention",
    "Off: records are kept for ever",
    |plan| Some(usize::from(plan.retention.is_some())),
    |plan, is_on| plan.retention = (is_on == 1).then_some(plan.retention.unwrap_or(USUAL_RETENTION)),
);

pub static RETENTION: Own = Setting::<Plan>::new(
    "Retention",
    "retention",
    "How long records are kept",
    Access::Span {
        get: |plan| plan.retention,
        set: |plan, retention| plan.retention = Some(retention),
        unit: SpanUnit::Natural,
    },
);
