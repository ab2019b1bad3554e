//! From what was asked to the edit that does it. A value is held to the same rules as in a scenario file,
//! by the same code; what can't be changed while the experiment runs is refused with the reason.

use crate::model::topic::TopicName;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

use super::apply::{Refusal, unknown};
use super::command::{Command, ExperimentChange};
use super::edit::Edit;
use super::experiment::Experiment;
use super::settings::rules::{self, Objection};
use super::settings::{Change, Value, consumer, producer};
use super::wording::{Words, words_of};

/// What was asked, ready to be made.
#[derive(Debug)]
pub struct Plan {
    pub edit: Edit,
    pub words: Words,
}

impl Experiment {
    /// The edit that a command asks for; `None` for a command that is none.
    pub(super) fn plan(&self, command: Command) -> Result<Option<Plan>, Refusal> {
        let Some(words) = words_of(&command) else { return Ok(None) };
        Ok(self.edit_of(command)?.map(|edit| Plan { edit, words }))
    }

    fn edit_of(&self, command: Command) -> Result<Option<Edit>, Refusal> {
        let edit = match command {
            Command::SetRate { producer, per_second } => {
                self.producer_edit(producer, &producer::RATE.to(Value::Number(per_second)))?
            }
            Command::SetProducer { producer, change } => self.producer_edit(producer, &change)?,
            Command::SetProcessing { consumer, mean } => {
                self.consumer_edit(&consumer, &consumer::PROCESSING_TIME.to(Value::Span(mean)))?
            }
            Command::SetConsumer { consumer, change } => self.consumer_edit(&consumer, &change)?,
            Command::SetGroup { group, change } => self.group_edit(&group, |spec| change.put(spec))?,
            Command::SetWork { group, change } => self.group_edit(&group, |spec| work(spec, &change))?,
            Command::SetExperiment(change) => self.description_edit(change)?,
            Command::AddTopic(topic) => {
                first(rules::of_topic(&topic)).map_err(|it| format!("making the topic {}: {it}", topic.name))?;
                Edit::AddTopic(topic)
            }
            Command::DeleteTopic(name) => Edit::DeleteTopic(name),
            Command::ConfigureTopic { topic, key, value } => {
                let mut config = self.known_topic(&topic)?.config;
                config.set(&key, &value).map_err(|error| format!("configuring {topic}: {error}"))?;
                Edit::SetTopicConfig { topic, config }
            }
            Command::AddPartitions { topic, count } => Edit::AddPartitions { topic, count },
            Command::AddProducer(spec) => self.new_producers(&spec)?,
            Command::RemoveProducer(name) => Edit::RemoveProducer(name),
            Command::AddGroup(spec) => {
                self.check_topics(&spec.topics)?;
                let wrong = first(rules::of_group(&spec, &self.scenario.topics));
                wrong.map_err(|it| format!("adding the group {}: {it}", spec.name))?;
                Edit::AddGroup(spec)
            }
            Command::RemoveGroup(name) => Edit::RemoveGroup(name),
            Command::AddConsumer { group } => Edit::AddConsumer { group, spec: None },
            Command::AddConsumers { group, count, like } => self.new_consumers(&group, count, *like)?,
            Command::RemoveConsumer(name) => Edit::RemoveConsumer(name),
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
            | Command::Reopen
            | Command::Save(_)
            | Command::Export(_)
            | Command::SaveRecording(_)
            | Command::Forecast { .. }
            | Command::ClearForecast
            | Command::Undo
            | Command::Redo => return Ok(None),
        };
        Ok(Some(edit))
    }

    fn producer_edit(&self, client: String, change: &Change<ProducerSpec>) -> Result<Edit, Refusal> {
        let known = self.clients.producer(&client).ok_or_else(|| unknown("producer", &client))?;
        let mut spec = Box::new(ProducerSpec::clone(&known.spec));
        put(change, &mut spec, &client)?;
        // Known to be right without asking the file's rules: a hand on a slider asks often.
        if change.setting.key != producer::RATE.key {
            let alone = ProducerSpec { count: 1, ..ProducerSpec::clone(&spec) };
            let wrong = first(rules::of_producer(&alone, &self.scenario.topics));
            wrong.map_err(|problem| format!("changing {client}: {problem}"))?;
        }
        Ok(Edit::SetProducer { client, spec })
    }

    fn consumer_edit(&self, name: &str, change: &Change<ConsumerSpec>) -> Result<Edit, Refusal> {
        let (index, _) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let mut group = self.clients.groups[index].present();
        let spec = group.consumers.iter_mut().find(|consumer| consumer.name == name);
        put(change, spec.ok_or_else(|| format!("changing {name}: it is leaving"))?, name)?;
        self.check_group(&group).map_err(|problem| format!("changing {name}: {problem}"))?;
        Ok(Edit::SetGroup(Box::new(group)))
    }

    fn group_edit(
        &self,
        name: &str,
        change: impl FnOnce(&mut GroupSpec) -> Result<(), String>,
    ) -> Result<Edit, Refusal> {
        let before = self.present_group(name)?;
        let mut group = before.clone();
        change(&mut group).map_err(|problem| format!("changing {name}: {problem}"))?;
        if group.topics != before.topics {
            self.check_topics(&group.topics)?;
        }
        self.check_group(&group).map_err(|problem| format!("changing {name}: {problem}"))?;
        Ok(Edit::SetGroup(Box::new(group)))
    }

    fn description_edit(&self, change: ExperimentChange) -> Result<Edit, Refusal> {
        let mut description = self.description();
        match change {
            ExperimentChange::Title(title) => description.title = title,
            ExperimentChange::About(about) => description.about = about,
            ExperimentChange::Duration(duration) => description.duration = duration,
            ExperimentChange::Seed(_) => {
                return Err("everything random was drawn from the seed that it began with: save the experiment, \
                            change the seed in the file and open it again"
                    .to_owned());
            }
            ExperimentChange::Durability(_) => {
                return Err("the store was opened with its durability: save the experiment, change it in the file \
                            and open it again"
                    .to_owned());
            }
        }
        Ok(Edit::Describe(description))
    }

    fn new_producers(&self, spec: &ProducerSpec) -> Result<Edit, Refusal> {
        self.known_topic(&spec.topic)?;
        let wrong = first(rules::of_producer(spec, &self.scenario.topics));
        wrong.map_err(|problem| format!("adding the producer {}: {problem}", spec.name))?;
        let add = |client| Edit::AddProducer { client, spec: Box::new(spec.clone()) };
        Ok(one_or_all(spec.client_names().map(add).collect()))
    }

    fn new_consumers(&self, group: &str, count: u32, like: ConsumerSpec) -> Result<Edit, Refusal> {
        let mut present = self.present_group(group)?;
        let name = present.consumer_name(present.first_added_number());
        present.consumers.push(ConsumerSpec { name, ..like.clone() });
        self.check_group(&present).map_err(|problem| format!("adding consumers to {group}: {problem}"))?;
        if like.instance_id.is_some() && count != 1 {
            return Err(format!("adding consumers to {group}: no two of them can have one instance id"));
        }
        let like = ConsumerSpec { name: String::new(), ..like };
        let add = |_| Edit::AddConsumer { group: group.to_owned(), spec: Some(Box::new(like.clone())) };
        Ok(one_or_all((0..count).map(add).collect()))
    }

    fn check_topics(&self, topics: &[TopicName]) -> Result<(), Refusal> {
        topics.iter().try_for_each(|topic| self.known_topic(topic).map(drop))
    }

    fn known_topic(&self, name: &str) -> Result<&TopicSpec, Refusal> {
        self.scenario.topic(name).ok_or_else(|| unknown("topic", name))
    }

    fn check_group(&self, spec: &GroupSpec) -> Result<(), String> {
        first(rules::of_group(spec, &self.scenario.topics))
    }
}

/// Puts a value into the description of something that runs.
fn put<S>(change: &Change<S>, of: &mut S, name: &str) -> Result<(), Refusal> {
    if let Some(reason) = change.setting.fixed {
        return Err(format!("changing {name}: {reason}"));
    }
    change.put(of).map_err(|problem| format!("changing {name}: {problem}"))
}

/// Changes what the template and every consumer do.
fn work(group: &mut GroupSpec, change: &Change<ConsumerSpec>) -> Result<(), String> {
    let mut outcome = Ok(());
    rules::each(group, |consumer| {
        if let Err(problem) = change.put(consumer) {
            outcome = Err(problem);
        }
    });
    outcome
}

fn one_or_all(mut edits: Vec<Edit>) -> Edit {
    if edits.len() == 1 { edits.remove(0) } else { Edit::All(edits) }
}

/// The first thing that is wrong.
fn first(objections: Vec<Objection>) -> Result<(), String> {
    objections.into_iter().next().map_or(Ok(()), |objection| Err(objection.text))
}
