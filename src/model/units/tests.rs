//! Quantities as people write them: what is read, what is refused, and that what is shown reads back.

use proptest::prelude::*;

use super::*;

#[test]
fn rates_are_read_in_any_period() {
    let table = [
        ("800/s", 800.0),
        ("1.5k/s", 1_500.0),
        ("2M/s", 2_000_000.0),
        ("30/min", 0.5),
        (" 3600 / h ", 1.0),
        ("1_000/s", 1_000.0),
        ("0/s", 0.0),
    ];
    for (text, per_second) in table {
        assert_eq!(text.parse::<Rate>().unwrap().per_second(), per_second, "{text}");
    }
}

#[test]
fn rates_are_shown_in_the_period_that_is_short() {
    for text in ["800/s", "0.5/s", "20/min", "7/h", "1500/s", "0/s", "11/day"] {
        assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
    }
}

#[test]
fn bytes_are_read_in_decimal_and_binary_units() {
    let table = [
        ("512", 512),
        ("512 B", 512),
        ("1 KB", 1_000),
        ("1kb", 1_000),
        ("1.2 MB", 1_200_000),
        ("64 KiB", 65_536),
        ("0.5 GiB", 536_870_912),
    ];
    for (text, bytes) in table {
        assert_eq!(text.parse::<ByteSize>().unwrap().0, bytes, "{text}");
    }
}

#[test]
fn bytes_are_shown_as_short_as_is_exact() {
    let table =
        [(0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (1_250, "1.25 KB"), (65_536, "64 KiB"), (1_234, "1234 B")];
    for (bytes, text) in table {
        assert_eq!(ByteSize(bytes).to_string(), text);
    }
}

#[test]
fn spans_are_read_with_the_usual_names() {
    let table = [
        ("5ms", 5_000_000),
        ("400us", 400_000),
        ("400µs", 400_000),
        ("2 min", 120_000_000_000),
        ("30m", 1_800_000_000_000),
        ("1h", 3_600_000_000_000),
        ("0.5 s", 500_000_000),
        ("0", 0),
    ];
    for (text, nanos) in table {
        assert_eq!(text.parse::<Span>().unwrap().0, Duration::from_nanos(nanos), "{text}");
    }
}

#[test]
fn spans_are_shown_in_the_largest_short_unit() {
    for text in ["0s", "5ms", "1.5ms", "400µs", "60s", "90s", "2 min", "72h", "3d", "17ns", "1.25s"] {
        let text = if text == "72h" { "3d" } else { text };
        assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
    }
}

#[test]
fn what_was_expected_is_said_with_an_example() {
    let rate = "fast".parse::<Rate>().unwrap_err().to_string();
    assert_eq!(rate, "\"fast\" is not a rate, such as \"800/s\", \"1.5k/s\" or \"30/min\"");
    let size = "1 XB".parse::<ByteSize>().unwrap_err().to_string();
    assert_eq!(size, "\"1 XB\" is not an amount of bytes, such as \"512 B\", \"1.2 KB\" or \"64 KiB\"");
    let span = "5".parse::<Span>().unwrap_err().to_string();
    assert_eq!(span, "\"5\" is not a length of time, such as \"5ms\", \"400us\", \"2 min\" or \"1h\"");
    for text in ["", "-1/s", "800", "800/", "/s", "1e400/s", "nan/s", "1..2/s"] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
    for text in ["", "s", "-5ms", "1.2.3s", "99999999999999999999d"] {
        assert!(text.parse::<Span>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn every_rate_shows_as_what_parses_to_it(bits: u64, small in 0u32..100_000) {
        for value in [f64::from_bits(bits), f64::from(small), f64::from(small) / 60.0, f64::from(small) / 1e3] {
            if let Some(rate) = Rate::from_per_second(value) {
                // Display of a float has no exponent, so extremes are long but whole.
                prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
            }
        }
    }

    #[test]
    fn every_amount_of_bytes_shows_as_what_parses_to_it(bytes: u64, shift in 0u32..64) {
        for bytes in [bytes, bytes >> shift, bytes >> shift << shift, (bytes >> shift) / 1_000 * 1_000] {
            prop_assert_eq!(ByteSize(bytes).to_string().parse::<ByteSize>().unwrap(), ByteSize(bytes));
        }
    }

    #[test]
    fn every_span_shows_as_what_parses_to_it(nanos: u64, zeros in 0u32..15) {
        for nanos in [nanos, nanos % 10_000_000_000, nanos / 10_u64.pow(zeros) % 1_000 * 10_u64.pow(zeros)] {
            let span = Span(Duration::from_nanos(nanos));
            prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}") {
        prop_assert!(text.parse::<Rate>().map_or(true, |rate| rate.per_second() >= 0.0));
        prop_assert!(text.parse::<ByteSize>().is_ok() || text.parse::<ByteSize>().is_err());
        prop_assert!(text.parse::<Span>().is_ok() || text.parse::<Span>().is_err());
    }
}
