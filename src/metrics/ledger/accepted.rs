//! What producers count as accepted in one partition. Whether anybody reads it is the groups' business.

use std::sync::{Arc, Mutex, MutexGuard};

use super::lock;
use crate::metrics::ranges::{Ranges, length};

/// A handle on one partition's accepted records. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct AcceptedBook(Arc<Mutex<Accepted>>);

#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// Offsets of what was stored.
    pub(super) placed: Ranges,
    /// Sent without waiting for an answer: its position is not known yet.
    pub(super) unplaced: u64,
    /// Sent without waiting for an answer, and refused.
    pub(super) never_stored: u64,
    /// Stored once, but the log was cut below it.
    pub(super) gone: u64,
}

impl AcceptedBook {
    /// The broker acknowledged `count` records from `base_offset` on.
    pub fn acknowledged(&self, base_offset: i64, count: u32) {
        self.lock().place(base_offset, count);
    }

    /// `count` records were sent with `acks = 0`: accepted, though nobody knows where they are.
    pub fn sent(&self, count: u32) {
        self.lock().unplaced += u64::from(count);
    }

    /// Records noted with [`AcceptedBook::sent`] are stored from `base_offset` on.
    pub fn placed(&self, base_offset: i64, count: u32) {
        let mut accepted = self.lock();
        accepted.unplaced -= u64::from(count);
        accepted.place(base_offset, count);
    }

    /// Records noted with [`AcceptedBook::sent`] were never stored.
    pub fn never_stored(&self, count: u32) {
        let mut accepted = self.lock();
        accepted.unplaced -= u64::from(count);
        accepted.never_stored += u64::from(count);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Accepted> {
        lock(&self.0)
    }
}

impl Accepted {
    /// All records that were accepted.
    pub(super) fn total(&self) -> u64 {
        self.placed.len() + self.unplaced + self.never_stored + self.gone
    }

    /// Takes out what stood from `log_end_offset` on.
    pub(super) fn truncate(&mut self, log_end_offset: i64) -> Ranges {
        let gone = self.placed.split_off(log_end_offset);
        self.gone += gone.len();
        gone
    }

    fn place(&mut self, base_offset: i64, count: u32) {
        let end = base_offset + i64::from(count);
        let new = self.placed.insert(base_offset, end);
        // A position that is acknowledged twice was written twice: the first record there is gone.
        self.gone += length(base_offset, end) - new;
    }
}
