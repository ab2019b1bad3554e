//! Which share of a stream's records each partition gets: the keys go through the real partitioner once, and what
//! is left of them is a share per partition. Draws nothing.

use super::real;
use std::sync::Arc;

use crate::model::partitioner::partition_for_key;
use crate::scenario::{KeyCount, Keys};

/// Keys that are looked at one by one. What the others have is divided evenly: of so many keys beyond a million
/// that is what comes out.
const MAX_KEYS: u64 = 1 << 20;

/// How the records of a stream are spread over partitions.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// By key, through Kafka's partitioner. Without keys ([`Keys::None`]) each record is as likely to go to any.
    Keys(Keys),
    /// As Kafka's partitioner treats records without keys: so many go to one partition, then another is drawn.
    Sticky { run: u32 },
    /// One after the other.
    RoundRobin,
    /// All to this one, or the last one there is.
    Explicit(u32),
    /// In proportion to these weights, none of them negative; partitions beyond them get nothing.
    Weights(Arc<[f64]>),
}

impl Spread {
    /// The share of each of `partitions`; together 1.
    pub fn shares(&self, partitions: u32) -> Vec<f64> {
        let mut shares = vec![0.0; usize::try_from(partitions).unwrap_or(0)];
        match self {
            Self::Keys(Keys::None) | Self::Sticky { .. } | Self::RoundRobin => shares.fill(1.0),
            Self::Keys(Keys::Uniform { count }) => add_keys(&mut shares, 0, *count, |_| 1.0),
            Self::Keys(Keys::Zipf { count, exponent }) => {
                add_keys(&mut shares, 0, *count, |rank| rank.powf(-exponent));
            }
            Self::Keys(Keys::Hot { share, count }) => {
                add_keys(&mut shares, 1, *count, |_| 1.0);
                let rest = shares.iter().sum::<f64>().max(f64::MIN_POSITIVE);
                let cold = (1.0 - share).max(0.0) / rest;
                for of in &mut shares {
                    *of *= cold;
                }
                add_keys(&mut shares, 0, 1, |_| *share);
            }
            Self::Keys(Keys::Counts { counts, .. }) => {
                for KeyCount { key, count } in counts.iter() {
                    shares[partition_for_key(key.as_bytes(), partitions) as usize] += real(*count);
                }
            }
            Self::Explicit(partition) => {
                let last = shares.len().saturating_sub(1);
                shares[usize::try_from(*partition).unwrap_or(last).min(last)] = 1.0;
            }
            Self::Weights(weights) => shares.iter_mut().zip(weights.iter()).for_each(|(of, weight)| *of = *weight),
        }
        let sum: f64 = shares.iter().sum();
        if sum > 0.0 {
            for of in &mut shares {
                *of /= sum;
            }
        }
        shares
    }
}

/// Adds the weights of `count` keys, the first of which is number `first`; ranks begin at 1.
fn add_keys(shares: &mut [f64], first: u64, count: u64, weight: impl Fn(f64) -> f64) {
    let partitions = u32::try_from(shares.len()).unwrap_or(u32::MAX);
    for number in first..first + count.min(MAX_KEYS) {
        let partition = partition_for_key(format!("k{number}").as_bytes(), partitions);
        shares[partition as usize] += weight(real(number - first + 1));
    }
    if count > MAX_KEYS {
        // The middle of the tail stands for all of it, in as many steps as make no difference.
        let tail = tail_weight(count, &weight) / f64::from(partitions);
        for share in shares.iter_mut() {
            *share += tail;
        }
    }
}

/// The weight of the keys beyond [`MAX_KEYS`], by the trapezoidal rule over ranks in equal ratios.
fn tail_weight(count: u64, weight: &impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 1_000;
    let (low, high) = (real(MAX_KEYS) + 0.5, real(count) + 0.5);
    let rank = |step: u32| low * (high / low).powf(f64::from(step) / f64::from(STEPS));
    (0..STEPS)
        .map(|step| {
            let (from, to) = (rank(step), rank(step + 1));
            (to - from) * f64::midpoint(weight(from), weight(to))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::partitioner::{Partitioner, Strategy};
    use crate::workload::keys::KeyChooser;

    #[test]
    fn shares_are_what_producers_keys_come_to() {
        let counts = [("red", 70), ("green", 20), ("blue", 10)];
        let counts = counts.map(|(key, count)| KeyCount { key: key.into(), count });
        let cases = [
            Keys::Uniform { count: 50 },
            Keys::Zipf { count: 1_000, exponent: 1.1 },
            Keys::Hot { share: 0.4, count: 100 },
            Keys::Counts { file: "counts".into(), counts: counts.into() },
        ];
        for keys in cases {
            let shares = Spread::Keys(keys.clone()).shares(12);
            let mut chooser = KeyChooser::new(&keys, 3);
            let mut partitioner = Partitioner::new(Strategy::Default, 16_384, 4);
            let mut counts = [0.0; 12];
            for _ in 0..100_000 {
                counts[partitioner.partition(chooser.draw(), 12, |_| false) as usize] += 1e-5;
            }
            for (share, count) in shares.iter().zip(counts) {
                assert!((share - count).abs() < 0.006, "{keys:?}: {shares:?} {counts:?}");
            }
        }
    }

    #[test]
    fn shares_make_a_whole() {
        let spreads = [
            Spread::Keys(Keys::None),
            Spread::Keys(Keys::Uniform { count: 2_000_000 }),
            Spread::Keys(Keys::Zipf { count: 3_000_000, exponent: 0.8 }),
            Spread::Sticky { run: 16 },
            Spread::RoundRobin,
            Spread::Explicit(9),
            Spread::Weights([1.0, 3.0].into()),
        ];
        for spread in spreads {
            let shares = spread.shares(4);
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{spread:?}: {shares:?}");
        }
        assert_eq!(Spread::Explicit(9).shares(4), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(Spread::Weights([1.0, 3.0].into()).shares(4), [0.25, 0.75, 0.0, 0.0]);
    }

    #[test]
    fn the_tail_of_many_keys_weighs_what_its_sum_does() {
        let exact: f64 = ((MAX_KEYS + 1)..=2 * MAX_KEYS).map(|rank| real(rank).powf(-0.7)).sum();
        let found = tail_weight(2 * MAX_KEYS, &|rank: f64| rank.powf(-0.7));
        assert!((found / exact - 1.0).abs() < 1e-6, "{found} {exact}");
    }
}
