//! How large records are.

use super::Load;
use crate::lab::settings::{Access, BYTES, Setting};
use crate::scenario::RecordSize;

impl<S: Load> Setting<S> {
    pub const SIZE: Self = Self::new(
        "Size",
        S::SIZE_KEY,
        "Mean bytes of a record's value",
        Access::Count {
            get: |of| (!matches!(of.size(), RecordSize::Uniform { .. })).then(|| of.size().mean()),
            set: |of, to| match of.size_mut() {
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
}

impl<S: Load> Setting<S> {
    pub const SIZES: Self = Self::new(
        "Sizes",
        S::SIZE_KEY,
        "How the sizes of values are spread",
        Access::Choice { get: sizes, set: set_sizes, words: &["constant", "uniform", "exponential", "lognormal"] },
    );
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every choice")]
fn sizes<S: Load>(of: &S) -> Option<usize> {
    Some(match *of.size() {
        RecordSize::Constant(_) => 0,
        RecordSize::Uniform { .. } => 1,
        RecordSize::Exponential { .. } => 2,
        RecordSize::LogNormal { .. } => 3,
    })
}

fn set_sizes<S: Load>(of: &mut S, index: usize) {
    let mean = of.size().mean();
    *of.size_mut() = match index {
        0 => RecordSize::Constant(mean),
        1 => RecordSize::Uniform { min: mean / 2, max: mean.saturating_add(mean / 2) },
        2 => RecordSize::Exponential { mean },
        _ => RecordSize::LogNormal { mean, sigma: 0.5 },
    };
}

/// The smallest and the largest of evenly spread sizes.
fn bounds<S: Load>(of: &S) -> Option<(u64, u64)> {
    match *of.size() {
        RecordSize::Uniform { min, max } => Some((min, max)),
        RecordSize::Constant(_) | RecordSize::Exponential { .. } | RecordSize::LogNormal { .. } => None,
    }
}

impl<S: Load> Setting<S> {
    pub const SMALLEST: Self = Self::new(
        "Smallest",
        S::SIZE_KEY,
        "Bytes of the smallest values",
        Access::Count {
            get: |of| bounds(of).map(|(min, _)| min),
            set: |of, to| {
                if let RecordSize::Uniform { min, .. } = of.size_mut() {
                    *min = to;
                }
            },
            least: 0,
            unit: BYTES,
        },
    );
}

impl<S: Load> Setting<S> {
    pub const LARGEST: Self = Self::new(
        "Largest",
        S::SIZE_KEY,
        "Bytes of the largest values",
        Access::Count {
            get: |of| bounds(of).map(|(_, max)| max),
            set: |of, to| {
                if let RecordSize::Uniform { max, .. } = of.size_mut() {
                    *max = to;
                }
            },
            least: 0,
            unit: BYTES,
        },
    );
}

impl<S: Load> Setting<S> {
    pub const SIZE_SIGMA: Self = Self::new(
        "Size sigma",
        S::SIZE_KEY,
        "The deviation of the logarithm of a size: the larger, the longer the tail",
        Access::Number {
            get: |of| match *of.size() {
                RecordSize::LogNormal { sigma, .. } => Some(sigma),
                RecordSize::Constant(_) | RecordSize::Uniform { .. } | RecordSize::Exponential { .. } => None,
            },
            set: |of, to| {
                if let RecordSize::LogNormal { sigma, .. } = of.size_mut() {
                    *sigma = to;
                }
            },
            range: (0.0, 5.0),
            unit: "",
        },
    );
}
