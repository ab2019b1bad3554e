//! The settings of a topic, by Kafka's names and with Kafka's -1 for no bound.

use std::time::Duration;

use super::{Access, BYTES, Setting, to_u32};
use crate::model::topic_config::TimestampType;
use crate::scenario::TopicSpec;

/// All of them, in the order in which they are asked for.
pub static ALL: [&Setting<TopicSpec>; 6] =
    [&PARTITIONS, &RETENTION, &RETENTION_BYTES, &CLEANUP_POLICY, &MAX_MESSAGE_BYTES, &TIMESTAMP_TYPE];

pub static PARTITIONS: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "Partitions",
    "partitions",
    "Logs of their own, each read by one consumer of a group: so many consumers can share the work\n\
     (RabbitMQ: a super stream's partitions; SQS: message groups)",
    Access::Count {
        get: |topic| Some(topic.partitions.into()),
        set: |topic, count| topic.partitions = to_u32(count),
        least: 1,
        unit: "",
    },
)
.basic()
.fixed("partitions are only added, with + Partition");

pub static RETENTION: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "retention.ms",
    "config",
    "Records older than this are deleted; -1 keeps them (RabbitMQ: message TTL; SQS: message retention period)",
    Access::Limit {
        get: |topic| topic.config.retention.map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX)),
        set: |topic, millis| topic.config.retention = millis.map(Duration::from_millis),
        unit: " ms",
    },
)
.basic();

pub static RETENTION_BYTES: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "retention.bytes",
    "config",
    "What one partition may hold before its oldest records are deleted; -1 is no bound (RabbitMQ: max-length-bytes)",
    Access::Limit {
        get: |topic| topic.config.retention_bytes,
        set: |topic, bytes| topic.config.retention_bytes = bytes,
        unit: BYTES,
    },
);

pub static CLEANUP_POLICY: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "cleanup.policy",
    "config",
    "What happens to old records: they are deleted",
    Access::Choice { get: |_| Some(0), set: |_, _| {}, words: &["delete"] },
)
.fixed("compact is not supported yet");

pub static MAX_MESSAGE_BYTES: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "max.message.bytes",
    "config",
    "The largest record batch that is accepted (SQS: maximum message size)",
    Access::Count {
        get: |topic| Some(topic.config.max_message_bytes.into()),
        set: |topic, bytes| topic.config.max_message_bytes = to_u32(bytes),
        least: 1,
        unit: BYTES,
    },
);

const TIMESTAMP_TYPES: [TimestampType; 2] = [TimestampType::CreateTime, TimestampType::LogAppendTime];

pub static TIMESTAMP_TYPE: Setting<TopicSpec> = Setting::<TopicSpec>::new(
    "message.timestamp.type",
    "config",
    "Whose time a record carries: the producer's or the broker's",
    Access::Choice {
        get: |topic| TIMESTAMP_TYPES.iter().position(|it| *it == topic.config.timestamp_type),
        set: |topic, index| topic.config.timestamp_type = TIMESTAMP_TYPES[index],
        words: &["CreateTime", "LogAppendTime"],
    },
);
