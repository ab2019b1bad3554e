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
use crate::ui::settings::SettingsFile;

/// Opens the window and stays until it is closed.
pub fn open(arguments: &WindowArguments) -> Result<Exit, Failure> {
    let mut remembered = SettingsFile::at_home();
    let opened = match &arguments.file {
        Some(file) => read(&Source::File(file.clone()))?,
        None => open_last(&mut remembered)?,
    };
    let mut setup = Setup::new(opened.scenario);
    setup.file = opened.file;
    setup.store = arguments.store.place();
    setup.speed = arguments.speed;
    let lab = Arc::new(Lab::start(setup).map_err(Failure::failed)?);
    ui::open(lab, remembered).map_err(Failure::failed)?;
    Ok(Exit::AsAsked)
}

fn read(source: &Source) -> Result<Opened, Failure> {
    Opened::read(source).map_err(|wrong| Failure::wrong_input(anyhow!(wrong)))
}

/// The file that was open last, or the demonstration: nobody asked for the file just now, so that it is gone
/// or broken is told in the window.
fn open_last(remembered: &mut SettingsFile) -> Result<Opened, Failure> {
    if let Some(file) = remembered.settings.last_file.clone() {
        match Opened::read(&Source::File(file)) {
            Ok(opened) => return Ok(opened),
            Err(wrong) => remembered.troubles.push(format!("opening what was open last: {wrong}")),
        }
    }
    read(&Source::BuiltIn(DEMONSTRATION.to_owned()))
}
