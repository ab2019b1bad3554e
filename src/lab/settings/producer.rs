//! The settings of a producer: where it sends to, how often, with which keys, how large, and how safely.

use super::{Access, BYTES, Setting, SpanUnit, to_u32};
use crate::model::request::Acks;
use crate::model::units::Rate;
use crate::scenario::{PartitionerKind, Pattern, ProducerSpec};

/// All of them, in the order in which they are asked for.
pub static ALL: [&Setting<ProducerSpec>; 24] = [
    &TOPIC,
    &COUNT,
    &RATE,
    &PATTERN,
    &BURST_FACTOR,
    &BURST_EVERY,
    &BURST_LENGTH,
    &PEAK,
    &PERIOD,
    &KEYS,
    &KEY_COUNT,
    &EXPONENT,
    &HOT_SHARE,
    &SIZE,
    &SIZES,
    &SMALLEST,
    &LARGEST,
    &SIZE_SIGMA,
    &ACKS,
    &IDEMPOTENT,
    &LINGER,
    &BATCH_SIZE,
    &PARTITIONER,
    &PARTITION,
];

pub static TOPIC: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Topic",
    "topic",
    "Where it sends to (RabbitMQ: the exchange; SQS: the queue)",
    Access::Topic { get: |producer| &producer.topic, set: |producer, topic| producer.topic = topic },
)
.basic()
.fixed("it keeps its topic, because what it has sent is counted there: add another producer and remove this one");

pub static COUNT: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Count",
    "count",
    "So many producers alike, named with a number at the end",
    Access::Count {
        get: |producer| Some(producer.count.into()),
        set: |producer, count| producer.count = to_u32(count),
        least: 1,
        unit: "",
    },
)
.basic()
.fixed("each of them runs by itself: add another producer");

pub static RATE: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Rate",
    "rate",
    "Records per second of each, over the pattern",
    Access::Number {
        // A trace has rates of its own.
        get: |producer| (!matches!(producer.pattern, Pattern::Trace { .. })).then(|| producer.rate.per_second()),
        set: |producer, per_second| {
            producer.rate = Rate::from_per_second(per_second).unwrap_or(producer.rate);
        },
        range: (0.0, 1e7),
        unit: " /s",
    },
)
.basic();

type Own = Setting<ProducerSpec>;

pub static PATTERN: Own = Setting::PATTERN;
pub static BURST_FACTOR: Own = Setting::BURST_FACTOR;
pub static BURST_EVERY: Own = Setting::BURST_EVERY;
pub static BURST_LENGTH: Own = Setting::BURST_LENGTH;
pub static PEAK: Own = Setting::PEAK;
pub static PERIOD: Own = Setting::PERIOD;
pub static KEYS: Own = Setting::KEYS;
pub static KEY_COUNT: Own = Setting::KEY_COUNT;
pub static EXPONENT: Own = Setting::EXPONENT;
pub static HOT_SHARE: Own = Setting::HOT_SHARE;
pub static SIZE: Own = Setting::SIZE;
pub static SIZES: Own = Setting::SIZES;
pub static SMALLEST: Own = Setting::SMALLEST;
pub static LARGEST: Own = Setting::LARGEST;
pub static SIZE_SIGMA: Own = Setting::SIZE_SIGMA;

const ACKS_OF: [Acks; 3] = [Acks::None, Acks::Leader, Acks::All];

pub static ACKS: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Acks",
    "acks",
    "When a record counts as sent: 0 never hears of a loss (RabbitMQ: publisher confirms off)",
    Access::Choice {
        get: |producer| ACKS_OF.iter().position(|it| *it == producer.acks),
        set: |producer, index| {
            producer.acks = ACKS_OF[index];
            // As Kafka's producers do by themselves: without acks = all there is no idempotence.
            producer.idempotent &= producer.acks == Acks::All;
        },
        words: &["0", "1", "all"],
    },
);

pub static IDEMPOTENT: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Idempotent",
    "idempotent",
    "Kept with the scenario, and without effect yet: what a retry sends twice is stored twice. \
     Kafka's broker would drop the second (SQS: deduplication of a FIFO queue); needs acks all",
    Access::Choice {
        get: |producer| Some(usize::from(producer.idempotent)),
        set: |producer, index| producer.idempotent = index == 1,
        words: &["off", "on (no effect yet)"],
    },
);

pub static LINGER: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Linger",
    "linger",
    "How long a batch waits for more records",
    Access::Span {
        get: |producer| Some(producer.linger),
        set: |producer, linger| producer.linger = linger,
        unit: SpanUnit::Millis,
    },
);

pub static BATCH_SIZE: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Batch size",
    "batch_size",
    "Bytes at which a batch is sent without waiting",
    Access::Count {
        get: |producer| Some(producer.batch_size.into()),
        set: |producer, bytes| producer.batch_size = to_u32(bytes),
        least: 0,
        unit: BYTES,
    },
);

pub static PARTITIONER: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Partitioner",
    "partitioner",
    "Which partition a record goes to: default is Kafka's, by the key's hash (RabbitMQ: a consistent-hash exchange)",
    Access::Choice {
        get: partitioner,
        set: set_partitioner,
        words: &["default", "sticky", "roundrobin", "one partition"],
    },
);

#[expect(clippy::unnecessary_wraps, reason = "the form of every choice")]
const fn partitioner(producer: &ProducerSpec) -> Option<usize> {
    Some(match producer.partitioner {
        PartitionerKind::Default => 0,
        PartitionerKind::Sticky => 1,
        PartitionerKind::RoundRobin => 2,
        PartitionerKind::Explicit(_) => 3,
    })
}

fn set_partitioner(producer: &mut ProducerSpec, index: usize) {
    producer.partitioner = match index {
        0 => PartitionerKind::Default,
        1 => PartitionerKind::Sticky,
        2 => PartitionerKind::RoundRobin,
        _ => PartitionerKind::Explicit(0),
    };
}

pub static PARTITION: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Partition",
    "partitioner",
    "The one that it sends to",
    Access::Count {
        get: |producer| match producer.partitioner {
            PartitionerKind::Explicit(partition) => Some(partition.into()),
            PartitionerKind::Default | PartitionerKind::Sticky | PartitionerKind::RoundRobin => None,
        },
        set: |producer, partition| producer.partitioner = PartitionerKind::Explicit(to_u32(partition)),
        least: 0,
        unit: "",
    },
);
