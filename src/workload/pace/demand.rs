//! How many arrivals are wanted when: a rate and the shape that it takes over time, in pieces of constant rate.
//! Nothing is drawn here, and no arrival is known: that is the schedule's.

use std::sync::Arc;
use std::time::Duration;

use super::whole_nanos;
use crate::scenario::{Pattern, TracePoint};

/// Pieces of constant rate that one period of a diurnal pattern is cut into.
const DIURNAL_STEPS: usize = 1_024;

/// How often, in which shape: what a schedule is drawn from.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Arrivals per nanosecond, over the shape.
    pub(super) rate: f64,
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
        factors: Arc<[f64]>,
    },
    /// Begin and rate of each piece; replaces the rate.
    Trace(Arc<[(f64, f64)]>),
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

    /// Another shape at the same rate.
    pub(super) fn with_pattern(&self, pattern: &Pattern, origin: f64) -> Self {
        Self { rate: self.rate, shape: Shape::new(pattern), origin }
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
pub fn diurnal_factors(peak: f64) -> Arc<[f64]> {
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
