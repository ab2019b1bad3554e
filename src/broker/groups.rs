//! Every consumer group: its state machine, what it has committed, the calls that wait for it, and when
//! each wants to be woken. What its steps lead to is carried out by the coordinator.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use hashbrown::HashMap;

use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::call::{JoinError, JoinResponse};
use crate::model::group::{CallId, Group};
use crate::model::topic::TopicPartition;

use super::answer::give;
use super::event::{Answer, CommittedOffset};
use super::offsets::StagedOffset;
use super::rebalances::Rebalances;

#[derive(Debug)]
pub(super) struct GroupSlot {
    pub(super) group: Group,
    pub(super) offsets: BTreeMap<TopicPartition, CommittedOffset>,
    pub(super) rebalances: Rebalances,
    armed: Option<Time>,
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    slots: BTreeMap<String, GroupSlot>,
    deadlines: BTreeSet<(Time, String)>,
    // Only ever looked up by call, so its order can't matter.
    waiting: HashMap<CallId, Caller>,
    last_call: u64,
}

/// Whose answer is awaited.
#[derive(Debug)]
pub(super) enum Caller {
    Join(Answer<JoinResponse, JoinError>),
    Bytes(Answer<Bytes>),
    Done(Answer<()>),
}

/// An answer that is ready to be given.
#[derive(Debug)]
pub(super) enum Reply {
    Join(Answer<JoinResponse, JoinError>, Result<JoinResponse, JoinError>),
    Bytes(Answer<Bytes>, Result<Bytes, ErrorCode>),
    Done(Answer<()>, Result<(), ErrorCode>),
}

impl Reply {
    pub(super) fn give(self) {
        match self {
            Self::Join(answer, outcome) => give(answer, outcome),
            Self::Bytes(answer, outcome) => give(answer, outcome),
            Self::Done(answer, outcome) => give(answer, outcome),
        }
    }
}

impl Groups {
    pub(super) fn get(&self, name: &str) -> Option<&GroupSlot> {
        self.slots.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut GroupSlot> {
        self.slots.get_mut(name)
    }

    /// By name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &GroupSlot)> {
        self.slots.iter()
    }

    /// By name.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut GroupSlot)> {
        self.slots.iter_mut()
    }

    /// Adds a group, or replaces the one of that name.
    pub(super) fn add(&mut self, group: Group) {
        let name = group.name().to_owned();
        self.remove(&name);
        let slot = GroupSlot { group, offsets: BTreeMap::new(), rebalances: Rebalances::default(), armed: None };
        self.slots.insert(name.clone(), slot);
        self.rearm(&name);
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<GroupSlot> {
        let slot = self.slots.remove(name)?;
        if let Some(at) = slot.armed {
            self.deadlines.remove(&(at, name.to_owned()));
        }
        Some(slot)
    }

    /// Gives a waiting caller a name that the state machine can answer to.
    pub(super) fn wait(&mut self, caller: Caller) -> CallId {
        self.last_call += 1;
        let call = CallId(self.last_call);
        self.waiting.insert(call, caller);
        call
    }

    pub(super) fn caller(&mut self, call: CallId) -> Caller {
        self.waiting.remove(&call).expect("a group answers each call once")
    }

    pub(super) fn next_deadline(&self) -> Option<Time> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// The group that has waited longest over its time.
    pub(super) fn due(&self, now: Time) -> Option<String> {
        self.deadlines.first().filter(|(at, _)| *at <= now).map(|(_, name)| name.clone())
    }

    /// Notes when the group wants to be woken after a step.
    pub(super) fn rearm(&mut self, name: &str) {
        let Some(slot) = self.slots.get_mut(name) else { return };
        let wanted = slot.group.next_deadline();
        if wanted == slot.armed {
            return;
        }
        if let Some(at) = slot.armed.take() {
            self.deadlines.remove(&(at, name.to_owned()));
        }
        if let Some(at) = wanted {
            self.deadlines.insert((at, name.to_owned()));
        }
        slot.armed = wanted;
    }

    /// Takes in an offset that is stored now.
    pub(super) fn take_in(&mut self, staged: StagedOffset) {
        if let Some(slot) = self.slots.get_mut(&staged.group) {
            slot.offsets.insert(staged.partition, staged.committed);
        }
    }
}
