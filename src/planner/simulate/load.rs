//! Where records come from over time: each stream cut into epochs in which neither its rate's rule nor its
//! partitions change, with the share that each partition gets. Draws nothing.

use std::sync::Arc;

use super::setup::{Action, PartitionStart, Setup, Start, Stream};
use super::spread::Spread;
use super::{Nanos, nanos, next_refresh};
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::plan::MAX_PRODUCERS;
use crate::workload::pace::Demand;

/// Producers of one stream whose evenly spaced records are simulated one by one. Those of more than these mix so
/// well that their sum is as good as independent.
const MAX_COPIES: u32 = 16;

/// Producers of one stream whose runs are simulated one by one. How many of them send to one partition swings by a
/// share of the inverse root of their number, and for long: it takes this many before it makes little difference.
const MAX_COPIES_WITH_RUNS: u32 = MAX_PRODUCERS;

/// How the records of an epoch follow each other on one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Each goes its own way.
    Independent,
    /// So many in a row go the same way.
    Runs(u32),
    /// In turn, so that each partition's are evenly spaced where the stream's are.
    Turns,
}

/// A stream while neither its demand nor its shares change.
#[derive(Clone, Debug)]
pub(super) struct Epoch {
    pub from: Nanos,
    pub to: Nanos,
    pub demand: Demand,
    pub order: Order,
    pub copies: u32,
    /// By partition.
    pub shares: Vec<f64>,
}

/// A partition of a topic, by its place among all partitions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartitionOf {
    pub topic: usize,
    pub number: u32,
    /// Time that the log takes for one record; 0 without a limit.
    pub write_nanos: Nanos,
    /// When it was added.
    pub since: Nanos,
}

/// All that comes.
#[derive(Debug)]
pub(super) struct Load {
    pub epochs: Vec<Epoch>,
    /// Those at the start topic by topic, then those that are added, in the order of time.
    pub partitions: Vec<PartitionOf>,
    /// From when on, and how many per nanosecond: what waited at the start, by partition.
    pub backlogs: Vec<(Nanos, f64)>,
}

impl Load {
    pub fn new(setup: &Setup) -> Arc<Self> {
        let partitions = partitions(setup);
        let epochs = (0..setup.streams.len()).flat_map(|stream| epochs(setup, stream, &partitions)).collect();
        let mut backlogs = vec![(0.0, 0.0); partitions.len()];
        if let Start::Running(running) = &setup.start {
            for start in running {
                if let Some(place) = place_of(&partitions, start.topic, start.partition) {
                    backlogs[place] = backlog(start);
                }
            }
        }
        Arc::new(Self { epochs, partitions, backlogs })
    }

    /// How many partitions each topic has at a time.
    pub fn counts(&self, setup: &Setup, at: Nanos) -> std::collections::BTreeMap<TopicName, u32> {
        let count = |topic| {
            let of_topic = self.partitions.iter().filter(|partition| partition.topic == topic && partition.since <= at);
            u32::try_from(of_topic.count()).unwrap_or(u32::MAX)
        };
        let topics = setup.topics.iter().enumerate();
        topics.map(|(index, topic)| (topic.name.clone(), count(index))).collect()
    }

    /// The place of a partition among all.
    pub fn place_of(&self, topic: usize, number: u32) -> Option<usize> {
        place_of(&self.partitions, topic, number)
    }

    /// The place of a partition by its topic's name.
    pub fn place_named(&self, setup: &Setup, partition: &TopicPartition) -> Option<usize> {
        let topic = setup.topics.iter().position(|topic| topic.name == partition.topic)?;
        self.place_of(topic, partition.partition)
    }

    /// A partition by its topic's name.
    pub fn name_of(&self, setup: &Setup, place: usize) -> TopicPartition {
        let PartitionOf { topic, number, .. } = self.partitions[place];
        TopicPartition::new(setup.topics[topic].name.clone(), number)
    }

    /// The expected number of records for a partition between two moments.
    pub fn expected(&self, partition: usize, from: Nanos, to: Nanos) -> f64 {
        let (begin, rate) = self.backlogs[partition];
        let old = (to.min(0.0) - from.max(begin)).max(0.0) * rate;
        let of = |epoch: &Epoch| {
            let share = epoch.shares[partition] * f64::from(epoch.copies);
            let (mut at, to) = (from.max(epoch.from), to.min(epoch.to));
            let mut sum = 0.0;
            while share > 0.0 && at < to {
                let (rate, until) = epoch.demand.piece(at);
                sum += rate * (until.min(to) - at);
                at = until.min(to);
            }
            sum * share
        };
        old + self.epochs.iter().map(of).sum::<f64>()
    }
}

impl Epoch {
    /// Whether its records are independent of each other, so that parts of several epochs add up to one process.
    pub fn is_memoryless(&self) -> bool {
        let mixes = self.copies > MAX_COPIES;
        match self.order {
            Order::Independent | Order::Turns => !self.demand.is_even() || mixes,
            Order::Runs(run) if run <= 1 => !self.demand.is_even() || mixes,
            Order::Runs(_) => self.copies > MAX_COPIES_WITH_RUNS,
        }
    }
}

fn partitions(setup: &Setup) -> Vec<PartitionOf> {
    let mut counts: Vec<u32> = vec![0; setup.topics.len()];
    let mut partitions = Vec::new();
    let mut add = |topic: usize, count: u32, since: Nanos| {
        let Some(known) = setup.topics.get(topic) else { return };
        let write_nanos = known.write_limit.map_or(0.0, |limit| 1e9 / limit.per_second());
        for _ in 0..count {
            partitions.push(PartitionOf { topic, number: counts[topic], write_nanos, since });
            counts[topic] += 1;
        }
    };
    (0..).zip(&setup.topics).for_each(|(index, topic)| add(index, topic.partitions, 0.0));
    for change in in_order(setup) {
        if let Action::AddPartitions { topic, count } = change.action {
            add(topic, count, nanos(change.at));
        }
    }
    partitions
}

fn epochs(setup: &Setup, stream: usize, partitions: &[PartitionOf]) -> Vec<Epoch> {
    let spec = &setup.streams[stream];
    let mut demand = Demand::new(&spec.pattern, spec.rate.per_second(), -nanos(spec.begun));
    let epoch = |from, demand: Demand| Epoch {
        from,
        to: f64::INFINITY,
        demand,
        order: order(spec),
        copies: spec.count.max(1),
        shares: shares(spec, partitions, from),
    };
    let mut epochs = vec![epoch(0.0, demand.clone())];
    for change in in_order(setup) {
        let from = match &change.action {
            Action::SetRate { stream: changed, rate } if *changed == stream => {
                demand = demand.with_rate(rate.per_second());
                nanos(change.at)
            }
            Action::AddPartitions { topic, .. } if *topic == spec.topic => next_refresh(nanos(change.at)),
            Action::Crash { .. }
            | Action::Stop { .. }
            | Action::Start { .. }
            | Action::Stall { .. }
            | Action::Outage { .. }
            | Action::Slow { .. }
            | Action::SetProcessing { .. }
            | Action::AddConsumers { .. }
            | Action::RemoveConsumers { .. }
            | Action::AddPartitions { .. }
            | Action::SetRate { .. }
            | Action::SetAssignor(_) => continue,
        };
        if let Some(last) = epochs.last_mut() {
            last.to = from;
        }
        epochs.push(epoch(from, demand.clone()));
    }
    epochs
}

fn in_order(setup: &Setup) -> Vec<&super::setup::Change> {
    let mut changes: Vec<_> = setup.changes.iter().collect();
    changes.sort_by_key(|change| change.at);
    changes
}

fn order(stream: &Stream) -> Order {
    match stream.spread {
        Spread::Sticky { run } => Order::Runs(run.max(1)),
        Spread::RoundRobin => Order::Turns,
        Spread::Keys(_) | Spread::Explicit(_) | Spread::Weights(_) => Order::Independent,
    }
}

fn shares(stream: &Stream, partitions: &[PartitionOf], at: Nanos) -> Vec<f64> {
    let is_there = |partition: &&PartitionOf| partition.topic == stream.topic && partition.since <= at;
    let count = partitions.iter().filter(is_there).count();
    let of_topic = stream.spread.shares(u32::try_from(count).unwrap_or(u32::MAX));
    let share = |partition: &PartitionOf| {
        if is_there(&partition) { of_topic.get(partition.number as usize).copied().unwrap_or(0.0) } else { 0.0 }
    };
    partitions.iter().map(share).collect()
}

fn place_of(partitions: &[PartitionOf], topic: usize, number: u32) -> Option<usize> {
    partitions.iter().position(|partition| partition.topic == topic && partition.number == number)
}

/// Evenly from when the oldest came until the start.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn backlog(start: &PartitionStart) -> (Nanos, f64) {
    let age = nanos(start.oldest).max(1.0);
    (-age, start.backlog as f64 / age)
}
