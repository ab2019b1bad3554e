//! From what was asked to the edit that does it. A value is held to the same rules as in a scenario file,
//! by the same code; what can't be changed while the experiment runs is refused with the reason.

use std::io;

use crate::model::error::ErrorCode;
use crate::model::request::Acks;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::model::units::Rate;
use crate::scenario::{
    self, ConsumerSpec, GroupSpec, Pattern, ProducerSpec, Scenario, ServiceTime, TopicSpec, to_toml,
};

use super::apply::{Refusal, unknown};
use super::command::{Command, ConsumerChange, ExperimentChange, GroupChange, ProducerChange};
use super::edit::Edit;
use super::experiment::Experiment;
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
                self.producer_edit(producer, ProducerChange::Rate(per_second))?
            }
            Command::SetProducer { producer, change } => self.producer_edit(producer, change)?,
            Command::SetProcessing { consumer, mean } => {
                let known = self.clients.consumer(&consumer).ok_or_else(|| unknown("consumer", &consumer))?;
                let change = ConsumerChange::Processing(known.spec.processing.with_mean(mean));
                self.consumer_edit(&consumer, change)?
            }
            Command::SetConsumer { consumer, change } => self.consumer_edit(&consumer, change)?,
            Command::SetGroup { group, change } => self.group_edit(&group, change)?,
            Command::SetExperiment(change) => self.description_edit(change)?,
            Command::AddTopic { name, partitions } => {
                let topic = TopicName::new(&name);
                let name = topic.map_err(|error: ErrorCode| format!("making the topic {name}: {error}"))?;
                Edit::AddTopic(TopicSpec { name, partitions, config: TopicConfig::default() })
            }
            Command::DeleteTopic(name) => Edit::DeleteTopic(name),
            Command::ConfigureTopic { topic, key, value } => {
                let mut config = self.scenario.topic(&topic).ok_or_else(|| unknown("topic", &topic))?.config;
                config.set(&key, &value).map_err(|error| format!("configuring {topic}: {error}"))?;
                Edit::SetTopicConfig { topic, config }
            }
            Command::AddPartitions { topic, count } => Edit::AddPartitions { topic, count },
            Command::AddProducer { name, topic, per_second } => self.new_producer(name, &topic, per_second)?,
            Command::RemoveProducer(name) => Edit::RemoveProducer(name),
            Command::AddGroup { name, topics, assignor } => {
                let topics = self.known_topics(&topics)?;
                if topics.is_empty() {
                    return Err(format!("adding the group {name}: it needs at least one topic to read"));
                }
                Edit::AddGroup(Box::new(GroupSpec::new(&name, topics, assignor)))
            }
            Command::RemoveGroup(name) => Edit::RemoveGroup(name),
            Command::AddConsumer { group } => Edit::AddConsumer { group, spec: None },
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
            | Command::Save(_)
            | Command::SaveRecording(_)
            | Command::Undo
            | Command::Redo => return Ok(None),
        };
        Ok(Some(edit))
    }

    fn producer_edit(&self, client: String, change: ProducerChange) -> Result<Edit, Refusal> {
        let known = self.clients.producer(&client).ok_or_else(|| unknown("producer", &client))?;
        let mut spec = Box::new(ProducerSpec::clone(&known.spec));
        match change {
            ProducerChange::Rate(per_second) => {
                spec.rate = Rate::from_per_second(per_second)
                    .ok_or_else(|| format!("setting the rate of {client} to {per_second}/s: it must be 0 or more"))?;
                // Known to be right without asking the file's rules: a hand on a slider asks often.
                return Ok(Edit::SetProducer { client, spec });
            }
            ProducerChange::Pattern(pattern) => spec.pattern = pattern,
            ProducerChange::Keys(keys) => spec.keys = keys,
            ProducerChange::Size(size) => spec.size = size,
            ProducerChange::Acks(acks) => {
                // As Kafka's producers do by themselves: without acks = all there is no idempotence.
                (spec.acks, spec.idempotent) = (acks, spec.idempotent && acks == Acks::All);
            }
            ProducerChange::Idempotent(idempotent) => spec.idempotent = idempotent,
            ProducerChange::Linger(linger) => spec.linger = linger,
            ProducerChange::BatchSize(bytes) => spec.batch_size = bytes,
            ProducerChange::Partitioner(partitioner) => spec.partitioner = partitioner,
            ProducerChange::Topic(topic) => {
                return Err(format!(
                    "{client} keeps its topic, because what it has sent is counted there: add another producer \
                     for {topic} and remove this one"
                ));
            }
        }
        self.check_producer(&spec).map_err(|problem| format!("changing {client}: {problem}"))?;
        Ok(Edit::SetProducer { client, spec })
    }

    fn consumer_edit(&self, name: &str, change: ConsumerChange) -> Result<Edit, Refusal> {
        let (index, _) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let mut group = self.clients.groups[index].present();
        let spec = group.consumers.iter_mut().find(|consumer| consumer.name == name);
        let spec = spec.ok_or_else(|| format!("changing {name}: it is leaving"))?;
        match change {
            ConsumerChange::Processing(processing) => spec.processing = processing,
            ConsumerChange::Batch(batch) => spec.batch = batch,
            ConsumerChange::Workers(workers) => spec.workers = workers,
            ConsumerChange::InstanceId(_) => {
                return Err(format!(
                    "{name} keeps its instance id, by which the coordinator knows it: give it another in the \
                     scenario file"
                ));
            }
        }
        self.check_group(&group).map_err(|problem| format!("changing {name}: {problem}"))?;
        Ok(Edit::SetGroup(Box::new(group)))
    }

    fn group_edit(&self, name: &str, change: GroupChange) -> Result<Edit, Refusal> {
        let mut group = self.present_group(name)?;
        match change {
            GroupChange::Topics(topics) => group.topics = self.known_topics(&topics)?,
            GroupChange::Assignor(assignor) => group.assignor = assignor,
            GroupChange::SessionTimeout(timeout) => group.session_timeout = timeout,
            GroupChange::HeartbeatInterval(interval) => group.heartbeat_interval = interval,
            GroupChange::RebalanceTimeout(timeout) => group.rebalance_timeout = timeout,
            GroupChange::MaxPollInterval(interval) => group.max_poll_interval = interval,
            GroupChange::Commit(commit) => group.commit = commit,
            GroupChange::AutoOffsetReset(reset) => group.auto_offset_reset = reset,
            GroupChange::MaxPollRecords(records) => group.max_poll_records = records,
            GroupChange::Processing(processing) => each(&mut group, |spec| spec.processing = processing.clone()),
            GroupChange::Batch(batch) => each(&mut group, |spec| spec.batch = batch),
            GroupChange::Workers(workers) => each(&mut group, |spec| spec.workers = workers),
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

    fn new_producer(&self, name: String, topic: &str, per_second: f64) -> Result<Edit, Refusal> {
        let known = self.scenario.topic(topic).ok_or_else(|| unknown("topic", topic))?;
        let rate = Rate::from_per_second(per_second)
            .ok_or_else(|| format!("adding the producer {name} at {per_second}/s: the rate must be 0 or more"))?;
        let spec = Box::new(ProducerSpec::new(&name, known.name.clone(), rate));
        Ok(Edit::AddProducer { client: name, spec })
    }

    fn known_topics(&self, names: &[String]) -> Result<Vec<TopicName>, Refusal> {
        let known = |name: &String| {
            self.scenario.topic(name).map(|spec| spec.name.clone()).ok_or_else(|| unknown("topic", name))
        };
        names.iter().map(known).collect()
    }

    fn check_producer(&self, spec: &ProducerSpec) -> Result<(), String> {
        let mut spec = ProducerSpec { count: 1, ..spec.clone() };
        // What a trace's file says has been checked when it was read.
        if matches!(spec.pattern, Pattern::Trace { .. }) {
            spec.pattern = Pattern::Constant;
        }
        let topics = vec![self.topic_or_stand_in(&spec.topic)];
        check(&Scenario { producers: vec![spec], topics, ..self.bare() })
    }

    fn check_group(&self, spec: &GroupSpec) -> Result<(), String> {
        let mut spec = spec.clone();
        each(&mut spec, |consumer| {
            if matches!(consumer.processing, ServiceTime::Trace { .. }) {
                consumer.processing = ServiceTime::Constant(consumer.processing.mean());
            }
        });
        let topics = spec.topics.iter().map(|topic| self.topic_or_stand_in(topic)).collect();
        check(&Scenario { groups: vec![spec], topics, ..self.bare() })
    }

    /// A topic that was deleted under its clients doesn't keep their other settings from being changed.
    fn topic_or_stand_in(&self, name: &TopicName) -> TopicSpec {
        let stand_in = || TopicSpec { name: name.clone(), partitions: 1, config: TopicConfig::default() };
        self.scenario.topic(name).cloned().unwrap_or_else(stand_in)
    }

    fn bare(&self) -> Scenario {
        Scenario {
            title: "check".to_owned(),
            about: String::new(),
            seed: 1,
            duration: None,
            broker: self.scenario.broker,
            topics: Vec::new(),
            producers: Vec::new(),
            groups: Vec::new(),
            events: Vec::new(),
            expectations: Vec::new(),
        }
    }
}

/// Holds a scenario to the rules of a file by writing and reading it.
fn check(scenario: &Scenario) -> Result<(), String> {
    let no_file = |_: &str| Err(io::Error::new(io::ErrorKind::NotFound, "not needed"));
    let checked = scenario::check("", &to_toml(scenario), no_file);
    let problem = checked.err().and_then(|errors| errors.problems.into_iter().next());
    problem.map_or(Ok(()), |problem| Err(problem.message))
}

/// Changes the template and every consumer.
fn each(group: &mut GroupSpec, mut change: impl FnMut(&mut ConsumerSpec)) {
    change(&mut group.template);
    group.consumers.iter_mut().for_each(change);
}
