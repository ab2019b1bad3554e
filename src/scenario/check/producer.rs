//! Checks `[[producer]]`.

use std::time::Duration;

use crate::model::request::Acks;
use crate::model::units::{ByteSize, Rate};
use crate::scenario::file::{Field, Section};
use crate::scenario::{Keys, PartitionerKind, Pattern, ProducerSpec, Scenario};

use super::{Check, MAX_CLIENTS, MAX_RATE, defaults, distribution};

/// Largest batch that a producer may collect.
const MAX_BATCH_SIZE: u64 = 100_000_000;

pub(super) fn producer(mut section: Section<'_, '_>, scenario: &mut Scenario, check: &mut Check<'_>) {
    let name_field = section.require("name", "\"web\"");
    let name = name_field.as_ref().and_then(super::client_name);
    let topic = section.require("topic", "\"orders\"").and_then(|field| super::existing_topic(&field, scenario));
    let count = section.take("count").and_then(|field| field.small_integer(1..=MAX_CLIENTS)).unwrap_or(1);
    let pattern = section.take("pattern").map_or(Some(Pattern::Constant), |field| distribution::pattern(&field, check));
    let rate = rate(&mut section, "rate", pattern.as_ref(), read_rate).unwrap_or_default();
    let keys = section.take("keys").and_then(|field| distribution::keys(&field, check)).unwrap_or(Keys::None);
    let size = section.take("size").and_then(|field| distribution::size(&field)).unwrap_or(defaults::SIZE);
    let acks = section.take("acks").and_then(|field| acks(&field)).unwrap_or_default();
    let idempotent = idempotent(&mut section, acks);
    let linger = section.take("linger").and_then(|field| linger(&field)).unwrap_or(defaults::LINGER);
    let batch_size = section.take("batch_size").and_then(|field| batch_size(&field)).unwrap_or(defaults::BATCH_SIZE);
    let partitioner_field = section.take("partitioner");
    let partitioner = partitioner_field.as_ref().and_then(partitioner).unwrap_or_default();
    section.refuse_unsupported(&["transactional", "compression"]);
    section.finish();
    if let (Some(name), Some(field)) = (&name, &name_field) {
        claim(field, name, count, check);
    }
    // A wrong topic is noted; another stands in, so that the producer's name is known to what follows.
    let topic = topic.or_else(|| scenario.topics.first().map(|topic| topic.name.clone()));
    let (Some(name), Some(topic)) = (name, topic) else { return };
    if let (PartitionerKind::Explicit(partition), Some(field)) = (partitioner, partitioner_field) {
        check_partition(partition, &field, &topic, scenario);
    }
    let pattern = pattern.unwrap_or_default();
    let spec = ProducerSpec {
        name,
        count,
        topic,
        rate,
        pattern,
        keys,
        size,
        acks,
        idempotent,
        linger,
        batch_size,
        partitioner,
    };
    scenario.producers.push(spec);
}

/// The rate at `key`; a trace brings its own.
pub(in crate::scenario) fn rate(
    section: &mut Section<'_, '_>,
    key: &'static str,
    pattern: Option<&Pattern>,
    read: impl Fn(&Field<'_, '_>) -> Option<Rate>,
) -> Option<Rate> {
    if let Some(Pattern::Trace { points, .. }) = pattern {
        if let Some(field) = section.take(key) {
            field.note(format!("a trace has rates of its own: leave out {key}"));
        }
        return Some(distribution::mean_rate(points));
    }
    // A wrong pattern may have been meant as a trace, which needs no rate.
    let field = if pattern.is_some() { section.require(key, "\"800/s\"") } else { section.take(key) };
    field.and_then(|field| read(&field))
}

/// A rate within the bound.
pub(in crate::scenario) fn read_rate(field: &Field<'_, '_>) -> Option<Rate> {
    let rate: Rate = field.quantity()?;
    if rate.per_second() > MAX_RATE {
        field.note(format!("{} must be at most {MAX_RATE}/s", field.key()));
        return None;
    }
    Some(rate)
}

fn claim(field: &Field<'_, '_>, name: &str, count: u32, check: &mut Check<'_>) {
    let names = (count > 1).then(|| (1..=count).map(|number| format!("{name}-{number}"))).into_iter().flatten();
    let claimed = check.count_clients(count).and_then(|()| {
        [name.to_owned()].into_iter().chain(names).try_for_each(|name| check.claim(&name, "a producer"))
    });
    if let Err(message) = claimed {
        field.note(message);
    }
}

/// `"0"`, `"1"`, `"all"`, or the numbers.
fn acks(field: &Field<'_, '_>) -> Option<Acks> {
    const NAMES: [(&str, Acks); 4] = [("0", Acks::None), ("1", Acks::Leader), ("all", Acks::All), ("-1", Acks::All)];
    let written = field.scalar()?;
    let acks = NAMES.into_iter().find(|(name, _)| *name == written).map(|(_, acks)| acks);
    if acks.is_none() {
        field.note(format!("acks must be \"0\", \"1\" or \"all\", not \"{written}\""));
    }
    acks
}

/// Idempotence needs `acks = "all"`. Kafka's producers turn it off by themselves where nobody asked for it.
fn idempotent(section: &mut Section<'_, '_>, acks: Acks) -> bool {
    let Some(field) = section.take("idempotent") else { return defaults::IDEMPOTENT && acks == Acks::All };
    let idempotent = field.boolean().unwrap_or_default();
    if idempotent && acks != Acks::All {
        field.note("idempotent = true needs acks = \"all\"");
    } else if idempotent {
        field.remark("idempotent = true has no effect yet: what a retry sends twice is stored twice");
    }
    idempotent
}

fn linger(field: &Field<'_, '_>) -> Option<Duration> {
    super::span_within(field, Duration::ZERO, Duration::from_hours(1))
}

fn batch_size(field: &Field<'_, '_>) -> Option<u32> {
    let bytes = match field.as_str() {
        Some(_) => field.quantity::<ByteSize>()?.0,
        None => field.integer(0..=MAX_BATCH_SIZE)?,
    };
    if bytes > MAX_BATCH_SIZE {
        field.note(format!("batch_size must be at most {}", ByteSize(MAX_BATCH_SIZE)));
        return None;
    }
    u32::try_from(bytes).ok()
}

/// A name, or the number of a partition.
fn partitioner(field: &Field<'_, '_>) -> Option<PartitionerKind> {
    if field.as_str().is_none() {
        return field.small_integer(0..=u32::MAX).map(PartitionerKind::Explicit);
    }
    field.choice(&[
        ("default", PartitionerKind::Default),
        ("sticky", PartitionerKind::Sticky),
        ("roundrobin", PartitionerKind::RoundRobin),
    ])
}

fn check_partition(partition: u32, field: &Field<'_, '_>, topic: &str, scenario: &Scenario) {
    let partitions = scenario.topic(topic).map_or(u32::MAX, |topic| topic.partitions);
    if partition >= partitions {
        let last = partitions.saturating_sub(1);
        field.note(format!("the topic \"{topic}\" has no partition {partition}: they are 0 to {last}"));
    }
}
