//! When a busy consumer looks whether it can take more, so that it is known which records it polls together. What a
//! poll is worth is for [`super::polls`].

use super::Nanos;
use crate::workload::patience::WORK_AHEAD_NANOS;

/// How far ahead of a look records are begun.
pub(super) const AHEAD: Nanos = WORK_AHEAD_NANOS as Nanos;

/// When a consumer looks whether it can take more: whenever a record comes, and else when what it has begun is over or
/// a chunk has passed, whichever is later.
#[derive(Clone, Debug, Default)]
pub(super) struct Looks {
    /// Ends of records of this poll and the one before, in order.
    pub ends: Vec<Nanos>,
    /// When the record begins that was begun last; before this poll; and when a worker is free after it.
    pub last_start: Nanos,
    start: Nanos,
    free: Nanos,
    /// The last look before the records that have not come yet.
    last: Nanos,
}

impl Looks {
    /// A poll is to be made after the one of `polled`.
    pub fn begin(&mut self, polled: Nanos, free: Nanos) {
        (self.start, self.free) = (self.last_start, free);
        self.last = polled;
    }

    /// A record comes and wakes the consumer, if that has not found its hand empty before.
    pub fn wake(&mut self, came: Nanos) {
        while self.last < came {
            match self.next(self.last, self.start) {
                Some(next) => self.last = next.min(came),
                None => return,
            }
        }
    }

    /// The look at which nothing is left in the hand, if no more records come.
    fn emptied(&self) -> Nanos {
        self.after(self.last, self.start)
    }

    /// Nothing is polled before.
    pub fn begins(&self) -> Nanos {
        self.free - AHEAD
    }

    /// From here on something is polled, after the look that emptied the hand; and the first look at which it is, if
    /// nothing comes after the record that came last.
    pub fn room(&self, came: Nanos) -> (Nanos, Nanos) {
        let emptied = self.emptied();
        if emptied >= self.begins() {
            return (emptied, self.free);
        }
        (self.begins(), self.after(emptied.max(came), self.free))
    }

    /// The look at `at`, or the first one after it from which a worker that is `free` by then is given more.
    fn after(&self, mut at: Nanos, free: Nanos) -> Nanos {
        while let Some(next) = self.next(at, free) {
            at = next;
        }
        at
    }

    /// The look after the one at `at`, as long as nobody is given more at that.
    fn next(&self, at: Nanos, free: Nanos) -> Option<Nanos> {
        (free > at + AHEAD).then(|| {
            let running = self.ends.get(self.ends.partition_point(|end| *end <= at));
            free.min(running.map_or(free, |end| end.max(at + AHEAD)))
        })
    }

    /// Ends up to the look at `at` matter no more.
    pub fn forget(&mut self, at: Nanos) {
        self.ends.drain(..self.ends.partition_point(|end| *end <= at));
    }
}
