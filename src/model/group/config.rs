//! What a broker lets its groups do. Every value has Kafka's default and can be changed per broker.

use std::time::Duration;

/// The broker's rules for a group. Timeouts of zero are taken as the shortest that can pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    /// How long the first rebalance of an empty group waits for more members
    /// (`group.initial.rebalance.delay.ms`). It is extended by as much while members keep arriving.
    pub initial_rebalance_delay: Duration,
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout: Duration,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout: Duration,
    /// How long a new member's first join may wait. A client that gives up and comes back as somebody
    /// new would otherwise fill the group with members that are gone.
    pub new_member_join_timeout: Duration,
    /// `group.max.size`.
    pub max_size: usize,
}

/// Most members of a group. Ten times what the workbench draws one by one; Kafka has no limit of its own,
/// but a client that joins in a loop must end somewhere.
const DEFAULT_MAX_SIZE: usize = 10_000;

impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            initial_rebalance_delay: Duration::from_secs(3),
            min_session_timeout: Duration::from_secs(6),
            max_session_timeout: Duration::from_mins(30),
            new_member_join_timeout: Duration::from_mins(5),
            max_size: DEFAULT_MAX_SIZE,
        }
    }
}
