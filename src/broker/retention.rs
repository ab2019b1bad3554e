//! Retention at work: every log is looked at again and again, and begins later when its topic's settings
//! say so. The rule is `model::retention`'s; how much lies where, the store knows.

use std::time::Duration;

use crate::model::error::ErrorCode;
use crate::model::retention::Retention;
use crate::model::topic::TopicPartition;
use crate::model::topic_config::TopicConfig;

use super::commit::{Waiting, give};
use super::engine::Engine;
use super::event::Answer;
use super::store::PartitionKey;
use super::topics::Place;

impl Engine {
    /// Puts every log start that is due into the open commit.
    pub(super) fn apply_retention(&mut self) {
        if self.retention_due.is_none_or(|due| due > self.now) {
            return;
        }
        self.retention_due = None;
        if self.failure.is_some() {
            return;
        }
        let now_millis = self.clock.unix_millis(self.now);
        let mut may_go_later = false;
        for (slot, topic) in self.topics.iter() {
            let retention = retention_of(&topic.config);
            if retention == Retention::default() {
                continue;
            }
            for (number, partition) in (0_u32..).zip(&topic.partitions).filter(|(_, log)| log.bytes > 0) {
                may_go_later = true;
                let due = self.store.log_start_by_retention(topic.id, number, &retention, now_millis);
                // A partition that the store doesn't know yet has nothing to remove.
                let Ok(Some(start)) = due else { continue };
                let start = start.min(partition.high_watermark);
                if start > partition.log_start_offset {
                    let place = Place { slot, partition: number as usize };
                    let key = PartitionKey { topic_id: topic.id, partition: number };
                    self.commits.open.log_starts.push((place, key, start));
                }
            }
        }
        self.retention_due = may_go_later.then(|| self.now + self.config.retention_check);
    }

    /// Deletes what lies before an offset (-1: before the high watermark).
    pub(super) fn delete_records(&mut self, partition: &TopicPartition, before: i64, answer: Answer<i64>) {
        if self.failure.is_some() {
            return give(answer, Err(ErrorCode::KafkaStorageError));
        }
        let place = self.topics.place(partition);
        let Some((place, found)) = place.and_then(|place| Some((place, self.topics.partition(place)?))) else {
            return give(answer, Err(ErrorCode::UnknownTopicOrPartition));
        };
        let start = if before == -1 { found.high_watermark } else { before };
        if !(0..=found.high_watermark).contains(&start) {
            return give(answer, Err(ErrorCode::OffsetOutOfRange));
        }
        let start = start.max(found.log_start_offset);
        let topic_id = self.topics.topic(place).expect("its partition was just found").id;
        let key = PartitionKey { topic_id, partition: partition.partition };
        self.commits.open.log_starts.push((place, key, start));
        self.commits.open.waiting.push(Waiting::Removed(answer, start));
    }
}

fn retention_of(config: &TopicConfig) -> Retention {
    let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    Retention { retention_ms: config.retention.map(millis), retention_bytes: config.retention_bytes }
}
