//! What is said of partitions: that one gets or holds far more than the others, or that its records go before they
//! are read.

use std::time::Duration;

use crate::lab::command::Command;
use crate::lab::settings::{Value, producer};
use crate::lab::snapshot::{GroupView, ProducerState, Severity, Snapshot, TopicState};
use crate::model::units::Span;
use crate::scenario::{Keys, PartitionerKind, ProducerSpec};

use super::{Advice, LAG_SECONDS, Subject, float, float_of, sentence, topics_of};

/// A partition is hot from so many times the mean of the others on: chance alone doesn't do that.
const HOT_FACTOR: f64 = 3.0;

/// Records per second of the hot partition below which chance alone could do it.
const HOT_MIN_RATE: f64 = 30.0;

/// Share of a group's lag from which one partition holds it by itself.
const LAG_ALONE: f64 = 0.8;

/// Retention is near when the oldest unread record has used up so much of it: time is left to act.
const RETENTION_NEAR: f64 = 0.75;

/// One partition gets far more than the others.
pub(super) fn hot_partition(snapshot: &Snapshot, topic: &TopicState) -> Option<Advice> {
    let hottest = topic
        .partitions
        .iter()
        .max_by(|one, other| one.records_in_per_second.total_cmp(&other.records_in_per_second))?;
    let others = topic.partitions.len().checked_sub(1).filter(|others| *others > 0)?;
    let rest = topic.records_in_per_second - hottest.records_in_per_second;
    let is_hot = hottest.records_in_per_second >= (HOT_FACTOR * rest / float(others)).max(HOT_MIN_RATE);
    if !is_hot {
        return None;
    }
    let senders = snapshot.producers.iter().filter(|producer| producer.topic == topic.name);
    let uneven: Vec<(&ProducerState, Unevenness)> =
        senders.filter_map(|sender| Some((sender, unevenness(&sender.spec)?))).collect();
    let is_skewed = uneven.iter().any(|(_, why)| *why == Unevenness::SkewedKeys);
    let even = |(sender, why): (&ProducerState, Unevenness)| {
        let change = match why {
            Unevenness::OnePartition => producer::PARTITIONER.to(Value::Choice(0)),
            Unevenness::SkewedKeys => producer::KEYS.to(Value::Choice(1)),
        };
        Command::SetProducer { producer: sender.name.clone(), change }
    };
    let try_it = uneven.into_iter().map(even).collect();
    let share = 100.0 * hottest.records_in_per_second / topic.records_in_per_second;
    let why = if is_skewed { ": its keys are skewed, and more partitions would not help" } else { "" };
    let text = format!("partition {} takes {share:.0} % of the records of {}{why}", hottest.id, topic.name);
    let subject = Subject::Topic(topic.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it })
}

/// Why a producer fills one partition more than others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unevenness {
    OnePartition,
    SkewedKeys,
}

fn unevenness(spec: &ProducerSpec) -> Option<Unevenness> {
    if matches!(spec.partitioner, PartitionerKind::Explicit(_)) {
        return Some(Unevenness::OnePartition);
    }
    match spec.keys {
        Keys::Hot { .. } | Keys::Zipf { .. } | Keys::Counts { .. } => Some(Unevenness::SkewedKeys),
        Keys::Uniform { .. } | Keys::None => None,
    }
}

/// One partition holds nearly all of a group's lag, though it doesn't get more than others.
pub(super) fn lag_alone(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
    let total = group.lag.filter(|_| group.partitions.len() > 2)?;
    let worst = group.partitions.iter().max_by_key(|partition| partition.lag)?;
    let lag = worst.lag?;
    let is_real = float_of(lag) > LAG_SECONDS * group.records_out_per_second.max(HOT_MIN_RATE);
    let topic = snapshot.topics.iter().find(|topic| *topic.name == *worst.partition.topic)?;
    if !is_real || float_of(lag) < LAG_ALONE * float_of(total) || hot_partition(snapshot, topic).is_some() {
        return None;
    }
    let owner = worst.owner.and_then(|owner| group.members.get(owner));
    let try_it = owner.filter(|owner| owner.slow_factor > 1.0);
    let try_it = try_it.map(|owner| Command::Slow { client: owner.name.clone(), factor: 1.0 }).into_iter().collect();
    let whose = owner.map_or("which nobody reads".to_owned(), |owner| format!("which {} reads", owner.name));
    let text = format!("{} holds nearly all of the lag of {}, {whose}", worst.partition, group.name);
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Info, subject, text: sentence(&text), try_it })
}

/// Records will be deleted before the group has read them, or have been.
pub(super) fn retention_near(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
    let lagging = |topic: &&TopicState| {
        group.partitions.iter().any(|it| *it.partition.topic == *topic.name && it.lag.is_some_and(|lag| lag > 0))
    };
    let retention = |topic: &TopicState| {
        let entry = topic.config.iter().find(|entry| entry.key == "retention.ms")?;
        entry.value.parse().ok().map(Duration::from_millis)
    };
    let age = group.time_lag?;
    let topics = topics_of(snapshot, group).filter(lagging).filter_map(|topic| Some((topic, retention(topic)?)));
    let (topic, kept) = topics.min_by_key(|(_, kept)| *kept)?;
    if age < kept.mul_f64(RETENTION_NEAR) {
        return None;
    }
    let (age, millis) = (Span(Duration::from_secs(age.as_secs())), kept.as_millis().saturating_mul(2));
    let text = format!(
        "the oldest record that {} has not read is {age} old, and {} keeps records for {}",
        group.name,
        topic.name,
        Span(kept)
    );
    let (topic, key) = (topic.name.clone(), "retention.ms".to_owned());
    let try_it = vec![Command::ConfigureTopic { topic, key, value: millis.to_string() }];
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Error, subject, text: sentence(&text), try_it })
}
