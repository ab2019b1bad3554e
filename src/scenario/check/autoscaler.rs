//! `[group.autoscaler]`: what is left out is as KEDA has it.

use std::time::Duration;

use crate::scenario::Autoscaler;
use crate::scenario::file::Field;

use super::MAX_CLIENTS;

/// A rule that looked more often would see its own last decision under way.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

pub(super) fn autoscaler(field: &Field<'_, '_>) -> Option<Autoscaler> {
    let mut section = field.section()?;
    let usual = Autoscaler::default();
    let lag = section.take("lag_threshold").and_then(|field| field.integer(1..=u64::from(u32::MAX)));
    let mut span =
        |key, least| section.take(key).and_then(|field| super::span_within(&field, least, super::LONGEST_RUN));
    let polling_interval = span("polling_interval", SHORTEST_INTERVAL).unwrap_or(usual.polling_interval);
    let cooldown = span("cooldown", Duration::ZERO).unwrap_or(usual.cooldown);
    let min = section.take("min").and_then(|field| field.small_integer(0..=MAX_CLIENTS)).unwrap_or(usual.min);
    let max_field = section.take("max");
    let max = max_field.as_ref().and_then(|field| field.small_integer(1..=MAX_CLIENTS)).unwrap_or(usual.max.max(min));
    if let Some(field) = max_field.filter(|_| max < min) {
        field.note(format!("max must not be below min, {min}"));
    }
    let allow_idle = section.take("allow_idle").and_then(|field| field.boolean()).unwrap_or(usual.allow_idle);
    section.finish();
    let lag_threshold = lag.unwrap_or(usual.lag_threshold);
    Some(Autoscaler { lag_threshold, polling_interval, cooldown, min, max, allow_idle })
}
