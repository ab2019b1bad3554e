//! What the store knows of each partition's log in memory: where it begins and ends, and where every stretch of it
//! lies. It reads and writes nothing.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::tables::SegmentRow;
use super::{PartitionKey, StoreError, chunks};
use crate::model::retention::Segment;

/// All partitions.
pub(super) type Logs = BTreeMap<PartitionKey, PartitionLog>;

/// Where one partition's records lie.
#[derive(Clone, Debug, Default)]
pub(super) struct PartitionLog {
    pub log_start_offset: i64,
    pub log_end_offset: i64,
    pub bytes: u64,
    /// In offset order, without gaps; the first may begin before the log does.
    pub segments: VecDeque<StoredSegment>,
}

/// A stretch of a log: whole batches of one commit, cut into chunks with consecutive sequence numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StoredSegment {
    pub first_chunk: u64,
    pub base_offset: i64,
    pub next_offset: i64,
    pub max_timestamp: i64,
    pub bytes: u32,
}

impl StoredSegment {
    pub(super) fn new(first_chunk: u64, row: &SegmentRow) -> Self {
        Self {
            first_chunk,
            base_offset: row.base_offset,
            next_offset: row.next_offset,
            max_timestamp: row.max_timestamp,
            bytes: row.bytes,
        }
    }

    pub(super) fn row(&self, partition: PartitionKey) -> SegmentRow {
        SegmentRow {
            partition,
            base_offset: self.base_offset,
            next_offset: self.next_offset,
            max_timestamp: self.max_timestamp,
            bytes: self.bytes,
        }
    }

    /// The lengths of its chunks, in order.
    pub(super) fn chunk_lengths(&self) -> impl Iterator<Item = usize> {
        chunks::lengths(self.len())
    }

    /// The sequence numbers of its chunks.
    pub(super) fn chunks(&self) -> Range<u64> {
        let count = self.chunk_lengths().count();
        self.first_chunk..self.first_chunk + count as u64
    }

    pub(super) fn len(&self) -> usize {
        usize::try_from(self.bytes).expect("a segment's bytes were in memory when it was written")
    }
}

impl PartitionLog {
    /// The extent that others may know.
    pub(super) fn extent(&self) -> LogExtent {
        LogExtent { log_start_offset: self.log_start_offset, log_end_offset: self.log_end_offset, bytes: self.bytes }
    }

    /// Adds a segment at the end.
    pub(super) fn push(&mut self, segment: StoredSegment) {
        self.log_end_offset = segment.next_offset;
        self.bytes += u64::from(segment.bytes);
        self.segments.push_back(segment);
    }

    /// How many of the oldest segments lie wholly before `offset`.
    pub(super) fn segments_before(&self, offset: i64) -> usize {
        self.segments.partition_point(|segment| segment.next_offset <= offset)
    }

    /// Lets the log begin at `offset` and forgets what lies before.
    pub(super) fn trim(&mut self, offset: i64) {
        let removed = self.segments_before(offset);
        for segment in self.segments.drain(..removed) {
            self.bytes -= u64::from(segment.bytes);
        }
        self.log_start_offset = offset;
    }

    /// The segments as retention sees them.
    pub(super) fn retention_segments(&self) -> impl Iterator<Item = Segment> {
        self.segments.iter().map(|segment| Segment {
            base_offset: segment.base_offset,
            max_timestamp: segment.max_timestamp,
            bytes: u64::from(segment.bytes),
        })
    }

    /// The segments to read for `max_bytes` from `offset` on; none when `offset` is the log's end.
    pub(super) fn segments_from(&self, offset: i64, max_bytes: u32) -> Result<Vec<StoredSegment>, StoreError> {
        if !(self.log_start_offset..=self.log_end_offset).contains(&offset) {
            return Err(StoreError::OffsetOutOfRange {
                offset,
                log_start_offset: self.log_start_offset,
                log_end_offset: self.log_end_offset,
            });
        }
        let mut wanted = Vec::new();
        let mut bytes_after_first = 0_u32;
        for segment in self.segments.range(self.segments_before(offset)..) {
            if bytes_after_first > max_bytes {
                break;
            }
            // Of the first segment perhaps only the last batch is wanted.
            if !wanted.is_empty() {
                bytes_after_first = bytes_after_first.saturating_add(segment.bytes);
            }
            wanted.push(*segment);
        }
        Ok(wanted)
    }

    /// The first segment from `at` on that may hold a record with at least `timestamp`.
    pub(super) fn segment_with_timestamp(&self, at: i64, timestamp: i64) -> Option<StoredSegment> {
        let first = self.segments_before(at);
        self.segments.range(first..).find(|segment| segment.max_timestamp >= timestamp).copied()
    }
}

/// Where a partition's log begins and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogExtent {
    pub log_start_offset: i64,
    /// The offset that the next record gets.
    pub log_end_offset: i64,
    /// Of the stored batches, headers included.
    pub bytes: u64,
}
