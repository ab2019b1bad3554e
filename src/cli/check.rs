//! `logyard check`: whether scenario and plan files are valid, and what is wrong where. Nothing is run.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use crate::scenario::{self, Problem, ScenarioErrors};

/// What was found in one file: what should be known of a valid one, or what is wrong.
type Finding<'a> = (&'a Path, Result<Vec<Problem>, ScenarioErrors>);

/// Checks every file, whatever was wrong with those before it. Problems go to standard error as
/// `file:line:column: what is wrong`, which editors can follow; so does what should be known of a valid file.
pub fn check(files: &[PathBuf], as_json: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let findings: Vec<Finding> = files.iter().map(|file| (file.as_path(), check_file(file))).collect();
    for (file, result) in &findings {
        match result {
            Err(errors) => eprintln!("{errors}"),
            Ok(remarks) => remarks.iter().for_each(|it| eprintln!("{}", it.in_file(&file.display().to_string()))),
        }
    }
    let written = if as_json { write_json(&findings, out) } else { write_valid(&findings, out) };
    written.context("writing what was found to standard output").map_err(Failure::failed)?;
    let is_valid = findings.iter().all(|(_, result)| result.is_ok());
    Ok(if is_valid { Exit::AsAsked } else { Exit::WrongInput })
}

// What can't be read is refused by whoever reads it.
fn check_file(file: &Path) -> Result<Vec<Problem>, ScenarioErrors> {
    let is_plan = std::fs::read_to_string(file).is_ok_and(|text| scenario::plan::is_plan(&text));
    if is_plan {
        scenario::plan::load(file, &[]).map(|_| Vec::new())
    } else {
        scenario::load_with_remarks(file).map(|(_, remarks)| remarks)
    }
}

fn write_valid(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut valid = findings.iter().filter(|(_, result)| result.is_ok());
    valid.try_for_each(|(file, _)| writeln!(out, "{}: valid", file.display()))
}

fn write_json(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let files: Vec<Value> = findings.iter().map(|(file, result)| file_json(file, result)).collect();
    writeln!(out, "{}", json!({ "files": files }))
}

fn file_json(file: &Path, result: &Result<Vec<Problem>, ScenarioErrors>) -> Value {
    let problems = result.as_ref().err().map_or(&[][..], |errors| &errors.problems);
    let remarks = result.as_ref().map_or(&[][..], Vec::as_slice);
    let as_json = |list: &[Problem]| list.iter().map(problem_json).collect::<Vec<Value>>();
    let (problems, remarks) = (as_json(problems), as_json(remarks));
    json!({ "file": file.display().to_string(), "valid": result.is_ok(), "problems": problems, "remarks": remarks })
}

// A problem of the file as a whole has no line.
fn problem_json(problem: &Problem) -> Value {
    let (line, column) = problem.position.map(|at| (at.line, at.column)).unzip();
    json!({ "line": line, "column": column, "message": problem.message })
}
