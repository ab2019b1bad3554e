//! One group commit: everything that the engine has collected goes to disk in a single transaction, or none of it.
//! What that means for the logs is worked out by [`super::plan`] before.

use bytes::Bytes;
use redb::WriteTransaction;

use super::PartitionKey;
use super::log::{LogExtent, Logs, StoredSegment};
use super::offsets::{self, GroupOffset};
use super::plan::Plan;
use super::tables::{CHUNKS, LOG_STARTS, SEGMENTS, StoredTopic, TOPICS};

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

/// Writes all parts of a commit whose `plan` was made against `logs`.
pub(super) fn write(
    transaction: &WriteTransaction,
    commit: &Commit,
    plan: &Plan,
    logs: &Logs,
) -> Result<(), redb::Error> {
    write_topics(transaction, &commit.topics)?;
    write_segments(transaction, plan)?;
    remove_segments(transaction, plan, logs)?;
    write_log_starts(transaction, plan)?;
    offsets::write(transaction, &commit.offsets, &commit.groups)
}

fn write_topics(transaction: &WriteTransaction, changes: &[TopicChange]) -> Result<(), redb::Error> {
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

fn write_segments(transaction: &WriteTransaction, plan: &Plan) -> Result<(), redb::Error> {
    let mut written = plan.written().peekable();
    if written.peek().is_none() {
        return Ok(());
    }
    let mut rows = transaction.open_table(SEGMENTS)?;
    let mut chunks = transaction.open_table(CHUNKS)?;
    let mut scratch = Vec::new();
    for (key, segment, batches) in written {
        rows.insert(segment.first_chunk, &segment.row(*key).encode())?;
        write_chunks(&mut chunks, segment, batches, &mut scratch)?;
    }
    Ok(())
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

fn remove_segments(transaction: &WriteTransaction, plan: &Plan, logs: &Logs) -> Result<(), redb::Error> {
    let mut removed = plan.removed(logs).peekable();
    if removed.peek().is_none() {
        return Ok(());
    }
    let mut rows = transaction.open_table(SEGMENTS)?;
    let mut chunks = transaction.open_table(CHUNKS)?;
    for segment in removed {
        rows.remove(segment.first_chunk)?;
        for chunk in segment.chunks() {
            chunks.remove(chunk)?;
        }
    }
    Ok(())
}

fn write_log_starts(transaction: &WriteTransaction, plan: &Plan) -> Result<(), redb::Error> {
    let mut log_starts = transaction.open_table(LOG_STARTS)?;
    for key in plan.deleted() {
        log_starts.remove((key.topic_id, key.partition))?;
    }
    for (key, log_start_offset) in plan.log_starts() {
        log_starts.insert((key.topic_id, key.partition), log_start_offset)?;
    }
    Ok(())
}
