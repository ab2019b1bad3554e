//! Evening out by exchange: chains along which each member hands a partition to the next, so that the
//! first holds one less and the last one more. A chain is worth it if the loads come closer, or if it
//! brings partitions back to where they were and the loads don't part. Cheap chains, those that move
//! least, come first, so that evenness costs few moves. Kafka's assignor knows chains of one link only;
//! longer ones mend what an earlier choice has spoilt and find what no single move can.

use std::collections::VecDeque;

use super::uneven::Table;

/// Ends because every chain lessens the sum of the squared loads, or keeps it and lessens the moves.
pub(super) fn even_out(table: &mut Table) {
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        let mut sources: Vec<usize> = (0..table.loads.len()).collect();
        sources.sort_by_key(|&member| std::cmp::Reverse(table.loads[member]));
        for source in sources {
            while let Some(chain) = find_chain(table, source) {
                for Link { partition, to } in chain {
                    table.give(partition, to);
                }
                has_changed = true;
            }
        }
    }
}

/// A partition that changes hands.
struct Link {
    partition: usize,
    to: usize,
}

fn find_chain(table: &Table, source: usize) -> Option<Vec<Link>> {
    let lowest = table.loads.iter().min().copied().unwrap_or(0);
    if table.displaced == 0 && table.loads[source] < lowest + 2 {
        return None;
    }
    let mut search = Search::new(table, source);
    match search.run() {
        Some(on_cycle) => search.cycle_through(on_cycle),
        None => search.best_target().and_then(|target| search.path_to(target)),
    }
}

/// How a member was reached: from whom, and with which partition.
#[derive(Clone, Copy)]
struct Reached {
    /// How many more partitions are then away from home.
    cost: i64,
    links: usize,
    from: usize,
    partition: usize,
}

/// Cheapest chains from one member to all others. Costs are -1 (a partition goes home), 0 and 1, so
/// members are visited again when a cheaper way to them turns up.
struct Search<'a> {
    table: &'a Table,
    source: usize,
    reached: Vec<Option<Reached>>,
    /// The cheapest cost at which some partition of the topic is at hand.
    topic_cost: Vec<Option<i64>>,
    queue: VecDeque<usize>,
    is_queued: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(table: &'a Table, source: usize) -> Self {
        let members = table.loads.len();
        Self {
            table,
            source,
            reached: vec![None; members],
            topic_cost: vec![None; table.subscribers.len()],
            queue: VecDeque::from([source]),
            is_queued: vec![false; members],
        }
    }

    /// Visits all that can be reached; breaks off with a member on a cycle that brings partitions home.
    fn run(&mut self) -> Option<usize> {
        while let Some(member) = self.queue.pop_front() {
            self.is_queued[member] = false;
            let (cost, links) = match self.reached[member] {
                Some(reached) if member != self.source => (reached.cost, reached.links),
                _ => (0, 0),
            };
            for (&topic, held) in &self.table.held[member] {
                for &partition in &held.guests {
                    if let Some(home) = self.table.homes[partition] {
                        self.reach(home, Reached { cost: cost - 1, links: links + 1, from: member, partition });
                    }
                }
                let Some(&partition) = held.guests.last().or(held.at_home.last()) else { continue };
                let cost = cost + i64::from(held.guests.is_empty());
                self.offer(topic, Reached { cost, links: links + 1, from: member, partition });
            }
            let is_back = self.reached[self.source].is_some_and(|back| back.cost < 0);
            if is_back || links > self.reached.len() {
                return Some(if is_back { self.source } else { member });
            }
        }
        None
    }

    /// A partition of the topic is at hand for all its subscribers.
    fn offer(&mut self, topic: usize, by: Reached) {
        if self.topic_cost[topic].is_some_and(|cost| cost <= by.cost) {
            return;
        }
        self.topic_cost[topic] = Some(by.cost);
        let table = self.table;
        for &member in &table.subscribers[topic] {
            if member != by.from {
                self.reach(member, by);
            }
        }
    }

    fn reach(&mut self, member: usize, by: Reached) {
        let is_worse = match self.reached[member] {
            None if member == self.source => by.cost >= 0,
            None => false,
            Some(reached) => reached.cost <= by.cost,
        };
        if is_worse {
            return;
        }
        self.reached[member] = Some(by);
        if !self.is_queued[member] && member != self.source {
            self.is_queued[member] = true;
            self.queue.push_back(member);
        }
    }

    /// Whom a chain from the source serves most: the cheapest, then the least loaded.
    fn best_target(&self) -> Option<usize> {
        let load = self.table.loads[self.source];
        let worth = |&member: &usize| {
            let cost = self.reached[member].filter(|_| member != self.source)?.cost;
            let other = self.table.loads[member];
            let is_worth_it = load >= other + 2 || (load == other + 1 && cost < 0);
            is_worth_it.then_some((cost, other, member))
        };
        (0..self.reached.len()).filter_map(|member| worth(&member)).min().map(|(_, _, member)| member)
    }

    fn path_to(&self, target: usize) -> Option<Vec<Link>> {
        let mut chain = Vec::new();
        let mut to = target;
        while to != self.source {
            let Reached { from, partition, .. } = self.reached[to]?;
            chain.push(Link { partition, to });
            // Longer than there are members: it bites its own tail, and can't be carried out.
            if chain.len() > self.reached.len() {
                return None;
            }
            to = from;
        }
        Some(chain)
    }

    /// Walks back until it must be on the cycle, then once around.
    fn cycle_through(&self, member: usize) -> Option<Vec<Link>> {
        let mut on_cycle = member;
        if member != self.source {
            for _ in 0..self.reached.len() {
                on_cycle = self.reached[on_cycle]?.from;
            }
        }
        let mut chain = Vec::new();
        let mut to = on_cycle;
        loop {
            let Reached { from, partition, .. } = self.reached[to]?;
            chain.push(Link { partition, to });
            if from == on_cycle {
                return Some(chain);
            }
            if chain.len() > self.reached.len() {
                return None;
            }
            to = from;
        }
    }
}
