//! The bound on the batches in memory: over all partitions together, the oldest appended goes first.

use std::collections::VecDeque;

use super::partition::Freed;
use super::topics::{Place, Topics};

/// The order is swept when it has this many entries for batches that are gone, and more than for those
/// that are there.
const SWEEP_AT_LEAST: usize = 1_024;

#[derive(Debug)]
pub(super) struct TailCache {
    /// In order of appending. Some may have left memory already, with their topic or by retention.
    order: VecDeque<(Place, i64)>,
    batches: usize,
    bytes: usize,
    bound: usize,
}

impl TailCache {
    pub(super) fn new(bound: usize) -> Self {
        Self { order: VecDeque::new(), batches: 0, bytes: 0, bound }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts a batch that was just put in, and drops old ones to make room.
    pub(super) fn added(&mut self, place: Place, base_offset: i64, bytes: usize, topics: &mut Topics) {
        self.order.push_back((place, base_offset));
        self.batches += 1;
        self.bytes += bytes;
        while self.bytes > self.bound
            && let Some((oldest, base_offset)) = self.order.pop_front()
        {
            let partition = topics.partition_mut(oldest);
            self.count(partition.map_or_else(Freed::default, |partition| partition.drop_oldest_in_memory(base_offset)));
        }
    }

    /// Counts what left memory by another way.
    pub(super) fn removed(&mut self, freed: Freed, topics: &Topics) {
        self.count(freed);
        if self.order.len() - self.batches > SWEEP_AT_LEAST.max(self.batches) {
            let is_there = |&(place, base_offset): &(Place, i64)| {
                topics.partition(place).is_some_and(|log| log.has_in_memory(base_offset))
            };
            self.order.retain(is_there);
        }
    }

    /// Counts what left memory, without sweeping.
    pub(super) fn count(&mut self, freed: Freed) {
        self.batches -= freed.batches;
        self.bytes -= freed.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::partition::Partition;
    use crate::broker::topics::Topic;
    use crate::model::batch::{BatchBuilder, BatchHeader};
    use crate::model::topic::TopicName;
    use crate::model::topic_config::TopicConfig;

    fn add(cache: &mut TailCache, topics: &mut Topics, partition: usize) -> usize {
        let mut builder = BatchBuilder::new(1 << 10);
        builder.append(0, None, None, &[]);
        let batch = builder.finish();
        let (place, len) = (Place { slot: 0, partition }, batch.len());
        let log = topics.partition_mut(place).unwrap();
        let base_offset = log.log_end_offset;
        log.append(&BatchHeader::check(&batch).unwrap(), batch);
        cache.added(place, base_offset, len, topics);
        len
    }

    fn two_partitions() -> Topics {
        let partitions = vec![Partition::default(), Partition::default()];
        let name = TopicName::new("orders").unwrap();
        let mut topics = Topics::default();
        topics.add(Topic { name, id: 1, config: TopicConfig::default(), partitions });
        topics
    }

    #[test]
    fn the_oldest_of_all_partitions_goes_first() {
        let (mut cache, mut topics) = (TailCache::new(250), two_partitions());
        for partition in [0, 1, 1, 0, 1] {
            let len = add(&mut cache, &mut topics, partition);
            assert!(cache.bytes() <= 250 && cache.bytes() >= len);
        }
        let has = |partition, offset| topics.partition(Place { slot: 0, partition }).unwrap().has_in_memory(offset);
        assert_eq!([has(0, 0), has(1, 0), has(0, 1), has(1, 2)], [false, false, true, true]);
    }

    #[test]
    fn the_order_does_not_grow_with_what_retention_removes() {
        let (mut cache, mut topics) = (TailCache::new(1 << 20), two_partitions());
        add(&mut cache, &mut topics, 0);
        for offset in 1..10_000 {
            add(&mut cache, &mut topics, 1);
            let freed = topics.partition_mut(Place { slot: 0, partition: 1 }).unwrap().begin_at(offset);
            cache.removed(freed, &topics);
        }
        assert!(cache.order.len() <= 2 * SWEEP_AT_LEAST, "{}", cache.order.len());
        assert_eq!(cache.batches, 1);
    }
}
