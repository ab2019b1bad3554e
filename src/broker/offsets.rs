//! Committed offsets: checked, stored with the next commit, and known from then on.

use crate::model::error::ErrorCode;
use crate::model::group::call::{Identity, OffsetCommit};
use crate::model::topic::{TopicName, TopicPartition};

use super::answer::{Waiting, give};
use super::engine::Engine;
use super::event::{Answer, CommitResults, CommittedOffset};
use super::store::{GroupOffset, StoredOffset};

/// Longest metadata of a committed offset, in bytes: Kafka's `offset.metadata.max.bytes`.
const MAX_METADATA_BYTES: usize = 4_096;

/// An offset that is on its way to the store.
#[derive(Debug)]
pub(super) struct StagedOffset {
    pub(super) group: String,
    pub(super) partition: TopicPartition,
    pub(super) committed: CommittedOffset,
}

impl Engine {
    pub(super) fn commit_offsets(
        &mut self,
        identity: &Identity,
        offsets: Vec<OffsetCommit>,
        answer: Answer<CommitResults>,
    ) {
        if let Err(error) = self.check_commit(identity) {
            return give(answer, Err(error));
        }
        let results: CommitResults = offsets.iter().map(|offset| self.check_offset(offset)).collect();
        let commit_timestamp = self.clock.unix_millis(self.now);
        for (offset, _) in offsets.into_iter().zip(&results).filter(|(_, result)| result.is_ok()) {
            let OffsetCommit { partition, offset, metadata } = offset;
            let committed = Some(StoredOffset { offset, metadata: metadata.clone(), commit_timestamp });
            let group = identity.group.clone();
            let open = &mut self.commits.open;
            open.group_offsets.push(GroupOffset { group: group.clone(), partition: partition.clone(), committed });
            let committed = CommittedOffset { offset, metadata };
            open.staged_offsets.push(StagedOffset { group, partition, committed });
        }
        self.groups.rearm(&identity.group);
        self.commits.open.waiting.push(Waiting::Offsets(answer, results));
        self.forget_if_unused(&identity.group);
    }

    pub(super) fn committed_offsets(
        &self,
        group: &str,
        partitions: Option<Vec<TopicPartition>>,
        answer: Answer<Vec<(TopicPartition, Option<CommittedOffset>)>>,
    ) {
        let offsets = self.groups.get(group).map(|slot| &slot.offsets);
        let find = |partition: &TopicPartition| offsets.and_then(|offsets| offsets.get(partition).cloned());
        let all = || offsets.into_iter().flatten().map(|(partition, _)| partition.clone()).collect();
        let partitions: Vec<_> = partitions.unwrap_or_else(all);
        let found = partitions.into_iter().map(|partition| (partition.clone(), find(&partition))).collect();
        give(answer, Ok(found));
    }

    /// Removes what every group has committed for a topic that is deleted.
    pub(super) fn remove_offsets_of(&mut self, topic: &TopicName) {
        self.commits.unstage(|staged| staged.partition.topic == *topic);
        let open = &mut self.commits.open;
        for (group, slot) in self.groups.iter_mut() {
            slot.offsets.retain(|partition, _| {
                let is_kept = partition.topic != *topic;
                if !is_kept {
                    let (group, partition) = (group.clone(), partition.clone());
                    open.group_offsets.push(GroupOffset { group, partition, committed: None });
                }
                is_kept
            });
        }
    }

    fn check_commit(&mut self, identity: &Identity) -> Result<(), ErrorCode> {
        if self.failure.is_some() {
            return Err(ErrorCode::KafkaStorageError);
        }
        if identity.group.is_empty() {
            return Err(ErrorCode::InvalidGroupId);
        }
        // Whoever assigns partitions to itself may commit to a group that nobody has joined.
        if identity.generation < 0 {
            self.ensure_group(&identity.group);
        }
        let slot = self.groups.get_mut(&identity.group).ok_or(ErrorCode::IllegalGeneration)?;
        slot.group.check_commit(identity, self.now)
    }

    fn check_offset(&self, offset: &OffsetCommit) -> Result<(), ErrorCode> {
        if offset.metadata.len() > MAX_METADATA_BYTES {
            return Err(ErrorCode::OffsetMetadataTooLarge);
        }
        self.topics.place(&offset.partition).map(drop).ok_or(ErrorCode::UnknownTopicOrPartition)
    }
}
