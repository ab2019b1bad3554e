//! The next record of a consumer, drawn when it is wanted and not before. What a consumer has not read yet is not
//! stored anywhere: it is still to be drawn.
//!
//! Independent parts of Poisson processes are Poisson processes, so all that reaches one consumer by keys is one of
//! them, whose rate is the sum over its partitions: no record is drawn that goes elsewhere, and no partition is
//! drawn for it. Streams that are evenly spaced, or go to one partition for a whole batch, are thinned by counts.

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use std::collections::VecDeque;
use std::sync::Arc;

use rand::RngExt;
use rand_distr::{Exp1, Gamma};

use super::load::{Load, Order};
use super::logs::Logs;
use super::{Nanos, Random};

/// A record: when it was to be sent, and when it was in the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arrival {
    pub intended: Nanos,
    pub available: Nanos,
}

impl Arrival {
    pub const NEVER: Self = Self { intended: f64::INFINITY, available: f64::INFINITY };

    #[inline(always)]
    pub const fn at(nanos: Nanos) -> Self {
        Self { intended: nanos, available: nanos }
    }
}

/// Records one after the other.
pub(super) trait Arrivals {
    fn next(&mut self, random: &mut Random) -> Arrival;
}

/// All that one consumer has still to read.
#[derive(Clone, Debug)]
pub(super) struct Inflow {
    /// Records that were drawn for somebody else, who did not come to them.
    pub loose: VecDeque<Arrival>,
    pub source: Source,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    None,
    Poisson(Poisson),
    Mixed(Mixed),
    Logs(Logs),
}

/// A partition that is read from a moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub partition: usize,
    pub cursor: Nanos,
}

/// A Poisson process whose rate changes at moments.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    at: Nanos,
    mean_gap: Nanos,
    /// When the rate may change.
    end: Nanos,
    intensity: Intensity,
}

/// Several sources, the earliest record first.
#[derive(Clone, Debug)]
pub(super) struct Mixed {
    last: Nanos,
    heads: Vec<Nanos>,
    sources: Vec<Single>,
}

#[derive(Clone, Debug)]
enum Single {
    Poisson(Poisson),
    Thinned(Thinned),
    Backlog(Backlog),
}

/// The rate at which records come to a set of partitions.
#[derive(Clone, Debug)]
struct Intensity {
    load: Arc<Load>,
    parts: Vec<Part>,
}

/// A share of an epoch's records.
#[derive(Clone, Copy, Debug)]
struct Part {
    epoch: usize,
    from: Nanos,
    share: f64,
}

/// Some of the records of one producer, counted off rather than drawn each for itself.
#[derive(Clone, Debug)]
struct Thinned {
    intensity: Intensity,
    is_even: bool,
    at: Nanos,
    /// Records to one partition in a row, and how many of the present ones are left.
    run: u32,
    left: u32,
    end: Nanos,
}

/// Records that waited at the start, evenly spaced.
#[derive(Clone, Debug)]
struct Backlog {
    load: Arc<Load>,
    readings: Vec<Reading>,
    at: Nanos,
    gap: f64,
}

impl Inflow {
    /// What is to be read of these partitions.
    pub fn of(load: &Arc<Load>, readings: &[Reading], random: &mut Random) -> Self {
        if readings.iter().all(|reading| load.partitions[reading.partition].write_nanos == 0.0) {
            return Self::unlimited(load, readings, random);
        }
        let source = Source::Logs(Logs::new(load, readings, random));
        Self { loose: VecDeque::new(), source }
    }

    /// Nothing to read.
    pub const fn empty() -> Self {
        Self { loose: VecDeque::new(), source: Source::None }
    }

    /// Draws all that comes until a moment, in any order.
    pub fn each_until(&mut self, end: Nanos, random: &mut Random, mut each: impl FnMut(Nanos)) {
        for loose in self.loose.drain(..) {
            each(loose.intended);
        }
        if let Source::Logs(logs) = &mut self.source {
            return logs.each_until(end, random, each);
        }
        loop {
            let arrival = self.next(random);
            if arrival.intended > end {
                return;
            }
            each(arrival.intended);
        }
    }

    /// Where a partition stands: all that came to it before is drawn. Records that are drawn ahead of the present are not.
    pub fn cursor(&self, reading: &Reading, now: Nanos) -> Nanos {
        let drawn = match &self.source {
            Source::None => f64::NEG_INFINITY,
            Source::Poisson(poisson) => poisson.at,
            Source::Mixed(mixed) => mixed.last,
            Source::Logs(logs) => logs.drawn(reading.partition),
        };
        reading.cursor.max(drawn.min(now))
    }

    /// The same before the logs' limits.
    pub fn unlimited(load: &Arc<Load>, readings: &[Reading], random: &mut Random) -> Self {
        let mut sources = Vec::new();
        let is_old = |reading: &&Reading| reading.cursor < 0.0 && load.backlogs[reading.partition].1 > 0.0;
        if readings.iter().any(|reading| is_old(&reading)) {
            sources.push(Single::Backlog(Backlog::new(load, readings)));
        }
        sources.extend(Thinned::all(load, readings).map(Single::Thinned));
        let poisson = Poisson::new(load, readings);
        let source = if sources.is_empty() {
            Source::Poisson(poisson)
        } else {
            sources.push(Single::Poisson(poisson));
            Source::Mixed(Mixed::new(sources, random))
        };
        Self { loose: VecDeque::new(), source }
    }
}

impl Arrivals for Inflow {
    fn next(&mut self, random: &mut Random) -> Arrival {
        if let Some(loose) = self.loose.pop_front() {
            return loose;
        }
        match &mut self.source {
            Source::None => Arrival::NEVER,
            Source::Poisson(poisson) => poisson.next(random),
            Source::Mixed(mixed) => mixed.next(random),
            Source::Logs(logs) => logs.next(random),
        }
    }
}

impl Poisson {
    fn new(load: &Arc<Load>, readings: &[Reading]) -> Self {
        let intensity = Intensity::of(load, readings, |epoch| load.epochs[epoch].is_memoryless());
        let begin = intensity.parts.iter().map(|part| part.from).fold(f64::INFINITY, f64::min);
        Self { at: begin, mean_gap: f64::INFINITY, end: begin, intensity }
    }

    /// On to the next piece that has a record; in the new piece the wait begins anew, as it may without memory.
    #[cold]
    #[inline(never)]
    fn cross(&mut self, random: &mut Random) -> Arrival {
        loop {
            self.at = self.end;
            if self.at.is_infinite() {
                return Arrival::NEVER;
            }
            let (rate, end) = self.intensity.piece(self.at);
            (self.mean_gap, self.end) = (1.0 / rate, end);
            let at = self.at + random.sample::<f64, _>(Exp1) * self.mean_gap;
            if at < self.end {
                self.at = at;
                return Arrival::at(at);
            }
        }
    }
}

impl Arrivals for Poisson {
    #[inline(always)]
    fn next(&mut self, random: &mut Random) -> Arrival {
        let at = self.at + random.sample::<f64, _>(Exp1) * self.mean_gap;
        if at < self.end {
            self.at = at;
            Arrival::at(at)
        } else {
            self.cross(random)
        }
    }
}

impl Mixed {
    fn new(mut sources: Vec<Single>, random: &mut Random) -> Self {
        let heads = sources.iter_mut().map(|source| source.next(random)).collect();
        Self { last: f64::NEG_INFINITY, heads, sources }
    }
}

impl Arrivals for Mixed {
    fn next(&mut self, random: &mut Random) -> Arrival {
        let mut first = 0;
        for (index, head) in self.heads.iter().enumerate() {
            if *head < self.heads[first] {
                first = index;
            }
        }
        let at = self.heads[first];
        self.last = at;
        self.heads[first] = self.sources[first].next(random);
        Arrival::at(at)
    }
}

impl Single {
    fn next(&mut self, random: &mut Random) -> Nanos {
        match self {
            Self::Poisson(poisson) => poisson.next(random).intended,
            Self::Thinned(thinned) => thinned.next(random),
            Self::Backlog(backlog) => backlog.next(),
        }
    }
}

impl Intensity {
    fn of(load: &Arc<Load>, readings: &[Reading], counts: impl Fn(usize) -> bool) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for (epoch, spec) in load.epochs.iter().enumerate().filter(|(epoch, _)| counts(*epoch)) {
            let first = parts.len();
            for reading in readings.iter().filter(|reading| reading.cursor < spec.to) {
                let from = reading.cursor.max(spec.from);
                let share = spec.shares[reading.partition] * f64::from(spec.copies);
                match parts[first..].iter_mut().find(|part| part.from == from) {
                    Some(part) => part.share += share,
                    None if share > 0.0 => parts.push(Part { epoch, from, share }),
                    None => {}
                }
            }
        }
        Self { load: Arc::clone(load), parts }
    }

    /// Records per nanosecond, and until when.
    fn piece(&self, at: Nanos) -> (f64, Nanos) {
        let (mut sum, mut end) = (0.0, f64::INFINITY);
        for part in &self.parts {
            let epoch = &self.load.epochs[part.epoch];
            if at < part.from {
                end = f64::min(end, part.from);
            } else if at < epoch.to {
                let (rate, until) = epoch.demand.piece(at);
                sum += rate * part.share;
                end = end.min(until).min(epoch.to);
            }
        }
        (sum, end)
    }

    /// The share of the records of one epoch that go to the partitions that are read by then.
    fn share(&self, at: Nanos) -> f64 {
        self.parts.iter().filter(|part| part.from <= at).map(|part| part.share).sum()
    }
}

impl Thinned {
    /// One for each producer of each epoch that is not memoryless.
    fn all<'a>(load: &'a Arc<Load>, readings: &'a [Reading]) -> impl Iterator<Item = Self> + 'a {
        let counted = load.epochs.iter().enumerate().filter(|(_, epoch)| !epoch.is_memoryless());
        counted.flat_map(move |(index, epoch)| {
            let mut intensity = Intensity::of(load, readings, |other| other == index);
            let copies = f64::from(epoch.copies);
            intensity.parts.iter_mut().for_each(|part| part.share /= copies);
            let begin = intensity.parts.iter().map(|part| part.from).fold(f64::INFINITY, f64::min);
            let run = match epoch.order {
                Order::Runs(run) => run,
                Order::Independent | Order::Turns => 1,
            };
            let (is_even, end) = (epoch.demand.is_even(), epoch.to);
            let thinned = Self { intensity, is_even, at: begin, run, left: 0, end };
            std::iter::repeat_n(thinned, if begin.is_finite() { epoch.copies as usize } else { 0 })
        })
    }

    fn next(&mut self, random: &mut Random) -> Nanos {
        if self.at >= self.end {
            return f64::INFINITY;
        }
        let part = self.intensity.parts[0];
        let epoch = &self.intensity.load.epochs[part.epoch];
        let share = self.intensity.share(self.at);
        self.at = if self.is_even {
            let (rate, _) = epoch.demand.piece(self.at);
            let in_turn = if epoch.order == Order::Turns { share } else { 1.0 };
            let count = if in_turn < 1.0 { 1 } else { count_to_own(&mut self.left, self.run, share, random) };
            // On the grid of the epoch, so that it makes no difference when reading began.
            let passed = ((self.at - epoch.from) * rate * in_turn + 1e-6).floor();
            epoch.from + (passed + real(count)) / (rate * in_turn)
        } else {
            let count = count_to_own(&mut self.left, self.run, share, random);
            walk(&self.intensity.load, part.epoch, self.at, gap_of(count, random))
        };
        if self.at < self.end { self.at } else { f64::INFINITY }
    }
}

impl Backlog {
    fn new(load: &Arc<Load>, readings: &[Reading]) -> Self {
        let old: Vec<Reading> = readings
            .iter()
            .map(|reading| Reading { cursor: reading.cursor.max(load.backlogs[reading.partition].0), ..*reading })
            .filter(|reading| reading.cursor < 0.0)
            .collect();
        let at = old.iter().map(|reading| reading.cursor).fold(0.0, f64::min);
        Self { load: Arc::clone(load), readings: old, at, gap: 0.5 }
    }

    /// Where the integral of the rate has grown by one. The half that begins and ends it makes the sum come out.
    fn next(&mut self) -> Nanos {
        let mut left = std::mem::replace(&mut self.gap, 1.0);
        while self.at < 0.0 {
            let (mut rate, mut end) = (0.0, 0.0);
            for reading in &self.readings {
                if reading.cursor <= self.at {
                    rate += self.load.backlogs[reading.partition].1;
                } else {
                    end = f64::min(end, reading.cursor);
                }
            }
            let reach = self.at + left / rate;
            if reach <= end {
                self.at = reach;
                return reach;
            }
            left -= rate * (end - self.at);
            self.at = end;
        }
        f64::INFINITY
    }
}

/// How many records of a producer on the next of one's own is, where each run is one's own with a chance of `share`.
fn count_to_own(left: &mut u32, run: u32, share: f64, random: &mut Random) -> u64 {
    if *left > 0 {
        *left -= 1;
        return 1;
    }
    *left = run - 1;
    let of_others = if share >= 1.0 { 0.0 } else { (random.sample::<f64, _>(Exp1) / -(-share).ln_1p()).floor() };
    1 + whole(of_others) * u64::from(run)
}

/// The sum of so many exponential gaps of mean 1.
fn gap_of(count: u64, random: &mut Random) -> f64 {
    if count == 1 {
        return random.sample(Exp1);
    }
    Gamma::new(real(count), 1.0).map_or(0.0, |gamma| random.sample(gamma))
}

/// Where the integral of an epoch's rate has grown by `gap`.
fn walk(load: &Load, epoch: usize, mut at: Nanos, mut gap: f64) -> Nanos {
    let epoch = &load.epochs[epoch];
    loop {
        let (rate, end) = epoch.demand.piece(at);
        let reach = at + gap / rate;
        if reach <= end || end.is_infinite() {
            return reach;
        }
        if at >= epoch.to {
            return f64::INFINITY;
        }
        gap -= rate * (end - at);
        at = end;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is far enough")]
fn whole(count: f64) -> u64 {
    count as u64
}
