//! Handing out the leader's assignment: members wait for it, and the leader's call brings it.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::call::SyncRequest;
use super::machine::{CallId, Effect, Group};
use super::member::{Parked, SyncDebt};
use super::note::{AssignedMember, Note};
use super::state::GroupState;
use crate::model::error::ErrorCode;

impl Group {
    pub(super) fn sync(&mut self, call: CallId, request: SyncRequest) {
        if let Err(error) = self.check_generation(&request.identity) {
            self.effects.push(Effect::ReplySync(call, Err(error)));
            return;
        }
        let id = request.identity.member_id;
        match self.state {
            GroupState::CompletingRebalance => {
                self.park(&id, Parked::Sync(call));
                self.pay_sync(&id);
                if self.leader.as_deref() == Some(id.as_str()) {
                    self.take_assignments(request.assignments);
                }
            }
            GroupState::Stable => {
                self.touch(&id);
                self.pay_sync(&id);
                let assignment = self.members.get(&id).map(|member| member.assignment.clone());
                self.effects.push(Effect::ReplySync(call, assignment.ok_or(ErrorCode::UnknownMemberId)));
                self.settle();
            }
            GroupState::PreparingRebalance => {
                self.touch(&id);
                self.effects.push(Effect::ReplySync(call, Err(ErrorCode::RebalanceInProgress)));
            }
            GroupState::Empty | GroupState::Dead => {
                self.effects.push(Effect::ReplySync(call, Err(ErrorCode::UnknownMemberId)));
            }
        }
    }

    /// The leader has spoken: the group is stable, and whoever waits is answered. A member that the
    /// leader forgot gets an empty assignment.
    fn take_assignments(&mut self, assignments: Vec<(String, Bytes)>) {
        let mut assignments: BTreeMap<String, Bytes> = assignments.into_iter().collect();
        let ids = self.members.ids();
        for id in &ids {
            let assignment = assignments.remove(id).unwrap_or_default();
            self.members.change(id, |member| member.assignment = assignment);
        }
        self.state = GroupState::Stable;
        self.persist();
        self.note_generation();
        for id in &ids {
            self.answer_sync(id);
        }
        self.settle();
    }

    fn answer_sync(&mut self, id: &str) {
        let now = self.now;
        let answered = self.members.change(id, |member| {
            let parked = member.parked.take()?;
            member.deadline = Some(now + member.session_timeout);
            Some((parked, member.assignment.clone()))
        });
        if let Some(Some((Parked::Sync(call), assignment))) = answered {
            self.effects.push(Effect::ReplySync(call, Ok(assignment)));
        }
    }

    fn pay_sync(&mut self, id: &str) {
        self.members.change(id, |member| member.sync = SyncDebt::Paid);
    }

    /// Sees whether the generation's last member has its assignment now.
    fn settle(&mut self) {
        if self.members.have_all_synced() {
            self.sync_deadline = None;
        }
        if self.members.are_all_running()
            && let Some(began) = self.halted.take()
        {
            self.note(Note::RebalanceEnded { at: self.now, began, generation: self.generation });
        }
    }

    fn note_generation(&mut self) {
        let assigned =
            |member: &super::Member| AssignedMember { member: member.name(), assignment: member.assignment.clone() };
        self.note(Note::GenerationCompleted {
            at: self.now,
            generation: self.generation,
            protocol: self.protocol.clone().unwrap_or_default(),
            assignments: self.members.iter().map(assigned).collect(),
        });
    }
}
