//! Checks `[[group]]` and its `[[group.consumer]]`.

use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::units::Span;
use crate::scenario::file::{Field, Section};
use crate::scenario::{BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, Scenario};

use super::{Check, MAX_CLIENTS, defaults, distribution};

/// What Kafka's brokers allow: `group.min.session.timeout.ms`.
const MIN_SESSION_TIMEOUT: Duration = Duration::from_secs(6);
/// What Kafka's brokers allow: `group.max.session.timeout.ms`.
const MAX_SESSION_TIMEOUT: Duration = Duration::from_mins(30);
/// Most records of one poll.
const MAX_POLL_RECORDS: u32 = 1_000_000;
/// Most workers of one consumer.
const MAX_WORKERS: u32 = 1_000;

pub(super) fn group(mut section: Section<'_, '_>, scenario: &mut Scenario, check: &mut Check<'_>) {
    let name_field = section.require("name", "\"billing\"");
    let name = name_field.as_ref().and_then(super::client_name);
    if let (Some(name), Some(field)) = (&name, &name_field)
        && let Err(message) = check.claim(name, "a group")
    {
        field.note(message);
    }
    let topics = topics(&mut section, scenario);
    let assignor =
        section.take("assignor").and_then(|field| field.choice(&defaults::ASSIGNORS)).unwrap_or(Assignor::Range);
    let times = Times::take(&mut section);
    let commit = section.take("commit").and_then(|field| commit(&field)).unwrap_or_default();
    let reset =
        section.take("auto_offset_reset").and_then(|field| field.choice(&defaults::OFFSET_RESETS)).unwrap_or_default();
    let records = section.take("max_poll_records").and_then(|field| field.small_integer(1..=MAX_POLL_RECORDS));
    let autoscaler = section.take("autoscaler").and_then(|field| super::autoscaler::autoscaler(&field));
    // What is said of the group holds for each of its consumers.
    let plain = ConsumerSpec {
        name: name.clone().unwrap_or_default(),
        processing: defaults::PROCESSING,
        batch: BatchSpec::SINGLE,
        workers: 1,
        instance_id: None,
    };
    let template = consumer_fields(&mut section, plain, check);
    let consumers = consumers(&mut section, &template, check);
    section.finish();
    if name.is_none() {
        return;
    }
    scenario.groups.push(GroupSpec {
        name: template.name.clone(),
        topics,
        assignor,
        session_timeout: times.session_timeout,
        heartbeat_interval: times.heartbeat_interval,
        rebalance_timeout: times.rebalance_timeout,
        max_poll_interval: times.max_poll_interval,
        commit,
        auto_offset_reset: reset,
        max_poll_records: records.unwrap_or(defaults::MAX_POLL_RECORDS),
        consumers,
        autoscaler,
        template,
    });
}

fn topics(section: &mut Section<'_, '_>, scenario: &Scenario) -> Vec<TopicName> {
    let Some(field) = section.require("topics", "[\"orders\"]") else { return Vec::new() };
    let Some(elements) = field.elements() else { return Vec::new() };
    if elements.is_empty() {
        field.note("topics must name at least one topic");
    }
    let mut topics = Vec::new();
    for element in elements {
        match super::existing_topic(&element, scenario) {
            Some(topic) if topics.contains(&topic) => element.note(format!("\"{topic}\" is named twice")),
            Some(topic) => topics.push(topic),
            None => {}
        }
    }
    topics
}

/// The group protocol's times.
struct Times {
    session_timeout: Duration,
    heartbeat_interval: Duration,
    rebalance_timeout: Duration,
    max_poll_interval: Duration,
}

impl Times {
    fn take(section: &mut Section<'_, '_>) -> Self {
        let mut span = |key, least, most| {
            let field = section.take(key)?;
            Some((super::span_within(&field, least, most)?, field))
        };
        let millisecond = Duration::from_millis(1);
        let session_timeout = span("session_timeout", MIN_SESSION_TIMEOUT, MAX_SESSION_TIMEOUT);
        let session_timeout = session_timeout.map_or(defaults::SESSION_TIMEOUT, |(timeout, _)| timeout);
        let heartbeat = span("heartbeat_interval", millisecond, MAX_SESSION_TIMEOUT);
        if let Some((interval, field)) = &heartbeat
            && *interval >= session_timeout
        {
            let session_timeout = Span(session_timeout);
            field.note(format!("heartbeat_interval must be less than session_timeout, {session_timeout}"));
        }
        let max_poll_interval = span("max_poll_interval", millisecond, super::LONGEST_RUN);
        let max_poll_interval = max_poll_interval.map_or(defaults::MAX_POLL_INTERVAL, |(interval, _)| interval);
        let rebalance_timeout = span("rebalance_timeout", millisecond, super::LONGEST_RUN);
        let heartbeat = heartbeat.map(|(interval, _)| interval);
        Self {
            session_timeout,
            heartbeat_interval: heartbeat.unwrap_or_else(|| defaults::heartbeat_interval(session_timeout)),
            rebalance_timeout: rebalance_timeout.map_or(max_poll_interval, |(timeout, _)| timeout),
            max_poll_interval,
        }
    }
}

/// `"before"`, `"after"`, `"auto"` or `{ auto = { interval = "5s" } }`.
fn commit(field: &Field<'_, '_>) -> Option<CommitPolicy> {
    if field.as_str() == Some("transactional") {
        field.note("commit = \"transactional\" is not supported yet; use \"before\", \"after\" or \"auto\"");
        return None;
    }
    let Some(mut section) = field.as_section() else {
        return field.choice(&[
            ("before", CommitPolicy::Before),
            ("after", CommitPolicy::After),
            ("auto", defaults::AUTO_COMMIT),
        ]);
    };
    let body = section.require("auto", "{ interval = \"5s\" }");
    section.finish();
    let mut body = body?.section()?;
    let interval = body.require("interval", "\"5s\"").and_then(|field| distribution::positive_span(&field));
    body.finish();
    interval.map(|interval| CommitPolicy::Auto { interval })
}

/// What can be said of a consumer and of all consumers of a group; what is not said is as in `base`.
fn consumer_fields(section: &mut Section<'_, '_>, base: ConsumerSpec, check: &mut Check<'_>) -> ConsumerSpec {
    let processing = section.take("processing").and_then(|field| distribution::service_time(&field, check));
    let workers = section.take("workers").and_then(|field| workers(&field));
    ConsumerSpec {
        processing: processing.unwrap_or(base.processing),
        batch: section.take("batch").and_then(|field| batch(&field)).unwrap_or(base.batch),
        workers: workers.unwrap_or(base.workers),
        ..base
    }
}

pub(in crate::scenario) fn workers(field: &Field<'_, '_>) -> Option<u32> {
    field.small_integer(1..=MAX_WORKERS)
}

pub(in crate::scenario) fn batch(field: &Field<'_, '_>) -> Option<BatchSpec> {
    let mut section = field.section()?;
    let size = section.require("size", "50").and_then(|field| field.small_integer(1..=MAX_POLL_RECORDS));
    let overhead = section
        .take("overhead")
        .map_or(Some(Duration::ZERO), |field| super::span_within(&field, Duration::ZERO, Duration::from_hours(1)));
    section.finish();
    size.zip(overhead).map(|(size, overhead)| BatchSpec { size, overhead })
}

/// `consumers = 4`, or a table for each.
fn consumers(section: &mut Section<'_, '_>, template: &ConsumerSpec, check: &mut Check<'_>) -> Vec<ConsumerSpec> {
    let count_field = section.take("consumers");
    let Some(tables) = section.take("consumer") else {
        let count = count_field.as_ref().map_or(Some(1), |field| field.small_integer(0..=MAX_CLIENTS)).unwrap_or(0);
        return alike(section, count, template, check);
    };
    if let Some(field) = count_field {
        field.note("a group has either consumers = N or [[group.consumer]] tables, not both");
    }
    let mut consumers = Vec::new();
    for table in tables.tables("group.consumer") {
        unlike(table, template, &mut consumers, check);
    }
    consumers
}

fn alike(section: &Section<'_, '_>, count: u32, template: &ConsumerSpec, check: &mut Check<'_>) -> Vec<ConsumerSpec> {
    let names = (1..=count).map(|number| format!("{}-{number}", template.name));
    let consumers: Vec<_> = names.map(|name| ConsumerSpec { name, ..template.clone() }).collect();
    let claimed = check
        .count_clients(count)
        .and_then(|()| consumers.iter().try_for_each(|consumer| check.claim(&consumer.name, "a consumer")));
    if let Err(message) = claimed {
        section.note(message);
    }
    consumers
}

fn unlike(
    mut section: Section<'_, '_>,
    template: &ConsumerSpec,
    consumers: &mut Vec<ConsumerSpec>,
    check: &mut Check<'_>,
) {
    let name_field = section.take("name");
    let name = match &name_field {
        Some(field) => super::client_name(field),
        None => Some(format!("{}-{}", template.name, consumers.len() + 1)),
    };
    let mut consumer = consumer_fields(&mut section, template.clone(), check);
    consumer.instance_id = section.take("instance_id").and_then(|field| super::client_name(&field));
    let claimed =
        name.as_ref().map_or(Ok(()), |name| check.count_clients(1).and_then(|()| check.claim(name, "a consumer")));
    match (claimed, name_field) {
        (Ok(()), _) => {}
        (Err(message), Some(field)) => field.note(message),
        (Err(message), None) => section.note(message),
    }
    section.finish();
    consumer.name = name.unwrap_or_default();
    consumers.push(consumer);
}
