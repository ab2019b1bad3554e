//! What a consumer takes, directly or by its work, and how many there are.

use std::time::Duration;

use super::{Own, count, switch, to_u32};
use crate::lab::settings::{Access, Setting, SpanUnit};
use crate::model::units::Rate;
use crate::scenario::plan::Plan;
use crate::scenario::{BatchSpec, ServiceTime};

/// The deviation with which a lognormal distribution begins.
const USUAL_SIGMA: f64 = 0.5;

/// Consumers to begin with, where their number is given.
const USUAL_CONSUMERS: u32 = 8;

pub static CARRIES: Own = Setting::<Plan>::new(
    "A consumer is known by",
    "consumer_rate",
    "Its rate as it was measured, or the time that it takes for a record",
    Access::Choice { get: carries, set: set_carries, words: &["its rate", "its work"] },
);

#[expect(clippy::unnecessary_wraps, reason = "the form of every choice")]
const fn carries(plan: &Plan) -> Option<usize> {
    Some(if plan.consumer_rate.is_some() { 0 } else { 1 })
}

/// What was known by the one way stays as it is by the other.
fn set_carries(plan: &mut Plan, index: usize) {
    if index == 0 {
        plan.consumer_rate = plan.consumer_rate.or_else(|| Rate::from_per_second(plan.consumer_per_second()));
    } else {
        let work = plan.work();
        (plan.processing, plan.batch, plan.consumer_rate) = (Some(work.processing), work.batch, None);
    }
}

pub static CONSUMER_RATE: Own = Setting::<Plan>::new(
    "Rate of a consumer",
    "consumer_rate",
    "Records per second that one consumer takes when it is never idle",
    Access::Number {
        get: |plan| plan.consumer_rate.map(Rate::per_second),
        set: |plan, to| plan.consumer_rate = Rate::from_per_second(to).or(plan.consumer_rate),
        range: (0.0, 1e7),
        unit: " /s",
    },
);

pub static PROCESSING_TIME: Own = Setting::<Plan>::new(
    "Processing time",
    "processing",
    "Mean processing time per record",
    Access::Span {
        get: |plan| known_by_work(plan).map(ServiceTime::mean),
        set: |plan, mean| plan.processing = plan.processing.as_ref().map(|time| time.with_mean(mean)),
        unit: SpanUnit::Natural,
    },
);

/// The processing time, where that says what a consumer takes.
fn known_by_work(plan: &Plan) -> Option<&ServiceTime> {
    plan.processing.as_ref().filter(|_| plan.consumer_rate.is_none())
}

pub static DISTRIBUTION: Own = Setting::<Plan>::new(
    "Distribution",
    "processing",
    "How processing times are spread: exponential is random without memory, lognormal has a long tail",
    Access::Choice { get: distribution, set: set_distribution, words: &["constant", "exponential", "lognormal"] },
);

fn distribution(plan: &Plan) -> Option<usize> {
    match plan.work().processing {
        ServiceTime::Constant(_) => Some(0),
        ServiceTime::Exponential { .. } => Some(1),
        ServiceTime::LogNormal { .. } => Some(2),
        ServiceTime::Trace { .. } => None,
    }
}

fn set_distribution(plan: &mut Plan, index: usize) {
    let mean = plan.processing.clone().unwrap_or_else(|| plan.work().processing).mean();
    plan.processing = Some(match index {
        0 => ServiceTime::Constant(mean),
        1 => ServiceTime::Exponential { mean },
        _ => ServiceTime::LogNormal { mean, sigma: USUAL_SIGMA },
    });
}

pub static SIGMA: Own = Setting::<Plan>::new(
    "Sigma",
    "processing",
    "The deviation of the logarithm of a processing time: the larger, the longer the tail",
    Access::Number {
        get: |plan| match plan.processing {
            Some(ServiceTime::LogNormal { sigma, .. }) => Some(sigma),
            _ => None,
        },
        set: |plan, to| {
            if let Some(ServiceTime::LogNormal { sigma, .. }) = &mut plan.processing {
                *sigma = to;
            }
        },
        range: (0.0, 5.0),
        unit: "",
    },
);

/// The batch, where it is a part of the work that a consumer is known by.
fn batch(plan: &Plan) -> Option<BatchSpec> {
    known_by_work(plan).map(|_| plan.batch)
}

pub static BATCH: Own = Setting::<Plan>::new(
    "Batch",
    "batch",
    "Records that are processed together; the overhead is spent once for them",
    Access::Count {
        get: |plan| batch(plan).map(|batch| batch.size.into()),
        set: |plan, size| plan.batch.size = to_u32(size),
        least: 1,
        unit: " records",
    },
);

pub static BATCH_OVERHEAD: Own = Setting::<Plan>::new(
    "Batch overhead",
    "batch",
    "Spent once per batch, besides the processing of each record",
    Access::Span {
        get: |plan| batch(plan).map(|batch| batch.overhead),
        set: |plan, overhead: Duration| plan.batch.overhead = overhead,
        unit: SpanUnit::Natural,
    },
);

pub static WORKERS: Own = count(
    "Workers per consumer",
    "workers",
    "1 processes on the thread that polls; more process on a pool",
    (|plan| Some(plan.workers.into()), |plan, workers| plan.workers = to_u32(workers)),
    1,
);

pub static FAILURES: Own = count(
    "Tolerate failures of",
    "tolerate_consumer_failures",
    "So many consumers may be gone, and the others still keep up",
    (
        |plan| Some(plan.tolerate_consumer_failures.into()),
        |plan, failures| plan.tolerate_consumer_failures = to_u32(failures),
    ),
    0,
);

pub static HAS_CONSUMERS: Own = switch(
    "Fix the consumers",
    "consumers",
    "Off: the planner finds out how many are needed",
    |plan| Some(usize::from(plan.consumers.is_some())),
    |plan, is_on| plan.consumers = (is_on == 1).then_some(plan.consumers.unwrap_or(USUAL_CONSUMERS)),
);

pub static CONSUMERS: Own = count(
    "Just so many consumers",
    "consumers",
    "Only the number of partitions is sought then",
    (|plan| plan.consumers.map(u64::from), |plan, consumers| plan.consumers = Some(to_u32(consumers))),
    1,
);
