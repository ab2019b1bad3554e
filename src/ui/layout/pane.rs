//! The panes there are.

use serde::{Deserialize, Serialize};

/// One pane of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    Topology,
    Assignment,
    Events,
    Planner,
    Outline,
    Inspector,
    Throughput,
    Lag,
    Latency,
    Timeline,
}

impl Pane {
    pub const ALL: [Self; 10] = [
        Self::Topology,
        Self::Assignment,
        Self::Events,
        Self::Planner,
        Self::Outline,
        Self::Inspector,
        Self::Throughput,
        Self::Lag,
        Self::Latency,
        Self::Timeline,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Topology => "Topology",
            Self::Assignment => "Assignment",
            Self::Events => "Events",
            Self::Planner => "Planner",
            Self::Outline => "Outline",
            Self::Inspector => "Inspector",
            Self::Throughput => "Throughput",
            Self::Lag => "Lag",
            Self::Latency => "Latency",
            Self::Timeline => "Timeline",
        }
    }

    /// Whether it is one of the large views in the middle.
    pub const fn is_view(self) -> bool {
        matches!(self, Self::Topology | Self::Assignment | Self::Events | Self::Planner)
    }
}
