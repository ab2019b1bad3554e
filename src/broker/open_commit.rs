//! The open commit: what has been asked for since the last one began, and what follows from it once it is stored.

use bytes::Bytes;

use super::answer::Waiting;
use super::offsets::StagedOffset;
use super::store::{Commit, GroupOffset, PartitionKey, TopicChange};
use super::topics::Place;

/// What has been asked for since the last commit began.
#[derive(Debug, Default)]
pub(super) struct OpenCommit {
    pub(super) appends: Vec<OpenAppend>,
    /// Of the batches.
    pub(super) bytes: usize,
    pub(super) topics: Vec<TopicChange>,
    pub(super) log_starts: Vec<(Place, PartitionKey, i64)>,
    pub(super) group_offsets: Vec<GroupOffset>,
    pub(super) groups: Vec<(String, Option<Bytes>)>,
    pub(super) staged_offsets: Vec<StagedOffset>,
    pub(super) waiting: Vec<Waiting>,
}

/// Batches for one partition.
#[derive(Debug)]
pub(super) struct OpenAppend {
    pub(super) place: Place,
    pub(super) key: PartitionKey,
    pub(super) batches: Vec<Bytes>,
    /// Where the log ends with them.
    pub(super) end: i64,
}

/// What a commit changes in memory once it is stored.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Where logs end, and how many bytes they got.
    pub(super) ends: Vec<(Place, i64, u64)>,
    pub(super) log_starts: Vec<(Place, PartitionKey, i64)>,
    pub(super) staged_offsets: Vec<StagedOffset>,
    pub(super) waiting: Vec<Waiting>,
}

impl OpenCommit {
    pub(super) fn is_empty(&self) -> bool {
        self.appends.is_empty()
            && self.topics.is_empty()
            && self.log_starts.is_empty()
            && self.group_offsets.is_empty()
            && self.groups.is_empty()
            && self.waiting.is_empty()
    }

    /// Splits into what is written and what follows from it.
    pub(super) fn split(self) -> (Commit, Effects) {
        let bytes = |batches: &[Bytes]| batches.iter().map(|batch| batch.len() as u64).sum();
        let effects = Effects {
            ends: self.appends.iter().map(|append| (append.place, append.end, bytes(&append.batches))).collect(),
            log_starts: self.log_starts.clone(),
            staged_offsets: self.staged_offsets,
            waiting: self.waiting,
        };
        let commit = Commit {
            topics: self.topics,
            appends: self.appends.into_iter().map(|append| (append.key, append.batches)).collect(),
            log_starts: self.log_starts.into_iter().map(|(_, key, start)| (key, start)).collect(),
            offsets: self.group_offsets,
            groups: self.groups,
            ..Commit::default()
        };
        (commit, effects)
    }
}
