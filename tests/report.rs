//! `--report`: what it writes beside what a run prints, and what it leaves alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(directory: &Path, length: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_logyard"))
        .args(["run", "orders", "--clock", "virtual", "--for", length, "--json", "--report"])
        .arg(directory)
        .output()
        .expect("the program starts")
}

/// Every file below a directory, by its path there.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(directory).expect("below it").to_str().expect("text").to_owned();
                found.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn a_virtual_run_writes_the_same_report_each_time_but_for_how_long_it_took() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let report = |name: &str| {
        let directory = folder.path().join(name);
        let output = run(&directory, "12s");
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
        let files = files(&directory);
        assert_eq!(files["summary.json"], output.stdout, "the summary is what was printed");
        (files, wall(&output))
    };
    let ((mut one, wall_of_one), (mut other, wall_of_other)) = (report("one"), report("other"));
    for expected in ["report.html", "charts/lag-billing.dark.png", "charts/throughput.light.svg", "data/ledger.csv"] {
        assert!(one.contains_key(expected), "{expected} in {:?}", one.keys());
    }
    for name in ["summary.json", "report.html"] {
        let timeless = |files: &mut BTreeMap<String, Vec<u8>>, wall: f64| {
            let text = String::from_utf8(files.remove(name).expect("it was written")).expect("text");
            text.replace(&format!("\"wall_s\":{wall}"), "").replace(&format!("<dd>{wall:.1} s of real time</dd>"), "")
        };
        assert_eq!(timeless(&mut one, wall_of_one), timeless(&mut other, wall_of_other), "{name}");
    }
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    let different: Vec<&String> = one.keys().filter(|name| one[*name] != other[*name]).collect();
    assert_eq!(different, Vec::<&String>::new());
}

fn wall(output: &Output) -> f64 {
    let summary: Value = serde_json::from_slice(&output.stdout).expect("the summary is JSON");
    summary["wall_s"].as_f64().expect("seconds")
}

#[test]
fn what_is_not_its_own_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(folder.path().join("data")).expect("a folder");
    fs::write(folder.path().join("data/mine.csv"), "mine").expect("a file");
    fs::write(folder.path().join("report.html"), "old").expect("a file");
    assert_eq!(run(folder.path(), "1s").status.code(), Some(0));
    let files = files(folder.path());
    assert_eq!(files["data/mine.csv"], b"mine");
    assert!(files["report.html"].starts_with(b"<!doctype html>"));
    assert!(!files.keys().any(|name| name.contains(".tmp")), "{:?}", files.keys());
}

#[test]
fn a_place_that_takes_no_files_ends_with_3_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("taken");
    fs::write(&file, "a file").expect("a file");
    let output = run(&file.join("below"), "1s");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for expected in ["writing the report to ", "taken", "choose another directory"] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert_eq!(fs::read(file).expect("it is still there"), b"a file");
}

#[test]
fn a_plan_has_a_report_too() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let load = ["plan", "--produce-rate", "40/s", "--consumer-rate", "10/s", "--partitions", "5,6", "--for", "5 min"];
    let output = Command::new(env!("CARGO_BIN_EXE_logyard"))
        .args(load)
        .args(["--pattern", "poisson", "--outage", "20s", "--json", "--report"])
        .arg(folder.path())
        .output()
        .expect("the program starts");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    let files = files(folder.path());
    assert_eq!(files["summary.json"], output.stdout, "the summary is what was printed");
    let charts = ["latency-by-partitions", "backlog", "outage"];
    for chart in charts {
        for ending in ["light.svg", "light.png", "dark.svg", "dark.png"] {
            assert!(files.contains_key(&format!("charts/{chart}.{ending}")), "{chart}.{ending} in {:?}", files.keys());
        }
        assert!(files[&format!("data/{chart}.csv")].len() > 100, "{chart}");
    }
    let page = String::from_utf8_lossy(&files["report.html"]);
    for expected in ["Plan report", "ceil(produce_rate / consumer_rate)", "Latency by the number of partitions"] {
        assert!(page.contains(expected), "{expected}");
    }
}
