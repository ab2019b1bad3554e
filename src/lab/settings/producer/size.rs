//! How large a producer's records are.

use crate::lab::settings::{Access, BYTES, Setting};
use crate::scenario::{ProducerSpec, RecordSize};

pub static SIZE: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Size",
    "size",
    "Mean bytes of a record's value",
    Access::Count {
        get: |producer| (!matches!(producer.size, RecordSize::Uniform { .. })).then(|| producer.size.mean()),
        set: |producer, to| match &mut producer.size {
            RecordSize::Constant(mean) | RecordSize::Exponential { mean } | RecordSize::LogNormal { mean, .. } => {
                *mean = to;
            }
            RecordSize::Uniform { .. } => {}
        },
        least: 0,
        unit: BYTES,
    },
)
.basic();

pub static SIZES: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Sizes",
    "size",
    "How the sizes of values are spread",
    Access::Choice { get: sizes, set: set_sizes, words: &["constant", "uniform", "exponential", "lognormal"] },
);

#[expect(clippy::unnecessary_wraps, reason = "the form of every choice")]
const fn sizes(producer: &ProducerSpec) -> Option<usize> {
    Some(match producer.size {
        RecordSize::Constant(_) => 0,
        RecordSize::Uniform { .. } => 1,
        RecordSize::Exponential { .. } => 2,
        RecordSize::LogNormal { .. } => 3,
    })
}

fn set_sizes(producer: &mut ProducerSpec, index: usize) {
    let mean = producer.size.mean();
    producer.size = match index {
        0 => RecordSize::Constant(mean),
        1 => RecordSize::Uniform { min: mean / 2, max: mean.saturating_add(mean / 2) },
        2 => RecordSize::Exponential { mean },
        _ => RecordSize::LogNormal { mean, sigma: 0.5 },
    };
}

/// The smallest and the largest of evenly spread sizes.
const fn bounds(producer: &ProducerSpec) -> Option<(u64, u64)> {
    match producer.size {
        RecordSize::Uniform { min, max } => Some((min, max)),
        RecordSize::Constant(_) | RecordSize::Exponential { .. } | RecordSize::LogNormal { .. } => None,
    }
}

pub static SMALLEST: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Smallest",
    "size",
    "Bytes of the smallest values",
    Access::Count {
        get: |producer| bounds(producer).map(|(min, _)| min),
        set: |producer, to| {
            if let RecordSize::Uniform { min, .. } = &mut producer.size {
                *min = to;
            }
        },
        least: 0,
        unit: BYTES,
    },
);

pub static LARGEST: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Largest",
    "size",
    "Bytes of the largest values",
    Access::Count {
        get: |producer| bounds(producer).map(|(_, max)| max),
        set: |producer, to| {
            if let RecordSize::Uniform { max, .. } = &mut producer.size {
                *max = to;
            }
        },
        least: 0,
        unit: BYTES,
    },
);

pub static SIZE_SIGMA: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Size sigma",
    "size",
    "The deviation of the logarithm of a size: the larger, the longer the tail",
    Access::Number {
        get: |producer| match producer.size {
            RecordSize::LogNormal { sigma, .. } => Some(sigma),
            RecordSize::Constant(_) | RecordSize::Uniform { .. } | RecordSize::Exponential { .. } => None,
        },
        set: |producer, to| {
            if let RecordSize::LogNormal { sigma, .. } = &mut producer.size {
                *sigma = to;
            }
        },
        range: (0.0, 5.0),
        unit: "",
    },
);
