//! Numbers as people read them: thousands apart, units, and no more digits than mean something.

use std::time::Duration;

use super::convert::to_count;
pub use crate::planner::words::count;

/// `820`, `2.1k`, `3.4M`: for places where room is short.
pub fn short(value: f64) -> String {
    let magnitude = value.abs();
    let (scaled, unit) = match magnitude {
        m if m >= 999_950_000.0 => (value / 1e9, "G"),
        m if m >= 999_950.0 => (value / 1e6, "M"),
        m if m >= 9_999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    match (unit, scaled.abs()) {
        ("", m) if m > 0.0 && m < 9.95 && (m - m.round()).abs() > 0.05 => format!("{scaled:.1}"),
        ("", _) => signed_count(scaled),
        (_, m) if m >= 99.95 => format!("{scaled:.0}{unit}"),
        _ => format!("{scaled:.1}{unit}"),
    }
}

fn signed_count(value: f64) -> String {
    let digits = count(to_count(value.abs()));
    if value <= -0.5 { format!("−{digits}") } else { digits }
}

/// `820 /s`.
pub fn rate(per_second: f64) -> String {
    format!("{} /s", short(per_second))
}

/// `2.9 MB`, in powers of ten.
pub fn bytes(value: f64) -> String {
    match value {
        v if v >= 999.5e6 => format!("{:.1} GB", v / 1e9),
        v if v >= 999.5e3 => format!("{:.1} MB", v / 1e6),
        v if v >= 1e3 => format!("{:.0} kB", v / 1e3),
        v => format!("{v:.0} B"),
    }
}

/// `380 µs`, `4.2 ms`, `11.6 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    match seconds {
        s if s >= 3_600.0 => format!("{} h {} min", span.as_secs() / 3_600, span.as_secs() / 60 % 60),
        s if s >= 99.95 && span.as_secs().is_multiple_of(60) => format!("{} min", span.as_secs() / 60),
        s if s >= 99.95 => format!("{} min {} s", span.as_secs() / 60, span.as_secs() % 60),
        s if s >= 0.9995 => format!("{s:.1} s"),
        s => millis(s * 1e3),
    }
}

/// The same for a figure in milliseconds.
pub fn millis(value: f64) -> String {
    match value {
        v if v >= 999.5 => duration(Duration::from_secs_f64(v.min(1e12) / 1e3)),
        v if v >= 99.95 => format!("{v:.0} ms"),
        v if v >= 0.995 => format!("{v:.1} ms"),
        v if v <= 0.0 => "0 ms".to_owned(),
        v => format!("{:.0} µs", v * 1e3),
    }
}

/// `97 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", to_count(share * 100.0))
}

/// `1×`, `0.25×`.
pub fn speed(factor: f64) -> String {
    let text = match factor {
        f if f >= 9.95 => format!("{f:.0}"),
        f if f >= 0.995 => format!("{f:.1}"),
        f => format!("{f:.2}"),
    };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}×")
}

/// `1 partition`, `8 partitions`.
pub fn counted(value: usize, singular: &str) -> String {
    let value = u64::try_from(value).unwrap_or(u64::MAX);
    format!("{} {singular}{}", count(value), if value == 1 { "" } else { "s" })
}

/// Numbers as ranges where they follow each other: `0 1 4–7`.
pub fn ranges(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first} {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect();
    texts.join(" ")
}

/// The next value of 1, 2, 5, 10, 20, ... that is at least this.
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|&step| step >= value * 0.999_999).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1_000, 14_208, 1_234_567].map(count), ["0", "999", "1,000", "14,208", "1,234,567"]);
        assert_eq!(
            [0.0, 2.5, 3.0, 820.4, 3_312.0, 14_208.0, 312_904.0, 2.5e6, -410.0].map(short),
            ["0", "2.5", "3", "820", "3,312", "14.2k", "313k", "2.5M", "−410"]
        );
        assert_eq!([12.0, 2_000.0, 2.94e6, 1.48e8, 3.2e9].map(bytes), ["12 B", "2 kB", "2.9 MB", "148.0 MB", "3.2 GB"]);
        assert_eq!(
            [0.000_38, 0.004_2, 0.25, 11.6, 200.0, 7_500.0].map(|s| duration(Duration::from_secs_f64(s))),
            ["380 µs", "4.2 ms", "250 ms", "11.6 s", "3 min 20 s", "2 h 5 min"]
        );
        assert_eq!([1.0, 0.25, 100.0, 2.5, 0.01].map(speed), ["1×", "0.25×", "100×", "2.5×", "0.01×"]);
        assert_eq!(ranges([0, 1, 4, 5, 6, 7, 9]), "0 1 4–7 9");
        assert_eq!([0.7, 1.0, 3_100.0, 0.0].map(round_up), [1.0, 1.0, 5_000.0, 1.0]);
        assert_eq!(counted(1, "partition"), "1 partition");
    }
}
