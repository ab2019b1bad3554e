//! What is selected: by name, so that it survives changes of the experiment.

use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupView, MemberState, ProducerState, TopicState};

/// One thing of the experiment, several of them, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Selection {
    #[default]
    Nothing,
    Topic(String),
    Partition {
        topic: String,
        partition: u32,
    },
    Producer(String),
    Group(String),
    Consumer {
        group: String,
        name: String,
    },
    /// At least two, each of another kind than this one, in the order of the outline.
    Many(Vec<Selection>),
}

/// A selection that was found in a snapshot.
#[derive(Clone, Copy, Debug)]
pub enum Selected<'a> {
    Nothing,
    Topic(&'a TopicState),
    Partition(&'a TopicState, usize),
    Producer(&'a ProducerState),
    Group(&'a GroupView),
    Consumer(&'a GroupView, &'a MemberState),
}

impl Selection {
    /// The thing itself; nothing when it is gone.
    pub fn find<'a>(&self, snapshot: &'a Snapshot) -> Selected<'a> {
        match self {
            Self::Nothing | Self::Many(_) => None,
            Self::Topic(name) => snapshot.topics.iter().find(|topic| &topic.name == name).map(Selected::Topic),
            Self::Partition { topic, partition } => find_partition(snapshot, topic, *partition),
            Self::Producer(name) => snapshot.producers.iter().find(|it| &it.name == name).map(Selected::Producer),
            Self::Group(name) => find_group(snapshot, name).map(Selected::Group),
            Self::Consumer { group, name } => find_group(snapshot, group).and_then(|group| {
                group.members.iter().find(|member| &member.name == name).map(|member| Selected::Consumer(group, member))
            }),
        }
        .unwrap_or(Selected::Nothing)
    }

    /// The name of the group that this is or belongs to.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Group(name) | Self::Consumer { group: name, .. } => Some(name),
            Self::Nothing | Self::Topic(_) | Self::Partition { .. } | Self::Producer(_) | Self::Many(_) => None,
        }
    }

    /// All of these: nothing, the one, or many.
    pub fn of(mut items: Vec<Self>) -> Self {
        match items.len() {
            0 => Self::Nothing,
            1 => items.remove(0),
            _ => Self::Many(items),
        }
    }

    /// Each thing that is selected.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Nothing => &[],
            Self::Many(items) => items,
            Self::Topic(_) | Self::Partition { .. } | Self::Producer(_) | Self::Group(_) | Self::Consumer { .. } => {
                std::slice::from_ref(self)
            }
        }
    }

    /// The same with one thing more, or without it where it was selected.
    pub fn toggled(&self, thing: &Self) -> Self {
        let mut items: Vec<Self> = self.items().iter().filter(|it| *it != thing).cloned().collect();
        if !self.contains(thing) {
            items.push(thing.clone());
        }
        Self::of(items)
    }

    /// Whether this is selected, alone or among others.
    pub fn contains(&self, other: &Self) -> bool {
        self.items().contains(other)
    }
}

fn find_group<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a GroupView> {
    snapshot.groups.iter().find(|group| group.name == name)
}

fn find_partition<'a>(snapshot: &'a Snapshot, topic: &str, partition: u32) -> Option<Selected<'a>> {
    let topic = snapshot.topics.iter().find(|it| it.name == topic)?;
    let index = topic.partitions.iter().position(|it| it.id == partition)?;
    Some(Selected::Partition(topic, index))
}
