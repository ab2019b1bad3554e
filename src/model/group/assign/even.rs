//! Sticky assignment where all members subscribe to the same topics: quotas say at once who keeps what.

use std::collections::VecDeque;

use super::board::Board;

/// Every member gets the whole part of the average, and as many as the remainder says get one more.
/// No other division with such counts moves less.
pub(super) fn divide(board: &Board<'_>, topics: &[usize], homes: &[Option<usize>]) -> Vec<Option<usize>> {
    let members = board.members.len();
    let total: usize = topics.iter().map(|&topic| board.partitions_of(topic).len()).sum();
    let mut quotas = Quotas { share: total / members, extras: total % members, counts: vec![0; members] };
    let mut owner = vec![None; homes.len()];
    let mut free = Vec::new();
    for at in topics.iter().flat_map(|&topic| board.partitions_of(topic)) {
        owner[at] = homes[at].filter(|&home| quotas.take_one_more(home));
        if owner[at].is_none() {
            free.push(at);
        }
    }
    // In turn rather than member by member, so that a topic's partitions spread.
    let mut turns = quotas.open_places();
    for at in free {
        owner[at] = turns.next_member();
    }
    owner
}

struct Quotas {
    share: usize,
    /// How many members may still have one more than the share.
    extras: usize,
    counts: Vec<usize>,
}

impl Quotas {
    fn take_one_more(&mut self, member: usize) -> bool {
        let count = self.counts[member];
        if count > self.share || (count == self.share && self.extras == 0) {
            return false;
        }
        if count == self.share {
            self.extras -= 1;
        }
        self.counts[member] = count + 1;
        true
    }

    fn open_places(self) -> Turns {
        let share = self.share;
        let below = |&(_, count): &(usize, usize)| count < share;
        let turns =
            self.counts.iter().copied().enumerate().filter(below).map(|(member, count)| (member, share - count));
        let at_share = self.counts.iter().enumerate().filter(|(_, count)| **count <= share);
        Turns { turns: turns.collect(), last: at_share.take(self.extras).map(|(member, _)| member).collect() }
    }
}

/// Who is next: first those that lack something to the share, in turn, then those that get one more.
struct Turns {
    turns: VecDeque<(usize, usize)>,
    last: VecDeque<usize>,
}

impl Turns {
    fn next_member(&mut self) -> Option<usize> {
        let Some((member, lacking)) = self.turns.pop_front() else { return self.last.pop_front() };
        if lacking > 1 {
            self.turns.push_back((member, lacking - 1));
        }
        Some(member)
    }
}
