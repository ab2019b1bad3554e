//! Checks how keys are spread over records.

use super::{distribution, finish_unless_unknown};
use crate::scenario::Keys;
use crate::scenario::check::{Check, defaults, key_counts};
use crate::scenario::file::{Field, Section};

/// Most keys of a producer.
const MAX_KEYS: u64 = 1_000_000_000;

/// Reads `keys`.
pub(in crate::scenario) fn keys(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<Keys> {
    const NAMES: [(&str, KeyKind); 5] = [
        ("none", KeyKind::None),
        ("uniform", KeyKind::Uniform),
        ("zipf", KeyKind::Zipf),
        ("hot", KeyKind::Hot),
        ("counts", KeyKind::Counts),
    ];
    if field.as_str().is_some() {
        let keys = match field.choice(&NAMES)? {
            KeyKind::None => Keys::None,
            KeyKind::Uniform => Keys::Uniform { count: defaults::KEYS },
            KeyKind::Zipf => Keys::Zipf { count: defaults::KEYS, exponent: 1.0 },
            KeyKind::Hot => Keys::Hot { share: 0.5, count: defaults::KEYS },
            KeyKind::Counts => {
                field.note("counts need a file: write keys = { distribution = \"counts\", file = \"keys.csv\" }");
                return None;
            }
        };
        return Some(keys);
    }
    let mut section = field.section()?;
    let keys = distribution(&mut section, &NAMES, "\"zipf\"").and_then(|kind| keys_from(kind, &mut section, check));
    finish_unless_unknown(section, keys.is_some());
    keys
}

#[derive(Clone, Copy)]
enum KeyKind {
    None,
    Uniform,
    Zipf,
    Hot,
    Counts,
}

fn keys_from(kind: KeyKind, section: &mut Section<'_, '_>, check: &mut Check<'_>) -> Option<Keys> {
    match kind {
        KeyKind::None => return Some(Keys::None),
        KeyKind::Counts => {
            let file = section.require("file", "\"keys.csv\"")?;
            return key_counts::key_counts(&file, check).map(|(file, counts)| Keys::Counts { file, counts });
        }
        KeyKind::Uniform | KeyKind::Zipf | KeyKind::Hot => {}
    }
    let count = section.take("count").map_or(Some(defaults::KEYS), |field| field.integer(1..=MAX_KEYS));
    match kind {
        KeyKind::None | KeyKind::Counts => None,
        KeyKind::Uniform => Some(Keys::Uniform { count: count? }),
        KeyKind::Zipf => {
            let exponent = section.take("exponent").map_or(Some(1.0), |field| field.number(0.0..=10.0));
            Some(Keys::Zipf { count: count?, exponent: exponent? })
        }
        KeyKind::Hot => {
            let share = section.require("share", "0.5").and_then(|field| field.number(0.0..=1.0));
            Some(Keys::Hot { share: share?, count: count? })
        }
    }
}
