//! What one group did with one partition: what it processed, what its live clients hold in hand, and
//! what retention took from under it.

use std::sync::{Arc, Mutex};

use super::order::{KeyMark, KeyOrder};
use super::{Accepted, PartitionFacts, lock};
use crate::metrics::figures::LedgerCounts;
use crate::metrics::ranges::{Ranges, length};

/// Tells one run of a consumer from another, the same consumer's next run included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberTag(pub u64);

/// A handle on one group's books for one partition. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GroupBook {
    partition: u32,
    /// Which topic of this name it is about.
    topics_before: u64,
    processed: Arc<Mutex<Processed>>,
    order: Arc<Mutex<KeyOrder>>,
}

#[derive(Debug, Default)]
struct Processed {
    done: Ranges,
    duplicates: u64,
    /// Processed before the log was cut below it.
    done_and_gone: u64,
    hands: Vec<Hand>,
    owner: Option<MemberTag>,
    expired: Ranges,
    topics_deleted: u64,
    /// Of the topic that was deleted last: what was accepted and what is done of it.
    deleted: Ranges,
    deleted_done: Ranges,
}

/// What a live client has polled: `start..end` is in hand unless it is processed.
#[derive(Clone, Copy, Debug)]
struct Hand {
    member: MemberTag,
    start: i64,
    end: i64,
}

impl GroupBook {
    pub(super) fn new(partition: u32, order: Arc<Mutex<KeyOrder>>) -> Self {
        Self { partition, topics_before: 0, processed: Arc::default(), order }
    }

    /// The same book for whoever begins to read now: of the topic that there is now.
    pub(super) fn of_present_topic(&self) -> Self {
        let topics_before = lock(&self.processed).topics_deleted;
        Self { topics_before, ..self.clone() }
    }

    /// The member owns the partition from now on and reads on from `position`.
    pub fn take(&self, member: MemberTag, position: i64) {
        let mut processed = lock(&self.processed);
        processed.hands.retain(|hand| hand.member != member);
        processed.hands.push(Hand { member, start: position, end: position });
        processed.owner = Some(member);
    }

    /// The member has polled everything below `position`. Call it before such a position is committed.
    pub fn polled(&self, member: MemberTag, position: i64) {
        if let Some(hand) = lock(&self.processed).hands.iter_mut().find(|hand| hand.member == member) {
            hand.end = position;
        }
    }

    /// The member no longer reads the partition, and will process nothing of it that it still holds.
    pub fn release(&self, member: MemberTag) {
        let mut processed = lock(&self.processed);
        processed.hands.retain(|hand| hand.member != member);
        if processed.owner == Some(member) {
            processed.owner = None;
        }
    }

    /// The group wanted to read on from `wanted`, but retention had deleted everything below `log_start_offset`.
    pub fn passed_over(&self, wanted: i64, log_start_offset: i64) {
        lock(&self.processed).expired.insert(wanted.max(0), log_start_offset);
    }

    /// The records of `start..end` were processed; `keys` has a mark for each of them that has a key.
    pub fn processed(&self, start: i64, end: i64, keys: &[KeyMark]) {
        let mut processed = lock(&self.processed);
        if processed.topics_deleted != self.topics_before {
            processed.process_deleted(start, end);
            return;
        }
        let new = processed.done.insert(start, end);
        processed.duplicates += length(start, end) - new;
        drop(processed);
        if !keys.is_empty() {
            let mut order = lock(&self.order);
            for mark in keys {
                order.note(KeyMark { partition: self.partition, ..*mark });
            }
        }
    }

    /// How many of the records of `start..end` were processed.
    pub fn done_within(&self, start: i64, end: i64) -> u64 {
        lock(&self.processed).done.count_within(start, end)
    }

    pub(super) fn truncate(&self, log_end_offset: i64, gone: &Ranges) {
        let mut processed = lock(&self.processed);
        let done = processed.done.split_off(log_end_offset);
        let done_and_gone: u64 = gone.spans().map(|(start, end)| done.count_within(start, end)).sum();
        processed.done_and_gone += done_and_gone;
        drop(processed.expired.split_off(log_end_offset));
    }

    /// The topic was deleted, and had these records. What clients hold of it they may still process.
    pub(super) fn delete(&self, accepted: &Ranges) {
        let mut processed = lock(&self.processed);
        let done = processed.done.split_off(0);
        processed.done_and_gone += accepted.spans().map(|(start, end)| done.count_within(start, end)).sum::<u64>();
        processed.expired = Ranges::default();
        processed.hands.clear();
        processed.owner = None;
        processed.topics_deleted += 1;
        processed.deleted = accepted.clone();
        processed.deleted_done = done;
    }

    pub(super) fn count(&self, accepted: &Accepted, facts: PartitionFacts, counts: &mut LedgerCounts) {
        let mut processed = lock(&self.processed);
        counts.accepted += accepted.total();
        counts.duplicates += processed.duplicates;
        counts.in_flight += accepted.unplaced;
        // Where a position was written twice, the group may have processed either record: the first.
        let done_and_gone = processed.done_and_gone.min(accepted.gone);
        counts.processed_once += done_and_gone;
        counts.lost += accepted.never_stored + accepted.gone - done_and_gone;
        let mut unprocessed = Vec::new();
        for (start, end) in accepted.placed.spans() {
            counts.processed_once += processed.done.count_within(start, end);
            processed.done.gaps(start, end, |from, to| unprocessed.push((from, to)));
        }
        let floor = processed.floor(facts.committed_offset);
        for (start, end) in unprocessed {
            processed.classify(start, end, floor, facts.log_start_offset, counts);
        }
    }
}

impl Processed {
    fn process_deleted(&mut self, start: i64, end: i64) {
        let (mut first, deleted) = (0, &self.deleted);
        self.deleted_done.gaps(start, end, |from, to| first += deleted.count_within(from, to));
        self.done_and_gone += first;
        let new = self.deleted_done.insert(start, end);
        self.duplicates += length(start, end) - new;
    }

    /// Below this nothing is read any more unless a live client has it in hand.
    fn floor(&self, committed_offset: Option<i64>) -> i64 {
        let owner = self.hands.iter().find(|hand| Some(hand.member) == self.owner);
        committed_offset.unwrap_or(0).max(owner.map_or(0, |hand| hand.end))
    }

    /// Sorts a span of accepted and unprocessed offsets. It is cut where the answer can change.
    fn classify(&mut self, start: i64, end: i64, floor: i64, log_start: i64, counts: &mut LedgerCounts) {
        let mut cuts = vec![start, end, floor, log_start];
        cuts.extend(self.hands.iter().flat_map(|hand| [hand.start, hand.end]));
        cuts.retain(|cut| (start..=end).contains(cut));
        cuts.sort_unstable();
        for (from, to) in cuts.iter().copied().zip(cuts.iter().copied().skip(1)) {
            let is_in_hand = self.hands.iter().any(|hand| (hand.start..hand.end).contains(&from));
            if is_in_hand {
                counts.in_flight += length(from, to);
            } else if from >= floor && from < log_start {
                self.expired.insert(from, to);
                counts.expired += length(from, to);
            } else {
                let expired = self.expired.count_within(from, to);
                counts.expired += expired;
                let rest = length(from, to) - expired;
                *(if from < floor { &mut counts.lost } else { &mut counts.in_flight }) += rest;
            }
        }
    }
}
