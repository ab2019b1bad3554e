//! What happens to clients from outside: crashes, outages, and whatever a person or an autoscaler changes.

use super::client::{Client, Status};
use super::outcome::CatchUp;
use super::run::{Holding, Run};
use super::setup::{Action, Change};
use super::{Nanos, nanos, next_refresh, span_of};
use crate::model::group::Input;
use crate::scenario::ConsumerSpec;

impl Run<'_> {
    /// Something happens.
    pub(super) fn change(&mut self, action: Action) {
        match action {
            Action::Crash { consumer, back_after } => {
                let Some(client) = self.client_named(&consumer) else { return };
                self.crash(client);
                if let Some(pause) = back_after {
                    self.plan(nanos(pause), Action::Start { consumer });
                }
            }
            Action::Stop { consumer } => {
                if let Some(client) = self.client_named(&consumer) {
                    self.stop(client);
                }
            }
            Action::Start { consumer } => {
                if let Some(client) = self.client_named(&consumer) {
                    self.begin(client);
                }
            }
            Action::Stall { consumer, length } => {
                if let Some(client) = self.client_named(&consumer) {
                    self.stall(client, nanos(length));
                }
            }
            Action::Outage { length } => self.outage(nanos(length)),
            Action::Slow { consumer, factor } => self.set_processing(&consumer, |client| {
                client.set_processing(client.spec.processing.clone(), factor);
            }),
            Action::SetProcessing { consumer, processing } => self.set_processing(&consumer, |client| {
                client.set_processing(processing.clone(), client.factor);
            }),
            Action::AddConsumers { count } => (0..count).for_each(|_| self.add_consumer()),
            Action::RemoveConsumers { count } => self.remove_consumers(count),
            Action::AddPartitions { .. } => self.watch(),
            // The load knows of it already.
            Action::SetRate { .. } => {}
            Action::SetAssignor(assignor) => {
                for client in 0..self.clients.len() {
                    self.clients[client].offer(assignor);
                    self.wake(Some(client), self.now);
                }
            }
        }
    }

    /// The autoscaler looks at the lag.
    pub(super) fn scale(&mut self) {
        let Some(mut scaling) = self.scaling.take() else { return };
        self.scales_at = self.now + nanos(scaling.rule().polling_interval).max(1e6);
        let partitions = u32::try_from(self.holdings.len()).unwrap_or(u32::MAX);
        let consumers = u32::try_from(self.working().count()).unwrap_or(u32::MAX);
        let wanted = scaling.decide(self.time(), self.lag(), partitions, consumers);
        self.scaling = Some(scaling);
        if wanted == consumers {
            return;
        }
        self.replicas.push((span_of(self.now), wanted));
        (consumers..wanted).for_each(|_| self.add_consumer());
        self.remove_consumers(consumers.saturating_sub(wanted));
    }

    /// Records that have come and are not done. Of what nobody has drawn yet the expected number.
    fn lag(&mut self) -> u64 {
        (0..self.clients.len()).for_each(|client| self.catch_up(client));
        let of_client = |client: &Client| client.lane.backlog(&self.load, self.now);
        let read: f64 = self.clients.iter().map(of_client).sum();
        let unread = |(partition, holding): (usize, &Holding)| match holding.holder {
            Some(_) => 0.0,
            None => self.load.expected(partition, holding.cursor, self.now),
        };
        whole(read + self.holdings.iter().enumerate().map(unread).sum::<f64>())
    }

    pub(super) fn crash(&mut self, client: usize) {
        if self.clients[client].status == Status::Over {
            return;
        }
        self.catch_up(client);
        self.show_last_commit(client);
        let (readings, mut loose, repeats) = self.clients[client].lane.crash(self.now);
        self.duplicates += repeats.duplicates;
        self.lost += repeats.lost;
        for reading in readings {
            let holding = &mut self.holdings[reading.partition];
            if holding.holder == Some(client) {
                *holding = Holding { holder: None, cursor: reading.cursor, loose: std::mem::take(&mut loose) };
            }
        }
        self.clients[client].end();
    }

    /// A commit is a sign of life too: what is heard of a member last may be that.
    fn show_last_commit(&mut self, client: usize) {
        let interval = nanos(self.setup.group.heartbeat_interval);
        let known = &mut self.clients[client];
        let at = known.lane.last_commit();
        if known.beats_at.is_finite() && at > known.beats_at - interval {
            let identity = known.identity.clone();
            let call = self.coordination.call(client, known.life);
            // What is answered the client hears no more.
            self.coordination.step(Input::Heartbeat(call, identity), at);
            self.wake_group();
        }
    }

    fn begin(&mut self, client: usize) {
        if self.clients[client].status != Status::Over {
            return;
        }
        let out_until = self.out_until;
        let known = &mut self.clients[client];
        known.simulated = self.now;
        known.lane.free_from(self.now.max(out_until));
        known.lane.polls.open();
        known.begin();
        self.wake(Some(client), self.now);
    }

    fn stop(&mut self, client: usize) {
        if self.clients[client].status == Status::Running {
            self.clients[client].status = Status::Stopping;
            self.wake(Some(client), self.now);
        }
    }

    fn stall(&mut self, client: usize, length: Nanos) {
        if self.clients[client].status == Status::Running {
            self.catch_up(client);
            self.show_last_commit(client);
            let until = self.now + length;
            let known = &mut self.clients[client];
            known.lane.stand_still(self.now, until);
            known.status = Status::Stalled(until);
            self.wake(Some(client), until);
        }
    }

    fn outage(&mut self, length: Nanos) {
        let until = self.now + length;
        self.out_until = self.out_until.max(until);
        for client in 0..self.clients.len() {
            self.catch_up(client);
            self.clients[client].lane.stand_still(self.now, until);
        }
        self.look_out(until);
        self.outages.push(CatchUp { at: span_of(self.now), length: span_of(length), after: None });
        // Whoever finishes what it has in hand does so later now.
        for client in 0..self.clients.len() {
            self.wake(Some(client), self.now);
        }
    }

    fn set_processing(&mut self, consumer: &str, set: impl Fn(&mut Client)) {
        if let Some(client) = self.client_named(consumer) {
            self.catch_up(client);
            set(&mut self.clients[client]);
            self.wake(Some(client), self.now);
        }
    }

    fn add_consumer(&mut self) {
        let group = &self.setup.group;
        let spec = ConsumerSpec { name: group.consumer_name(self.next_number), ..group.template.clone() };
        self.next_number += 1;
        let client = self.clients.len();
        self.clients.push(Client::new(self.setup, &spec, client, self.now));
        self.begin(client);
    }

    fn remove_consumers(&mut self, count: u32) {
        let working: Vec<usize> = self.working().collect();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        for client in working.into_iter().rev().take(count) {
            self.stop(client);
        }
    }

    /// The leader will see that there are more partitions.
    fn watch(&mut self) {
        for client in 0..self.clients.len() {
            if self.clients[client].divided.is_some() {
                let at = next_refresh(self.now);
                self.clients[client].watch_at = at;
                self.wake(Some(client), at);
            }
        }
    }

    /// Plans something for later, after what is planned for the same time.
    fn plan(&mut self, after: Nanos, action: Action) {
        let change = Change { at: span_of(self.now + after), action };
        let place = self.changes.partition_point(|other| other.at > change.at);
        self.changes.insert(place, change);
    }

    fn client_named(&self, name: &str) -> Option<usize> {
        self.clients.iter().position(|client| client.spec.name == name)
    }

    /// Those that run and are not about to stop.
    fn working(&self) -> impl Iterator<Item = usize> {
        let works = |client: &Client| matches!(client.status, Status::Running | Status::Stalled(_));
        self.clients.iter().enumerate().filter(move |(_, client)| works(client)).map(|(index, _)| index)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a lag is not negative")]
fn whole(records: f64) -> u64 {
    records.round() as u64
}
