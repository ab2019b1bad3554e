//! The embedded broker as a [`Backend`]: each call is the handle's own.

use bytes::Bytes;

use crate::broker::BrokerHandle;
use crate::model::error::ErrorCode;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, SyncRequest,
};
use crate::model::request::{
    AppendRequest, Appended, FetchRequest, FetchedPartition, ListedOffset, OffsetSpec, TopicMetadata,
};
use crate::model::topic::{TopicName, TopicPartition};

use super::backend::Backend;

/// A client's way to the broker in this process.
#[derive(Clone, Debug)]
pub struct Embedded(BrokerHandle);

impl Embedded {
    pub fn new(broker: BrokerHandle) -> Self {
        Self(broker)
    }
}

impl Backend for Embedded {
    async fn append(&self, request: AppendRequest) -> Result<Appended, ErrorCode> {
        self.0.append(request).await
    }

    async fn fetch(&self, request: FetchRequest) -> Result<Vec<FetchedPartition>, ErrorCode> {
        self.0.fetch(request).await
    }

    async fn list_offset(&self, partition: TopicPartition, spec: OffsetSpec) -> Result<ListedOffset, ErrorCode> {
        self.0.list_offset(partition, spec).await
    }

    async fn metadata(&self, topics: Vec<TopicName>) -> Result<Vec<TopicMetadata>, ErrorCode> {
        self.0.metadata(topics).await
    }

    async fn join_group(&self, request: JoinRequest) -> Result<JoinResponse, JoinError> {
        self.0.join_group(request).await
    }

    async fn sync_group(&self, request: SyncRequest) -> Result<Bytes, ErrorCode> {
        self.0.sync_group(request).await
    }

    async fn heartbeat(&self, identity: Identity) -> Result<(), ErrorCode> {
        self.0.heartbeat(identity).await
    }

    async fn leave_group(&self, request: LeaveRequest) -> Result<(), ErrorCode> {
        self.0.leave_group(request).await
    }

    /// The first partition that was refused refuses the commit, though the others are stored.
    async fn commit_offsets(&self, identity: Identity, offsets: Vec<OffsetCommit>) -> Result<(), ErrorCode> {
        self.0.commit_offsets(identity, offsets).await?.into_iter().collect()
    }

    async fn committed_offsets(
        &self,
        group: String,
        partitions: Vec<TopicPartition>,
    ) -> Result<Vec<Option<i64>>, ErrorCode> {
        let committed = self.0.committed_offsets(group, partitions).await?;
        Ok(committed.into_iter().map(|(_, committed)| committed.map(|committed| committed.offset)).collect())
    }
}
