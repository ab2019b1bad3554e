//! What a group tells the timeline: who came and went, what set a rebalance off, who got what, and
//! how long the group stood still. Notes change nothing; they are for whoever watches.

use std::fmt;

use bytes::Bytes;

use crate::clock::Time;

/// Something worth a mark on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    MemberAdded {
        at: Time,
        member: MemberName,
    },
    MemberRemoved {
        at: Time,
        member: MemberName,
        removal: Removal,
    },
    /// A static member came back under a new member id and keeps what it had.
    MemberReplaced {
        at: Time,
        old_id: String,
        member: MemberName,
    },
    /// The group left `generation` for [`PreparingRebalance`](super::GroupState::PreparingRebalance).
    /// Comes again when a rebalance is set back before it was over.
    RebalanceBegan {
        at: Time,
        generation: i32,
        reason: RebalanceReason,
    },
    /// Everybody who takes part has joined, and the leader has been asked to assign.
    JoinCompleted {
        at: Time,
        generation: i32,
        protocol: String,
        leader: String,
        members: usize,
    },
    /// The leader's assignment is in force.
    GenerationCompleted {
        at: Time,
        generation: i32,
        protocol: String,
        assignments: Vec<AssignedMember>,
    },
    /// Every member that joined the generation has its assignment. The group stood still from `began`,
    /// the first [`RebalanceBegan`](Self::RebalanceBegan) since it last ran, until `at`.
    RebalanceEnded {
        at: Time,
        began: Time,
        generation: i32,
    },
    /// The last member is gone, and a rebalance under way is over with it.
    Emptied {
        at: Time,
        generation: i32,
    },
}

/// A member as people know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberName {
    pub id: String,
    pub client_id: String,
    pub instance_id: Option<String>,
}

/// What a member was given, as the leader encoded it (a `ConsumerProtocolAssignment`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedMember {
    pub member: MemberName,
    pub assignment: Bytes,
}

/// What set a rebalance off. Displayed in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebalanceReason {
    Joined(MemberName),
    /// With the reason that the member gave; empty for none.
    Left(MemberName, String),
    SessionTimeout(MemberName),
    SubscriptionChanged(MemberName),
    LeaderRejoined(MemberName),
    /// A static member came back with other protocols, and the group's choice changes with it.
    ProtocolChanged(MemberName),
    /// A static member came back while the leader was assigning to its former member id (KAFKA-9801).
    ReplacedWhileAssigning(MemberName),
    /// The first of those that never asked for their assignment, and how many more there are.
    NeverSynced(MemberName, usize),
    /// The group is larger than the broker allows.
    TooManyMembers(MemberName),
}

/// Why a member is no longer one. Displayed in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    Left,
    SessionTimeout,
    /// It did not join again within the rebalance timeout.
    NeverRejoined,
    /// It did not ask for its assignment within the rebalance timeout.
    NeverSynced,
    /// Its first join waited too long.
    JoinTimeout,
    /// The group is full.
    TooManyMembers,
}

impl Note {
    /// When it happened.
    pub const fn at(&self) -> Time {
        match *self {
            Self::MemberAdded { at, .. }
            | Self::MemberRemoved { at, .. }
            | Self::MemberReplaced { at, .. }
            | Self::RebalanceBegan { at, .. }
            | Self::JoinCompleted { at, .. }
            | Self::GenerationCompleted { at, .. }
            | Self::RebalanceEnded { at, .. }
            | Self::Emptied { at, .. } => at,
        }
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let client = if self.client_id.is_empty() { &self.id } else { &self.client_id };
        f.write_str(self.instance_id.as_ref().unwrap_or(client))
    }
}

impl fmt::Display for RebalanceReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined(member) => write!(f, "{member} joined"),
            Self::Left(member, reason) if reason.is_empty() => write!(f, "{member} left"),
            Self::Left(member, reason) => write!(f, "{member} left ({reason})"),
            Self::SessionTimeout(member) => write!(f, "session timeout of {member}"),
            Self::SubscriptionChanged(member) => write!(f, "subscription of {member} changed"),
            Self::LeaderRejoined(member) => write!(f, "leader {member} rejoined"),
            Self::ProtocolChanged(member) => write!(f, "{member} came back and changed the protocol"),
            Self::ReplacedWhileAssigning(member) => write!(f, "{member} came back while the leader was assigning"),
            Self::NeverSynced(member, 0) => write!(f, "{member} did not sync in time"),
            Self::NeverSynced(member, more) => write!(f, "{member} and {more} more did not sync in time"),
            Self::TooManyMembers(member) => write!(f, "no room for {member}"),
        }
    }
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::SessionTimeout => "session timeout",
            Self::NeverRejoined => "did not rejoin in time",
            Self::NeverSynced => "did not sync in time",
            Self::JoinTimeout => "its first join waited too long",
            Self::TooManyMembers => "the group is full",
        })
    }
}
