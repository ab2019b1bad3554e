//! The next record, drawn when it is wanted and not before. What nobody has read yet is not stored anywhere: it is
//! still to be drawn.
//!
//! Independent parts of Poisson processes are Poisson processes, so all that reaches one consumer by keys is one of
//! them, whose rate is the sum over its partitions: no record is drawn that goes elsewhere, and no partition is
//! drawn for it. What is not of that kind is [`super::thinned`].

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use std::sync::Arc;

use rand::RngExt;
use rand_distr::Exp1;

use super::load::Load;
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

/// A partition that is read from a moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub partition: usize,
    pub cursor: Nanos,
}

/// A Poisson process whose rate changes at moments.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    pub at: Nanos,
    mean_gap: Nanos,
    /// When the rate may change.
    end: Nanos,
    intensity: Intensity,
}

/// The rate at which records come to a set of partitions.
#[derive(Clone, Debug)]
pub(super) struct Intensity {
    pub load: Arc<Load>,
    pub parts: Vec<Part>,
}

/// A share of an epoch's records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub epoch: usize,
    pub from: Nanos,
    pub share: f64,
}

impl Poisson {
    pub fn new(load: &Arc<Load>, readings: &[Reading]) -> Self {
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

impl Intensity {
    pub fn of(load: &Arc<Load>, readings: &[Reading], counts: impl Fn(usize) -> bool) -> Self {
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
    pub fn share(&self, at: Nanos) -> f64 {
        self.parts.iter().filter(|part| part.from <= at).map(|part| part.share).sum()
    }
}
