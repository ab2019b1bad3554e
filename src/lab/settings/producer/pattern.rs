//! How a producer's sends are spread over time.

use std::time::Duration;

use crate::lab::settings::{Access, Setting, SpanUnit};
use crate::scenario::{Pattern, ProducerSpec};

pub static PATTERN: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Pattern",
    "pattern",
    "How its sends are spread over time",
    Access::Choice { get: pattern, set: set_pattern, words: &["constant", "poisson", "burst", "diurnal"] },
)
.basic();

fn pattern(producer: &ProducerSpec) -> Option<usize> {
    match producer.pattern {
        Pattern::Constant => Some(0),
        Pattern::Poisson => Some(1),
        Pattern::Burst { .. } => Some(2),
        Pattern::Diurnal { .. } => Some(3),
        Pattern::Trace { .. } => None,
    }
}

fn set_pattern(producer: &mut ProducerSpec, index: usize) {
    producer.pattern = match index {
        0 => Pattern::Constant,
        1 => Pattern::Poisson,
        2 => Pattern::Burst { every: Duration::from_secs(20), length: Duration::from_secs(5), factor: 3.0 },
        _ => Pattern::Diurnal { peak: 2.0, period: Duration::from_mins(1) },
    };
}

/// Every, length and factor of a burst.
const fn burst(producer: &ProducerSpec) -> Option<(Duration, Duration, f64)> {
    match producer.pattern {
        Pattern::Burst { every, length, factor } => Some((every, length, factor)),
        Pattern::Constant | Pattern::Poisson | Pattern::Diurnal { .. } | Pattern::Trace { .. } => None,
    }
}

pub static BURST_FACTOR: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Burst factor",
    "pattern",
    "The rate during a burst, over the usual one",
    Access::Number {
        get: |producer| burst(producer).map(|(_, _, factor)| factor),
        set: |producer, to| {
            if let Pattern::Burst { factor, .. } = &mut producer.pattern {
                *factor = to;
            }
        },
        range: (0.0, 1e3),
        unit: "×",
    },
)
.basic();

pub static BURST_EVERY: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Burst every",
    "pattern",
    "From one burst to the next",
    Access::Span {
        get: |producer| burst(producer).map(|(every, ..)| every),
        set: |producer, to| {
            if let Pattern::Burst { every, .. } = &mut producer.pattern {
                *every = to;
            }
        },
        unit: SpanUnit::Seconds,
    },
)
.basic();

pub static BURST_LENGTH: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Burst length",
    "pattern",
    "How long a burst lasts; not longer than from one to the next",
    Access::Span {
        get: |producer| burst(producer).map(|(_, length, _)| length),
        set: |producer, to| {
            if let Pattern::Burst { length, .. } = &mut producer.pattern {
                *length = to;
            }
        },
        unit: SpanUnit::Seconds,
    },
)
.basic();

/// Peak and period of a diurnal pattern.
const fn diurnal(producer: &ProducerSpec) -> Option<(f64, Duration)> {
    match producer.pattern {
        Pattern::Diurnal { peak, period } => Some((peak, period)),
        Pattern::Constant | Pattern::Poisson | Pattern::Burst { .. } | Pattern::Trace { .. } => None,
    }
}

pub static PEAK: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Peak",
    "pattern",
    "The highest rate, over the mean",
    Access::Number {
        get: |producer| diurnal(producer).map(|(peak, _)| peak),
        set: |producer, to| {
            if let Pattern::Diurnal { peak, .. } = &mut producer.pattern {
                *peak = to;
            }
        },
        range: (1.0, 1e3),
        unit: "×",
    },
)
.basic();

pub static PERIOD: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Period",
    "pattern",
    "From one peak to the next",
    Access::Span {
        get: |producer| diurnal(producer).map(|(_, period)| period),
        set: |producer, to| {
            if let Pattern::Diurnal { period, .. } = &mut producer.pattern {
                *period = to;
            }
        },
        unit: SpanUnit::Seconds,
    },
)
.basic();
