//! The calls of the classic group protocol, as values: what members ask and what the coordinator answers.

use std::time::Duration;

use bytes::Bytes;

use crate::model::error::ErrorCode;
use crate::model::topic::TopicPartition;

/// The member's place in the group, as every call but the first carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub group: String,
    pub member_id: String,
    /// Set by static members (KIP-345).
    pub instance_id: Option<String>,
    /// -1 while none is known.
    pub generation: i32,
}

/// A way to assign that a member offers, with the metadata (a `ConsumerProtocolSubscription`) for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol {
    pub name: String,
    pub metadata: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    pub group: String,
    /// Empty at the first join.
    pub member_id: String,
    pub instance_id: Option<String>,
    /// What a new member's id begins with; the coordinator adds the rest.
    pub client_id: String,
    pub session_timeout: Duration,
    pub rebalance_timeout: Duration,
    /// `consumer` for consumer groups.
    pub protocol_type: String,
    /// In order of preference.
    pub protocols: Vec<Protocol>,
    /// Whether a first join is answered with an id to join again with (KIP-394: `JoinGroup` v4 and later).
    pub require_known_member_id: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinResponse {
    pub generation: i32,
    /// The protocol that the group chose.
    pub protocol: String,
    pub leader: String,
    pub member_id: String,
    /// Only the leader's answer has members.
    pub members: Vec<JoinedMember>,
    /// The leader is to keep the assignment as it is: a static leader that came back. A client that can't
    /// be told (before `JoinGroup` v9) is to be answered as a follower, with no members and another's name as leader.
    pub skip_assignment: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedMember {
    pub member_id: String,
    pub instance_id: Option<String>,
    pub metadata: Bytes,
}

/// Why a join was not answered with a generation. For [`ErrorCode::MemberIdRequired`] `member_id` is the id to
/// join again with, else the one that the request had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinError {
    pub error: ErrorCode,
    pub member_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncRequest {
    pub identity: Identity,
    /// From the leader alone: an assignment (a `ConsumerProtocolAssignment`) for each member id.
    pub assignments: Vec<(String, Bytes)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveRequest {
    pub group: String,
    pub member_id: String,
    pub instance_id: Option<String>,
    /// Shown in the rebalance's history.
    pub reason: String,
}

/// An offset to commit for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetCommit {
    pub partition: TopicPartition,
    /// The next offset to be read.
    pub offset: i64,
    pub metadata: String,
}
