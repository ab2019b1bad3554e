//! The way in: all that any other room may hold of a broker. It checks what can be checked without the
//! broker's state, queues the call and awaits the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::model::batch::{BatchError, BatchHeader};
use crate::model::error::ErrorCode;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, SyncRequest,
};
use crate::model::request::{
    AppendRequest, Appended, FetchRequest, FetchedPartition, ListedOffset, OffsetSpec, TopicMetadata,
};
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;

use super::event::{Answer, Append, Call, CommitResults, CommittedOffset, Event};
use super::view::BrokerView;

/// A broker as its callers see it. Cheap to clone. Every call fails with
/// [`ErrorCode::BrokerNotAvailable`] once the broker has stopped.
#[derive(Clone, Debug)]
pub struct BrokerHandle {
    pub(super) appends: mpsc::Sender<Event>,
    pub(super) calls: mpsc::Sender<Event>,
    pub(super) back_pressure: Arc<BackPressure>,
}

/// How often a caller had to wait because a queue was full.
#[derive(Debug, Default)]
pub(super) struct BackPressure {
    pub(super) appends: AtomicU64,
    pub(super) calls: AtomicU64,
}

impl BrokerHandle {
    /// Makes a topic. Its id follows from the broker's seed.
    pub async fn create_topic(
        &self,
        name: TopicName,
        partitions: u32,
        config: TopicConfig,
    ) -> Result<TopicMetadata, ErrorCode> {
        self.call(|answer| Call::CreateTopic { name, partitions, config, answer }).await
    }

    /// Deletes a topic with its records and every group's offsets for it.
    pub async fn delete_topic(&self, name: TopicName) -> Result<(), ErrorCode> {
        self.call(|answer| Call::DeleteTopic { name, answer }).await
    }

    /// Replaces a topic's settings.
    pub async fn configure_topic(&self, name: TopicName, config: TopicConfig) -> Result<(), ErrorCode> {
        self.call(|answer| Call::ConfigureTopic { name, config, answer }).await
    }

    /// Raises a topic's number of partitions to `total`.
    pub async fn add_partitions(&self, name: TopicName, total: u32) -> Result<(), ErrorCode> {
        self.call(|answer| Call::AddPartitions { name, total, answer }).await
    }

    /// The topics of these names that exist, in the order asked.
    pub async fn metadata(&self, names: Vec<TopicName>) -> Result<Vec<TopicMetadata>, ErrorCode> {
        self.call(|answer| Call::Metadata { names: Some(names), answer }).await
    }

    /// All topics, by name.
    pub async fn topics(&self) -> Result<Vec<TopicMetadata>, ErrorCode> {
        self.call(|answer| Call::Metadata { names: None, answer }).await
    }

    /// Stores one batch. Waits while the broker's queue is full, which is counted.
    ///
    /// With [`crate::model::request::Acks::None`] the answer comes before the batch is stored, so that
    /// only refusals are heard of.
    pub async fn append(&self, request: AppendRequest) -> Result<Appended, ErrorCode> {
        let header = BatchHeader::check(&request.batch).map_err(|error| refusal(&error))?;
        let (answer, answered) = oneshot::channel();
        queue(&self.appends, Event::Append(Append { request, header, answer }), &self.back_pressure.appends).await?;
        answered.await.unwrap_or(Err(ErrorCode::BrokerNotAvailable))
    }

    /// A long poll: see [`FetchRequest`]. Answers in the order of the request's partitions.
    pub async fn fetch(&self, request: FetchRequest) -> Result<Vec<FetchedPartition>, ErrorCode> {
        self.call(|answer| Call::Fetch { request, answer }).await
    }

    pub async fn list_offset(&self, partition: TopicPartition, spec: OffsetSpec) -> Result<ListedOffset, ErrorCode> {
        self.call(|answer| Call::ListOffset { partition, spec, answer }).await
    }

    /// Lets the log begin at `before` (-1: at the high watermark); the answer is where it begins now.
    pub async fn delete_records(&self, partition: TopicPartition, before: i64) -> Result<i64, ErrorCode> {
        self.call(|answer| Call::DeleteRecords { partition, before, answer }).await
    }

    /// Answers when the group's next generation begins, or with what is wrong.
    pub async fn join_group(&self, request: JoinRequest) -> Result<JoinResponse, JoinError> {
        let member_id = request.member_id.clone();
        let (answer, answered) = oneshot::channel();
        let unavailable = || JoinError { error: ErrorCode::BrokerNotAvailable, member_id: member_id.clone() };
        let call = Event::Call(Call::Join { request, answer });
        queue(&self.calls, call, &self.back_pressure.calls).await.map_err(|_| unavailable())?;
        answered.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Answers with the caller's assignment, once the leader has sent it.
    pub async fn sync_group(&self, request: SyncRequest) -> Result<Bytes, ErrorCode> {
        self.call(|answer| Call::Sync { request, answer }).await
    }

    pub async fn heartbeat(&self, identity: Identity) -> Result<(), ErrorCode> {
        self.call(|answer| Call::Heartbeat { identity, answer }).await
    }

    pub async fn leave_group(&self, request: LeaveRequest) -> Result<(), ErrorCode> {
        self.call(|answer| Call::Leave { request, answer }).await
    }

    /// Deletes a group that has no members, with its offsets.
    pub async fn delete_group(&self, group: String) -> Result<(), ErrorCode> {
        self.call(|answer| Call::DeleteGroup { group, answer }).await
    }

    /// Commits offsets. What is wrong with the request as a whole is the outer error, what is wrong with
    /// one partition (unknown, metadata too long) the inner one, in the order asked.
    pub async fn commit_offsets(
        &self,
        identity: Identity,
        offsets: Vec<OffsetCommit>,
    ) -> Result<CommitResults, ErrorCode> {
        self.call(|answer| Call::CommitOffsets { identity, offsets, answer }).await
    }

    /// What a group has committed for these partitions, in the order asked; `None` where there is nothing.
    pub async fn committed_offsets(
        &self,
        group: String,
        partitions: Vec<TopicPartition>,
    ) -> Result<Vec<(TopicPartition, Option<CommittedOffset>)>, ErrorCode> {
        self.call(|answer| Call::CommittedOffsets { group, partitions: Some(partitions), answer }).await
    }

    /// Everything that a group has committed, by partition.
    pub async fn all_committed_offsets(
        &self,
        group: String,
    ) -> Result<Vec<(TopicPartition, Option<CommittedOffset>)>, ErrorCode> {
        self.call(|answer| Call::CommittedOffsets { group, partitions: None, answer }).await
    }

    /// What may be seen of the broker at this moment.
    pub async fn view(&self) -> Result<Arc<BrokerView>, ErrorCode> {
        self.call(|answer| Call::View { answer }).await
    }

    async fn call<T>(&self, call: impl FnOnce(Answer<T>) -> Call) -> Result<T, ErrorCode> {
        let (answer, answered) = oneshot::channel();
        queue(&self.calls, Event::Call(call(answer)), &self.back_pressure.calls).await?;
        answered.await.unwrap_or(Err(ErrorCode::BrokerNotAvailable))
    }
}

/// Queues `event`; when that means waiting, `waited` counts it.
async fn queue(sender: &mpsc::Sender<Event>, event: Event, waited: &AtomicU64) -> Result<(), ErrorCode> {
    match sender.try_send(event) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(event)) => {
            waited.fetch_add(1, Ordering::Relaxed);
            sender.send(event).await.map_err(|_| ErrorCode::BrokerNotAvailable)
        }
        Err(TrySendError::Closed(_)) => Err(ErrorCode::BrokerNotAvailable),
    }
}

/// What Kafka answers to a batch that can't be read.
fn refusal(error: &BatchError) -> ErrorCode {
    match error {
        BatchError::Crc { .. } | BatchError::TooShort { .. } | BatchError::Length { .. } => ErrorCode::CorruptMessage,
        BatchError::Magic(_) | BatchError::Counts { .. } | BatchError::Record { .. } | BatchError::Compression(_) => {
            ErrorCode::InvalidRecord
        }
    }
}
