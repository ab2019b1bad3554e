//! Checks arrival patterns: how a rate goes over time.

use std::sync::Arc;

use super::positive_span;
use crate::model::units::{Rate, Span};
use crate::scenario::check::{Check, trace};
use crate::scenario::file::{Field, Section};
use crate::scenario::{Pattern, TracePoint};

/// How many times the mean a peak or a burst may be.
const MAX_FACTOR: f64 = 1_000.0;

const PATTERNS: [&str; 5] = ["constant", "poisson", "burst", "diurnal", "trace"];
const PATTERN_EXAMPLES: [(&str, &str); 3] = [
    ("burst", "{ burst = { every = \"10s\", length = \"1s\", factor = 5 } }"),
    ("diurnal", "{ diurnal = { peak = 2.5, period = \"24h\" } }"),
    ("trace", "{ trace = { file = \"load.csv\" } }"),
];

/// Reads `pattern`. Written also by plans, whose patterns are the same.
pub(crate) fn pattern(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<Pattern> {
    if field.as_str().is_some() {
        return pattern_by_name(field);
    }
    let mut section = field.section()?;
    let kind = PATTERNS.into_iter().find_map(|name| Some((name, section.take(name)?)));
    if kind.is_none() {
        section.note(format!("pattern needs one of {}", PATTERNS.join(", ")));
    }
    let pattern = kind.and_then(|(name, body)| pattern_from(name, &body, check));
    section.finish();
    pattern
}

fn pattern_by_name(field: &Field<'_, '_>) -> Option<Pattern> {
    match field.string()? {
        "constant" => Some(Pattern::Constant),
        "poisson" => Some(Pattern::Poisson),
        name => {
            match PATTERN_EXAMPLES.iter().find(|(pattern, _)| *pattern == name) {
                Some((_, example)) => {
                    field.note(format!("the pattern \"{name}\" needs more: write pattern = {example}"));
                }
                None => field.note_unknown(name, &PATTERNS),
            }
            None
        }
    }
}

fn pattern_from(name: &str, body: &Field<'_, '_>, check: &mut Check<'_>) -> Option<Pattern> {
    let mut section = body.section()?;
    let pattern = match name {
        "burst" => burst(&mut section),
        "diurnal" => {
            let peak = section.require("peak", "2.5").and_then(|field| field.number(1.0..=MAX_FACTOR));
            let period = section.require("period", "\"24h\"").and_then(|field| positive_span(&field));
            peak.zip(period).map(|(peak, period)| Pattern::Diurnal { peak, period })
        }
        "trace" => {
            let file = section.require("file", "\"load.csv\"");
            file.and_then(|field| trace::rates(&field, check)).map(|(file, points)| Pattern::Trace { file, points })
        }
        "poisson" => Some(Pattern::Poisson),
        _ => Some(Pattern::Constant),
    };
    section.finish();
    pattern
}

fn burst(section: &mut Section<'_, '_>) -> Option<Pattern> {
    let every = section.require("every", "\"10s\"").and_then(|field| positive_span(&field));
    let length_field = section.require("length", "\"1s\"");
    let length = length_field.as_ref().and_then(positive_span);
    let factor = section.require("factor", "5").and_then(|field| field.number(0.0..=MAX_FACTOR));
    let (every, length, factor) = (every?, length?, factor?);
    if length > every {
        length_field?.note(format!("length must not exceed every, {}", Span(every)));
        return None;
    }
    Some(Pattern::Burst { every, length, factor })
}

/// Mean of a trace's rates, weighted by how long each holds; the last is not counted unless it is alone.
pub(in crate::scenario) fn mean_rate(points: &Arc<[TracePoint]>) -> Rate {
    let weighted: f64 =
        points.windows(2).map(|pair| pair[0].rate.per_second() * seconds_between(&pair[0], &pair[1])).sum();
    let span = points.first().zip(points.last()).map_or(0.0, |(first, last)| seconds_between(first, last));
    let last = points.last().map_or(0.0, |point| point.rate.per_second());
    let mean = if span > 0.0 { weighted / span } else { last };
    Rate::from_per_second(mean).unwrap_or_default()
}

fn seconds_between(earlier: &TracePoint, later: &TracePoint) -> f64 {
    later.at.saturating_sub(earlier.at).as_secs_f64()
}
