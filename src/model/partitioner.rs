//! Which partition a record goes to. The choices are those of Kafka's own client, so that the same key
//! lands on the same partition here and there.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Kafka's seed for murmur2.
const MURMUR2_SEED: u32 = 0x9747_b28c;

/// How a producer chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// By the key's hash; records without a key stay on one partition for a batch's worth of bytes and until no batch
    /// is open there (KIP-794).
    #[default]
    Default,
    /// One after the other, keys or not.
    RoundRobin,
    /// Always this partition, or the last one there is.
    Explicit(u32),
}

/// One producer's partitioner for one topic.
#[derive(Clone, Debug)]
pub struct Partitioner {
    strategy: Strategy,
    batch_size: usize,
    random: Xoshiro256PlusPlus,
    sticky: Option<Sticky>,
    turn: u32,
}

/// The partition that records without a key go to now.
#[derive(Clone, Copy, Debug)]
struct Sticky {
    partition: u32,
    bytes: usize,
}

impl Partitioner {
    /// `batch_size` is Kafka's `batch.size`: after that many bytes without a key another partition is drawn.
    pub fn new(strategy: Strategy, batch_size: usize, seed: u64) -> Self {
        Self { strategy, batch_size, random: Xoshiro256PlusPlus::seed_from_u64(seed), sticky: None, turn: 0 }
    }

    /// Chooses among `partitions` (0 up to, not including it). `is_open` says whether a partition's batch takes the
    /// record: then one without a key is not sent elsewhere before the batch is done, so that batches fill up.
    ///
    /// # Panics
    /// When there is no partition.
    pub fn partition(&mut self, key: Option<&[u8]>, partitions: u32, is_open: impl FnOnce(u32) -> bool) -> u32 {
        assert!(partitions > 0, "a topic has at least one partition");
        match (self.strategy, key) {
            (Strategy::Default, Some(key)) => partition_for_key(key, partitions),
            (Strategy::Default, None) => self.sticky_partition(partitions, is_open),
            (Strategy::RoundRobin, _) => {
                let partition = self.turn % partitions;
                self.turn = (partition + 1) % partitions;
                partition
            }
            (Strategy::Explicit(partition), _) => partition.min(partitions - 1),
        }
    }

    /// Counts what a record without a key made batches grow by, a new batch's header included.
    pub fn count(&mut self, bytes: usize) {
        if let Some(sticky) = &mut self.sticky {
            sticky.bytes = sticky.bytes.saturating_add(bytes);
        }
    }

    fn sticky_partition(&mut self, partitions: u32, is_open: impl FnOnce(u32) -> bool) -> u32 {
        let full = self.batch_size;
        let stays = |sticky: &Sticky| {
            sticky.bytes < full || (sticky.bytes < full.saturating_mul(2) && is_open(sticky.partition))
        };
        let kept = self.sticky.filter(|sticky| sticky.partition < partitions && stays(sticky));
        let random = &mut self.random;
        self.sticky.insert(kept.unwrap_or_else(|| Sticky { partition: draw(random, partitions), bytes: 0 })).partition
    }
}

/// The partition that Kafka's default partitioner gives a key.
///
/// # Panics
/// When there is no partition.
pub fn partition_for_key(key: &[u8], partitions: u32) -> u32 {
    (murmur2(key) & 0x7fff_ffff) % partitions
}

/// Austin Appleby's MurmurHash2 (32 bits) with Kafka's seed.
pub fn murmur2(bytes: &[u8]) -> u32 {
    const MULTIPLIER: u32 = 0x5bd1_e995;
    let (words, tail) = bytes.as_chunks::<4>();
    let length = u32::try_from(bytes.len()).expect("a key is shorter than 4 GiB");
    let mut hash = MURMUR2_SEED ^ length;
    for word in words {
        let mut mixed = u32::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        mixed ^= mixed >> 24;
        hash = hash.wrapping_mul(MULTIPLIER) ^ mixed.wrapping_mul(MULTIPLIER);
    }
    if !tail.is_empty() {
        let mut last = [0; 4];
        last[..tail.len()].copy_from_slice(tail);
        hash = (hash ^ u32::from_le_bytes(last)).wrapping_mul(MULTIPLIER);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 15)
}

/// One of `partitions`, each as likely as the other.
fn draw(random: &mut Xoshiro256PlusPlus, partitions: u32) -> u32 {
    let scaled = u64::from(random.next_u32()) * u64::from(partitions);
    u32::try_from(scaled >> 32).expect("a product of two 32-bit numbers has at most 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur2_gives_what_kafkas_own_gives() {
        let cases = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (key, expected) in cases {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), expected, "{key}");
        }
    }

    #[test]
    fn a_key_always_lands_on_the_same_partition() {
        let mut partitioner = Partitioner::new(Strategy::Default, 100, 1);
        let expected = (murmur2(b"foobar") & 0x7fff_ffff) % 8;
        assert!((0..50).all(|_| partitioner.partition(Some(b"foobar"), 8, |_| false) == expected));
    }

    #[test]
    fn records_without_a_key_stay_for_a_batch_and_spread_evenly() {
        let mut partitioner = Partitioner::new(Strategy::Default, 1_000, 7);
        let mut next = || {
            let partition = partitioner.partition(None, 4, |_| false);
            partitioner.count(100);
            partition
        };
        let mut counts = [0_u32; 4];
        for _ in 0..4_000 {
            let stay: Vec<u32> = (0..10).map(|_| next()).collect();
            assert!(stay.iter().all(|partition| *partition == stay[0]), "{stay:?}");
            counts[stay[0] as usize] += 1;
        }
        assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
    }

    #[test]
    fn an_open_batch_keeps_them_until_it_is_done_or_there_are_twice_the_bytes() {
        for (closes_after, expected) in [(1, 10), (15, 15), (50, 20)] {
            let mut partitioner = Partitioner::new(Strategy::Default, 1_000, 7);
            let mut stayed = 0;
            let first = partitioner.partition(None, 1_000_000, |_| true);
            loop {
                partitioner.count(100);
                stayed += 1;
                if partitioner.partition(None, 1_000_000, |_| stayed < closes_after) != first {
                    break;
                }
            }
            assert_eq!(stayed, expected, "the batch is done after {closes_after}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_choices() {
        let choices = |seed| {
            let mut partitioner = Partitioner::new(Strategy::Default, 1, seed);
            let mut next = || {
                partitioner.count(1);
                partitioner.partition(None, 1_000, |_| false)
            };
            (0..64).map(|_| next()).collect::<Vec<_>>()
        };
        assert_eq!(choices(3), choices(3));
        assert_ne!(choices(3), choices(4));
    }

    #[test]
    fn round_robin_takes_turns_and_explicit_stays() {
        let mut round_robin = Partitioner::new(Strategy::RoundRobin, 1, 0);
        let turns: Vec<u32> = (0..5).map(|_| round_robin.partition(Some(b"k"), 3, |_| false)).collect();
        assert_eq!(turns, [0, 1, 2, 0, 1]);
        let mut explicit = Partitioner::new(Strategy::Explicit(2), 1, 0);
        let mut next = |partitions| explicit.partition(None, partitions, |_| false);
        assert_eq!((next(8), next(2)), (2, 1));
    }
}
