//! The command line: what was asked for, checked, and the exit code that comes of it. What is done then is
//! done in other rooms.

mod arguments;
mod bench;
mod check;
mod completions;
mod exit;
mod outcome;
mod plan;
mod run;
mod window;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use arguments::{CheckArguments, RunArguments, WindowArguments};
use bench::BenchArguments;
use exit::{Exit, Failure};
use plan::PlanArguments;

/// A workbench for message queues: a real broker, its consumer groups and their lag, seen live.
#[derive(Debug, Parser)]
#[command(name = "logyard", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: WindowArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario without a window and say what came of it.
    Run(RunArguments),
    /// Say how many partitions and consumers a load needs, and why.
    Plan(Box<PlanArguments>),
    /// Measure what the broker holds on this machine.
    Bench(BenchArguments),
    /// Say whether scenario and plan files are valid, and what is wrong with those that aren't.
    Check(CheckArguments),
    /// Write the completions of a shell to standard output.
    Completions {
        /// The shell that is to complete `logyard`.
        shell: clap_complete::Shell,
    },
}

const EXIT_CODES: &str = "\
Exit codes: 0 it did what was asked and every expectation held; 1 an expectation did not hold; \
2 the command line or a file is wrong; 3 the work failed while running, or was interrupted.";

/// Does what `arguments` (the program's name first) ask for; errors go to standard error.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let exit = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => carry_out(arguments, &mut io::stdout()).unwrap_or_else(|failure| failure.report()),
        Err(refusal) => refused(&refusal),
    };
    exit.into()
}

fn carry_out(arguments: Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    match arguments.command {
        None => window::open(&arguments.window),
        Some(Command::Run(run)) => run::run(&run, out),
        Some(Command::Plan(plan)) => plan::plan(&plan, out),
        Some(Command::Bench(bench)) => bench::bench(&bench, out),
        Some(Command::Check(check)) => check::check(&check.files, check.json, out),
        Some(Command::Completions { shell }) => completions::write(shell, Arguments::command(), out),
    }
}

// Help and version are refusals to clap too, but what was asked for.
fn refused(refusal: &clap::Error) -> Exit {
    let printed = refusal.print();
    if refusal.use_stderr() {
        Exit::WrongInput
    } else if printed.is_err() {
        Exit::Failed
    } else {
        Exit::AsAsked
    }
}

#[cfg(test)]
mod tests;
