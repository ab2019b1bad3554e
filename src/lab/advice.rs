//! What a person would be told who watched the numbers. A pure function over a snapshot: it measures
//! nothing itself and changes nothing.

use std::time::Duration;

use crate::metrics::figures::Drain;
use crate::model::units::Span;
use crate::scenario::{Keys, PartitionerKind};

use super::command::Command;
use super::settings::{Value, producer};
use super::snapshot::{ClientStatus, GroupView, MemberState, Severity, Snapshot, TopicState};

/// One piece of advice.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    pub severity: Severity,
    pub subject: Subject,
    /// One sentence: what the numbers say and what could be done.
    pub text: String,
    /// What *Try it* asks for, in this order; empty where there is nothing to try.
    pub try_it: Vec<Command>,
}

/// What a piece of advice is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Group(String),
    Topic(String),
    /// A producer or a consumer.
    Client(String),
}

/// A consumer that is busy for so much of its time can't work off what waits.
const BUSY: f64 = 0.95;

/// How busy consumers should be after the advice: above this, waiting grows steeply with every per cent.
const TARGET_BUSY: f64 = 0.85;

/// A lag grows if it does so by more than this share of what comes in: less is the noise of batches.
const GROWING_SHARE: f64 = 0.02;

/// A lag of so many seconds of reading is one; what is fetched and not committed yet is not.
const LAG_SECONDS: f64 = 2.0;

/// A partition is hot from so many times the mean of the others on: chance alone doesn't do that.
const HOT_FACTOR: f64 = 3.0;

/// Records per second of the hot partition below which chance alone could do it.
const HOT_MIN_RATE: f64 = 30.0;

/// Share of a group's lag from which one partition holds it by itself.
const LAG_ALONE: f64 = 0.8;

/// Retention is near when the oldest unread record has used up so much of it: time is left to act.
const RETENTION_NEAR: f64 = 0.75;

/// Most consumers or partitions that one click adds.
const MOST_AT_ONCE: usize = 32;

/// All advice for a snapshot, the most severe first.
pub fn advise(snapshot: &Snapshot) -> Vec<Advice> {
    let mut advice = Vec::new();
    for group in &snapshot.groups {
        advice.extend(retention_near(snapshot, group));
        advice.extend(nobody_reads(group).or_else(|| too_slow(snapshot, group)).or_else(|| never_drains(group)));
        advice.extend(group.members.iter().filter_map(|member| holds_and_rests(snapshot, member)));
        advice.extend(idle_consumers(group));
        advice.extend(lag_alone(snapshot, group));
    }
    advice.extend(snapshot.topics.iter().filter_map(|topic| hot_partition(snapshot, topic)));
    advice.sort_by_key(|one| match one.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    advice
}

/// All consumers are busy and the lag grows: more of them, and more partitions where those don't suffice.
fn too_slow(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
    let working = working(group);
    let all_busy = !working.is_empty() && working.iter().all(|member| member.busy >= BUSY);
    if !all_busy || !lag_grows(snapshot, group) {
        return None;
    }
    let name = group.name.clone();
    let rate_in: f64 = topics_of(snapshot, group).map(|topic| topic.records_in_per_second).sum();
    let each = group.records_out_per_second / float(working.len());
    let needed = if each > 0.0 { ceiling(rate_in / each / TARGET_BUSY) } else { working.len() + 1 };
    let more = needed.max(working.len() + 1) - working.len();
    let more = more.min(MOST_AT_ONCE);
    let room = group.partitions.len().saturating_sub(working.len());
    let lacking = more.saturating_sub(room);
    let grows = format!(
        "all {} of {name} are busy and its lag grows by {:.0}/s",
        counted(working.len(), "consumer"),
        group.lag_velocity
    );
    let mut try_it = Vec::new();
    let text = if lacking == 0 {
        format!("{grows}: {} more would keep up", counted(more, "consumer"))
    } else {
        let topic =
            topics_of(snapshot, group).max_by(|a, b| a.records_in_per_second.total_cmp(&b.records_in_per_second))?;
        let count = u32::try_from(lacking).unwrap_or(u32::MAX);
        try_it.push(Command::AddPartitions { topic: topic.name.clone(), count });
        let partitions = counted(lacking, "partition");
        format!(
            "{grows}: {} more would keep up, and they need {partitions} more in {}",
            counted(more, "consumer"),
            topic.name
        )
    };
    try_it.extend((0..more).map(|_| Command::AddConsumer { group: name.clone() }));
    Some(Advice { severity: Severity::Warning, subject: Subject::Group(name), text: sentence(&text), try_it })
}

/// Records wait, and no consumer runs.
fn nobody_reads(group: &GroupView) -> Option<Advice> {
    let lag = group.lag.unwrap_or(0);
    let rests = |member: &&MemberState| member.status.is_over() || member.status == ClientStatus::Stalled;
    if lag == 0 || group.members.iter().any(|member| !rests(&member)) {
        return None;
    }
    let try_it = match group.members.iter().find(rests) {
        Some(member) => Command::Start(member.name.clone()),
        None => Command::AddConsumer { group: group.name.clone() },
    };
    let text = format!("{lag} records wait for {} and none of its consumers runs", group.name);
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it: vec![try_it] })
}

/// The lag doesn't shrink though consumers have time left.
fn never_drains(group: &GroupView) -> Option<Advice> {
    let lag = group.lag.unwrap_or(0);
    let is_real =
        float(usize::try_from(lag).unwrap_or(usize::MAX)) > LAG_SECONDS * group.records_out_per_second.max(1.0);
    if group.drain != Some(Drain::Never) || !is_real || group.time_lag.is_none_or(|age| age < NEVER_DRAINS_AFTER) {
        return None;
    }
    let slowed =
        group.members.iter().filter(|member| member.slow_factor > 1.0 && member.status == ClientStatus::Running);
    let try_it: Vec<Command> =
        slowed.map(|member| Command::Slow { client: member.name.clone(), factor: 1.0 }).collect();
    let why = if try_it.is_empty() {
        "some partition gets records faster than its consumer reads it".to_owned()
    } else {
        format!("{} slowed down", counted(try_it.len(), "consumer"))
    };
    let text = format!("{} never works off its {lag} records at this rate: {why}", group.name);
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it })
}

/// A lag younger than this may be a rebalance or a burst.
const NEVER_DRAINS_AFTER: Duration = Duration::from_secs(10);

/// A crashed or stalled consumer's partitions wait until its session times out.
fn holds_and_rests(snapshot: &Snapshot, member: &MemberState) -> Option<Advice> {
    let is_resting = matches!(member.status, ClientStatus::Crashed | ClientStatus::Stalled);
    let ends = member.session_ends.filter(|_| is_resting && !member.assignment.is_empty())?;
    let left = Span(Duration::from_secs(ends.since(snapshot.clock.time).as_secs() + 1));
    let what = if member.status == ClientStatus::Crashed { "crashed" } else { "stands still" };
    let partitions = counted(member.assignment.len(), "partition");
    let text =
        format!("{} {what}: nobody reads its {partitions} until its session times out, in about {left}", member.name);
    let subject = Subject::Client(member.name.clone());
    let try_it = vec![Command::Start(member.name.clone())];
    Some(Advice { severity: Severity::Warning, subject, text, try_it })
}

/// More consumers than partitions.
fn idle_consumers(group: &GroupView) -> Option<Advice> {
    let working = working(group);
    if group.state != "Stable" || group.partitions.is_empty() || working.len() <= group.partitions.len() {
        return None;
    }
    let idle: Vec<&&MemberState> = working.iter().filter(|it| it.in_group && it.assignment.is_empty()).collect();
    let first = idle.first()?;
    let text = format!(
        "{} of {} nothing to read: it has {} for {}",
        counted(idle.len(), "consumer"),
        if idle.len() == 1 { format!("{} has", group.name) } else { format!("{} have", group.name) },
        counted(working.len(), "consumer"),
        counted(group.partitions.len(), "partition"),
    );
    let subject =
        if idle.len() == 1 { Subject::Client(first.name.clone()) } else { Subject::Group(group.name.clone()) };
    let try_it = idle.iter().take(MOST_AT_ONCE).map(|member| Command::RemoveConsumer(member.name.clone())).collect();
    Some(Advice { severity: Severity::Info, subject, text: sentence(&text), try_it })
}

/// One partition gets far more than the others.
fn hot_partition(snapshot: &Snapshot, topic: &TopicState) -> Option<Advice> {
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
    let mut skewed = 0;
    let changes = senders.filter_map(|sender| {
        let change = match sender.spec.keys {
            _ if is_explicit(sender.spec.partitioner) => producer::PARTITIONER.to(Value::Choice(0)),
            Keys::Hot { .. } | Keys::Zipf { .. } | Keys::Counts { .. } => {
                skewed += 1;
                producer::KEYS.to(Value::Choice(1))
            }
            Keys::Uniform { .. } | Keys::None => return None,
        };
        Some((sender, change))
    });
    let try_it: Vec<Command> =
        changes.map(|(sender, change)| Command::SetProducer { producer: sender.name.clone(), change }).collect();
    let share = 100.0 * hottest.records_in_per_second / topic.records_in_per_second;
    let why = if skewed > 0 { ": its keys are skewed, and more partitions would not help" } else { "" };
    let text = format!("partition {} takes {share:.0} % of the records of {}{why}", hottest.id, topic.name);
    let subject = Subject::Topic(topic.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it })
}

/// One partition holds nearly all of a group's lag, though it doesn't get more than others.
fn lag_alone(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
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
fn retention_near(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
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

fn working(group: &GroupView) -> Vec<&MemberState> {
    let works = |member: &&MemberState| matches!(member.status, ClientStatus::Running | ClientStatus::Joining);
    group.members.iter().filter(works).collect()
}

fn topics_of<'a>(snapshot: &'a Snapshot, group: &'a GroupView) -> impl Iterator<Item = &'a TopicState> {
    snapshot.topics.iter().filter(|topic| group.topics.contains(&topic.name))
}

fn lag_grows(snapshot: &Snapshot, group: &GroupView) -> bool {
    let rate_in: f64 = topics_of(snapshot, group).map(|topic| topic.records_in_per_second).sum();
    let waits = float_of(group.lag.unwrap_or(0)) > LAG_SECONDS * group.records_out_per_second;
    waits && group.lag_velocity > (rate_in * GROWING_SHARE).max(1.0)
}

const fn is_explicit(partitioner: PartitionerKind) -> bool {
    matches!(partitioner, PartitionerKind::Explicit(_))
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// With a capital, unless it begins with a name.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let is_word = ["all ", "partition ", "the "].iter().any(|word| text.starts_with(word));
    match chars.next() {
        Some(first) if is_word => first.to_uppercase().chain(chars).collect(),
        Some(_) | None => text.to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a threshold needs no more than 52 bits")]
fn float_of(count: u64) -> f64 {
    count as f64
}

fn float(count: usize) -> f64 {
    float_of(u64::try_from(count).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is what is wanted")]
fn ceiling(value: f64) -> usize {
    value.ceil() as usize
}

#[cfg(test)]
mod tests;
