//! Opening a store: its version, its tables, and everything in it that the broker keeps in memory. The records
//! themselves are not read.

use std::io;
use std::path::Path;

use bytes::Bytes;
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, TableError, TableHandle};

use super::log::{LogExtent, Logs, StoredSegment};
use super::tables::{
    CHUNKS, FORMAT_VERSION, FORMAT_VERSION_KEY, GROUPS, LOG_STARTS, META, OFFSETS, SEGMENTS, SegmentRow, StoredOffset,
    StoredTopic, TOPICS,
};
use super::{PartitionKey, StoreError};
use crate::model::topic::{TopicName, TopicPartition};

/// What was found in a store when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// By id.
    pub topics: Vec<StoredTopic>,
    /// Every partition of those topics, in order.
    pub logs: Vec<(PartitionKey, LogExtent)>,
    /// By group, topic and partition.
    pub offsets: Vec<(String, TopicPartition, StoredOffset)>,
    /// What the coordinator kept of each group, by name.
    pub groups: Vec<(String, Bytes)>,
}

/// Makes an empty store where there is none. It is made under another name and then moved to its place, since a
/// database whose making was broken off can't be told from a damaged one.
pub(super) fn make_if_missing(directory: &Path, path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    let failed = |error: io::Error| StoreError::from_redb(redb::Error::Io(error), path);
    let unfinished = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(directory).map_err(failed)?;
    let database = Database::create(unfinished.path()).map_err(|error| StoreError::from_redb(error.into(), path))?;
    prepare(&database, path)?;
    drop(database);
    match unfinished.persist_noclobber(path) {
        Ok(_) => sync_directory(directory).map_err(failed),
        // Somebody else was faster: theirs is as good, and opening it says if it is in use.
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(refused) => Err(failed(refused.error)),
    }
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

/// Other systems write a directory's entries through, and can't open it as a file.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the tables of a new store, or checks that an old one can be read.
pub(super) fn prepare(database: &Database, path: &Path) -> Result<(), StoreError> {
    let redb = |error| StoreError::from_redb(error, path);
    match stored_version(database).map_err(redb)? {
        Version::Known(FORMAT_VERSION) => Ok(()),
        Version::Known(found) if found > FORMAT_VERSION => {
            Err(StoreError::NewerVersion { path: path.to_owned(), found, known: FORMAT_VERSION })
        }
        Version::Known(found) => {
            Err(StoreError::Damaged { path: path.to_owned(), detail: format!("there never was a version {found}") })
        }
        Version::New => create_tables(database).map_err(redb),
        Version::Foreign => Err(StoreError::NotAStore { path: path.to_owned() }),
    }
}

/// Reads what the broker keeps in memory, and the number of the next chunk.
pub(super) fn recover(database: &Database, path: &Path) -> Result<(Recovered, Logs, u64), StoreError> {
    let result = read_all(database);
    result.map_err(|fault| match fault {
        Fault::Redb(error) => StoreError::from_redb(error, path),
        Fault::Damaged(detail) => StoreError::Damaged { path: path.to_owned(), detail },
    })
}

enum Version {
    New,
    Known(u64),
    Foreign,
}

enum Fault {
    Redb(redb::Error),
    Damaged(String),
}

impl<E: Into<redb::Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Redb(error.into())
    }
}

fn stored_version(database: &Database) -> Result<Version, redb::Error> {
    let transaction = database.begin_read()?;
    let meta = match transaction.open_table(META) {
        Ok(meta) => meta,
        Err(TableError::TableDoesNotExist(_)) if transaction.list_tables()?.next().is_none() => {
            return Ok(Version::New);
        }
        Err(error) if is_foreign(&error) => return Ok(Version::Foreign),
        Err(error) => return Err(error.into()),
    };
    let version = meta.get(FORMAT_VERSION_KEY)?;
    Ok(version.map_or(Version::Foreign, |version| Version::Known(version.value())))
}

fn is_foreign(error: &TableError) -> bool {
    !matches!(error, TableError::Storage(_))
}

fn create_tables(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert(FORMAT_VERSION_KEY, FORMAT_VERSION)?;
    drop(transaction.open_table(TOPICS)?);
    drop(transaction.open_table(LOG_STARTS)?);
    drop(transaction.open_table(SEGMENTS)?);
    drop(transaction.open_table(CHUNKS)?);
    drop(transaction.open_table(OFFSETS)?);
    drop(transaction.open_table(GROUPS)?);
    transaction.commit()?;
    Ok(())
}

fn read_all(database: &Database) -> Result<(Recovered, Logs, u64), Fault> {
    let transaction = database.begin_read()?;
    let topics = read_topics(&transaction)?;
    let (logs, next_chunk) = read_logs(&transaction, &topics)?;
    let recovered = Recovered {
        topics,
        logs: logs.iter().map(|(key, log)| (*key, log.extent())).collect(),
        offsets: read_offsets(&transaction)?,
        groups: read_groups(&transaction)?,
    };
    Ok((recovered, logs, next_chunk))
}

fn read_topics(transaction: &ReadTransaction) -> Result<Vec<StoredTopic>, Fault> {
    let table = transaction.open_table(TOPICS)?;
    let mut topics = Vec::new();
    for entry in table.iter()? {
        let (id, row) = entry?;
        let topic = StoredTopic::decode(id.value(), row.value());
        topics.push(topic.ok_or_else(|| damaged(&TOPICS))?);
    }
    Ok(topics)
}

fn read_logs(transaction: &ReadTransaction, topics: &[StoredTopic]) -> Result<(Logs, u64), Fault> {
    let mut logs = Logs::new();
    for topic in topics {
        logs.extend((0..topic.partitions).map(|p| (PartitionKey { topic_id: topic.id, partition: p }, <_>::default())));
    }
    for entry in transaction.open_table(LOG_STARTS)?.iter()? {
        let (key, log_start_offset) = entry?;
        let (topic_id, partition) = key.value();
        let log = logs.get_mut(&PartitionKey { topic_id, partition }).ok_or_else(|| damaged(&LOG_STARTS))?;
        log.log_start_offset = log_start_offset.value();
        log.log_end_offset = log_start_offset.value();
    }
    let mut next_chunk = 0;
    for entry in transaction.open_table(SEGMENTS)?.iter()? {
        let (first_chunk, row) = entry?;
        let row = SegmentRow::decode(row.value());
        let segment = StoredSegment::new(first_chunk.value(), &row);
        let log = logs.get_mut(&row.partition).ok_or_else(|| damaged(&SEGMENTS))?;
        let follows = log
            .segments
            .back()
            .map_or(segment.base_offset <= log.log_start_offset, |last| last.next_offset == segment.base_offset);
        if !follows || segment.next_offset <= segment.base_offset || segment.first_chunk < next_chunk {
            return Err(damaged(&SEGMENTS));
        }
        next_chunk = segment.chunks().end;
        log.push(segment);
    }
    Ok((logs, next_chunk))
}

fn read_offsets(transaction: &ReadTransaction) -> Result<Vec<(String, TopicPartition, StoredOffset)>, Fault> {
    let table = transaction.open_table(OFFSETS)?;
    let mut offsets = Vec::new();
    for entry in table.iter()? {
        let (key, row) = entry?;
        let (group, topic, partition) = key.value();
        let topic = TopicName::new(topic).map_err(|_| damaged(&OFFSETS))?;
        let committed = StoredOffset::decode(row.value()).ok_or_else(|| damaged(&OFFSETS))?;
        offsets.push((group.to_owned(), TopicPartition::new(topic, partition), committed));
    }
    Ok(offsets)
}

fn read_groups(transaction: &ReadTransaction) -> Result<Vec<(String, Bytes)>, Fault> {
    let table = transaction.open_table(GROUPS)?;
    let mut groups = Vec::new();
    for entry in table.iter()? {
        let (group, state) = entry?;
        groups.push((group.value().to_owned(), Bytes::copy_from_slice(state.value())));
    }
    Ok(groups)
}

fn damaged(table: &impl TableHandle) -> Fault {
    Fault::Damaged(format!("table {} has a row that makes no sense", table.name()))
}
