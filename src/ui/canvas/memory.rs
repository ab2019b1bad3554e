//! What one snapshot can't tell: since when a group is in its state, and which partitions have just changed hands.

use std::collections::BTreeMap;

use crate::lab::Snapshot;
use crate::lab::snapshot::GroupView;

/// What was seen of earlier snapshots.
#[derive(Default)]
pub struct Memory {
    revision: u64,
    shown: String,
    /// Of the shown group's partitions.
    held: Vec<Held>,
    /// Per group its state and since when it is in it.
    states: BTreeMap<String, (String, f64)>,
}

#[derive(Clone, Copy)]
struct Held {
    /// The owner's colour: it stays the same as long as the owner lives.
    owner: Option<usize>,
    since: f64,
}

impl Memory {
    /// Compares a snapshot with the one before.
    pub fn observe(&mut self, snapshot: &Snapshot, shown: Option<&GroupView>) {
        let is_same_group = shown.is_some_and(|group| group.name == self.shown);
        if snapshot.revision == self.revision && is_same_group {
            return;
        }
        self.revision = snapshot.revision;
        let now = snapshot.clock.time.as_secs_f64();
        self.observe_states(snapshot, now);
        if let Some(group) = shown {
            self.observe_owners(group, now, is_same_group);
        }
    }

    /// Seconds of the experiment for which a group has been in its state.
    pub fn state_age(&self, group: &str, now: f64) -> f64 {
        self.states.get(group).map_or(0.0, |(_, since)| (now - since).max(0.0))
    }

    /// Seconds since the shown group's partition at this index got the owner that it has.
    pub fn held_for(&self, at: usize, now: f64) -> Option<f64> {
        let held = self.held.get(at)?;
        held.owner.map(|_| (now - held.since).max(0.0))
    }

    fn observe_states(&mut self, snapshot: &Snapshot, now: f64) {
        self.states.retain(|name, (_, since)| *since <= now && snapshot.groups.iter().any(|it| it.name == *name));
        for group in &snapshot.groups {
            let known = self.states.get(&group.name).is_some_and(|(state, _)| *state == group.state);
            if !known {
                self.states.insert(group.name.clone(), (group.state.clone(), now));
            }
        }
    }

    fn observe_owners(&mut self, group: &GroupView, now: f64, is_same_group: bool) {
        let owner = |at: usize| group.members.get(group.partitions[at].owner?).map(|member| member.colour);
        if !is_same_group || self.held.len() != group.partitions.len() {
            self.shown.clone_from(&group.name);
            let held = |at| Held { owner: owner(at), since: f64::NEG_INFINITY };
            self.held = (0..group.partitions.len()).map(held).collect();
            return;
        }
        for (at, held) in self.held.iter_mut().enumerate() {
            let owner = owner(at);
            if owner != held.owner || held.since > now {
                *held = Held { owner, since: now };
            }
        }
    }
}
