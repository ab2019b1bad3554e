//! Who is there: signs of life, leaving, and who may commit offsets.

use super::call::{Identity, LeaveRequest};
use super::machine::{CallId, Effect, Group};
use super::member::Parked;
use super::note::{RebalanceReason, Removal};
use super::state::GroupState;
use crate::clock::Time;
use crate::model::error::ErrorCode;

impl Group {
    /// Whether these offsets may be committed; counts as a heartbeat. Whoever asks has let the group take
    /// a step at `now` before. An unknown group should be asked as a new one, so that generation -1 may commit.
    pub fn check_commit(&mut self, identity: &Identity, now: Time) -> Result<(), ErrorCode> {
        self.now = self.now.max(now);
        if self.state == GroupState::Empty && identity.generation < 0 {
            return Ok(());
        }
        let is_anonymous = identity.generation < 0 && identity.member_id.is_empty() && identity.instance_id.is_none();
        if is_anonymous && self.state != GroupState::Dead {
            return Err(ErrorCode::UnknownMemberId);
        }
        self.check_generation(identity)?;
        // The member knows the new generation, but not yet whether the partition is still its own.
        if self.state == GroupState::CompletingRebalance {
            return Err(ErrorCode::RebalanceInProgress);
        }
        self.touch(&identity.member_id);
        Ok(())
    }

    pub(super) fn heartbeat(&mut self, call: CallId, identity: &Identity) {
        let answer = self.check_generation(identity).and_then(|()| {
            self.touch(&identity.member_id);
            match self.state {
                GroupState::CompletingRebalance | GroupState::Stable => Ok(()),
                GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
                GroupState::Empty | GroupState::Dead => Err(ErrorCode::UnknownMemberId),
            }
        });
        self.effects.push(Effect::ReplyHeartbeat(call, answer));
    }

    pub(super) fn leave(&mut self, call: CallId, request: LeaveRequest) {
        let leaving = self.who_leaves(&request);
        self.effects.push(Effect::ReplyLeave(call, leaving.as_ref().map(|_| ()).map_err(|error| *error)));
        let Ok(id) = leaving else { return };
        if self.members.is_pending(&id) {
            self.members.remove(&id);
            self.complete_join_if_all_joined();
        } else if let Some(member) = self.remove_member(&id, Removal::Left) {
            self.rebalance(RebalanceReason::Left(member, request.reason));
        }
    }

    /// The member's ids belong together and to this group (KIP-345).
    pub(super) fn check_member(&self, member_id: &str, instance_id: Option<&str>) -> Result<(), ErrorCode> {
        if self.state == GroupState::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        if let Some(instance_id) = instance_id {
            let holder = self.members.static_id(instance_id).ok_or(ErrorCode::UnknownMemberId)?;
            if holder != member_id {
                return Err(ErrorCode::FencedInstanceId);
            }
        }
        self.members.get(member_id).map(|_| ()).ok_or(ErrorCode::UnknownMemberId)
    }

    pub(super) fn check_generation(&self, identity: &Identity) -> Result<(), ErrorCode> {
        self.check_member(&identity.member_id, identity.instance_id.as_deref())?;
        if identity.generation == self.generation { Ok(()) } else { Err(ErrorCode::IllegalGeneration) }
    }

    /// A sign of life. Whoever waits in a call needs none, and gets no deadline by it.
    pub(super) fn touch(&mut self, id: &str) {
        let now = self.now;
        self.members.change(id, |member| {
            member.last_heartbeat = now;
            if member.parked.is_none() {
                member.deadline = Some(now + member.session_timeout);
            }
        });
    }

    /// Lets a member wait in a call. A call in which it already waits has been given up by its client.
    pub(super) fn park(&mut self, id: &str, parked: Parked) {
        let join_deadline = self.now + self.config.new_member_join_timeout;
        let now = self.now;
        let former = self.members.change(id, |member| {
            member.last_heartbeat = now;
            member.deadline = member.is_new.then_some(join_deadline);
            member.parked.replace(parked)
        });
        if let Some(former) = former.flatten() {
            self.refuse(former, ErrorCode::RebalanceInProgress, id);
        }
    }

    /// A static member may be sent away by its instance id alone.
    fn who_leaves(&self, request: &LeaveRequest) -> Result<String, ErrorCode> {
        if self.state != GroupState::Dead && self.members.is_pending(&request.member_id) {
            return Ok(request.member_id.clone());
        }
        if let (true, Some(instance_id)) = (request.member_id.is_empty(), &request.instance_id)
            && let Some(id) = self.members.static_id(instance_id)
        {
            return Ok(id.to_owned());
        }
        self.check_member(&request.member_id, request.instance_id.as_deref())?;
        Ok(request.member_id.clone())
    }
}
