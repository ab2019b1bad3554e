//! Space that a file has gained and that nobody has written to. The first write to a block of it makes the file
//! system note where the block lies, and a sync then waits for its journal: several milliseconds once in a
//! while, where a sync of blocks that were written before takes a fraction of one. So the first small write to
//! a stretch is preceded by zeros for all of it. Bulk writes would only write everything twice; they don't.

use std::collections::BTreeMap;
use std::ops::Range;

/// Zeros are written for so much at once: a few milliseconds for what thousands of small commits need.
const SLICE_BYTES: u64 = 8 << 20;

/// From here on, in bytes between two syncs, the writing itself takes longer than the journal.
const BULK_BYTES: u64 = 512 << 10;

/// The slices of a file that nobody has written to.
#[derive(Debug, Default)]
pub(super) struct FreshSpace {
    /// Where each ends, by where it begins.
    slices: BTreeMap<u64, u64>,
    written_before_sync: u64,
    written_since_sync: u64,
}

impl FreshSpace {
    /// The file was cut, or has grown: all that it has gained is fresh.
    pub(super) fn resized(&mut self, from: u64, to: u64) {
        self.slices.retain(|_, end| *end <= to);
        let mut begin = from;
        while begin < to {
            let end = (begin / SLICE_BYTES + 1).saturating_mul(SLICE_BYTES).min(to);
            self.slices.insert(begin, end);
            begin = end;
        }
    }

    /// A sync is done.
    pub(super) fn synced(&mut self) {
        self.written_before_sync = std::mem::take(&mut self.written_since_sync);
    }

    /// A write is about to come: what is to be filled with zeros before it.
    pub(super) fn before_write(&mut self, offset: u64, bytes: usize) -> Vec<Range<u64>> {
        let bytes = bytes as u64;
        self.written_since_sync += bytes;
        let is_bulk = self.written_since_sync.max(self.written_before_sync) > BULK_BYTES;
        let end = offset.saturating_add(bytes);
        let first = self.slices.range(..=offset).next_back().map_or(offset, |(begin, _)| *begin);
        let touched = self.slices.extract_if(first..end, |_, end| *end > offset);
        let taken = touched.map(|(begin, end)| begin..end).collect();
        if is_bulk { Vec::new() } else { taken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_small_write_is_preceded_by_zeros_once() {
        let mut fresh = FreshSpace::default();
        fresh.resized(0, 3 * MIB);
        assert_eq!(fresh.before_write(2 * MIB, 4_096), vec![0..3 * MIB]);
        assert!(fresh.before_write(0, 4_096).is_empty());
    }

    #[test]
    fn what_was_there_before_is_left_alone() {
        let mut fresh = FreshSpace::default();
        fresh.resized(5 * MIB, 20 * MIB);
        assert!(fresh.before_write(4 * MIB, 4_096).is_empty());
        assert_eq!(fresh.before_write(5 * MIB - 1, 2), vec![5 * MIB..8 * MIB]);
        assert_eq!(fresh.before_write(15 * MIB, 2 * 4_096), vec![8 * MIB..16 * MIB]);
    }

    #[test]
    fn a_write_over_a_border_takes_both_sides() {
        let mut fresh = FreshSpace::default();
        fresh.resized(0, 20 * MIB);
        assert_eq!(fresh.before_write(8 * MIB - 1, 2), vec![0..8 * MIB, 8 * MIB..16 * MIB]);
    }

    #[test]
    fn bulk_writes_take_their_space_without_zeros() {
        let mut fresh = FreshSpace::default();
        fresh.resized(0, 20 * MIB);
        assert!(fresh.before_write(0, 1 << 20).is_empty());
        fresh.synced();
        assert!(fresh.before_write(9 * MIB, 4_096).is_empty(), "the commit before was bulk");
        fresh.synced();
        assert!(fresh.before_write(0, 4_096).is_empty(), "it was written to");
        assert_eq!(fresh.before_write(16 * MIB, 4_096), vec![16 * MIB..20 * MIB]);
    }

    #[test]
    fn what_is_cut_off_is_fresh_again_when_it_comes_back() {
        let mut fresh = FreshSpace::default();
        fresh.resized(0, 12 * MIB);
        assert_eq!(fresh.before_write(9 * MIB, 1), vec![8 * MIB..12 * MIB]);
        fresh.resized(12 * MIB, 9 * MIB);
        fresh.resized(9 * MIB, 11 * MIB);
        assert_eq!(fresh.before_write(10 * MIB, 1), vec![9 * MIB..11 * MIB]);
        assert!(fresh.before_write(8 * MIB, 1).is_empty());
    }
}
