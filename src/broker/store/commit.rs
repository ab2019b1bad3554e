//! One group commit: everything that the engine has collected goes to disk in a single transaction, or none of it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use redb::WriteTransaction;

use super::log::{LogExtent, Logs, StoredSegment};
use super::offsets::GroupOffset;
use super::tables::{CHUNKS, LOG_STARTS, SEGMENTS, StoredTopic, TOPICS};
use super::{PartitionKey, StoreError};
use crate::model::batch::{BatchError, BatchHeader};

/// Where a segment is closed: four of the longest chunks. Retention removes whole segments, and a read walks
/// one from its beginning; yet each costs a row and an entry in memory.
const SEGMENT_BYTES: u32 = 4 * 65_520;

/// What to write. The parts are applied in the order of the fields.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    pub topics: Vec<TopicChange>,
    /// Whole v2 batches per partition, whose base offsets the engine has put in already. A partition may occur
    /// more than once. Those of partitions that don't exist (any more) are left out and reported.
    pub appends: Vec<(PartitionKey, Vec<Bytes>)>,
    /// New log start offsets. What lies wholly before them is removed.
    pub log_starts: Vec<(PartitionKey, i64)>,
    pub offsets: Vec<GroupOffset>,
    /// What the coordinator keeps of a group; `None` removes it (its offsets are removed one by one).
    pub groups: Vec<(String, Option<Bytes>)>,
    /// Wait until it is on disk. Without it the commit, and those before it, survive only if a later durable
    /// one succeeds. The durability that the store was opened with may ask for it anyway.
    pub durable: bool,
    /// Make opening after a crash quick; costs a second fsync. Has no effect on a commit that is not durable.
    pub quick_repair: bool,
}

/// A topic's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicChange {
    /// Makes it, or changes its settings and number of partitions (which only grows).
    Put(StoredTopic),
    /// Deletes it with its records. Committed offsets stay until they are removed by name.
    Delete { topic_id: u128 },
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// The logs that were appended to or cut, as they are now.
    pub logs: Vec<(PartitionKey, LogExtent)>,
    /// Partitions that were to be appended to or cut and don't exist.
    pub unknown: Vec<PartitionKey>,
}

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

    /// Writes the logs' part of the commit.
    pub(super) fn write(&self, transaction: &WriteTransaction, logs: &Logs) -> Result<(), redb::Error> {
        self.write_segments(transaction)?;
        self.remove_segments(transaction, logs)?;
        let mut log_starts = transaction.open_table(LOG_STARTS)?;
        for key in &self.deleted {
            log_starts.remove((key.topic_id, key.partition))?;
        }
        for (key, change) in self.changes.iter().filter(|(_, change)| change.is_trimmed) {
            log_starts.insert((key.topic_id, key.partition), change.log_start_offset)?;
        }
        Ok(())
    }

    fn write_segments(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        if self.changes.values().all(|change| change.appended.is_empty()) {
            return Ok(());
        }
        let mut rows = transaction.open_table(SEGMENTS)?;
        let mut chunks = transaction.open_table(CHUNKS)?;
        let mut scratch = Vec::new();
        for (key, change) in &self.changes {
            for (segment, batches) in &change.appended {
                rows.insert(segment.first_chunk, &segment.row(*key).encode())?;
                write_chunks(&mut chunks, segment, batches, &mut scratch)?;
            }
        }
        Ok(())
    }

    fn remove_segments(&self, transaction: &WriteTransaction, logs: &Logs) -> Result<(), redb::Error> {
        let deleted = self.deleted.iter().filter_map(|key| Some((logs.get(key)?, i64::MAX)));
        let trimmed = self.changes.iter().filter(|(_, change)| change.is_trimmed);
        let trimmed = trimmed.filter_map(|(key, change)| Some((logs.get(key)?, change.log_start_offset)));
        let mut removed =
            deleted.chain(trimmed).flat_map(|(log, up_to)| log.segments.range(..log.segments_before(up_to)));
        let Some(first) = removed.next() else { return Ok(()) };
        let mut rows = transaction.open_table(SEGMENTS)?;
        let mut chunks = transaction.open_table(CHUNKS)?;
        for segment in std::iter::once(first).chain(removed) {
            rows.remove(segment.first_chunk)?;
            for chunk in segment.chunks() {
                chunks.remove(chunk)?;
            }
        }
        Ok(())
    }

    /// Takes from the logs in memory what the commit removes. To be done before it, so that no reader looks for
    /// what is about to go; if the commit fails the store is poisoned anyway.
    pub(super) fn remove_from(&self, logs: &mut Logs) {
        for key in &self.deleted {
            logs.remove(key);
        }
        for (key, change) in self.changes.iter().filter(|(_, change)| change.is_trimmed) {
            if let Some(log) = logs.get_mut(key) {
                log.trim(change.log_start_offset.min(log.log_end_offset));
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

/// Cuts the batches of a segment into its chunks. `scratch` is only there to be used again: redb's own way to write in
/// place fills and copies the whole value first, which costs more than gathering it here.
fn write_chunks(
    table: &mut redb::Table<u64, &'static [u8]>,
    segment: &StoredSegment,
    batches: &[Bytes],
    scratch: &mut Vec<u8>,
) -> Result<(), redb::Error> {
    let mut batches = batches.iter().map(Bytes::as_ref);
    let mut source: &[u8] = &[];
    for (chunk, length) in segment.chunks().zip(segment.chunk_lengths()) {
        scratch.clear();
        while scratch.len() < length {
            if source.is_empty() {
                source = batches.next().expect("a segment's length is the sum of its batches'");
            }
            let (now, later) = source.split_at(source.len().min(length - scratch.len()));
            scratch.extend_from_slice(now);
            source = later;
        }
        table.insert(chunk, scratch.as_slice())?;
    }
    Ok(())
}

/// Writes the topics' part of a commit.
pub(super) fn write_topics(transaction: &WriteTransaction, changes: &[TopicChange]) -> Result<(), redb::Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut topics = transaction.open_table(TOPICS)?;
    for change in changes {
        match change {
            TopicChange::Put(topic) => drop(topics.insert(topic.id, topic.encode().as_slice())?),
            TopicChange::Delete { topic_id } => drop(topics.remove(topic_id)?),
        }
    }
    Ok(())
}
