//! When records are to be sent: the absolute schedule of an arrival process. Times come out in order, at
//! whatever moment they are asked for, so that a late reader shifts nothing.
//!
//! Every process is Poisson (or evenly spaced) in transformed time: the rate is constant between
//! boundaries, and the next arrival is where the integral of the rate has grown by the next gap.

mod demand;

use std::collections::VecDeque;

use rand::RngExt;
use rand::SeedableRng;
use rand_distr::Exp1;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::clock::Time;
use crate::scenario::Pattern;

pub use self::demand::{Demand, diurnal_factors};

/// Changes that may lie ahead of a schedule that is read late; the oldest two become one beyond that.
const MAX_CHANGES: usize = 256;

/// Evenly spaced arrivals are passed over at once when there are so many; fewer are as quickly walked.
const LEAP_AT_LEAST: f64 = 1_000.0;

/// The intended send times of one producer, in nanoseconds of the clock.
#[derive(Clone, Debug)]
pub struct Pacer {
    random: Xoshiro256PlusPlus,
    demand: Demand,
    changes: VecDeque<(f64, Demand)>,
    /// The last arrival (at first the beginning), and how much of the rate's integral the next gap takes.
    last: f64,
    gap: f64,
    next: f64,
}

impl Pacer {
    /// A schedule that begins at `start`.
    pub fn new(pattern: &Pattern, per_second: f64, start: Time, seed: u64) -> Self {
        let start = nanos_of(start);
        let demand = Demand::new(pattern, per_second, start);
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut pacer = Self { random, demand, changes: VecDeque::new(), last: start, gap: 0.0, next: f64::INFINITY };
        pacer.draw_gap();
        pacer.find_next();
        pacer
    }

    /// The next time at which a record is to be sent; [`u64::MAX`] when there is none.
    pub fn peek(&self) -> u64 {
        whole_nanos(self.next)
    }

    /// Goes on to the time after the present next.
    pub fn advance(&mut self) {
        if self.next.is_infinite() {
            return;
        }
        while self.changes.front().is_some_and(|(at, _)| *at <= self.next) {
            let Some((_, demand)) = self.changes.pop_front() else { break };
            self.demand = demand;
        }
        self.last = self.next;
        self.draw_gap();
        self.find_next();
    }

    /// Passes over nearly all arrivals up to `due` at once where they are many and evenly spaced; how many. The
    /// rest, or all of them where they are drawn one by one, are left to [`Pacer::advance`].
    pub fn leap(&mut self, due: u64) -> u64 {
        // One is left to be walked, so that rounding leaps over nothing that isn't due.
        let passed = ((float_nanos(due) - self.next) * self.demand.rate).floor() - 1.0;
        if !self.is_steady() || passed < LEAP_AT_LEAST || self.next.is_infinite() {
            return 0;
        }
        self.last = self.next + (passed - 1.0) / self.demand.rate;
        self.find_next();
        whole_nanos(passed)
    }

    /// Another rate from `at` on; what was due before stays due.
    pub fn set_rate(&mut self, at: Time, per_second: f64) {
        let newest = self.changes.back().map_or(&self.demand, |(_, demand)| demand);
        let demand = newest.with_rate(per_second);
        self.change(nanos_of(at), demand);
    }

    /// Another pattern, which begins at `at`; what was due before stays due.
    pub fn set_pattern(&mut self, at: Time, pattern: &Pattern) {
        let newest = self.changes.back().map_or(&self.demand, |(_, demand)| demand);
        let origin = nanos_of(at);
        let demand = newest.with_pattern(pattern, origin);
        self.change(origin, demand);
    }

    /// Arrivals per second at the next arrival.
    pub fn per_second(&self) -> f64 {
        let (rate, _) = self.demand.piece(self.last);
        rate * 1e9
    }

    fn change(&mut self, at: f64, demand: Demand) {
        if self.changes.len() == MAX_CHANGES {
            self.changes.pop_back();
        }
        self.changes.push_back((at, demand));
        self.find_next();
    }

    fn draw_gap(&mut self) {
        self.gap = if self.demand.is_even() { 1.0 } else { self.random.sample(Exp1) };
    }

    /// Whether arrivals go on evenly for as long as can be seen.
    fn is_steady(&self) -> bool {
        self.demand.is_even() && self.changes.is_empty()
    }

    fn find_next(&mut self) {
        if self.is_steady() {
            self.next = self.last + self.gap / self.demand.rate;
        } else {
            self.walk_to_next();
        }
    }

    fn walk_to_next(&mut self) {
        let (mut at, mut left) = (self.last, self.gap);
        let mut demand = &self.demand;
        let mut changes = self.changes.iter().peekable();
        loop {
            if let Some((_, changed)) = changes.next_if(|(change, _)| *change <= at) {
                demand = changed;
                continue;
            }
            let (rate, piece_end) = demand.piece(at);
            let end = changes.peek().map_or(piece_end, |(change, _)| change.min(piece_end));
            let reach = at + left / rate;
            if reach <= end || end.is_infinite() {
                self.next = reach;
                return;
            }
            left -= rate * (end - at);
            at = end;
        }
    }
}

fn nanos_of(time: Time) -> f64 {
    time.as_secs_f64() * 1e9
}

#[expect(clippy::cast_precision_loss, reason = "exact for the first 104 days, and to a microsecond for centuries")]
fn float_nanos(nanos: u64) -> f64 {
    nanos as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is what is wanted")]
fn whole_nanos(nanos: f64) -> u64 {
    nanos as u64
}

#[cfg(test)]
mod tests;
