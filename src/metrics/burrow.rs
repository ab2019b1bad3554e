//! The status of a consumer group by Burrow's published rules (its "Consumer Lag Evaluation Rules"), from a
//! sliding window of commits. No threshold on lag is involved. A partition without a commit has no status.

use std::fmt;

/// Burrow's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Ok,
    /// The group falls behind.
    Warn,
    /// Of a group: at least one partition is stopped, stalled or was rewound.
    Err,
    /// Nothing is committed any more.
    Stop,
    /// Commits go on, and the offset doesn't.
    Stall,
    /// The committed offset went back.
    Rewind,
}

/// A status with its reason, which is displayed as a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    pub status: Status,
    pub reason: Reason,
}

/// Why a status is what it is. Displayed as a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// Nothing waits.
    NothingWaits,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingWaits => f.write_str("nothing waits to be read"),
        }
    }
}
