//! The settings of a group that are about its membership and its offsets. What its consumers do with a record
//! is in [`super::consumer`].

pub mod autoscaler;

use std::time::Duration;

use super::{Access, Setting, SpanUnit, to_u32};
use crate::model::group::assign::Assignor;
use crate::scenario::{CommitPolicy, GroupSpec, OffsetReset};

/// All of them, in the order in which they are asked for.
pub static ALL: [&Setting<GroupSpec>; 10] = [
    &TOPICS,
    &ASSIGNOR,
    &SESSION_TIMEOUT,
    &HEARTBEAT,
    &REBALANCE_TIMEOUT,
    &MAX_POLL_INTERVAL,
    &COMMIT,
    &COMMIT_INTERVAL,
    &OFFSET_RESET,
    &MAX_POLL_RECORDS,
];

pub static TOPICS: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Topics",
    "topics",
    "What it reads. When this changes all its consumers subscribe anew, and the group rebalances\n\
     (RabbitMQ: the queues that are consumed)",
    Access::Topics { get: |group| &group.topics, set: |group, topics| group.topics = topics },
)
.basic();

const ASSIGNORS: [Assignor; 4] = [Assignor::CooperativeSticky, Assignor::Sticky, Assignor::Range, Assignor::RoundRobin];

pub static ASSIGNOR: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Assignor",
    "assignor",
    "Decides which member reads which partition. All members join again when it changes.\n\
     RabbitMQ's and SQS's consumers compete for single messages instead",
    Access::Choice {
        get: |group| ASSIGNORS.iter().position(|it| *it == group.assignor),
        set: |group, index| group.assignor = ASSIGNORS[index],
        words: &["cooperative-sticky", "sticky", "range", "roundrobin"],
    },
)
.basic();

pub static SESSION_TIMEOUT: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Session timeout",
    "session_timeout",
    "A member that sends no heartbeat for so long is given up (SQS: the visibility timeout comes closest).\n\
     A change restarts the consumers in good order",
    Access::Span {
        get: |group| Some(group.session_timeout),
        set: |group, timeout| group.session_timeout = timeout,
        unit: SpanUnit::Seconds,
    },
)
.basic();

pub static HEARTBEAT: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Heartbeat",
    "heartbeat_interval",
    "How often a member says that it lives; less than the session timeout",
    Access::Span {
        get: |group| Some(group.heartbeat_interval),
        set: |group, interval| group.heartbeat_interval = interval,
        unit: SpanUnit::Seconds,
    },
);

pub static REBALANCE_TIMEOUT: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Rebalance timeout",
    "rebalance_timeout",
    "How long a rebalance waits for members to join again. A change restarts the consumers in good order",
    Access::Span {
        get: |group| Some(group.rebalance_timeout),
        set: |group, timeout| group.rebalance_timeout = timeout,
        unit: SpanUnit::Seconds,
    },
);

pub static MAX_POLL_INTERVAL: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Max poll interval",
    "max_poll_interval",
    "A consumer that takes longer between two polls leaves the group",
    Access::Span {
        get: |group| Some(group.max_poll_interval),
        set: |group, interval| group.max_poll_interval = interval,
        unit: SpanUnit::Seconds,
    },
);

/// How often is committed automatically where nobody says otherwise.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);

pub static COMMIT: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Commit",
    "commit",
    "When offsets are committed: before may lose, after may repeat, automatic repeats more\n\
     (RabbitMQ: acknowledge; SQS: delete the message)",
    Access::Choice {
        get: |group| {
            Some(match group.commit {
                CommitPolicy::Before => 0,
                CommitPolicy::After => 1,
                CommitPolicy::Auto { .. } => 2,
            })
        },
        set: |group, index| {
            group.commit = match index {
                0 => CommitPolicy::Before,
                1 => CommitPolicy::After,
                _ => CommitPolicy::Auto { interval: USUAL_INTERVAL },
            }
        },
        words: &["before processing", "after processing", "automatic"],
    },
);

pub static COMMIT_INTERVAL: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Commit interval",
    "commit",
    "Time between two automatic commits",
    Access::Span {
        get: |group| match group.commit {
            CommitPolicy::Auto { interval } => Some(interval),
            CommitPolicy::Before | CommitPolicy::After => None,
        },
        set: |group, interval| group.commit = CommitPolicy::Auto { interval },
        unit: SpanUnit::Seconds,
    },
);

const RESETS: [OffsetReset; 3] = [OffsetReset::Earliest, OffsetReset::Latest, OffsetReset::None];

pub static OFFSET_RESET: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Offset reset",
    "auto_offset_reset",
    "Where it begins to read without a valid committed offset",
    Access::Choice {
        get: |group| RESETS.iter().position(|it| *it == group.auto_offset_reset),
        set: |group, index| group.auto_offset_reset = RESETS[index],
        words: &["earliest", "latest", "none"],
    },
);

pub static MAX_POLL_RECORDS: Setting<GroupSpec> = Setting::<GroupSpec>::new(
    "Max poll records",
    "max_poll_records",
    "Most records that one poll returns (RabbitMQ: prefetch; SQS: MaxNumberOfMessages)",
    Access::Count {
        get: |group| Some(group.max_poll_records.into()),
        set: |group, records| group.max_poll_records = to_u32(records),
        least: 1,
        unit: "",
    },
);
