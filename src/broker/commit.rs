//! Group commit: what waits for the next transaction, what the one under way will change once it is
//! stored, and the rule that there is only one.

use std::time::Duration;

use bytes::Bytes;

use crate::clock::{Stopwatch, Time};
use crate::model::durability::Durability;

use super::answer::{Waiting, refuse_all};
use super::engine::Engine;
use super::event::{Event, Stored};
use super::offsets::StagedOffset;
use super::store::{Commit, GroupOffset, PartitionKey, StoreError, TopicChange};
use super::topics::Place;

/// How often a durable commit also makes the next opening quick; it costs a second fsync.
const QUICK_REPAIR_EVERY: Duration = Duration::from_secs(1);

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
    ends: Vec<(Place, i64, u64)>,
    log_starts: Vec<(Place, PartitionKey, i64)>,
    staged_offsets: Vec<StagedOffset>,
    waiting: Vec<Waiting>,
}

/// What was acknowledged without being on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsynced {
    Nothing,
    /// A sync will be due.
    Scheduled,
    Due,
}

/// The commits of a broker.
#[derive(Debug)]
pub(super) struct Commits {
    pub(super) open: OpenCommit,
    /// Of the open commit.
    pub(super) number: u64,
    under_way: Option<Effects>,
    was_full: bool,
    durability: Durability,
    room: usize,
    unsynced: Unsynced,
    /// Whether the commit under way is durable.
    is_durable: bool,
    last_quick_repair: Option<Time>,
}

impl Commits {
    pub(super) fn new(durability: Durability, room: usize) -> Self {
        Self {
            open: OpenCommit::default(),
            number: 0,
            under_way: None,
            was_full: false,
            durability,
            room,
            unsynced: Unsynced::Nothing,
            is_durable: false,
            last_quick_repair: None,
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

    /// Makes the next commit durable, and wanted even if it is empty.
    pub(super) fn sync_is_due(&mut self) {
        self.unsynced = Unsynced::Due;
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

    fn durability_of_next(&mut self, now: Time, is_last: bool) -> (bool, bool) {
        let durable = match self.durability {
            Durability::Immediate => true,
            Durability::Interval(_) => is_last || self.unsynced == Unsynced::Due,
            Durability::Memory => false,
        };
        let is_repair_due = self.last_quick_repair.is_none_or(|last| now.since(last) >= QUICK_REPAIR_EVERY);
        let quick_repair = durable && (is_last || is_repair_due);
        if quick_repair {
            self.last_quick_repair = Some(now);
        }
        (durable, quick_repair)
    }
}

impl OpenCommit {
    fn is_empty(&self) -> bool {
        self.appends.is_empty()
            && self.topics.is_empty()
            && self.log_starts.is_empty()
            && self.group_offsets.is_empty()
            && self.groups.is_empty()
            && self.waiting.is_empty()
    }

    /// Splits into what is written and what follows from it.
    fn split(self) -> (Commit, Effects) {
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

impl Engine {
    /// Begins the next commit if there is something to write and none is under way.
    pub(super) fn start_commit_if_due(&mut self) {
        let is_wanted = !self.commits.open.is_empty() || self.commits.unsynced == Unsynced::Due;
        if is_wanted && !self.commits.is_under_way() && self.failure.is_none() {
            self.start_commit(false);
        }
    }

    /// Begins a commit, be it empty. `is_last` makes it durable and the next opening quick.
    pub(super) fn start_commit(&mut self, is_last: bool) {
        let (durable, quick_repair) = self.commits.durability_of_next(self.now, is_last);
        self.commits.number += 1;
        self.commits.is_durable = durable;
        if durable {
            self.commits.unsynced = Unsynced::Nothing;
        }
        let (commit, effects) = std::mem::take(&mut self.commits.open).split();
        self.commits.under_way = Some(effects);
        let commit = Commit { durable, quick_repair, ..commit };
        let (store, clock, reports) = (self.store.clone(), self.clock.clone(), self.reports.clone());
        let is_memory = self.commits.durability == Durability::Memory;
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

    /// After the first commit that isn't durable, the next sync is due within the interval. That is real
    /// time: a crash doesn't wait for an experiment that is paused.
    fn schedule_sync(&mut self) {
        let Durability::Interval(every) = self.config.durability else { return };
        if self.commits.is_durable || self.commits.unsynced != Unsynced::Nothing {
            return;
        }
        self.commits.unsynced = Unsynced::Scheduled;
        let (clock, reports) = (self.clock.clone(), self.reports.clone());
        self.clock.spawn(async move {
            clock.sleep_real(every).await;
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
            if let Some(partition) = self.topics.partition_mut(place) {
                let left = self.store.extent(key.topic_id, key.partition);
                partition.bytes = left.map_or(partition.bytes, |extent| extent.bytes);
                let freed = partition.begin_at(start);
                self.tail_cache.removed(freed, &self.topics);
            }
        }
        for waiting in effects.waiting {
            self.answer_stored(waiting);
        }
        for (place, _, bytes) in effects.ends {
            self.wake_parked(place, bytes);
        }
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
