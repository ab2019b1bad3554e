//! Which records a consumer polls together: what makes a batch, what is in its hands when its group calls, and how
//! far it has committed when it crashes.

use super::arrivals::Arrival;
use super::{Nanos, nanos};
use crate::scenario::{BatchSpec, CommitPolicy};
use crate::workload::patience::WORK_AHEAD_NANOS;

/// Polls that are followed before it matters where one begins: behind a backlog each is full, and otherwise the
/// first record that finds nobody at work begins one.
const POLLS_TO_SETTLE: f64 = 2.0;

/// The polls of one consumer.
#[derive(Clone, Debug)]
pub(super) struct Polls {
    most: u32,
    batch: BatchSpec,
    commit: CommitPolicy,
    /// When the present one was, and how many records it may still have.
    at: Nanos,
    left: u32,
    batch_left: u32,
    is_closed: bool,
    /// The record that was begun last, the last one that is committed, and how many lie between.
    pub begun: Nanos,
    committed: Nanos,
    uncommitted: u64,
    next_commit: Nanos,
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
            batch_left: 0,
            is_closed: false,
            begun: f64::NEG_INFINITY,
            committed: f64::NEG_INFINITY,
            uncommitted: 0,
            next_commit: 0.0,
            catching_up: None,
            caught_up: None,
        }
    }

    /// Whether the next record may begin, and the overhead of the batch if it is the first of one. `None` where it
    /// would have to be polled and nothing is polled any more.
    #[inline]
    pub fn admit(&mut self, next: &Arrival, free: Nanos, start: Nanos) -> Option<Nanos> {
        if self.left == 0 || next.available > self.at {
            if self.is_closed {
                return None;
            }
            self.begin(next, free);
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

    /// Records that were begun after it.
    pub const fn uncommitted(&self) -> u64 {
        self.uncommitted
    }

    /// Whether a record was polled, and is not now.
    pub fn drop_one(&mut self, next: &Arrival) -> bool {
        let is_polled = self.left > 0 && next.available <= self.at;
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
        self.at = next.available.max(free - Nanos::from(WORK_AHEAD_NANOS));
        self.left = self.most;
        self.batch_left = 0;
        if !matches!(self.commit, CommitPolicy::Auto { .. }) {
            self.committed = self.begun;
            self.uncommitted = 0;
        }
    }

    fn commit_in_time(&mut self, now: Nanos) {
        let CommitPolicy::Auto { interval } = self.commit else {
            self.next_commit = f64::INFINITY;
            return;
        };
        self.committed = self.begun;
        self.uncommitted = 0;
        let interval = nanos(interval).max(1.0);
        self.next_commit = ((now / interval).floor() + 1.0) * interval;
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
