//! A commit worked out against the logs as they are: which offsets, segments and chunks it gives, and what it
//! removes. It is pure: [`super::commit`] writes it to the tables, and here it is taken into memory.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::commit::{Commit, Committed, TopicChange};
use super::log::{LogExtent, Logs, StoredSegment};
use super::{PartitionKey, StoreError};
use crate::model::batch::{BatchError, BatchHeader};

/// Where a segment is closed: four of the longest chunks. Retention removes whole segments, and a read walks
/// one from its beginning; yet each costs a row and an entry in memory.
const SEGMENT_BYTES: u32 = 4 * 65_520;

/// A commit worked out against the logs as they are, before anything is written.
#[derive(Default)]
pub(super) struct Plan {
    changes: BTreeMap<PartitionKey, LogChange>,
    /// Partitions that are new, and those that go with their topic.
    created: Vec<PartitionKey>,
    deleted: Vec<PartitionKey>,
    next_chunk: u64,
    unknown: BTreeSet<PartitionKey>,
}

/// What happens to one log.
struct LogChange {
    log_start_offset: i64,
    log_end_offset: i64,
    is_trimmed: bool,
    appended: Vec<(StoredSegment, Vec<Bytes>)>,
}

impl Plan {
    /// Fails on batches that are damaged or out of sequence; nothing has been written then.
    pub(super) fn new(commit: &Commit, logs: &Logs, next_chunk: u64) -> Result<Self, StoreError> {
        let mut plan = Self { next_chunk, ..Self::default() };
        for change in &commit.topics {
            plan.change_topic(change, logs);
        }
        for (key, batches) in &commit.appends {
            if plan.touch(*key, logs) {
                plan.append(*key, batches)?;
            }
        }
        for (key, log_start_offset) in &commit.log_starts {
            if plan.touch(*key, logs) {
                plan.trim(*key, *log_start_offset);
            }
        }
        Ok(plan)
    }

    /// The number of the first chunk that is free after this commit.
    pub(super) fn next_chunk(&self) -> u64 {
        self.next_chunk
    }

    fn change_topic(&mut self, change: &TopicChange, logs: &Logs) {
        match change {
            TopicChange::Put(topic) => {
                let keys = (0..topic.partitions).map(|partition| PartitionKey { topic_id: topic.id, partition });
                self.created.extend(keys.filter(|key| !logs.contains_key(key)));
            }
            TopicChange::Delete { topic_id } => {
                self.created.retain(|key| key.topic_id != *topic_id);
                self.deleted.extend(logs.range(PartitionKey::all_of(*topic_id)).map(|(key, _)| *key));
            }
        }
    }

    /// Takes up a partition's log as it is; false when there is none.
    fn touch(&mut self, key: PartitionKey, logs: &Logs) -> bool {
        if self.changes.contains_key(&key) {
            return true;
        }
        let extent = match logs.get(&key) {
            Some(log) if !self.deleted.contains(&key) => log.extent(),
            _ if self.created.contains(&key) => LogExtent::default(),
            _ => {
                self.unknown.insert(key);
                return false;
            }
        };
        self.changes.insert(key, LogChange::new(extent));
        true
    }

    fn append(&mut self, key: PartitionKey, batches: &[Bytes]) -> Result<(), StoreError> {
        let change = self.changes.get_mut(&key).expect("it was taken up just before");
        for batch in batches {
            let header = BatchHeader::parse(batch)?;
            if header.total_bytes() != batch.len() {
                return Err(BatchError::Length { stated: header.batch_length, got: batch.len() }.into());
            }
            change.append(&header, batch)?;
        }
        Ok(())
    }

    fn trim(&mut self, key: PartitionKey, log_start_offset: i64) {
        let change = self.changes.get_mut(&key).expect("it was taken up just before");
        change.is_trimmed = true;
        change.log_start_offset = log_start_offset.clamp(change.log_start_offset, change.log_end_offset);
    }

    /// Gives the chunks their numbers. What was appended and cut off at once is never written.
    pub(super) fn number_chunks(&mut self) {
        for change in self.changes.values_mut() {
            let log_start_offset = change.log_start_offset;
            change.appended.retain(|(segment, _)| segment.next_offset > log_start_offset);
            for (segment, _) in &mut change.appended {
                segment.first_chunk = self.next_chunk;
                self.next_chunk = segment.chunks().end;
            }
        }
    }

    /// The segments to write, with the batches that they consist of.
    pub(super) fn written(&self) -> impl Iterator<Item = (&PartitionKey, &StoredSegment, &[Bytes])> {
        self.changes.iter().flat_map(|(key, change)| {
            change.appended.iter().map(move |(segment, batches)| (key, segment, batches.as_slice()))
        })
    }

    /// The segments to remove: of partitions that go, and what lies before where a log is to begin.
    pub(super) fn removed<'a>(&'a self, logs: &'a Logs) -> impl Iterator<Item = &'a StoredSegment> {
        let deleted = self.deleted.iter().map(|key| (key, i64::MAX));
        let all = deleted.chain(self.log_starts()).filter_map(|(key, up_to)| Some((logs.get(key)?, up_to)));
        all.flat_map(|(log, up_to)| log.segments.range(..log.segments_before(up_to)))
    }

    /// The partitions that go with their topic.
    pub(super) fn deleted(&self) -> &[PartitionKey] {
        &self.deleted
    }

    /// Where logs are to begin that are cut.
    pub(super) fn log_starts(&self) -> impl Iterator<Item = (&PartitionKey, i64)> {
        let trimmed = self.changes.iter().filter(|(_, change)| change.is_trimmed);
        trimmed.map(|(key, change)| (key, change.log_start_offset))
    }

    /// Takes from the logs in memory what the commit removes. To be done before it, so that no reader looks for
    /// what is about to go; if the commit fails the store is poisoned anyway.
    pub(super) fn remove_from(&self, logs: &mut Logs) {
        for key in &self.deleted {
            logs.remove(key);
        }
        for (key, log_start_offset) in self.log_starts() {
            if let Some(log) = logs.get_mut(key) {
                log.trim(log_start_offset.min(log.log_end_offset));
            }
        }
    }

    /// Adds to the logs in memory what the commit has written.
    pub(super) fn add_to(self, logs: &mut Logs) -> Committed {
        for key in self.created {
            logs.entry(key).or_default();
        }
        let mut committed = Committed { unknown: self.unknown.into_iter().collect(), ..Committed::default() };
        for (key, change) in self.changes {
            let log = logs.entry(key).or_default();
            for (segment, _) in change.appended {
                log.push(segment);
            }
            log.log_start_offset = change.log_start_offset;
            log.log_end_offset = change.log_end_offset;
            committed.logs.push((key, log.extent()));
        }
        committed
    }
}

impl LogChange {
    fn new(extent: LogExtent) -> Self {
        let LogExtent { log_start_offset, log_end_offset, .. } = extent;
        Self { log_start_offset, log_end_offset, is_trimmed: false, appended: Vec::new() }
    }

    fn append(&mut self, header: &BatchHeader, batch: &Bytes) -> Result<(), StoreError> {
        if header.base_offset != self.log_end_offset {
            return Err(StoreError::OutOfSequence { expected: self.log_end_offset, found: header.base_offset });
        }
        let bytes = u32::try_from(batch.len()).expect("a batch states its length in 31 bits");
        self.log_end_offset = header.last_offset() + 1;
        match self.appended.last_mut() {
            Some((segment, batches)) if segment.bytes.saturating_add(bytes) <= SEGMENT_BYTES => {
                segment.next_offset = self.log_end_offset;
                segment.max_timestamp = segment.max_timestamp.max(header.max_timestamp);
                segment.bytes += bytes;
                batches.push(batch.clone());
            }
            Some(_) | None => {
                let segment = StoredSegment {
                    first_chunk: 0,
                    base_offset: header.base_offset,
                    next_offset: self.log_end_offset,
                    max_timestamp: header.max_timestamp,
                    bytes,
                };
                self.appended.push((segment, vec![batch.clone()]));
            }
        }
        Ok(())
    }
}
