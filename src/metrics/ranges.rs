//! A set of offsets kept as disjoint spans: what arrives mostly in order stays a handful of spans,
//! however many offsets it has. It knows nothing of partitions or of what the offsets mean.

use std::collections::BTreeMap;

/// Offsets, as spans that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// Start to end, the end excluded.
    spans: BTreeMap<i64, i64>,
    len: u64,
}

impl Ranges {
    /// Adds `start..end`; says how many of these offsets are new.
    pub fn insert(&mut self, start: i64, end: i64) -> u64 {
        if start >= end {
            return 0;
        }
        if let Some(mut last) = self.spans.last_entry()
            && *last.get() == start
        {
            *last.get_mut() = end;
            self.len += length(start, end);
            return length(start, end);
        }
        self.insert_anywhere(start, end)
    }

    /// How many offsets there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether `offset` is one of them.
    pub fn contains(&self, offset: i64) -> bool {
        self.spans.range(..=offset).next_back().is_some_and(|(_, &end)| offset < end)
    }

    /// Where the unbroken run that begins at `from` ends; `from` itself when it isn't in the set.
    pub fn run_end(&self, from: i64) -> i64 {
        self.spans.range(..=from).next_back().map_or(from, |(_, &end)| end.max(from))
    }

    /// The spans in order, each with its end excluded.
    pub fn spans(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.spans.iter().map(|(&start, &end)| (start, end))
    }

    /// How many of `start..end` are in the set.
    pub fn count_within(&self, start: i64, end: i64) -> u64 {
        let mut count = 0;
        self.covered(start, end, |from, to| count += length(from, to));
        count
    }

    /// Calls `visit` for each span of `start..end` that is not in the set.
    pub fn gaps(&self, start: i64, end: i64, mut visit: impl FnMut(i64, i64)) {
        let mut at = start;
        self.covered(start, end, |from, to| {
            if at < from {
                visit(at, from);
            }
            at = to;
        });
        if at < end {
            visit(at, end);
        }
    }

    /// Takes out every offset from `from` on and returns them.
    pub fn split_off(&mut self, from: i64) -> Self {
        let mut taken = Self { spans: self.spans.split_off(&from), len: 0 };
        if let Some(mut last) = self.spans.last_entry()
            && *last.get() > from
        {
            taken.spans.insert(from, *last.get());
            *last.get_mut() = from;
        }
        taken.len = taken.spans().map(|(start, end)| length(start, end)).sum();
        self.len -= taken.len;
        taken
    }

    fn covered(&self, start: i64, end: i64, mut visit: impl FnMut(i64, i64)) {
        let first = self.spans.range(..=start).next_back().map_or(start, |(&first, _)| first);
        for (&from, &to) in self.spans.range(first..end.max(first)) {
            let (from, to) = (from.max(start), to.min(end));
            if from < to {
                visit(from, to);
            }
        }
    }

    fn insert_anywhere(&mut self, start: i64, end: i64) -> u64 {
        let (mut low, mut high, mut known) = (start, end, 0);
        // Every span that overlaps or touches the new one is swallowed by it.
        while let Some((&from, &to)) = self.spans.range(..=end).next_back()
            && to >= start
        {
            self.spans.remove(&from);
            known += length(from.max(start), to.min(end));
            (low, high) = (low.min(from), high.max(to));
        }
        self.spans.insert(low, high);
        let new = length(start, end) - known;
        self.len += new;
        new
    }
}

/// Offsets in `start..end`.
pub(crate) fn length(start: i64, end: i64) -> u64 {
    u64::try_from(end.saturating_sub(start)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_of_spans_is_a_set(steps in prop::collection::vec((0_i64..60, 0_i64..12, any::<u8>()), 0..60)) {
            let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
            for (start, len, kind) in steps {
                if kind < 20 {
                    let taken = ranges.split_off(start);
                    let expected = set.split_off(&start);
                    prop_assert_eq!(taken.len(), expected.len() as u64);
                    prop_assert!(expected.iter().all(|&offset| taken.contains(offset)));
                } else {
                    let new = (start..start + len).filter(|&offset| set.insert(offset)).count();
                    prop_assert_eq!(ranges.insert(start, start + len), new as u64);
                }
                prop_assert_eq!(ranges.len(), set.len() as u64);
                prop_assert_eq!(ranges.spans().map(|(from, to)| length(from, to)).sum::<u64>(), set.len() as u64);
                prop_assert!((0..80).all(|offset| ranges.contains(offset) == set.contains(&offset)));
                prop_assert_eq!(ranges.count_within(start, start + len), set.range(start..start + len).count() as u64);
                let mut missing = BTreeSet::new();
                ranges.gaps(start, start + len, |from, to| missing.extend(from..to));
                prop_assert_eq!(missing, (start..start + len).filter(|offset| !set.contains(offset)).collect());
                let run = (start..=i64::MAX).find(|offset| !set.contains(offset)).unwrap_or(start);
                prop_assert_eq!(ranges.run_end(start), run);
            }
        }
    }
}
