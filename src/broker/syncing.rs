//! The rule by which commits are made durable: each, every so often, or none, as the broker's durability says; and
//! how often one of them makes the next opening quick. It writes nothing and sets no timer.

use std::time::Duration;

use crate::clock::Time;
use crate::model::durability::Durability;

/// How often a durable commit also makes the next opening quick; it costs a second fsync.
const QUICK_REPAIR_EVERY: Duration = Duration::from_secs(1);

/// What was acknowledged without being on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsynced {
    Nothing,
    /// A sync will be due.
    Scheduled,
    Due,
}

/// How one commit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) durable: bool,
    pub(super) quick_repair: bool,
}

#[derive(Debug)]
pub(super) struct Syncing {
    durability: Durability,
    unsynced: Unsynced,
    /// Whether the commit under way is durable.
    is_durable: bool,
    last_quick_repair: Option<Time>,
}

impl Syncing {
    pub(super) fn new(durability: Durability) -> Self {
        Self { durability, unsynced: Unsynced::Nothing, is_durable: false, last_quick_repair: None }
    }

    /// Makes the next commit durable, and wanted even if it is empty.
    pub(super) fn came_due(&mut self) {
        self.unsynced = Unsynced::Due;
    }

    pub(super) fn is_due(&self) -> bool {
        self.unsynced == Unsynced::Due
    }

    /// How the commit that begins now is written; the last one is durable if any is.
    pub(super) fn begin(&mut self, now: Time, is_last: bool) -> Manner {
        let durable = match self.durability {
            Durability::Immediate => true,
            Durability::Interval(_) => is_last || self.is_due(),
            Durability::Memory => false,
        };
        let is_repair_due = self.last_quick_repair.is_none_or(|last| now.since(last) >= QUICK_REPAIR_EVERY);
        let quick_repair = durable && (is_last || is_repair_due);
        if quick_repair {
            self.last_quick_repair = Some(now);
        }
        if durable {
            self.unsynced = Unsynced::Nothing;
        }
        self.is_durable = durable;
        Manner { durable, quick_repair }
    }

    /// After how long [`Syncing::came_due`] is to be called, once the commit under way is stored: the first one that
    /// isn't durable says so, those after it rely on that.
    pub(super) fn stored(&mut self) -> Option<Duration> {
        let Durability::Interval(every) = self.durability else { return None };
        if self.is_durable || self.unsynced != Unsynced::Nothing {
            return None;
        }
        self.unsynced = Unsynced::Scheduled;
        Some(every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_millis(50);

    #[test]
    fn each_durability_syncs_as_often_as_it_says() {
        let table = [
            (Durability::Immediate, [true, true, true], true),
            (Durability::Interval(EVERY), [false, true, false], true),
            (Durability::Memory, [false, false, false], false),
        ];
        for (durability, expected, last) in table {
            let mut syncing = Syncing::new(durability);
            let mut begin = |is_due: bool, is_last| {
                if is_due {
                    syncing.came_due();
                }
                syncing.begin(Time::ZERO, is_last).durable
            };
            assert_eq!([false, true, false].map(|is_due| begin(is_due, false)), expected, "{durability:?}");
            assert_eq!(begin(false, true), last, "the last one, {durability:?}");
        }
    }

    #[test]
    fn a_sync_is_scheduled_once_for_all_that_wait_for_it() {
        let mut syncing = Syncing::new(Durability::Interval(EVERY));
        syncing.begin(Time::ZERO, false);
        assert_eq!((syncing.stored(), syncing.stored()), (Some(EVERY), None));
        syncing.came_due();
        assert!(syncing.is_due());
        syncing.begin(Time::ZERO, false);
        assert_eq!((syncing.is_due(), syncing.stored()), (false, None), "it was durable itself");
    }

    #[test]
    fn the_next_opening_is_made_quick_every_second_and_by_the_last_commit() {
        let mut syncing = Syncing::new(Durability::Immediate);
        let mut quick = |millis: u64, is_last| syncing.begin(Time::from_micros(millis * 1_000), is_last).quick_repair;
        assert_eq!([0, 1, 999, 1_000, 1_001].map(|at| quick(at, false)), [true, false, false, true, false]);
        assert!(quick(1_002, true));
    }
}
