//! A whole experiment: its texts, its broker, its topics and clients, what happens and what is expected.
//! Plain values that have been checked; where they come from is [`super::check`]'s business.

use std::time::Duration;

use crate::model::durability::Durability;
use crate::model::group::GroupConfig;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;

use super::{Action, Event, Expect, GroupSpec, ProducerSpec};

/// An experiment in which every name refers to something and every value is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub title: String,
    /// Markdown, shown beside the run.
    pub about: String,
    /// Whatever is random in a run comes from it.
    pub seed: u64,
    /// How long it runs without a window when nobody says otherwise; `None` until it is stopped.
    pub duration: Option<Duration>,
    pub broker: BrokerSpec,
    /// Names are unique.
    pub topics: Vec<TopicSpec>,
    /// Names are unique.
    pub producers: Vec<ProducerSpec>,
    /// Names are unique, and so are those of all clients.
    pub groups: Vec<GroupSpec>,
    /// In the order of their times; those of one time in the order of the file.
    pub events: Vec<Event>,
    pub expectations: Vec<Expect>,
}

/// Settings of the broker that the experiment runs against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerSpec {
    pub durability: Durability,
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members after its first.
    pub initial_rebalance_delay: Duration,
}

impl Default for BrokerSpec {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            initial_rebalance_delay: GroupConfig::default().initial_rebalance_delay,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    pub name: TopicName,
    /// 1 to [`crate::model::topic::MAX_PARTITIONS`].
    pub partitions: u32,
    pub config: TopicConfig,
}

impl Scenario {
    /// The topic of that name.
    pub fn topic(&self, name: &str) -> Option<&TopicSpec> {
        self.topics.iter().find(|topic| &*topic.name == name)
    }

    /// The producers that the file calls `name`.
    pub fn producer(&self, name: &str) -> Option<&ProducerSpec> {
        self.producers.iter().find(|producer| producer.name == name)
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&GroupSpec> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// Names of all clients at the start: producers, then consumers, each in the order of the file.
    pub fn client_names(&self) -> impl Iterator<Item = String> + '_ {
        let producers = self.producers.iter().flat_map(ProducerSpec::client_names);
        let consumers = self.groups.iter().flat_map(|group| &group.consumers).map(|consumer| consumer.name.clone());
        producers.chain(consumers)
    }

    /// Whether a producer's client is called so.
    pub fn is_producer_client(&self, name: &str) -> bool {
        self.producers.iter().any(|producer| producer.client_names().any(|client| client == name))
    }

    /// Whether a consumer is called so at the start or may be after an event.
    pub fn is_consumer(&self, name: &str) -> bool {
        self.group_of(name).is_some()
    }

    /// The group whose consumer is called so, at the start or after an event that adds some.
    pub fn group_of(&self, consumer: &str) -> Option<&GroupSpec> {
        self.groups.iter().find(|group| {
            let first = group.first_added_number();
            let added = first..first.saturating_add(self.added_to(&group.name));
            let is_added = || group.number_of(consumer).is_some_and(|number| added.contains(&number));
            group.consumers.iter().any(|known| known.name == consumer) || is_added()
        })
    }

    /// Names of a group's consumers after all events, in their order.
    pub fn consumers_at_end(&self, group: &GroupSpec) -> Vec<String> {
        let mut names: Vec<_> = group.consumers.iter().map(|consumer| consumer.name.clone()).collect();
        let mut next = group.first_added_number();
        for event in &self.events {
            if let Action::AddConsumer { group: name, count } = &event.action
                && *name == group.name
            {
                let added = usize::try_from(*count).unwrap_or(usize::MAX);
                names.extend((next..next.saturating_add(added)).map(|number| group.consumer_name(number)));
                next = next.saturating_add(added);
            } else if let Action::RemoveConsumer { group: name, count } = &event.action
                && *name == group.name
            {
                let removed = usize::try_from(*count).unwrap_or(usize::MAX);
                names.truncate(names.len().saturating_sub(removed));
            }
        }
        names
    }

    /// How many consumers events add to a group.
    fn added_to(&self, name: &str) -> usize {
        let mut added = 0_usize;
        for event in &self.events {
            if let Action::AddConsumer { group, count } = &event.action
                && group == name
            {
                added = added.saturating_add(usize::try_from(*count).unwrap_or(usize::MAX));
            }
        }
        added
    }
}
