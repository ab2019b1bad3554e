//! When records are to be sent: the absolute schedule of an arrival process. Times come out in order, at
//! whatever moment they are asked for, so that a late reader shifts nothing.
//!
//! Every process is Poisson (or evenly spaced) in transformed time: the rate is constant between
//! boundaries, and the next arrival is where the integral of the rate has grown by the next gap.

use std::collections::VecDeque;
use std::time::Duration;

use rand::RngExt;
use rand::SeedableRng;
use rand_distr::Exp1;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::clock::Time;
use crate::scenario::{Pattern, TracePoint};

/// Pieces of constant rate that one period of a diurnal pattern is cut into.
const DIURNAL_STEPS: usize = 1_024;

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

/// How often, in which shape: what a schedule is drawn from.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Arrivals per nanosecond, over the shape.
    rate: f64,
    shape: Shape,
    /// When the shape began.
    origin: f64,
}

#[derive(Clone, Debug)]
enum Shape {
    Even,
    Poisson,
    Burst {
        every: f64,
        quiet: f64,
        factor: f64,
    },
    Diurnal {
        period: f64,
        factors: std::sync::Arc<[f64]>,
    },
    /// Begin and rate of each piece; replaces the rate.
    Trace(std::sync::Arc<[(f64, f64)]>),
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
        let demand = Demand { rate: per_second / 1e9, ..newest.clone() };
        self.change(nanos_of(at), demand);
    }

    /// Another pattern, which begins at `at`; what was due before stays due.
    pub fn set_pattern(&mut self, at: Time, pattern: &Pattern) {
        let newest = self.changes.back().map_or(&self.demand, |(_, demand)| demand);
        let origin = nanos_of(at);
        let demand = Demand { rate: newest.rate, shape: Shape::new(pattern), origin };
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
        self.gap = match self.demand.shape {
            Shape::Even => 1.0,
            Shape::Poisson | Shape::Burst { .. } | Shape::Diurnal { .. } | Shape::Trace(_) => self.random.sample(Exp1),
        };
    }

    /// Whether arrivals go on evenly for as long as can be seen.
    fn is_steady(&self) -> bool {
        matches!(self.demand.shape, Shape::Even) && self.changes.is_empty()
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

impl Demand {
    /// So many arrivals per second in a shape that began at `origin`, in nanoseconds.
    pub fn new(pattern: &Pattern, per_second: f64, origin: f64) -> Self {
        Self { rate: per_second / 1e9, shape: Shape::new(pattern), origin }
    }

    /// The same shape at another rate.
    pub fn with_rate(&self, per_second: f64) -> Self {
        Self { rate: per_second / 1e9, ..self.clone() }
    }

    /// Whether arrivals are evenly spaced, not drawn.
    pub fn is_even(&self) -> bool {
        matches!(self.shape, Shape::Even)
    }

    /// Arrivals per nanosecond at a moment, and when that may next change.
    pub fn piece(&self, at: f64) -> (f64, f64) {
        let since = (at - self.origin).max(0.0);
        let (factor, until) = match &self.shape {
            Shape::Even | Shape::Poisson => return (self.rate, f64::INFINITY),
            Shape::Burst { every, quiet, factor } => burst_piece(since, *every, *quiet, *factor),
            Shape::Diurnal { period, factors } => diurnal_piece(since, *period, factors),
            Shape::Trace(points) => return self.trace_piece(since, points),
        };
        // A boundary that rounding puts at the present moment would stop the walk.
        (self.rate * factor, (self.origin + until).max(at + 1.0))
    }

    fn trace_piece(&self, since: f64, points: &[(f64, f64)]) -> (f64, f64) {
        let after = points.partition_point(|(at, _)| *at <= since);
        let rate = after.checked_sub(1).map_or(0.0, |index| points[index].1);
        (rate, points.get(after).map_or(f64::INFINITY, |(at, _)| self.origin + at))
    }
}

impl Shape {
    fn new(pattern: &Pattern) -> Self {
        match pattern {
            Pattern::Constant => Self::Even,
            Pattern::Poisson => Self::Poisson,
            Pattern::Burst { every, length, factor } => {
                let (every, length) = (nanos(*every).max(1.0), nanos(*length));
                Self::Burst { every, quiet: (every - length).max(0.0), factor: *factor }
            }
            Pattern::Diurnal { peak, period } => {
                Self::Diurnal { period: nanos(*period).max(1.0), factors: diurnal_factors(*peak) }
            }
            Pattern::Trace { points, .. } => Self::Trace(points.iter().map(trace_point).collect()),
        }
    }
}

fn trace_point(point: &TracePoint) -> (f64, f64) {
    (nanos(point.at), point.rate.per_second() / 1e9)
}

fn burst_piece(since: f64, every: f64, quiet: f64, factor: f64) -> (f64, f64) {
    let begin = (since / every).floor() * every;
    if since - begin < quiet { (1.0, begin + quiet) } else { (factor, begin + every) }
}

fn diurnal_piece(since: f64, period: f64, factors: &[f64]) -> (f64, f64) {
    let step = period / f64::from(u32::try_from(factors.len()).unwrap_or(u32::MAX));
    let number = (since / step + 1e-9).floor();
    let index = usize::try_from(whole_nanos(number)).unwrap_or(0) % factors.len();
    (factors[index], (number + 1.0) * step)
}

/// One period of `exp(k cos x)`, lowest at its ends, scaled to mean 1, with `k` such that it rises to `peak`:
/// smooth and never negative for any peak (the density of von Mises).
pub fn diurnal_factors(peak: f64) -> std::sync::Arc<[f64]> {
    let (mut low, mut high) = (0.0, 700.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        let highest = swing(middle).into_iter().fold(0.0, f64::max);
        *(if highest < peak { &mut low } else { &mut high }) = middle;
    }
    swing(low).into()
}

fn swing(concentration: f64) -> Vec<f64> {
    let steps = f64::from(u32::try_from(DIURNAL_STEPS).unwrap_or(u32::MAX));
    let angle = |step: u32| (f64::from(step) + 0.5) / steps * std::f64::consts::TAU;
    let mut factors: Vec<f64> =
        (0..).take(DIURNAL_STEPS).map(|step| (-concentration * (1.0 + angle(step).cos())).exp()).collect();
    let highest = factors.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let mean = factors.iter().map(|factor| factor / highest).sum::<f64>() / steps;
    for factor in &mut factors {
        *factor /= highest * mean;
    }
    factors
}

fn nanos(span: Duration) -> f64 {
    span.as_secs_f64() * 1e9
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
