//! Reading from the store: batches from an offset on, and the offset of a time. Readers hold no lock while they
//! read, so that what they look for may be removed under their eyes; then they look again.

use bytes::Bytes;
use redb::{Database, ReadableDatabase};

use super::content::{ReadFault, SegmentContent, check_crc};
use super::log::{Logs, StoredSegment};
use super::tables::CHUNKS;
use super::{PartitionKey, Store, StoreError, catching_damage, find_log, read_lock};
use crate::model::batch::{self, BatchHeader, Compression, Records};
use crate::model::request::ListedOffset;

/// How often a read looks again for what a trim removed under its eyes. Each time the log begins later, so the
/// second look knows; more are only a guard against a damaged index.
const READ_ATTEMPTS: usize = 3;

impl Store {
    /// Reads whole batches from the one that contains `offset` on: that one in any case, and as many more as make
    /// `max_bytes` in all. Nothing at the log's end.
    pub fn read(&self, topic_id: u128, partition: u32, offset: i64, max_bytes: u32) -> Result<Vec<Bytes>, StoreError> {
        let key = PartitionKey { topic_id, partition };
        self.retrying(|logs| {
            let segments = find_log(logs, key)?.segments_from(offset, max_bytes)?;
            Ok(move |database: &Database| read_batches(database, &segments, offset, max_bytes))
        })
    }

    /// The first record in offset order with at least `timestamp` (Unix milliseconds). In a compressed batch, which
    /// can't be looked into, the first record stands for all.
    pub fn offset_for_timestamp(
        &self,
        topic_id: u128,
        partition: u32,
        timestamp: i64,
    ) -> Result<Option<ListedOffset>, StoreError> {
        let key = PartitionKey { topic_id, partition };
        let mut at = self.extent(topic_id, partition)?.log_start_offset;
        loop {
            // A segment may hold such a record only before the log's start, so more than one may have to be looked at.
            let mut next = None;
            let found = self.retrying(|logs| {
                let log = find_log(logs, key)?;
                let segment = log.segment_with_timestamp(at.max(log.log_start_offset), timestamp);
                next = segment.map(|segment| segment.next_offset);
                let log_start_offset = log.log_start_offset;
                Ok(move |database: &Database| match segment {
                    Some(segment) => find_timestamp(database, &segment, log_start_offset, timestamp),
                    None => Ok(None),
                })
            })?;
            match (found, next) {
                (None, Some(next)) => at = next,
                (found, _) => return Ok(found),
            }
        }
    }

    /// Looks up in the index what to read and reads it, again if it was trimmed away in between.
    fn retrying<T, R: FnOnce(&Database) -> Result<T, ReadFault>>(
        &self,
        mut look_up: impl FnMut(&Logs) -> Result<R, StoreError>,
    ) -> Result<T, StoreError> {
        let path = &self.0.path;
        for _ in 0..READ_ATTEMPTS {
            let read = look_up(&read_lock(&self.0.logs))?;
            let found = catching_damage(path, || match read(&self.0.database) {
                Ok(found) => Ok(Some(found)),
                Err(ReadFault::Gone) => Ok(None),
                Err(ReadFault::Redb(error)) => Err(StoreError::from_redb(error, path)),
                Err(ReadFault::Damaged(detail)) => Err(StoreError::Damaged { path: path.clone(), detail }),
            })?;
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(StoreError::Damaged { path: path.clone(), detail: "records that should be there are not".to_owned() })
    }
}

fn read_batches(
    database: &Database,
    segments: &[StoredSegment],
    offset: i64,
    max_bytes: u32,
) -> Result<Vec<Bytes>, ReadFault> {
    let table = database.begin_read()?.open_table(CHUNKS)?;
    let mut batches = Vec::new();
    let mut budget = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    for segment in segments {
        let is_all = SegmentContent::open(&table, segment)?.read(offset, &mut budget, &mut batches)?;
        if !is_all {
            break;
        }
    }
    Ok(batches)
}

/// Finds the first record of `segment` from `log_start_offset` on with at least `timestamp`.
fn find_timestamp(
    database: &Database,
    segment: &StoredSegment,
    log_start_offset: i64,
    timestamp: i64,
) -> Result<Option<ListedOffset>, ReadFault> {
    let table = database.begin_read()?.open_table(CHUNKS)?;
    let bytes = SegmentContent::open(&table, segment)?.bytes();
    for found in batch::split(&bytes) {
        let (header, batch) = found.map_err(|fault| ReadFault::Damaged(fault.to_string()))?;
        if header.max_timestamp < timestamp || header.last_offset() < log_start_offset {
            continue;
        }
        check_crc(batch)?;
        let found = find_in_batch(&header, batch, log_start_offset, timestamp)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn find_in_batch(
    header: &BatchHeader,
    batch: &[u8],
    log_start_offset: i64,
    timestamp: i64,
) -> Result<Option<ListedOffset>, ReadFault> {
    if header.compression() != Compression::None {
        let offset = header.base_offset.max(log_start_offset);
        return Ok(Some(ListedOffset { offset, timestamp: header.base_timestamp.max(timestamp) }));
    }
    let records = Records::new(batch).map_err(|fault| ReadFault::Damaged(fault.to_string()))?;
    let mut hits = records
        .filter_map(Result::ok)
        .filter(|record| record.timestamp >= timestamp && record.offset >= log_start_offset);
    Ok(hits.next().map(|record| ListedOffset { offset: record.offset, timestamp: record.timestamp }))
}
