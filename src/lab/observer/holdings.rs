//! Who held which partition when, by the consumers' own account, taken at each sample. A rebalance that
//! falls between two samples leaves only its result.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::broker::view::GroupView as CoordinatorView;
use crate::clock::Time;
use crate::lab::clients::Group;
use crate::lab::snapshot::Holding;
use crate::model::topic::TopicPartition;
use crate::workload::client::ClientStatus;

use super::group_view::assignment_of;

/// Holdings that are kept of one group: a thousand partitions that changed hands twenty times.
const KEPT: usize = 20_000;

/// The holdings of one group.
#[derive(Default)]
pub(super) struct Holdings {
    all: Arc<Vec<Holding>>,
    /// The last one of each partition, by its place, while it lasts.
    open: BTreeMap<TopicPartition, usize>,
    pub(super) dropped: u64,
}

impl Holdings {
    pub(super) fn all(&self) -> Arc<Vec<Holding>> {
        Arc::clone(&self.all)
    }

    /// Notes who holds what now.
    pub(super) fn read(&mut self, now: Time, group: &Group, coordinator: Option<&CoordinatorView>) {
        let mut held = BTreeMap::new();
        for consumer in &group.consumers {
            let is_read = matches!(consumer.handle.status(), ClientStatus::Running | ClientStatus::Joining);
            for partition in assignment_of(consumer, coordinator) {
                held.insert(partition, (consumer.name.as_str(), is_read));
            }
        }
        self.close(now, &held);
        for (partition, (owner, is_read)) in held {
            if !self.open.contains_key(&partition) {
                self.open.insert(partition.clone(), self.all.len());
                let holding = Holding { partition, owner: owner.into(), is_read, from: now, until: None };
                Arc::make_mut(&mut self.all).push(holding);
            }
        }
        if self.all.len() > KEPT {
            self.drop_oldest();
        }
    }

    /// Ends what is no longer so.
    fn close(&mut self, now: Time, held: &BTreeMap<TopicPartition, (&str, bool)>) {
        let all = &mut self.all;
        self.open.retain(|partition, at| {
            let holding = &all[*at];
            let is_same = held
                .get(partition)
                .is_some_and(|&(owner, is_read)| *holding.owner == *owner && holding.is_read == is_read);
            if !is_same {
                Arc::make_mut(all)[*at].until = Some(now);
            }
            is_same
        });
    }

    fn drop_oldest(&mut self) {
        let all = Arc::make_mut(&mut self.all);
        let (mut index, before) = (0, all.len());
        all.retain(|holding| {
            index += 1;
            index > before / 4 || holding.until.is_none()
        });
        self.dropped += u64::try_from(before - all.len()).unwrap_or(0);
        let open = all.iter().enumerate().filter(|(_, holding)| holding.until.is_none());
        self.open = open.map(|(at, holding)| (holding.partition.clone(), at)).collect();
    }
}
