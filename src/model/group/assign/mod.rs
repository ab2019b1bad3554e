//! Assignors: which member of a group reads which partition, with Kafka's results. They are computed by
//! the group's leader from what the members say; nothing here knows the coordinator.

mod board;
mod claims;
mod cooperative_sticky;
mod even;
mod exchange;
mod range;
mod roundrobin;
mod sticky;
mod uneven;

use std::collections::BTreeMap;
use std::fmt;

use crate::model::topic::{TopicName, TopicPartition};

/// What a member tells the leader (`ConsumerProtocolSubscription`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub member_id: String,
    pub instance_id: Option<String>,
    pub topics: Vec<TopicName>,
    /// What the member held when it joined; sticky assignors keep it where they can.
    pub owned: Vec<TopicPartition>,
    /// The generation in which `owned` was assigned, where the member says so (-1 for none).
    pub generation: i32,
}

/// What each member is to read, in the order of member ids; its partitions are sorted.
pub type Assignment = BTreeMap<String, Vec<TopicPartition>>;

/// The assignors by their protocol names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assignor {
    /// Topic by topic, neighbouring partitions to one member.
    Range,
    /// All partitions of all topics dealt out in turn.
    RoundRobin,
    /// Even, and otherwise as it was.
    Sticky,
    /// As sticky, but what changes hands is first given up and only handed out in a second rebalance.
    CooperativeSticky,
}

impl Assignor {
    pub const ALL: [Self; 4] = [Self::Range, Self::RoundRobin, Self::Sticky, Self::CooperativeSticky];

    /// The name by which members offer it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "roundrobin",
            Self::Sticky => "sticky",
            Self::CooperativeSticky => "cooperative-sticky",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assignor| assignor.name() == name)
    }

    /// Divides the partitions among the members. `partitions` holds how many each existing topic has;
    /// a topic that is not in it gives nobody anything. Every member is in the result.
    pub fn assign(self, members: &[Subscription], partitions: &BTreeMap<TopicName, u32>) -> Assignment {
        match self {
            Self::Range => range::assign(members, partitions),
            Self::RoundRobin => roundrobin::assign(members, partitions),
            Self::Sticky => sticky::assign(members, partitions),
            Self::CooperativeSticky => cooperative_sticky::assign(members, partitions),
        }
    }
}

impl fmt::Display for Assignor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
