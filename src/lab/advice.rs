//! What a person would be told who watched the numbers. A pure function over a snapshot: it measures
//! nothing itself and changes nothing.

mod consumers;
mod partitions;

use super::command::Command;
use super::snapshot::{GroupView, Severity, Snapshot, TopicState};
use consumers::{holds_and_rests, idle_consumers, never_drains, nobody_reads, too_slow};
use partitions::{hot_partition, lag_alone, retention_near};

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

/// A lag of so many seconds of reading is one; what is fetched and not committed yet is not.
const LAG_SECONDS: f64 = 2.0;

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

fn topics_of<'a>(snapshot: &'a Snapshot, group: &'a GroupView) -> impl Iterator<Item = &'a TopicState> {
    snapshot.topics.iter().filter(|topic| group.topics.contains(&topic.name))
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

#[cfg(test)]
mod tests;
