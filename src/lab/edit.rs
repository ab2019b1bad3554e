//! Edits: everything that changes the experiment's description, as values that can be made, taken back and
//! recorded. Each is made as a whole or refused in words. What an edit was asked for is [`super::asked`]'.

mod clients;
mod topics;

use std::time::Duration;

use crate::model::topic_config::TopicConfig;
use crate::scenario::{Action, ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

use super::apply::Refusal;
use super::experiment::Experiment;

/// A change of the description.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    AddTopic(TopicSpec),
    DeleteTopic(String),
    SetTopicConfig {
        topic: String,
        config: TopicConfig,
    },
    AddPartitions {
        topic: String,
        count: u32,
    },
    /// One client of a producer's description.
    AddProducer {
        client: String,
        spec: Box<ProducerSpec>,
    },
    RemoveProducer(String),
    SetProducer {
        client: String,
        spec: Box<ProducerSpec>,
    },
    /// With the consumers that it names.
    AddGroup(Box<GroupSpec>),
    RemoveGroup(String),
    /// The group as a whole; of its consumers those that are still there.
    SetGroup(Box<GroupSpec>),
    /// Like the template, unless it says otherwise; named as the group's next where it has no name.
    AddConsumer {
        group: String,
        spec: Option<Box<ConsumerSpec>>,
    },
    RemoveConsumer(String),
    Describe(Description),
    /// One after the other, as one.
    All(Vec<Edit>),
}

/// What is said about the experiment as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    pub title: String,
    pub about: String,
    pub duration: Option<Duration>,
}

/// An edit that was made.
#[derive(Debug)]
pub struct Made {
    /// The edit that takes it back, or why none can.
    pub undo: Result<Edit, String>,
    /// The same as events of a scenario; `None` where events can't say it.
    pub events: Option<Vec<Action>>,
}

impl Made {
    /// Can be taken back; events can't say it.
    fn quietly(undo: Edit) -> Self {
        Self { undo: Ok(undo), events: None }
    }

    fn as_event(undo: Edit, event: Action) -> Self {
        Self { undo: Ok(undo), events: Some(vec![event]) }
    }

    /// Several as one, to be taken back from the last to the first.
    fn all(made: Vec<Self>) -> Self {
        let (undo, events): (Vec<_>, Vec<_>) = made.into_iter().map(|one| (one.undo, one.events)).unzip();
        let undo: Result<Vec<Edit>, String> = undo.into_iter().collect();
        let events: Option<Vec<Vec<Action>>> = events.into_iter().collect();
        Self {
            undo: undo.map(|edits| Edit::All(edits.into_iter().rev().collect())),
            events: events.map(|events| events.into_iter().flatten().collect()),
        }
    }
}

impl Experiment {
    /// Makes an edit.
    pub(super) async fn make(&mut self, edit: Edit) -> Result<Made, Refusal> {
        match edit {
            Edit::AddTopic(spec) => self.add_topic(spec).await,
            Edit::DeleteTopic(name) => self.delete_topic(&name).await,
            Edit::SetTopicConfig { topic, config } => self.set_topic_config(&topic, config).await,
            Edit::AddPartitions { topic, count } => self.add_partitions(&topic, count).await,
            Edit::AddProducer { client, spec } => self.add_producer(client, *spec),
            Edit::RemoveProducer(client) => self.remove_producer(&client),
            Edit::SetProducer { client, spec } => self.put_producer(client, *spec),
            Edit::AddGroup(spec) => self.add_group(*spec),
            Edit::RemoveGroup(name) => self.remove_group(&name),
            Edit::SetGroup(spec) => self.put_group(*spec),
            Edit::AddConsumer { group, spec } => self.add_consumer(&group, spec.map(|spec| *spec)),
            Edit::RemoveConsumer(name) => self.remove_consumer(&name),
            Edit::Describe(description) => Ok(self.describe(description)),
            Edit::All(edits) => Box::pin(self.make_all(edits)).await,
        }
    }

    /// When one is refused, those before it are taken back.
    async fn make_all(&mut self, edits: Vec<Edit>) -> Result<Made, Refusal> {
        let mut made = Vec::new();
        for edit in edits {
            match self.make(edit).await {
                Ok(one) => made.push(one),
                Err(refusal) => {
                    if let Ok(undo) = Made::all(made).undo {
                        self.make(undo).await?;
                    }
                    return Err(refusal);
                }
            }
        }
        Ok(Made::all(made))
    }

    fn describe(&mut self, new: Description) -> Made {
        let before = self.description();
        (self.scenario.title, self.scenario.about, self.scenario.duration) = (new.title, new.about, new.duration);
        Made { undo: Ok(Edit::Describe(before)), events: Some(Vec::new()) }
    }

    pub(super) fn description(&self) -> Description {
        let scenario = &self.scenario;
        Description { title: scenario.title.clone(), about: scenario.about.clone(), duration: scenario.duration }
    }
}
