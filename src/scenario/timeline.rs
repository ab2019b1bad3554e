//! What happens to an experiment while it runs: faults and changes, each at a time. Carrying them out is
//! the lab's business.

use std::time::Duration;

use crate::model::topic::TopicName;
use crate::model::units::Rate;

use super::ServiceTime;

/// Something that happens at a time after the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub at: Duration,
    pub action: Action,
}

/// What can be done to a running experiment. A client is a producer or a consumer by its own name
/// (`billing-2`, never `billing`); where a file names a whole group or several producers alike, there is
/// one event for each client.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is gone at once and tells nobody: its group notices when its session times out.
    Crash { client: String },
    /// It ends in order: sends what it has, commits and leaves its group.
    Stop { client: String },
    /// It begins again after a crash or a stop, as a new process of the same name. Ends a stall.
    Start { client: String },
    /// It stands still, heartbeats too, for so long or until it is started: a frozen process that doesn't
    /// know of it.
    Stall { client: String, length: Option<Duration> },
    /// Processing takes `factor` times as long from now on; 1 is as described.
    Slow { client: String, factor: f64 },
    /// So many more consumers like the group's template.
    AddConsumer { group: String, count: u32 },
    /// The last so many of the group's consumers, in their order, stop for good.
    RemoveConsumer { group: String, count: u32 },
    /// So many more partitions.
    AddPartitions { topic: TopicName, count: u32 },
    /// The producer's rate from now on. Not for a trace.
    SetRate { client: String, rate: Rate },
    /// The consumer's processing time from now on.
    SetProcessing { client: String, processing: ServiceTime },
}

impl Action {
    /// Its key in a scenario file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Crash { .. } => "crash",
            Self::Stop { .. } => "stop",
            Self::Start { .. } => "start",
            Self::Stall { .. } => "stall",
            Self::Slow { .. } => "slow",
            Self::AddConsumer { .. } => "add_consumer",
            Self::RemoveConsumer { .. } => "remove_consumer",
            Self::AddPartitions { .. } => "add_partitions",
            Self::SetRate { .. } => "set_rate",
            Self::SetProcessing { .. } => "set_processing",
        }
    }

    /// The client, group or topic that it is done to.
    pub fn target(&self) -> &str {
        match self {
            Self::Crash { client }
            | Self::Stop { client }
            | Self::Start { client }
            | Self::Stall { client, .. }
            | Self::Slow { client, .. }
            | Self::SetRate { client, .. }
            | Self::SetProcessing { client, .. } => client,
            Self::AddConsumer { group, .. } | Self::RemoveConsumer { group, .. } => group,
            Self::AddPartitions { topic, .. } => topic,
        }
    }
}
