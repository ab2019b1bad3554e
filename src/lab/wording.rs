//! What an edit is called: for undo, for recordings, and to tell which edits are one movement of a hand.

use crate::model::units::{ByteSize, Rate, Span};
use crate::scenario::{BatchSpec, CommitPolicy, OffsetReset, PartitionerKind};

use super::command::{Command, ConsumerChange, ExperimentChange, GroupChange, ProducerChange};
use super::words;

/// An edit in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is changed, such as `rate of web`; edits of the same thing in a row are one. Empty where every
    /// edit stands for itself.
    pub thing: String,
    /// The whole, such as `rate of web to 300/s`.
    pub text: String,
}

impl Words {
    fn once(text: String) -> Self {
        Self { thing: String::new(), text }
    }

    fn setting(setting: &str, of: &str, value: &str) -> Self {
        let thing = format!("{setting} of {of}");
        Self { text: format!("{thing} to {value}"), thing }
    }
}

/// What the edit that a command asks for is called; `None` for a command that is no edit.
pub fn words_of(command: &Command) -> Option<Words> {
    Some(match command {
        Command::SetRate { producer, per_second } => producer_words(producer, &ProducerChange::Rate(*per_second)),
        Command::SetProcessing { consumer, mean } => {
            Words::setting("processing", consumer, &format!("a mean of {}", words::rounded(*mean)))
        }
        Command::SetProducer { producer, change } => producer_words(producer, change),
        Command::SetConsumer { consumer, change } => consumer_words(consumer, change),
        Command::SetGroup { group, change } => group_words(group, change),
        Command::SetExperiment(change) => experiment_words(change),
        Command::AddTopic { name, partitions } => Words::once(format!("add topic {name} with {partitions} partitions")),
        Command::DeleteTopic(name) => Words::once(format!("delete topic {name}")),
        Command::ConfigureTopic { topic, key, value } => Words::setting(key, topic, value),
        Command::AddPartitions { topic, count } => Words::once(format!("add {count} partitions to {topic}")),
        Command::AddProducer { name, .. } => Words::once(format!("add producer {name}")),
        Command::RemoveProducer(name) => Words::once(format!("remove producer {name}")),
        Command::AddGroup { name, .. } => Words::once(format!("add group {name}")),
        Command::RemoveGroup(name) => Words::once(format!("remove group {name}")),
        Command::AddConsumer { group } => Words::once(format!("add a consumer to {group}")),
        Command::RemoveConsumer(name) => Words::once(format!("remove consumer {name}")),
        Command::Run
        | Command::Pause
        | Command::Step(_)
        | Command::SetSpeed(_)
        | Command::Start(_)
        | Command::Stop(_)
        | Command::Crash(_)
        | Command::Stall(_)
        | Command::Slow { .. }
        | Command::Open(_)
        | Command::Save(_)
        | Command::SaveRecording(_)
        | Command::Undo
        | Command::Redo => return None,
    })
}

fn producer_words(client: &str, change: &ProducerChange) -> Words {
    let (setting, value) = match change {
        ProducerChange::Rate(per_second) => {
            ("rate", Rate::from_per_second(*per_second).map_or_else(|| per_second.to_string(), |rate| rate.to_string()))
        }
        ProducerChange::Pattern(pattern) => ("pattern", words::pattern(pattern)),
        ProducerChange::Keys(keys) => ("keys", words::keys(keys)),
        ProducerChange::Size(size) => ("record size", format!("a mean of {}", ByteSize(size.mean()))),
        ProducerChange::Acks(acks) => ("acks", words::acks(*acks).to_owned()),
        ProducerChange::Idempotent(idempotent) => ("idempotence", on_or_off(*idempotent)),
        ProducerChange::Linger(linger) => ("linger", Span(*linger).to_string()),
        ProducerChange::BatchSize(bytes) => ("batch size", ByteSize(u64::from(*bytes)).to_string()),
        ProducerChange::Partitioner(partitioner) => ("partitioner", partitioner_words(*partitioner)),
        ProducerChange::Topic(topic) => ("topic", topic.clone()),
    };
    Words::setting(setting, client, &value)
}

fn consumer_words(client: &str, change: &ConsumerChange) -> Words {
    let (setting, value) = match change {
        ConsumerChange::Processing(processing) => ("processing", words::service_time(processing)),
        ConsumerChange::Batch(batch) => ("batch", batch_words(*batch)),
        ConsumerChange::Workers(workers) => ("workers", workers.to_string()),
        ConsumerChange::InstanceId(id) => ("instance id", id.clone().unwrap_or_else(|| "none".to_owned())),
    };
    Words::setting(setting, client, &value)
}

fn group_words(group: &str, change: &GroupChange) -> Words {
    let (setting, value) = match change {
        GroupChange::Topics(topics) => ("topics", topics.join(", ")),
        GroupChange::Assignor(assignor) => ("assignor", assignor.to_string()),
        GroupChange::SessionTimeout(timeout) => ("session timeout", Span(*timeout).to_string()),
        GroupChange::HeartbeatInterval(interval) => ("heartbeat interval", Span(*interval).to_string()),
        GroupChange::RebalanceTimeout(timeout) => ("rebalance timeout", Span(*timeout).to_string()),
        GroupChange::MaxPollInterval(interval) => ("max poll interval", Span(*interval).to_string()),
        GroupChange::Commit(commit) => ("commit policy", commit_words(*commit)),
        GroupChange::AutoOffsetReset(reset) => ("offset reset", reset_words(*reset).to_owned()),
        GroupChange::MaxPollRecords(records) => ("max poll records", records.to_string()),
        GroupChange::Processing(processing) => ("processing", words::service_time(processing)),
        GroupChange::Batch(batch) => ("batch", batch_words(*batch)),
        GroupChange::Workers(workers) => ("workers", workers.to_string()),
    };
    Words::setting(setting, group, &value)
}

fn experiment_words(change: &ExperimentChange) -> Words {
    let (setting, value) = match change {
        ExperimentChange::Title(title) => ("title", title.clone()),
        ExperimentChange::About(_) => ("description", "another text".to_owned()),
        ExperimentChange::Duration(None) => ("duration", "without end".to_owned()),
        ExperimentChange::Duration(Some(duration)) => ("duration", Span(*duration).to_string()),
        ExperimentChange::Seed(seed) => ("seed", seed.to_string()),
        ExperimentChange::Durability(durability) => ("durability", durability.name().to_owned()),
    };
    Words::setting(setting, "the experiment", &value)
}

fn on_or_off(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

fn batch_words(batch: BatchSpec) -> String {
    format!("{} records with an overhead of {}", batch.size, Span(batch.overhead))
}

fn commit_words(commit: CommitPolicy) -> String {
    match commit {
        CommitPolicy::Before => "before processing".to_owned(),
        CommitPolicy::After => "after processing".to_owned(),
        CommitPolicy::Auto { interval } => format!("every {}", Span(interval)),
    }
}

const fn reset_words(reset: OffsetReset) -> &'static str {
    match reset {
        OffsetReset::Earliest => "earliest",
        OffsetReset::Latest => "latest",
        OffsetReset::None => "none",
    }
}

fn partitioner_words(partitioner: PartitionerKind) -> String {
    match partitioner {
        PartitionerKind::Default => "default".to_owned(),
        PartitionerKind::Sticky => "sticky".to_owned(),
        PartitionerKind::RoundRobin => "roundrobin".to_owned(),
        PartitionerKind::Explicit(partition) => format!("partition {partition}"),
    }
}
