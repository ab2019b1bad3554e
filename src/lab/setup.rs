//! How an experiment is to be run: what, against which store, and how fast.

use std::path::PathBuf;

use crate::broker::BrokerError;
use crate::model::durability::Durability;
use crate::scenario::{self, Scenario, library};

use super::command::Source;

/// Everything that starting an experiment needs.
#[derive(Clone, Debug)]
pub struct Setup {
    pub scenario: Scenario,
    /// Where it came from.
    pub source: Source,
    /// It is no more as it came from there.
    pub edited: bool,
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
    pub source: Source,
    pub edited: bool,
}

impl Opened {
    /// Reads a scenario from where it is.
    ///
    /// # Errors
    /// In words, with file, line and column of everything that is wrong with it.
    pub fn read(source: &Source) -> Result<Self, String> {
        let scenario = match source {
            Source::BuiltIn(name) => library::get(name).ok_or_else(|| library::unknown(name))?,
            Source::Empty => Scenario::empty(),
            Source::Made(scenario) => Scenario::clone(scenario),
            Source::File(path) => scenario::load(path).map_err(|errors| errors.to_string())?,
        };
        Ok(Self { scenario, source: source.clone(), edited: false })
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
    /// Kept from one start to the next. What is there goes on if it `goes_on` and is of the same scenario;
    /// otherwise it goes, and the experiment begins with nothing.
    Kept {
        directory: PathBuf,
        goes_on: bool,
    },
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
        let (source, store) = (Source::Empty, StorePlace::default());
        Self { scenario, source, edited: false, store, durability: None, speed: 1.0 }
    }

    /// The same surroundings for another scenario, which begins with nothing where its data is the lab's.
    #[must_use]
    pub fn with(self, opened: Opened) -> Self {
        self.on(opened, false)
    }

    /// The same experiment once more, as it is now: it goes on with what its store has kept.
    #[must_use]
    pub fn again(self, present: Opened) -> Self {
        self.on(present, true)
    }

    /// What this experiment began as.
    pub fn opened(&self) -> Opened {
        Opened { scenario: self.scenario.clone(), source: self.source.clone(), edited: self.edited }
    }

    fn on(self, Opened { scenario, source, edited }: Opened, goes_on: bool) -> Self {
        let store = match self.store {
            StorePlace::Kept { directory, .. } => StorePlace::Kept { directory, goes_on },
            other @ (StorePlace::Temporary | StorePlace::Memory | StorePlace::Dir(_)) => other,
        };
        Self { scenario, source, edited, store, ..self }
    }

    /// What the store promises: as overridden, or as the scenario says.
    pub fn durability(&self) -> Durability {
        self.durability.unwrap_or(self.scenario.broker.durability)
    }
}
