//! When what was acknowledged is safe: the three settings of a store. How they are kept is the store's business.

use std::time::Duration;

/// When an acknowledged record is on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Before the acknowledgement: each group commit is synced.
    #[default]
    Immediate,
    /// At most this long after the acknowledgement: what came since the last sync is lost in a crash.
    Interval(Duration),
    /// Never: everything is gone when the broker stops.
    Memory,
}

impl Durability {
    /// How long `interval` waits where nobody says otherwise.
    pub const DEFAULT_INTERVAL: Duration = Duration::from_millis(200);

    /// Its name in files and on the command line: `immediate`, `interval` or `memory`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::Interval(_) => "interval",
            Self::Memory => "memory",
        }
    }

    /// The setting of that name, with the default interval.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "immediate" => Some(Self::Immediate),
            "interval" => Some(Self::Interval(Self::DEFAULT_INTERVAL)),
            "memory" => Some(Self::Memory),
            _ => None,
        }
    }
}
