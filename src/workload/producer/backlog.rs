//! A producer's schedule with what is due on it but can't be taken yet. Counting it needs no memory for
//! the records: a second reader of the same schedule runs ahead.

use super::Demand;
use crate::clock::Time;
use crate::workload::pace::Pacer;

/// The schedule of one life of a producer.
#[derive(Debug)]
pub(super) struct Backlog {
    pacer: Pacer,
    demand: Demand,
    /// Runs ahead while something waits, with the records between the two.
    scout: Option<(Pacer, u64)>,
}

impl Backlog {
    pub fn new(pacer: Pacer, demand: Demand) -> Self {
        Self { pacer, demand, scout: None }
    }

    /// When the next record is to be sent, in nanoseconds.
    pub fn peek(&self) -> u64 {
        self.pacer.peek()
    }

    /// Takes the next record off the schedule.
    pub fn take(&mut self) {
        self.pacer.advance();
        if let Some((_, ahead)) = &mut self.scout {
            *ahead = ahead.saturating_sub(1);
        }
    }

    /// How many records are due at `due` nanoseconds and not taken.
    pub fn count_due(&mut self, due: u64) -> u64 {
        if self.pacer.peek() > due {
            self.scout = None;
            return 0;
        }
        let (scout, ahead) = self.scout.get_or_insert_with(|| (self.pacer.clone(), 0));
        *ahead += scout.leap(due);
        while scout.peek() <= due {
            scout.advance();
            *ahead += 1;
        }
        *ahead
    }

    /// The rate and pattern from now on, which may be the same.
    pub fn follow(&mut self, now: Time, demand: Demand) {
        if demand == self.demand {
            return;
        }
        let scout = self.scout.as_mut().map(|(scout, _)| scout);
        for pacer in std::iter::once(&mut self.pacer).chain(scout) {
            if demand.pattern != self.demand.pattern {
                pacer.set_pattern(now, &demand.pattern);
            }
            pacer.set_rate(now, demand.per_second);
        }
        self.demand = demand;
    }

    pub fn per_second(&self) -> f64 {
        self.pacer.per_second()
    }
}
