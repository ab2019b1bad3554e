//! A consumer as its group knows it: what it wants, waits for and shows. It decides as the running consumer in
//! [`crate::workload`] does; carrying it out is the run's business.

use std::collections::BTreeMap;

use super::coordination::{Caller, protocols};
use super::lane::Lane;
use super::outcome::ConsumerOutcome;
use super::service::Processing;
use super::setup::Setup;
use super::stretch::Done;
use super::{Nanos, nanos};
use crate::model::error::ErrorCode;
use crate::model::group::Effect;
use crate::model::group::assign::Assignor;
use crate::model::group::call::{Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest};
use crate::model::group::subscription::decode_assignment;
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::{ConsumerSpec, GroupSpec, ServiceTime};
use crate::workload::patience::{Loss, rejoins_after};

/// A consumer.
pub(super) struct Client {
    pub spec: ConsumerSpec,
    pub lane: Lane,
    /// Up to when its lane is simulated.
    pub simulated: Nanos,
    pub status: Status,
    /// Grows with each beginning.
    pub life: u32,
    /// When it is looked after next.
    pub wakes_at: Nanos,
    pub factor: f64,
    pub identity: Identity,
    /// In order of preference, and the one that the group chose last.
    pub offered: Vec<Assignor>,
    chosen: Option<Assignor>,
    answered: Option<Assignor>,
    pub wants_to_join: bool,
    pub join_at: Nanos,
    pub is_joining: bool,
    pub place: Option<Place>,
    /// The group has gone on without it.
    pub is_lost: bool,
    pub beats_at: Nanos,
    /// Of a leader: what it divided, and when it will see that there is more.
    pub divided: Option<BTreeMap<TopicName, u32>>,
    pub watch_at: Nanos,
    /// Answers that came while it stood still.
    pub inbox: Vec<Effect>,
    since: Nanos,
    done_before: Done,
}

/// Whether it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Status {
    Running,
    /// It finishes what it has in hand, and leaves.
    Stopping,
    Over,
    /// It does nothing and hears nothing until then.
    Stalled(Nanos),
}

/// A place in a generation.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub assignor: Option<Assignor>,
    pub assignment: Vec<TopicPartition>,
}

impl Client {
    pub fn new(setup: &Setup, spec: &ConsumerSpec, number: usize, now: Nanos) -> Self {
        let group = &setup.group;
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        let seed = setup.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number);
        Self {
            lane: Lane::new(spec, group.commit, group.max_poll_records, seed),
            spec: spec.clone(),
            simulated: now,
            status: Status::Over,
            life: 0,
            wakes_at: f64::INFINITY,
            factor: 1.0,
            identity: Identity { group: group.name.clone(), generation: -1, ..Identity::default() },
            offered: vec![group.assignor],
            chosen: None,
            answered: None,
            wants_to_join: false,
            join_at: 0.0,
            is_joining: false,
            place: None,
            is_lost: false,
            beats_at: f64::INFINITY,
            divided: None,
            watch_at: f64::INFINITY,
            inbox: Vec::new(),
            since: now,
            done_before: Done::default(),
        }
    }

    /// A new process begins.
    pub fn begin(&mut self) {
        self.life += 1;
        self.status = Status::Running;
        self.identity.member_id.clear();
        self.identity.generation = -1;
        self.chosen = None;
        self.wants_to_join = true;
        self.join_at = 0.0;
        self.is_lost = false;
    }

    /// It is gone.
    pub fn end(&mut self) {
        self.status = Status::Over;
        self.is_joining = false;
        self.wants_to_join = false;
        self.place = None;
        self.beats_at = f64::INFINITY;
        self.divided = None;
        self.watch_at = f64::INFINITY;
        self.inbox.clear();
    }

    /// It is a member of a stable group.
    pub fn settle(&mut self, member_id: String, assignor: Assignor, beats_at: Nanos) {
        self.life = 1;
        self.status = Status::Running;
        self.identity.member_id = member_id;
        self.identity.generation = 1;
        self.chosen = Some(assignor);
        self.beats_at = beats_at;
    }

    pub fn is_the(&self, caller: Caller) -> bool {
        self.life == caller.life && self.status != Status::Over
    }

    /// Whether nothing but heartbeats will happen to it by itself.
    pub fn is_settled(&self) -> bool {
        match self.status {
            Status::Over => true,
            Status::Stopping | Status::Stalled(_) => false,
            Status::Running => {
                !self.wants_to_join && !self.is_joining && self.place.is_none() && self.watch_at.is_infinite()
            }
        }
    }

    /// Whether it polls nothing now.
    pub fn rests(&self) -> bool {
        self.status == Status::Stopping || self.place.is_some() || (self.wants_to_join && !self.is_joining)
    }

    /// Whether it keeps its partitions while it joins.
    pub fn is_cooperative(&self) -> bool {
        let may_keep = |assignor: &Assignor| *assignor == Assignor::CooperativeSticky;
        self.chosen.as_ref().is_none_or(may_keep) && self.offered.iter().all(may_keep)
    }

    pub fn join_request(&self, group: &GroupSpec, owned: &[TopicPartition]) -> JoinRequest {
        let remembers = |assignor: &Assignor| matches!(assignor, Assignor::Sticky | Assignor::CooperativeSticky);
        let says = self.offered.iter().any(remembers) && self.identity.generation >= 0;
        let owned = if says { owned } else { &[] };
        JoinRequest {
            group: group.name.clone(),
            member_id: self.identity.member_id.clone(),
            instance_id: None,
            client_id: self.spec.name.clone(),
            session_timeout: group.session_timeout,
            rebalance_timeout: group.rebalance_timeout,
            protocol_type: super::coordination::CONSUMER.to_owned(),
            protocols: protocols(group, &self.identity.member_id, &self.offered, owned, self.identity.generation),
            require_known_member_id: false,
        }
    }

    pub fn leave_request(&self) -> LeaveRequest {
        LeaveRequest {
            group: self.identity.group.clone(),
            member_id: self.identity.member_id.clone(),
            instance_id: None,
            reason: "the consumer was stopped".to_owned(),
        }
    }

    /// The join was answered: its identity in the generation, and whether it is to divide.
    pub fn joined(&mut self, answer: &JoinResponse) -> bool {
        self.identity.member_id.clone_from(&answer.member_id);
        self.identity.generation = answer.generation;
        self.answered = Assignor::from_name(&answer.protocol);
        answer.leader == answer.member_id
    }

    pub fn refused(&mut self, refusal: &JoinError, now: Nanos) {
        self.is_joining = false;
        if refusal.error == ErrorCode::UnknownMemberId {
            self.identity.member_id.clear();
        }
        self.try_again(refusal.error, now);
    }

    pub fn synced(&mut self, answer: Result<bytes::Bytes, ErrorCode>, now: Nanos, group: &GroupSpec) {
        self.is_joining = false;
        match answer {
            Ok(bytes) => {
                let assignment = decode_assignment(&bytes).unwrap_or_default();
                self.place = Some(Place { assignor: self.answered, assignment });
                self.beats_at = now + nanos(group.heartbeat_interval);
            }
            Err(error) => {
                self.try_again(error, now);
            }
        }
    }

    /// It has taken its place: what it offers is settled.
    pub fn placed(&mut self, place: &Place) {
        self.chosen = place.assignor;
        if self.offered.first().copied() == place.assignor {
            self.offered.truncate(1);
        }
    }

    pub fn heard(&mut self, answer: Result<(), ErrorCode>) {
        let Err(error) = answer else { return };
        if self.is_joining {
            return;
        }
        if error == ErrorCode::RebalanceInProgress {
            self.wants_to_join = true;
        } else if let Some(loss) = Loss::of(error) {
            self.lose(loss);
        }
    }

    pub fn offer(&mut self, assignor: Assignor) {
        if self.offered.first() != Some(&assignor) {
            self.offered = vec![assignor];
            self.offered.extend(self.chosen.filter(|old| *old != assignor));
            self.wants_to_join = true;
        }
    }

    pub fn set_processing(&mut self, processing: ServiceTime, factor: f64) {
        self.lane.set_processing(Processing::new(&processing, factor));
        self.spec.processing = processing;
        self.factor = factor;
    }

    /// Counts anew.
    pub fn begin_anew(&mut self, now: Nanos) {
        self.since = now;
        self.done_before = self.lane.done;
    }

    pub fn outcome(&self, now: Nanos) -> ConsumerOutcome {
        let (done, before) = (self.lane.done, self.done_before);
        let workers = f64::from(u32::try_from(self.lane.workers()).unwrap_or(u32::MAX));
        let span = (now - self.since) * workers;
        let busy = if span > 0.0 { (done.busy - before.busy) / span } else { 0.0 };
        ConsumerOutcome { name: self.spec.name.clone(), records: done.records - before.records, busy }
    }

    fn try_again(&mut self, error: ErrorCode, now: Nanos) {
        self.wants_to_join = true;
        self.join_at = now + nanos(rejoins_after(error));
        if let Some(loss) = Loss::of(error) {
            self.lose(loss);
        }
    }

    fn lose(&mut self, loss: Loss) {
        self.is_lost = true;
        self.wants_to_join = true;
        self.place = None;
        self.identity.generation = -1;
        if loss == Loss::Membership {
            self.identity.member_id.clear();
        }
        self.beats_at = f64::INFINITY;
        self.divided = None;
        self.watch_at = f64::INFINITY;
    }
}
