//! How an experiment is to be run: what, against which store, and how fast.

use std::path::PathBuf;

use crate::broker::{BrokerError, Location};
use crate::model::durability::Durability;
use crate::scenario::{self, Scenario, library};

use super::command::Source;

/// Everything that starting an experiment needs.
#[derive(Clone, Debug)]
pub struct Setup {
    pub scenario: Scenario,
    /// Where it came from; `None` for a built-in.
    pub file: Option<PathBuf>,
    pub store: StorePlace,
    /// Overrides the scenario's.
    pub durability: Option<Durability>,
    /// Experiment seconds per real second; means nothing on a virtual clock.
    pub speed: f64,
}

/// A scenario that was read and checked.
#[derive(Clone, Debug)]
pub struct Opened {
    pub scenario: Scenario,
    pub file: Option<PathBuf>,
}

impl Opened {
    /// Reads a scenario from where it is.
    ///
    /// # Errors
    /// In words, with file, line and column of everything that is wrong with it.
    pub fn read(source: &Source) -> Result<Self, String> {
        match source {
            Source::BuiltIn(name) => {
                library::get(name).map(|scenario| Self { scenario, file: None }).ok_or_else(|| library::unknown(name))
            }
            Source::Empty => Ok(Self { scenario: Scenario::empty(), file: None }),
            Source::File(path) => scenario::load(path)
                .map(|scenario| Self { scenario, file: Some(path.clone()) })
                .map_err(|errors| errors.to_string()),
        }
    }
}

/// Where the store lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StorePlace {
    /// A directory of its own that goes when the experiment ends.
    #[default]
    Temporary,
    Memory,
    Dir(PathBuf),
}

/// A store's place while an experiment runs; a temporary directory goes with it.
#[derive(Debug)]
pub struct Lodging {
    pub location: Location,
    pub durability: Durability,
    _directory: Option<tempfile::TempDir>,
}

/// Why an experiment could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    #[error("making a temporary directory for the store: {0}; free some space or give one with --data")]
    TemporaryDirectory(std::io::Error),
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("starting the clock's threads: {0}")]
    Threads(std::io::Error),
    #[error("making the topic {topic}: {error}")]
    Topic { topic: String, error: crate::model::error::ErrorCode },
}

impl Setup {
    /// A scenario with nothing overridden, at the speed of real time.
    pub fn new(scenario: Scenario) -> Self {
        Self { scenario, file: None, store: StorePlace::default(), durability: None, speed: 1.0 }
    }

    /// The same surroundings for another scenario.
    #[must_use]
    pub fn with(self, opened: Opened) -> Self {
        Self { scenario: opened.scenario, file: opened.file, ..self }
    }

    /// What the store promises: as overridden, or as the scenario says.
    pub fn durability(&self) -> Durability {
        self.durability.unwrap_or(self.scenario.broker.durability)
    }

    /// Finds the store a place. In virtual time, and for durability `memory`, that is always memory: a
    /// disk would make no two runs alike.
    pub(super) fn lodge(&self, is_virtual: bool) -> Result<Lodging, LabError> {
        let durability = self.durability();
        let in_memory = is_virtual || durability == Durability::Memory;
        let (location, directory) = match &self.store {
            _ if in_memory => (Location::Memory, None),
            StorePlace::Memory => (Location::Memory, None),
            StorePlace::Dir(directory) => (Location::Dir(directory.clone()), None),
            StorePlace::Temporary => {
                let directory =
                    tempfile::Builder::new().prefix("logyard-").tempdir().map_err(LabError::TemporaryDirectory)?;
                (Location::Dir(directory.path().to_owned()), Some(directory))
            }
        };
        Ok(Lodging { location, durability, _directory: directory })
    }
}
