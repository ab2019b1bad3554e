//! Group commit: what is collected goes to the store in one transaction, there is only one at a time, and what
//! follows from it is done once it is stored.

use std::time::Duration;

use crate::clock::Stopwatch;
use crate::model::durability::Durability;

use super::answer::refuse_all;
use super::engine::Engine;
use super::event::{Event, Stored};
use super::offsets::StagedOffset;
use super::open_commit::{Effects, OpenCommit};
use super::store::{Commit, GroupOffset, PartitionKey, StoreError};
use super::syncing::{Manner, Syncing};
use super::topics::Place;

/// The commits of a broker.
#[derive(Debug)]
pub(super) struct Commits {
    pub(super) open: OpenCommit,
    /// Of the open commit.
    pub(super) number: u64,
    pub(super) syncing: Syncing,
    under_way: Option<Effects>,
    was_full: bool,
    room: usize,
}

impl Commits {
    pub(super) fn new(durability: Durability, room: usize) -> Self {
        Self {
            open: OpenCommit::default(),
            number: 0,
            syncing: Syncing::new(durability),
            under_way: None,
            was_full: false,
            room,
        }
    }

    /// Whether the open commit has just become full: true once each time that it does.
    pub(super) fn has_just_filled(&mut self) -> bool {
        let is_full = !self.has_room();
        let was_full = std::mem::replace(&mut self.was_full, is_full);
        is_full && !was_full
    }

    /// Whether the open commit may grow.
    pub(super) fn has_room(&self) -> bool {
        self.open.bytes < self.room
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether an offset of this group is on its way to the store.
    pub(super) fn is_staged(&self, group: &str) -> bool {
        let under_way = self.under_way.iter().flat_map(|effects| &effects.staged_offsets);
        self.open.staged_offsets.iter().chain(under_way).any(|staged| staged.group == group)
    }

    /// Undoes offsets that are on their way to the store: the open commit removes them again.
    pub(super) fn unstage(&mut self, is_undone: impl Fn(&StagedOffset) -> bool) {
        let under_way = self.under_way.iter_mut().flat_map(|effects| extract(&mut effects.staged_offsets, &is_undone));
        let mut undone: Vec<StagedOffset> = under_way.collect();
        undone.extend(extract(&mut self.open.staged_offsets, &is_undone));
        let removal =
            |staged: StagedOffset| GroupOffset { group: staged.group, partition: staged.partition, committed: None };
        self.open.group_offsets.extend(undone.into_iter().map(removal));
    }
}

impl Engine {
    /// Begins the next commit if there is something to write and none is under way.
    pub(super) fn start_commit_if_due(&mut self) {
        let is_wanted = !self.commits.open.is_empty() || self.commits.syncing.is_due();
        if is_wanted && !self.commits.is_under_way() && self.failure.is_none() {
            self.start_commit(false);
        }
    }

    /// Begins a commit, be it empty. `is_last` makes it durable and the next opening quick.
    pub(super) fn start_commit(&mut self, is_last: bool) {
        let Manner { durable, quick_repair } = self.commits.syncing.begin(self.now, is_last);
        self.commits.number += 1;
        let (commit, effects) = std::mem::take(&mut self.commits.open).split();
        self.commits.under_way = Some(effects);
        self.write(Commit { durable, quick_repair, ..commit });
    }

    /// Lets the store write a commit, which reports back as an event.
    fn write(&self, commit: Commit) {
        let (store, clock, reports) = (self.store.clone(), self.clock.clone(), self.reports.clone());
        let is_memory = self.config.durability == Durability::Memory;
        self.clock.spawn(async move {
            let is_virtual = clock.is_virtual();
            let work = move || {
                let watch = Stopwatch::start();
                let outcome = store.commit(&commit);
                // A replay has to see the same: on a virtual clock a commit takes no time.
                let took = if is_virtual { Duration::ZERO } else { watch.elapsed() };
                Stored { outcome, took }
            };
            // Memory waits for nothing: a thread of its own would only add two wake-ups to each commit.
            let stored = if is_memory { work() } else { clock.run_blocking(work).await };
            // Nobody listens any more when the broker was killed.
            drop(reports.send(Event::Stored(stored)).await);
        });
    }

    /// Takes in what became of the commit under way.
    pub(super) fn stored(&mut self, stored: Stored) {
        let effects = self.commits.under_way.take().expect("a commit reports once, and only one is under way");
        match stored.outcome {
            Ok(_) => {
                self.count_commit(stored.took);
                self.schedule_sync();
                self.carry_out(effects);
            }
            Err(error) => {
                refuse_all(effects.waiting);
                self.fail(&error);
            }
        }
    }

    fn count_commit(&mut self, took: Duration) {
        self.totals.commits += 1;
        self.totals.last_commit = took;
        self.totals.commit_times.record(took);
    }

    /// A sync is due within the interval of what it waits for. That is real time: a crash doesn't wait for an
    /// experiment that is paused.
    fn schedule_sync(&mut self) {
        let Some(after) = self.commits.syncing.stored() else { return };
        let (clock, reports) = (self.clock.clone(), self.reports.clone());
        self.clock.spawn(async move {
            clock.sleep_real(after).await;
            // Nobody listens any more when the broker has ended.
            drop(reports.send(Event::SyncDue).await);
        });
    }

    fn carry_out(&mut self, effects: Effects) {
        for staged in effects.staged_offsets {
            self.groups.take_in(staged);
        }
        for &(place, end, bytes) in &effects.ends {
            if let Some(partition) = self.topics.partition_mut(place) {
                partition.high_watermark = end;
                partition.bytes += bytes;
                self.retention.expect_within(self.config.retention_check, self.now);
            }
        }
        for (place, key, start) in effects.log_starts {
            self.begin_log_at(place, key, start);
        }
        for waiting in effects.waiting {
            self.answer_stored(waiting);
        }
        for (place, _, bytes) in effects.ends {
            self.wake_parked(place, bytes);
        }
    }

    fn begin_log_at(&mut self, place: Place, key: PartitionKey, start: i64) {
        let Some(partition) = self.topics.partition_mut(place) else { return };
        let left = self.store.extent(key.topic_id, key.partition);
        partition.bytes = left.map_or(partition.bytes, |extent| extent.bytes);
        let freed = partition.begin_at(start);
        self.tail_cache.removed(freed, &self.topics);
    }

    /// The store failed for good: nothing is written from now on, and what waits is refused.
    fn fail(&mut self, error: &StoreError) {
        self.failure = Some(error.to_string().into());
        let open = std::mem::take(&mut self.commits.open);
        self.commits.number += 1;
        refuse_all(open.waiting);
        for topic in self.topics.iter_mut() {
            for partition in &mut topic.partitions {
                self.tail_cache.count(partition.take_back());
            }
        }
    }
}

fn extract(staged: &mut Vec<StagedOffset>, is_taken: impl Fn(&StagedOffset) -> bool) -> Vec<StagedOffset> {
    let (taken, kept) = std::mem::take(staged).into_iter().partition(|staged| is_taken(staged));
    *staged = kept;
    taken
}
