//! Where everybody is when a run begins: nobody in the group yet, all settled as the assignor says, or as a running
//! experiment was found. What happens from then on is not its business.

use std::collections::BTreeMap;

use super::client::Client;
use super::nanos;
use super::run::Run;
use super::setup::Start;
use crate::model::group::assign::Subscription;
use crate::model::topic::TopicPartition;

impl Run<'_> {
    /// Everybody is where the setup says.
    pub(super) fn take_places(&mut self) {
        for (number, spec) in self.setup.group.consumers.iter().enumerate() {
            self.clients.push(Client::new(self.setup, spec, number, 0.0));
        }
        if self.setup.start == Start::Cold {
            return (0..self.clients.len()).for_each(|client| {
                self.clients[client].begin();
                self.wake(Some(client), 0.0);
            });
        }
        let owners = self.first_owners();
        let group = &self.setup.group;
        let interval = nanos(group.heartbeat_interval);
        // Members that were assigned together send their heartbeats together.
        let phase =
            f64::from(u32::try_from(self.setup.seed.wrapping_mul(0x9e37_79b9) & 0xffff).unwrap_or(0)) / 65_536.0;
        let mut members = Vec::new();
        for (client, holds) in owners.into_iter().enumerate() {
            let known = &mut self.clients[client];
            if self.setup.absent.get(&known.spec.name) == Some(&None) {
                continue;
            }
            let id = format!("{}-0", known.spec.name);
            let present = self.setup.present.get(&known.spec.name).copied();
            let beats_at = present.map_or(interval * (1.0 - phase), |present| nanos(present.beats_after));
            known.settle(id.clone(), group.assignor, beats_at);
            if members.is_empty() {
                known.divided = Some(self.load.counts(self.setup, 0.0));
            }
            let named: Vec<_> = holds.iter().map(|place| self.load.name_of(self.setup, *place)).collect();
            members.push((known.spec.name.clone(), id, named));
            self.hold(client, &holds);
            self.clients[client].lane.polls.hold(present.map_or(0, |present| present.in_hand), 0.0);
        }
        if !members.is_empty() {
            self.coordination.settle(self.setup, &members);
        }
        self.lose_the_absent();
    }

    fn lose_the_absent(&mut self) {
        if self.setup.absent.is_empty() {
            return;
        }
        for client in 0..self.clients.len() {
            if self.setup.absent.contains_key(&self.clients[client].spec.name) {
                self.crash(client);
            }
            self.wake(Some(client), self.clients[client].beats_at);
        }
        self.wake_group();
    }

    /// What each client holds at the start.
    fn first_owners(&self) -> Vec<Vec<usize>> {
        let mut owners = vec![Vec::new(); self.clients.len()];
        if let Start::Running(partitions) = &self.setup.start {
            for start in partitions {
                let place = self.load.place_of(start.topic, start.partition);
                let owner = self.clients.iter().position(|client| Some(&client.spec.name) == start.owner.as_ref());
                if let (Some(place), Some(owner)) = (place, owner) {
                    owners[owner].push(place);
                }
            }
        } else {
            let assignment = self.assign_from_nothing();
            for (client, holds) in self.clients.iter().zip(&mut owners) {
                *holds = assignment.get(&client.spec.name).cloned().unwrap_or_default();
            }
        }
        owners
    }

    fn assign_from_nothing(&self) -> BTreeMap<String, Vec<usize>> {
        let subscription = |client: &Client| Subscription {
            member_id: client.spec.name.clone(),
            instance_id: None,
            topics: self.setup.group.topics.clone(),
            owned: Vec::new(),
            generation: -1,
        };
        let members: Vec<_> = self.clients.iter().map(subscription).collect();
        let assignment = self.setup.group.assignor.assign(&members, &self.load.counts(self.setup, 0.0));
        let places = |partitions: Vec<TopicPartition>| {
            partitions.iter().filter_map(|partition| self.load.place_named(self.setup, partition)).collect()
        };
        assignment.into_iter().map(|(member, partitions)| (member, places(partitions))).collect()
    }
}
