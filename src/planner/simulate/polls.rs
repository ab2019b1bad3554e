//! Which records a consumer polls together: what makes a batch, what is in its hands when its group calls, and how
//! far it has committed when it crashes.

use super::arrivals::Arrival;
use super::looks::{AHEAD, Looks};
use super::{Nanos, nanos};
use crate::scenario::{BatchSpec, CommitPolicy};

/// Polls that are followed before it matters where one begins: behind a backlog each is full, and otherwise the
/// first record that finds nobody at work begins one.
const POLLS_TO_SETTLE: f64 = 2.0;

/// The polls of one consumer.
#[derive(Clone, Debug)]
pub(super) struct Polls {
    most: u32,
    batch: BatchSpec,
    commit: CommitPolicy,
    /// When the present one was at the earliest, and how many records it may still have.
    at: Nanos,
    left: u32,
    /// The look that it is made at, unless a record comes just before: that wakes the consumer, which polls it too.
    looked_at: Nanos,
    wakes_until: Nanos,
    looks: Looks,
    /// The record that came last, as long as it was not asked how much longer than it the poll lasts: behind a backlog
    /// nobody has to.
    unsettled: Option<Nanos>,
    batch_left: u32,
    is_closed: bool,
    /// The record that was begun last, the last one that is committed, and how many lie between.
    pub begun: Nanos,
    committed: Nanos,
    uncommitted: u64,
    next_commit: Nanos,
    committed_at: Nanos,
    /// Since when a record that need not wait is looked out for, and when one came.
    catching_up: Option<Nanos>,
    caught_up: Option<Nanos>,
}

impl Polls {
    pub fn new(batch: BatchSpec, commit: CommitPolicy, most: u32) -> Self {
        Self {
            most: most.max(1),
            batch,
            commit,
            at: f64::NEG_INFINITY,
            left: 0,
            looked_at: f64::NEG_INFINITY,
            wakes_until: f64::NEG_INFINITY,
            looks: Looks::default(),
            unsettled: None,
            batch_left: 0,
            is_closed: false,
            begun: f64::NEG_INFINITY,
            committed: f64::NEG_INFINITY,
            uncommitted: 0,
            next_commit: 0.0,
            committed_at: f64::NEG_INFINITY,
            catching_up: None,
            caught_up: None,
        }
    }

    /// Whether the next record may begin, and the overhead of the batch if it is the first of one. `None` where it
    /// would have to be polled and nothing is polled any more.
    #[inline]
    pub fn admit(&mut self, next: &Arrival, free: Nanos, start: Nanos) -> Option<Nanos> {
        if !self.has(next) {
            if self.left > 0 && next.available <= self.wakes_until {
                (self.at, self.looked_at, self.wakes_until) = (next.available, next.available, f64::NEG_INFINITY);
            } else if self.is_closed {
                return None;
            } else {
                self.begin(next, free);
            }
        }
        if !self.batch.overhead.is_zero() {
            self.looks.ends.push(free);
            self.looks.last_start = start;
            if self.unsettled.is_some() || self.wakes_until.is_finite() {
                self.look_when(next.available);
            }
        }
        if start >= self.next_commit {
            self.commit_in_time(start);
        }
        if self.catching_up.is_some_and(|since| since <= start) && start == next.available {
            self.catch_up(start);
        }
        self.left -= 1;
        self.uncommitted += 1;
        self.begun = next.intended;
        Some(self.overhead())
    }

    /// Another poll is to begin, and all that was begun is committed.
    pub fn begin_anew(&mut self) {
        self.left = 0;
        self.committed = self.begun;
        self.uncommitted = 0;
    }

    /// Other partitions are read from now on, from where they are committed.
    pub fn read_anew(&mut self) {
        self.begun = f64::NEG_INFINITY;
        self.begin_anew();
    }

    pub const fn commits_before(&self) -> bool {
        matches!(self.commit, CommitPolicy::Before)
    }

    /// The last record that is committed.
    pub const fn committed(&self) -> Nanos {
        self.committed
    }

    /// When it was committed.
    pub const fn committed_at(&self) -> Nanos {
        self.committed_at
    }

    /// Whether nothing is polled that is not begun.
    pub fn is_over(&mut self, next: &Arrival) -> bool {
        !self.has(next)
    }

    /// All that was polled is done, and was committed at once where that is the policy.
    pub fn end(&mut self, at: Nanos) {
        if self.commit == CommitPolicy::After && self.uncommitted > 0 {
            self.commit_all(at);
        }
    }

    /// Polls what has come by now.
    pub fn poll(&mut self, next: &Arrival, now: Nanos) {
        if self.is_over(next) && next.available <= now {
            self.begin(next, now);
            self.unsettled = None;
            (self.at, self.looked_at, self.wakes_until) = (now, now, f64::NEG_INFINITY);
        }
    }

    /// So many records are in hand that came by now, and were not begun.
    pub fn hold(&mut self, records: u32, now: Nanos) {
        self.unsettled = None;
        (self.at, self.left) = (now, records);
        self.looked_at = now;
    }

    /// Records that were begun after it.
    pub const fn uncommitted(&self) -> u64 {
        self.uncommitted
    }

    /// Whether a record was polled, and is not now.
    pub fn drop_one(&mut self, next: &Arrival) -> bool {
        let is_polled = !self.is_over(next);
        self.left = self.left.saturating_sub(1);
        is_polled
    }

    /// Nothing more is polled.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Polls again.
    pub fn open(&mut self) {
        self.is_closed = false;
    }

    /// Looks out for the first record from now on that does not have to wait.
    pub fn look_out(&mut self, now: Nanos) {
        (self.catching_up, self.caught_up) = (Some(now), None);
    }

    /// When it came; `None` before.
    pub const fn caught_up(&self) -> Option<Nanos> {
        self.caught_up
    }

    /// Nobody has to wait from `at` on.
    pub fn catch_up(&mut self, at: Nanos) {
        if let Some(since) = self.catching_up.take() {
            self.caught_up = Some(at.max(since));
        }
    }

    /// Until when it does not matter which records are polled together if it does at `until`.
    pub fn quiet_until(&self, until: Nanos, mean: Nanos) -> Nanos {
        let polls = f64::from(self.most) * mean * POLLS_TO_SETTLE;
        let commit = if let CommitPolicy::Auto { interval } = self.commit { nanos(interval) } else { 0.0 };
        until - polls.max(commit) - 1e9
    }

    /// Whether it matters at any time.
    pub fn needs_tracking(&self) -> bool {
        self.is_closed || !self.batch.overhead.is_zero() || self.catching_up.is_some()
    }

    fn begin(&mut self, next: &Arrival, free: Nanos) {
        if free <= next.available {
            self.find_idle(next.available);
        } else {
            self.go_on(next.available, free);
        }
        self.left = self.most;
        self.batch_left = 0;
        match self.commit {
            CommitPolicy::Before => self.commit_all(self.at),
            CommitPolicy::After => self.commit_all(free),
            CommitPolicy::Auto { .. } => {}
        }
    }

    /// Somebody is free when the record comes: it is polled at once, and nothing that was begun before matters.
    fn find_idle(&mut self, came: Nanos) {
        self.unsettled = None;
        self.looks.ends.clear();
        (self.at, self.looked_at, self.wakes_until) = (came, came, f64::NEG_INFINITY);
    }

    fn go_on(&mut self, came: Nanos, free: Nanos) {
        self.settle();
        self.at = came.max(free - AHEAD);
        let before = std::mem::replace(&mut self.looked_at, self.at);
        self.wakes_until = f64::NEG_INFINITY;
        if !self.batch.overhead.is_zero() {
            // What is polled together shares it, so that it matters who comes just in time.
            self.looks.forget(before);
            self.looks.ends.push(free);
            self.looks.begin(before, free);
            self.look_when(came);
        }
    }

    /// A record came: it is polled by itself, or with those that came before the consumer had room.
    fn look_when(&mut self, came: Nanos) {
        self.looks.wake(came);
        self.unsettled = Some(came);
    }

    /// Whether the next record is polled with those before.
    #[inline]
    fn has(&mut self, next: &Arrival) -> bool {
        if self.left == 0 {
            return false;
        }
        if self.unsettled.is_some() {
            if next.available <= self.looks.begins() {
                return true;
            }
            self.settle();
        }
        next.available <= self.at
    }

    fn settle(&mut self) {
        let Some(came) = self.unsettled.take() else { return };
        let (room, look) = self.looks.room(came);
        if came <= room {
            (self.at, self.looked_at, self.wakes_until) = (room, look, look);
        }
    }

    fn commit_all(&mut self, at: Nanos) {
        (self.committed, self.committed_at) = (self.begun, at);
        self.uncommitted = 0;
    }

    fn commit_in_time(&mut self, now: Nanos) {
        let CommitPolicy::Auto { interval } = self.commit else {
            self.next_commit = f64::INFINITY;
            return;
        };
        let interval = nanos(interval).max(1.0);
        let at = (now / interval).floor() * interval;
        self.commit_all(at);
        self.next_commit = at + interval;
    }

    fn overhead(&mut self) -> Nanos {
        if self.batch_left > 0 {
            self.batch_left -= 1;
            return 0.0;
        }
        self.batch_left = self.batch.size.max(1) - 1;
        nanos(self.batch.overhead)
    }
}
