//! What scripts may rely on: exit codes, and what goes to standard output and what to standard error.

use std::process::{Command, Output};

fn logyard(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logyard")).args(arguments).output().expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error is text")
}

#[test]
fn help_and_version_are_what_was_asked_for() {
    for (flag, expected) in [("--help", "Exit codes"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let output = logyard(&[flag]);
        assert_eq!(output.status.code(), Some(0), "{flag}");
        assert!(out(&output).contains(expected), "{flag}: {}", out(&output));
        assert_eq!(err(&output), "", "{flag}");
    }
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = logyard(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(out(&output).contains("durability"), "{shell}");
    }
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_why_on_standard_error() {
    let table: &[(&[&str], &str)] = &[
        (&["run"], "FILE|NAME"),
        (&["run", "orders", "--speed", "1000"], "0.01 to 100"),
        (&["run", "orders", "--clock", "virtual", "--speed", "2"], "--speed has no meaning with --clock virtual"),
        (&["completions", "tcsh"], "possible values"),
    ];
    for (arguments, expected) in table {
        let output = logyard(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}
