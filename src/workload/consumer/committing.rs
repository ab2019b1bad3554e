//! How a consumer commits: before, after or every so often; never two commits at once.

use super::session::Run;
use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::call::OffsetCommit;
use crate::scenario::CommitPolicy;
use crate::workload::backend::Backend;
use crate::workload::patience::RETRY_BACKOFF;

/// Offsets that were on their way to the broker, and what it said.
#[derive(Debug)]
pub(super) struct Committed {
    /// By partition.
    pub offsets: Vec<(u32, i64)>,
    /// In which they were sent: a refusal says nothing of a later one.
    pub generation: i32,
    pub answer: Result<(), ErrorCode>,
}

impl<B: Backend> Run<B> {
    /// Commits what is done, if the policy says so now.
    pub(super) fn commit_if_due(&mut self, now: Time) {
        if self.committing.is_some() || now < self.commit_at || self.standing.is_lost {
            return;
        }
        match self.group.commit {
            CommitPolicy::Before if self.is_held => self.commit_positions(now),
            // Before: only what is left from a time when it was committed after.
            CommitPolicy::Before | CommitPolicy::After => self.commit(self.done_offsets()),
            CommitPolicy::Auto { interval } => {
                self.commit_at = now + interval;
                self.commit(self.done_offsets());
            }
        }
    }

    /// Commits everything that was polled, before it is processed.
    pub(super) fn commit_positions(&mut self, now: Time) {
        if self.committing.is_some() || now < self.commit_at {
            return;
        }
        let polled = self.lanes.values().filter(|lane| lane.position > lane.committed);
        let offsets = polled.map(|lane| (lane.id, lane.position)).collect();
        self.commit(offsets);
    }

    pub(super) fn committed(&mut self, Committed { offsets, generation, answer }: Committed) {
        let now = self.clock.now();
        let Err(error) = answer else {
            for (lane, offset) in offsets {
                if let Some(lane) = self.lanes.get_mut(&lane) {
                    lane.committed = lane.committed.max(offset);
                }
            }
            self.release_held(now);
            return;
        };
        let is_refused = matches!(
            error,
            ErrorCode::RebalanceInProgress
                | ErrorCode::IllegalGeneration
                | ErrorCode::UnknownMemberId
                | ErrorCode::FencedInstanceId
        );
        self.commit_at = self.commit_at.max(now + RETRY_BACKOFF);
        if is_refused {
            self.put_back_held();
            if generation == self.standing.application.identity.generation {
                self.refused_as_member(error);
            }
        }
    }

    /// When a commit is due that can't be made now.
    pub(super) fn commit_deadline(&self) -> Time {
        let has_something = self.is_held || self.lanes.values().any(|lane| lane.done > lane.committed);
        if self.committing.is_some() || !has_something { Time::MAX } else { self.commit_at }
    }

    /// Gives up a partition; with `keep_done` what is done of it is committed before the next join.
    pub(super) fn give_up(&mut self, lane: u32, keep_done: bool) {
        let offset = self.done_offset(lane);
        let Some(lane) = self.lanes.remove(&lane) else { return };
        self.lane_ids.remove(&lane.partition);
        lane.book.release(self.tag);
        if keep_done && offset > lane.committed && self.group.commit != CommitPolicy::Before {
            let (partition, metadata) = (lane.partition, String::new());
            self.farewell.push(OffsetCommit { partition, offset, metadata });
        }
        // What was asked for it is asked no more.
        self.fetch = None;
        self.fetch_at = Time::ZERO;
    }

    /// Gives up all partitions.
    pub(super) fn give_up_all(&mut self, keep_done: bool) {
        let lanes: Vec<u32> = self.lanes.keys().copied().collect();
        for lane in lanes {
            self.give_up(lane, keep_done);
        }
        self.search.end();
    }

    fn commit(&mut self, offsets: Vec<(u32, i64)>) {
        if offsets.is_empty() {
            return;
        }
        let commits = offsets.iter().filter_map(|&(lane, offset)| {
            let partition = self.lanes.get(&lane)?.partition.clone();
            Some(OffsetCommit { partition, offset, metadata: String::new() })
        });
        let commits: Vec<OffsetCommit> = commits.collect();
        let (backend, identity) = (self.backend.clone(), self.standing.application.identity.clone());
        let generation = identity.generation;
        self.committing = Some(Box::pin(async move {
            Committed { offsets, generation, answer: backend.commit_offsets(identity, commits).await }
        }));
    }

    fn done_offsets(&self) -> Vec<(u32, i64)> {
        let offset = |id: &u32| (*id, self.done_offset(*id));
        let is_news = |(id, offset): &(u32, i64)| *offset > self.lanes[id].committed;
        // Nothing is done before the first poll: a position alone is not committed.
        self.lanes.keys().map(offset).filter(is_news).filter(|(id, _)| self.lanes[id].has_polled()).collect()
    }

    /// How far a partition is done: with one worker up to the end of a poll, with a pool up to the first
    /// record that is not done.
    fn done_offset(&self, lane: u32) -> i64 {
        let Some(known) = self.lanes.get(&lane) else { return -1 };
        if self.is_pool { self.hand.lowest_unfinished(lane).unwrap_or(known.position) } else { known.done }
    }

    fn release_held(&mut self, now: Time) {
        if self.is_held {
            self.is_held = false;
            self.hand.hold_until(now.as_nanos());
        }
    }

    /// What was polled and may not be processed goes back to where it was.
    fn put_back_held(&mut self) {
        if !std::mem::replace(&mut self.is_held, false) {
            return;
        }
        self.polls.clear();
        for record in self.hand.put_back() {
            if let Some(lane) = self.lanes.get_mut(&record.lane) {
                lane.put_back(record);
                lane.book.polled(self.tag, lane.position);
            }
        }
    }
}
