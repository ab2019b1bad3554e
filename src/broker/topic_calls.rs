//! Making, changing and deleting topics. What is asked holds in memory at once and is answered once it
//! is stored.

use crate::model::error::ErrorCode;
use crate::model::request::TopicMetadata;
use crate::model::topic::{MAX_PARTITIONS, TopicName};
use crate::model::topic_config::TopicConfig;

use super::answer::{Waiting, give};
use super::engine::Engine;
use super::event::Answer;
use super::partition::Partition;
use super::store::{StoredTopic, TopicChange};
use super::topics::{Place, Topic};

impl Engine {
    pub(super) fn create_topic(
        &mut self,
        name: TopicName,
        partitions: u32,
        config: TopicConfig,
        answer: Answer<TopicMetadata>,
    ) {
        if let Err(error) = self.check_new_topic(&name, partitions) {
            return give(answer, Err(error));
        }
        let partitions = (0..partitions).map(|_| Partition::default()).collect();
        let topic = Topic { name, id: self.new_topic_id(), config, partitions };
        let metadata = topic.metadata();
        self.commits.open.topics.push(put(&topic));
        self.topics.add(topic);
        self.commits.open.waiting.push(Waiting::Topic(answer, metadata));
    }

    pub(super) fn delete_topic(&mut self, name: &TopicName, answer: Answer<()>) {
        if self.failure.is_some() {
            return give(answer, Err(ErrorCode::KafkaStorageError));
        }
        let Some(mut topic) = self.topics.remove(name) else {
            return give(answer, Err(ErrorCode::UnknownTopicOrPartition));
        };
        for partition in &mut topic.partitions {
            self.tail_cache.removed(partition.empty_memory(), &self.topics);
        }
        self.commits.open.topics.push(TopicChange::Delete { topic_id: topic.id });
        self.remove_offsets_of(name);
        for number in topic.partitions.into_iter().flat_map(|partition| partition.parked) {
            self.unpark(number);
        }
        self.commits.open.waiting.push(Waiting::Done(answer));
    }

    pub(super) fn configure_topic(&mut self, name: &TopicName, config: TopicConfig, answer: Answer<()>) {
        self.change_topic(name, answer, |topic| {
            topic.config = config;
            Ok(())
        });
        self.retention.expect_within(self.config.retention_check, self.now);
    }

    pub(super) fn add_partitions(&mut self, name: &TopicName, total: u32, answer: Answer<()>) {
        self.change_topic(name, answer, |topic| {
            let total = usize::try_from(total.min(MAX_PARTITIONS + 1)).unwrap_or(usize::MAX);
            if total <= topic.partitions.len() || total > MAX_PARTITIONS as usize {
                return Err(ErrorCode::InvalidPartitions);
            }
            topic.partitions.resize_with(total, Partition::default);
            Ok(())
        });
    }

    pub(super) fn metadata(&self, names: Option<Vec<TopicName>>, answer: Answer<Vec<TopicMetadata>>) {
        let found = match names {
            Some(names) => names.iter().filter_map(|name| self.topics.get(name)).map(Topic::metadata).collect(),
            None => self.topics.iter().map(|(_, topic)| topic.metadata()).collect(),
        };
        give(answer, Ok(found));
    }

    /// Whether a place still leads to a partition.
    pub(super) fn is_there(&self, place: Place) -> bool {
        self.topics.partition(place).is_some()
    }

    fn change_topic(
        &mut self,
        name: &TopicName,
        answer: Answer<()>,
        change: impl FnOnce(&mut Topic) -> Result<(), ErrorCode>,
    ) {
        if self.failure.is_some() {
            return give(answer, Err(ErrorCode::KafkaStorageError));
        }
        let Some(topic) = self.topics.get_mut(name) else {
            return give(answer, Err(ErrorCode::UnknownTopicOrPartition));
        };
        if let Err(error) = change(topic) {
            return give(answer, Err(error));
        }
        self.commits.open.topics.push(put(topic));
        self.commits.open.waiting.push(Waiting::Done(answer));
    }

    fn check_new_topic(&self, name: &TopicName, partitions: u32) -> Result<(), ErrorCode> {
        if self.failure.is_some() {
            return Err(ErrorCode::KafkaStorageError);
        }
        if self.topics.get(name).is_some() {
            return Err(ErrorCode::TopicAlreadyExists);
        }
        if (1..=MAX_PARTITIONS).contains(&partitions) { Ok(()) } else { Err(ErrorCode::InvalidPartitions) }
    }
}

/// The topic as the store keeps it.
fn put(topic: &Topic) -> TopicChange {
    let config = topic.config.entries().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let TopicMetadata { name, id, partitions } = topic.metadata();
    TopicChange::Put(StoredTopic { id, name: name.to_string(), partitions, config })
}
