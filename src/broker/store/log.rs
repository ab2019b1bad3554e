//! What the store knows of each partition's log in memory (where every stretch of it lies), and reading from
//! it. Writing is `commit`'s.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use bytes::Bytes;
use redb::{AccessGuard, ReadableDatabase};

use super::tables::{CHUNKS, SegmentRow};
use super::{PartitionKey, StoreError, chunks};
use crate::model::batch::{self, BatchHeader, Compression, HEADER_BYTES, Records};
use crate::model::request::ListedOffset;
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

    fn len(&self) -> usize {
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

/// Why a segment could not be read.
pub(super) enum ReadFault {
    /// It was removed in the meantime: look again.
    Gone,
    Redb(redb::Error),
    /// What is stored is not what was written.
    Damaged(String),
}

impl<E: Into<redb::Error>> From<E> for ReadFault {
    fn from(error: E) -> Self {
        Self::Redb(error.into())
    }
}

/// Reads whole batches from `offset` on: the one that contains it in any case, and more up to `max_bytes` in all.
pub(super) fn read_batches(
    database: &redb::Database,
    segments: &[StoredSegment],
    offset: i64,
    max_bytes: u32,
) -> Result<Vec<Bytes>, ReadFault> {
    let transaction = database.begin_read()?;
    let table = transaction.open_table(CHUNKS)?;
    let mut batches = Vec::new();
    let mut budget = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    for segment in segments {
        let content = SegmentContent::open(&table, segment)?;
        let wanted = content.batches_from(offset, &mut budget, batches.is_empty())?;
        let wanted_end = wanted.last().map_or(0, |last| last.end);
        let from = wanted.first().map_or(0, |first| first.start);
        let bytes = Bytes::from(content.copy(from..wanted_end));
        for range in wanted {
            let batch = bytes.slice(range.start - from..range.end - from);
            check_crc(&batch)?;
            batches.push(batch);
        }
        if wanted_end < content.len {
            break;
        }
    }
    Ok(batches)
}

/// Finds the first record of `segment` from `log_start_offset` on with at least `timestamp`. In a compressed
/// batch, which can't be looked into, the first record stands for all.
pub(super) fn find_timestamp(
    database: &redb::Database,
    segment: &StoredSegment,
    log_start_offset: i64,
    timestamp: i64,
) -> Result<Option<ListedOffset>, ReadFault> {
    let transaction = database.begin_read()?;
    let table = transaction.open_table(CHUNKS)?;
    let content = SegmentContent::open(&table, segment)?;
    let bytes = content.copy(0..content.len);
    for found in batch::split(&bytes) {
        let (header, batch) = found.map_err(|fault| ReadFault::Damaged(fault.to_string()))?;
        if header.max_timestamp < timestamp || header.last_offset() < log_start_offset {
            continue;
        }
        check_crc(batch)?;
        if header.compression() != Compression::None {
            let offset = header.base_offset.max(log_start_offset);
            return Ok(Some(ListedOffset { offset, timestamp: header.base_timestamp.max(timestamp) }));
        }
        let mut records = Records::new(batch).map_err(|fault| ReadFault::Damaged(fault.to_string()))?;
        let hit = records.find_map(|record| {
            record.ok().filter(|record| record.timestamp >= timestamp && record.offset >= log_start_offset)
        });
        if let Some(record) = hit {
            return Ok(Some(ListedOffset { offset: record.offset, timestamp: record.timestamp }));
        }
    }
    Ok(None)
}

/// redb checks its pages only when it repairs, so what lies damaged on the disk is found here.
fn check_crc(batch: &[u8]) -> Result<(), ReadFault> {
    let header = BatchHeader::parse(batch).and_then(|header| header.check_crc(batch));
    header.map_err(|fault| ReadFault::Damaged(fault.to_string()))
}

/// The bytes of one segment while a transaction is open.
struct SegmentContent {
    chunks: Vec<AccessGuard<'static, &'static [u8]>>,
    len: usize,
    expected: StoredSegment,
}

impl SegmentContent {
    fn open(table: &redb::ReadOnlyTable<u64, &'static [u8]>, segment: &StoredSegment) -> Result<Self, ReadFault> {
        let mut chunks = Vec::new();
        let mut len = 0;
        for entry in table.range(segment.chunks())? {
            let (_, chunk) = entry?;
            len += chunk.value().len();
            chunks.push(chunk);
        }
        let count = segment.chunks().count();
        if chunks.len() < count {
            return Err(ReadFault::Gone);
        }
        if len != segment.len() {
            return Err(ReadFault::Damaged(format!("a segment of {} bytes has {len}", segment.len())));
        }
        Ok(Self { chunks, len, expected: *segment })
    }

    /// Where the batches lie from the one with `offset` on, as far as `budget` goes. The first is `free` of it.
    fn batches_from(&self, offset: i64, budget: &mut usize, free: bool) -> Result<Vec<Range<usize>>, ReadFault> {
        let mut wanted = Vec::new();
        let mut position = 0;
        let mut expected_offset = self.expected.base_offset;
        while position < self.len {
            let header = self.header_at(position)?;
            let end = position + header.total_bytes();
            if header.base_offset != expected_offset || end > self.len {
                return Err(ReadFault::Damaged(format!("the batch at offset {expected_offset} is not there")));
            }
            expected_offset = header.last_offset() + 1;
            if expected_offset > offset {
                let must = free && wanted.is_empty();
                if !must && header.total_bytes() > *budget {
                    break;
                }
                *budget = budget.saturating_sub(header.total_bytes());
                wanted.push(position..end);
            }
            position = end;
        }
        Ok(wanted)
    }

    fn header_at(&self, position: usize) -> Result<BatchHeader, ReadFault> {
        let fields = self.copy(position..(position + HEADER_BYTES).min(self.len));
        BatchHeader::parse(&fields).map_err(|fault| ReadFault::Damaged(fault.to_string()))
    }

    fn copy(&self, range: Range<usize>) -> Vec<u8> {
        let mut copied = Vec::with_capacity(range.len());
        let mut chunk_start = 0;
        for chunk in &self.chunks {
            let chunk = chunk.value();
            let from = range.start.clamp(chunk_start, chunk_start + chunk.len()) - chunk_start;
            let to = range.end.clamp(chunk_start, chunk_start + chunk.len()) - chunk_start;
            copied.extend_from_slice(&chunk[from..to]);
            chunk_start += chunk.len();
        }
        copied
    }
}
