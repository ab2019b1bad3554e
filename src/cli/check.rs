//! `logyard check`: whether files are valid, each with everything that is wrong with it.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use super::exit::{Exit, Failure};
use crate::scenario;

/// Checks every file; one that is wrong doesn't hide the others.
pub fn check(files: &[PathBuf], as_json: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut answers = Vec::new();
    let mut exit = Exit::AsAsked;
    for file in files {
        let problem = scenario::load(file).err().map(|errors| errors.to_string());
        if let Some(problem) = &problem {
            exit = Exit::WrongInput;
            eprintln!("{problem}");
        }
        answers.push(json!({ "file": file, "valid": problem.is_none(), "problems": problem }));
    }
    say(&answers, files, as_json, out).context("writing to standard output").map_err(Failure::failed)?;
    Ok(exit)
}

fn say(answers: &[serde_json::Value], files: &[PathBuf], as_json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    if as_json {
        writeln!(out, "{}", json!({ "files": answers }))?;
        return Ok(());
    }
    for (file, answer) in files.iter().zip(answers) {
        if answer["valid"] == true {
            writeln!(out, "{}: valid", file.display())?;
        }
    }
    Ok(())
}
