//! `logyard [FILE]`: the workbench. The lab runs the experiment and the window shows it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;

use super::arguments::WindowArguments;
use super::exit::{Exit, Failure};
use crate::lab::command::Source;
use crate::lab::planning::PlanCommand;
use crate::lab::setup::{Opened, Setup, StorePlace};
use crate::lab::{Lab, LabLink};
use crate::scenario::library::DEMONSTRATION;
use crate::scenario::plan::{self, is_plan};
use crate::ui;
use crate::ui::settings::SettingsFile;

/// Opens the window and stays until it is closed. A scenario that was named begins with nothing; without one
/// the lab that was open last goes on with its data.
pub fn open(arguments: &WindowArguments) -> Result<Exit, Failure> {
    let mut remembered = SettingsFile::at_home();
    let planned = planned(arguments.file.as_deref())?;
    let opened = match arguments.file.as_ref().filter(|_| planned.is_none()) {
        Some(file) => read(&Source::File(file.clone()))?,
        None => open_last(&mut remembered)?,
    };
    let mut setup = Setup::new(opened.scenario);
    setup.source = opened.source;
    setup.store = place(arguments);
    setup.speed = arguments.speed;
    let lab = Arc::new(Lab::start(setup).map_err(Failure::failed)?);
    if let Some(file) = planned {
        lab.desk().send(PlanCommand::Open(file));
    }
    ui::open(lab, remembered).map_err(Failure::failed)?;
    Ok(Exit::AsAsked)
}

/// The file, if it is a plan: the window then opens with it beside what was open last.
fn planned(file: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let Some(file) = file.filter(|file| std::fs::read_to_string(file).is_ok_and(|text| is_plan(&text))) else {
        return Ok(None);
    };
    plan::load(file, &[]).map_err(Failure::wrong_input)?;
    Ok(Some(file.to_owned()))
}

/// Where it was told to be, or the lab's own place in the home.
fn place(arguments: &WindowArguments) -> StorePlace {
    let home = directories::ProjectDirs::from("", "", "logyard");
    match (arguments.store.place(), home) {
        (StorePlace::Temporary, Some(places)) => {
            StorePlace::Kept { directory: places.data_local_dir().join("lab"), goes_on: arguments.file.is_none() }
        }
        (other, _) => other,
    }
}

fn read(source: &Source) -> Result<Opened, Failure> {
    Opened::read(source).map_err(|wrong| Failure::wrong_input(anyhow!(wrong)))
}

/// What was open last, or the demonstration: nobody asked for the file just now, so that it is gone or broken is
/// told in the window.
fn open_last(remembered: &mut SettingsFile) -> Result<Opened, Failure> {
    if let Some(last) = remembered.settings.last.clone() {
        match Opened::read(&last.into()) {
            Ok(opened) => return Ok(opened),
            Err(wrong) => remembered.troubles.push(format!("opening what was open last: {wrong}")),
        }
    }
    read(&Source::BuiltIn(DEMONSTRATION.to_owned()))
}
