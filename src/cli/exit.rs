//! How the program ends: four exit codes that scripts rely on, and failures that know theirs.

use std::process::ExitCode;

/// How the program ends. The numbers are promises to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked, and every expectation held.
    AsAsked = 0,
    /// An expectation of the scenario did not hold.
    NotHeld = 1,
    /// The command line or a file is wrong; nothing was run.
    WrongInput = 2,
    /// The work failed while it ran.
    Failed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why it ended before its time: what was being done, what was wrong, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    /// The command line or a file is wrong.
    pub fn wrong_input(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::WrongInput, error: error.into() }
    }

    /// The work failed.
    pub fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Failed, error: error.into() }
    }

    /// Says it on standard error.
    pub fn report(&self) -> Exit {
        eprintln!("error: {:#}", self.error);
        self.exit
    }
}
