//! The settings of a consumer: what it does with a record. A group has the same for all its consumers.

use std::time::Duration;

use super::{Access, Setting, SpanUnit, to_u32};
use crate::scenario::{ConsumerSpec, ServiceTime};

/// All of them, in the order in which they are asked for.
pub static ALL: [&Setting<ConsumerSpec>; 7] =
    [&PROCESSING_TIME, &DISTRIBUTION, &SIGMA, &BATCH, &BATCH_OVERHEAD, &WORKERS, &INSTANCE_ID];

/// Those that all consumers of a group can share.
pub static SHARED: [&Setting<ConsumerSpec>; 6] =
    [&PROCESSING_TIME, &DISTRIBUTION, &SIGMA, &BATCH, &BATCH_OVERHEAD, &WORKERS];

/// The deviation with which a lognormal distribution begins.
const USUAL_SIGMA: f64 = 0.5;

pub static PROCESSING_TIME: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Processing time",
    "processing",
    "Mean processing time per record",
    Access::Span {
        get: |consumer| Some(consumer.processing.mean()),
        set: |consumer, mean| consumer.processing = consumer.processing.with_mean(mean),
        unit: SpanUnit::Millis,
    },
)
.basic();

pub static DISTRIBUTION: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Distribution",
    "processing",
    "How processing times are spread: exponential is random without memory, lognormal has a long tail",
    Access::Choice { get: distribution, set: set_distribution, words: &["constant", "exponential", "lognormal"] },
)
.basic();

fn distribution(consumer: &ConsumerSpec) -> Option<usize> {
    match consumer.processing {
        ServiceTime::Constant(_) => Some(0),
        ServiceTime::Exponential { .. } => Some(1),
        ServiceTime::LogNormal { .. } => Some(2),
        ServiceTime::Trace { .. } => None,
    }
}

fn set_distribution(consumer: &mut ConsumerSpec, index: usize) {
    let mean = consumer.processing.mean();
    consumer.processing = match index {
        0 => ServiceTime::Constant(mean),
        1 => ServiceTime::Exponential { mean },
        _ => ServiceTime::LogNormal { mean, sigma: USUAL_SIGMA },
    };
}

pub static SIGMA: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Sigma",
    "processing",
    "The deviation of the logarithm of a processing time: the larger, the longer the tail",
    Access::Number {
        get: |consumer| match consumer.processing {
            ServiceTime::LogNormal { sigma, .. } => Some(sigma),
            ServiceTime::Constant(_) | ServiceTime::Exponential { .. } | ServiceTime::Trace { .. } => None,
        },
        set: |consumer, sigma| {
            consumer.processing = ServiceTime::LogNormal { mean: consumer.processing.mean(), sigma };
        },
        range: (0.0, 5.0),
        unit: "",
    },
)
.basic();

pub static BATCH: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Batch",
    "batch",
    "Records that are processed together; the overhead is spent once for them",
    Access::Count {
        get: |consumer| Some(consumer.batch.size.into()),
        set: |consumer, size| consumer.batch.size = to_u32(size),
        least: 1,
        unit: " records",
    },
);

pub static BATCH_OVERHEAD: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Batch overhead",
    "batch",
    "Spent once per batch, besides the processing of each record",
    Access::Span {
        get: |consumer| Some(consumer.batch.overhead),
        set: |consumer, overhead: Duration| consumer.batch.overhead = overhead,
        unit: SpanUnit::Millis,
    },
);

pub static WORKERS: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Workers",
    "workers",
    "1 processes on the thread that polls; more process on a pool. A change restarts the consumer in good order",
    Access::Count {
        get: |consumer| Some(consumer.workers.into()),
        set: |consumer, workers| consumer.workers = to_u32(workers),
        least: 1,
        unit: "",
    },
);

pub static INSTANCE_ID: Setting<ConsumerSpec> = Setting::<ConsumerSpec>::new(
    "Instance id",
    "instance_id",
    "group.instance.id makes it a static member (KIP-345): it keeps its partitions over a short restart",
    Access::Text {
        get: |consumer| consumer.instance_id.as_deref().unwrap_or_default(),
        set: |consumer, id| consumer.instance_id = (!id.is_empty()).then(|| id.to_owned()),
    },
)
.fixed("it keeps its instance id, which names the member for the coordinator, for good");
