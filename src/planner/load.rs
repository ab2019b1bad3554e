//! The load over time: pieces of constant rate, one period of them. A pattern that ends is taken to begin
//! again, so that what is left over at its end is not forgotten.

use std::time::Duration;

use crate::scenario::plan::Plan;
use crate::scenario::{Pattern, TracePoint};
use crate::workload::pace;

/// For so long, this rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Infinite where the rate never changes.
    pub seconds: f64,
    pub per_second: f64,
}

/// Records per second over one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Never empty.
    pieces: Vec<Piece>,
}

impl Load {
    pub fn of(plan: &Plan) -> Self {
        let rate = plan.produce_rate.per_second();
        let pieces = match &plan.pattern {
            Pattern::Constant | Pattern::Poisson => vec![Piece { seconds: f64::INFINITY, per_second: rate }],
            Pattern::Burst { every, length, factor } => burst(rate, every.as_secs_f64(), length.as_secs_f64(), *factor),
            Pattern::Diurnal { peak, period } => {
                let factors = pace::diurnal_factors(*peak);
                let seconds = period.as_secs_f64() / count(factors.len());
                factors.iter().map(|factor| Piece { seconds, per_second: rate * factor }).collect()
            }
            Pattern::Trace { points, .. } => trace(points),
        };
        Self { pieces }
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Seconds after which the pattern begins again; infinite where it never changes.
    pub fn period(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.seconds).sum()
    }

    /// Whether the rate changes at all.
    pub fn has_peaks(&self) -> bool {
        self.pieces.len() > 1
    }

    /// The pieces from some moment of the pattern on, again and again; the first may be the rest of one.
    pub fn from(&self, seconds: f64) -> impl Iterator<Item = Piece> + '_ {
        let (index, left) = self.place(seconds);
        let rest = Piece { seconds: left, ..self.pieces[index] };
        std::iter::once(rest).chain(self.pieces.iter().copied().cycle().skip(index + 1))
    }

    /// Which piece some moment of the pattern is in, and how many seconds are left of it.
    pub fn place(&self, seconds: f64) -> (usize, f64) {
        let period = self.period();
        let mut into = if period.is_finite() { seconds.rem_euclid(period) } else { 0.0 };
        let mut index = 0;
        while into >= self.pieces[index].seconds && index + 1 < self.pieces.len() {
            into -= self.pieces[index].seconds;
            index += 1;
        }
        (index, (self.pieces[index].seconds - into).max(0.0))
    }

    /// So many seconds from some moment on, as a load of its own: of one piece it never changes.
    pub fn cut(&self, begins: f64, seconds: f64) -> Self {
        let mut left = seconds;
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in self.from(begins).filter(|piece| piece.seconds > 0.0) {
            pieces.push(Piece { seconds: piece.seconds.min(left), ..piece });
            left -= piece.seconds;
            if left <= 1e-9 {
                break;
            }
        }
        if let [only] = &mut pieces[..] {
            only.seconds = f64::INFINITY;
        }
        Self { pieces }
    }

    /// The moment from which on most records come within so many seconds, which are less than a period.
    pub fn heaviest(&self, seconds: f64) -> f64 {
        let mut ends: Vec<(f64, f64)> = vec![(0.0, 0.0)];
        for piece in &self.pieces {
            let (at, records) = ends.last().copied().unwrap_or_default();
            ends.push((at + piece.seconds, records + piece.seconds * piece.per_second));
        }
        let until = |at: f64| {
            let index = ends.partition_point(|end| end.0 <= at).clamp(1, self.pieces.len());
            ends[index - 1].1 + (at - ends[index - 1].0) * self.pieces[index - 1].per_second
        };
        // Most come where such a stretch begins or ends with a piece.
        let last = self.period() - seconds;
        let begins = ends.iter().flat_map(|end| [end.0, end.0 - seconds]).filter(|at| (0.0..=last).contains(at));
        let amount = |at: &f64| until(at + seconds) - until(*at);
        begins.min_by(|one, other| amount(other).total_cmp(&amount(one))).unwrap_or(0.0)
    }

    /// Mean records per second.
    pub fn average(&self) -> f64 {
        let period = self.period();
        if period.is_infinite() {
            return self.pieces[0].per_second;
        }
        self.pieces.iter().map(|piece| piece.seconds * piece.per_second).sum::<f64>() / period
    }

    /// Highest rate.
    pub fn peak(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.per_second).fold(0.0, f64::max)
    }

    /// At most `most` pieces, neighbours taken together at their mean: for what is costly to compute for each.
    /// The highest rate may come out a little lower.
    pub fn coarse(&self, most: usize) -> Vec<Piece> {
        let together = self.pieces.len().div_ceil(most.max(1));
        let joined = self.pieces.chunks(together).map(|pieces| {
            let seconds: f64 = pieces.iter().map(|piece| piece.seconds).sum();
            let records: f64 = pieces.iter().map(|piece| piece.seconds * piece.per_second).sum();
            let is_one = pieces.len() == 1;
            Piece { seconds, per_second: if is_one { pieces[0].per_second } else { records / seconds } }
        });
        joined.collect()
    }
}

/// Bursts end each period, as producers send them.
fn burst(rate: f64, every: f64, length: f64, factor: f64) -> Vec<Piece> {
    let quiet = Piece { seconds: every - length, per_second: rate };
    let burst = Piece { seconds: length, per_second: rate * factor };
    [quiet, burst].into_iter().filter(|piece| piece.seconds > 0.0).collect()
}

/// Each point until the next; the last as long as the one before it.
fn trace(points: &[TracePoint]) -> Vec<Piece> {
    let steps: Vec<Duration> = points.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at)).collect();
    let Some(last) = steps.last() else {
        let per_second = points.first().map_or(0.0, |point| point.rate.per_second());
        return vec![Piece { seconds: f64::INFINITY, per_second }];
    };
    let seconds = steps.iter().chain([last]).map(Duration::as_secs_f64);
    points.iter().zip(seconds).map(|(point, seconds)| Piece { seconds, per_second: point.rate.per_second() }).collect()
}

fn count(pieces: usize) -> f64 {
    f64::from(u32::try_from(pieces).unwrap_or(u32::MAX))
}
