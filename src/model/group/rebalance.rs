//! From one generation to the next: calling the members together, and going on when they are there.

use super::call::{JoinError, JoinResponse, JoinedMember};
use super::expiry::JoinTimer;
use super::machine::{CallId, Effect, Group};
use super::member::{Parked, SyncDebt};
use super::note::{MemberName, Note, RebalanceReason, Removal};
use super::state::GroupState;
use crate::clock::Time;
use crate::model::error::ErrorCode;

impl Group {
    /// Begins a rebalance, or goes on with the one that is being prepared if nobody is missing any more.
    pub(super) fn rebalance(&mut self, reason: RebalanceReason) {
        match self.state {
            GroupState::Empty | GroupState::CompletingRebalance | GroupState::Stable => self.prepare_rebalance(reason),
            GroupState::PreparingRebalance => self.complete_join_if_all_joined(),
            GroupState::Dead => {}
        }
    }

    /// Goes on at once when all members have joined; the first rebalance of an empty group never does.
    pub(super) fn complete_join_if_all_joined(&mut self) {
        let is_rejoin = matches!(self.join_timer, Some(JoinTimer::Rejoin { .. }));
        if is_rejoin && self.members.have_all_joined() {
            self.complete_join();
        }
    }

    /// The members that have joined become the next generation.
    pub(super) fn complete_join(&mut self) {
        self.join_timer = None;
        self.remove_dynamic_absentees();
        if self.members.is_empty() {
            self.become_empty();
        } else if self.elect_leader() {
            self.begin_generation();
        } else {
            // Only static members are left and none has come. Their sessions decide.
            self.join_timer = Some(JoinTimer::Rejoin { at: self.rebalance_deadline() });
        }
    }

    /// Takes a member out and answers the call it waits in. What that means for the group is the caller's to say.
    pub(super) fn remove_member(&mut self, id: &str, removal: Removal) -> Option<MemberName> {
        let member = self.members.remove(id)?;
        if let Some(parked) = member.parked {
            self.refuse(parked, ErrorCode::UnknownMemberId, &member.id);
        }
        if self.leader.as_deref() == Some(id) {
            self.leader = self.members.first_id();
        }
        let name = member.name();
        self.note(Note::MemberRemoved { at: self.now, member: name.clone(), removal });
        Some(name)
    }

    pub(super) fn refuse(&mut self, parked: Parked, error: ErrorCode, member_id: &str) {
        self.effects.push(match parked {
            Parked::Join(call) => refuse_join(call, error, member_id),
            Parked::Sync(call) => Effect::ReplySync(call, Err(error)),
        });
    }

    /// The members with their metadata, as the leader is told.
    pub(super) fn joined_members(&self) -> Vec<JoinedMember> {
        let protocol = self.protocol.as_deref().unwrap_or_default();
        self.members.iter().map(|member| member.as_joined(protocol)).collect()
    }

    fn prepare_rebalance(&mut self, reason: RebalanceReason) {
        if self.state == GroupState::CompletingRebalance {
            self.call_off_syncs();
        }
        self.note(Note::RebalanceBegan { at: self.now, generation: self.generation, reason });
        self.halted.get_or_insert(self.now);
        self.sync_deadline = None;
        let is_initial = self.state == GroupState::Empty;
        self.state = GroupState::PreparingRebalance;
        if is_initial {
            let delay = self.config.initial_rebalance_delay;
            let remaining = self.members.longest_rebalance_timeout().saturating_sub(delay);
            self.join_timer = Some(JoinTimer::Initial { at: self.now + delay, remaining, has_newcomer: false });
        } else {
            self.join_timer = Some(JoinTimer::Rejoin { at: self.rebalance_deadline() });
            self.complete_join_if_all_joined();
        }
    }

    fn rebalance_deadline(&self) -> Time {
        self.now + self.members.longest_rebalance_timeout()
    }

    /// Sends those who wait for the leader's assignment back to join again. What was assigned in the
    /// generation that never came to be is void. Who has joined already goes on waiting.
    fn call_off_syncs(&mut self) {
        let now = self.now;
        for id in self.members.ids() {
            let parked = self.members.change(&id, |member| {
                member.assignment.clear();
                let parked = member.parked.take_if(|parked| matches!(parked, Parked::Sync(_)))?;
                member.deadline = Some(now + member.session_timeout);
                Some(parked)
            });
            if let Some(parked) = parked.flatten() {
                self.refuse(parked, ErrorCode::RebalanceInProgress, &id);
            }
        }
    }

    fn remove_dynamic_absentees(&mut self) {
        let is_absentee = |member: &&super::Member| !member.has_joined() && member.instance_id.is_none();
        let absentees: Vec<String> = self.members.iter().filter(is_absentee).map(|member| member.id.clone()).collect();
        for id in absentees {
            self.remove_member(&id, Removal::NeverRejoined);
        }
    }

    /// Keeps the leader if it has joined, else takes the first that has. False if nobody has.
    fn elect_leader(&mut self) -> bool {
        let leader = self.leader.as_deref().and_then(|id| self.members.get(id));
        if leader.is_some_and(super::Member::has_joined) {
            return true;
        }
        let elected = self.members.iter().find(|member| member.has_joined()).map(|member| member.id.clone());
        let is_elected = elected.is_some();
        self.leader = elected.or_else(|| self.leader.take());
        is_elected
    }

    fn become_empty(&mut self) {
        self.generation += 1;
        self.state = GroupState::Empty;
        self.protocol = None;
        self.leader = None;
        self.halted = None;
        self.persist();
        self.note(Note::Emptied { at: self.now, generation: self.generation });
    }

    fn begin_generation(&mut self) {
        self.generation += 1;
        self.protocol = self.members.select_protocol();
        self.state = GroupState::CompletingRebalance;
        self.sync_deadline = Some(self.rebalance_deadline());
        self.note(Note::JoinCompleted {
            at: self.now,
            generation: self.generation,
            protocol: self.protocol.clone().unwrap_or_default(),
            leader: self.leader.clone().unwrap_or_default(),
            members: self.members.len(),
        });
        for id in self.members.ids() {
            self.answer_join(&id);
        }
    }

    /// The session of a member that joined begins anew. That of a static member that did not goes on running.
    fn answer_join(&mut self, id: &str) {
        let now = self.now;
        let parked = self.members.change(id, |member| {
            let Some(parked) = member.parked.take() else {
                member.sync = SyncDebt::OwedByAbsentee;
                return None;
            };
            member.is_new = false;
            member.deadline = Some(now + member.session_timeout);
            member.sync = SyncDebt::Owed;
            Some(parked)
        });
        if let Some(Some(Parked::Join(call))) = parked {
            let response = self.join_response(id);
            self.effects.push(Effect::ReplyJoin(call, Ok(response)));
        }
    }

    /// What a member of this generation is told. Only the leader learns who the others are.
    pub(super) fn join_response(&self, id: &str) -> JoinResponse {
        let is_leader = self.leader.as_deref() == Some(id);
        JoinResponse {
            generation: self.generation,
            protocol: self.protocol.clone().unwrap_or_default(),
            leader: self.leader.clone().unwrap_or_default(),
            member_id: id.to_owned(),
            members: if is_leader { self.joined_members() } else { Vec::new() },
            skip_assignment: false,
        }
    }
}

/// A join that is not to be.
pub(super) fn refuse_join(call: CallId, error: ErrorCode, member_id: &str) -> Effect {
    Effect::ReplyJoin(call, Err(JoinError { error, member_id: member_id.to_owned() }))
}
