//! How the store fails, in words that say what to do.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("opening the store {path}: it is in use by another process; end that one or choose another directory")]
    InUse { path: PathBuf },
    #[error(
        "opening the store {path}: its format is version {found} and this program knows versions up to {known}; open it with a newer program"
    )]
    NewerVersion { path: PathBuf, found: u64, known: u64 },
    #[error("opening the store {path}: it is no store of this program; choose another directory")]
    NotAStore { path: PathBuf },
    #[error(
        "the store {path} is damaged ({detail}); move it away and start with an empty directory, or restore a copy"
    )]
    Damaged { path: PathBuf, detail: String },
    #[error(
        "writing to the store {path}: the disk is full; free some space and start again, everything acknowledged is kept"
    )]
    DiskFull { path: PathBuf },
    #[error("using the store {path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("using the store {path}: {detail}")]
    Database { path: PathBuf, detail: String },
    #[error(
        "writing to the store {path}: an earlier commit failed ({cause}), so nothing more is written; start again, everything acknowledged is kept"
    )]
    Poisoned { path: PathBuf, cause: String },
    #[error("using the store {path}: it has been closed")]
    Closed { path: PathBuf },
    #[error("the store has no partition {partition} of topic {topic_id:032x}")]
    UnknownPartition { topic_id: u128, partition: u32 },
    #[error("offset {offset} lies outside the log, which has {log_start_offset} up to, not including {log_end_offset}")]
    OffsetOutOfRange { offset: i64, log_start_offset: i64, log_end_offset: i64 },
    #[error("appending to the log: the batch begins at offset {found} where {expected} is the next")]
    OutOfSequence { expected: i64, found: i64 },
    #[error("appending to the log: {0}")]
    Batch(#[from] crate::model::batch::BatchError),
}

impl StoreError {
    /// Whether the store is unusable from now on; otherwise only this call was refused.
    pub fn is_fatal(&self) -> bool {
        !matches!(
            self,
            Self::UnknownPartition { .. } | Self::OffsetOutOfRange { .. } | Self::OutOfSequence { .. } | Self::Batch(_)
        )
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what is left are wrong uses of redb, and errors that it may add"
    )]
    pub(super) fn from_redb(error: redb::Error, path: &Path) -> Self {
        let path = path.to_owned();
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse { path },
            redb::Error::Io(source) => Self::from_io(source, path),
            redb::Error::Corrupted(detail) => Self::Damaged { path, detail },
            redb::Error::UpgradeRequired(_) => Self::NotAStore { path },
            redb::Error::PreviousIo => Self::Poisoned { path, cause: "the disk failed".to_owned() },
            redb::Error::DatabaseClosed => Self::Closed { path },
            other if is_foreign_table(&other) => Self::Damaged { path, detail: other.to_string() },
            other => Self::Database { path, detail: other.to_string() },
        }
    }

    fn from_io(source: std::io::Error, path: PathBuf) -> Self {
        let kind = source.kind();
        if matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) {
            Self::DiskFull { path }
        } else if matches!(kind, ErrorKind::InvalidData | ErrorKind::UnexpectedEof) {
            Self::Damaged { path, detail: source.to_string() }
        } else {
            Self::Io { path, source }
        }
    }
}

/// Tables that are missing or of other types than this program gave them.
fn is_foreign_table(error: &redb::Error) -> bool {
    matches!(
        error,
        redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TableIsNotMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. }
            | redb::Error::TableDoesNotExist(_)
    )
}
