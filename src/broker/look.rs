//! The broker as it may be seen: copies of what the engine knows, made when somebody asks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::model::group::Group;

use super::engine::Engine;
use super::groups::GroupSlot;
use super::view::{BrokerView, GroupView, MemberView, TopicView, Totals};

impl Engine {
    pub(super) fn view(&self) -> Arc<BrokerView> {
        let topics = self.topics.iter().map(|(_, topic)| TopicView {
            name: topic.name.clone(),
            id: topic.id,
            config: topic.config,
            partitions: topic.partitions.iter().map(super::partition::Partition::view).collect(),
        });
        Arc::new(BrokerView {
            at: self.now,
            durability: self.config.durability,
            topics: topics.collect(),
            groups: self.groups.iter().map(|(name, slot)| group_view(name, slot)).collect(),
            totals: self.totals_now(),
            failure: self.failure.as_ref().map(ToString::to_string),
        })
    }

    fn totals_now(&self) -> Totals {
        Totals {
            back_pressured: self.back_pressure.appends.load(Ordering::Relaxed),
            calls_back_pressured: self.back_pressure.calls.load(Ordering::Relaxed),
            parked_fetches: self.parked.len() as u64,
            tail_cache_bytes: self.tail_cache.bytes() as u64,
            store_bytes: self.topics.iter().flat_map(|(_, topic)| &topic.partitions).map(|log| log.bytes).sum(),
            ..self.totals.clone()
        }
    }
}

fn group_view(name: &str, slot: &GroupSlot) -> GroupView {
    let group = &slot.group;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    GroupView {
        name: name.to_owned(),
        state: group.state(),
        generation: group.generation(),
        protocol_type: text(group.protocol_type()),
        protocol: text(group.protocol()),
        leader: text(group.leader()),
        halted_since: group.halted_since(),
        members: members(group),
        offsets: slot.offsets.iter().map(|(partition, committed)| (partition.clone(), committed.offset)).collect(),
        rebalances: Arc::clone(&slot.rebalances.completed),
        notes: Arc::clone(&slot.rebalances.notes),
    }
}

fn members(group: &Group) -> Vec<MemberView> {
    let view = |member: &crate::model::group::Member| MemberView {
        member_id: member.id.clone(),
        client_id: member.client_id.clone(),
        instance_id: member.instance_id.clone(),
        metadata: member.subscription(group.protocol()),
        assignment: member.assignment.clone(),
        session_deadline: member.deadline(),
    };
    group.members().map(view).collect()
}
