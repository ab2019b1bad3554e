//! `logyard [FILE]`: the workbench. The lab runs the experiment and the window shows it.

use anyhow::anyhow;

use super::arguments::WindowArguments;
use super::exit::{Exit, Failure};

/// Opens the window and stays until it is closed.
pub fn open(arguments: &WindowArguments) -> Result<Exit, Failure> {
    Err(Failure::failed(anyhow!("opening the window for {:?}: not built yet", arguments.file)))
}
