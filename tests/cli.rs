//! What scripts may rely on: exit codes, and what goes to standard output and what to standard error.

use std::fs;
use std::process::{Command, Output};

use logyard::clock::Driver;
use logyard::lab::Experiment;
use logyard::lab::setup::{Setup, StorePlace};
use logyard::scenario::library;
use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = r#"
version = 1
title = "One topic"
seed = 3
[[topic]]
name = "orders"
partitions = 2
[[producer]]
name = "web"
topic = "orders"
rate = "50/s"
pattern = "poisson"
[[group]]
name = "billing"
topics = ["orders"]
processing = "1ms"
consumers = 1
[[expect]]
that = "run.failed == 0"
"#;

const BAD: &str = "version = 1\nsede = 7\n";

fn logyard(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logyard")).args(arguments).output().expect("the program starts")
}

/// Writes a file and gives its path.
fn write(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a temporary file can be written");
    path.to_str().expect("temporary paths are text").to_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {} {}", out(output), err(output)))
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

#[test]
fn valid_scenarios_are_named_on_standard_output() {
    let folder = folder();
    let file = write(&folder, "good.toml", GOOD);
    let output = logyard(&["check", &file]);
    assert_eq!(err(&output), "");
    assert_eq!(out(&output), format!("{file}: valid\n"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_a_valid_scenario_says_without_effect_is_remarked_with_its_place() {
    let folder = folder();
    let text = GOOD.replace("pattern = \"poisson\"", "idempotent = true");
    let file = write(&folder, "good.toml", &text);
    let output = logyard(&["check", &file]);
    let remark = "idempotent = true has no effect yet: what a retry sends twice is stored twice";
    assert_eq!(err(&output), format!("{file}:12:14: {remark}\n"));
    assert_eq!((output.status.code(), out(&output)), (Some(0), format!("{file}: valid\n")));
    let found = json(&logyard(&["check", "--json", &file]));
    assert_eq!(found["files"][0]["remarks"], serde_json::json!([{"line": 12, "column": 14, "message": remark}]));
}

#[test]
fn what_is_wrong_in_a_scenario_is_said_with_its_place_and_ends_with_2() {
    let folder = folder();
    let (good, bad) = (write(&folder, "good.toml", GOOD), write(&folder, "bad.toml", BAD));
    let output = logyard(&["check", &bad, &good, "missing.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains(&format!("{bad}:2:1: ")), "{}", err(&output));
    assert!(err(&output).contains("missing.toml: "), "{}", err(&output));
    assert_eq!(out(&output), format!("{good}: valid\n"));

    let output = logyard(&["run", &bad]);
    assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
    assert!(err(&output).contains(&format!("{bad}:2:1: ")) && err(&output).contains("\"seed\""), "{}", err(&output));
}

#[test]
fn a_check_in_json_is_one_object() {
    let folder = folder();
    let (good, bad) = (write(&folder, "good.toml", GOOD), write(&folder, "bad.toml", BAD));
    let output = logyard(&["check", "--json", &good, &bad]);
    assert_eq!(output.status.code(), Some(2));
    let found = json(&output);
    assert_eq!(found["files"][0], serde_json::json!({"file": good, "valid": true, "problems": [], "remarks": []}));
    assert_eq!(found["files"][1]["valid"], false);
    assert_eq!(found["files"][1]["problems"][0]["line"], 2);
}

#[test]
fn a_run_says_in_words_or_in_json_what_came_of_it() {
    let folder = folder();
    let file = write(&folder, "good.toml", GOOD);
    let run = ["run", &file, "--clock", "virtual", "--for", "8s"];
    let words = logyard(&run);
    assert_eq!((words.status.code(), err(&words)), (Some(0), String::new()));
    for expected in ["One topic", "8.0 s of virtual time", "seed 3", "billing-1", "held: run.failed == 0"] {
        assert!(out(&words).contains(expected), "{expected}: {}", out(&words));
    }
    let summary = logyard(&[&run[..], &["--json"]].concat());
    assert_eq!((summary.status.code(), err(&summary)), (Some(0), String::new()));
    let summary = json(&summary);
    assert_eq!(
        (&summary["seed"], &summary["clock"], &summary["elapsed_s"]),
        (&3.into(), &"virtual".into(), &8.0.into())
    );
    assert_eq!(summary["produced"], summary["accepted"]);
    assert_eq!(summary["expectations"][0]["held"], true);
}

#[test]
fn another_seed_is_another_run() {
    let folder = folder();
    let file = write(&folder, "good.toml", GOOD);
    let run =
        |seed: &str| json(&logyard(&["run", &file, "--clock", "virtual", "--for", "8s", "--json", "--seed", seed]));
    let (one, other) = (run("3"), run("4"));
    assert_eq!((&one["seed"], &other["seed"]), (&3.into(), &4.into()));
    assert_eq!(one["topics"], run("3")["topics"]);
    assert_ne!(one["topics"], other["topics"]);
}

#[test]
fn an_expectation_that_does_not_hold_ends_with_1() {
    let folder = folder();
    let file = write(&folder, "vain.toml", &GOOD.replace("run.failed == 0", "run.produced > 1000000"));
    let run = ["run", &file, "--clock", "virtual", "--for", "5s"];
    let words = logyard(&run);
    assert_eq!(words.status.code(), Some(1), "{}", err(&words));
    assert!(out(&words).contains("DID NOT HOLD: run.produced > 1000000"), "{}", out(&words));
    let summary = logyard(&[&run[..], &["--json"]].concat());
    assert_eq!(summary.status.code(), Some(1));
    assert_eq!(json(&summary)["expectations"][0]["held"], false);
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_and_all_that_there_are() {
    let output = logyard(&["run", "oders"]);
    assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
    assert!(err(&output).contains("did you mean \"orders\"?"), "{}", err(&output));
    for name in library::names() {
        assert!(err(&output).contains(name), "{name}: {}", err(&output));
    }
}

#[test]
fn a_second_run_on_the_same_data_goes_on_where_the_first_ended() {
    let folder = folder();
    let (file, data) = (write(&folder, "good.toml", GOOD), folder.path().join("data"));
    let data = data.to_str().expect("temporary paths are text");
    let run = || {
        let durable = ["--durability", "immediate", "--data", data];
        let output = logyard(&[&["run", &file, "--json", "--for", "6s", "--speed", "4"], &durable[..]].concat());
        assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
        json(&output)
    };
    let records = |summary: &Value| -> i64 {
        let partitions = summary["topics"][0]["partitions"].as_array().expect("partitions");
        partitions.iter().map(|partition| partition["log_end_offset"].as_i64().expect("an offset")).sum()
    };
    let (first, second) = (run(), run());
    assert_eq!(Some(records(&first)), first["accepted"].as_i64());
    assert_eq!(Some(records(&second)), second["accepted"].as_i64().map(|accepted| accepted + records(&first)));
    // What was committed isn't read again.
    assert_eq!(second["groups"][0]["ledger"]["duplicates"], 0);
    let processed = |summary: &Value| summary["groups"][0]["members"][0]["processed"].as_i64().expect("a count");
    assert!(processed(&first) + processed(&second) <= records(&second), "{first} {second}");
}

#[test]
fn data_that_a_run_would_not_use_is_told() {
    let folder = folder();
    let (file, data) = (write(&folder, "good.toml", GOOD), folder.path().join("data"));
    let data = data.to_str().expect("temporary paths are text");
    let output = logyard(&["run", &file, "--clock", "virtual", "--for", "1s", "--data", data]);
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("--data is not used"), "{}", err(&output));
}

#[test]
fn a_store_that_another_process_uses_ends_with_3() {
    let folder = folder();
    let file = write(&folder, "good.toml", GOOD);
    let data = folder.path().join("data");
    let driver = Driver::live().expect("threads");
    let setup = Setup { store: StorePlace::Dir(data.clone()), ..Setup::new(library::get("orders").expect("built in")) };
    let holder = driver.block_on(Experiment::start(driver.clock().clone(), setup)).expect("the store opens");
    let data = data.to_str().expect("temporary paths are text");
    let output = logyard(&["run", &file, "--for", "1s", "--durability", "immediate", "--data", data]);
    assert_eq!((output.status.code(), out(&output)), (Some(3), String::new()));
    assert!(err(&output).contains("in use by another process"), "{}", err(&output));
    assert!(err(&output).contains(data), "{}", err(&output));
    driver.block_on(holder.stop()).expect("the store closes");
}

#[test]
fn the_textbook_plan_is_10_and_20_so_20() {
    let arguments = ["plan", "--produce-rate", "1000/s", "--partition-write-limit", "100/s", "--consumer-rate", "50/s"];
    let output = logyard(&[&arguments[..], &["--partitions", "16,20,25", "--for", "10s", "--json"]].concat());
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
    let summary = json(&output);
    assert_eq!(summary["recommended"]["partitions"], 20);
    assert_eq!((&summary["limits"][0]["partitions"], &summary["limits"][1]["partitions"]), (&10.into(), &20.into()));
    let simulated = &summary["candidates"][2]["simulated"];
    assert!(simulated["records"].as_u64().is_some_and(|records| records > 9_000), "{simulated}");

    let output = logyard(&[&arguments[..], &["--config", "kafka-topics"]].concat());
    assert!(out(&output).contains("--partitions 20 --replication-factor 3"), "{}", out(&output));
    let output = logyard(&[&arguments[..], &["--no-simulation"]].concat());
    assert!(out(&output).contains("20 partitions · 20 consumers · set by consume-rate"), "{}", out(&output));
}

#[test]
fn a_wrong_plan_ends_with_2_and_one_that_can_not_be_met_with_1() {
    let table: &[(&[&str], &str)] = &[
        (&["plan"], "logyard plan --produce-rate 1000/s --partition-write-limit 100/s --consumer-rate 50/s"),
        (&["plan", "--produce-rate", "-5/s", "--consumer-rate", "50/s"], "--produce-rate: produce_rate is negative"),
        (&["plan", "--produce-rate", "5/s", "--consumer-rate", "0/s"], "--consumer-rate: consumer_rate is 0"),
        (
            &["plan", "--produce-rate", "5/s", "--consumer-rate", "9/s", "--producers", "0"],
            "--producers: producers must be 1",
        ),
        (
            &["plan", "--produce-rate", "5/s", "--consumer-rate", "9/s", "--producers", "-3"],
            "--producers: producers must be 1",
        ),
        (&["plan", "missing.toml"], "missing.toml: can't read the plan"),
        (&["plan", "a.toml", "--config", "ansible"], "kafka-topics, strimzi or terraform"),
    ];
    for (arguments, expected) in table {
        let output = logyard(arguments);
        assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()), "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
    }
    let output = logyard(&["plan", "assets/plans/hot-key.toml", "--no-simulation", "--json"]);
    assert_eq!((output.status.code(), &json(&output)["recommended"]), (Some(1), &Value::Null));
    let reason = json(&output)["reasons"][0].as_str().map(str::to_owned).unwrap_or_default();
    assert!(reason.starts_with("No count of partitions helps"), "{reason}");
}

#[test]
fn a_plan_without_keys_waits_the_longer_the_fewer_producers_it_names() {
    let arguments = ["plan", "--produce-rate", "200/s", "--consumer-rate", "50/s", "--partitions", "8", "--for", "20m"];
    let waits = |producers: &[&str]| {
        let output = logyard(&[&arguments[..], producers, &["--json"]].concat());
        assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
        let candidate = json(&output)["candidates"][0].clone();
        let wait = |figures: &Value| figures["mean_wait_ms"].as_f64().expect("it waits");
        (candidate["theory"]["queue"].clone(), wait(&candidate["theory"]), wait(&candidate["simulated"]))
    };
    let (many, few) = (waits(&[]), waits(&["--producers", "4"]));
    assert_eq!((&many.0, &few.0), (&Value::from("M/M/1"), &Value::from("runs/M/1")));
    assert!(few.1 > 4.0 * many.1 && (few.2 / few.1 - 1.0).abs() < 0.1, "{many:?} {few:?}");

    let output = logyard(&[&arguments[..], &["--no-simulation"]].concat());
    assert!(out(&output).contains("say how many with producers"), "{}", out(&output));
}

#[test]
fn every_plan_that_comes_along_is_valid() {
    let output = logyard(&[
        "check",
        "assets/plans/textbook.toml",
        "assets/plans/checkout-2027.toml",
        "assets/plans/hot-key.toml",
    ]);
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
    let folder = folder();
    let bad = write(&folder, "bad.toml", "version = 1\nproduce_rate = \"0/s\"\nconsumer_rate = \"5/s\"\n");
    let output = logyard(&["check", &bad]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains(&format!("{bad}:2:16: produce_rate is 0")), "{}", err(&output));
}

#[test]
fn a_comparison_is_part_of_the_json_and_of_the_report() {
    let folder = folder();
    let directory = folder.path().join("report");
    let directory = directory.to_str().expect("temporary paths are text");
    let load = ["plan", "--produce-rate", "6/s", "--consumer-rate", "10/s", "--partitions", "2", "--for", "1h"];
    let rest = ["--keys", "uniform", "--compare", "--json", "--report", directory];
    let output = logyard(&[&load[..], &rest[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let summary = json(&output);
    let compared = &summary["compared"];
    assert_eq!((&compared["clock"], &compared["seed"]), (&Value::from("virtual"), &summary["seed"]));
    assert!(compared["measured_records"].as_u64().unwrap() > 3_000, "{compared}");
    let figures = compared["figures"].as_array().expect("there are figures");
    let processed = figures.iter().find(|figure| figure["name"] == "processed_per_s").expect("it is compared");
    assert!((processed["measured"].as_f64().unwrap() / 6.0 - 1.0).abs() < 0.1, "{processed}");
    assert!(figures.iter().any(|figure| figure["name"] == "p99_ms"), "{compared}");
    assert_eq!(summary["interrupted"], Value::from(false));
    let page = fs::read_to_string(folder.path().join("report/report.html")).expect("it was written");
    assert!(page.contains("On the broker"), "the page lacks the comparison");
}

#[test]
fn a_clock_without_a_comparison_is_refused() {
    let output = logyard(&["plan", "--produce-rate", "6/s", "--consumer-rate", "10/s", "--clock", "real"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("--compare"), "{}", err(&output));
}

/// Whether a process hears SIGINT itself, rather than being ended by it.
#[cfg(target_os = "linux")]
fn hears_interrupts(process: u32) -> bool {
    const SIGINT: u64 = 1 << 1;
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & SIGINT > 0)
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_plan_tells_what_theory_says_and_ends_with_3() {
    let arguments = ["plan", "--produce-rate", "1000/s", "--consumer-rate", "50/s", "--for", "48h", "--json"];
    let child = Command::new(env!("CARGO_BIN_EXE_logyard"))
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    while !hears_interrupts(child.id()) {
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(kill.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("interrupted"), "{}", err(&output));
    let summary = json(&output);
    assert_eq!(summary["interrupted"], Value::from(true));
    let candidates = summary["candidates"].as_array().expect("there are candidates");
    assert!(!candidates.is_empty());
    for candidate in candidates {
        assert!(candidate["simulated"].is_null() && candidate["verdict"].is_string(), "{candidate}");
    }
}
