//! All that one consumer has still to read: records that somebody else had drawn, what waited at the start, and what
//! the streams send to its partitions, the earliest first.

use std::collections::VecDeque;
use std::sync::Arc;

use super::arrivals::{Arrival, Arrivals, Poisson, Reading};
use super::load::Load;
use super::logs::Logs;
use super::thinned::Thinned;
use super::{Nanos, Random};

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

/// Several sources, the earliest record first.
#[derive(Clone, Debug)]
pub(super) struct Mixed {
    last: Nanos,
    /// The next record of each source, and which source that is: a heap, the earliest first.
    heads: Vec<(Nanos, usize)>,
    sources: Vec<Single>,
}

#[derive(Clone, Debug)]
enum Single {
    Poisson(Poisson),
    Thinned(Thinned),
    Backlog(Backlog),
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

impl Mixed {
    fn new(mut sources: Vec<Single>, random: &mut Random) -> Self {
        let firsts = sources.iter_mut().map(|source| source.next(random));
        let mut heads: Vec<(Nanos, usize)> = firsts.zip(0..).collect();
        // A sorted list is a heap.
        heads.sort_by(|one, other| one.0.total_cmp(&other.0));
        Self { last: f64::NEG_INFINITY, heads, sources }
    }

    /// Moves the first of the heap to where it belongs.
    fn settle(&mut self) {
        let (head, count) = (self.heads[0], self.heads.len());
        let mut place = 0;
        loop {
            let left = 2 * place + 1;
            let is_right = left + 1 < count && self.heads[left + 1] < self.heads[left];
            let child = left + usize::from(is_right);
            if child >= count || head <= self.heads[child] {
                break;
            }
            self.heads[place] = self.heads[child];
            place = child;
        }
        self.heads[place] = head;
    }
}

impl Arrivals for Mixed {
    fn next(&mut self, random: &mut Random) -> Arrival {
        let (at, first) = self.heads[0];
        self.last = at;
        self.heads[0].0 = self.sources[first].next(random);
        self.settle();
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
