//! The coordinator: brings callers and time to the groups' state machines, and carries out the effects
//! that they ask for, in order. The rules are the state machine's.

use crate::model::error::ErrorCode;
use crate::model::group::call::{Identity, JoinError, JoinRequest, LeaveRequest, SyncRequest};
use crate::model::group::{CallId, Effect, Group, GroupState, Input};

use super::answer::{Waiting, give};
use super::engine::Engine;
use super::event::Answer;
use super::group_record;
use super::groups::{Caller, Reply};
use super::store::GroupOffset;

impl Engine {
    pub(super) fn join_group(
        &mut self,
        request: JoinRequest,
        answer: Answer<crate::model::group::call::JoinResponse, JoinError>,
    ) {
        if request.group.is_empty() {
            return give(answer, Err(JoinError { error: ErrorCode::InvalidGroupId, member_id: request.member_id }));
        }
        let name = request.group.clone();
        self.ensure_group(&name);
        let call = self.groups.wait(Caller::Join(answer));
        self.step(&name, Input::Join(call, request));
        self.forget_if_unused(&name);
    }

    pub(super) fn sync_group(&mut self, request: SyncRequest, answer: Answer<bytes::Bytes>) {
        if self.groups.get(&request.identity.group).is_none() {
            return give(answer, Err(ErrorCode::UnknownMemberId));
        }
        let name = request.identity.group.clone();
        let call = self.groups.wait(Caller::Bytes(answer));
        self.step(&name, Input::Sync(call, request));
    }

    pub(super) fn heartbeat(&mut self, identity: Identity, answer: Answer<()>) {
        let name = identity.group.clone();
        self.ask(&name, answer, ErrorCode::UnknownMemberId, |call| Input::Heartbeat(call, identity));
    }

    pub(super) fn leave_group(&mut self, request: LeaveRequest, answer: Answer<()>) {
        let name = request.group.clone();
        self.ask(&name, answer, ErrorCode::UnknownMemberId, |call| Input::Leave(call, request));
    }

    pub(super) fn delete_group(&mut self, group: &str, answer: Answer<()>) {
        if self.failure.is_some() {
            return give(answer, Err(ErrorCode::KafkaStorageError));
        }
        self.ask(group, answer, ErrorCode::GroupIdNotFound, Input::Delete);
    }

    /// Lets every group know that its time has come.
    pub(super) fn wake_groups(&mut self) {
        while let Some(name) = self.groups.due(self.now) {
            self.step(&name, Input::Tick);
        }
    }

    /// Makes the group if there is none of that name.
    pub(super) fn ensure_group(&mut self, name: &str) {
        if self.groups.get(name).is_none() {
            self.groups.add(Group::new(name, self.config.groups.clone(), self.run_seed));
        }
    }

    /// A call that was refused leaves no trace of a group that nobody is in.
    pub(super) fn forget_if_unused(&mut self, name: &str) {
        let is_unused = self.groups.get(name).is_some_and(|slot| {
            let group = &slot.group;
            let is_new = group.state() == GroupState::Empty && group.generation() == 0;
            is_new && group.next_deadline().is_none() && slot.offsets.is_empty()
        });
        if is_unused && !self.commits.is_staged(name) {
            self.groups.remove(name);
        }
    }

    fn ask(&mut self, name: &str, answer: Answer<()>, unknown: ErrorCode, input: impl FnOnce(CallId) -> Input) {
        if self.groups.get(name).is_none() {
            return give(answer, Err(unknown));
        }
        let call = self.groups.wait(Caller::Done(answer));
        self.step(name, input(call));
    }

    fn step(&mut self, name: &str, input: Input) {
        let Some(slot) = self.groups.get_mut(name) else { return };
        let effects = slot.group.step(input, self.now);
        let mut is_persisting = false;
        for effect in effects {
            is_persisting |= matches!(effect, Effect::Persist(_) | Effect::Erase);
            self.perform(name, effect, is_persisting);
        }
        self.groups.rearm(name);
    }

    /// Carries out one effect; what is answered while the group is `persisting` waits for the commit.
    fn perform(&mut self, name: &str, effect: Effect, is_persisting: bool) {
        match effect {
            Effect::ReplyJoin(call, outcome) => match self.groups.caller(call) {
                Caller::Join(answer) => self.reply(Reply::Join(answer, outcome), is_persisting),
                Caller::Bytes(_) | Caller::Done(_) => unreachable!("a join is answered as a join"),
            },
            Effect::ReplySync(call, outcome) => match self.groups.caller(call) {
                Caller::Bytes(answer) => self.reply(Reply::Bytes(answer, outcome), is_persisting),
                Caller::Join(_) | Caller::Done(_) => unreachable!("a sync is answered as a sync"),
            },
            Effect::ReplyHeartbeat(call, outcome)
            | Effect::ReplyLeave(call, outcome)
            | Effect::ReplyDelete(call, outcome) => match self.groups.caller(call) {
                Caller::Done(answer) => self.reply(Reply::Done(answer, outcome), is_persisting),
                Caller::Join(_) | Caller::Bytes(_) => unreachable!("a call without an answer's value"),
            },
            Effect::Persist(snapshot) => {
                let record = group_record::encode(&snapshot);
                self.commits.open.groups.push((name.to_owned(), Some(record)));
            }
            Effect::Erase => self.erase_group(name),
            Effect::Note(note) => {
                if let Some(slot) = self.groups.get_mut(name) {
                    slot.rebalances.note(note);
                }
            }
        }
    }

    // Once the store has failed nothing is persisted any more, and nothing waits for it: groups go on.
    fn reply(&mut self, reply: Reply, is_persisting: bool) {
        if is_persisting && self.failure.is_none() {
            self.commits.open.waiting.push(Waiting::Group(reply));
        } else {
            reply.give();
        }
    }

    fn erase_group(&mut self, name: &str) {
        let Some(slot) = self.groups.remove(name) else { return };
        let open = &mut self.commits.open;
        let removal = |partition| GroupOffset { group: name.to_owned(), partition, committed: None };
        open.groups.push((name.to_owned(), None));
        open.group_offsets.extend(slot.offsets.into_keys().map(removal));
        self.commits.unstage(|staged| staged.group == name);
    }
}
