//! Which keys a producer's records carry.

use crate::lab::settings::{Access, Setting};
use crate::scenario::{Keys, ProducerSpec};

/// Keys of a producer that had none so far.
const USUAL_KEYS: u64 = 1_000;

pub static KEYS: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Keys",
    "keys",
    "A record's key decides its partition (RabbitMQ: routing key; SQS: message group)",
    Access::Choice { get: keys, set: set_keys, words: &["none", "uniform", "zipf", "hot"] },
)
.basic();

fn keys(producer: &ProducerSpec) -> Option<usize> {
    match producer.keys {
        Keys::None => Some(0),
        Keys::Uniform { .. } => Some(1),
        Keys::Zipf { .. } => Some(2),
        Keys::Hot { .. } => Some(3),
        Keys::Counts { .. } => None,
    }
}

fn set_keys(producer: &mut ProducerSpec, index: usize) {
    let counted = |counts: &[_]| u64::try_from(counts.len()).ok();
    let count = match &producer.keys {
        Keys::Counts { counts, .. } => counted(counts),
        Keys::None | Keys::Uniform { .. } | Keys::Zipf { .. } | Keys::Hot { .. } => key_count(&producer.keys),
    };
    let count = count.unwrap_or(USUAL_KEYS);
    producer.keys = match index {
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

pub static KEY_COUNT: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Number of keys",
    "keys",
    "How many there are to draw from",
    Access::Count {
        get: |producer| key_count(&producer.keys),
        set: |producer, to| match &mut producer.keys {
            Keys::None | Keys::Counts { .. } => {}
            Keys::Uniform { count } | Keys::Zipf { count, .. } | Keys::Hot { count, .. } => *count = to,
        },
        least: 1,
        unit: "",
    },
)
.basic();

pub static EXPONENT: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Exponent",
    "keys",
    "How uneven keys are: the share of the k-th goes with 1 / k^exponent",
    Access::Number {
        get: |producer| match producer.keys {
            Keys::Zipf { exponent, .. } => Some(exponent),
            Keys::None | Keys::Uniform { .. } | Keys::Hot { .. } | Keys::Counts { .. } => None,
        },
        set: |producer, to| {
            if let Keys::Zipf { exponent, .. } = &mut producer.keys {
                *exponent = to;
            }
        },
        range: (0.0, 10.0),
        unit: "",
    },
)
.basic();

pub static HOT_SHARE: Setting<ProducerSpec> = Setting::<ProducerSpec>::new(
    "Hot share",
    "keys",
    "What the one hot key gets",
    Access::Number {
        get: |producer| match producer.keys {
            Keys::Hot { share, .. } => Some(share * 100.0),
            Keys::None | Keys::Uniform { .. } | Keys::Zipf { .. } | Keys::Counts { .. } => None,
        },
        set: |producer, percent| {
            if let Keys::Hot { share, .. } = &mut producer.keys {
                *share = percent / 100.0;
            }
        },
        range: (0.0, 100.0),
        unit: " %",
    },
)
.basic();
