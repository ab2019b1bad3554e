//! What outlives the broker of a group: its generation and its members with their assignments. Calls
//! that waited and rebalances under way do not; clients come back by themselves.

use std::time::Duration;

use bytes::Bytes;

use super::call::Protocol;
use super::config::GroupConfig;
use super::machine::Group;
use super::member::{Member, SHORTEST_TIMEOUT, SyncDebt};
use super::member_id::MemberIds;
use super::state::GroupState;
use crate::clock::Time;

/// A group as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSnapshot {
    pub group: String,
    pub generation: i32,
    pub protocol_type: Option<String>,
    pub protocol: Option<String>,
    pub leader: Option<String>,
    /// In the order of their ids.
    pub members: Vec<MemberSnapshot>,
    /// How many member ids the group has given out.
    pub member_ids_issued: u64,
}

/// A member as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberSnapshot {
    pub id: String,
    pub instance_id: Option<String>,
    pub client_id: String,
    pub session_timeout: Duration,
    pub rebalance_timeout: Duration,
    pub protocols: Vec<Protocol>,
    pub assignment: Bytes,
}

impl Group {
    /// The group as it was stored: `Stable` if it has members, else `Empty`. Every session begins anew at
    /// `now`. Ids given out after the last snapshot are forgotten, so the seed should differ from the one
    /// before (by how often the store has been opened, say), or two members may get the same id.
    pub fn restore(snapshot: GroupSnapshot, config: GroupConfig, seed: u64, now: Time) -> Self {
        let mut group = Self::new(snapshot.group, config, seed);
        group.ids = MemberIds::new(seed, &group.name, snapshot.member_ids_issued);
        group.generation = snapshot.generation;
        group.protocol_type = snapshot.protocol_type;
        group.was_persisted = true;
        group.now = now;
        for member in snapshot.members {
            group.members.insert(member.revive(now));
        }
        if !group.members.is_empty() {
            group.state = GroupState::Stable;
            group.protocol = snapshot.protocol.or_else(|| group.members.select_protocol());
            let leader = snapshot.leader.filter(|leader| group.members.get(leader).is_some());
            group.leader = leader.or_else(|| group.members.first_id());
        }
        group
    }

    /// What [`restore`](Self::restore) needs.
    pub fn to_persist(&self) -> GroupSnapshot {
        GroupSnapshot {
            group: self.name.clone(),
            generation: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            members: self.members.iter().map(MemberSnapshot::of).collect(),
            member_ids_issued: self.ids.issued(),
        }
    }
}

impl MemberSnapshot {
    fn of(member: &Member) -> Self {
        Self {
            id: member.id.clone(),
            instance_id: member.instance_id.clone(),
            client_id: member.client_id.clone(),
            session_timeout: member.session_timeout,
            rebalance_timeout: member.rebalance_timeout,
            protocols: member.protocols.clone(),
            assignment: member.assignment.clone(),
        }
    }

    fn revive(self, now: Time) -> Member {
        let session_timeout = self.session_timeout.max(SHORTEST_TIMEOUT);
        Member {
            deadline: Some(now + session_timeout),
            id: self.id,
            instance_id: self.instance_id,
            client_id: self.client_id,
            protocols: self.protocols,
            session_timeout,
            rebalance_timeout: self.rebalance_timeout.max(SHORTEST_TIMEOUT),
            assignment: self.assignment,
            last_heartbeat: now,
            parked: None,
            is_new: false,
            sync: SyncDebt::Paid,
        }
    }
}
