//! How uneven keys make partitions: what share of the load each partition gets, through the partitioner that
//! producers use. Where keys have no names of their own they are called `k0`, `k1`, ... as producers call them;
//! others land elsewhere, and [`even_bins`] says what to expect of any names.

use crate::model::partitioner::murmur2;
use crate::scenario::Keys;

/// Keys that are hashed one by one; what all further ones get is spread evenly, which so many are.
const MAX_HASHED: u64 = 1 << 16;

/// The keys of a load, hashed once for every count of partitions.
#[derive(Clone, Debug)]
pub struct Skew {
    /// Hash and share of the load of each key that counts, the most frequent first. Empty without keys.
    keys: Vec<(u32, f64)>,
    /// The share of all others.
    rest: f64,
    /// How many keys there are, hashed or not; 0 without keys.
    count: f64,
    hottest: Option<(String, f64)>,
}

impl Skew {
    pub fn of(keys: &Keys) -> Self {
        match keys {
            Keys::None => Self { keys: Vec::new(), rest: 1.0, count: 0.0, hottest: None },
            Keys::Uniform { count } => Self::numbered(*count, real(*count), |_| 1.0),
            Keys::Zipf { count, exponent } => {
                let total = zipf_total(*count, *exponent);
                Self::numbered(*count, total, |number| real(number + 1).powf(-exponent))
            }
            Keys::Hot { share, count } => {
                let other = (1.0 - share) / real(*count);
                Self::numbered(count.saturating_add(1), 1.0, |number| if number == 0 { *share } else { other })
            }
            Keys::Counts { counts, .. } => {
                let total: f64 = counts.iter().map(|count| real(count.count)).sum();
                let named = counts.iter().map(|count| (count.key.as_bytes(), real(count.count) / total));
                let keys: Vec<_> = named.map(|(key, share)| (murmur2(key) & POSITIVE, share)).collect();
                let hottest = counts.first().map(|first| (first.key.to_string(), real(first.count) / total));
                Self { keys, rest: 0.0, count: real(u64::try_from(counts.len()).unwrap_or(u64::MAX)), hottest }
            }
        }
    }

    /// Name and share of the load of the most frequent key; `None` without keys.
    pub fn hottest(&self) -> Option<(&str, f64)> {
        self.hottest.as_ref().map(|(key, share)| (key.as_str(), *share))
    }

    /// How many keys there are; `None` without keys.
    pub fn keys(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.count)
    }

    /// The share of the load of each of so many partitions.
    pub fn shares(&self, partitions: u32) -> Vec<f64> {
        let mut shares = vec![self.rest / f64::from(partitions); index(partitions)];
        for &(hash, share) in &self.keys {
            shares[index(hash % partitions)] += share;
        }
        shares
    }

    /// The share of the load of the busiest of so many partitions.
    pub fn busiest(&self, partitions: u32) -> f64 {
        if self.keys.is_empty() {
            return 1.0 / f64::from(partitions);
        }
        self.shares(partitions).into_iter().fold(0.0, f64::max)
    }

    /// Keys `k0`, `k1`, ... whose weights add up to `total`.
    fn numbered(count: u64, total: f64, weight: impl Fn(u64) -> f64) -> Self {
        let hashed = 0..count.min(MAX_HASHED);
        let keys: Vec<_> = hashed.map(|number| (hash_of(number), weight(number) / total)).collect();
        let hashed: f64 = keys.iter().map(|(_, share)| share).sum();
        let rest = if count > MAX_HASHED { (1.0 - hashed).max(0.0) } else { 0.0 };
        let hottest = keys.iter().copied().zip(0_u64..).max_by(|((_, one), a), ((_, other), b)| {
            // The first of equals.
            one.total_cmp(other).then(b.cmp(a))
        });
        let hottest = hottest.map(|((_, share), number)| (format!("k{number}"), share));
        Self { keys, rest, count: real(count), hottest }
    }
}

/// What the fullest of `bins` holds, over the mean, when `balls` equal ones are thrown at random: with
/// high probability at most `1 + sqrt(2 ln(bins) bins / balls)` for many balls (Raab and Steger 1998).
pub fn even_bins(balls: f64, bins: f64) -> f64 {
    if bins <= 1.0 {
        return 1.0;
    }
    1.0 + (2.0 * bins.ln() * bins / balls).sqrt()
}

/// What Kafka's partitioner keeps of a hash.
const POSITIVE: u32 = 0x7fff_ffff;

fn hash_of(number: u64) -> u32 {
    murmur2(format!("k{number}").as_bytes()) & POSITIVE
}

/// The sum of `1 / k^exponent`, one by one for those that are hashed and by an integral for the others.
fn zipf_total(count: u64, exponent: f64) -> f64 {
    let head: f64 = (1..=count.min(MAX_HASHED)).rev().map(|rank| real(rank).powf(-exponent)).sum();
    if count <= MAX_HASHED {
        return head;
    }
    // Euler and Maclaurin's first term: each rank stands for the half before and after it.
    let (from, to) = (real(MAX_HASHED) + 0.5, real(count) + 0.5);
    let tail = if (exponent - 1.0).abs() < 1e-9 {
        (to / from).ln()
    } else {
        (to.powf(1.0 - exponent) - from.powf(1.0 - exponent)) / (1.0 - exponent)
    };
    head + tail
}

fn index(number: u32) -> usize {
    usize::try_from(number).expect("an index of 32 bits fits")
}

#[expect(clippy::cast_precision_loss, reason = "counts of keys need no more than 52 bits")]
fn real(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::partitioner::partition_for_key;

    #[test]
    fn shares_add_up_and_follow_the_partitioner() {
        for keys in [
            Keys::None,
            Keys::Uniform { count: 100 },
            Keys::Uniform { count: 1_000_000 },
            Keys::Zipf { count: 10_000, exponent: 0.8 },
            Keys::Zipf { count: 5_000_000, exponent: 1.0 },
            Keys::Hot { share: 0.3, count: 50 },
        ] {
            for partitions in [1, 7, 36] {
                let shares = Skew::of(&keys).shares(partitions);
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{keys:?}: {shares:?}");
            }
        }
        let skew = Skew::of(&Keys::Hot { share: 0.5, count: 1_000 });
        let shares = skew.shares(12);
        let hot = usize::try_from(partition_for_key(b"k0", 12)).unwrap();
        assert!(shares[hot] > 0.5 && skew.busiest(12) == shares[hot]);
        assert_eq!(skew.hottest(), Some(("k0", 0.5)));
    }

    #[test]
    fn many_keys_fill_the_fullest_partition_as_balls_fill_bins() {
        let skew = Skew::of(&Keys::Uniform { count: 10_000 });
        let over_mean = skew.busiest(36) * 36.0;
        let expected = even_bins(10_000.0, 36.0);
        assert!(over_mean > 1.0 && over_mean < expected * 1.05, "{over_mean} {expected}");
        assert!((expected - 1.1606).abs() < 1e-3, "{expected}");
    }

    #[test]
    fn without_keys_partitions_are_even() {
        let skew = Skew::of(&Keys::None);
        assert_eq!((skew.busiest(8), skew.hottest(), skew.keys()), (0.125, None, None));
    }
}
