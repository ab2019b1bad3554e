//! Everything that can be asked of a running experiment, as values: they can be logged and replayed.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::forecast::WhatIf;
use super::settings::{Change, topic_words};
use super::wording::words_of;
use crate::model::durability::Durability;
use crate::model::units::Span;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, Scenario, TopicSpec};

/// A wish of whoever watches. Clients are named as in the outline, for example `web` or `billing-2`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets time pass.
    Run,
    /// Stops time; broker and clients stand still with it.
    Pause,
    /// Lets this much time pass and pauses.
    Step(Duration),
    /// Seconds of the experiment per real second, 0.01 to 100.
    SetSpeed(f64),
    /// Starts a client that was stopped or has crashed.
    Start(String),
    /// Ends a client in good order: it finishes what it has in hand, commits and leaves.
    Stop(String),
    /// Ends a client at once: no leave, no commit.
    Crash(String),
    /// Freezes a client, heartbeats too, until it is started again.
    Stall(String),
    /// Multiplies the processing time of a consumer; 1 is its own speed.
    Slow { client: String, factor: f64 },
    /// Records per second of a producer, over its pattern.
    SetRate { producer: String, per_second: f64 },
    /// Mean processing time per record of one consumer; the distribution stays.
    SetProcessing { consumer: String, mean: Duration },
    /// Changes one setting of a producer.
    SetProducer { producer: String, change: Change<ProducerSpec> },
    /// Changes one setting of a consumer.
    SetConsumer { consumer: String, change: Change<ConsumerSpec> },
    /// Changes one setting of a group.
    SetGroup { group: String, change: Change<GroupSpec> },
    /// Changes what all consumers of a group do with a record, and those that are added later.
    SetWork { group: String, change: Change<ConsumerSpec> },
    /// Changes one setting of the experiment itself.
    SetExperiment(ExperimentChange),
    /// Makes a topic.
    AddTopic(TopicSpec),
    /// Deletes a topic with all its records.
    DeleteTopic(String),
    /// Changes one setting of a topic, by Kafka's names for both.
    ConfigureTopic { topic: String, key: String, value: String },
    /// Adds this many partitions to a topic.
    AddPartitions { topic: String, count: u32 },
    /// Adds a producer, or several alike.
    AddProducer(Box<ProducerSpec>),
    /// Removes a producer for good.
    RemoveProducer(String),
    /// Adds a group with the consumers that it names.
    AddGroup(Box<GroupSpec>),
    /// Stops all consumers of a group in good order and forgets it. Its committed offsets stay with the broker.
    RemoveGroup(String),
    /// Adds and starts a consumer, like its group's template.
    AddConsumer { group: String },
    /// Adds and starts some like this one, named as the group's next.
    AddConsumers { group: String, count: u32, like: Box<ConsumerSpec> },
    /// Stops a consumer in good order and forgets it.
    RemoveConsumer(String),
    /// Ends the present experiment and starts the one in this file, or the built-in of this name.
    Open(Source),
    /// Ends the present experiment, be it that its broker has failed, and begins it again as it is now: with what was
    /// edited, and on what its store has kept.
    Reopen,
    /// Writes the experiment as it is now to a scenario file.
    Save(PathBuf),
    /// Writes the experiment as it began, with what was done by hand since as events.
    SaveRecording(PathBuf),
    /// Writes a report of everything so far into a directory, while the experiment goes on.
    Export(PathBuf),
    /// Simulates what becomes of a group, as it is and with a change.
    Forecast { group: String, what_if: WhatIf },
    /// Ends the simulation and forgets its answer.
    ClearForecast,
    /// Takes back the last edit. Faults, and running and pausing, are no edits.
    Undo,
    /// Makes the last edit again that was taken back.
    Redo,
}

/// A setting of the experiment itself with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum ExperimentChange {
    Title(String),
    /// Markdown.
    About(String),
    /// How long a run without a window lasts; `None` until it is stopped.
    Duration(Option<Duration>),
    /// Refused while it runs: everything random was drawn from the seed that it began with.
    Seed(u64),
    /// Refused while it runs: the store was opened with another.
    Durability(Durability),
}

/// Where a scenario comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Source {
    File(PathBuf),
    BuiltIn(String),
    /// Nothing at all: a broker without topics and clients, to be filled by hand.
    #[default]
    Empty,
    /// Made by the program, such as for a plan: there is no file to open again.
    Made(Arc<Scenario>),
}

impl Source {
    /// The file that it is.
    pub const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::BuiltIn(_) | Self::Empty | Self::Made(_) => None,
        }
    }
}

impl Command {
    /// What a hand moves with it, such as `rate of web`; empty where each is a deed of its own.
    pub fn thing(&self) -> String {
        if let Self::Slow { client, .. } = self {
            return format!("slow factor of {client}");
        }
        words_of(self).map(|words| words.thing).unwrap_or_default()
    }
}

/// What it changed in the experiment, in the words of an event of a timeline; nothing for what only
/// concerns the watching.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run
            | Self::Pause
            | Self::Step(_)
            | Self::SetSpeed(_)
            | Self::Open(_)
            | Self::Reopen
            | Self::Undo
            | Self::Redo
            | Self::Export(_)
            | Self::Forecast { .. }
            | Self::ClearForecast
            | Self::SaveRecording(_) => Ok(()),
            Self::Start(client) => write!(f, "{client} was started"),
            Self::Stop(client) => write!(f, "{client} was stopped"),
            Self::Crash(client) => write!(f, "{client} crashed"),
            Self::Stall(client) => write!(f, "{client} stalled"),
            Self::Slow { client, factor } => write!(f, "{client} takes {factor} times as long"),
            Self::SetRate { producer, per_second } => write!(f, "{producer} sends {per_second}/s"),
            Self::SetProcessing { consumer, mean } => write!(f, "{consumer} takes {} a record", Span(*mean)),
            Self::AddTopic(topic) => write!(f, "{} was made with {} partitions", topic.name, topic.partitions),
            Self::DeleteTopic(name) => write!(f, "{name} was deleted"),
            Self::AddPartitions { topic, count } => write!(f, "{count} more partitions in {topic}"),
            Self::AddProducer(producer) => write!(f, "{} sends to {}", producer.name, producer.topic),
            Self::SetProducer { .. }
            | Self::SetConsumer { .. }
            | Self::SetGroup { .. }
            | Self::SetWork { .. }
            | Self::SetExperiment(_)
            | Self::ConfigureTopic { .. } => words_of(self).map_or(Ok(()), |words| f.write_str(&words.text)),
            Self::RemoveProducer(name) | Self::RemoveConsumer(name) | Self::RemoveGroup(name) => {
                write!(f, "{name} was removed")
            }
            Self::AddGroup(group) => write!(f, "{} reads {}", group.name, topic_words(&group.topics)),
            Self::AddConsumer { group } => write!(f, "1 more in {group}"),
            Self::AddConsumers { group, count, .. } => write!(f, "{count} more in {group}"),
            // The others tell themselves what they did.
            Self::Save(file) => write!(f, "saved as {}", file.display()),
        }
    }
}
