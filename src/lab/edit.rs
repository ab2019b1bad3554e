//! Edits: everything that changes the experiment's description, as values that can be made, taken back and
//! recorded. Each is made as a whole or refused in words. What an edit was asked for is [`super::asked`]'.

use std::sync::Arc;
use std::time::Duration;

use crate::model::error::ErrorCode;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::scenario::{Action, ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

use super::apply::{Refusal, unknown};
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
        let (mut undo, mut events) = (Ok(Vec::new()), Some(Vec::new()));
        for edit in edits {
            match self.make(edit).await {
                Ok(made) => {
                    undo = undo.and_then(|mut all: Vec<Edit>| made.undo.map(|one| (all.push(one), all).1));
                    events = events.and_then(|mut all: Vec<Action>| made.events.map(|some| (all.extend(some), all).1));
                }
                Err(refusal) => {
                    for edit in undo.unwrap_or_default().into_iter().rev() {
                        self.make(edit).await?;
                    }
                    return Err(refusal);
                }
            }
        }
        let undo = undo.map(|edits| Edit::All(edits.into_iter().rev().collect()));
        Ok(Made { undo, events })
    }

    /// A group as a scenario would describe it now.
    pub(super) fn present_group(&self, name: &str) -> Result<GroupSpec, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        Ok(self.clients.groups[index].present())
    }

    async fn add_topic(&mut self, spec: TopicSpec) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("making the topic {}: {error}", spec.name);
        let name = spec.name.clone();
        self.broker.handle().create_topic(name.clone(), spec.partitions, spec.config).await.map_err(doing)?;
        self.scenario.topics.push(spec);
        Ok(Made::quietly(Edit::DeleteTopic(name.to_string())))
    }

    async fn delete_topic(&mut self, name: &str) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("deleting the topic {name}: {error}");
        let topic = TopicName::new(name).map_err(doing)?;
        self.broker.handle().delete_topic(topic.clone()).await.map_err(doing)?;
        self.clients.workload().ledger().topic_deleted(&topic);
        self.scenario.topics.retain(|spec| spec.name != topic);
        Ok(Made { undo: Err(format!("the records of {name} are gone")), events: None })
    }

    async fn set_topic_config(&mut self, name: &str, config: TopicConfig) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("configuring {name}: {error}");
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == name);
        let spec = known.ok_or_else(|| unknown("topic", name))?;
        self.broker.handle().configure_topic(spec.name.clone(), config).await.map_err(doing)?;
        let before = std::mem::replace(&mut spec.config, config);
        Ok(Made::quietly(Edit::SetTopicConfig { topic: name.to_owned(), config: before }))
    }

    async fn add_partitions(&mut self, topic: &str, count: u32) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("adding {count} partitions to {topic}: {error}");
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == topic);
        let spec = known.ok_or_else(|| unknown("topic", topic))?;
        let total = spec.partitions.saturating_add(count);
        self.broker.handle().add_partitions(spec.name.clone(), total).await.map_err(doing)?;
        spec.partitions = total;
        let undo = Err("partitions can't be taken away: their records would be lost".to_owned());
        Ok(Made { undo, events: Some(vec![Action::AddPartitions { topic: spec.name.clone(), count }]) })
    }

    fn add_producer(&mut self, client: String, spec: ProducerSpec) -> Result<Made, Refusal> {
        self.check_new_name(&client)?;
        self.clients.start_producer(client.clone(), Arc::new(spec));
        Ok(Made::quietly(Edit::RemoveProducer(client)))
    }

    fn remove_producer(&mut self, client: &str) -> Result<Made, Refusal> {
        let producer = self.clients.producer_mut(client).ok_or_else(|| unknown("producer", client))?;
        producer.leaving = true;
        producer.handle.stop();
        let spec = Box::new(ProducerSpec::clone(&producer.spec));
        let undo = Edit::AddProducer { client: client.to_owned(), spec };
        Ok(Made::as_event(undo, Action::Stop { client: client.to_owned() }))
    }

    fn put_producer(&mut self, client: String, spec: ProducerSpec) -> Result<Made, Refusal> {
        let producer = self.clients.producer_mut(&client).ok_or_else(|| unknown("producer", &client))?;
        let rate = spec.rate;
        let is_rate_alone = spec == ProducerSpec { rate, ..ProducerSpec::clone(&producer.spec) };
        let events = is_rate_alone.then(|| vec![Action::SetRate { client: client.clone(), rate }]);
        let before = std::mem::replace(&mut producer.spec, Arc::new(spec));
        if before.pattern != producer.spec.pattern {
            producer.pattern_since = self.clock.now();
        }
        producer.handle.set_spec(Arc::clone(&producer.spec));
        let spec = Box::new(ProducerSpec::clone(&before));
        Ok(Made { undo: Ok(Edit::SetProducer { client, spec }), events })
    }

    fn add_group(&mut self, spec: GroupSpec) -> Result<Made, Refusal> {
        self.check_new_name(&spec.name)?;
        let name = spec.name.clone();
        self.clients.add_group(spec);
        Ok(Made::quietly(Edit::RemoveGroup(name)))
    }

    fn remove_group(&mut self, name: &str) -> Result<Made, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        let group = &mut self.clients.groups[index];
        let undo = Edit::AddGroup(Box::new(group.present()));
        group.leaving = true;
        for consumer in &mut group.consumers {
            consumer.leaving = true;
            consumer.handle.stop();
        }
        Ok(Made::quietly(undo))
    }

    fn add_consumer(&mut self, name: &str, spec: Option<ConsumerSpec>) -> Result<Made, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        if self.clients.groups[index].leaving {
            return Err(format!("adding a consumer to {name}: the group is being removed"));
        }
        let group = name.to_owned();
        if let Some(spec) = spec.as_ref().filter(|spec| !spec.name.is_empty()) {
            self.check_new_name(&spec.name)?;
            let name = spec.name.clone();
            self.clients.add_consumer_like(index, spec.clone());
            return Ok(Made::quietly(Edit::RemoveConsumer(name)));
        }
        if let Some(spec) = spec {
            return Ok(Made::quietly(Edit::RemoveConsumer(self.clients.add_consumer(index, spec))));
        }
        let template = self.clients.groups[index].spec.template.clone();
        let name = self.clients.add_consumer(index, template);
        Ok(Made::as_event(Edit::RemoveConsumer(name), Action::AddConsumer { group, count: 1 }))
    }

    pub(super) fn remove_consumer(&mut self, name: &str) -> Result<Made, Refusal> {
        let (index, at) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let group = &mut self.clients.groups[index];
        let is_last = group.consumers.iter().rfind(|consumer| !consumer.leaving).is_some_and(|last| last.name == name);
        let consumer = &mut group.consumers[at];
        consumer.leaving = true;
        consumer.handle.stop();
        let (spec, group) = (ConsumerSpec::clone(&consumer.spec), group.spec.name.clone());
        let event = if is_last {
            Action::RemoveConsumer { group: group.clone(), count: 1 }
        } else {
            Action::Stop { client: name.to_owned() }
        };
        Ok(Made::as_event(Edit::AddConsumer { group, spec: Some(Box::new(spec)) }, event))
    }

    fn put_group(&mut self, spec: GroupSpec) -> Result<Made, Refusal> {
        let index = self.clients.group_index(&spec.name).ok_or_else(|| unknown("group", &spec.name))?;
        let before = self.clients.groups[index].present();
        let restarting = self.clients.groups[index].restarting(&spec)?;
        let events = only_processing(&before, &spec);
        self.clients.groups[index].follow(spec, &restarting);
        if !restarting.is_empty() {
            let text = format!("{} restarted in good order to take the new setting", restarting.join(", "));
            self.tell(text);
        }
        Ok(Made { undo: Ok(Edit::SetGroup(Box::new(before))), events })
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

    /// Clients and groups share one name space, as in a scenario file.
    fn check_new_name(&self, name: &str) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err("adding a client without a name: give it one".to_owned());
        }
        if self.clients.is_leaving(name) {
            return Err(format!("adding {name}: the one of that name is still leaving, try again in a moment"));
        }
        let is_taken = self.clients.client(name).is_some() || self.clients.group_index(name).is_some();
        if is_taken { Err(format!("adding {name}: that name is taken, choose another")) } else { Ok(()) }
    }
}

/// The changes as events, if consumers' processing is all that changes.
fn only_processing(before: &GroupSpec, after: &GroupSpec) -> Option<Vec<Action>> {
    let mut rest = after.clone();
    let mut events = Vec::new();
    rest.template.processing = before.template.processing.clone();
    for (new, old) in rest.consumers.iter_mut().zip(&before.consumers) {
        if new.processing != old.processing {
            let processing = std::mem::replace(&mut new.processing, old.processing.clone());
            events.push(Action::SetProcessing { client: new.name.clone(), processing });
        }
    }
    (rest == *before).then_some(events)
}
