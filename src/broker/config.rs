//! What a broker is started with, and why it may not start.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::model::durability::Durability;
use crate::model::group::GroupConfig;

use super::store::StoreError;

/// Memory that the newest batches of all partitions may take, so that consumers near the end of a log
/// never wait for the store. 64 MiB is a second or so of the fastest load and little on a desktop.
const TAIL_CACHE_BYTES: usize = 64 << 20;

/// Memory for the store's own page cache. Reads below the tail are rare and sequential.
const STORE_CACHE_BYTES: usize = 32 << 20;

/// Calls that may wait for the engine. A client has one call under way at a time, so this is room for
/// ten thousand partitions' worth of clients in bursts; beyond it callers wait.
const CALL_QUEUE: usize = 4_096;

/// Appends that may wait for the engine: at 16 KB a batch, 16 MiB.
const APPEND_QUEUE: usize = 1_024;

/// Bytes that may join one group commit. Larger commits don't write faster, they only answer later.
const OPEN_COMMIT_BYTES: usize = 8 << 20;

/// How often retention looks at every log. Kafka looks every five minutes; an experiment of one minute
/// wants to see it at work.
const RETENTION_CHECK: Duration = Duration::from_secs(1);

/// Where a broker keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Gone when the broker stops.
    Memory,
    /// A directory, made when it isn't there.
    Dir(PathBuf),
}

/// What a broker is started with. Take [`BrokerConfig::default`] and change what matters.
#[derive(Clone, Debug)]
pub struct BrokerConfig {
    pub location: Location,
    pub durability: Durability,
    /// Topic ids and member ids follow from it.
    pub seed: u64,
    pub tail_cache_bytes: usize,
    pub store_cache_bytes: usize,
    /// Bound on the calls that wait for the engine.
    pub call_queue: usize,
    /// Bound on the appends that wait for the engine.
    pub append_queue: usize,
    /// Bound on the bytes that wait for the next commit.
    pub open_commit_bytes: usize,
    /// How often retention looks at every log.
    pub retention_check: Duration,
    /// What groups may do.
    pub groups: GroupConfig,
}

impl Default for BrokerConfig {
    fn default() -> Self {
        Self {
            location: Location::Memory,
            durability: Durability::Memory,
            seed: 0,
            tail_cache_bytes: TAIL_CACHE_BYTES,
            store_cache_bytes: STORE_CACHE_BYTES,
            call_queue: CALL_QUEUE,
            append_queue: APPEND_QUEUE,
            open_commit_bytes: OPEN_COMMIT_BYTES,
            retention_check: RETENTION_CHECK,
            groups: GroupConfig::default(),
        }
    }
}

/// Why a broker could not start or not stop cleanly.
#[derive(Debug, Error)]
pub enum BrokerError {
    #[error("starting the broker: {0}")]
    Store(StoreError),
    #[error("starting the broker: what the store has of {what} makes no sense; move the store away, or restore a copy")]
    Recovery { what: String },
    #[error("stopping the broker: {0}")]
    Close(StoreError),
    #[error("stopping the broker: it had failed before: {failure}")]
    Failed { failure: String },
    #[error("stopping the broker: it is not running any more")]
    Gone,
}

/// The store's words are part of the message, so they are not its source as well: each is said once.
impl From<StoreError> for BrokerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
