//! How clients and their group talk, and who reads what because of it. Calls take no time.

use std::collections::VecDeque;

use super::arrivals::Reading;
use super::client::Status;
use super::coordination::{Answer, time};
use super::run::Run;
use super::{Nanos, nanos};
use crate::model::group::assign::Subscription;
use crate::model::group::call::{JoinResponse, SyncRequest};
use crate::model::group::subscription::encode_assignment;
use crate::model::group::{Effect, GroupState, Input};

impl Run<'_> {
    /// Nothing will happen by itself but heartbeats.
    pub(super) fn is_quiet(&self) -> bool {
        let state = self.coordination.group.state();
        let is_resting = match state {
            GroupState::Stable => true,
            GroupState::Empty => self.coordination.group.next_deadline().is_none(),
            GroupState::PreparingRebalance | GroupState::CompletingRebalance | GroupState::Dead => false,
        };
        let members = self.clients.iter().filter(|client| client.status == Status::Running).count();
        is_resting
            && self.clients.iter().all(super::client::Client::is_settled)
            && self.coordination.group.members().count() == members
    }

    /// Lets a client do what it wants now.
    pub(super) fn look_after(&mut self, client: usize) {
        match self.clients[client].status {
            Status::Over => return,
            Status::Stalled(until) if until > self.now => return self.wake(Some(client), until),
            Status::Stalled(_) => self.clients[client].status = Status::Running,
            Status::Running | Status::Stopping => {}
        }
        self.catch_up(client);
        for effect in std::mem::take(&mut self.clients[client].inbox) {
            self.hear(client, effect);
        }
        if self.clients[client].watch_at <= self.now {
            self.clients[client].watch_at = f64::INFINITY;
            self.clients[client].wants_to_join = true;
        }
        if self.clients[client].beats_at <= self.now {
            let interval = nanos(self.setup.group.heartbeat_interval).max(1e6);
            self.clients[client].beats_at = self.now + interval;
            self.beat(client, self.now);
        }
        let mut rest_at = self.rest(client);
        while rest_at <= self.now && self.act_at_rest(client) {
            rest_at = self.rest(client);
        }
        let known = &self.clients[client];
        let joins_at = if known.wants_to_join && !known.is_joining { known.join_at } else { f64::INFINITY };
        let wakes = [rest_at, joins_at, known.beats_at, known.watch_at];
        let next = wakes.into_iter().filter(|at| *at > self.now).fold(f64::INFINITY, f64::min);
        self.wake(Some(client), next);
    }

    /// Time has come for the group.
    pub(super) fn tick(&mut self) {
        let answers = self.coordination.step(Input::Tick, self.now);
        self.spread(answers);
        self.wake_group();
    }

    pub(super) fn wake_group(&mut self) {
        if let Some(deadline) = self.coordination.next_deadline() {
            self.wake(None, deadline);
        }
    }

    /// A sign of life at a time that may have been a moment ago.
    pub(super) fn beat(&mut self, client: usize, at: Nanos) {
        let identity = self.clients[client].identity.clone();
        let call = self.coordination.call(client, self.clients[client].life);
        let answers = self.coordination.step(Input::Heartbeat(call, identity), at);
        self.spread(answers);
        self.wake_group();
    }

    /// Gives up everything that a client reads.
    pub(super) fn give_up(&mut self, client: usize) {
        let (readings, mut loose) = self.clients[client].lane.give_up(self.now);
        for Reading { partition, cursor } in readings {
            let holding = &mut self.holdings[partition];
            // Whoever lost its place has nothing to say of what others read by now.
            if holding.holder == Some(client) {
                holding.holder = None;
                holding.cursor = cursor;
                holding.loose.append(&mut loose);
            }
        }
    }

    /// Lets a client read these partitions and no others.
    pub(super) fn hold(&mut self, client: usize, partitions: &[usize]) {
        self.give_up(client);
        let (mut readings, mut loose) = (Vec::new(), Vec::new());
        for &partition in partitions {
            self.take_from_former(client, partition);
            let holding = &mut self.holdings[partition];
            holding.holder = Some(client);
            readings.push(Reading { partition, cursor: holding.cursor });
            loose.append(&mut holding.loose);
        }
        let load = std::sync::Arc::clone(&self.load);
        let lane = &mut self.clients[client].lane;
        lane.read(self.now, &load, readings, loose);
        if let Some(from) = self.looks_out {
            // What it has now may have waited.
            lane.polls.look_out(from.max(self.now));
        }
    }

    /// A partition that another still reads, though the group has gone on without it, is read from where it is
    /// committed.
    fn take_from_former(&mut self, client: usize, partition: usize) {
        let Some(former) = self.holdings[partition].holder.filter(|former| *former != client) else { return };
        self.catch_up(former);
        let mut committed = self.clients[former].lane.committed(self.now);
        if let Some(reading) = committed.find(|reading| reading.partition == partition) {
            self.holdings[partition].cursor = reading.cursor;
        }
    }

    /// Whether the client polls, and when it has nothing in hand if it does not.
    fn rest(&mut self, client: usize) -> Nanos {
        let known = &mut self.clients[client];
        if known.rests() {
            known.lane.polls.close();
            known.lane.hand_end(&mut self.scrap)
        } else {
            known.lane.polls.open();
            f64::INFINITY
        }
    }

    /// Whether there was anything that a client with nothing in hand could do.
    fn act_at_rest(&mut self, client: usize) -> bool {
        let place = self.clients[client].place.take();
        if let Some(place) = &place {
            self.take_place(client, place);
        }
        let known = &self.clients[client];
        let joins = known.wants_to_join && !known.is_joining && known.join_at <= self.now;
        if known.status == Status::Stopping && (!known.is_joining || !known.identity.member_id.is_empty()) {
            self.leave(client);
        } else if joins {
            self.join(client);
        }
        joins || place.is_some()
    }

    fn take_place(&mut self, client: usize, place: &super::client::Place) {
        let named = place.assignment.iter().filter_map(|partition| self.load.place_named(self.setup, partition));
        let mut places: Vec<usize> = named.collect();
        places.sort_unstable();
        let gives_up = self.clients[client].lane.holds().any(|held| places.binary_search(&held).is_err());
        self.hold(client, &places);
        let known = &mut self.clients[client];
        known.placed(place);
        if gives_up {
            // What was given up can go to others only in another rebalance (KIP-429).
            known.wants_to_join = true;
            known.join_at = self.now;
        }
    }

    fn join(&mut self, client: usize) {
        let known = &mut self.clients[client];
        known.wants_to_join = false;
        known.is_joining = true;
        known.beats_at = f64::INFINITY;
        let is_lost = std::mem::replace(&mut known.is_lost, false);
        let owned: Vec<_> = known.lane.holds().map(|place| self.load.name_of(self.setup, place)).collect();
        if is_lost || !known.is_cooperative() {
            self.give_up(client);
        }
        let known = &mut self.clients[client];
        // What it keeps it goes on with, and is answered with its hands full.
        known.lane.poll(self.now);
        let request = known.join_request(&self.setup.group, &owned);
        let call = self.coordination.call(client, known.life);
        let answers = self.coordination.step(Input::Join(call, request), self.now);
        self.spread(answers);
        self.wake_group();
    }

    fn leave(&mut self, client: usize) {
        self.give_up(client);
        let known = &mut self.clients[client];
        let request = known.leave_request();
        let call = self.coordination.call(client, known.life);
        known.end();
        if !request.member_id.is_empty() {
            let answers = self.coordination.step(Input::Leave(call, request), self.now);
            self.spread(answers);
            self.wake_group();
        }
    }

    /// Lets everybody hear what the group answers, and ask on.
    fn spread(&mut self, answers: Vec<Answer>) {
        let mut answers = VecDeque::from(answers);
        while let Some((caller, effect)) = answers.pop_front() {
            let known = &mut self.clients[caller.client];
            if !known.is_the(caller) {
                continue;
            }
            if matches!(known.status, Status::Stalled(_)) {
                known.inbox.push(effect);
                continue;
            }
            answers.extend(self.answer(caller.client, effect));
        }
    }

    fn hear(&mut self, client: usize, effect: Effect) {
        let answers = self.answer(client, effect);
        self.spread(answers);
        self.wake_group();
    }

    /// A client hears an answer; what the group says to what it asks then.
    fn answer(&mut self, client: usize, effect: Effect) -> Vec<Answer> {
        let known = &mut self.clients[client];
        match effect {
            Effect::ReplyJoin(_, Ok(response)) => {
                let is_leader = known.joined(&response);
                known.divided = None;
                let assignments = if is_leader { self.divide(client, &response) } else { Vec::new() };
                let known = &self.clients[client];
                let request = SyncRequest { identity: known.identity.clone(), assignments };
                let call = self.coordination.call(client, known.life);
                return self.coordination.step(Input::Sync(call, request), self.now);
            }
            Effect::ReplyJoin(_, Err(refusal)) => known.refused(&refusal, self.now),
            Effect::ReplySync(_, answer) => known.synced(answer, self.now, &self.setup.group),
            Effect::ReplyHeartbeat(_, answer) => known.heard(answer),
            Effect::ReplyLeave(..) | Effect::ReplyDelete(..) | Effect::Persist(_) | Effect::Erase | Effect::Note(_) => {
                return Vec::new();
            }
        }
        self.wake(Some(client), self.now);
        Vec::new()
    }

    /// A leader's part: everybody's assignment.
    fn divide(&mut self, client: usize, response: &JoinResponse) -> Vec<(String, bytes::Bytes)> {
        let Some(assignor) = crate::model::group::assign::Assignor::from_name(&response.protocol) else {
            return Vec::new();
        };
        let decode = |member: &crate::model::group::call::JoinedMember| {
            Subscription::decode(assignor, member.member_id.clone(), None, &member.metadata).ok()
        };
        let members: Vec<Subscription> = response.members.iter().filter_map(decode).collect();
        let counts = self.load.counts(self.setup, self.now);
        let assignment = assignor.assign(&members, &counts);
        self.clients[client].divided = Some(counts);
        assignment.into_iter().map(|(member, partitions)| (member, encode_assignment(&partitions))).collect()
    }

    /// The group's time at a moment of the run.
    pub(super) fn time(&self) -> crate::clock::Time {
        time(self.now)
    }
}
