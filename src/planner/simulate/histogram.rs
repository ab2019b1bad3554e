//! Lengths of time in a log-linear histogram whose bucket is read off the bits of a float: no division, no
//! logarithm, no call. What it is for is speed; what is measured live keeps its own in [`crate::metrics`].

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use super::real;
use std::time::Duration;

/// Bits of the mantissa that tell buckets of one octave apart: 128 of them, each 0.8 % wide or less.
const DETAIL_BITS: u32 = 7;

/// Octaves from one nanosecond up: 2^57 ns are four and a half years.
const OCTAVES: usize = 57;

const BUCKETS: usize = OCTAVES << DETAIL_BITS;

/// The buckets' number of one nanosecond if they began at the smallest float.
const FIRST: u64 = 1.0_f64.to_bits() >> (f64::MANTISSA_DIGITS - 1 - DETAIL_BITS);

/// Times of many records: how many, their mean and their percentiles.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeHistogram {
    counts: Box<[u64]>,
    count: u64,
    sum_nanos: f64,
    max_nanos: f64,
}

impl Default for TimeHistogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS].into(), count: 0, sum_nanos: 0.0, max_nanos: 0.0 }
    }
}

impl TimeHistogram {
    /// Adds one time without its sum and count, which whoever calls keeps in registers.
    #[inline(always)]
    pub(super) fn mark(&mut self, nanos: f64) {
        self.counts[bucket_of(nanos)] += 1;
    }

    /// Adds the sums of times that were marked.
    pub(super) fn take_sums(&mut self, count: u64, sum_nanos: f64, max_nanos: f64) {
        self.count += count;
        self.sum_nanos += sum_nanos;
        self.max_nanos = self.max_nanos.max(max_nanos);
    }

    /// Adds one time.
    pub fn add(&mut self, nanos: f64) {
        self.mark(nanos);
        self.count += 1;
        self.sum_nanos += nanos;
        self.max_nanos = self.max_nanos.max(nanos);
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.count += other.count;
        self.sum_nanos += other.sum_nanos;
        self.max_nanos = self.max_nanos.max(other.max_nanos);
    }

    /// How many records.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The mean, which is kept exactly; zero without records.
    pub fn mean(&self) -> Duration {
        span(self.mean_nanos())
    }

    /// The mean in nanoseconds; 0 without records.
    pub fn mean_nanos(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum_nanos / real(self.count) }
    }

    pub fn p50(&self) -> Duration {
        self.quantile(0.5)
    }

    pub fn p95(&self) -> Duration {
        self.quantile(0.95)
    }

    pub fn p99(&self) -> Duration {
        self.quantile(0.99)
    }

    pub fn max(&self) -> Duration {
        span(self.max_nanos)
    }

    /// The time that a share of `quantile` (0 to 1) of the records does not exceed, to 0.4 %; zero without records.
    pub fn quantile(&self, quantile: f64) -> Duration {
        span(self.quantile_nanos(quantile))
    }

    pub(super) fn quantile_nanos(&self, quantile: f64) -> f64 {
        let rank = quantile.clamp(0.0, 1.0) * real(self.count);
        let mut below = 0.0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            let here = real(count);
            if count > 0 && below + here >= rank {
                let (low, high) = edges(bucket);
                return (low + (high - low) * ((rank - below) / here)).min(self.max_nanos);
            }
            below += here;
        }
        self.max_nanos
    }
}

/// Times below one nanosecond count as the shortest, times beyond the last octave as the longest.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the difference was just cut down to a few thousand")]
fn bucket_of(nanos: f64) -> usize {
    let place = nanos.max(1.0).to_bits() >> (f64::MANTISSA_DIGITS - 1 - DETAIL_BITS);
    ((place - FIRST) as usize).min(BUCKETS - 1)
}

/// From where to where a bucket goes. The first begins at zero.
fn edges(bucket: usize) -> (f64, f64) {
    let edge = |bucket: usize| {
        let place = FIRST + u64::try_from(bucket).unwrap_or(u64::MAX);
        f64::from_bits(place << (f64::MANTISSA_DIGITS - 1 - DETAIL_BITS))
    };
    (if bucket == 0 { 0.0 } else { edge(bucket) }, edge(bucket + 1))
}

fn span(nanos: f64) -> Duration {
    Duration::try_from_secs_f64(nanos / 1e9).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_less_than_half_a_percent() {
        let mut histogram = TimeHistogram::default();
        (1..=100_000_u32).for_each(|micros| histogram.add(f64::from(micros) * 1e3));
        for (quantile, expected) in [(0.5, 5e7), (0.95, 9.5e7), (0.99, 9.9e7), (1.0, 1e8)] {
            let found = histogram.quantile_nanos(quantile);
            assert!((found / expected - 1.0).abs() < 0.004, "{quantile}: {found}");
        }
        assert_eq!((histogram.count(), histogram.max()), (100_000, Duration::from_millis(100)));
        assert!((histogram.mean_nanos() / 50_000_500.0 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn zero_and_eternity_have_their_buckets() {
        let mut histogram = TimeHistogram::default();
        histogram.add(0.0);
        histogram.add(1e30);
        assert!(histogram.quantile_nanos(0.5) <= 1.01);
        assert!(histogram.quantile_nanos(1.0) > 1e17);
        assert_eq!(TimeHistogram::default().p99(), Duration::ZERO);
    }

    #[test]
    fn merging_adds() {
        let (mut one, mut other, mut both) = Default::default();
        let fill = |histogram: &mut TimeHistogram, from: u32| {
            (from..from + 500).for_each(|micros| histogram.add(f64::from(micros) * 1e3));
        };
        fill(&mut one, 0);
        fill(&mut other, 400);
        fill(&mut both, 0);
        fill(&mut both, 400);
        one.merge(&other);
        assert_eq!((one.p99(), one.count(), one.max()), (both.p99(), both.count(), both.max()));
    }
}
