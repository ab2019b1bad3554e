//! What a form that adds something holds: a description as a scenario file would give it, what is wrong with it,
//! and the command that makes it. It draws nothing.

use super::AddKind;
use crate::lab::Snapshot;
use crate::lab::command::Command;
use crate::lab::settings::rules::{self, Objection};
use crate::lab::settings::{Setting, consumer, group, producer, topic};
use crate::lab::snapshot::TopicState;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::model::units::Rate;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, TopicSpec};

/// One of the forms, as far as it is filled in.
pub enum Form {
    /// Its name is a text of its own: not every text is the name of a topic.
    Topic {
        name: String,
        spec: TopicSpec,
    },
    Producer(Box<ProducerSpec>),
    /// With so many consumers like its template.
    Group {
        spec: Box<GroupSpec>,
        count: u32,
    },
    Consumers {
        group: String,
        like: Box<ConsumerSpec>,
        count: u32,
    },
}

impl Form {
    /// A form with names that are free.
    pub fn new(kind: AddKind, snapshot: &Snapshot) -> Self {
        let first = snapshot.topics.first().and_then(|topic| TopicName::new(&topic.name).ok());
        match kind {
            AddKind::Topic => {
                let name = free_name("topic", |name| snapshot.topics.iter().any(|it| it.name == name));
                let spec = TopicSpec { name: stand_in(), partitions: 8, config: TopicConfig::default() };
                Self::Topic { name, spec }
            }
            AddKind::Producer => {
                let name = free_name("producer", |name| is_taken(snapshot, name));
                let rate = Rate::from_per_second(100.0).unwrap_or_default();
                Self::Producer(Box::new(ProducerSpec::new(&name, first.unwrap_or_else(stand_in), rate)))
            }
            AddKind::Group => {
                let name = free_name("group", |name| is_taken(snapshot, name));
                let topics = first.into_iter().collect();
                Self::Group { spec: Box::new(GroupSpec::new(&name, topics, Assignor::CooperativeSticky)), count: 2 }
            }
            AddKind::Consumers => {
                Self::consumers_of(snapshot.groups.first().map_or("", |group| group.name.as_str()), snapshot)
            }
        }
    }

    /// A form for consumers of this group, like those that it has.
    pub fn consumers_of(group: &str, snapshot: &Snapshot) -> Self {
        let known = snapshot.groups.iter().find(|it| it.name == group);
        let like = known.map(|group| group.spec.template.clone()).unwrap_or_default();
        Self::Consumers { group: group.to_owned(), like: Box::new(like), count: 1 }
    }

    pub const fn kind(&self) -> AddKind {
        match self {
            Self::Topic { .. } => AddKind::Topic,
            Self::Producer(_) => AddKind::Producer,
            Self::Group { .. } => AddKind::Group,
            Self::Consumers { .. } => AddKind::Consumers,
        }
    }

    /// Why this can't be added as it is, each with the key of its field.
    pub fn objections(&self, snapshot: &Snapshot) -> Vec<Objection> {
        let topics = topics(snapshot);
        match self {
            Self::Topic { name, spec } => {
                let name = match TopicName::new(name) {
                    Err(_) => Some("Letters, digits, '.', '_' and '-', at most 249"),
                    Ok(_) => snapshot.topics.iter().any(|it| it.name == *name).then_some("That name is taken"),
                };
                with("name", name, rules::of_topic(spec))
            }
            Self::Producer(_) | Self::Group { .. } if topics.is_empty() => {
                vec![objection("name", "Add a topic first: there is none yet")]
            }
            Self::Producer(spec) => {
                let is_taken = spec.client_names().any(|name| is_taken(snapshot, &name));
                with("name", is_taken.then_some("That name is taken"), rules::of_producer(spec, &topics))
            }
            Self::Group { spec, .. } => {
                let is_taken = is_taken(snapshot, &spec.name);
                with("name", is_taken.then_some("That name is taken"), rules::of_group(&self.whole(spec), &topics))
            }
            Self::Consumers { group, like, count } => consumers(snapshot, group, like, *count, &topics),
        }
    }

    /// Keys of what is asked only when it is unfolded.
    pub fn further_keys(&self) -> Vec<&'static str> {
        match self {
            Self::Topic { .. } => further(&topic::ALL),
            Self::Producer(_) => further(&producer::ALL),
            Self::Group { .. } => [further(&group::ALL), further(&consumer::SHARED)].concat(),
            Self::Consumers { .. } => further(&consumer::ALL),
        }
    }

    /// What adds it; nothing while its name is not one.
    pub fn command(&self) -> Option<Command> {
        Some(match self {
            Self::Topic { name, spec } => {
                Command::AddTopic(TopicSpec { name: TopicName::new(name).ok()?, ..spec.clone() })
            }
            Self::Producer(spec) => Command::AddProducer(spec.clone()),
            Self::Group { spec, .. } => Command::AddGroup(Box::new(self.whole(spec))),
            Self::Consumers { group, like, count } => {
                Command::AddConsumers { group: group.clone(), count: *count, like: like.clone() }
            }
        })
    }

    /// A group with its consumers.
    fn whole(&self, spec: &GroupSpec) -> GroupSpec {
        let count = match self {
            Self::Group { count, .. } => usize::try_from(*count).unwrap_or(0),
            Self::Topic { .. } | Self::Producer(_) | Self::Consumers { .. } => 0,
        };
        let template = ConsumerSpec { name: spec.name.clone(), ..spec.template.clone() };
        let like = |number| ConsumerSpec { name: spec.consumer_name(number), ..template.clone() };
        GroupSpec { consumers: (1..=count).map(like).collect(), template: template.clone(), ..spec.clone() }
    }
}

fn consumers(
    snapshot: &Snapshot,
    group: &str,
    like: &ConsumerSpec,
    count: u32,
    topics: &[TopicSpec],
) -> Vec<Objection> {
    let Some(known) = snapshot.groups.iter().find(|it| it.name == group) else {
        return vec![objection("name", "Add a consumer group first: there is none yet")];
    };
    let mut spec = GroupSpec::clone(&known.spec);
    spec.name.clone_from(&known.name);
    spec.topics = known.topics.iter().filter_map(|topic| TopicName::new(topic).ok()).collect();
    let name = spec.consumer_name(spec.first_added_number());
    spec.consumers.push(ConsumerSpec { name, ..like.clone() });
    let is_shared = count > 1 && like.instance_id.is_some();
    with(
        "instance_id",
        is_shared.then_some("Only one consumer can have an instance id"),
        rules::of_group(&spec, topics),
    )
}

/// The topics that there are, as rules know them.
fn topics(snapshot: &Snapshot) -> Vec<TopicSpec> {
    snapshot.topics.iter().filter_map(TopicState::spec).collect()
}

/// Clients and groups share one name space.
fn is_taken(snapshot: &Snapshot, name: &str) -> bool {
    snapshot.producers.iter().any(|it| it.name == name)
        || snapshot.groups.iter().any(|it| it.name == name || it.members.iter().any(|member| member.name == name))
}

fn with(key: &str, text: Option<&str>, others: Vec<Objection>) -> Vec<Objection> {
    text.map(|text| objection(key, text)).into_iter().chain(others).collect()
}

fn objection(key: &str, text: &str) -> Objection {
    Objection { key: key.to_owned(), text: text.to_owned() }
}

fn further<S>(all: &[&'static Setting<S>]) -> Vec<&'static str> {
    all.iter().filter(|setting| !setting.is_basic).map(|setting| setting.key).collect()
}

/// Stands for a topic whose name is not known yet.
fn stand_in() -> TopicName {
    ProducerSpec::default().topic
}

/// Names that are tried; with more taken the field starts empty.
const MOST_NAMES: u32 = 10_000;

/// The first of `stem-1`, `stem-2`, ... that is free.
fn free_name(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
    (1..=MOST_NAMES).map(|number| format!("{stem}-{number}")).find(|name| !is_taken(name)).unwrap_or_default()
}
