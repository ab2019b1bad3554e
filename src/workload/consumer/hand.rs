//! What a consumer has polled: which records wait for a worker, when each begins and ends by the absolute
//! schedule `finish = max(previous finish, arrival) + service`, and which are done by a given time.

use std::collections::VecDeque;
use std::time::Duration;

use crate::scenario::BatchSpec;
use crate::workload::patience::WORK_AHEAD_NANOS;
use crate::workload::service::ServiceTimes;

/// A record as processing sees it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Polled {
    /// Which of the consumer's partitions it is from.
    pub lane: u32,
    pub offset: i64,
    /// When it was there to be processed, in nanoseconds of the clock.
    pub available: u64,
    /// When it was to be sent, in microseconds of the clock.
    pub intended: u64,
    /// 0 without a key.
    pub key_hash: u64,
}

/// A record with its place in the schedule, in nanoseconds of the clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub record: Polled,
    pub start: u64,
    pub finish: u64,
    /// Its own processing and the overhead of the batch that it is the first of.
    pub busy: u64,
}

/// Records in hand, and the workers that process them.
#[derive(Debug)]
pub(super) struct Hand {
    service: ServiceTimes,
    batch: BatchSpec,
    /// When each worker is free.
    workers: Vec<u64>,
    /// Records that the present batch still takes.
    batch_left: u32,
    waiting: VecDeque<Polled>,
    /// In the order of their ends.
    begun: VecDeque<Begun>,
}

impl Hand {
    pub fn new(service: ServiceTimes, batch: BatchSpec, workers: u32) -> Self {
        let workers = vec![0; usize::try_from(workers.max(1)).unwrap_or(1)];
        Self { service, batch, workers, batch_left: 0, waiting: VecDeque::new(), begun: VecDeque::new() }
    }

    pub fn service_mut(&mut self) -> &mut ServiceTimes {
        &mut self.service
    }

    /// From the next batch on.
    pub fn set_batch(&mut self, batch: BatchSpec) {
        self.batch = batch;
        self.batch_left = self.batch_left.min(batch.size);
    }

    /// Takes a record that was polled.
    pub fn take(&mut self, record: Polled) {
        self.waiting.push_back(record);
    }

    /// Records that are not done.
    pub fn len(&self) -> usize {
        self.waiting.len() + self.begun.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.begun.is_empty()
    }

    /// Whether a worker will want another record before the chunk that begins `now` is over.
    pub fn wants_more(&self, now: u64) -> bool {
        self.waiting.is_empty() && self.free_worker().1 <= now + u64::from(WORK_AHEAD_NANOS)
    }

    /// Begins what can begin within the chunk from `now` on.
    pub fn begin(&mut self, now: u64) {
        while let Some(&record) = self.waiting.front() {
            let (worker, free) = self.free_worker();
            if free > now + u64::from(WORK_AHEAD_NANOS) {
                return;
            }
            self.waiting.pop_front();
            self.begin_one(record, worker, free);
        }
        // Whatever comes later is another batch.
        self.batch_left = 0;
    }

    /// The next record that is done at `now`.
    pub fn next_done(&mut self, now: u64) -> Option<Begun> {
        if self.begun.front()?.finish > now {
            return None;
        }
        self.begun.pop_front()
    }

    /// When to look again: when records are done, but not much more often than once a chunk.
    pub fn next_look(&self, now: u64) -> Option<u64> {
        let (first, last) = (self.begun.front()?.finish, self.begun.back()?.finish);
        Some(first.max(last.min(now + u64::from(WORK_AHEAD_NANOS))))
    }

    /// From when to when the work is planned that is not done yet.
    pub fn planned(&self) -> Option<(u64, u64)> {
        Some((self.begun.front()?.start, self.begun.back()?.finish))
    }

    /// The lowest offset of a partition that is not done; `None` when all that was polled is.
    pub fn lowest_unfinished(&self, lane: u32) -> Option<i64> {
        let begun = self.begun.iter().map(|begun| &begun.record);
        begun.chain(&self.waiting).filter(|record| record.lane == lane).map(|record| record.offset).min()
    }

    /// Nothing waiting may begin before `available`.
    pub fn hold_until(&mut self, available: u64) {
        for record in &mut self.waiting {
            record.available = record.available.max(available);
        }
    }

    /// Gives back everything that has not begun, the last first.
    pub fn put_back(&mut self) -> impl Iterator<Item = Polled> + use<> {
        std::mem::take(&mut self.waiting).into_iter().rev()
    }

    /// The consumer stood still from `from` on, for so long: what was not done ends that much later.
    pub fn shift(&mut self, from: u64, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        for begun in self.begun.iter_mut().filter(|begun| begun.finish > from) {
            begun.finish += by;
            if begun.start > from {
                begun.start += by;
            }
        }
        for free in self.workers.iter_mut().filter(|free| **free > from) {
            *free += by;
        }
    }

    fn begin_one(&mut self, record: Polled, worker: usize, free: u64) {
        let start = free.max(record.available);
        let mut busy = self.service.draw();
        if self.batch_left == 0 {
            self.batch_left = self.batch.size.max(1);
            busy += u64::try_from(self.batch.overhead.as_nanos()).unwrap_or(u64::MAX);
        }
        self.batch_left -= 1;
        let finish = start + busy;
        self.workers[worker] = finish;
        let begun = Begun { record, start, finish, busy };
        if self.begun.back().is_none_or(|last| last.finish <= finish) {
            self.begun.push_back(begun);
        } else {
            let place = self.begun.partition_point(|other| other.finish <= finish);
            self.begun.insert(place, begun);
        }
    }

    /// The worker that is free first, and when.
    fn free_worker(&self) -> (usize, u64) {
        let first = self.workers.iter().copied().enumerate().min_by_key(|&(_, free)| free);
        first.expect("a consumer has at least one worker")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ServiceTime;

    const MILLI: u64 = 1_000_000;

    fn hand(service_millis: u64, batch: BatchSpec, workers: u32) -> Hand {
        let service = ServiceTime::Constant(Duration::from_millis(service_millis));
        Hand::new(ServiceTimes::new(service, 1.0, 1), batch, workers)
    }

    fn record(offset: i64, available_millis: u64) -> Polled {
        Polled { offset, available: available_millis * MILLI, ..Polled::default() }
    }

    /// Ends of all records in milliseconds, read as late as one likes.
    fn ends(hand: &mut Hand) -> Vec<(i64, u64)> {
        let mut ends = Vec::new();
        hand.begin(u64::MAX / 2);
        while let Some(begun) = hand.next_done(u64::MAX) {
            ends.push((begun.record.offset, begun.finish / MILLI));
        }
        ends
    }

    #[test]
    fn a_record_ends_one_service_after_the_record_before_it_or_its_arrival() {
        let mut hand = hand(4, BatchSpec::SINGLE, 1);
        for (offset, available) in [(0, 1), (1, 2), (2, 3), (3, 20)] {
            hand.take(record(offset, available));
        }
        assert_eq!(ends(&mut hand), [(0, 5), (1, 9), (2, 13), (3, 24)]);
    }

    #[test]
    fn the_overhead_is_spent_once_per_batch() {
        let mut hand = hand(1, BatchSpec { size: 3, overhead: Duration::from_millis(10) }, 1);
        (0..4).for_each(|offset| hand.take(record(offset, 0)));
        assert_eq!(ends(&mut hand), [(0, 11), (1, 12), (2, 13), (3, 24)]);
    }

    #[test]
    fn a_pool_finishes_as_many_at_once_as_it_has_workers() {
        let mut hand = hand(4, BatchSpec::SINGLE, 3);
        (0..5).for_each(|offset| hand.take(record(offset, 0)));
        assert_eq!(ends(&mut hand), [(0, 4), (1, 4), (2, 4), (3, 8), (4, 8)]);
    }

    #[test]
    fn work_is_begun_a_chunk_ahead_and_no_further() {
        let mut hand = hand(4, BatchSpec::SINGLE, 1);
        (0..100).for_each(|offset| hand.take(record(offset, 0)));
        hand.begin(0);
        assert_eq!((hand.begun.len(), hand.next_look(0)), (3, Some(10 * MILLI)));
    }

    #[test]
    fn a_freeze_delays_what_was_not_done_by_its_length() {
        let mut hand = hand(4, BatchSpec::SINGLE, 1);
        (0..3).for_each(|offset| hand.take(record(offset, 0)));
        hand.begin(0);
        hand.shift(5 * MILLI, Duration::from_millis(100));
        assert_eq!(ends(&mut hand), [(0, 4), (1, 108), (2, 112)]);
    }
}
