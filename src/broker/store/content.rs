//! The bytes of one stored segment: put together from its chunks, cut into its batches, and checked. Which segment
//! to look into is not decided here.

use std::ops::Range;

use bytes::Bytes;
use redb::AccessGuard;

use super::log::StoredSegment;
use crate::model::batch::{BatchHeader, HEADER_BYTES};

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

/// The table of chunks as a read transaction has it.
pub(super) type ChunkTable = redb::ReadOnlyTable<u64, &'static [u8]>;

/// The bytes of one segment while a transaction is open.
pub(super) struct SegmentContent {
    chunks: Vec<AccessGuard<'static, &'static [u8]>>,
    len: usize,
    expected: StoredSegment,
}

impl SegmentContent {
    pub(super) fn open(table: &ChunkTable, segment: &StoredSegment) -> Result<Self, ReadFault> {
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

    /// All of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.copy(0..self.len)
    }

    /// Adds its batches from the one with `offset` on to `batches`, as far as `budget` goes; the first of all is free
    /// of it. Whether these were all that it has.
    pub(super) fn read(&self, offset: i64, budget: &mut usize, batches: &mut Vec<Bytes>) -> Result<bool, ReadFault> {
        let wanted = self.batches_from(offset, budget, batches.is_empty())?;
        let from = wanted.first().map_or(0, |first| first.start);
        let end = wanted.last().map_or(0, |last| last.end);
        let bytes = Bytes::from(self.copy(from..end));
        for range in wanted {
            let batch = bytes.slice(range.start - from..range.end - from);
            check_crc(&batch)?;
            batches.push(batch);
        }
        Ok(end == self.len)
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

/// redb checks its pages only when it repairs, so what lies damaged on the disk is found here.
pub(super) fn check_crc(batch: &[u8]) -> Result<(), ReadFault> {
    let header = BatchHeader::parse(batch).and_then(|header| header.check_crc(batch));
    header.map_err(|fault| ReadFault::Damaged(fault.to_string()))
}
