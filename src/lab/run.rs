//! A run without a window: an experiment for a time, and what it came to.

use std::time::Duration;

use crate::clock::{Clock, Driver, Stopwatch};
use crate::model::error::ErrorCode;
use crate::report::run::RunRecord;
use crate::report::summary::RunSummary;

use super::experiment::Experiment;
use super::report::record;
use super::setup::{LabError, Setup};
use super::summary::{RunFacts, summarise};

/// How long a run goes on when neither the scenario nor the caller says.
pub const DEFAULT_DURATION: Duration = Duration::from_mins(1);

/// Which time a run follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    #[default]
    Real,
    /// Jumps to the next event: the same experiment as fast as the machine can, the same each time.
    Virtual,
}

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Lab(#[from] LabError),
    #[error("the broker stopped while the scenario ran: {0}")]
    Broker(ErrorCode),
    #[error("the store failed while it ran: {0}")]
    Store(String),
}

/// Runs an experiment for `length` of its own time. `progress` hears now and then how much has passed.
///
/// # Errors
/// When it can't begin, or the broker stops by itself.
pub fn run(
    setup: Setup,
    kind: ClockKind,
    length: Duration,
    progress: impl Fn(Duration) + Send + Sync + 'static,
) -> Result<RunSummary, RunError> {
    Ok(run_recorded(setup, kind, length, progress)?.summary)
}

/// The same, with everything that a report tells of it.
///
/// # Errors
/// When it can't begin, or the broker stops by itself.
pub fn run_recorded(
    setup: Setup,
    kind: ClockKind,
    length: Duration,
    progress: impl Fn(Duration) + Send + Sync + 'static,
) -> Result<RunRecord, RunError> {
    let wall = Stopwatch::start();
    let driver = match kind {
        ClockKind::Real => Driver::live().map_err(LabError::Threads)?,
        ClockKind::Virtual => Driver::simulated(),
    };
    let clock = driver.clock().clone();
    let mut record = driver.block_on(go(clock, setup, kind, length, progress))?;
    record.summary.wall_s = wall.elapsed().as_secs_f64();
    Ok(record)
}

async fn go(
    clock: Clock,
    setup: Setup,
    kind: ClockKind,
    length: Duration,
    progress: impl Fn(Duration) + Send + Sync + 'static,
) -> Result<RunRecord, RunError> {
    let mut experiment = Experiment::start(clock.clone(), setup).await?;
    report_progress(&clock, length, progress);
    experiment.run_for(length).await.map_err(RunError::Broker)?;
    let elapsed = experiment.elapsed();
    let snapshot = experiment.finish().await.map_err(RunError::Broker)?;
    let expectations = experiment.judge(&snapshot);
    let clock = match kind {
        ClockKind::Real => "real",
        ClockKind::Virtual => "virtual",
    };
    experiment.stop().await?;
    let summary = summarise(&snapshot, RunFacts { clock, elapsed, wall: Duration::ZERO }, &expectations);
    Ok(record(&snapshot, summary))
}

/// Tells a hundred times how far the run is.
fn report_progress(clock: &Clock, length: Duration, progress: impl Fn(Duration) + Send + Sync + 'static) {
    let clock = clock.clone();
    let began = clock.now();
    clock.clone().spawn(async move {
        for percent in 1..=100 {
            let passed = length * percent / 100;
            clock.sleep_until(began + passed).await;
            progress(passed);
        }
    });
}
