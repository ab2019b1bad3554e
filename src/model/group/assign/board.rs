//! The assignors' common view of members and partitions: names become indices once, and the result
//! becomes names again once.

use std::collections::BTreeMap;
use std::ops::Range;

use hashbrown::HashMap;

use super::{Assignment, Subscription};
use crate::model::topic::{TopicName, TopicPartition};

/// Members, topics and partitions by index. All partitions of all topics are numbered in one row.
pub(super) struct Board<'a> {
    pub members: Vec<&'a Subscription>,
    topics: Vec<(&'a TopicName, u32)>,
    index_of: HashMap<&'a str, usize>,
    /// Where each topic's partitions begin in the row, and last the row's length.
    first: Vec<usize>,
    /// The distinct sets of topics that members subscribe to, each sorted.
    interests: Vec<Vec<usize>>,
    /// Which of the interests each member has.
    interest_of: Vec<usize>,
}

impl<'a> Board<'a> {
    /// Keeps the members in the given order. Topics that don't exist are left out of the interests.
    pub fn new(members: Vec<&'a Subscription>, partitions: &'a BTreeMap<TopicName, u32>) -> Self {
        let topics: Vec<_> = partitions.iter().map(|(topic, &count)| (topic, count)).collect();
        let index_of: HashMap<&str, usize> =
            topics.iter().enumerate().map(|(at, (topic, _))| (&***topic, at)).collect();
        let mut first = vec![0];
        let mut end = 0;
        for (_, count) in &topics {
            end += *count as usize;
            first.push(end);
        }
        let (interests, interest_of) = interests_of(&members, &index_of);
        Self { members, topics, index_of, first, interests, interest_of }
    }

    /// Static members first, by instance id, then the dynamic ones by member id: the order in which
    /// Kafka's range and roundrobin serve members.
    pub fn static_members_first(members: &'a [Subscription], partitions: &'a BTreeMap<TopicName, u32>) -> Self {
        let mut order: Vec<&Subscription> = members.iter().collect();
        order.sort_by_key(|member| (member.instance_id.is_none(), member.instance_id.as_ref(), &member.member_id));
        Self::new(order, partitions)
    }

    pub fn by_member_id(members: &'a [Subscription], partitions: &'a BTreeMap<TopicName, u32>) -> Self {
        let mut order: Vec<&Subscription> = members.iter().collect();
        order.sort_by_key(|member| &member.member_id);
        Self::new(order, partitions)
    }

    pub fn topic_count(&self) -> usize {
        self.topics.len()
    }

    pub fn partition_count(&self) -> usize {
        self.first[self.topics.len()]
    }

    /// The topic's stretch of the row of partitions.
    pub fn partitions_of(&self, topic: usize) -> Range<usize> {
        self.first[topic]..self.first[topic + 1]
    }

    /// The topics that the member subscribes to, sorted.
    pub fn topics_of(&self, member: usize) -> &[usize] {
        &self.interests[self.interest_of[member]]
    }

    pub fn is_subscribed(&self, member: usize, topic: usize) -> bool {
        self.topics_of(member).binary_search(&topic).is_ok()
    }

    /// The topics of all members, where all subscribe to the same ones.
    pub fn common_interest(&self) -> Option<&[usize]> {
        match self.interests.as_slice() {
            [interest] => Some(interest),
            _ => None,
        }
    }

    /// For each topic its subscribers, in the members' order.
    pub fn subscribers(&self) -> Vec<Vec<usize>> {
        let mut subscribers = vec![Vec::new(); self.topics.len()];
        for member in 0..self.members.len() {
            for &topic in self.topics_of(member) {
                subscribers[topic].push(member);
            }
        }
        subscribers
    }

    /// A partition's topic and its place in the row, unless it doesn't exist.
    pub fn locate(&self, partition: &TopicPartition) -> Option<(usize, usize)> {
        let topic = *self.index_of.get(&*partition.topic)?;
        let exists = partition.partition < self.topics[topic].1;
        exists.then(|| (topic, self.first[topic] + partition.partition as usize))
    }

    /// Names again: `owner` says for each partition in the row which member is to have it.
    pub fn assignment(&self, owner: &[Option<usize>]) -> Assignment {
        let mut sizes = vec![0; self.members.len()];
        for member in owner.iter().flatten() {
            sizes[*member] += 1;
        }
        let mut assigned: Vec<Vec<TopicPartition>> = sizes.into_iter().map(Vec::with_capacity).collect();
        for (topic, &(name, count)) in self.topics.iter().enumerate() {
            for (partition, member) in (0..count).zip(&owner[self.partitions_of(topic)]) {
                if let Some(member) = *member {
                    assigned[member].push(TopicPartition::new(name.clone(), partition));
                }
            }
        }
        self.members.iter().zip(assigned).map(|(member, partitions)| (member.member_id.clone(), partitions)).collect()
    }
}

/// The distinct sets of existing topics, and which of them each member has. Neighbours mostly say the
/// same, so a list is only looked up when it differs from the one before.
fn interests_of(members: &[&Subscription], index_of: &HashMap<&str, usize>) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut interests = Vec::new();
    let mut interest_of: Vec<usize> = Vec::with_capacity(members.len());
    let mut before: Option<&[TopicName]> = None;
    for member in members {
        if before.is_some_and(|before| same_names(before, &member.topics)) {
            interest_of.push(interest_of[interest_of.len() - 1]);
            continue;
        }
        before = Some(&member.topics);
        let mut topics: Vec<usize> = member.topics.iter().filter_map(|topic| index_of.get(&**topic).copied()).collect();
        topics.sort_unstable();
        topics.dedup();
        let interest = *known.entry(topics).or_insert_with_key(|topics| {
            interests.push(topics.clone());
            interests.len() - 1
        });
        interest_of.push(interest);
    }
    (interests, interest_of)
}

fn same_names(left: &[TopicName], right: &[TopicName]) -> bool {
    let same_name =
        |(left, right): (&TopicName, &TopicName)| std::ptr::eq(&raw const **left, &raw const **right) || left == right;
    left.len() == right.len() && left.iter().zip(right).all(same_name)
}
