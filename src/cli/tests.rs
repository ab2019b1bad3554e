//! What the command line takes and what it refuses; what it does is tested with the program itself.

use std::time::Duration;

use clap::{CommandFactory, Parser};

use super::arguments::{ClockKind, RunArguments};
use super::{Arguments, Command};
use crate::lab::command::Source;
use crate::model::durability::Durability;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split(' '))
}

fn parse_run(line: &str) -> RunArguments {
    match parse(line).unwrap().command {
        Some(Command::Run(run)) => run,
        other => panic!("`{line}` is not a run but {other:?}"),
    }
}

#[test]
fn the_declaration_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn every_flag_of_a_run_is_understood() {
    let run = parse_run(
        "logyard run a.toml --clock virtual --speed 0.5 --for 90s --seed 7 --in-memory --durability interval --json",
    );
    assert_eq!(run.scenario, Source::File("a.toml".into()));
    assert_eq!((run.clock, run.speed), (ClockKind::Virtual, 0.5));
    assert_eq!((run.duration, run.seed), (Some(Duration::from_secs(90)), Some(7)));
    assert_eq!(run.durability, Some(Durability::Interval(Durability::DEFAULT_INTERVAL)));
    assert!(run.store.in_memory && run.store.data.is_none() && run.json);
}

#[test]
fn a_run_needs_no_flags() {
    let run = parse_run("logyard run orders");
    assert_eq!(run.scenario, Source::BuiltIn("orders".into()));
    assert_eq!((run.clock, run.speed), (ClockKind::Real, 1.0));
    assert_eq!((run.duration, run.seed, run.durability), (None, None, None));
}

#[test]
fn without_a_command_the_window_opens() {
    assert!(parse("logyard").unwrap().command.is_none());
    let arguments = parse("logyard mine.toml --speed 2 --data /tmp/x").unwrap();
    assert!(arguments.command.is_none());
    assert_eq!(arguments.window.file, Some("mine.toml".into()));
    assert_eq!(arguments.window.store.data, Some("/tmp/x".into()));
}

#[test]
fn what_is_wrong_is_refused_with_what_is_right() {
    let table = [
        ("logyard run", "<FILE|NAME>"),
        ("logyard run a --speed 0", "0.01 to 100"),
        ("logyard run a --speed NaN", "0.01 to 100"),
        ("logyard run a --speed fast", "not a number"),
        ("logyard run a --for 60", "60"),
        ("logyard run a --clock lunar", "possible values: real, virtual"),
        ("logyard run a --durability maybe", "immediate, interval or memory"),
        ("logyard run a --data d --in-memory", "cannot be used with"),
        ("logyard run a --sed 1", "--seed"),
        ("logyard completions tcsh", "possible values: bash"),
    ];
    for (line, expected) in table {
        let refusal = parse(line).expect_err(line).to_string();
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
}
