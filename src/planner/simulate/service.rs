//! Processing times, drawn as [`crate::workload::service`] draws them, without its rounding to whole nanoseconds
//! and its look at what has changed, which here happens between stretches.

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand_distr::{Exp1, StandardNormal};

use super::{Nanos, Random, nanos};
use crate::scenario::ServiceTime;

/// Processing times one after the other.
pub(super) trait Service {
    fn next(&mut self, random: &mut Random) -> Nanos;
}

/// The processing times of one consumer.
#[derive(Clone, Debug)]
pub(super) enum Processing {
    Exponential(Exponential),
    Other(Other),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Exponential {
    mean: Nanos,
}

#[derive(Clone, Debug)]
pub(super) enum Other {
    Constant(Nanos),
    LogNormal { mean: Nanos, sigma: f64 },
    Trace { times: Arc<[Duration]>, turn: usize, factor: f64 },
}

impl Processing {
    /// A distribution whose times are multiplied by `factor`.
    pub fn new(time: &ServiceTime, factor: f64) -> Self {
        match time {
            ServiceTime::Constant(time) => Self::Other(Other::Constant(nanos(*time) * factor)),
            ServiceTime::Exponential { mean } => Self::Exponential(Exponential { mean: nanos(*mean) * factor }),
            ServiceTime::LogNormal { mean, sigma } => {
                Self::Other(Other::LogNormal { mean: nanos(*mean) * factor, sigma: *sigma })
            }
            ServiceTime::Trace { times, .. } => Self::Other(Other::Trace { times: Arc::clone(times), turn: 0, factor }),
        }
    }

    /// Expected time.
    pub fn mean(&self) -> Nanos {
        match self {
            Self::Exponential(Exponential { mean }) | Self::Other(Other::LogNormal { mean, .. }) => *mean,
            Self::Other(Other::Constant(time)) => *time,
            Self::Other(Other::Trace { times, factor, .. }) => {
                let sum: Nanos = times.iter().map(|time| nanos(*time)).sum();
                sum * *factor / f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX).max(1))
            }
        }
    }
}

impl Service for Exponential {
    #[inline(always)]
    fn next(&mut self, random: &mut Random) -> Nanos {
        random.sample::<f64, _>(Exp1) * self.mean
    }
}

impl Service for Other {
    #[inline]
    fn next(&mut self, random: &mut Random) -> Nanos {
        match self {
            Self::Constant(time) => *time,
            Self::LogNormal { mean, sigma } => {
                *mean * (*sigma * random.sample::<f64, _>(StandardNormal) - *sigma * *sigma / 2.0).exp()
            }
            Self::Trace { times, turn, factor } => {
                let time = times[*turn % times.len()];
                *turn += 1;
                nanos(time) * *factor
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::workload::service::ServiceTimes;

    /// The largest difference of two samples' distribution functions (Kolmogorov and Smirnov).
    fn distance(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
        one.sort_by(f64::total_cmp);
        other.sort_by(f64::total_cmp);
        let below = |sample: &[f64], value: f64| {
            f64::from(u32::try_from(sample.partition_point(|of| *of <= value)).unwrap())
                / f64::from(u32::try_from(sample.len()).unwrap())
        };
        one.iter().step_by(10).map(|value| (below(&one, *value) - below(&other, *value)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn draws_are_distributed_as_those_of_running_consumers() {
        let mean = Duration::from_micros(800);
        let times = [Duration::from_micros(600), Duration::from_millis(1)];
        let distributions = [
            ServiceTime::Exponential { mean },
            ServiceTime::LogNormal { mean, sigma: 0.5 },
            ServiceTime::Constant(mean),
            ServiceTime::Trace { file: "times".into(), times: times.into() },
        ];
        for distribution in distributions {
            let mut live = ServiceTimes::new(distribution.clone(), 2.0, 3);
            let live = (0..40_000).map(|_| f64::from(u32::try_from(live.draw()).unwrap())).collect();
            let mut random = Random::seed_from_u64(4);
            let mut draw: Box<dyn FnMut() -> f64> = match Processing::new(&distribution, 2.0) {
                Processing::Exponential(mut times) => Box::new(move || times.next(&mut random).round()),
                Processing::Other(mut times) => Box::new(move || times.next(&mut random).round()),
            };
            let simulated = (0..40_000).map(|_| draw()).collect();
            // Two samples of 40,000 of one distribution differ by more than this once in a thousand times.
            assert!(distance(live, simulated) < 0.0138, "{distribution:?}");
        }
    }
}
