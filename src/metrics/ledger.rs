//! The delivery audit: which records producers count as accepted, what each group did with them, and so
//! which were lost, expired or processed twice. Kept from what clients report; it never asks a client or
//! the broker, and it stores spans of offsets, not records.

mod accepted;
mod order;
mod processed;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use accepted::AcceptedBook;
pub use order::{KeyMark, key_hash};
pub use processed::{GroupBook, MemberTag};

use self::accepted::Accepted;
use self::order::KeyOrder;
use crate::metrics::figures::LedgerCounts;
use crate::model::topic::{TopicName, TopicPartition};

/// What the broker knows of a partition when the ledger is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartitionFacts {
    pub log_start_offset: i64,
    /// The group's.
    pub committed_offset: Option<i64>,
}

/// The audit of one experiment. Locks are held per batch of records, never per record.
#[derive(Debug, Default)]
pub struct Ledger {
    accepted: Mutex<BTreeMap<TopicPartition, AcceptedBook>>,
    groups: Mutex<BTreeMap<String, Arc<GroupLedger>>>,
}

/// What one group did.
#[derive(Debug, Default)]
pub struct GroupLedger {
    partitions: Mutex<BTreeMap<TopicPartition, GroupBook>>,
    orders: Mutex<BTreeMap<TopicName, Arc<Mutex<KeyOrder>>>>,
    members: AtomicU64,
}

impl Ledger {
    /// Where producers note what was accepted for a partition. Keep it: looking it up costs a lock.
    pub fn accepted(&self, partition: &TopicPartition) -> AcceptedBook {
        lock(&self.accepted).entry(partition.clone()).or_default().clone()
    }

    /// The books of a group.
    pub fn group(&self, group: &str) -> Arc<GroupLedger> {
        Arc::clone(lock(&self.groups).entry(group.to_owned()).or_default())
    }

    /// The store lost everything of a partition from `log_end_offset` on, and offsets begin there anew.
    pub fn truncated(&self, partition: &TopicPartition, log_end_offset: i64) {
        let groups: Vec<Arc<GroupLedger>> = lock(&self.groups).values().map(Arc::clone).collect();
        let book = self.accepted(partition);
        let mut accepted = book.lock();
        let gone = accepted.truncate(log_end_offset);
        for group in groups {
            group.partition(partition).truncate(log_end_offset, &gone);
        }
    }

    /// A topic was deleted: what a group had not processed of it is lost. One of the same name may follow.
    pub fn topic_deleted(&self, topic: &TopicName) {
        let partitions: Vec<TopicPartition> =
            lock(&self.accepted).keys().filter(|partition| partition.topic == *topic).cloned().collect();
        let groups: Vec<Arc<GroupLedger>> = lock(&self.groups).values().map(Arc::clone).collect();
        for partition in partitions {
            let book = self.accepted(&partition);
            let mut accepted = book.lock();
            let gone = accepted.truncate(0);
            for group in &groups {
                group.partition(&partition).delete(&gone);
            }
        }
        for group in groups {
            lock(&group.order(topic)).begin_anew();
        }
    }

    /// The audit of one group over the topics that it reads; `facts` are the broker's, and may be a little
    /// older than what clients have reported.
    pub fn counts(
        &self,
        group: &str,
        topics: &[TopicName],
        facts: impl Fn(&TopicPartition) -> PartitionFacts,
    ) -> LedgerCounts {
        let books: Vec<(TopicPartition, AcceptedBook)> = lock(&self.accepted)
            .iter()
            .filter(|(partition, _)| topics.contains(&partition.topic))
            .map(|(partition, book)| (partition.clone(), book.clone()))
            .collect();
        let group = self.group(group);
        let mut counts = LedgerCounts::default();
        for (partition, book) in books {
            let accepted = book.lock();
            group.partition(&partition).count(&accepted, facts(&partition), &mut counts);
        }
        counts.out_of_order = topics.iter().map(|topic| lock(&group.order(topic)).out_of_order()).sum();
        counts
    }
}

impl GroupLedger {
    /// Where the group's consumers note what they do with a partition. Keep it: looking it up costs a lock.
    pub fn partition(&self, partition: &TopicPartition) -> GroupBook {
        if let Some(book) = lock(&self.partitions).get(partition) {
            return book.of_present_topic();
        }
        let book = GroupBook::new(partition.partition, self.order(&partition.topic));
        lock(&self.partitions).entry(partition.clone()).or_insert(book).clone()
    }

    /// A tag for one run of a consumer.
    pub fn new_member(&self) -> MemberTag {
        MemberTag(self.members.fetch_add(1, Ordering::Relaxed))
    }

    /// Processings whose order could not be judged because a topic has too many keys.
    pub fn untracked(&self) -> u64 {
        lock(&self.orders).values().map(|order| lock(order).untracked()).sum()
    }

    fn order(&self, topic: &TopicName) -> Arc<Mutex<KeyOrder>> {
        Arc::clone(lock(&self.orders).entry(topic.clone()).or_default())
    }
}

/// Locks, and goes on after a panic elsewhere: every critical section here leaves the data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
