//! `logyard run`: a scenario without a window. The lab runs it; this says how and what came of it.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{ClockKind, RunArguments};
use super::exit::{Exit, Failure};
use super::outcome::write_words;
use crate::lab::run::{self, DEFAULT_DURATION, RunError};
use crate::lab::setup::{LabError, Opened, Setup};
use crate::model::durability::Durability;
use crate::report::export;
use crate::report::run::document;
use crate::report::summary::RunSummary;

/// Runs the scenario to its end and writes its summary to `out`.
pub fn run(arguments: &RunArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    check(arguments)?;
    let setup = setup(arguments)?;
    warn(arguments, &setup);
    if let Some(directory) = &arguments.report {
        export::prepare(directory).map_err(Failure::failed)?;
    }
    let length = arguments.duration.or(setup.scenario.duration).unwrap_or(DEFAULT_DURATION);
    let bar = progress_bar(length);
    let shown = bar.clone();
    let record =
        run::run_recorded(setup, arguments.clock.into(), length, move |passed| shown.set_position(millis(passed)))
            .map_err(failure)?;
    bar.finish_and_clear();
    let summary = &record.summary;
    write(summary, arguments.json, out).context("writing the summary to standard output").map_err(Failure::failed)?;
    if let Some(directory) = &arguments.report {
        export::write(&document(&record), &summary.json(), directory).map_err(Failure::failed)?;
    }
    Ok(if summary.all_held() { Exit::AsAsked } else { Exit::NotHeld })
}

// A virtual clock has no speed: it is as fast as the machine.
fn check(arguments: &RunArguments) -> Result<(), Failure> {
    if arguments.clock == ClockKind::Virtual && arguments.speed != 1.0 {
        let wrong =
            anyhow!("--speed has no meaning with --clock virtual, which is as fast as the machine: leave one out");
        return Err(Failure::wrong_input(wrong));
    }
    Ok(())
}

// What has no disk keeps nothing.
fn warn(arguments: &RunArguments, setup: &Setup) {
    let why = match (arguments.clock, setup.durability()) {
        (ClockKind::Virtual, _) => "on the virtual clock",
        (ClockKind::Real, Durability::Memory) => "with durability memory",
        (ClockKind::Real, Durability::Immediate | Durability::Interval(_)) => return,
    };
    if arguments.store.data.is_some() {
        eprintln!("--data is not used: {why} a run keeps everything in memory");
    }
}

fn setup(arguments: &RunArguments) -> Result<Setup, Failure> {
    let opened = Opened::read(&arguments.scenario).map_err(|wrong| Failure::wrong_input(anyhow!(wrong)))?;
    let mut setup = Setup::new(opened.scenario);
    setup.source = opened.source;
    setup.scenario.seed = arguments.seed.unwrap_or(setup.scenario.seed);
    setup.store = arguments.store.place();
    setup.durability = arguments.durability;
    setup.speed = arguments.speed;
    Ok(setup)
}

fn failure(error: RunError) -> Failure {
    let is_input = matches!(error, RunError::Lab(LabError::Topic { .. }));
    if is_input { Failure::wrong_input(error) } else { Failure::failed(error) }
}

fn write(summary: &RunSummary, as_json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    if as_json {
        out.write_all(summary.json().as_bytes())?;
    } else {
        write_words(summary, out)?;
    }
    Ok(out.flush()?)
}

/// On standard error, and only where somebody watches.
fn progress_bar(length: Duration) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(millis(length)), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("running {wide_bar} {percent} %  {eta} left");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
