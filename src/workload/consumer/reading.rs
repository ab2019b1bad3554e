//! How a consumer reads: fetches ahead, polls, lets its workers process, and notes what is done.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::hand::{Begun, Polled};
use super::lane::Arrival;
use super::session::Run;
use crate::clock::Time;
use crate::metrics::ledger::KeyMark;
use crate::model::error::ErrorCode;
use crate::model::request::{FetchPartition, FetchRequest, FetchedPartition};
use crate::scenario::CommitPolicy;
use crate::workload::backend::Backend;
use crate::workload::patience::{LONG_BACKOFF, RETRY_BACKOFF};

/// As Kafka's `max.partition.fetch.bytes`.
const MAX_PARTITION_BYTES: u32 = 1 << 20;

/// Bound on one answer, below Kafka's `fetch.max.bytes`: there may be a thousand consumers in one process.
const MAX_FETCH_BYTES: u32 = 8 << 20;

/// As Kafka's `fetch.max.wait.ms`.
const MAX_WAIT: Duration = Duration::from_millis(500);

/// Wait while some partitions are left out because enough of them is fetched: they will want more soon.
const SHORT_WAIT: Duration = Duration::from_millis(10);

/// Records that a consumer holds fetched and not polled before it fetches no more.
const MAX_FETCHED: usize = 100_000;

/// Records polled before other things are looked after.
const WORK_AT_ONCE: usize = 50_000;

/// Partitions with what each gave, or why nothing came.
pub(super) type Fetched = Result<Vec<FetchedPartition>, ErrorCode>;

/// A poll whose records are in hand.
#[derive(Debug)]
pub(super) struct Poll {
    left: usize,
    /// Where each partition of it ends.
    ends: Vec<(u32, i64)>,
}

impl<B: Backend> Run<B> {
    /// Polls and processes what can be done now; true when there is more.
    pub(super) fn work(&mut self, now: Time) -> bool {
        let mut worked = 0;
        while worked < WORK_AT_ONCE {
            let polled = if self.may_poll(now) { self.poll(now) } else { 0 };
            if !self.is_held {
                self.hand.begin(now.as_nanos());
            }
            let done = self.settle(now);
            if polled + done == 0 {
                return false;
            }
            worked += polled.max(done);
        }
        true
    }

    /// Notes everything that is done at `now`, or was when the client stood still; how many records.
    pub(super) fn settle(&mut self, now: Time) -> usize {
        let until = self.client.alive_until(now).as_nanos();
        let (mut run, mut busy) = (None::<(u32, i64, i64)>, 0);
        while let Some(begun) = self.hand.next_done(until) {
            let record = begun.record;
            run = match run {
                Some((lane, start, end)) if lane == record.lane && end == record.offset => Some((lane, start, end + 1)),
                other => {
                    self.note_processed(other);
                    Some((record.lane, record.offset, record.offset + 1))
                }
            };
            if record.key_hash != 0 {
                let Polled { key_hash, offset, intended, .. } = record;
                // The partition is the book's to fill in.
                self.keys.push(KeyMark { key_hash, partition: 0, offset, time: intended });
            }
            busy += begun.busy;
            self.samples.push(sample(&begun));
        }
        self.note_processed(run);
        self.note_samples(busy)
    }

    /// Asks for more records of every partition that has room for them.
    pub(super) fn fetch_if_due(&mut self, now: Time) {
        if self.fetch.is_some() || now < self.fetch_at || self.fetched_records() >= MAX_FETCHED {
            return;
        }
        let ready = self.lanes.values().filter(|lane| lane.has_room() && lane.retry_at <= now);
        let partitions: Vec<FetchPartition> = ready
            .map(|lane| FetchPartition {
                partition: lane.partition.clone(),
                fetch_offset: lane.fetch_offset,
                max_bytes: MAX_PARTITION_BYTES,
            })
            .collect();
        if partitions.is_empty() {
            return;
        }
        let max_wait = if partitions.len() < self.lanes.len() { SHORT_WAIT } else { MAX_WAIT };
        let request = FetchRequest { partitions, min_bytes: 1, max_bytes: MAX_FETCH_BYTES, max_wait };
        let backend = self.backend.clone();
        self.fetch = Some(Box::pin(async move { backend.fetch(request).await }));
        // An answer that comes at once and brings nothing must not be asked for again at once.
        self.fetch_at = now + Duration::from_millis(1);
    }

    pub(super) fn fetched(&mut self, answer: Fetched) {
        let now = self.clock.now();
        match answer {
            Ok(partitions) => partitions.into_iter().for_each(|partition| self.add_fetched(partition, now)),
            Err(_) => self.fetch_at = now + RETRY_BACKOFF,
        }
    }

    /// When fetching can go on that can't now.
    pub(super) fn fetch_deadline(&self, now: Time) -> Time {
        if self.fetch.is_some() || self.lanes.is_empty() {
            return Time::MAX;
        }
        let retry = self.lanes.values().map(|lane| lane.retry_at).filter(|at| *at > now).min();
        self.fetch_at.max(now).min(retry.unwrap_or(Time::MAX))
    }

    fn fetched_records(&self) -> usize {
        self.lanes.values().map(super::lane::Lane::fetched_len).sum()
    }

    fn add_fetched(&mut self, fetched: FetchedPartition, now: Time) {
        let Some(lane) = self.lane_ids.get(&fetched.partition).and_then(|id| self.lanes.get_mut(id)) else { return };
        match fetched.error {
            None => {}
            Some(ErrorCode::OffsetOutOfRange) => {
                lane.is_resetting = true;
                self.search.add(fetched.partition, Some(lane.fetch_offset));
                return;
            }
            Some(_) => {
                lane.retry_at = now + LONG_BACKOFF;
                return;
            }
        }
        let arrival = Arrival { nanos: now.as_nanos(), unix_millis_at_zero: self.unix_millis_at_zero };
        for batch in &fetched.batches {
            self.fetch_at = now;
            if lane.add(batch, &arrival).is_err() {
                // The rest of a damaged batch can't be processed by anybody: the ledger will say so.
                lane.retry_at = now + RETRY_BACKOFF;
            }
        }
    }

    fn may_poll(&self, now: Time) -> bool {
        let rests = self.is_held || self.standing.place.is_some() || self.orders.is_stopping();
        let will_join = self.standing.wants_to_join && self.standing.joining.is_none();
        let wants_more = match self.group.commit {
            CommitPolicy::Before => self.hand.is_empty() && self.committing.is_none(),
            CommitPolicy::After | CommitPolicy::Auto { .. } => self.hand.wants_more(now.as_nanos()),
        };
        !rests && !will_join && wants_more
    }

    /// Takes up to `max_poll_records` into the hand, partition by partition, beginning after the last one.
    fn poll(&mut self, now: Time) -> usize {
        self.polled_at = now;
        let most = usize::try_from(self.group.max_poll_records).unwrap_or(usize::MAX).max(1);
        let (mut left, mut ends) = (most, Vec::new());
        while left > 0 {
            let next = self.lanes.range_mut(self.turn..).find(|(_, lane)| lane.has_fetched()).map(|(id, _)| *id);
            let next = next.or_else(|| self.lanes.iter().find(|(_, lane)| lane.has_fetched()).map(|(id, _)| *id));
            let Some(lane) = next.and_then(|id| self.lanes.get_mut(&id)) else { break };
            while left > 0
                && let Some(record) = lane.poll()
            {
                self.hand.take(record);
                left -= 1;
            }
            lane.book.polled(self.tag, lane.position);
            ends.push((lane.id, lane.position));
            self.turn = lane.id + 1;
        }
        let polled = most - left;
        if polled > 0 {
            self.polls.push_back(Poll { left: polled, ends });
            if self.group.commit == CommitPolicy::Before {
                self.is_held = true;
                self.commit_positions(now);
            }
        }
        polled
    }

    fn note_processed(&mut self, run: Option<(u32, i64, i64)>) {
        let Some((lane, start, end)) = run else { return };
        if let Some(lane) = self.lanes.get(&lane) {
            lane.book.processed(start, end, &self.keys);
        }
        self.keys.clear();
    }

    fn note_samples(&mut self, busy: u64) -> usize {
        let done = self.samples.len();
        if done == 0 {
            return 0;
        }
        self.meters.recorder.record(self.shared.shard, self.samples.drain(..));
        self.shared.processed.fetch_add(u64::try_from(done).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.shared.busy_nanos.fetch_add(busy, Ordering::Relaxed);
        self.finish_polls(done);
        done
    }

    fn finish_polls(&mut self, mut done: usize) {
        while let Some(poll) = self.polls.front_mut() {
            let of_this = done.min(poll.left);
            poll.left -= of_this;
            done -= of_this;
            if poll.left > 0 {
                return;
            }
            for (lane, end) in std::mem::take(&mut poll.ends) {
                if let Some(lane) = self.lanes.get_mut(&lane) {
                    lane.done = lane.done.max(end);
                }
            }
            self.polls.pop_front();
        }
    }
}

/// Latency from the intended send time to the end of processing, and wait until its beginning, in microseconds.
fn sample(begun: &Begun) -> (u64, u64) {
    let since = |nanos: u64| (nanos / 1_000).saturating_sub(begun.record.intended);
    (since(begun.finish), since(begun.start))
}
