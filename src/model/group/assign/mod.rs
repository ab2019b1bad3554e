//! Assignors: which member of a group reads which partition, with Kafka's results.

use std::collections::BTreeMap;

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

/// What each member is to read, in the order of member ids.
pub type Assignment = BTreeMap<String, Vec<TopicPartition>>;

/// The assignors by their protocol names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assignor {
    Range,
    RoundRobin,
    Sticky,
    CooperativeSticky,
}
