//! Every topic with its partitions, found by name once per request and by place from then on.

use std::collections::BTreeMap;

use crate::model::request::TopicMetadata;
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;

use super::partition::Partition;

#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: TopicName,
    pub(super) id: u128,
    pub(super) config: TopicConfig,
    pub(super) partitions: Vec<Partition>,
}

/// Where a partition is. Slots are never given to another topic, so that a place kept over a topic's
/// end leads nowhere rather than somewhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) slot: usize,
    pub(super) partition: usize,
}

#[derive(Debug, Default)]
pub(super) struct Topics {
    by_name: BTreeMap<TopicName, usize>,
    slots: Vec<Option<Topic>>,
}

impl Topics {
    /// Adds a topic whose name is not taken.
    pub(super) fn add(&mut self, topic: Topic) {
        self.by_name.insert(topic.name.clone(), self.slots.len());
        self.slots.push(Some(topic));
    }

    pub(super) fn remove(&mut self, name: &TopicName) -> Option<Topic> {
        let slot = self.by_name.remove(name)?;
        self.slots[slot].take()
    }

    pub(super) fn get(&self, name: &TopicName) -> Option<&Topic> {
        self.slots[*self.by_name.get(name)?].as_ref()
    }

    pub(super) fn get_mut(&mut self, name: &TopicName) -> Option<&mut Topic> {
        self.slots[*self.by_name.get(name)?].as_mut()
    }

    /// Every topic with its slot, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Topic)> {
        self.by_name.values().filter_map(|&slot| Some((slot, self.slots[slot].as_ref()?)))
    }

    /// By age.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Topic> {
        self.slots.iter_mut().flatten()
    }

    pub(super) fn place(&self, wanted: &TopicPartition) -> Option<Place> {
        let slot = *self.by_name.get(&wanted.topic)?;
        let partition = usize::try_from(wanted.partition).ok()?;
        (partition < self.slots[slot].as_ref()?.partitions.len()).then_some(Place { slot, partition })
    }

    /// The places of many partitions; the name is looked up once per run of the same topic.
    pub(super) fn places<'a>(&self, wanted: impl Iterator<Item = &'a TopicPartition>) -> Vec<Option<Place>> {
        let mut last: Option<(&TopicName, Option<(usize, usize)>)> = None;
        let find = |wanted: &'a TopicPartition| {
            let found = match last {
                Some((name, found)) if *name == wanted.topic => found,
                Some(_) | None => self.slot_and_len(&wanted.topic),
            };
            last = Some((&wanted.topic, found));
            let (slot, len) = found?;
            let partition = usize::try_from(wanted.partition).ok()?;
            (partition < len).then_some(Place { slot, partition })
        };
        wanted.map(find).collect()
    }

    pub(super) fn topic(&self, place: Place) -> Option<&Topic> {
        self.slots[place.slot].as_ref()
    }

    pub(super) fn topic_mut(&mut self, place: Place) -> Option<&mut Topic> {
        self.slots[place.slot].as_mut()
    }

    pub(super) fn partition(&self, place: Place) -> Option<&Partition> {
        self.topic(place)?.partitions.get(place.partition)
    }

    pub(super) fn partition_mut(&mut self, place: Place) -> Option<&mut Partition> {
        self.topic_mut(place)?.partitions.get_mut(place.partition)
    }

    fn slot_and_len(&self, name: &TopicName) -> Option<(usize, usize)> {
        let slot = *self.by_name.get(name)?;
        Some((slot, self.slots[slot].as_ref()?.partitions.len()))
    }
}

impl Topic {
    pub(super) fn metadata(&self) -> TopicMetadata {
        let partitions = u32::try_from(self.partitions.len()).expect("a topic has at most MAX_PARTITIONS");
        TopicMetadata { name: self.name.clone(), id: self.id, partitions }
    }
}
