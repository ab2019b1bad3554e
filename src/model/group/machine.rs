//! One group as a pure step function: an input and the time go in, effects come out. It does no IO,
//! reads no clock and assigns nothing, because in the classic protocol the group's leader does. The
//! rules themselves are beside it, by idea: join, sync, rebalance, presence and expiry.

use bytes::Bytes;

use super::call::{Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, SyncRequest};
use super::config::GroupConfig;
use super::expiry::JoinTimer;
use super::member::Member;
use super::member_id::MemberIds;
use super::members::Members;
use super::note::Note;
use super::snapshot::GroupSnapshot;
use super::state::GroupState;
use crate::clock::Time;
use crate::model::error::ErrorCode;

/// Names a call until it is answered. Whoever calls [`Group::step`] chooses it, each only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// What can happen to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Join(CallId, JoinRequest),
    Sync(CallId, SyncRequest),
    Heartbeat(CallId, Identity),
    Leave(CallId, LeaveRequest),
    /// The group is to be deleted with all it committed.
    Delete(CallId),
    /// Time has passed, to [`Group::next_deadline`] or beyond.
    Tick,
}

/// What is to be done because of a step, in this order. Every call gets exactly one reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    ReplyJoin(CallId, Result<JoinResponse, JoinError>),
    ReplySync(CallId, Result<Bytes, ErrorCode>),
    ReplyHeartbeat(CallId, Result<(), ErrorCode>),
    ReplyLeave(CallId, Result<(), ErrorCode>),
    ReplyDelete(CallId, Result<(), ErrorCode>),
    /// Store this before what follows is answered.
    Persist(GroupSnapshot),
    /// Forget what was stored of the group, its committed offsets too. It is dead: drop it.
    Erase,
    /// For the timeline.
    Note(Note),
}

/// A consumer group under the classic protocol.
#[derive(Clone, Debug)]
pub struct Group {
    pub(super) name: String,
    pub(super) config: GroupConfig,
    pub(super) ids: MemberIds,
    pub(super) state: GroupState,
    pub(super) generation: i32,
    pub(super) protocol_type: Option<String>,
    pub(super) protocol: Option<String>,
    pub(super) leader: Option<String>,
    pub(super) members: Members,
    pub(super) join_timer: Option<JoinTimer>,
    pub(super) sync_deadline: Option<Time>,
    /// When the group came to the halt that it is in.
    pub(super) halted: Option<Time>,
    pub(super) was_persisted: bool,
    /// The moment of the step that is being taken, and what it has led to so far.
    pub(super) now: Time,
    pub(super) effects: Vec<Effect>,
}

impl Group {
    /// A group without members. Its member ids come from `seed` and its name.
    pub fn new(name: impl Into<String>, config: GroupConfig, seed: u64) -> Self {
        let name = name.into();
        Self {
            ids: MemberIds::new(seed, &name, 0),
            name,
            config,
            state: GroupState::Empty,
            generation: 0,
            protocol_type: None,
            protocol: None,
            leader: None,
            members: Members::default(),
            join_timer: None,
            sync_deadline: None,
            halted: None,
            was_persisted: false,
            now: Time::ZERO,
            effects: Vec::new(),
        }
    }

    /// Lets what is due at `now` happen, then the input. Time that runs backwards is taken as standing still.
    pub fn step(&mut self, input: Input, now: Time) -> Vec<Effect> {
        self.now = self.now.max(now);
        self.expire();
        match input {
            Input::Join(call, request) => self.join(call, &request),
            Input::Sync(call, request) => self.sync(call, request),
            Input::Heartbeat(call, identity) => self.heartbeat(call, &identity),
            Input::Leave(call, request) => self.leave(call, request),
            Input::Delete(call) => self.delete(call),
            Input::Tick => {}
        }
        self.expire();
        std::mem::take(&mut self.effects)
    }

    /// When the group next wants a [`Input::Tick`]; always later than the last step.
    pub fn next_deadline(&self) -> Option<Time> {
        let member = self.members.next_deadline().map(|(deadline, _)| *deadline);
        let join = self.join_timer.as_ref().map(JoinTimer::at);
        [member, join, self.sync_deadline].into_iter().flatten().min()
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub const fn state(&self) -> GroupState {
        self.state
    }

    /// 0 until the first rebalance is through.
    pub const fn generation(&self) -> i32 {
        self.generation
    }

    /// The leader's member id.
    pub fn leader(&self) -> Option<&str> {
        self.leader.as_deref()
    }

    /// `consumer` for consumer groups.
    pub fn protocol_type(&self) -> Option<&str> {
        self.protocol_type.as_deref()
    }

    /// The protocol chosen for this generation.
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// The members in the order of their ids.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    pub fn member(&self, id: &str) -> Option<&Member> {
        self.members.get(id)
    }

    /// Since when the group has stood still; `None` while all its members run.
    pub const fn halted_since(&self) -> Option<Time> {
        self.halted
    }

    pub(super) fn note(&mut self, note: Note) {
        self.effects.push(Effect::Note(note));
    }

    pub(super) fn persist(&mut self) {
        self.was_persisted = true;
        let snapshot = self.to_persist();
        self.effects.push(Effect::Persist(snapshot));
    }

    fn delete(&mut self, call: CallId) {
        let answer = match self.state {
            GroupState::Dead => Err(ErrorCode::GroupIdNotFound),
            GroupState::Empty => Ok(()),
            GroupState::PreparingRebalance | GroupState::CompletingRebalance | GroupState::Stable => {
                Err(ErrorCode::NonEmptyGroup)
            }
        };
        if answer.is_ok() {
            self.state = GroupState::Dead;
            self.members = Members::default();
            self.effects.push(Effect::Erase);
        }
        self.effects.push(Effect::ReplyDelete(call, answer));
    }
}
