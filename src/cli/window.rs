//! `logyard [FILE]`: the workbench. The lab runs the experiment and the window shows it.

use std::sync::Arc;

use anyhow::anyhow;

use super::arguments::WindowArguments;
use super::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::lab::command::Source;
use crate::lab::setup::{Opened, Setup};
use crate::scenario::library::DEMONSTRATION;
use crate::ui;

/// Opens the window and stays until it is closed.
pub fn open(arguments: &WindowArguments) -> Result<Exit, Failure> {
    let source = arguments.file.clone().map_or(Source::BuiltIn(DEMONSTRATION.to_owned()), Source::File);
    let opened = Opened::read(&source).map_err(|wrong| Failure::wrong_input(anyhow!(wrong)))?;
    let mut setup = Setup::new(opened.scenario);
    setup.file = opened.file;
    setup.store = arguments.store.place();
    setup.speed = arguments.speed;
    let lab = Arc::new(Lab::start(setup).map_err(Failure::failed)?);
    ui::open(lab).map_err(Failure::failed)?;
    Ok(Exit::AsAsked)
}
