//! The flags and what their values mean. Each parses into the type that the other rooms use, so that what
//! comes out needs no further check.

use std::path::{MAIN_SEPARATOR, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::lab::command::Source;
use crate::lab::run;
use crate::lab::setup::StorePlace;
use crate::model::durability::Durability;
use crate::model::units::{Span, UnitError};

/// What `logyard run` is told.
#[derive(Clone, Debug, Args)]
pub struct RunArguments {
    /// A scenario file, or the name of a built-in scenario.
    #[arg(value_name = "FILE|NAME", value_parser = source)]
    pub scenario: Source,
    /// Which time the run follows.
    #[arg(long, value_enum, default_value_t)]
    pub clock: ClockKind,
    /// Seconds of the experiment per real second, 0.01 to 100.
    #[arg(long, value_name = "X", default_value = "1", value_parser = speed)]
    pub speed: f64,
    /// Stop after this much of the experiment's time, for example 60s [default: the file's duration].
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    pub duration: Option<Duration>,
    /// Use this seed instead of the file's.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub store: StoreArguments,
    /// When an acknowledged record is safe [default: the file's].
    #[arg(long, value_name = "immediate|interval|memory", value_parser = durability)]
    pub durability: Option<Durability>,
    /// Write a report to this directory: a page, its charts as pictures, their values and the summary.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Write the summary to standard output as one JSON object, and nothing else.
    #[arg(long)]
    pub json: bool,
}

/// What the window is told.
#[derive(Clone, Debug, Args)]
pub struct WindowArguments {
    /// A scenario file to open [default: the one open last, or the demonstration `orders`].
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Seconds of the experiment per real second, 0.01 to 100.
    #[arg(long, value_name = "X", default_value = "1", value_parser = speed)]
    pub speed: f64,
    #[command(flatten)]
    pub store: StoreArguments,
}

/// Where the broker keeps its data.
#[derive(Clone, Debug, Default, Args)]
pub struct StoreArguments {
    /// Keep the store in this directory [default: a temporary one; of the window the lab's own].
    #[arg(long, value_name = "DIR", conflicts_with = "in_memory")]
    pub data: Option<PathBuf>,
    /// Keep the store in memory; it is gone when the program ends.
    #[arg(long)]
    pub in_memory: bool,
}

impl StoreArguments {
    /// Where the store is to live.
    pub fn place(&self) -> StorePlace {
        match (&self.data, self.in_memory) {
            (Some(directory), _) => StorePlace::Dir(directory.clone()),
            (None, true) => StorePlace::Memory,
            (None, false) => StorePlace::Temporary,
        }
    }
}

/// What `logyard check` is told.
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// Scenario and plan files.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write the answers to standard output as one JSON object, and nothing else.
    #[arg(long)]
    pub json: bool,
}

/// Which time a run follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ClockKind {
    /// Real time, at the speed of --speed.
    #[default]
    Real,
    /// Time that jumps to the next thing that happens: as fast as the machine, and the same each time.
    Virtual,
}

impl From<ClockKind> for run::ClockKind {
    fn from(kind: ClockKind) -> Self {
        match kind {
            ClockKind::Real => Self::Real,
            ClockKind::Virtual => Self::Virtual,
        }
    }
}

// What looks like a path is one; a built-in has a plain name.
fn source(text: &str) -> Result<Source, String> {
    if text.is_empty() {
        return Err("give a scenario file or the name of a built-in scenario".into());
    }
    let path = PathBuf::from(text);
    let is_path = path.extension().is_some() || text.contains(['/', MAIN_SEPARATOR]) || path.exists();
    Ok(if is_path { Source::File(path) } else { Source::BuiltIn(text.to_owned()) })
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "it is not a number; give one such as 0.5 or 10".to_owned())?;
    if (0.01..=100.0).contains(&speed) { Ok(speed) } else { Err("it must be 0.01 to 100".into()) }
}

pub(super) fn span(text: &str) -> Result<Duration, UnitError> {
    text.parse::<Span>().map(|span| span.0)
}

pub(super) fn durability(text: &str) -> Result<Durability, String> {
    Durability::named(text).ok_or_else(|| "it must be immediate, interval or memory".into())
}
