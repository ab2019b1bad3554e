//! Who wants to be looked after and when: the queue of events, earliest first, and of one time in the order in which
//! they were asked for.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Nanos;

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    queue: BinaryHeap<Reverse<Wake>>,
    so_far: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Wake {
    at: Nanos,
    order: u64,
    /// `None` for the group.
    client: Option<usize>,
}

impl Wakes {
    pub fn add(&mut self, at: Nanos, client: Option<usize>) {
        self.so_far += 1;
        self.queue.push(Reverse(Wake { at, order: self.so_far, client }));
    }

    /// Infinite while nobody waits.
    pub fn next_at(&self) -> Nanos {
        self.queue.peek().map_or(f64::INFINITY, |Reverse(wake)| wake.at)
    }

    pub fn pop(&mut self) -> Option<(Nanos, Option<usize>)> {
        self.queue.pop().map(|Reverse(wake)| (wake.at, wake.client))
    }

    pub fn clear(&mut self) {
        self.queue.clear();
    }
}

impl Eq for Wake {}

impl Ord for Wake {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.order.cmp(&other.order))
    }
}

impl PartialOrd for Wake {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
