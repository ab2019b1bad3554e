//! The table against sums that can be done by hand.

use std::time::Duration;

use super::*;
use crate::model::units::Rate;
use crate::planner::choice::Choice;
use crate::scenario::plan::{Outage, Plan, Target};
use crate::scenario::{Keys, Pattern, RecordSize};

fn rate(per_second: f64) -> Rate {
    Rate::from_per_second(per_second).unwrap()
}

/// 1,000 messages per second, 100 writes per partition, 50 messages per consumer.
fn textbook() -> Plan {
    Plan { produce_rate: rate(1_000.0), partition_write_limit: Some(rate(100.0)), ..Plan::default() }
}

fn limits_of(plan: &Plan) -> Vec<(&'static str, Figure)> {
    limits(&Facts::of(plan)).into_iter().map(|row| (row.name, row.result)).collect()
}

#[test]
fn the_textbook_case_is_10_and_20() {
    let plan = textbook();
    assert_eq!(limits_of(&plan), [("produce-rate", Figure::Partitions(10)), ("consume-rate", Figure::Partitions(20))]);
    let rows = limits(&Facts::of(&plan));
    assert_eq!(rows[0].formula, "ceil(produce_rate / partition_write_limit)");
    assert_eq!(rows[1].formula, "ceil(produce_rate / consumer_rate)");
    assert_eq!(rows[1].inputs, [("produce_rate", "1,000/s".to_owned()), ("consumer_rate", "50/s".to_owned())]);
    assert_eq!(
        rows[1].sentence,
        "On average 1,000/s come and a consumer takes 50/s, so 20 consumers are needed to read them, each with a \
         partition of its own."
    );
}

#[test]
fn waiting_has_one_formula_with_runs_and_another_without() {
    let choice = Choice { partitions: 40, consumers: 40 };
    let rows_of = |plan: &Plan| {
        let facts = Facts::of(plan);
        let about = ["runs", "mean-wait", "p99-latency-expected"];
        let rows = rows(&facts, Some(&Assessment::of(&facts, choice)));
        rows.into_iter().filter(|row| about.contains(&row.name)).collect::<Vec<_>>()
    };
    let names = |rows: &[Row]| rows.iter().map(|row| row.name).collect::<Vec<_>>();
    let plain = rows_of(&textbook());
    assert_eq!(names(&plain), ["mean-wait", "p99-latency-expected"]);
    let runs = rows_of(&Plan { producers: Some(4), ..textbook() });
    assert_eq!(names(&runs), ["runs", "mean-wait", "p99-latency-expected"]);
    assert_eq!(runs[0].result, Figure::Records(16.0));
    let sentence = "Each of 4 producers sends 16 records to one partition before it goes on to another.";
    assert_eq!(runs[0].sentence, sentence);
    assert_eq!(&runs[1].inputs[..2], [("producers", "4".to_owned()), ("run", "16 records".to_owned())]);
    assert!(runs[1].sentence.contains("a queue runs/M/1") && runs[1].formula != plain[0].formula);
    let (Figure::Seconds(with), Figure::Seconds(without)) = (runs[1].result, plain[0].result) else {
        panic!("{runs:?}")
    };
    assert!(with > 5.0 * without, "{with} {without}");
    assert_eq!(rows_of(&Plan { producers: Some(4), keys: Keys::Uniform { count: 9_000 }, ..textbook() }).len(), 2);
}

#[test]
fn peaks_ask_for_more_unless_a_backlog_is_allowed() {
    let diurnal = Pattern::Diurnal { peak: 2.5, period: Duration::from_hours(24) };
    let mut plan = Plan { pattern: diurnal, ..textbook() };
    let partitions = Figure::Partitions;
    let expected = [
        ("produce-rate", partitions(10)),
        ("consume-rate", partitions(20)),
        ("produce-rate-at-peak", partitions(25)),
        ("consume-rate-at-peak", partitions(50)),
    ];
    assert_eq!(limits_of(&plan), expected);
    plan.target.max_backlog_time = Some(Duration::from_mins(30));
    let names: Vec<_> = limits_of(&plan).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["produce-rate", "consume-rate", "produce-rate-at-peak", "backlog"]);
    let Figure::Partitions(needed) = limits_of(&plan)[3].1 else { panic!("{:?}", limits_of(&plan)) };
    assert!((20..50).contains(&needed), "{needed}");
}

#[test]
fn headroom_and_catching_up_ask_for_more() {
    let target = Target { catch_up: Some(Duration::from_hours(1)), utilisation: Some(0.85), ..Target::default() };
    let outage = Some(Outage { length: Duration::from_mins(30), at: None });
    let limits = limits_of(&Plan { outage, target, ..textbook() });
    // 1,000 / (50 × 0.85) = 23.5, and 1,000 × (1 + 30 / 60) / 50 = 30.
    assert_eq!(limits[2..], [("headroom", Figure::Partitions(24)), ("catch-up", Figure::Partitions(30))]);
}

#[test]
fn a_hot_key_sets_a_ceiling() {
    let hot = |share| Plan { keys: Keys::Hot { share, count: 100_000 }, ..textbook() };
    let limits = limits_of(&hot(0.03));
    let Figure::Partitions(needed) = limits[2].1 else { panic!("{limits:?}") };
    // 5 % fit on a consumer, and 3 % are one key's, so that 2 % are left for the others on its partition.
    assert!((47..60).contains(&needed), "{needed}");

    let rows = super::limits(&Facts::of(&hot(0.065)));
    assert_eq!(rows[2].result, Figure::Never);
    assert_eq!(
        rows[2].sentence,
        "No count of partitions helps, because one key alone, \"k0\" with 6.5 % of the records, needs 130 % of a consumer."
    );
}

#[test]
fn what_no_count_can_carry_is_said() {
    let flood = limits_of(&Plan { produce_rate: rate(10_000_000.0), ..textbook() });
    assert_eq!(flood, [("produce-rate", Figure::Never), ("consume-rate", Figure::Never)]);
    let target = Target { p99_latency: Some(Duration::from_millis(50)), ..Target::default() };
    let rows = limits(&Facts::of(&Plan { target, ..textbook() }));
    assert_eq!((rows[2].name, rows[2].result), ("p99-latency", Figure::Never));
    assert!(rows[2].sentence.contains("processing alone takes more than 50ms for 1 of 100 records (92.1 ms)"));
}

#[test]
fn disk_is_rate_times_size_times_retention_times_replicas() {
    let plan = Plan {
        message_size: RecordSize::Constant(1_200),
        retention: Some(Duration::from_hours(72)),
        outage: Some(Outage { length: Duration::from_mins(30), at: None }),
        ..textbook()
    };
    let facts = Facts::of(&plan);
    assert_eq!(facts.disk_bytes(), Some(933_120_000_000.0));
    let chosen = Assessment::of(&facts, Choice { partitions: 30, consumers: 30 });
    let rows = rows(&facts, Some(&chosen));
    let result = |name| rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}")).result;
    assert_eq!(result("disk"), Figure::Bytes(933_120_000_000.0));
    assert_eq!(result("open-files"), Figure::Count(270.0));
    assert!(matches!(result("outage-catch-up"), Figure::Seconds(seconds) if (seconds - 3_600.0).abs() < 1e-3));
    assert!(matches!(result("outage-backlog"), Figure::Records(records) if (records - 1_800_000.0).abs() < 1.0));
    // M/M/1 at two thirds: a wait of two service times of 20 ms.
    assert!(matches!(result("mean-wait"), Figure::Seconds(seconds) if (seconds - 0.04).abs() < 1e-9));
    assert!(matches!(result("in-system"), Figure::Records(records) if (records - 60.0).abs() < 1e-6));
    assert!(rows.iter().all(|row| row.sentence.ends_with('.') && !row.source.is_empty() && !row.title.is_empty()));
}
