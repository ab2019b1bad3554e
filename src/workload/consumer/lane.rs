//! One partition as its consumer sees it: what was fetched and not polled, how far it has polled and how
//! far it may commit. It fetches and commits nothing itself.

use std::collections::VecDeque;

use bytes::Bytes;

use super::hand::Polled;
use crate::clock::Time;
use crate::metrics::ledger::{GroupBook, key_hash};
use crate::model::batch::{BatchError, BatchHeader, Compression, RecordRef, Records};
use crate::model::topic::TopicPartition;
use crate::workload::payload::intended_micros;

/// Fewer fetched records of a partition than this, about one poll, and more are fetched. Kafka's consumer
/// waits until none is left; a few more hide the way to the broker, and a slow consumer still holds little
/// that retention has deleted meanwhile.
const PREFETCH: usize = 500;

#[derive(Debug)]
pub(super) struct Lane {
    /// Never used twice by one consumer.
    pub id: u32,
    pub partition: TopicPartition,
    pub book: GroupBook,
    pub fetch_offset: i64,
    /// The next offset to poll.
    pub position: i64,
    /// Everything below it is done, as far as the consumer's way to commit cares.
    pub done: i64,
    /// What the broker was last told, at least.
    pub committed: i64,
    /// Not to be fetched before this time.
    pub retry_at: Time,
    /// Waits to learn where to go on after its offset was out of range.
    pub is_resetting: bool,
    has_polled: bool,
    fetched: VecDeque<Polled>,
}

impl Lane {
    pub fn new(id: u32, partition: TopicPartition, book: GroupBook, position: i64, committed: Option<i64>) -> Self {
        Self {
            id,
            partition,
            book,
            fetch_offset: position,
            position,
            done: position,
            committed: committed.unwrap_or(-1),
            retry_at: Time::ZERO,
            is_resetting: false,
            has_polled: false,
            fetched: VecDeque::new(),
        }
    }

    /// Whether more should be fetched.
    pub fn has_room(&self) -> bool {
        self.fetched.len() < PREFETCH && !self.is_resetting
    }

    pub fn has_fetched(&self) -> bool {
        !self.fetched.is_empty() && !self.is_resetting
    }

    /// Adds a batch that was fetched. A batch that can't be read is an error, and is skipped.
    pub fn add(&mut self, batch: &Bytes, epoch: &Arrival) -> Result<(), BatchError> {
        let header = BatchHeader::parse(batch)?;
        let next = header.last_offset() + 1;
        let begin = self.fetch_offset;
        self.fetch_offset = next.max(begin);
        if header.is_control() {
            return Ok(());
        }
        if header.compression() != Compression::None {
            self.add_unread(&header, begin, epoch);
            return Ok(());
        }
        for record in Records::new(batch)? {
            let record = record?;
            if record.offset >= begin {
                self.fetched.push_back(epoch.polled(self.id, &record));
            }
        }
        Ok(())
    }

    /// The next record to process; the position moves past it.
    pub fn poll(&mut self) -> Option<Polled> {
        let record = self.fetched.pop_front()?;
        self.has_polled = true;
        // Where nothing is left, offsets without records (markers, compacted ones) are behind as well.
        self.position = if self.fetched.is_empty() { self.fetch_offset } else { record.offset + 1 };
        Some(record)
    }

    /// A record that was polled last is to be polled again.
    pub fn put_back(&mut self, record: Polled) {
        self.position = record.offset;
        self.fetched.push_front(record);
    }

    /// Whether any record was ever polled from here.
    pub fn has_polled(&self) -> bool {
        self.has_polled
    }

    pub fn fetched_len(&self) -> usize {
        self.fetched.len()
    }

    /// Reads on elsewhere.
    pub fn reset(&mut self, position: i64) {
        self.fetched.clear();
        (self.fetch_offset, self.position, self.done) = (position, position, position);
        self.is_resetting = false;
    }

    /// Records of a client that compresses are counted and timed, though not looked into.
    fn add_unread(&mut self, header: &BatchHeader, begin: i64, epoch: &Arrival) {
        for offset in header.base_offset.max(begin)..=header.last_offset() {
            self.fetched.push_back(Polled {
                lane: self.id,
                offset,
                available: epoch.nanos,
                intended: epoch.micros_of(header.max_timestamp),
                key_hash: 0,
            });
        }
    }
}

/// When a fetch was answered, and how to tell the clock's time from a timestamp.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub nanos: u64,
    pub unix_millis_at_zero: i64,
}

impl Arrival {
    fn polled(&self, lane: u32, record: &RecordRef<'_>) -> Polled {
        Polled {
            lane,
            offset: record.offset,
            available: self.nanos,
            intended: intended_micros(record.value).unwrap_or_else(|| self.micros_of(record.timestamp)),
            key_hash: record.key.map_or(0, key_hash),
        }
    }

    fn micros_of(&self, timestamp: i64) -> u64 {
        let millis = timestamp.saturating_sub(self.unix_millis_at_zero);
        u64::try_from(millis).unwrap_or(0).saturating_mul(1_000)
    }
}
