//! Whether the records of a key are processed in order: the last position of each key, in an
//! open-addressing table. It counts; it doesn't say which record came late.

/// Most keys that are watched per topic and group (32 MiB). Records of further keys are counted as untracked.
const MAX_KEYS: usize = 1 << 20;

/// Slots of a new table.
const FIRST_SLOTS: usize = 1 << 8;

/// Where and when a record of a key stands: in one partition the offset decides; between partitions,
/// where a key moves when partitions are added, the time at which the record was to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyMark {
    /// Never 0.
    pub key_hash: u64,
    pub partition: u32,
    pub offset: i64,
    /// Microseconds.
    pub time: u64,
}

/// The last position of each key of one topic as one group processed it.
#[derive(Debug, Default)]
pub struct KeyOrder {
    slots: Vec<KeyMark>,
    keys: usize,
    out_of_order: u64,
    untracked: u64,
}

impl KeyOrder {
    /// Notes that a record was processed.
    pub fn note(&mut self, mark: KeyMark) {
        if self.keys * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot_of(mark.key_hash);
        let last = &mut self.slots[slot];
        if last.key_hash == 0 {
            if self.keys < MAX_KEYS {
                self.keys += 1;
                *last = mark;
            } else {
                self.untracked += 1;
            }
        } else if mark.is_before(last) {
            self.out_of_order += 1;
        } else {
            *last = mark;
        }
    }

    /// Forgets where every key stood, but not what was out of order.
    pub fn begin_anew(&mut self) {
        self.slots.clear();
        self.keys = 0;
    }

    /// Processings of a key at a lower position than one already processed.
    pub fn out_of_order(&self) -> u64 {
        self.out_of_order
    }

    /// Processings that could not be judged because there are too many keys.
    pub fn untracked(&self) -> u64 {
        self.untracked
    }

    fn slot_of(&self, key_hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(key_hash >> 32).unwrap_or(0) & mask;
        while self.slots[slot].key_hash != 0 && self.slots[slot].key_hash != key_hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(FIRST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![KeyMark::default(); slots]);
        for mark in old.into_iter().filter(|mark| mark.key_hash != 0) {
            let slot = self.slot_of(mark.key_hash);
            self.slots[slot] = mark;
        }
    }
}

impl KeyMark {
    fn is_before(&self, last: &Self) -> bool {
        if self.partition == last.partition { self.offset < last.offset } else { self.time < last.time }
    }
}

/// A hash of a key for [`KeyMark`]: never 0, the same in each run.
pub fn key_hash(key: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, tail) = key.as_chunks::<8>();
    let mut hash = u64::try_from(key.len()).unwrap_or(u64::MAX).wrapping_add(1).wrapping_mul(MULTIPLIER);
    for word in words {
        hash = fold(hash ^ u64::from_le_bytes(*word), MULTIPLIER);
    }
    if !tail.is_empty() {
        let mut last = [0; 8];
        last[..tail.len()].copy_from_slice(tail);
        hash = fold(hash ^ u64::from_le_bytes(last), MULTIPLIER);
    }
    fold(hash, 0xd6e8_feb8_6659_fd93).max(1)
}

/// Both halves of the product, mixed.
fn fold(left: u64, right: u64) -> u64 {
    let (low, high) = left.carrying_mul_add(right, 0, 0);
    low ^ high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(key: &str, partition: u32, offset: i64, time: u64) -> KeyMark {
        KeyMark { key_hash: key_hash(key.as_bytes()), partition, offset, time }
    }

    #[test]
    fn a_lower_position_of_a_key_is_out_of_order_and_the_same_one_is_not() {
        let mut order = KeyOrder::default();
        for (key, partition, offset, time, expected) in [
            ("a", 0, 5, 50, 0),
            ("b", 0, 3, 30, 0),
            ("a", 0, 5, 50, 0),
            ("a", 0, 4, 40, 1),
            ("a", 0, 6, 60, 1),
            ("a", 7, 0, 70, 1),
            ("a", 0, 7, 65, 2),
            ("a", 7, 1, 80, 2),
        ] {
            order.note(mark(key, partition, offset, time));
            assert_eq!(order.out_of_order(), expected, "{key} at {partition}/{offset}");
        }
    }

    #[test]
    fn many_keys_are_all_remembered() {
        let mut order = KeyOrder::default();
        for round in [1, 0] {
            for key in 0..5_000_u64 {
                order.note(mark(&key.to_string(), 0, i64::from(round), 0));
            }
        }
        assert_eq!((order.out_of_order(), order.untracked()), (5_000, 0));
    }
}
