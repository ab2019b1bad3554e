//! How a load falls on the partitions and consumers of one choice: partitions by the keys, consumers by the
//! partitions that they are given.

use super::choice::Choice;
use super::facts::Facts;
use super::fluid::Fluid;

/// Shares of the load.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Of each partition.
    pub partitions: Vec<f64>,
    /// Of each consumer that has a partition.
    pub consumers: Vec<f64>,
}

impl Shares {
    /// Partitions are dealt as the assignor `range` deals those of one topic: neighbours to one consumer, and
    /// to none more than one more than to another, which holds for every assignor.
    pub fn of(facts: &Facts, choice: Choice) -> Self {
        let partitions = facts.skew.shares(choice.partitions);
        let consumers = dealt(&partitions, choice.consumers);
        Self { partitions, consumers }
    }

    /// The same load and partitions with other consumers.
    pub fn with_consumers(&self, consumers: u32) -> Self {
        Self { partitions: self.partitions.clone(), consumers: dealt(&self.partitions, consumers) }
    }

    pub fn busiest_partition(&self) -> f64 {
        self.partitions.iter().copied().fold(0.0, f64::max)
    }

    pub fn busiest_consumer(&self) -> f64 {
        self.consumers.iter().copied().fold(0.0, f64::max)
    }

    /// The busiest consumer's part of the load as a fluid: it is the last to be done.
    pub fn fluid<'f>(&self, facts: &'f Facts) -> Fluid<'f> {
        Fluid::new(&facts.load, self.busiest_consumer(), facts.consumer)
    }
}

/// The sums of what each consumer is given.
fn dealt(partitions: &[f64], consumers: u32) -> Vec<f64> {
    let consumers = usize::try_from(consumers).unwrap_or(usize::MAX).clamp(1, partitions.len().max(1));
    let (each, more) = (partitions.len() / consumers, partitions.len() % consumers);
    let mut rest = partitions;
    let sums = (0..consumers).map(|consumer| {
        let (own, others) = rest.split_at(each + usize::from(consumer < more));
        rest = others;
        own.iter().sum()
    });
    sums.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::group::assign::{Assignor, Subscription};
    use crate::model::topic::TopicName;

    #[test]
    fn consumers_get_what_the_assignor_gives_them() {
        let topic = TopicName::new("load").unwrap();
        for (partitions, consumers) in [(10_u32, 3_u32), (7, 7), (5, 9), (64, 12)] {
            let shares: Vec<f64> = (0..partitions).map(|partition| f64::from(1 << (partition % 20))).collect();
            let members = (0..consumers).map(|number| Subscription {
                member_id: format!("{number:03}"),
                instance_id: None,
                topics: vec![topic.clone()],
                owned: Vec::new(),
                generation: -1,
            });
            let members: Vec<_> = members.collect();
            let assignment = Assignor::Range.assign(&members, &BTreeMap::from([(topic.clone(), partitions)]));
            let sums = assignment.values().filter(|assigned| !assigned.is_empty()).map(|assigned| {
                assigned.iter().map(|partition| shares[usize::try_from(partition.partition).unwrap()]).sum()
            });
            assert_eq!(dealt(&shares, consumers), sums.collect::<Vec<f64>>(), "{partitions} {consumers}");
        }
    }
}
