//! Looking up offsets: where a log begins and ends is known here, when a record was written the store knows.

use crate::model::error::ErrorCode;
use crate::model::request::{ListedOffset, OffsetSpec};
use crate::model::topic::TopicPartition;

use super::answer::give;
use super::engine::Engine;
use super::event::{Answer, Event};
use super::fetch::code;
use super::store::StoreError;

impl Engine {
    pub(super) fn list_offset(&mut self, partition: TopicPartition, spec: OffsetSpec, answer: Answer<ListedOffset>) {
        let place = self.topics.place(&partition);
        let Some(found) = place.and_then(|place| self.topics.partition(place)) else {
            return give(answer, Err(ErrorCode::UnknownTopicOrPartition));
        };
        let at = |offset| Ok(ListedOffset { offset, timestamp: -1 });
        let is_empty = found.log_start_offset == found.high_watermark;
        match spec {
            OffsetSpec::Timestamp(_) if is_empty => give(answer, at(-1)),
            OffsetSpec::Earliest => give(answer, at(found.log_start_offset)),
            OffsetSpec::Latest => give(answer, at(found.high_watermark)),
            OffsetSpec::Timestamp(timestamp) => self.look_up(partition, timestamp, answer),
        }
    }

    /// Takes in what the store has found for a timestamp.
    pub(super) fn looked_up(
        &mut self,
        partition: &TopicPartition,
        found: Result<Option<ListedOffset>, StoreError>,
        answer: Answer<ListedOffset>,
    ) {
        let place = self.topics.place(partition);
        let end = place.and_then(|place| self.topics.partition(place)).map(|partition| partition.high_watermark);
        let nothing = ListedOffset { offset: -1, timestamp: -1 };
        let visible = |found: ListedOffset| end.is_some_and(|end| found.offset < end);
        give(answer, found.map(|found| found.filter(|&found| visible(found)).unwrap_or(nothing)).map_err(|e| code(&e)));
    }

    fn look_up(&mut self, partition: TopicPartition, timestamp: i64, answer: Answer<ListedOffset>) {
        let Some(topic) = self.topics.get(&partition.topic) else {
            return give(answer, Err(ErrorCode::UnknownTopicOrPartition));
        };
        let (topic_id, number) = (topic.id, partition.partition);
        let (store, clock, reports) = (self.store.clone(), self.clock.clone(), self.reports.clone());
        self.clock.spawn(async move {
            let found = clock.run_blocking(move || store.offset_for_timestamp(topic_id, number, timestamp)).await;
            // Nobody listens any more when the broker has ended.
            drop(reports.send(Event::LookedUp { partition, found, answer }).await);
        });
    }
}
