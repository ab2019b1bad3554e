//! The members of a group with the counts and the ordered deadlines that make every question about
//! them cheap. Knows no states and answers nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::call::Protocol;
use super::member::{Member, SyncDebt};
use crate::clock::Time;

/// Members by id, and those that were given an id but have not joined with it (KIP-394).
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    by_id: BTreeMap<String, Member>,
    /// Member id by instance id.
    statics: BTreeMap<String, String>,
    /// Deadline by member id.
    pending: BTreeMap<String, Time>,
    /// Of members and pending members alike.
    deadlines: BTreeSet<(Time, String)>,
    /// How many members offer each protocol.
    support: BTreeMap<String, usize>,
    joined: usize,
    owing: usize,
    owing_absent: usize,
}

impl Members {
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn get(&self, id: &str) -> Option<&Member> {
        self.by_id.get(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.by_id.values()
    }

    pub fn ids(&self) -> Vec<String> {
        self.by_id.keys().cloned().collect()
    }

    pub fn first_id(&self) -> Option<String> {
        self.by_id.keys().next().cloned()
    }

    /// The member that holds an instance id.
    pub fn static_id(&self, instance_id: &str) -> Option<&str> {
        self.statics.get(instance_id).map(String::as_str)
    }

    pub fn insert(&mut self, member: Member) {
        self.remove(&member.id);
        if let Some(instance_id) = &member.instance_id {
            self.statics.insert(instance_id.clone(), member.id.clone());
        }
        self.count_protocols(&member.protocols, |count| *count += 1);
        self.move_standing(&member.id, Standing::default(), Standing::of(&member));
        self.by_id.insert(member.id.clone(), member);
    }

    /// Takes a member or a pending member out.
    pub fn remove(&mut self, id: &str) -> Option<Member> {
        if let Some(deadline) = self.pending.remove(id) {
            self.deadlines.remove(&(deadline, id.to_owned()));
        }
        let member = self.by_id.remove(id)?;
        if let Some(instance_id) = &member.instance_id {
            self.statics.remove(instance_id);
        }
        self.count_protocols(&member.protocols, |count| *count -= 1);
        self.move_standing(id, Standing::of(&member), Standing::default());
        Some(member)
    }

    /// Changes a member and keeps the counts and deadlines true. Its ids and protocols must stay.
    pub fn change<R>(&mut self, id: &str, change: impl FnOnce(&mut Member) -> R) -> Option<R> {
        let member = self.by_id.get_mut(id)?;
        let before = Standing::of(member);
        let result = change(member);
        let after = Standing::of(member);
        self.move_standing(id, before, after);
        Some(result)
    }

    pub fn set_protocols(&mut self, id: &str, protocols: &[Protocol]) {
        if let Some(member) = self.by_id.get_mut(id) {
            let former = std::mem::replace(&mut member.protocols, protocols.to_vec());
            self.count_protocols(&former, |count| *count -= 1);
            self.count_protocols(protocols, |count| *count += 1);
        }
    }

    pub fn add_pending(&mut self, id: String, deadline: Time) {
        self.deadlines.insert((deadline, id.clone()));
        self.pending.insert(id, deadline);
    }

    pub fn is_pending(&self, id: &str) -> bool {
        self.pending.contains_key(id)
    }

    pub fn pending_len(&self) -> usize {
        self.pending.len()
    }

    /// How many wait for the answer to their join.
    pub const fn joined(&self) -> usize {
        self.joined
    }

    pub fn have_all_joined(&self) -> bool {
        self.joined == self.by_id.len() && self.pending.is_empty()
    }

    pub const fn have_all_synced(&self) -> bool {
        self.owing + self.owing_absent == 0
    }

    /// Whether all who took part in the rebalance have their assignment.
    pub const fn are_all_running(&self) -> bool {
        self.owing == 0
    }

    /// The member or pending member that is next to be removed, and when.
    pub fn next_deadline(&self) -> Option<&(Time, String)> {
        self.deadlines.first()
    }

    pub fn longest_rebalance_timeout(&self) -> Duration {
        self.by_id.values().map(|member| member.rebalance_timeout).max().unwrap_or_default()
    }

    /// Whether one of these protocols is offered by every member.
    pub fn support_one_of(&self, protocols: &[Protocol]) -> bool {
        let is_common = |offered: &Protocol| self.is_empty() || self.is_supported_by_all(&offered.name);
        protocols.iter().any(is_common)
    }

    /// Each member votes for the first of its protocols that all support; the most votes win, and of
    /// equals the first in the alphabet. `None` without members.
    pub fn select_protocol(&self) -> Option<String> {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for member in self.by_id.values() {
            let mut names = member.protocols.iter().map(|offered| offered.name.as_str());
            if let Some(vote) = names.find(|name| self.is_supported_by_all(name)) {
                *votes.entry(vote).or_default() += 1;
            }
        }
        let winner = votes.into_iter().rev().max_by_key(|&(_, count)| count);
        winner.map(|(name, _)| name.to_owned())
    }

    fn is_supported_by_all(&self, protocol: &str) -> bool {
        self.support.get(protocol) == Some(&self.by_id.len())
    }

    fn move_standing(&mut self, id: &str, before: Standing, after: Standing) {
        if before.deadline != after.deadline {
            before.deadline.map(|deadline| self.deadlines.remove(&(deadline, id.to_owned())));
            after.deadline.map(|deadline| self.deadlines.insert((deadline, id.to_owned())));
        }
        self.joined = self.joined + usize::from(after.has_joined) - usize::from(before.has_joined);
        for (standing, is_after) in [(after, true), (before, false)] {
            let count = match standing.sync {
                SyncDebt::Paid => continue,
                SyncDebt::Owed => &mut self.owing,
                SyncDebt::OwedByAbsentee => &mut self.owing_absent,
            };
            *count = if is_after { *count + 1 } else { *count - 1 };
        }
    }

    /// Counts each protocol of one member once, however often it names it.
    fn count_protocols(&mut self, protocols: &[Protocol], change: impl Fn(&mut usize)) {
        for (index, offered) in protocols.iter().enumerate() {
            let is_repeated = protocols[..index].iter().any(|earlier| earlier.name == offered.name);
            if !is_repeated {
                change(self.support.entry(offered.name.clone()).or_default());
            }
        }
        self.support.retain(|_, count| *count > 0);
    }
}

/// What of a member is counted.
#[derive(Clone, Copy, Default)]
struct Standing {
    deadline: Option<Time>,
    has_joined: bool,
    sync: SyncDebt,
}

impl Standing {
    const fn of(member: &Member) -> Self {
        Self { deadline: member.deadline, has_joined: member.has_joined(), sync: member.sync }
    }
}
