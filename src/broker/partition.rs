//! One partition's log as the engine knows it: its offsets, its newest batches in memory, and who
//! waits for it. The records themselves are the store's.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::model::batch::BatchHeader;

use super::parked::FetchNumber;
use super::store::LogExtent;
use super::view::PartitionView;

#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) log_start_offset: i64,
    /// Everything below is stored and may be read.
    pub(super) high_watermark: i64,
    /// Where the next batch goes.
    pub(super) log_end_offset: i64,
    /// Of the stored batches.
    pub(super) bytes: u64,
    pub(super) records_in: u64,
    pub(super) bytes_in: u64,
    /// Long polls that wait for this partition among others.
    pub(super) parked: Vec<FetchNumber>,
    /// Its place in the open commit: the commit's number and the index there.
    pub(super) joined: Option<(u64, usize)>,
    tail: VecDeque<TailBatch>,
}

/// A batch in memory.
#[derive(Debug)]
struct TailBatch {
    base_offset: i64,
    bytes: Bytes,
}

/// What memory gave up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Freed {
    pub(super) batches: usize,
    pub(super) bytes: usize,
}

impl FromIterator<TailBatch> for Freed {
    fn from_iter<I: IntoIterator<Item = TailBatch>>(batches: I) -> Self {
        let add =
            |freed: Self, batch: TailBatch| Self { batches: freed.batches + 1, bytes: freed.bytes + batch.bytes.len() };
        batches.into_iter().fold(Self::default(), add)
    }
}

/// What memory has from an offset on.
pub(super) enum Readable<I> {
    /// Nothing below the high watermark.
    Nothing,
    /// The store has to be asked.
    InStore,
    /// The batches from the one that contains the offset, up to the high watermark.
    InMemory(I),
}

impl Partition {
    /// A partition as the store has it.
    pub(super) fn recovered(extent: LogExtent) -> Self {
        Self {
            log_start_offset: extent.log_start_offset,
            high_watermark: extent.log_end_offset,
            log_end_offset: extent.log_end_offset,
            bytes: extent.bytes,
            ..Self::default()
        }
    }

    /// Puts a batch at the end of the log; its base offset is [`Self::log_end_offset`].
    pub(super) fn append(&mut self, header: &BatchHeader, batch: Bytes) {
        let len = batch.len() as u64;
        self.tail.push_back(TailBatch { base_offset: self.log_end_offset, bytes: batch });
        self.log_end_offset += i64::from(header.record_count);
        self.bytes_in += len;
        self.records_in += u64::from(header.record_count.unsigned_abs());
    }

    /// What can be read from `offset` on, which lies within the log.
    pub(super) fn readable(&self, offset: i64) -> Readable<impl Iterator<Item = &Bytes>> {
        if offset >= self.high_watermark {
            return Readable::Nothing;
        }
        let after = self.tail.partition_point(|batch| batch.base_offset <= offset);
        match after.checked_sub(1) {
            None => Readable::InStore,
            Some(first) => {
                let stored = |batch: &&TailBatch| batch.base_offset < self.high_watermark;
                Readable::InMemory(self.tail.range(first..).take_while(stored).map(|batch| &batch.bytes))
            }
        }
    }

    /// Whether `offset` lies where consumers may read.
    pub(super) fn contains(&self, offset: i64) -> bool {
        (self.log_start_offset..=self.high_watermark).contains(&offset)
    }

    /// Drops the oldest batch in memory if it is the one at `base_offset`.
    pub(super) fn drop_oldest_in_memory(&mut self, base_offset: i64) -> Freed {
        let is_it = self.tail.front().is_some_and(|batch| batch.base_offset == base_offset);
        let range = ..usize::from(is_it);
        self.tail.drain(range).collect()
    }

    /// Whether the batch at `base_offset`, which was appended some time ago, is still in memory.
    pub(super) fn has_in_memory(&self, base_offset: i64) -> bool {
        self.tail.front().is_some_and(|oldest| oldest.base_offset <= base_offset)
    }

    /// Takes back what was appended but could not be stored.
    pub(super) fn take_back(&mut self) -> Freed {
        self.log_end_offset = self.high_watermark;
        let kept = self.tail.partition_point(|batch| batch.base_offset < self.high_watermark);
        self.tail.drain(kept..).collect()
    }

    /// Lets the log begin at `offset`.
    pub(super) fn begin_at(&mut self, offset: i64) -> Freed {
        self.log_start_offset = self.log_start_offset.max(offset);
        let end_of = |index: usize| self.tail.get(index + 1).map_or(self.log_end_offset, |next| next.base_offset);
        let dropped = (0..self.tail.len()).take_while(|&index| end_of(index) <= offset).count();
        self.tail.drain(..dropped).collect()
    }

    /// Gives up everything that is in memory.
    pub(super) fn empty_memory(&mut self) -> Freed {
        self.tail.drain(..).collect()
    }

    pub(super) fn view(&self) -> PartitionView {
        PartitionView {
            log_start_offset: self.log_start_offset,
            high_watermark: self.high_watermark,
            log_end_offset: self.log_end_offset,
            bytes: self.bytes,
            records_in: self.records_in,
            bytes_in: self.bytes_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::batch::BatchBuilder;

    fn append(partition: &mut Partition, records: usize) {
        let mut builder = BatchBuilder::new(1 << 20);
        (0..records).for_each(|_| builder.append(0, None, None, &[]));
        let batch = builder.finish();
        partition.append(&BatchHeader::check(&batch).unwrap(), batch);
    }

    fn batches_from(partition: &Partition, offset: i64) -> Option<usize> {
        match partition.readable(offset) {
            Readable::Nothing => Some(0),
            Readable::InStore => None,
            Readable::InMemory(batches) => Some(batches.count()),
        }
    }

    #[test]
    fn only_what_lies_below_the_high_watermark_can_be_read() {
        let mut partition = Partition::default();
        (0..3).for_each(|_| append(&mut partition, 2));
        for (high_watermark, offset, expected) in [(0, 0, 0), (4, 0, 2), (4, 3, 1), (4, 4, 0), (6, 0, 3), (6, 5, 1)] {
            partition.high_watermark = high_watermark;
            assert_eq!(batches_from(&partition, offset), Some(expected), "{offset} of {high_watermark}");
        }
    }

    #[test]
    fn what_memory_has_lost_is_in_the_store() {
        let mut partition = Partition::default();
        (0..3).for_each(|_| append(&mut partition, 2));
        partition.high_watermark = 6;
        assert_eq!(partition.drop_oldest_in_memory(2), Freed::default(), "it is not the oldest");
        assert_eq!(partition.drop_oldest_in_memory(0).batches, 1);
        assert_eq!((batches_from(&partition, 1), batches_from(&partition, 2)), (None, Some(2)));
        assert!(!partition.has_in_memory(0) && partition.has_in_memory(2));
        assert_eq!(partition.begin_at(3), Freed::default(), "the batch that contains the offset stays");
        assert_eq!(partition.begin_at(6).batches, 2);
    }

    #[test]
    fn what_could_not_be_stored_is_taken_back() {
        let mut partition = Partition::default();
        append(&mut partition, 2);
        partition.high_watermark = 2;
        append(&mut partition, 3);
        assert_eq!((partition.log_end_offset, partition.take_back().batches, partition.log_end_offset), (5, 1, 2));
        assert_eq!(batches_from(&partition, 0), Some(1));
    }
}
