//! The group's coordinator in virtual time: the broker's own state machine, whose calls belong to clients, and what
//! it tells of its rebalances.

use std::collections::BTreeMap;

use super::outcome::{MAX_REBALANCES, RebalanceOutcome};
use super::setup::Setup;
use super::{Nanos, span_of};
use crate::clock::Time;
use crate::metrics::rebalances::{Owners, moved_and_kept};
use crate::model::group::assign::{Assignor, Subscription};
use crate::model::group::call::Protocol;
use crate::model::group::subscription::{decode_assignment, encode_assignment};
use crate::model::group::{
    AssignedMember, CallId, Effect, Group, GroupConfig, GroupSnapshot, Input, MemberSnapshot, Note,
};
use crate::model::topic::TopicPartition;
use crate::scenario::GroupSpec;

/// A member's protocol type.
pub(super) const CONSUMER: &str = "consumer";

/// The group, and who waits for its answers.
pub(super) struct Coordination {
    pub group: Group,
    config: GroupConfig,
    seed: u64,
    calls: BTreeMap<CallId, Caller>,
    last_call: u64,
    pub past: Past,
}

/// A client in one of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub client: usize,
    pub life: u32,
}

/// What a client hears.
pub(super) type Answer = (Caller, Effect);

/// The rebalances so far.
#[derive(Default)]
pub(super) struct Past {
    pub count: u64,
    pub newest: Vec<RebalanceOutcome>,
    pub longest_pause: std::time::Duration,
    reasons: Vec<String>,
    owners: Owners,
    next_owners: Owners,
}

impl Coordination {
    /// An empty group.
    pub fn new(setup: &Setup) -> Self {
        let config = GroupConfig { initial_rebalance_delay: setup.initial_rebalance_delay, ..GroupConfig::default() };
        let config = GroupConfig {
            min_session_timeout: config.min_session_timeout.min(setup.group.session_timeout),
            max_session_timeout: config.max_session_timeout.max(setup.group.session_timeout),
            ..config
        };
        Self {
            group: Group::new(setup.group.name.clone(), config.clone(), setup.seed),
            config,
            seed: setup.seed,
            calls: BTreeMap::new(),
            last_call: 0,
            past: Past::default(),
        }
    }

    /// The group is stable, and its members hold this.
    pub fn settle(&mut self, setup: &Setup, members: &[(String, String, Vec<TopicPartition>)]) {
        let spec = &setup.group;
        let member = |(name, id, holds): &(String, String, Vec<TopicPartition>)| MemberSnapshot {
            id: id.clone(),
            instance_id: None,
            client_id: name.clone(),
            session_timeout: setup.absent.get(name).copied().flatten().unwrap_or(spec.session_timeout),
            rebalance_timeout: spec.rebalance_timeout,
            protocols: protocols(spec, id, &[spec.assignor], &[], -1),
            assignment: encode_assignment(holds),
        };
        let snapshot = GroupSnapshot {
            group: spec.name.clone(),
            generation: 1,
            protocol_type: Some(CONSUMER.to_owned()),
            protocol: Some(spec.assignor.name().to_owned()),
            leader: members.first().map(|(_, id, _)| id.clone()),
            members: members.iter().map(member).collect(),
            member_ids_issued: 0,
        };
        for (name, _, holds) in members {
            self.past.owners.extend(holds.iter().map(|partition| (partition.clone(), name.clone())));
        }
        self.past.owners.sort();
        self.group = Group::restore(snapshot, self.config.clone(), self.seed, Time::ZERO);
    }

    /// Lets a stable group in which nothing but heartbeats happens be where it is at a later time. Every session
    /// begins anew then: the heartbeats that count are to follow.
    pub fn leap(&mut self, now: Nanos) {
        let snapshot = self.group.to_persist();
        self.group = Group::restore(snapshot, self.config.clone(), self.seed, time(now));
    }

    /// Names a call of a client.
    pub fn call(&mut self, client: usize, life: u32) -> CallId {
        self.last_call += 1;
        let call = CallId(self.last_call);
        self.calls.insert(call, Caller { client, life });
        call
    }

    /// One step, and the answers that it leads to.
    pub fn step(&mut self, input: Input, now: Nanos) -> Vec<Answer> {
        let effects = self.group.step(input, time(now));
        let mut answers = Vec::new();
        for effect in effects {
            let call = match &effect {
                Effect::ReplyJoin(call, _)
                | Effect::ReplySync(call, _)
                | Effect::ReplyHeartbeat(call, _)
                | Effect::ReplyLeave(call, _)
                | Effect::ReplyDelete(call, _) => *call,
                Effect::Note(note) => {
                    self.past.note(note);
                    continue;
                }
                Effect::Persist(_) | Effect::Erase => continue,
            };
            answers.extend(self.calls.remove(&call).map(|caller| (caller, effect)));
        }
        answers
    }

    /// When the group wants to be woken.
    pub fn next_deadline(&self) -> Option<Nanos> {
        self.group.next_deadline().map(nanos_of)
    }
}

impl Past {
    fn note(&mut self, note: &Note) {
        match note {
            Note::RebalanceBegan { reason, .. } => self.reasons.push(reason.to_string()),
            Note::GenerationCompleted { assignments, .. } => {
                self.next_owners = assignments.iter().flat_map(owned).collect();
                self.next_owners.sort();
            }
            Note::RebalanceEnded { at, began, generation } => self.complete(*began, *at, *generation),
            Note::Emptied { at, generation } => {
                self.next_owners.clear();
                self.complete(*at, *at, *generation);
            }
            Note::MemberAdded { .. }
            | Note::MemberRemoved { .. }
            | Note::MemberReplaced { .. }
            | Note::JoinCompleted { .. } => {}
        }
    }

    fn complete(&mut self, began: Time, ended: Time, generation: i32) {
        let (moved, kept) = moved_and_kept(&self.owners, &self.next_owners);
        self.owners = std::mem::take(&mut self.next_owners);
        let reasons = std::mem::take(&mut self.reasons);
        let reason = reasons.into_iter().next().unwrap_or_else(|| "the last member is gone".to_owned());
        let paused = ended.since(began);
        self.count += 1;
        self.longest_pause = self.longest_pause.max(paused);
        if self.newest.len() == MAX_REBALANCES {
            self.newest.remove(0);
        }
        let at = span_of(nanos_of(began));
        self.newest.push(RebalanceOutcome { at, generation, reason, moved, kept, paused });
    }
}

/// What a member offers, with what it says of itself.
pub(super) fn protocols(
    spec: &GroupSpec,
    member_id: &str,
    assignors: &[Assignor],
    owned: &[TopicPartition],
    generation: i32,
) -> Vec<Protocol> {
    let subscription = Subscription {
        member_id: member_id.to_owned(),
        instance_id: None,
        topics: spec.topics.clone(),
        owned: owned.to_vec(),
        generation,
    };
    let offer =
        |assignor: &Assignor| Protocol { name: assignor.name().to_owned(), metadata: subscription.encode(*assignor) };
    assignors.iter().map(offer).collect()
}

fn owned(member: &AssignedMember) -> Vec<(TopicPartition, String)> {
    let partitions = decode_assignment(&member.assignment).unwrap_or_default();
    partitions.into_iter().map(|partition| (partition, member.member.client_id.clone())).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times of a run are not negative")]
pub(super) fn time(at: Nanos) -> Time {
    Time::from_micros((at / 1e3).round() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "exact for the first 104 days, and to a microsecond for centuries")]
fn nanos_of(time: Time) -> Nanos {
    time.as_micros() as f64 * 1e3
}
