//! Becoming a member, and joining again: the rules by which a join is refused, answered at once, or waits
//! for the rebalance that it sets off.

use super::call::JoinRequest;
use super::expiry::JoinTimer;
use super::machine::{CallId, Effect, Group};
use super::member::{Member, Parked};
use super::note::{Note, RebalanceReason, Removal};
use super::rebalance::refuse_join;
use super::state::GroupState;
use crate::model::error::ErrorCode;

impl Group {
    pub(super) fn join(&mut self, call: CallId, request: &JoinRequest) {
        if let Err(error) = self.check_join(request) {
            self.effects.push(refuse_join(call, error, &request.member_id));
            return;
        }
        if !self.has_room(request) {
            self.turn_away(call, &request.member_id);
        } else if request.member_id.is_empty() {
            self.join_first(call, request);
        } else {
            self.join_again(call, request);
        }
    }

    fn check_join(&self, request: &JoinRequest) -> Result<(), ErrorCode> {
        let allowed = self.config.min_session_timeout..=self.config.max_session_timeout;
        if !allowed.contains(&request.session_timeout) {
            return Err(ErrorCode::InvalidSessionTimeout);
        }
        if self.state == GroupState::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        let is_known_type =
            self.members.is_empty() || self.protocol_type.as_deref() == Some(request.protocol_type.as_str());
        let is_consistent = !request.protocol_type.is_empty() && is_known_type;
        if is_consistent && self.members.support_one_of(&request.protocols) {
            Ok(())
        } else {
            Err(ErrorCode::InconsistentGroupProtocol)
        }
    }

    /// While members gather, the first to come are the ones that fit (KIP-389). Ids given out but not used
    /// are bounded too, or a client that never comes back with its own could fill the memory.
    fn has_room(&self, request: &JoinRequest) -> bool {
        let max_size = self.config.max_size;
        let member = self.members.get(&request.member_id);
        let replaces = request.instance_id.as_deref().is_some_and(|id| self.members.static_id(id).is_some());
        if request.member_id.is_empty() && self.members.pending_len() >= max_size {
            return false;
        }
        match self.state {
            GroupState::Empty | GroupState::Dead => true,
            GroupState::PreparingRebalance => {
                replaces || member.is_some_and(Member::has_joined) || self.members.joined() < max_size
            }
            GroupState::CompletingRebalance | GroupState::Stable => {
                replaces || member.is_some() || self.members.len() < max_size
            }
        }
    }

    fn turn_away(&mut self, call: CallId, member_id: &str) {
        self.effects.push(refuse_join(call, ErrorCode::GroupMaxSizeReached, member_id));
        if let Some(member) = self.remove_member(member_id, Removal::TooManyMembers) {
            self.rebalance(RebalanceReason::TooManyMembers(member));
        }
    }

    fn join_first(&mut self, call: CallId, request: &JoinRequest) {
        let prefix = request.instance_id.as_ref().unwrap_or(&request.client_id);
        let id = self.ids.issue(prefix);
        let holder = request.instance_id.as_deref().and_then(|instance_id| self.members.static_id(instance_id));
        if let Some(old_id) = holder.map(str::to_owned) {
            self.replace_static(call, &old_id, &id, request);
        } else if request.instance_id.is_none() && request.require_known_member_id {
            self.members.add_pending(id.clone(), self.now + request.session_timeout);
            self.effects.push(refuse_join(call, ErrorCode::MemberIdRequired, &id));
        } else {
            self.add_member(call, &id, request);
        }
    }

    fn join_again(&mut self, call: CallId, request: &JoinRequest) {
        if self.members.is_pending(&request.member_id) && request.instance_id.is_none() {
            return self.add_member(call, &request.member_id, request);
        }
        if let Err(error) = self.check_member(&request.member_id, request.instance_id.as_deref()) {
            self.effects.push(refuse_join(call, error, &request.member_id));
            return;
        }
        if let Some(reason) = self.reason_to_rebalance(request) {
            self.update_member(call, &request.member_id, request);
            self.rebalance(reason);
        } else {
            // It may have missed the answer to its last join.
            self.touch(&request.member_id);
            let response = self.join_response(&request.member_id);
            self.effects.push(Effect::ReplyJoin(call, Ok(response)));
        }
    }

    /// Why a member's joining again needs a new generation; `None` if the present one will do.
    fn reason_to_rebalance(&self, request: &JoinRequest) -> Option<RebalanceReason> {
        let member = self.members.get(&request.member_id)?;
        let is_leader = self.leader.as_deref() == Some(request.member_id.as_str());
        if member.protocols != request.protocols || self.state == GroupState::PreparingRebalance {
            Some(RebalanceReason::SubscriptionChanged(member.name()))
        } else if is_leader && self.state == GroupState::Stable {
            Some(RebalanceReason::LeaderRejoined(member.name()))
        } else {
            None
        }
    }

    fn add_member(&mut self, call: CallId, id: &str, request: &JoinRequest) {
        let member = Member::new(id.to_owned(), request, self.now);
        let name = member.name();
        if self.members.is_empty() {
            self.protocol_type = Some(request.protocol_type.clone());
        }
        // A new group is stored before it has anybody: members count from their first generation on.
        if !self.was_persisted {
            self.persist();
        }
        self.members.insert(member);
        self.leader.get_or_insert_with(|| id.to_owned());
        self.park(id, Parked::Join(call));
        if let Some(JoinTimer::Initial { has_newcomer, .. }) = &mut self.join_timer {
            *has_newcomer = true;
        }
        self.note(Note::MemberAdded { at: self.now, member: name.clone() });
        self.rebalance(RebalanceReason::Joined(name));
    }

    fn update_member(&mut self, call: CallId, id: &str, request: &JoinRequest) {
        self.members.change(id, |member| member.take_timeouts(request));
        self.members.set_protocols(id, &request.protocols);
        self.park(id, Parked::Join(call));
    }

    /// A static member has come back without its member id: it gets a new one, and whoever still uses
    /// the old one is fenced. A stable group goes on as it is unless its protocol would change.
    fn replace_static(&mut self, call: CallId, old_id: &str, id: &str, request: &JoinRequest) {
        let Some(former) = self.members.remove(old_id) else { return };
        if let Some(parked) = former.parked {
            self.refuse(parked, ErrorCode::FencedInstanceId, old_id);
        }
        if self.leader.as_deref() == Some(old_id) {
            self.leader = Some(id.to_owned());
        }
        let successor =
            Member { id: id.to_owned(), client_id: request.client_id.clone(), parked: None, deadline: None, ..former };
        let name = successor.name();
        self.members.insert(successor);
        self.note(Note::MemberReplaced { at: self.now, old_id: old_id.to_owned(), member: name.clone() });
        self.update_member(call, id, request);
        match self.state {
            GroupState::Stable if self.members.select_protocol() == self.protocol => self.keep_generation(call, id),
            GroupState::Stable => self.rebalance(RebalanceReason::ProtocolChanged(name)),
            GroupState::CompletingRebalance => self.rebalance(RebalanceReason::ReplacedWhileAssigning(name)),
            GroupState::PreparingRebalance | GroupState::Empty | GroupState::Dead => self.complete_join_if_all_joined(),
        }
    }

    /// Answers a static member that came back with the generation it was in.
    fn keep_generation(&mut self, call: CallId, id: &str) {
        self.members.change(id, |member| member.parked = None);
        self.touch(id);
        self.persist();
        let mut response = self.join_response(id);
        response.skip_assignment = self.leader.as_deref() == Some(id);
        self.effects.push(Effect::ReplyJoin(call, Ok(response)));
    }
}
