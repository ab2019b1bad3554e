//! `logyard run`: a scenario without a window. The lab runs it; this says how and what came of it.

use std::io::Write;

use anyhow::anyhow;

use super::arguments::{ClockKind, RunArguments};
use super::exit::{Exit, Failure};

/// Runs the scenario to its end and writes its summary to `out`.
pub fn run(arguments: &RunArguments, _out: &mut dyn Write) -> Result<Exit, Failure> {
    check(arguments)?;
    Err(Failure::failed(anyhow!("running {:?}: not built yet", arguments.scenario)))
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
