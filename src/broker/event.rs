//! Everything that can happen to the broker, as values: what callers ask, what the store reports, and
//! how it all ends. Each call carries the place where its answer is awaited.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::model::batch::BatchHeader;
use crate::model::error::ErrorCode;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, SyncRequest,
};
use crate::model::request::{
    AppendRequest, Appended, FetchRequest, FetchedPartition, ListedOffset, OffsetSpec, TopicMetadata,
};
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;

use super::config::BrokerError;
use super::store::{Committed, StoreError};
use super::view::BrokerView;

/// Where a call's answer is awaited.
pub(super) type Answer<T, E = ErrorCode> = oneshot::Sender<Result<T, E>>;

/// What each partition of an offset commit came to, in the order asked.
pub type CommitResults = Vec<Result<(), ErrorCode>>;

/// What a group has committed for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedOffset {
    /// The next offset to be read.
    pub offset: i64,
    pub metadata: String,
}

/// Everything that can happen to the broker, the passing of time aside.
#[derive(Debug)]
pub(super) enum Event {
    /// A batch is to be appended.
    Append(Append),
    /// A caller asks something else.
    Call(Call),
    /// The commit under way is over.
    Stored(Stored),
    /// What was acknowledged but isn't synced has waited long enough.
    SyncDue,
    /// The store has read for a fetch what memory didn't have.
    Read(Read),
    /// The store has looked up an offset.
    LookedUp {
        partition: TopicPartition,
        found: Result<Option<ListedOffset>, StoreError>,
        answer: Answer<ListedOffset>,
    },
}

/// How the broker ends.
#[derive(Debug)]
pub(super) enum Ending {
    /// In good order: everything is committed and the store closed.
    Stop { done: oneshot::Sender<Result<(), BrokerError>> },
    /// As in a crash.
    Kill { done: Option<oneshot::Sender<()>> },
}

/// A batch to be appended; its header and checksum have been checked.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) request: AppendRequest,
    pub(super) header: BatchHeader,
    pub(super) answer: Answer<Appended>,
}

/// What became of a commit.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) outcome: Result<Committed, StoreError>,
    /// Real time; zero on a virtual clock.
    pub(super) took: Duration,
}

/// A fetch that the store has read for: `batches` belong into `fetched` at the indices beside them.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) fetched: Vec<FetchedPartition>,
    pub(super) batches: Vec<(usize, Result<Vec<Bytes>, StoreError>)>,
    pub(super) answer: Answer<Vec<FetchedPartition>>,
}

/// What a caller asks, appends aside.
#[derive(Debug)]
pub(super) enum Call {
    CreateTopic {
        name: TopicName,
        partitions: u32,
        config: TopicConfig,
        answer: Answer<TopicMetadata>,
    },
    DeleteTopic {
        name: TopicName,
        answer: Answer<()>,
    },
    ConfigureTopic {
        name: TopicName,
        config: TopicConfig,
        answer: Answer<()>,
    },
    AddPartitions {
        name: TopicName,
        total: u32,
        answer: Answer<()>,
    },
    /// `None` asks for all topics.
    Metadata {
        names: Option<Vec<TopicName>>,
        answer: Answer<Vec<TopicMetadata>>,
    },
    Fetch {
        request: FetchRequest,
        answer: Answer<Vec<FetchedPartition>>,
    },
    ListOffset {
        partition: TopicPartition,
        spec: OffsetSpec,
        answer: Answer<ListedOffset>,
    },
    DeleteRecords {
        partition: TopicPartition,
        before: i64,
        answer: Answer<i64>,
    },
    Join {
        request: JoinRequest,
        answer: Answer<JoinResponse, JoinError>,
    },
    Sync {
        request: SyncRequest,
        answer: Answer<Bytes>,
    },
    Heartbeat {
        identity: Identity,
        answer: Answer<()>,
    },
    Leave {
        request: LeaveRequest,
        answer: Answer<()>,
    },
    DeleteGroup {
        group: String,
        answer: Answer<()>,
    },
    CommitOffsets {
        identity: Identity,
        offsets: Vec<OffsetCommit>,
        answer: Answer<CommitResults>,
    },
    /// `None` asks for all partitions that have a commit.
    CommittedOffsets {
        group: String,
        partitions: Option<Vec<TopicPartition>>,
        answer: Answer<Vec<(TopicPartition, Option<CommittedOffset>)>>,
    },
    View {
        answer: Answer<Arc<BrokerView>>,
    },
}
