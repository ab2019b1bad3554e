//! Carries out what was asked of a running experiment, by hand or by its timeline. Each request either
//! takes effect or says in words why it can't; none is half done.

use std::time::Duration;

use crate::model::topic::TopicName;
use crate::scenario::{Action, ProducerSpec, ServiceTime};
use crate::workload::client::ClientHandle;

use super::asked::Plan;
use super::command::Command;
use super::edit::Edit;
use super::experiment::Experiment;
use super::undo::Entry;

/// Why something that was asked for was not done, with what to do.
pub type Refusal = String;

impl Experiment {
    /// Carries out a command, other than those that end the experiment or need its surroundings.
    pub(super) async fn apply(&mut self, command: Command) -> Result<(), Refusal> {
        if let Some(plan) = self.plan(command.clone())? {
            return self.edit(plan).await;
        }
        match command {
            Command::Run => self.clock.resume(),
            Command::Pause => self.clock.pause(),
            Command::Step(span) => self.clock.step(span),
            Command::SetSpeed(speed) => self.clock.set_speed(speed),
            Command::Start(client) => self.by_hand(Action::Start { client }).await?,
            Command::Stop(client) => self.by_hand(Action::Stop { client }).await?,
            Command::Crash(client) => self.by_hand(Action::Crash { client }).await?,
            Command::Stall(client) => self.by_hand(Action::Stall { client, length: None }).await?,
            Command::Slow { client, factor } => self.by_hand(Action::Slow { client, factor }).await?,
            Command::Save(file) => self.save(&file)?,
            Command::SaveRecording(file) => self.save_recording(&file)?,
            Command::Export(directory) => self.export(&directory).await?,
            Command::Forecast { group, what_if } => self.forecast(group, what_if).await?,
            Command::ClearForecast => self.forecasts.clear(),
            Command::Undo => self.undo().await?,
            Command::Redo => self.redo().await?,
            Command::Open(_) | Command::Reopen => return Err("opening a scenario ends this one first".to_owned()),
            Command::SetRate { .. }
            | Command::SetProcessing { .. }
            | Command::SetProducer { .. }
            | Command::SetConsumer { .. }
            | Command::SetGroup { .. }
            | Command::SetWork { .. }
            | Command::SetExperiment(_)
            | Command::AddTopic(_)
            | Command::DeleteTopic(_)
            | Command::ConfigureTopic { .. }
            | Command::AddPartitions { .. }
            | Command::AddProducer(_)
            | Command::RemoveProducer(_)
            | Command::AddGroup(_)
            | Command::RemoveGroup(_)
            | Command::AddConsumer { .. }
            | Command::AddConsumers { .. }
            | Command::RemoveConsumer(_) => {}
        }
        Ok(())
    }

    /// Carries out an event of the timeline.
    pub(super) async fn act(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::Crash { client } => self.control(&client)?.crash(),
            Action::Stop { client } => self.control(&client)?.stop(),
            Action::Start { client } => self.start_client(&client)?,
            Action::Stall { client, length } => self.stall(&client, length)?,
            Action::Slow { client, factor } => self.slow(&client, factor)?,
            Action::AddConsumer { group, count } => {
                for _ in 0..count {
                    self.make(Edit::AddConsumer { group: group.clone(), spec: None }).await?;
                }
            }
            Action::RemoveConsumer { group, count } => self.remove_last_consumers(&group, count)?,
            Action::AddPartitions { topic, count } => self.add_partitions_by_event(&topic, count).await?,
            Action::SetRate { client, rate } => {
                let known = self.clients.producer(&client).ok_or_else(|| unknown("producer", &client))?;
                let spec = Box::new(ProducerSpec { rate, ..ProducerSpec::clone(&known.spec) });
                self.make(Edit::SetProducer { client, spec }).await?;
            }
            Action::SetProcessing { client, processing } => self.set_processing(&client, &processing).await?,
        }
        Ok(())
    }

    /// Makes an edit by hand, so that it can be taken back.
    async fn edit(&mut self, Plan { edit, words }: Plan) -> Result<(), Refusal> {
        let made = self.make(edit.clone()).await?;
        self.edited = true;
        self.recording.note(self.elapsed(), words.text.clone(), made.events);
        let entry = Entry { words, at: self.clock.now(), undo: made.undo, redo: edit };
        self.undo.note(entry, self.speed());
        Ok(())
    }

    async fn by_hand(&mut self, action: Action) -> Result<(), Refusal> {
        self.act(action.clone()).await?;
        self.recording.note(self.elapsed(), action.to_string(), Some(vec![action]));
        Ok(())
    }

    async fn undo(&mut self) -> Result<(), Refusal> {
        let entry = self.undo.pop_undo().ok_or_else(|| "there is nothing to undo".to_owned())?;
        let text = entry.words.text.clone();
        let refused =
            |reason: Refusal| format!("\"{text}\" can't be undone: {reason}; the next undo goes on before it");
        let edit = entry.undo.clone().map_err(refused)?;
        self.check_undo(&edit).await.map_err(refused)?;
        let made = self.make(edit).await.map_err(refused)?;
        self.edited = true;
        self.recording.note(self.elapsed(), format!("undid \"{text}\""), made.events);
        self.tell(format!("undone: {text}"));
        // To make it again is to take the taking back back: of what has a new name now, that is not the same.
        let redo = made.undo.unwrap_or_else(|_| entry.redo.clone());
        self.undo.took_back(Entry { redo, ..entry });
        Ok(())
    }

    async fn redo(&mut self) -> Result<(), Refusal> {
        let entry = self.undo.pop_redo().ok_or_else(|| "there is nothing to redo".to_owned())?;
        let text = entry.words.text.clone();
        let made = self.make(entry.redo.clone()).await;
        let made = made.map_err(|reason| format!("\"{text}\" can't be done again: {reason}"))?;
        self.edited = true;
        self.recording.note(self.elapsed(), format!("did \"{text}\" again"), made.events);
        self.tell(format!("done again: {text}"));
        self.undo.made_again(entry, made.undo);
        Ok(())
    }

    /// Taking back that a topic was added must not cost records.
    async fn check_undo(&self, edit: &Edit) -> Result<(), Refusal> {
        let Edit::DeleteTopic(name) = edit else { return Ok(()) };
        let view = self.broker.handle().view().await.map_err(|error| error.to_string())?;
        let topic = view.topics.iter().find(|topic| *topic.name == **name);
        let records: u64 = topic.map_or(0, |topic| topic.partitions.iter().map(|partition| partition.records_in).sum());
        if records == 0 { Ok(()) } else { Err(format!("{name} has taken {records} records; delete it if they may go")) }
    }

    fn start_client(&mut self, client: &str) -> Result<(), Refusal> {
        let handle = self.control(client)?;
        let begins_anew = handle.status().is_over();
        handle.start();
        let now = self.clock.now();
        if let Some(producer) = self.clients.producer_mut(client).filter(|_| begins_anew) {
            producer.pattern_since = now;
        }
        Ok(())
    }

    fn control(&self, client: &str) -> Result<&ClientHandle, Refusal> {
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

    async fn set_processing(&mut self, name: &str, processing: &ServiceTime) -> Result<(), Refusal> {
        let (index, _) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let mut group = self.clients.groups[index].present();
        for consumer in group.consumers.iter_mut().filter(|consumer| consumer.name == name) {
            consumer.processing.clone_from(processing);
        }
        self.make(Edit::SetGroup(Box::new(group))).await.map(drop)
    }

    async fn add_partitions_by_event(&mut self, topic: &TopicName, count: u32) -> Result<(), Refusal> {
        self.make(Edit::AddPartitions { topic: topic.to_string(), count }).await.map(drop)
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
}

pub(super) fn unknown(kind: &str, name: &str) -> Refusal {
    format!("there is no {kind} \"{name}\" any more")
}
