//! What a workload needs from any message system. The embedded broker is one; a Kafka cluster is another.

use std::future::Future;

use bytes::Bytes;

use crate::model::error::ErrorCode;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, SyncRequest,
};
use crate::model::request::{
    AppendRequest, Appended, FetchRequest, FetchedPartition, ListedOffset, OffsetSpec, TopicMetadata,
};
use crate::model::topic::{TopicName, TopicPartition};

/// A message system as its clients see it. Cheap to clone; each client has its own.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Stores one batch. Waits while the broker's queue is full.
    fn append(&self, request: AppendRequest) -> impl Future<Output = Result<Appended, ErrorCode>> + Send;

    /// A long poll: see [`FetchRequest`].
    fn fetch(&self, request: FetchRequest) -> impl Future<Output = Result<Vec<FetchedPartition>, ErrorCode>> + Send;

    fn list_offset(
        &self,
        partition: TopicPartition,
        spec: OffsetSpec,
    ) -> impl Future<Output = Result<ListedOffset, ErrorCode>> + Send;

    /// The topics of these names that exist.
    fn metadata(&self, topics: Vec<TopicName>) -> impl Future<Output = Result<Vec<TopicMetadata>, ErrorCode>> + Send;

    fn join_group(&self, request: JoinRequest) -> impl Future<Output = Result<JoinResponse, JoinError>> + Send;

    /// Answers with the caller's assignment.
    fn sync_group(&self, request: SyncRequest) -> impl Future<Output = Result<Bytes, ErrorCode>> + Send;

    fn heartbeat(&self, identity: Identity) -> impl Future<Output = Result<(), ErrorCode>> + Send;

    fn leave_group(&self, request: LeaveRequest) -> impl Future<Output = Result<(), ErrorCode>> + Send;

    fn commit_offsets(
        &self,
        identity: Identity,
        offsets: Vec<OffsetCommit>,
    ) -> impl Future<Output = Result<(), ErrorCode>> + Send;

    /// The committed offset of each partition; `None` where there is none.
    fn committed_offsets(
        &self,
        group: String,
        partitions: Vec<TopicPartition>,
    ) -> impl Future<Output = Result<Vec<Option<i64>>, ErrorCode>> + Send;
}
