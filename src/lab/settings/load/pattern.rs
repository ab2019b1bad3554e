//! How sends are spread over time.

use std::time::Duration;

use super::Load;
use crate::lab::settings::{Access, Setting};
use crate::scenario::Pattern;

impl<S: Load> Setting<S> {
    pub const PATTERN: Self = Self::new(
        "Pattern",
        "pattern",
        "How sends are spread over time",
        Access::Choice { get: pattern, set: set_pattern, words: &["constant", "poisson", "burst", "diurnal"] },
    )
    .basic();
}

fn pattern<S: Load>(of: &S) -> Option<usize> {
    match *of.pattern() {
        Pattern::Constant => Some(0),
        Pattern::Poisson => Some(1),
        Pattern::Burst { .. } => Some(2),
        Pattern::Diurnal { .. } => Some(3),
        Pattern::Trace { .. } => None,
    }
}

fn set_pattern<S: Load>(of: &mut S, index: usize) {
    *of.pattern_mut() = match index {
        0 => Pattern::Constant,
        1 => Pattern::Poisson,
        2 => Pattern::Burst { every: S::BURST.0, length: S::BURST.1, factor: 3.0 },
        _ => Pattern::Diurnal { peak: 2.0, period: S::PERIOD },
    };
}

/// Every, length and factor of a burst.
fn burst<S: Load>(of: &S) -> Option<(Duration, Duration, f64)> {
    match *of.pattern() {
        Pattern::Burst { every, length, factor } => Some((every, length, factor)),
        Pattern::Constant | Pattern::Poisson | Pattern::Diurnal { .. } | Pattern::Trace { .. } => None,
    }
}

impl<S: Load> Setting<S> {
    pub const BURST_FACTOR: Self = Self::new(
        "Burst factor",
        "pattern",
        "The rate during a burst, over the usual one",
        Access::Number {
            get: |of| burst(of).map(|(_, _, factor)| factor),
            set: |of, to| {
                if let Pattern::Burst { factor, .. } = of.pattern_mut() {
                    *factor = to;
                }
            },
            range: (0.0, 1e3),
            unit: "×",
        },
    )
    .basic();
}

impl<S: Load> Setting<S> {
    pub const BURST_EVERY: Self = Self::new(
        "Burst every",
        "pattern",
        "From one burst to the next",
        Access::Span {
            get: |of| burst(of).map(|(every, ..)| every),
            set: |of, to| {
                if let Pattern::Burst { every, .. } = of.pattern_mut() {
                    *every = to;
                }
            },
            unit: S::UNIT,
        },
    )
    .basic();
}

impl<S: Load> Setting<S> {
    pub const BURST_LENGTH: Self = Self::new(
        "Burst length",
        "pattern",
        "How long a burst lasts; not longer than from one to the next",
        Access::Span {
            get: |of| burst(of).map(|(_, length, _)| length),
            set: |of, to| {
                if let Pattern::Burst { length, .. } = of.pattern_mut() {
                    *length = to;
                }
            },
            unit: S::UNIT,
        },
    )
    .basic();
}

/// Peak and period of a diurnal pattern.
fn diurnal<S: Load>(of: &S) -> Option<(f64, Duration)> {
    match *of.pattern() {
        Pattern::Diurnal { peak, period } => Some((peak, period)),
        Pattern::Constant | Pattern::Poisson | Pattern::Burst { .. } | Pattern::Trace { .. } => None,
    }
}

impl<S: Load> Setting<S> {
    pub const PEAK: Self = Self::new(
        "Peak",
        "pattern",
        "The highest rate, over the mean",
        Access::Number {
            get: |of| diurnal(of).map(|(peak, _)| peak),
            set: |of, to| {
                if let Pattern::Diurnal { peak, .. } = of.pattern_mut() {
                    *peak = to;
                }
            },
            range: (1.0, 1e3),
            unit: "×",
        },
    )
    .basic();
}

impl<S: Load> Setting<S> {
    pub const PERIOD: Self = Self::new(
        "Period",
        "pattern",
        "From one peak to the next",
        Access::Span {
            get: |of| diurnal(of).map(|(_, period)| period),
            set: |of, to| {
                if let Pattern::Diurnal { period, .. } = of.pattern_mut() {
                    *period = to;
                }
            },
            unit: S::UNIT,
        },
    )
    .basic();
}
