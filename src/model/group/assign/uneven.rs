//! Sticky assignment where members subscribe to different topics: all stay, the free partitions go to
//! the least loaded, and then partitions change hands as long as that evens things out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::board::Board;
use super::exchange;

pub(super) fn divide(board: &Board<'_>, homes: Vec<Option<usize>>) -> Vec<Option<usize>> {
    let mut table = Table::new(board, homes);
    table.hand_out_free(board);
    exchange::even_out(&mut table);
    table.owner
}

/// Who holds what while it is being worked out.
pub(super) struct Table {
    /// Who held each partition before and may keep it.
    pub homes: Vec<Option<usize>>,
    pub owner: Vec<Option<usize>>,
    pub topic_of: Vec<usize>,
    /// How many partitions each member holds.
    pub loads: Vec<usize>,
    /// What each member holds, by topic.
    pub held: Vec<BTreeMap<usize, Held>>,
    pub subscribers: Vec<Vec<usize>>,
    /// How many partitions with a home are held by another.
    pub displaced: usize,
}

/// What one member holds of one topic.
#[derive(Default)]
pub(super) struct Held {
    /// What it held before, too: giving it away is a move.
    pub at_home: Vec<usize>,
    /// What was free or has been taken from another: giving it on costs nothing more.
    pub guests: Vec<usize>,
}

impl Table {
    fn new(board: &Board<'_>, homes: Vec<Option<usize>>) -> Self {
        let members = board.members.len();
        let row_of = |topic| board.partitions_of(topic).map(move |_| topic);
        let mut table = Self {
            owner: vec![None; homes.len()],
            topic_of: (0..board.topic_count()).flat_map(row_of).collect(),
            loads: vec![0; members],
            held: (0..members).map(|_| BTreeMap::new()).collect(),
            subscribers: board.subscribers(),
            displaced: 0,
            homes,
        };
        for at in 0..table.homes.len() {
            if let Some(home) = table.homes[at] {
                table.give(at, home);
            }
        }
        table
    }

    /// Topics with few subscribers first: they have the least choice.
    fn hand_out_free(&mut self, board: &Board<'_>) {
        let mut topics: Vec<usize> = (0..board.topic_count()).collect();
        topics.sort_by_key(|&topic| self.subscribers[topic].len());
        for topic in topics {
            let free: Vec<usize> = board.partitions_of(topic).filter(|&at| self.owner[at].is_none()).collect();
            if free.is_empty() {
                continue;
            }
            let by_load = self.subscribers[topic].iter().map(|&member| Reverse((self.loads[member], member)));
            let mut queue: BinaryHeap<_> = by_load.collect();
            for at in free {
                let Some(mut least) = queue.peek_mut() else { break };
                let Reverse((load, member)) = *least;
                *least = Reverse((load + 1, member));
                drop(least);
                self.give(at, member);
            }
        }
    }

    /// Gives a partition to a member, from whoever holds it.
    pub fn give(&mut self, at: usize, member: usize) {
        let topic = self.topic_of[at];
        if let Some(owner) = self.owner[at] {
            self.take_away(at, topic, owner);
        }
        let is_at_home = self.homes[at] == Some(member);
        self.displaced += usize::from(self.homes[at].is_some() && !is_at_home);
        self.owner[at] = Some(member);
        self.loads[member] += 1;
        let held = self.held[member].entry(topic).or_default();
        if is_at_home { held.at_home.push(at) } else { held.guests.push(at) }
    }

    fn take_away(&mut self, at: usize, topic: usize, owner: usize) {
        let is_at_home = self.homes[at] == Some(owner);
        self.displaced -= usize::from(self.homes[at].is_some() && !is_at_home);
        self.loads[owner] -= 1;
        let held = self.held[owner].entry(topic).or_default();
        let list = if is_at_home { &mut held.at_home } else { &mut held.guests };
        list.retain(|&other| other != at);
        if held.at_home.is_empty() && held.guests.is_empty() {
            self.held[owner].remove(&topic);
        }
    }
}
