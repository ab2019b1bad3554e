//! Quantities as people write them: rates, amounts of bytes, spans of time. Each parses from text and
//! displays as text that parses to the same value. Knows no settings: bounds are the business of who asks.
//!
//! Units of bytes are the SI's (1 KB = 1,000 bytes) and the binary ones (1 KiB = 1,024 bytes).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// Text that is not the quantity it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{text}\" is not {expected}")]
pub struct UnitError {
    pub text: String,
    /// What was expected, with an example.
    pub expected: &'static str,
}

/// How often something happens. Finite and not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// An amount of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub u64);

/// A span of time, to the nanosecond; a [`Duration`] that can be read and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub Duration);

/// A plain number that a unit was cut off from.
struct Quantity<'a> {
    number: f64,
    digits: &'a str,
    unit: &'a str,
}

/// Names of units of time with their nanoseconds; the first name of a length is the one displayed.
const SPAN_UNITS: [(&str, u64); 24] = [
    ("ns", 1),
    ("µs", 1_000),
    ("us", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", NANOS_PER_SECOND),
    ("sec", NANOS_PER_SECOND),
    ("second", NANOS_PER_SECOND),
    ("seconds", NANOS_PER_SECOND),
    ("min", 60 * NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("mins", 60 * NANOS_PER_SECOND),
    ("minute", 60 * NANOS_PER_SECOND),
    ("minutes", 60 * NANOS_PER_SECOND),
    ("h", 3_600 * NANOS_PER_SECOND),
    ("hr", 3_600 * NANOS_PER_SECOND),
    ("hour", 3_600 * NANOS_PER_SECOND),
    ("hours", 3_600 * NANOS_PER_SECOND),
    ("d", 86_400 * NANOS_PER_SECOND),
    ("day", 86_400 * NANOS_PER_SECOND),
    ("days", 86_400 * NANOS_PER_SECOND),
    ("w", 604_800 * NANOS_PER_SECOND),
    ("week", 604_800 * NANOS_PER_SECOND),
    ("weeks", 604_800 * NANOS_PER_SECOND),
];

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Units of bytes, compared without regard to case.
const BYTE_UNITS: [(&str, u64); 15] = [
    ("", 1),
    ("B", 1),
    ("byte", 1),
    ("bytes", 1),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
];

const RATE: &str = "a rate, such as \"800/s\", \"1.5k/s\" or \"30/min\"";
const BYTE_SIZE: &str = "an amount of bytes, such as \"512 B\", \"1.2 KB\" or \"64 KiB\"";
const SPAN: &str = "a length of time, such as \"5ms\", \"400us\", \"2 min\" or \"1h\"";

impl Rate {
    /// So many per second; `None` for a negative, infinite or undefined rate.
    pub fn from_per_second(per_second: f64) -> Option<Self> {
        // Adding zero turns -0.0 into 0.0.
        (per_second.is_finite() && per_second >= 0.0).then_some(Self(per_second + 0.0))
    }

    pub fn per_second(self) -> f64 {
        self.0
    }
}

impl FromStr for Rate {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let parse = || {
            let (amount, period) = text.split_once('/')?;
            let amount = split(amount)?;
            let multiple = match amount.unit {
                "" => 1.0,
                "k" | "K" => 1e3,
                "M" => 1e6,
                _ => return None,
            };
            let seconds = Duration::from_nanos(nanos_of(period.trim())?).as_secs_f64();
            Self::from_per_second(amount.number * multiple / seconds)
        };
        parse().ok_or_else(|| UnitError { text: text.to_owned(), expected: RATE })
    }
}

impl fmt::Display for Rate {
    /// The first period in which the number is short: `800/s`, `30/min`, `5/h`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (period, seconds) in [("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("day", 86_400.0)] {
            let amount = (self.0 * seconds * 1e3).round() / 1e3;
            // Equality to the bit is the point: the text must parse to this very rate.
            if (amount / seconds).to_bits() == self.0.to_bits() {
                return write!(f, "{amount}/{period}");
            }
        }
        write!(f, "{}/s", self.0)
    }
}

impl FromStr for ByteSize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let parse = || {
            let quantity = split(text)?;
            let (_, bytes) = BYTE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(quantity.unit))?;
            quantity.times(*bytes).map(Self)
        };
        parse().ok_or_else(|| UnitError { text: text.to_owned(), expected: BYTE_SIZE })
    }
}

impl fmt::Display for ByteSize {
    /// In the SI's units where two decimals are exact, else in binary ones, else in bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        let si =
            [("PB", 15), ("TB", 12), ("GB", 9), ("MB", 6), ("KB", 3)].map(|(unit, zeros)| (unit, 10_u64.pow(zeros)));
        let short = si.into_iter().find(|&(_, size)| bytes >= size && bytes.is_multiple_of(size / 100));
        if let Some((unit, size)) = short {
            return write!(f, "{} {unit}", decimal(bytes, size));
        }
        let binary = [("GiB", 30), ("MiB", 20), ("KiB", 10)].map(|(unit, bits)| (unit, 1_u64 << bits));
        match binary.into_iter().find(|&(_, size)| bytes >= size && bytes.is_multiple_of(size)) {
            Some((unit, size)) => write!(f, "{} {unit}", bytes / size),
            None => write!(f, "{bytes} B"),
        }
    }
}

impl FromStr for Span {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let parse = || {
            let quantity = split(text)?;
            let nanos = match quantity.unit {
                // Nothing needs no unit.
                "" if quantity.number == 0.0 => 1,
                name => nanos_of(name)?,
            };
            quantity.times(nanos).map(|nanos| Self(Duration::from_nanos(nanos)))
        };
        parse().ok_or_else(|| UnitError { text: text.to_owned(), expected: SPAN })
    }
}

impl fmt::Display for Span {
    /// The largest unit that takes no more than two decimals (none for minutes and more).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(nanos) = u64::try_from(self.0.as_nanos()) else {
            return write!(f, "{}s", self.0.as_secs());
        };
        for (unit, minutes) in [("d", 1_440), ("h", 60), (" min", 1)] {
            let size = minutes * 60 * NANOS_PER_SECOND;
            // 60 s, 90 s and 24 h read better than 1 min, 1.5 min and 1 d.
            if nanos >= 2 * size && nanos.is_multiple_of(size) {
                return write!(f, "{}{unit}", nanos / size);
            }
        }
        for (unit, size) in [("s", NANOS_PER_SECOND), ("ms", 1_000_000), ("µs", 1_000)] {
            if nanos >= size && nanos.is_multiple_of(size / 100) {
                return write!(f, "{}{unit}", decimal(nanos, size));
            }
        }
        if nanos == 0 { f.write_str("0s") } else { write!(f, "{nanos}ns") }
    }
}

impl From<Duration> for Span {
    fn from(span: Duration) -> Self {
        Self(span)
    }
}

/// A number at the beginning of `text`, and the unit after it. Signs and exponents have no place here.
fn split(text: &str) -> Option<Quantity<'_>> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number = digits.replace('_', "").parse().ok()?;
    Some(Quantity { number, digits, unit: unit.trim() })
}

impl Quantity<'_> {
    /// This many of `unit` in whole numbers, rounded down; `None` when it is more than fits.
    fn times(&self, unit: u64) -> Option<u64> {
        let digits = self.digits.replace('_', "");
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        // More decimals than these are below any unit.
        let fraction = &fraction[..fraction.len().min(MAX_DECIMALS)];
        let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
        let fraction: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        let whole = u128::from(whole) * u128::from(unit);
        u64::try_from(whole + fraction * u128::from(unit) / scale).ok()
    }
}

/// Decimals that are read of a number.
const MAX_DECIMALS: usize = 18;

/// Nanoseconds of the unit of time called `name`.
fn nanos_of(name: &str) -> Option<u64> {
    SPAN_UNITS.iter().find(|(unit, _)| *unit == name).map(|&(_, nanos)| nanos)
}

/// `amount / unit` with up to two decimals, which must be exact.
fn decimal(amount: u64, unit: u64) -> String {
    let (whole, hundredths) = (amount / unit, amount % unit / (unit / 100));
    match hundredths {
        0 => whole.to_string(),
        _ if hundredths % 10 == 0 => format!("{whole}.{}", hundredths / 10),
        _ => format!("{whole}.{hundredths:02}"),
    }
}

#[cfg(test)]
mod tests;
