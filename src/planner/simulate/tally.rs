//! What is counted while records are processed: times, busy time, and how many had come and gone by when. One tally
//! serves a whole run, as consumers are simulated one after the other.

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use super::histogram::TimeHistogram;
use super::{Nanos, real};

/// Intervals in which comings and goings are counted. A day has one every five seconds.
const CELLS: usize = 1 << 14;

/// Points of the series that leaves the simulation.
const POINTS: usize = 1 << 10;

/// Everything that is counted.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub wait: TimeHistogram,
    pub sojourn: TimeHistogram,
    pub cells: Cells,
    /// Records that are counted, their times of coming and of going added up, both after `since`.
    pub processed: u64,
    pub came: f64,
    pub went: f64,
    pub since: Nanos,
}

/// Records that came and that went, by interval since the beginning.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub width: Nanos,
    came: Box<[u64]>,
    went: Box<[u64]>,
}

/// One side of the cells, kept in registers while a stretch is simulated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    cell: usize,
    /// Where the cell ends.
    end: Nanos,
    count: u64,
}

impl Tally {
    pub fn new(width: Nanos) -> Self {
        Self {
            wait: TimeHistogram::default(),
            sojourn: TimeHistogram::default(),
            cells: Cells { width, came: vec![0; CELLS].into(), went: vec![0; CELLS].into() },
            processed: 0,
            came: 0.0,
            went: 0.0,
            since: 0.0,
        }
    }

    /// Counts anew from now on; comings and goings by interval stay.
    pub fn begin_anew(&mut self, now: Nanos) {
        let cells = self.cells.clone();
        *self = Self { cells, since: now, ..Self::new(self.cells.width) };
    }

    /// Sums that a loop has kept; it has marked each wait and each sojourn itself.
    pub fn take(&mut self, records: u64, (wait, longest_wait): (Nanos, Nanos), (sojourn, longest): (Nanos, Nanos)) {
        self.processed += records;
        self.wait.take_sums(records, wait, longest_wait);
        self.sojourn.take_sums(records, sojourn, longest);
    }

    /// One record outside of the fast loops.
    pub fn note(&mut self, intended: Nanos, start: Nanos, finish: Nanos) {
        self.wait.add(start - intended);
        self.sojourn.add(finish - intended);
        self.processed += 1;
        self.came += intended.max(self.since) - self.since;
        self.went += finish - self.since;
        self.cells.add_came(intended);
        self.cells.add_went(finish);
    }

    /// A record that had come and was still there at the end.
    pub fn note_left(&mut self, intended: Nanos, end: Nanos) {
        self.came += intended.max(self.since) - self.since;
        self.went += end - self.since;
        self.cells.add_came(intended);
    }
}

impl Cells {
    /// The width for a span.
    pub fn width_for(span: Nanos) -> Nanos {
        (span * (1.0 + 1e-9) / real(CELLS)).max(1.0)
    }

    pub fn add_came(&mut self, at: Nanos) {
        self.came[self.cell(at)] += 1;
    }

    pub fn add_went(&mut self, at: Nanos) {
        self.went[self.cell(at)] += 1;
    }

    pub fn edge(&self, at: Nanos) -> Edge {
        let cell = self.cell(at);
        Edge { cell, end: self.end_of(cell), count: 0 }
    }

    #[inline(always)]
    pub fn come(&mut self, edge: &mut Edge, at: Nanos) {
        if at >= edge.end {
            self.turn_came(edge, at);
        }
        edge.count += 1;
    }

    #[inline(always)]
    pub fn go(&mut self, edge: &mut Edge, at: Nanos) {
        if at >= edge.end {
            self.turn_went(edge, at);
        }
        edge.count += 1;
    }

    #[cold]
    #[inline(never)]
    pub fn turn_came(&mut self, edge: &mut Edge, at: Nanos) {
        self.came[edge.cell] += edge.count;
        *edge = self.edge(at);
    }

    #[cold]
    #[inline(never)]
    pub fn turn_went(&mut self, edge: &mut Edge, at: Nanos) {
        self.went[edge.cell] += edge.count;
        *edge = self.edge(at);
    }

    /// The lag at the end of each interval up to a moment.
    pub fn lag(&self, until: Nanos) -> Vec<u64> {
        let last = self.cell(until);
        let mut lag = 0_u64;
        let at_end = |(came, went): (&u64, &u64)| {
            lag = (lag + came).saturating_sub(*went);
            lag
        };
        self.came.iter().zip(&self.went).take(last + 1).map(at_end).collect()
    }

    fn end_of(&self, cell: usize) -> Nanos {
        if cell + 1 == CELLS { f64::INFINITY } else { real(cell + 1) * self.width }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates at both ends of the cells")]
    fn cell(&self, at: Nanos) -> usize {
        ((at / self.width) as usize).min(CELLS - 1)
    }
}

/// No more than [`POINTS`] of them: the highest of each few, and how many became one.
pub(super) fn thin(lag: &[u64]) -> (Vec<u64>, usize) {
    let each = lag.len().div_ceil(POINTS).max(1);
    (lag.chunks(each).map(|few| few.iter().copied().max().unwrap_or(0)).collect(), each)
}
