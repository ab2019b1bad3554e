//! Writes a scenario as a file that reads well: what is as by default is left out. Checking the text gives
//! the same scenario again.

mod values;

use std::fmt::Write as _;
use std::time::Duration;

use crate::model::durability::Durability;
use crate::model::request::Acks;
use crate::model::topic_config::TopicConfig;
use crate::model::units::ByteSize;

use super::check::defaults;
use super::{
    BatchSpec, BrokerSpec, CommitPolicy, ConsumerSpec, Event, Expect, GroupSpec, Keys, OffsetReset, PartitionerKind,
    Pattern, ProducerSpec, Scenario, TopicSpec,
};
use values::{acks_name, action, autoscaler, commit, paragraphs, partitioner};

pub(super) use values::{batch, keys, pattern, quoted, service_time, size, span};

/// The scenario as the text of a file.
pub fn to_toml(scenario: &Scenario) -> String {
    let mut text = Text::default();
    text.heading(scenario);
    for topic in &scenario.topics {
        text.topic(topic);
    }
    for producer in &scenario.producers {
        text.producer(producer);
    }
    for group in &scenario.groups {
        text.group(group);
    }
    for event in &scenario.events {
        text.event(event);
    }
    for expect in &scenario.expectations {
        text.expect(expect);
    }
    text.into_string()
}

/// The text so far.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn into_string(self) -> String {
        self.0
    }

    fn heading(&mut self, scenario: &Scenario) {
        self.field("version", super::check::VERSION.to_string());
        self.field("title", quoted(&scenario.title));
        if !scenario.about.is_empty() {
            self.field("about", paragraphs(&scenario.about));
        }
        self.field("seed", scenario.seed.to_string());
        if let Some(duration) = scenario.duration {
            self.field("duration", span(duration));
        }
        let durability = scenario.broker.durability;
        self.section("[broker]");
        self.field("durability", quoted(durability.name()));
        if let Durability::Interval(interval) = durability {
            self.field("interval", span(interval));
        }
        let delay = scenario.broker.initial_rebalance_delay;
        if delay != BrokerSpec::default().initial_rebalance_delay {
            self.field("initial_rebalance_delay", span(delay));
        }
    }

    fn topic(&mut self, topic: &TopicSpec) {
        self.section("[[topic]]");
        self.field("name", quoted(&topic.name));
        self.field("partitions", topic.partitions.to_string());
        let usual = TopicConfig::default().entries();
        let changed = topic.config.entries().into_iter().filter(|entry| !usual.contains(entry));
        // Numbers as numbers, the rest in quotes.
        let value = |text: &str| if text.parse::<i64>().is_ok() { text.to_owned() } else { quoted(text) };
        let config: Vec<_> = changed.map(|(key, text)| format!("{} = {}", quoted(key), value(&text))).collect();
        if !config.is_empty() {
            self.field("config", format!("{{ {} }}", config.join(", ")));
        }
    }

    fn producer(&mut self, producer: &ProducerSpec) {
        self.section("[[producer]]");
        self.field("name", quoted(&producer.name));
        self.field("topic", quoted(&producer.topic));
        if producer.count != 1 {
            self.field("count", producer.count.to_string());
        }
        if !matches!(producer.pattern, Pattern::Trace { .. }) {
            self.field("rate", quoted(&producer.rate.to_string()));
        }
        self.changed("pattern", &producer.pattern, &Pattern::default(), pattern);
        self.changed("keys", &producer.keys, &Keys::None, keys);
        self.field("size", size(&producer.size));
        self.changed("acks", &producer.acks, &Acks::All, |acks| quoted(acks_name(*acks)));
        if producer.idempotent != (producer.acks == Acks::All) {
            self.field("idempotent", producer.idempotent.to_string());
        }
        self.changed("linger", &producer.linger, &defaults::LINGER, |linger| span(*linger));
        let batch_size = |bytes: &u32| quoted(&ByteSize(u64::from(*bytes)).to_string());
        self.changed("batch_size", &producer.batch_size, &defaults::BATCH_SIZE, batch_size);
        self.changed("partitioner", &producer.partitioner, &PartitionerKind::Default, |kind| partitioner(*kind));
    }

    fn group(&mut self, group: &GroupSpec) {
        self.section("[[group]]");
        self.field("name", quoted(&group.name));
        let topics: Vec<_> = group.topics.iter().map(|topic| quoted(topic)).collect();
        self.field("topics", format!("[{}]", topics.join(", ")));
        let assignor = defaults::ASSIGNORS.iter().find(|(_, assignor)| *assignor == group.assignor);
        self.field("assignor", quoted(assignor.expect("every assignor has a name").0));
        self.group_times(group);
        self.changed("commit", &group.commit, &CommitPolicy::After, commit);
        self.changed("auto_offset_reset", &group.auto_offset_reset, &OffsetReset::Earliest, |reset| {
            let named = defaults::OFFSET_RESETS.iter().find(|(_, value)| value == reset);
            quoted(named.expect("every reset has a name").0)
        });
        let records = group.max_poll_records;
        self.changed("max_poll_records", &records, &defaults::MAX_POLL_RECORDS, ToString::to_string);
        if let Some(rule) = &group.autoscaler {
            self.field("autoscaler", autoscaler(rule));
        }
        self.consumer_fields(&group.template, None);
        self.consumers(group);
    }

    fn group_times(&mut self, group: &GroupSpec) {
        let text = |time: &Duration| span(*time);
        self.changed("session_timeout", &group.session_timeout, &defaults::SESSION_TIMEOUT, text);
        let heartbeat_interval = defaults::heartbeat_interval(group.session_timeout);
        self.changed("heartbeat_interval", &group.heartbeat_interval, &heartbeat_interval, text);
        self.changed("max_poll_interval", &group.max_poll_interval, &defaults::MAX_POLL_INTERVAL, text);
        self.changed("rebalance_timeout", &group.rebalance_timeout, &group.max_poll_interval, text);
    }

    fn consumers(&mut self, group: &GroupSpec) {
        let as_template = |(index, consumer): (usize, &ConsumerSpec)| {
            *consumer == ConsumerSpec { name: group.consumer_name(index + 1), ..group.template.clone() }
        };
        if group.consumers.iter().enumerate().all(as_template) {
            self.field("consumers", group.consumers.len().to_string());
            return;
        }
        for consumer in &group.consumers {
            self.section("[[group.consumer]]");
            self.field("name", quoted(&consumer.name));
            self.consumer_fields(consumer, Some(&group.template));
            if let Some(instance_id) = &consumer.instance_id {
                self.field("instance_id", quoted(instance_id));
            }
        }
    }

    /// What differs from `base`; where there is none, the processing and what isn't as by default.
    fn consumer_fields(&mut self, consumer: &ConsumerSpec, base: Option<&ConsumerSpec>) {
        if base.is_none_or(|base| base.processing != consumer.processing) {
            self.field("processing", service_time(&consumer.processing));
        }
        let usual = base.map_or(BatchSpec::SINGLE, |base| base.batch);
        self.changed("batch", &consumer.batch, &usual, batch);
        let workers = base.map_or(1, |base| base.workers);
        self.changed("workers", &consumer.workers, &workers, ToString::to_string);
    }

    fn event(&mut self, event: &Event) {
        self.section("[[event]]");
        self.field("at", span(event.at));
        self.field(event.action.name(), action(&event.action));
    }

    fn expect(&mut self, expect: &Expect) {
        self.section("[[expect]]");
        if let Some(at) = expect.at {
            self.field("at", span(at));
        }
        self.field("that", quoted(&expect.that));
    }

    pub(super) fn section(&mut self, title: &str) {
        writeln!(self.0, "\n{title}").expect("writing to memory doesn't fail");
    }

    pub(super) fn field(&mut self, key: &str, value: impl AsRef<str>) {
        writeln!(self.0, "{key} = {}", value.as_ref()).expect("writing to memory doesn't fail");
    }

    /// A field that is left out where its value is the usual one.
    pub(super) fn changed<T: PartialEq>(&mut self, key: &str, value: &T, usual: &T, text: impl Fn(&T) -> String) {
        if value != usual {
            self.field(key, text(value));
        }
    }
}
