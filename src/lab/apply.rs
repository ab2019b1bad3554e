//! Carries out what was asked of a running experiment, by hand or by its timeline. Each request either
//! takes effect or says in words why it can't; none is half done.

use std::sync::Arc;
use std::time::Duration;

use crate::model::error::ErrorCode;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::model::units::Rate;
use crate::scenario::{Action, GroupSpec, ProducerSpec, ServiceTime, TopicSpec};

use super::command::Command;
use super::experiment::Experiment;

/// Why something that was asked for was not done, with what to do.
pub type Refusal = String;

impl Experiment {
    /// Carries out a command, other than those that end the experiment or need its surroundings.
    pub(super) async fn apply(&mut self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Run => self.clock.resume(),
            Command::Pause => self.clock.pause(),
            Command::Step(span) => self.clock.step(span),
            Command::SetSpeed(speed) => self.clock.set_speed(speed),
            Command::Start(client) => self.control(&client)?.start(),
            Command::Stop(client) => self.control(&client)?.stop(),
            Command::Crash(client) => self.control(&client)?.crash(),
            Command::Stall(client) => self.control(&client)?.stall(),
            Command::Slow { client, factor } => self.slow(&client, factor)?,
            Command::SetRate { producer, per_second } => self.set_rate(&producer, per_second)?,
            Command::SetProcessing { consumer, mean } => self.set_processing_mean(&consumer, mean)?,
            Command::AddTopic { name, partitions } => self.add_topic(&name, partitions).await?,
            Command::DeleteTopic(name) => self.delete_topic(&name).await?,
            Command::AddPartitions { topic, count } => self.add_partitions(&topic, count).await?,
            Command::AddProducer { name, topic, per_second } => self.add_producer(&name, &topic, per_second)?,
            Command::RemoveProducer(name) => self.remove_producer(&name)?,
            Command::AddGroup { name, topics, assignor } => self.add_group(&name, &topics, assignor)?,
            Command::AddConsumer { group } => self.add_consumers(&group, 1)?,
            Command::RemoveConsumer(name) => self.remove_consumer(&name)?,
            Command::Save(file) => self.save(&file)?,
            Command::SetProducer { producer, change } => self.set_producer(&producer, change)?,
            Command::SetConsumer { consumer, change } => self.set_consumer(&consumer, change)?,
            Command::SetGroup { group, change } => self.set_group(&group, change)?,
            Command::SetExperiment(change) => self.set_experiment(change)?,
            Command::ConfigureTopic { topic, key, value } => self.configure_topic(&topic, &key, &value).await?,
            Command::RemoveGroup(name) => self.remove_group(&name)?,
            Command::Undo | Command::Redo => return Err("there is nothing to take back".to_owned()),
            Command::SaveRecording(_) => return Err("nothing was recorded".to_owned()),
            Command::Open(_) => return Err("opening a scenario ends this one first".to_owned()),
        }
        Ok(())
    }

    /// Carries out an event of the timeline.
    pub(super) async fn act(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::Crash { client } => self.control(&client)?.crash(),
            Action::Stop { client } => self.control(&client)?.stop(),
            Action::Start { client } => self.control(&client)?.start(),
            Action::Stall { client, length } => self.stall(&client, length)?,
            Action::Slow { client, factor } => self.slow(&client, factor)?,
            Action::AddConsumer { group, count } => self.add_consumers(&group, count)?,
            Action::RemoveConsumer { group, count } => self.remove_last_consumers(&group, count)?,
            Action::AddPartitions { topic, count } => self.add_partitions(&topic, count).await?,
            Action::SetRate { client, rate } => self.set_rate(&client, rate.per_second())?,
            Action::SetProcessing { client, processing } => self.set_processing(&client, processing)?,
        }
        Ok(())
    }

    pub(super) fn control(&self, client: &str) -> Result<&crate::workload::faults::ClientHandle, Refusal> {
        self.clients.client(client).ok_or_else(|| unknown("client", client))
    }

    fn stall(&self, client: &str, length: Option<Duration>) -> Result<(), Refusal> {
        let handle = self.control(client)?.clone();
        handle.stall();
        if let Some(length) = length {
            let clock = self.clock.clone();
            self.clock.spawn(async move {
                clock.sleep(length).await;
                handle.start();
            });
        }
        Ok(())
    }

    fn slow(&self, client: &str, factor: f64) -> Result<(), Refusal> {
        if !(factor.is_finite() && factor > 0.0) {
            return Err(format!("slowing {client} by {factor}: the factor must be more than 0"));
        }
        self.clients.consumer(client).ok_or_else(|| unknown("consumer", client))?.handle.slow(factor);
        Ok(())
    }

    pub(super) fn set_rate(&mut self, name: &str, per_second: f64) -> Result<(), Refusal> {
        let rate = Rate::from_per_second(per_second)
            .ok_or_else(|| format!("setting the rate of {name} to {per_second}/s: it must be 0 or more"))?;
        let producer = self.clients.producer_mut(name).ok_or_else(|| unknown("producer", name))?;
        Arc::make_mut(&mut producer.spec).rate = rate;
        producer.handle.set_rate(per_second);
        self.edited = true;
        Ok(())
    }

    fn set_processing_mean(&mut self, name: &str, mean: Duration) -> Result<(), Refusal> {
        let (group, at) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let consumer = &mut self.clients.groups[group].consumers[at];
        let processing = consumer.spec.processing.with_mean(mean);
        Arc::make_mut(&mut consumer.spec).processing = processing;
        consumer.handle.set_processing(consumer.spec.processing.clone());
        self.edited = true;
        Ok(())
    }

    pub(super) fn set_processing(&mut self, name: &str, processing: ServiceTime) -> Result<(), Refusal> {
        let (group, at) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let consumer = &mut self.clients.groups[group].consumers[at];
        Arc::make_mut(&mut consumer.spec).processing = processing.clone();
        consumer.handle.set_processing(processing);
        Ok(())
    }

    async fn add_topic(&mut self, name: &str, partitions: u32) -> Result<(), Refusal> {
        let doing = |error: ErrorCode| format!("making the topic {name}: {error}");
        let topic = TopicName::new(name).map_err(doing)?;
        let config = TopicConfig::default();
        self.broker.handle().create_topic(topic.clone(), partitions, config).await.map_err(doing)?;
        self.scenario.topics.push(TopicSpec { name: topic, partitions, config });
        self.edited = true;
        Ok(())
    }

    async fn delete_topic(&mut self, name: &str) -> Result<(), Refusal> {
        let doing = |error: ErrorCode| format!("deleting the topic {name}: {error}");
        let topic = TopicName::new(name).map_err(doing)?;
        self.broker.handle().delete_topic(topic.clone()).await.map_err(doing)?;
        self.clients.workload().ledger().topic_deleted(&topic);
        self.scenario.topics.retain(|spec| spec.name != topic);
        self.edited = true;
        Ok(())
    }

    async fn add_partitions(&mut self, topic: &str, count: u32) -> Result<(), Refusal> {
        let doing = |error: ErrorCode| format!("adding {count} partitions to {topic}: {error}");
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == topic);
        let spec = known.ok_or_else(|| unknown("topic", topic))?;
        let total = spec.partitions.saturating_add(count);
        self.broker.handle().add_partitions(spec.name.clone(), total).await.map_err(doing)?;
        spec.partitions = total;
        self.edited = true;
        Ok(())
    }

    fn add_producer(&mut self, name: &str, topic: &str, per_second: f64) -> Result<(), Refusal> {
        self.check_new_name(name)?;
        let known = self.scenario.topic(topic).ok_or_else(|| unknown("topic", topic))?;
        let rate = Rate::from_per_second(per_second)
            .ok_or_else(|| format!("adding the producer {name} at {per_second}/s: the rate must be 0 or more"))?;
        let spec = ProducerSpec::new(name, known.name.clone(), rate);
        self.clients.add_producer(&spec);
        self.edited = true;
        Ok(())
    }

    fn remove_producer(&mut self, name: &str) -> Result<(), Refusal> {
        let producer = self.clients.producer_mut(name).ok_or_else(|| unknown("producer", name))?;
        producer.leaving = true;
        producer.handle.stop();
        self.edited = true;
        Ok(())
    }

    fn add_group(&mut self, name: &str, topics: &[String], assignor: Assignor) -> Result<(), Refusal> {
        self.check_new_name(name)?;
        let known = |topic: &String| {
            self.scenario.topic(topic).map(|spec| spec.name.clone()).ok_or_else(|| unknown("topic", topic))
        };
        let topics = topics.iter().map(known).collect::<Result<Vec<_>, _>>()?;
        if topics.is_empty() {
            return Err(format!("adding the group {name}: it needs at least one topic to read"));
        }
        self.clients.add_group(GroupSpec::new(name, topics, assignor));
        self.edited = true;
        Ok(())
    }

    fn add_consumers(&mut self, group: &str, count: u32) -> Result<(), Refusal> {
        let index = self.clients.group_index(group).ok_or_else(|| unknown("group", group))?;
        for _ in 0..count {
            self.clients.add_consumer(index);
        }
        self.edited = true;
        Ok(())
    }

    fn remove_consumer(&mut self, name: &str) -> Result<(), Refusal> {
        let (group, at) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let consumer = &mut self.clients.groups[group].consumers[at];
        consumer.leaving = true;
        consumer.handle.stop();
        self.edited = true;
        Ok(())
    }

    fn remove_last_consumers(&mut self, group: &str, count: u32) -> Result<(), Refusal> {
        let index = self.clients.group_index(group).ok_or_else(|| unknown("group", group))?;
        let staying = self.clients.groups[index].consumers.iter().rev().filter(|consumer| !consumer.leaving);
        let last = staying.take(usize::try_from(count).unwrap_or(usize::MAX)).map(|consumer| consumer.name.clone());
        for name in last.collect::<Vec<_>>() {
            self.remove_consumer(&name)?;
        }
        Ok(())
    }

    /// Clients and groups share one name space, as in a scenario file.
    fn check_new_name(&self, name: &str) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err("adding a client without a name: give it one".to_owned());
        }
        let is_taken = self.clients.client(name).is_some() || self.clients.group_index(name).is_some();
        if is_taken { Err(format!("adding {name}: that name is taken, choose another")) } else { Ok(()) }
    }
}

pub(super) fn unknown(kind: &str, name: &str) -> Refusal {
    format!("there is no {kind} \"{name}\" any more")
}
