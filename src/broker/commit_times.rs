//! How long group commits took, counted in buckets an eighth of a power of two wide: small enough to
//! copy into every view, and the difference of two is the time between them.

use std::time::Duration;

/// Buckets per power of two: a percentile is at most an eighth too high.
const PER_OCTAVE_BITS: u32 = 3;
const PER_OCTAVE: usize = 1 << PER_OCTAVE_BITS;

/// Up to 2^26 microseconds, a minute; longer commits count as that.
const BUCKETS: usize = 24 * PER_OCTAVE;

/// Commits since the broker started, by the time that they took.
#[derive(Clone, Debug)]
pub struct CommitTimes(Box<[u64; BUCKETS]>);

impl CommitTimes {
    pub(super) fn record(&mut self, took: Duration) {
        self.0[bucket(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))] += 1;
    }

    /// How many commits there were.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The time that this share (0 to 1) of the commits after `earlier` did not exceed, rounded up to a
    /// bucket's end; `None` when there were none.
    pub fn quantile_since(&self, earlier: &Self, share: f64) -> Option<Duration> {
        let counts = || self.0.iter().zip(earlier.0.iter()).map(|(now, then)| now.saturating_sub(*then));
        let total: u64 = counts().sum();
        let rank = rank(total, share)?;
        let mut seen = 0;
        let index = counts().position(|count| {
            seen += count;
            seen >= rank
        });
        index.map(|index| Duration::from_micros(upper_micros(index)))
    }
}

impl Default for CommitTimes {
    fn default() -> Self {
        Self(Box::new([0; BUCKETS]))
    }
}

fn bucket(micros: u64) -> usize {
    let micros = usize::try_from(micros).unwrap_or(usize::MAX);
    if micros < PER_OCTAVE {
        return micros;
    }
    let octave = micros.ilog2() - PER_OCTAVE_BITS;
    let index = (octave as usize) * PER_OCTAVE + (micros >> octave);
    index.min(BUCKETS - 1)
}

/// The largest number of microseconds in a bucket.
fn upper_micros(index: usize) -> u64 {
    if index < PER_OCTAVE {
        return index as u64;
    }
    let octave = index / PER_OCTAVE - 1;
    let mantissa = PER_OCTAVE + index % PER_OCTAVE;
    ((mantissa as u64 + 1) << octave) - 1
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among fewer than 2^52 commits, between 1 and their number"
)]
fn rank(total: u64, share: f64) -> Option<u64> {
    (total > 0).then(|| ((total as f64 * share).ceil() as u64).clamp(1, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_in_its_bucket_and_buckets_are_narrow() {
        for micros in (0..5_000).chain([65_535, 65_536, 1_000_000]) {
            let index = bucket(micros);
            let upper = upper_micros(index);
            assert!(micros <= upper && upper <= micros + micros / 8, "{micros} in bucket {index} up to {upper}");
            assert!(index == 0 || upper_micros(index - 1) < micros, "{micros}");
        }
    }

    #[test]
    fn a_quantile_counts_only_what_came_after() {
        let mut times = CommitTimes::default();
        times.record(Duration::from_secs(3));
        let earlier = times.clone();
        assert_eq!(times.quantile_since(&earlier, 0.99), None);
        for micros in 1..=100 {
            times.record(Duration::from_micros(micros));
        }
        let median = times.quantile_since(&earlier, 0.5).unwrap();
        assert!((50..=56).contains(&median.as_micros()), "{median:?}");
        assert_eq!(times.count(), 101);
    }
}
