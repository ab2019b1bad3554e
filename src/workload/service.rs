//! How long records take to process, one draw after the other. Mean and factor can change while a
//! consumer runs; the draws go on from the same seed.

use rand::{RngExt, SeedableRng};
use rand_distr::Exp1;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::keys::log_normal_factor;
use crate::scenario::ServiceTime;

/// The processing times of one consumer.
#[derive(Clone, Debug)]
pub struct ServiceTimes {
    random: Xoshiro256PlusPlus,
    distribution: ServiceTime,
    mean_nanos: f64,
    factor: f64,
    /// The next of a trace.
    turn: usize,
}

impl ServiceTimes {
    pub fn new(distribution: ServiceTime, factor: f64, seed: u64) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mean_nanos = distribution.mean().as_secs_f64() * 1e9;
        Self { random, distribution, mean_nanos, factor, turn: 0 }
    }

    /// Draws from another distribution from now on.
    pub fn set(&mut self, distribution: ServiceTime, factor: f64) {
        self.mean_nanos = distribution.mean().as_secs_f64() * 1e9;
        self.distribution = distribution;
        self.factor = factor;
    }

    /// Whether no record takes any time.
    pub fn is_zero(&self) -> bool {
        self.mean_nanos * self.factor <= 0.0
    }

    /// How long the next record takes, in nanoseconds.
    pub fn draw(&mut self) -> u64 {
        if self.is_zero() {
            return 0;
        }
        let nanos = match &self.distribution {
            ServiceTime::Constant(_) => self.mean_nanos,
            ServiceTime::Exponential { .. } => self.mean_nanos * self.random.sample::<f64, _>(Exp1),
            ServiceTime::LogNormal { sigma, .. } => self.mean_nanos * log_normal_factor(&mut self.random, *sigma),
            ServiceTime::Trace { times, .. } => {
                let time = times[self.turn % times.len()];
                self.turn += 1;
                time.as_secs_f64() * 1e9
            }
        };
        whole_nanos(nanos * self.factor)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; times are not negative")]
fn whole_nanos(nanos: f64) -> u64 {
    nanos.round() as u64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_distribution_has_its_mean_and_the_factor_multiplies_it() {
        let mean = Duration::from_micros(800);
        let times = [Duration::from_micros(600), Duration::from_millis(1)];
        let distributions = [
            (ServiceTime::Constant(mean), 0.0),
            (ServiceTime::Exponential { mean }, 1.0),
            (ServiceTime::LogNormal { mean, sigma: 0.5 }, 0.533),
            (ServiceTime::Trace { file: "times".into(), times: times.into() }, 0.25),
        ];
        for (distribution, variation) in distributions {
            for factor in [1.0, 3.0] {
                let mut times = ServiceTimes::new(distribution.clone(), factor, 3);
                let draws: Vec<f64> = (0..100_000)
                    .map(|_| f64::from(u32::try_from(times.draw()).unwrap()) / 800_000.0 / factor)
                    .collect();
                let mean = draws.iter().sum::<f64>() / 1e5;
                let deviation = (draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 1e5).sqrt();
                assert!((mean - 1.0).abs() < 0.02, "{distribution:?}: mean {mean}");
                assert!((deviation - variation).abs() < 0.02, "{distribution:?}: deviation {deviation}");
            }
        }
    }

    #[test]
    fn no_time_is_no_time() {
        assert_eq!(ServiceTimes::new(ServiceTime::Constant(Duration::ZERO), 2.0, 1).draw(), 0);
    }
}
