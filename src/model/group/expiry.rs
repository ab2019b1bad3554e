//! What happens because nobody did anything: members that fell silent, and rebalances that have
//! waited long enough.

use std::time::Duration;

use super::machine::Group;
use super::note::{RebalanceReason, Removal};
use crate::clock::Time;

/// What a group in `PreparingRebalance` waits for at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JoinTimer {
    /// The first rebalance of an empty group waits for company, `remaining` longer at most.
    Initial { at: Time, remaining: Duration, has_newcomer: bool },
    /// Members of the last generation have until then to join again.
    Rejoin { at: Time },
}

impl JoinTimer {
    pub const fn at(&self) -> Time {
        match *self {
            Self::Initial { at, .. } | Self::Rejoin { at } => at,
        }
    }
}

/// What is due.
enum Due {
    Member(String),
    Join,
    Sync,
}

impl Group {
    /// Lets everything happen that is due: the earliest first, of equals members by id, then the timers.
    /// Whatever this starts is due after `now`, so it ends.
    pub(super) fn expire(&mut self) {
        while let Some(due) = self.next_due() {
            match due {
                Due::Member(id) => self.expire_member(&id),
                Due::Join => self.expire_join(),
                Due::Sync => self.expire_sync(),
            }
        }
    }

    fn next_due(&self) -> Option<Due> {
        let earliest = self.next_deadline().filter(|deadline| *deadline <= self.now)?;
        if let Some((deadline, id)) = self.members.next_deadline()
            && *deadline == earliest
        {
            return Some(Due::Member(id.clone()));
        }
        let is_join = self.join_timer.as_ref().is_some_and(|timer| timer.at() == earliest);
        Some(if is_join { Due::Join } else { Due::Sync })
    }

    /// A member has a deadline only while it owes a sign of life: never while it waits for an answer,
    /// unless that is its first.
    fn expire_member(&mut self, id: &str) {
        let removal = match self.members.get(id) {
            Some(member) if member.is_new => Removal::JoinTimeout,
            Some(_) => Removal::SessionTimeout,
            None => {
                self.members.remove(id);
                return self.complete_join_if_all_joined();
            }
        };
        if let Some(member) = self.remove_member(id, removal) {
            self.rebalance(RebalanceReason::SessionTimeout(member));
        }
    }

    fn expire_join(&mut self) {
        let delay = self.config.initial_rebalance_delay;
        match self.join_timer.take() {
            Some(JoinTimer::Initial { remaining, has_newcomer: true, .. }) if !remaining.min(delay).is_zero() => {
                let extension = remaining.min(delay);
                let remaining = remaining.saturating_sub(extension);
                self.join_timer = Some(JoinTimer::Initial { at: self.now + extension, remaining, has_newcomer: false });
            }
            Some(JoinTimer::Initial { .. } | JoinTimer::Rejoin { .. }) => self.complete_join(),
            None => {}
        }
    }

    /// Removes those that joined but never asked for their assignment, and begins again without them.
    fn expire_sync(&mut self) {
        self.sync_deadline = None;
        let silent: Vec<String> =
            self.members.iter().filter(|member| member.owes_sync()).map(|member| member.id.clone()).collect();
        let removed: Vec<_> = silent.iter().filter_map(|id| self.remove_member(id, Removal::NeverSynced)).collect();
        if let Some(first) = removed.first() {
            self.rebalance(RebalanceReason::NeverSynced(first.clone(), removed.len() - 1));
        }
    }
}
