//! Retention at work: every log is looked at again and again, and begins later when its topic's settings
//! say so. The rule is `model::retention`'s; how much lies where, the store knows.

use std::time::Duration;

use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::retention::Retention;
use crate::model::topic::TopicPartition;
use crate::model::topic_config::TopicConfig;

use super::answer::{Waiting, give};
use super::engine::Engine;
use super::event::Answer;
use super::store::PartitionKey;
use super::topics::Place;

/// Partitions looked at in one go. All ten thousand at once would hold everybody up for milliseconds.
const PARTITIONS_PER_STEP: usize = 512;

/// Between two steps of the same round.
const STEP: Duration = Duration::from_millis(5);

/// How far retention has come in its round through all partitions.
#[derive(Debug)]
pub(super) struct RetentionRound {
    /// When to look next; `None` while no log holds anything that could go.
    pub(super) due: Option<Time>,
    began: Time,
    next: usize,
    may_go_later: bool,
}

impl RetentionRound {
    pub(super) fn new(due: Time) -> Self {
        Self { due: Some(due), began: due, next: 0, may_go_later: false }
    }

    /// Something was stored or set that may let a log go: the next round comes within `every`.
    pub(super) fn expect_within(&mut self, every: Duration, now: Time) {
        self.due.get_or_insert(now + every);
    }

    fn step(&mut self, looked_at: usize, now: Time, every: Duration) {
        if self.next == 0 {
            self.began = now;
        }
        if looked_at == PARTITIONS_PER_STEP {
            self.next += looked_at;
            self.due = Some(now + STEP);
        } else {
            self.next = 0;
            let may_go_later = std::mem::take(&mut self.may_go_later);
            self.due = may_go_later.then_some((self.began + every).max(now + STEP));
        }
    }
}

impl Engine {
    /// Puts every log start that is due into the open commit, some partitions at a time.
    pub(super) fn apply_retention(&mut self) {
        if self.retention.due.is_none_or(|due| due > self.now) || self.failure.is_some() {
            return;
        }
        let now_millis = self.clock.unix_millis(self.now);
        let partitions = self.topics.iter().flat_map(|(slot, topic)| {
            let place = move |partition| Place { slot, partition };
            (0..topic.partitions.len()).map(move |partition| (topic, place(partition)))
        });
        let mut looked_at = 0;
        for (topic, place) in partitions.skip(self.retention.next).take(PARTITIONS_PER_STEP) {
            looked_at += 1;
            let partition = &topic.partitions[place.partition];
            let retention = retention_of(&topic.config);
            if partition.bytes == 0 || retention == Retention::default() {
                continue;
            }
            self.retention.may_go_later = true;
            let number = u32::try_from(place.partition).expect("a topic has at most MAX_PARTITIONS");
            let due = self.store.log_start_by_retention(topic.id, number, &retention, now_millis);
            // A partition that the store doesn't know yet has nothing to remove.
            let Ok(Some(start)) = due else { continue };
            let start = start.min(partition.high_watermark);
            if start > partition.log_start_offset {
                let key = PartitionKey { topic_id: topic.id, partition: number };
                self.commits.open.log_starts.push((place, key, start));
            }
        }
        self.retention.step(looked_at, self.now, self.config.retention_check);
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
