//! How clients bide their time: how long they wait before they ask again, how far they plan ahead, and how a member
//! goes on that was refused. Running clients and simulated ones go by the same; nothing here sleeps.

use std::time::Duration;

use crate::model::error::ErrorCode;

/// How long clients wait before they ask again what was refused for a passing reason.
pub const RETRY_BACKOFF: Duration = Duration::from_millis(100);

/// The same for what is missing (a deleted partition, a shared protocol) and may stay so.
pub const LONG_BACKOFF: Duration = RETRY_BACKOFF.saturating_mul(5);

/// How often clients look whether their topics have changed. Kafka's default is five minutes; a
/// workbench that adds partitions by hand wants to see the effect.
pub const METADATA_REFRESH: Duration = Duration::from_secs(1);

/// How far ahead of the clock a consumer begins records, so that fast work needs a wake-up per chunk and not per
/// record. A change of speed is felt after this long at most.
pub const WORK_AHEAD_NANOS: u32 = 10_000_000;

/// What a member no longer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Of the group's present generation: it joins again as who it was.
    Generation,
    /// A member at all: it joins as a new one.
    Membership,
}

impl Loss {
    /// What a refusal says is lost; `None` when nothing is.
    pub const fn of(error: ErrorCode) -> Option<Self> {
        if matches!(error, ErrorCode::IllegalGeneration) {
            Some(Self::Generation)
        } else if matches!(error, ErrorCode::UnknownMemberId) {
            Some(Self::Membership)
        } else {
            None
        }
    }
}

/// How long a member waits before it joins again that was refused.
pub const fn rejoins_after(error: ErrorCode) -> Duration {
    if matches!(error, ErrorCode::MemberIdRequired | ErrorCode::RebalanceInProgress) {
        Duration::ZERO
    } else if matches!(error, ErrorCode::InconsistentGroupProtocol) {
        LONG_BACKOFF
    } else {
        RETRY_BACKOFF
    }
}
