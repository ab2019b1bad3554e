//! Figures of a plan in sentences: short enough to be read, with their units.

use std::time::Duration;

use crate::model::units::{ByteSize, Span};

/// A whole number with its thousands apart.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// `1 partition`, `20 partitions`.
pub fn of(number: u32, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(u64::from(number)))
}

/// Records per second: `1,000/s`, `0.25/s`.
pub fn rate(per_second: f64) -> String {
    format!("{}/s", decimal(per_second))
}

/// `85 %`, `130 %`; below 10 % with one decimal.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 9.95 { format!("{} %", (percent * 10.0).round() / 10.0) } else { format!("{percent:.0} %") }
}

/// From how many seconds on, in which unit.
const TIME_UNITS: [(f64, f64, &str); 5] =
    [(172_800.0, 86_400.0, "days"), (7_200.0, 3_600.0, "h"), (120.0, 60.0, "min"), (1.0, 1.0, "s"), (1e-3, 1e-3, "ms")];

/// Nothing, or two or three digits and the unit that fits them: `4.1 ms`, `52 min`, `6.1 h`.
pub fn seconds(seconds: f64) -> String {
    if seconds <= 0.0 {
        return "0 s".to_owned();
    }
    let unit = TIME_UNITS.into_iter().find(|(from, ..)| seconds >= *from);
    let (size, name) = unit.map_or((1e-6, "µs"), |(_, size, name)| (size, name));
    format!("{} {name}", decimal(seconds / size))
}

/// A span that somebody wrote, as they may have written it.
pub fn span(span: Duration) -> String {
    Span(span).to_string()
}

/// Bytes to three digits.
pub fn bytes(bytes: f64) -> String {
    const UNITS: [(f64, &str); 5] = [(1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")];
    let Some((size, name)) = UNITS.into_iter().find(|(size, _)| bytes >= *size) else {
        return ByteSize(whole(bytes)).to_string();
    };
    format!("{} {name}", decimal(bytes / size))
}

/// With a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Three digits, or all before the point.
fn decimal(number: f64) -> String {
    if number >= 99.95 {
        return count(whole(number.round()));
    }
    let places = if number >= 9.995 { 10.0 } else { 100.0 };
    format!("{}", (number * places).round() / places)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; figures are not negative")]
pub(super) fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let cases = [
            (count(933_120), "933,120"),
            (count(7), "7"),
            (of(1, "consumer"), "1 consumer"),
            (of(2_000, "partition"), "2,000 partitions"),
            (rate(1_000.0), "1,000/s"),
            (rate(0.25), "0.25/s"),
            (percent(0.85), "85 %"),
            (percent(0.004), "0.4 %"),
            (seconds(0.0041), "4.1 ms"),
            (seconds(3_120.0), "52 min"),
            (seconds(21_960.0), "6.1 h"),
            (seconds(12.34), "12.3 s"),
            (seconds(0.000_4), "400 µs"),
            (bytes(9.3312e11), "933 GB"),
            (bytes(512.0), "512 B"),
        ];
        for (words, expected) in cases {
            assert_eq!(words, expected);
        }
    }
}
