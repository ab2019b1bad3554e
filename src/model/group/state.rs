//! The states of a group, by Kafka's names.

use std::fmt;

/// Where a group is on its way from one generation to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupState {
    /// No members; its committed offsets may live on.
    Empty,
    /// Members are called to join again.
    PreparingRebalance,
    /// Everybody has joined; the leader is making the assignment.
    CompletingRebalance,
    /// Everybody has, or may fetch, an assignment.
    Stable,
    /// Deleted. Nothing comes after it.
    Dead,
}

impl GroupState {
    /// Kafka's name for it, as tools show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
