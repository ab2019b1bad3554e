//! One member of a group, with the call that it waits in.

use std::time::Duration;

use bytes::Bytes;

use super::call::{JoinRequest, JoinedMember, Protocol};
use super::machine::CallId;
use super::note::MemberName;
use crate::clock::Time;

/// The shortest timeout that can pass. A timeout of zero would be due again as soon as it was set.
pub(super) const SHORTEST_TIMEOUT: Duration = Duration::from_millis(1);

/// A member, as the coordinator knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub instance_id: Option<String>,
    pub client_id: String,
    /// In order of preference.
    pub protocols: Vec<Protocol>,
    pub session_timeout: Duration,
    pub rebalance_timeout: Duration,
    /// What the leader gave it last (a `ConsumerProtocolAssignment`); empty before that.
    pub assignment: Bytes,
    /// When it last called.
    pub last_heartbeat: Time,
    pub(super) deadline: Option<Time>,
    pub(super) parked: Option<Parked>,
    /// Its first join has not been answered.
    pub(super) is_new: bool,
    pub(super) sync: SyncDebt,
}

/// The call in which a member waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parked {
    Join(CallId),
    Sync(CallId),
}

/// Whether a member has still to ask for this generation's assignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SyncDebt {
    #[default]
    Paid,
    Owed,
    /// Owed by a static member that did not take part in the rebalance: nobody waits for it to go on.
    OwedByAbsentee,
}

impl Member {
    pub(super) fn new(id: String, request: &JoinRequest, now: Time) -> Self {
        Self {
            id,
            instance_id: request.instance_id.clone(),
            client_id: request.client_id.clone(),
            protocols: request.protocols.clone(),
            session_timeout: request.session_timeout.max(SHORTEST_TIMEOUT),
            rebalance_timeout: request.rebalance_timeout.max(SHORTEST_TIMEOUT),
            assignment: Bytes::new(),
            last_heartbeat: now,
            deadline: None,
            parked: None,
            is_new: true,
            sync: SyncDebt::Paid,
        }
    }

    /// Its metadata (a `ConsumerProtocolSubscription`) for a protocol; its favourite's while the group has none.
    pub fn subscription(&self, protocol: Option<&str>) -> Bytes {
        let offered = self.protocols.iter().find(|offered| Some(offered.name.as_str()) == protocol);
        offered.or(self.protocols.first()).map(|offered| offered.metadata.clone()).unwrap_or_default()
    }

    /// When it will be removed unless it calls; `None` while it waits in a call.
    pub const fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// Whether it waits for an answer to a join or a sync.
    pub const fn is_waiting(&self) -> bool {
        self.parked.is_some()
    }

    /// Its names.
    pub fn name(&self) -> MemberName {
        MemberName { id: self.id.clone(), client_id: self.client_id.clone(), instance_id: self.instance_id.clone() }
    }

    pub(super) const fn has_joined(&self) -> bool {
        matches!(self.parked, Some(Parked::Join(_)))
    }

    pub(super) const fn owes_sync(&self) -> bool {
        !matches!(self.sync, SyncDebt::Paid)
    }

    pub(super) fn as_joined(&self, protocol: &str) -> JoinedMember {
        JoinedMember {
            member_id: self.id.clone(),
            instance_id: self.instance_id.clone(),
            metadata: self.subscription(Some(protocol)),
        }
    }

    /// Takes over what a join says about timeouts. Its protocols are counted, so `Members` changes them.
    pub(super) fn take_timeouts(&mut self, request: &JoinRequest) {
        self.session_timeout = request.session_timeout.max(SHORTEST_TIMEOUT);
        self.rebalance_timeout = request.rebalance_timeout.max(SHORTEST_TIMEOUT);
    }
}
