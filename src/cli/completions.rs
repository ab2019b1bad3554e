//! `logyard completions`: the script by which a shell completes commands and flags.

use std::io::Write;

use anyhow::Context as _;
use clap_complete::Shell;

use super::exit::{Exit, Failure};

/// Writes the script for `shell`.
pub fn write(shell: Shell, mut command: clap::Command, out: &mut dyn Write) -> Result<Exit, Failure> {
    // The generator panics where writing fails, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "logyard", &mut script);
    out.write_all(&script).context("writing the completions to standard output").map_err(Failure::failed)?;
    Ok(Exit::AsAsked)
}
