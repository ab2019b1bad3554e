//! Checks what is drawn from: arrival patterns, keys, sizes and processing times. Each is a name or an
//! amount, or a table that says more.

mod keys;
mod pattern;

use std::time::Duration;

use crate::model::units::ByteSize;
use crate::scenario::file::{Field, Section};
use crate::scenario::{RecordSize, ServiceTime};

use super::{Check, trace};

pub(in crate::scenario) use self::keys::keys;
pub(in crate::scenario) use self::pattern::{mean_rate, pattern};

/// Largest record that can be described. Far above any `max.message.bytes`, and it fits in memory.
const MAX_RECORD_BYTES: u64 = 100_000_000;

/// Largest deviation of a logarithm that still means anything.
const MAX_SIGMA: f64 = 5.0;

/// The 99th percentile of the normal distribution.
const NORMAL_P99: f64 = 2.326_347_874_040_841;

/// Reads `size`.
pub(in crate::scenario) fn size(field: &Field<'_, '_>) -> Option<RecordSize> {
    const NAMES: [(&str, SizeKind); 4] = [
        ("constant", SizeKind::Constant),
        ("uniform", SizeKind::Uniform),
        ("exponential", SizeKind::Exponential),
        ("lognormal", SizeKind::LogNormal),
    ];
    let Some(mut section) = field.as_section() else {
        return record_bytes(field).map(RecordSize::Constant);
    };
    let size = distribution(&mut section, &NAMES, "\"uniform\"").and_then(|kind| size_from(kind, &mut section));
    finish_unless_unknown(section, size.is_some());
    size
}

#[derive(Clone, Copy)]
enum SizeKind {
    Constant,
    Uniform,
    Exponential,
    LogNormal,
}

fn size_from(kind: SizeKind, section: &mut Section<'_, '_>) -> Option<RecordSize> {
    match kind {
        SizeKind::Constant => {
            let key = if section.remaining().any(|key| key == "mean") { "mean" } else { "value" };
            required_bytes(section, key).map(|(_, bytes)| RecordSize::Constant(bytes))
        }
        SizeKind::Uniform => {
            let (min, max) = (required_bytes(section, "min"), required_bytes(section, "max"));
            let ((_, min), (field, max)) = (min?, max?);
            if min > max {
                field.note(format!("max must be at least min, {}", ByteSize(min)));
                return None;
            }
            Some(RecordSize::Uniform { min, max })
        }
        SizeKind::Exponential => required_bytes(section, "mean").map(|(_, mean)| RecordSize::Exponential { mean }),
        SizeKind::LogNormal => {
            let mean = required_bytes(section, "mean").map(|(_, mean)| mean);
            let p99 = |field: &Field<'_, '_>| record_bytes(field).map(as_float);
            let sigma = sigma(section, mean.map(as_float), p99);
            mean.zip(sigma).map(|(mean, sigma)| RecordSize::LogNormal { mean, sigma })
        }
    }
}

fn required_bytes<'d, 'i>(section: &mut Section<'d, 'i>, key: &'static str) -> Option<(Field<'d, 'i>, u64)> {
    let field = section.require(key, "\"1 KB\"")?;
    record_bytes(&field).map(|bytes| (field, bytes))
}

/// Text with a unit, or a whole number of bytes.
fn record_bytes(field: &Field<'_, '_>) -> Option<u64> {
    let is_text = field.as_str().is_some();
    let bytes = if is_text { field.quantity::<ByteSize>()?.0 } else { field.integer(0..=MAX_RECORD_BYTES)? };
    if bytes > MAX_RECORD_BYTES {
        field.note(format!("{} must be at most {}", field.key(), ByteSize(MAX_RECORD_BYTES)));
        return None;
    }
    Some(bytes)
}

/// Reads `processing`.
pub(in crate::scenario) fn service_time(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<ServiceTime> {
    const NAMES: [(&str, ServiceKind); 4] = [
        ("constant", ServiceKind::Constant),
        ("exponential", ServiceKind::Exponential),
        ("lognormal", ServiceKind::LogNormal),
        ("trace", ServiceKind::Trace),
    ];
    let Some(mut section) = field.as_section() else {
        return service_span(field).map(ServiceTime::Constant);
    };
    let kind = distribution(&mut section, &NAMES, "\"exponential\"");
    let time = kind.and_then(|kind| service_time_from(kind, &mut section, check));
    finish_unless_unknown(section, time.is_some());
    time
}

#[derive(Clone, Copy)]
enum ServiceKind {
    Constant,
    Exponential,
    LogNormal,
    Trace,
}

fn service_time_from(kind: ServiceKind, section: &mut Section<'_, '_>, check: &mut Check<'_>) -> Option<ServiceTime> {
    if matches!(kind, ServiceKind::Trace) {
        let file = section.require("file", "\"times.csv\"")?;
        return trace::times(&file, check).map(|(file, times)| ServiceTime::Trace { file, times });
    }
    let mean = section.require("mean", "\"4ms\"").and_then(|field| service_span(&field));
    match kind {
        ServiceKind::Constant => mean.map(ServiceTime::Constant),
        ServiceKind::Exponential => mean.map(|mean| ServiceTime::Exponential { mean }),
        ServiceKind::LogNormal | ServiceKind::Trace => {
            let p99 = |field: &Field<'_, '_>| service_span(field).map(|span| span.as_secs_f64());
            let sigma = sigma(section, mean.map(|span| span.as_secs_f64()), p99);
            mean.zip(sigma).map(|(mean, sigma)| ServiceTime::LogNormal { mean, sigma })
        }
    }
}

fn service_span(field: &Field<'_, '_>) -> Option<Duration> {
    /// Longer than any processing that an experiment would wait for.
    const LONGEST: Duration = Duration::from_hours(24);
    super::span_within(field, Duration::ZERO, LONGEST)
}

/// `sigma`, or what `p99` says of it.
fn sigma(
    section: &mut Section<'_, '_>,
    mean: Option<f64>,
    read_p99: impl Fn(&Field<'_, '_>) -> Option<f64>,
) -> Option<f64> {
    if let Some(field) = section.take("p99") {
        let (mean, p99) = (mean?, read_p99(&field)?);
        let sigma = sigma_of_p99(mean, p99);
        if sigma.is_none() {
            field.note("p99 must be 1 to 14 times the mean: no lognormal distribution has another");
        }
        return sigma;
    }
    section.require("sigma", "0.5").and_then(|field| field.number(0.0..=MAX_SIGMA))
}

/// From ln(p99 / mean) = z sigma - sigma^2 / 2, the smaller solution.
fn sigma_of_p99(mean: f64, p99: f64) -> Option<f64> {
    let ratio = p99 / mean;
    let root = NORMAL_P99.mul_add(NORMAL_P99, -2.0 * ratio.ln());
    (ratio >= 1.0 && root >= 0.0).then(|| NORMAL_P99 - root.sqrt())
}

fn distribution<T: Copy>(section: &mut Section<'_, '_>, names: &[(&'static str, T)], example: &str) -> Option<T> {
    section.require("distribution", example)?.choice(names)
}

/// Where the distribution itself is unknown, nothing can be said of its other keys.
fn finish_unless_unknown(section: Section<'_, '_>, is_known: bool) {
    if is_known {
        section.finish();
    }
}

/// A span above zero.
pub(in crate::scenario) fn positive_span(field: &Field<'_, '_>) -> Option<Duration> {
    super::span_within(field, Duration::from_micros(1), super::LONGEST_RUN)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of records are far below 2^53")]
fn as_float(bytes: u64) -> f64 {
    bytes as f64
}
