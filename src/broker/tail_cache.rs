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
