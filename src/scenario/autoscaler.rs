//! What a rule is told that scales a group's consumers by their lag. A description only; deciding by it is the
//! planner's business.

use std::time::Duration;

/// The rule's settings, by KEDA's and Kubernetes' names. The defaults are theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// `lagThreshold`: the lag that one consumer is meant to have; at least 1.
    pub lag_threshold: u64,
    /// `pollingInterval`.
    pub polling_interval: Duration,
    /// Fewer consumers only when none of the answers of this long asked for more: the horizontal autoscaler's
    /// `stabilizationWindowSeconds` for scaling down.
    pub cooldown: Duration,
    /// `minReplicaCount`.
    pub min: u32,
    /// `maxReplicaCount`; not below `min`.
    pub max: u32,
    /// `allowIdleConsumers`: whether there may be more consumers than partitions.
    pub allow_idle: bool,
}

impl Default for Autoscaler {
    fn default() -> Self {
        Self {
            lag_threshold: 10,
            polling_interval: Duration::from_secs(30),
            cooldown: Duration::from_mins(5),
            min: 1,
            max: 100,
            allow_idle: false,
        }
    }
}
