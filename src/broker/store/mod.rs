//! The store of one broker: every partition's log, the topics, and what consumer groups committed, in one redb
//! database. It writes what it is told in group commits and never decides when; it runs no thread and reads no clock.

mod chunks;
mod commit;
mod content;
mod disk;
mod error;
mod fresh;
mod log;
mod memory;
mod offsets;
mod plan;
mod reading;
mod recovery;
mod tables;

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use redb::{Builder, Database, DatabaseError, StorageBackend};

use super::Location;
use crate::model::retention::Retention;
use disk::{Cut, Disk};
use log::Logs;
use memory::Memory;
use plan::Plan;

pub use commit::{Commit, Committed, TopicChange};
pub use error::StoreError;
pub use log::LogExtent;
pub use offsets::GroupOffset;
pub use recovery::Recovered;
pub use tables::{StoredOffset, StoredTopic};

/// The database within the store's directory.
const FILE_NAME: &str = "logyard.redb";

/// A partition by its topic's id, so that a topic that is deleted and made again has other partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartitionKey {
    pub topic_id: u128,
    pub partition: u32,
}

impl PartitionKey {
    fn all_of(topic_id: u128) -> RangeInclusive<Self> {
        Self { topic_id, partition: 0 }..=Self { topic_id, partition: u32::MAX }
    }
}

/// The handle on a store; a clone is another handle on the same. All calls block.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    path: PathBuf,
    is_in_memory: bool,
    cut: Cut,
    logs: RwLock<Logs>,
    writer: Mutex<Writer>,
}

/// What only one commit at a time may touch.
struct Writer {
    next_chunk: u64,
    /// Why nothing more is written.
    failure: Option<Failure>,
}

#[derive(Clone)]
enum Failure {
    Closed,
    Commit(String),
}

impl Store {
    /// Opens the store at `location`, or makes it. `cache_bytes` bounds the memory for pages of the database;
    /// besides it the store keeps about 50 bytes for every 256 KiB, or every commit, of each partition.
    ///
    /// How durable it is each [`Commit`] says for itself.
    pub fn open(location: &Location, cache_bytes: usize) -> Result<(Self, Recovered), StoreError> {
        match location {
            Location::Memory => {
                Self::over(Memory::default(), Path::new("in memory"), true, cache_bytes, Cut::default())
            }
            Location::Dir(directory) => {
                let path = directory.join(FILE_NAME);
                let failed = |error: DatabaseError| StoreError::from_redb(error.into(), &path);
                std::fs::create_dir_all(directory).map_err(|error| failed(error.into()))?;
                recovery::make_if_missing(directory, &path)?;
                let cut = Cut::default();
                let disk = Disk::open(&path, cut.clone()).map_err(failed)?;
                Self::over(disk, &path, false, cache_bytes, cut)
            }
        }
    }

    /// Writes everything in `work`, or nothing.
    ///
    /// A batch that is out of sequence or malformed, or a failing disk, fails the whole commit. After a failing
    /// disk ([`StoreError::is_fatal`]) the store writes nothing more until it is opened again.
    pub fn commit(&self, work: &Commit) -> Result<Committed, StoreError> {
        let mut writer = self.lock_writer();
        self.check_writable(&writer)?;
        let mut plan = Plan::new(work, &read_lock(&self.0.logs), writer.next_chunk)?;
        plan.number_chunks();
        let path = &self.0.path;
        let written = catching_damage(path, || self.write(work, &plan).map_err(|e| StoreError::from_redb(e, path)));
        if let Err(error) = written {
            writer.failure = Some(Failure::Commit(error.to_string()));
            return Err(error);
        }
        writer.next_chunk = plan.next_chunk();
        Ok(plan.add_to(&mut write_lock(&self.0.logs)))
    }

    /// Where a log begins and ends.
    pub fn extent(&self, topic_id: u128, partition: u32) -> Result<LogExtent, StoreError> {
        Ok(find_log(&read_lock(&self.0.logs), PartitionKey { topic_id, partition })?.extent())
    }

    /// Where the log is to begin by `retention` at `now` (Unix milliseconds), if later than it does. To be put into
    /// [`Commit::log_starts`].
    pub fn log_start_by_retention(
        &self,
        topic_id: u128,
        partition: u32,
        retention: &Retention,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        let logs = read_lock(&self.0.logs);
        let log = find_log(&logs, PartitionKey { topic_id, partition })?;
        let log_start_offset = retention.log_start_offset(log.retention_segments(), log.bytes, log.log_end_offset, now);
        Ok((log_start_offset > log.log_start_offset).then_some(log_start_offset))
    }

    /// Writes the last commit, durable and with quick repair, and refuses every later one. The file is free for
    /// others when the last handle is dropped.
    pub fn close(&self) -> Result<(), StoreError> {
        let last = self.commit(&Commit { durable: true, quick_repair: true, ..Commit::default() });
        let mut writer = self.lock_writer();
        writer.failure.get_or_insert(Failure::Closed);
        last.map(drop)
    }

    /// Stops writing at once, as the end of the process would: what no durable commit covers is lost. The file is
    /// free for others when the last handle is dropped.
    pub fn abandon(&self) {
        self.0.cut.now();
        self.lock_writer().failure = Some(Failure::Closed);
    }

    fn over(
        backend: impl StorageBackend,
        path: &Path,
        is_in_memory: bool,
        cache_bytes: usize,
        cut: Cut,
    ) -> Result<(Self, Recovered), StoreError> {
        let mut builder = Builder::new();
        builder.set_cache_size(cache_bytes);
        let (database, (recovered, logs, next_chunk)) = catching_damage(path, || {
            let opened = builder.create_with_backend(backend);
            let database = opened.map_err(|error| StoreError::from_redb(error.into(), path))?;
            recovery::prepare(&database, path)?;
            let found = recovery::recover(&database, path)?;
            Ok((database, found))
        })?;
        let writer = Mutex::new(Writer { next_chunk, failure: None });
        let inner = Inner { database, path: path.to_owned(), is_in_memory, cut, logs: RwLock::new(logs), writer };
        Ok((Self(Arc::new(inner)), recovered))
    }

    fn write(&self, work: &Commit, plan: &Plan) -> Result<(), redb::Error> {
        let mut transaction = self.0.database.begin_write()?;
        if work.durable && !self.0.is_in_memory {
            transaction.set_quick_repair(work.quick_repair);
        } else {
            transaction.set_durability(redb::Durability::None)?;
        }
        commit::write(&transaction, work, plan, &read_lock(&self.0.logs))?;
        plan.remove_from(&mut write_lock(&self.0.logs));
        transaction.commit()?;
        Ok(())
    }

    fn check_writable(&self, writer: &Writer) -> Result<(), StoreError> {
        let path = self.0.path.clone();
        match &writer.failure {
            None => Ok(()),
            Some(Failure::Closed) => Err(StoreError::Closed { path }),
            Some(Failure::Commit(cause)) => Err(StoreError::Poisoned { path, cause: cause.clone() }),
        }
    }

    fn lock_writer(&self) -> MutexGuard<'_, Writer> {
        // Nothing that holds this lock panics half way through a change.
        self.0.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.0.path).finish()
    }
}

/// Runs what uses the database. redb panics on some kinds of damage where it should fail; that becomes an error here.
/// What `work` was doing must not be gone on with after one.
fn catching_damage<T>(path: &Path, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
        let detail = format!("reading it broke off: {}", text.unwrap_or("no reason given"));
        Err(StoreError::Damaged { path: path.to_owned(), detail })
    })
}

fn find_log(logs: &Logs, key: PartitionKey) -> Result<&log::PartitionLog, StoreError> {
    let unknown = StoreError::UnknownPartition { topic_id: key.topic_id, partition: key.partition };
    logs.get(&key).ok_or(unknown)
}

// The index is changed in steps that don't panic half way, so a poisoned lock still guards a whole index.
fn read_lock(logs: &RwLock<Logs>) -> std::sync::RwLockReadGuard<'_, Logs> {
    logs.read().unwrap_or_else(PoisonError::into_inner)
}

fn write_lock(logs: &RwLock<Logs>) -> std::sync::RwLockWriteGuard<'_, Logs> {
    logs.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
