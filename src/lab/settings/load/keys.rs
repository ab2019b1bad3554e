//! Which keys records carry.

use super::Load;
use crate::lab::settings::{Access, Setting};
use crate::scenario::Keys;

/// Keys of a producer that had none so far.
const USUAL_KEYS: u64 = 1_000;

impl<S: Load> Setting<S> {
    pub const KEYS: Self = Self::new(
        "Keys",
        "keys",
        "A record's key decides its partition (RabbitMQ: routing key; SQS: message group)",
        Access::Choice { get: keys, set: set_keys, words: &["none", "uniform", "zipf", "hot"] },
    )
    .basic();
}

fn keys<S: Load>(of: &S) -> Option<usize> {
    match *of.keys() {
        Keys::None => Some(0),
        Keys::Uniform { .. } => Some(1),
        Keys::Zipf { .. } => Some(2),
        Keys::Hot { .. } => Some(3),
        Keys::Counts { .. } => None,
    }
}

fn set_keys<S: Load>(of: &mut S, index: usize) {
    let count = match of.keys() {
        Keys::Counts { counts, .. } => u64::try_from(counts.len()).ok(),
        Keys::None | Keys::Uniform { .. } | Keys::Zipf { .. } | Keys::Hot { .. } => key_count(of.keys()),
    };
    let count = count.unwrap_or(USUAL_KEYS);
    *of.keys_mut() = match index {
        0 => Keys::None,
        1 => Keys::Uniform { count },
        2 => Keys::Zipf { count, exponent: 0.8 },
        _ => Keys::Hot { share: 0.5, count },
    };
}

const fn key_count(keys: &Keys) -> Option<u64> {
    match keys {
        Keys::None | Keys::Counts { .. } => None,
        Keys::Uniform { count } | Keys::Zipf { count, .. } | Keys::Hot { count, .. } => Some(*count),
    }
}

impl<S: Load> Setting<S> {
    pub const KEY_COUNT: Self = Self::new(
        "Number of keys",
        "keys",
        "How many there are to draw from",
        Access::Count {
            get: |of| key_count(of.keys()),
            set: |of, to| match of.keys_mut() {
                Keys::None | Keys::Counts { .. } => {}
                Keys::Uniform { count } | Keys::Zipf { count, .. } | Keys::Hot { count, .. } => *count = to,
            },
            least: 1,
            unit: "",
        },
    )
    .basic();
}

impl<S: Load> Setting<S> {
    pub const EXPONENT: Self = Self::new(
        "Exponent",
        "keys",
        "How uneven keys are: the share of the k-th goes with 1 / k^exponent",
        Access::Number {
            get: |of| match *of.keys() {
                Keys::Zipf { exponent, .. } => Some(exponent),
                Keys::None | Keys::Uniform { .. } | Keys::Hot { .. } | Keys::Counts { .. } => None,
            },
            set: |of, to| {
                if let Keys::Zipf { exponent, .. } = of.keys_mut() {
                    *exponent = to;
                }
            },
            range: (0.0, 10.0),
            unit: "",
        },
    )
    .basic();
}

impl<S: Load> Setting<S> {
    pub const HOT_SHARE: Self = Self::new(
        "Hot share",
        "keys",
        "What the one hot key gets",
        Access::Number {
            get: |of| match *of.keys() {
                Keys::Hot { share, .. } => Some(share * 100.0),
                Keys::None | Keys::Uniform { .. } | Keys::Zipf { .. } | Keys::Counts { .. } => None,
            },
            set: |of, percent| {
                if let Keys::Hot { share, .. } = of.keys_mut() {
                    *share = percent / 100.0;
                }
            },
            range: (0.0, 100.0),
            unit: " %",
        },
    )
    .basic();
}
