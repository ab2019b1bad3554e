//! Which key the next record carries, and how large it is. Draws only: the record is put together in
//! [`super::payload`].

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Exp1, StandardNormal, Zipf};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::scenario::{KeyCount, Keys, RecordSize};

/// Zipf distributions of up to so many keys are drawn from a table (1 MB), larger ones by rejection.
const MAX_TABLE: u64 = 1 << 16;

/// `k` and the digits of any number.
const MAX_KEY_BYTES: usize = 21;

/// Largest value: what a broker takes in one batch by default, less some room for the rest of it.
const MAX_VALUE_BYTES: f64 = 1_000_000.0;

/// Draws keys: `k0` is the most frequent one.
#[derive(Clone, Debug)]
pub struct KeyChooser {
    random: Xoshiro256PlusPlus,
    choice: Choice,
    text: [u8; MAX_KEY_BYTES],
}

#[derive(Clone, Debug)]
enum Choice {
    None,
    Uniform(u64),
    Table(WeightedAliasIndex<f64>),
    Zipf(Zipf<f64>),
    Hot { share: f64, count: u64 },
    Counts(WeightedAliasIndex<f64>, Arc<[KeyCount]>),
}

impl KeyChooser {
    pub fn new(keys: &Keys, seed: u64) -> Self {
        let choice = match keys {
            Keys::None => Choice::None,
            Keys::Uniform { count } => Choice::Uniform((*count).max(1)),
            Keys::Zipf { count, exponent } => zipf((*count).max(1), *exponent),
            Keys::Hot { share, count } => Choice::Hot { share: share.clamp(0.0, 1.0), count: (*count).max(1) },
            Keys::Counts { counts, .. } => counted(counts),
        };
        Self { random: Xoshiro256PlusPlus::seed_from_u64(seed), choice, text: [b'k'; MAX_KEY_BYTES] }
    }

    /// The key of the next record.
    pub fn draw(&mut self) -> Option<&[u8]> {
        if let Some(number) = self.draw_number() {
            return Some(self.write(number));
        }
        match &self.choice {
            Choice::Counts(table, counts) => Some(counts[self.random.sample(table)].key.as_bytes()),
            Choice::None | Choice::Uniform(_) | Choice::Table(_) | Choice::Zipf(_) | Choice::Hot { .. } => None,
        }
    }

    fn draw_number(&mut self) -> Option<u64> {
        let random = &mut self.random;
        match &self.choice {
            Choice::None | Choice::Counts(..) => None,
            Choice::Uniform(count) => Some(random.random_range(0..*count)),
            Choice::Table(table) => Some(u64::try_from(random.sample(table)).unwrap_or(0)),
            Choice::Zipf(zipf) => Some(whole(random.sample(zipf)).saturating_sub(1)),
            Choice::Hot { share, .. } if random.random_bool(*share) => Some(0),
            Choice::Hot { count, .. } => Some(1 + random.random_range(0..*count)),
        }
    }

    fn write(&mut self, number: u64) -> &[u8] {
        let mut begin = MAX_KEY_BYTES;
        let mut left = number;
        loop {
            begin -= 1;
            self.text[begin] = b'0' + u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        begin -= 1;
        self.text[begin] = b'k';
        &self.text[begin..]
    }
}

fn zipf(count: u64, exponent: f64) -> Choice {
    if count <= MAX_TABLE {
        let weights = (1..=u32::try_from(count).unwrap_or(1)).map(|rank| f64::from(rank).powf(-exponent)).collect();
        let table = WeightedAliasIndex::new(weights).expect("the weights are positive and the first is 1");
        return Choice::Table(table);
    }
    Zipf::new(real(count), exponent).map_or(Choice::Uniform(count), Choice::Zipf)
}

fn counted(counts: &Arc<[KeyCount]>) -> Choice {
    let weights = counts.iter().map(|count| real(count.count)).collect();
    let table = WeightedAliasIndex::new(weights).expect("at least one count is above zero");
    Choice::Counts(table, counts.clone())
}

/// Draws the bytes of values.
#[derive(Clone, Debug)]
pub struct SizeChooser {
    random: Xoshiro256PlusPlus,
    size: RecordSize,
}

impl SizeChooser {
    pub fn new(size: RecordSize, seed: u64) -> Self {
        Self { random: Xoshiro256PlusPlus::seed_from_u64(seed), size }
    }

    /// Bytes of the next value, at most a million.
    pub fn draw(&mut self) -> usize {
        let bytes = match self.size {
            RecordSize::Constant(bytes) => real(bytes),
            RecordSize::Uniform { min, max } => real(self.random.random_range(min..=max.max(min))),
            RecordSize::Exponential { mean } => real(mean) * self.random.sample::<f64, _>(Exp1),
            RecordSize::LogNormal { mean, sigma } => real(mean) * log_normal_factor(&mut self.random, sigma),
        };
        usize::try_from(whole(bytes.round().min(MAX_VALUE_BYTES))).unwrap_or(0)
    }
}

/// A draw from the log-normal distribution of mean 1.
pub(super) fn log_normal_factor(random: &mut impl Rng, sigma: f64) -> f64 {
    (sigma * random.sample::<f64, _>(StandardNormal) - sigma * sigma / 2.0).exp()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; draws are not negative")]
fn whole(number: f64) -> u64 {
    number as u64
}

#[expect(clippy::cast_precision_loss, reason = "counts and sizes are far below 2^53")]
fn real(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn shares(keys: &Keys) -> BTreeMap<String, f64> {
        let mut chooser = KeyChooser::new(keys, 5);
        let mut shares = BTreeMap::new();
        for _ in 0..100_000 {
            let key = String::from_utf8(chooser.draw().unwrap().to_vec()).unwrap();
            *shares.entry(key).or_insert(0.0) += 1e-5;
        }
        shares
    }

    #[test]
    fn keys_are_drawn_as_often_as_their_distribution_says() {
        let uniform = shares(&Keys::Uniform { count: 10 });
        assert_eq!(uniform.len(), 10);
        assert!(uniform.values().all(|share| (share - 0.1).abs() < 0.005), "{uniform:?}");

        let hot = shares(&Keys::Hot { share: 0.3, count: 70 });
        assert_eq!(hot.len(), 71);
        assert!((hot["k0"] - 0.3).abs() < 0.01 && (hot["k70"] - 0.01).abs() < 0.002, "{hot:?}");
    }

    #[test]
    fn zipf_is_the_same_from_a_table_and_by_rejection() {
        for count in [MAX_TABLE, MAX_TABLE + 1] {
            let zipf = shares(&Keys::Zipf { count, exponent: 1.0 });
            let harmonic: f64 = (1..=65_536).map(|rank| 1.0 / f64::from(rank)).sum();
            for (key, rank) in [("k0", 1.0), ("k1", 2.0), ("k9", 10.0)] {
                let expected = 1.0 / rank / harmonic;
                assert!((zipf[key] / expected - 1.0).abs() < 0.08, "{key} of {count}: {} {expected}", zipf[key]);
            }
        }
    }

    #[test]
    fn without_keys_there_is_none() {
        assert_eq!(KeyChooser::new(&Keys::None, 1).draw(), None);
    }

    #[test]
    fn sizes_have_their_mean() {
        let sizes = [
            RecordSize::Constant(1_000),
            RecordSize::Uniform { min: 500, max: 1_500 },
            RecordSize::Exponential { mean: 1_000 },
            RecordSize::LogNormal { mean: 1_000, sigma: 0.8 },
        ];
        for size in sizes {
            let mut chooser = SizeChooser::new(size, 9);
            let sum: usize = (0..50_000).map(|_| chooser.draw()).sum();
            assert!((48_500_000..51_500_000).contains(&sum), "{size:?}: {sum}");
        }
    }
}
