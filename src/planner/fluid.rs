//! Records as a fluid: what comes above what fits piles up, and what fits above what comes drains it. Says
//! how large backlogs grow and how long they last; nothing here waits by chance, that is [`super::queueing`].

use super::load::{Load, Piece};

/// Begins of an outage that are tried over a period for the worst.
const OUTAGE_BEGINS: u32 = 96;

/// Periods after which catching up is given up: never is what people would call it.
const MAX_PERIODS: usize = 400;

/// What counts as nothing of a backlog, in records.
const NOTHING: f64 = 1e-6;

/// A share of the load, read at some rate.
#[derive(Clone, Copy, Debug)]
pub struct Fluid<'l> {
    load: &'l Load,
    share: f64,
    capacity: f64,
}

/// What piles up where more comes than fits for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Backlog {
    /// Records at its highest.
    pub records: f64,
    /// Seconds that the record which comes at the worst moment lies behind others.
    pub wait: f64,
    /// Seconds from the first record that has to lie until none does, for the longest such stretch.
    pub lasts: f64,
}

/// What an outage leaves behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CatchUp {
    /// Seconds into the pattern at which it begins.
    pub begins: f64,
    /// Records waiting when consumers are back.
    pub records: f64,
    /// Seconds from then until nothing waits that wouldn't without the outage.
    pub seconds: f64,
}

impl<'l> Fluid<'l> {
    /// `share` of the load, read at `capacity` records per second.
    pub fn new(load: &'l Load, share: f64, capacity: f64) -> Self {
        Self { load, share, capacity }
    }

    /// Whether it drains at all: less comes on average than fits.
    pub fn is_stable(&self) -> bool {
        self.share * self.load.average() < self.capacity
    }

    /// The backlog that peaks leave behind, period after period; `None` where it grows without end.
    pub fn backlog(&self) -> Option<Backlog> {
        if self.share * self.load.peak() <= self.capacity {
            return Some(Backlog::default());
        }
        if !self.is_stable() {
            return None;
        }
        let mut walk = Walk { records: self.settled(), ..Walk::default() };
        // A stretch can reach over the end of a period, so that two are walked.
        for piece in self.load.pieces().iter().chain(self.load.pieces()) {
            walk.step(piece.seconds, self.share * piece.per_second - self.capacity);
        }
        Some(Backlog { records: walk.highest, wait: walk.highest / self.capacity, lasts: walk.longest })
    }

    /// The backlog at the begin and the end of each piece, in records.
    pub fn backlogs(&self, pieces: &[Piece]) -> Vec<(f64, f64)> {
        let mut records = self.settled();
        let walked = pieces.iter().map(|piece| {
            let before = records;
            records = after(records, piece.seconds, self.share * piece.per_second - self.capacity);
            (before, records)
        });
        walked.collect()
    }

    /// The outage of `length` seconds that takes longest to catch up from, or the one that begins `at` seconds
    /// into the pattern; `None` where it is never caught up.
    pub fn catch_up(&self, length: f64, at: Option<f64>) -> Option<CatchUp> {
        if !self.is_stable() {
            return None;
        }
        let period = self.load.period();
        let usual = self.usual();
        if let Some(begins) = at.or(period.is_infinite().then_some(0.0)) {
            return self.catch_up_from(begins, length, &usual);
        }
        let begins = (0..OUTAGE_BEGINS).map(|begin| period * f64::from(begin) / f64::from(OUTAGE_BEGINS));
        let outages: Option<Vec<CatchUp>> = begins.map(|begins| self.catch_up_from(begins, length, &usual)).collect();
        outages?.into_iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds))
    }

    fn catch_up_from(&self, begins: f64, length: f64, usual: &[f64]) -> Option<CatchUp> {
        let mut cursor = Cursor::at(self.load, begins);
        let passed = cursor.passed();
        let growth = self.share * cursor.rate() - self.capacity;
        let usual = if passed > 0.0 { after(usual[cursor.index], passed, growth) } else { usual[cursor.index] };
        let (mut hit, mut other) = (usual, usual);
        let mut left = length;
        while left > 0.0 {
            let (seconds, rate) = cursor.step(left);
            hit += self.share * rate * seconds;
            other = after(other, seconds, self.share * rate - self.capacity);
            left -= seconds;
        }
        let (records, mut passed) = (hit, 0.0);
        let limit = self.load.pieces().len().saturating_mul(MAX_PERIODS);
        for _ in 0..limit {
            if hit - other <= NOTHING {
                return Some(CatchUp { begins, records, seconds: passed });
            }
            let (seconds, rate) = cursor.step(f64::INFINITY);
            let growth = self.share * rate - self.capacity;
            // While both have a backlog they fall alike; so the end is where the one that was hit is empty.
            let empty = if growth < 0.0 { hit / -growth } else { f64::INFINITY };
            if empty <= seconds {
                return Some(CatchUp { begins, records, seconds: passed + empty });
            }
            hit += growth * seconds;
            other = after(other, seconds, growth);
            passed += seconds;
        }
        None
    }

    /// The backlog at the begin of each piece, after many periods.
    fn usual(&self) -> Vec<f64> {
        let mut records = self.settled();
        let pieces = self.load.pieces().iter();
        let walked = pieces.map(|piece| {
            let next = self.after_piece(records, *piece);
            std::mem::replace(&mut records, next)
        });
        walked.collect()
    }

    /// The backlog at the begin of a period, after many of them.
    fn settled(&self) -> f64 {
        if self.share * self.load.peak() <= self.capacity || !self.is_stable() {
            return 0.0;
        }
        // Once it was empty a period begins as the one before; one that starts empty gets there in two.
        let once = self.load.pieces().iter().fold(0.0, |records, piece| self.after_piece(records, *piece));
        self.load.pieces().iter().fold(once, |records, piece| self.after_piece(records, *piece))
    }

    fn after_piece(&self, records: f64, piece: Piece) -> f64 {
        after(records, piece.seconds, self.share * piece.per_second - self.capacity)
    }
}

/// A backlog after some seconds of growing or falling.
fn after(records: f64, seconds: f64, growth: f64) -> f64 {
    if growth == 0.0 { records } else { (growth.mul_add(seconds, records)).max(0.0) }
}

/// A backlog on its way through the pieces.
#[derive(Default)]
struct Walk {
    records: f64,
    highest: f64,
    /// Seconds since there is a backlog.
    stretch: f64,
    longest: f64,
}

impl Walk {
    fn step(&mut self, seconds: f64, growth: f64) {
        let before = self.records;
        self.records = after(before, seconds, growth);
        self.highest = self.highest.max(self.records);
        if self.records > 0.0 {
            self.stretch += seconds;
        } else if before > 0.0 {
            self.stretch += before / -growth;
        }
        self.longest = self.longest.max(self.stretch);
        if self.records <= 0.0 {
            self.stretch = 0.0;
        }
    }
}

/// A place in a load that goes on for ever.
struct Cursor<'l> {
    pieces: &'l [Piece],
    index: usize,
    /// Seconds left of the piece.
    left: f64,
}

impl<'l> Cursor<'l> {
    fn at(load: &'l Load, seconds: f64) -> Self {
        let (index, left) = load.place(seconds);
        Self { pieces: load.pieces(), index, left }
    }

    fn rate(&self) -> f64 {
        self.pieces[self.index].per_second
    }

    /// Seconds since the begin of the piece; 0 where it never ends.
    fn passed(&self) -> f64 {
        let seconds = self.pieces[self.index].seconds;
        if seconds.is_finite() { seconds - self.left } else { 0.0 }
    }

    /// Goes on to the end of the piece, or for `most` seconds: how long that was, and the rate.
    fn step(&mut self, most: f64) -> (f64, f64) {
        let rate = self.rate();
        if most < self.left {
            self.left -= most;
            return (most, rate);
        }
        let seconds = self.left;
        self.index = (self.index + 1) % self.pieces.len();
        self.left = self.pieces[self.index].seconds;
        (seconds, rate)
    }
}

#[cfg(test)]
mod tests;
