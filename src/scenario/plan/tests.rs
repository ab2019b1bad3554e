//! What a plan's file means, what is refused with which words, and that what is saved is read again.

use std::io;
use std::time::Duration;

use proptest::prelude::*;

use super::{Outage, Plan, Target, check, is_plan, to_toml};
use crate::model::units::Rate;
use crate::scenario::{BatchSpec, Keys, Pattern, RecordSize, ServiceTime};

const VALID: &str = r#"version = 1
title = "checkout 2027"
produce_rate = "1000/s"
pattern = { diurnal = { peak = 2.5, period = "24h" } }
message_size = "1.2 KB"
keys = { distribution = "zipf", count = 10000, exponent = 0.8 }
producers = 4
partition_write_limit = "100/s"
consumer_rate = "50/s"
processing = { distribution = "exponential", mean = "10ms" }
tolerate_consumer_failures = 1
replication_factor = 3
retention = "72h"
[outage]
length = "30m"
[target]
p99_latency = "2s"
max_backlog_time = "5m"
catch_up = "60m"
utilisation = 0.85
"#;

fn files(name: &str) -> io::Result<String> {
    let text = match name {
        "day.csv" => "time,rate\n00:00,100\n01:00,300\n02:00,200\n",
        "export.csv" => "\"Time\";\"Rate\"\n2026-03-01 00:00:00;120.5\n2026-03-01 00:05:00;80\n",
        "hole.csv" => "0,100\n60,\n120,90\n",
        "gap.csv" => "0,1\n60,1\n120,1\n180,1\n240,1\n300,1\n600,1\n660,1\n720,1\n",
        "negative.csv" => "0,100\n60,-5\n",
        "disorder.csv" => "0,100\n120,5\n60,5\n",
        "infinite.csv" => "0,100\n60,inf\n",
        "wide.csv" => "time,a,b\n0,100,200\n",
        "idle.csv" => "0,0\n60,0\n",
        "keys.csv" => "key,count\nacme,700\nzenith,50\nother,250\n",
        "twice.csv" => "acme,700\nacme,50\n",
        "half.csv" => "acme,700\nzenith,\n",
        "less.csv" => "acme,-700\n",
        "none.csv" => "acme,0\n",
        _ => return Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    };
    Ok(text.to_owned())
}

fn read(text: &str) -> Result<Plan, String> {
    check("p.toml", text, &[], files).map_err(|errors| errors.to_string())
}

fn with_flags(text: &str, flags: &[(&str, &str)]) -> Result<Plan, String> {
    let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    check("p.toml", text, &flags, files).map_err(|errors| errors.to_string())
}

fn edited(from: &str, to: &str) -> String {
    assert!(VALID.contains(from), "{from}");
    VALID.replacen(from, to, 1)
}

fn rate(per_second: f64) -> Rate {
    Rate::from_per_second(per_second).unwrap()
}

#[test]
fn a_file_means_what_it_says() {
    let expected = Plan {
        title: "checkout 2027".to_owned(),
        seed: 1,
        produce_rate: rate(1_000.0),
        pattern: Pattern::Diurnal { peak: 2.5, period: Duration::from_hours(24) },
        message_size: RecordSize::Constant(1_200),
        keys: Keys::Zipf { count: 10_000, exponent: 0.8 },
        producers: Some(4),
        partition_write_limit: Some(rate(100.0)),
        consumer_rate: Some(rate(50.0)),
        processing: Some(ServiceTime::Exponential { mean: Duration::from_millis(10) }),
        batch: BatchSpec::SINGLE,
        workers: 1,
        tolerate_consumer_failures: 1,
        replication_factor: 3,
        retention: Some(Duration::from_hours(72)),
        outage: Some(Outage { length: Duration::from_mins(30), at: None }),
        target: Target {
            p99_latency: Some(Duration::from_secs(2)),
            max_backlog_time: Some(Duration::from_mins(5)),
            catch_up: Some(Duration::from_hours(1)),
            utilisation: Some(0.85),
        },
        partitions: Vec::new(),
        consumers: None,
        precision: None,
    };
    assert_eq!(read(VALID).unwrap(), expected);
    assert_eq!(read(&to_toml(&expected)).unwrap(), expected);
}

#[test]
fn a_consumer_is_as_fast_as_its_rate_and_as_uneven_as_its_processing() {
    let both = read(VALID).unwrap();
    assert_eq!(both.consumer_per_second(), 50.0);
    assert_eq!(both.work().processing, ServiceTime::Exponential { mean: Duration::from_millis(20) });

    let batches = "processing = \"10ms\"\nbatch = { size = 50, overhead = \"100ms\" }\nworkers = 3\n";
    let batches = read(&format!("version = 1\nproduce_rate = \"10/s\"\n{batches}")).unwrap();
    assert!((batches.consumer_per_second() - 250.0).abs() < 1e-9);
}

#[test]
fn rates_and_keys_are_read_from_csv() {
    let day = read(&edited("{ diurnal = { peak = 2.5, period = \"24h\" } }", "{ trace = { file = \"day.csv\" } }"));
    assert!(day.unwrap_err().contains("p.toml:3:16: a trace has rates of its own: leave out produce_rate"));
    let plan = |pattern: &str| {
        let text = format!("version = 1\nconsumer_rate = \"50/s\"\npattern = {{ trace = {{ file = \"{pattern}\" }} }}");
        let Pattern::Trace { points, .. } = read(&text).unwrap().pattern else { panic!("{text}") };
        points.iter().map(|point| (point.at.as_secs(), point.rate.per_second())).collect::<Vec<_>>()
    };
    assert_eq!(plan("day.csv"), [(0, 100.0), (3_600, 300.0), (7_200, 200.0)]);
    assert_eq!(plan("export.csv"), [(0, 120.5), (300, 80.0)]);

    let keys = read(&edited(
        "{ distribution = \"zipf\", count = 10000, exponent = 0.8 }",
        "{ distribution = \"counts\", file = \"keys.csv\" }",
    ));
    let Keys::Counts { counts, file } = keys.unwrap().keys else { panic!("not counts") };
    let counts: Vec<_> = counts.iter().map(|count| (&*count.key, count.count)).collect();
    assert_eq!((file.as_str(), counts), ("keys.csv", vec![("acme", 700), ("other", 250), ("zenith", 50)]));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_what_to_do() {
    let table = [
        ("\"1000/s\"", "\"0/s\"", "3:16: produce_rate is 0: say how many records come on average"),
        ("\"1000/s\"", "\"-3/s\"", "3:16: produce_rate is negative"),
        ("\"1000/s\"", "\"inf/s\"", "3:16: produce_rate is infinite"),
        ("\"1000/s\"", "1000", "3:16: produce_rate must be a rate, such as"),
        ("produce_rate", "produce_rat", "3:1: unknown key \"produce_rat\" in the file; did you mean \"produce_rate\"?"),
        ("\"50/s\"", "\"0/s\"", "9:17: consumer_rate is 0"),
        ("\"100/s\"", "\"-1/s\"", "8:25: partition_write_limit is negative"),
        ("\"10ms\"", "\"0s\"", "10:14: processing takes no time at all"),
        ("utilisation = 0.85", "utilisation = 1.2", "20:15: utilisation must be 0.01 to 1"),
        ("p99_latency", "p99_latancy", "17:1: unknown key \"p99_latancy\" in target; did you mean \"p99_latency\"?"),
        ("[outage]\nlength = \"30m\"", "", "catch_up needs an outage"),
        ("replication_factor = 3", "replication_factor = 0", "12:22: replication_factor must be 1 to 100"),
        ("retention = \"72h\"", "retention = \"72h\"\nprecision = 2", "14:13: precision must be 0.001 to 0.5"),
        ("retention = \"72h\"", "retention = \"72h\"\npartitions = [8, 0]", "14:18: partitions must be 1 to 10000"),
        ("retention = \"72h\"", "retention = \"72h\"\nconsumers = 1", "with 1 failures nobody is left of 1 consumers"),
        ("producers = 4", "producers = 0", "7:13: producers must be 1 to 1000"),
        ("producers = 4", "producers = -1", "7:13: producers must be 1 to 1000"),
        ("producers = 4", "producers = 1001", "7:13: producers must be 1 to 1000"),
        ("producers = 4", "producers = \"four\"", "7:13: producers must be a whole number"),
        ("producers = 4", "producer = 4", "7:1: unknown key \"producer\" in the file; did you mean \"producers\"?"),
        ("version = 1", "version = 2", "1:11: the file has version 2"),
        ("zipf", "zipff", "did you mean \"zipf\"?"),
    ];
    for (from, to, expected) in table {
        let wrong = read(&edited(from, to)).expect_err(to);
        assert!(wrong.contains(expected), "{to}: {wrong}");
    }
    let nothing = read("version = 1\nproduce_rate = \"5/s\"\n").unwrap_err();
    assert!(nothing.contains("needs what a consumer takes: \"consumer_rate\""), "{nothing}");
}

#[test]
fn a_wrong_csv_is_named_with_its_line_and_what_to_do() {
    let table = [
        ("hole.csv", "hole.csv, line 2: the rate is missing: fill it in"),
        ("gap.csv", "gap.csv, line 7: from 300 s to 600 s nothing is said, although the other rows are 60s apart"),
        ("negative.csv", "negative.csv, line 2: the rate -5 is negative: write 0 or more"),
        ("disorder.csv", "disorder.csv, line 3: 60 s doesn't come after 120 s: sort the rows by time"),
        ("infinite.csv", "infinite.csv, line 2: the rate inf is no load"),
        ("wide.csv", "wide.csv, line 2: a row holds a time and a rate, such as 60,1500, and this one has 3 columns"),
        ("idle.csv", "every rate of the trace is 0"),
        ("missing.csv", "the file \"missing.csv\" can't be read: no such file"),
    ];
    for (file, expected) in table {
        let text = format!("version = 1\nconsumer_rate = \"5/s\"\npattern = {{ trace = {{ file = \"{file}\" }} }}\n");
        let wrong = read(&text).expect_err(file);
        assert!(wrong.contains(expected), "{file}: {wrong}");
    }
    let table = [
        ("twice.csv", "twice.csv, line 2: the key \"acme\" has a count in line 1 already"),
        ("half.csv", "half.csv, line 2: the count of \"zenith\" is missing"),
        ("less.csv", "less.csv, line 1: \"-700\" is no count"),
        ("none.csv", "in \"none.csv\" all counts are 0"),
    ];
    for (file, expected) in table {
        let keys = format!("{{ distribution = \"counts\", file = \"{file}\" }}");
        let wrong = read(&edited("{ distribution = \"zipf\", count = 10000, exponent = 0.8 }", &keys)).expect_err(file);
        assert!(wrong.contains(expected), "{file}: {wrong}");
    }
}

#[test]
fn flags_win_over_the_file_and_are_named_where_they_are_wrong() {
    let flags =
        [("produce_rate", "2k/s"), ("utilisation", "0.5"), ("partitions", "8,16"), ("title", "2027"), ("outage", "5m")];
    let plan = with_flags(VALID, &flags).unwrap();
    assert_eq!((plan.produce_rate, plan.partitions.as_slice()), (rate(2_000.0), &[8, 16][..]));
    assert_eq!((plan.target.utilisation, plan.target.p99_latency), (Some(0.5), Some(Duration::from_secs(2))));
    assert_eq!((plan.title.as_str(), plan.outage.unwrap().length), ("2027", Duration::from_mins(5)));

    let flags = [("produce_rate", "10/s"), ("consumer_rate", "5/s"), ("keys", "keys.csv"), ("pattern", "constant")];
    let plan = with_flags("version = 1", &flags).unwrap();
    assert!(matches!(plan.keys, Keys::Counts { .. }) && plan.pattern == Pattern::Constant);

    let table = [
        ("consumer_rate", "0/s", "the command line: --consumer-rate: consumer_rate is 0"),
        ("catch_up", "soon", "the command line: --catch-up: catch_up: \"soon\" is not a length of time"),
        ("keys", "{ distribution = ", "the command line: --keys: "),
        ("producers", "0", "the command line: --producers: producers must be 1 to 1000"),
        ("producers", "many", "the command line: --producers: producers must be a whole number"),
        ("pattern", "poison", "--pattern: unknown pattern \"poison\"; did you mean \"poisson\"?"),
    ];
    for (flag, value, expected) in table {
        let wrong = with_flags(VALID, &[("seed", "3"), (flag, value)]).expect_err(flag);
        assert!(wrong.contains(expected), "{flag}: {wrong}");
    }
}

#[test]
fn plans_are_told_from_scenarios() {
    assert!(is_plan(VALID) && is_plan("produce_rate = ") && !is_plan("version = 1\n[[topic]]\nname = \"a\"\n"));
    assert!(!is_plan("[[topic]]\n[target]\n"));
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let millis = |millis| Duration::from_millis(millis);
    prop_oneof![
        Just(Pattern::Constant),
        Just(Pattern::Poisson),
        (1_u64..100_000, 1_u64..1_000, 0.0..50.0).prop_map(move |(every, length, factor)| Pattern::Burst {
            every: millis(every + length),
            length: millis(length),
            factor
        }),
        (1.0..20.0, 1_u64..1_000_000).prop_map(move |(peak, period)| Pattern::Diurnal { peak, period: millis(period) }),
    ]
}

prop_compose! {
    fn targets()(
        p99 in prop::option::of(1_u64..1_000_000),
        backlog in prop::option::of(1_u64..1_000_000),
        utilisation in prop::option::of(0.01..1.0),
    ) -> Target {
        Target {
            p99_latency: p99.map(Duration::from_millis),
            max_backlog_time: backlog.map(Duration::from_micros),
            catch_up: None,
            utilisation,
        }
    }
}

prop_compose! {
    fn plans()(
        title in ".{0,12}", seed in any::<u64>(), produced in 0.001..1e6, pattern in patterns(), target in targets(),
        consumed in prop::option::of(0.01..1e6), mean in 1_u64..10_000_000, sigma in 0.0..3.0,
        limit in prop::option::of(1.0..1e6), producers in prop::option::of(1_u32..1_000), (size, overhead) in (1_u32..1_000, 0_u64..100_000), workers in 1_u32..64,
        failures in 0_u32..5, retention in prop::option::of(1_u64..10_000), partitions in prop::collection::btree_set(1_u32..10_000, 0..6),
        precision in prop::option::of(0.001..0.5),
    ) -> Plan {
        Plan {
            title, seed, produce_rate: rate(produced), pattern, producers, target,
            partition_write_limit: limit.map(rate),
            consumer_rate: consumed.map(rate),
            processing: Some(ServiceTime::LogNormal { mean: Duration::from_micros(mean), sigma }),
            batch: BatchSpec { size, overhead: Duration::from_micros(overhead) },
            workers,
            tolerate_consumer_failures: failures,
            retention: retention.map(Duration::from_secs),
            partitions: partitions.into_iter().collect(),
            precision,
            ..Plan::default()
        }
    }
}

proptest! {
    #[test]
    fn what_is_saved_is_read_again(plan in plans()) {
        let text = to_toml(&plan);
        prop_assert_eq!(read(&text).map_err(|wrong| format!("{wrong}\n{text}")), Ok(plan));
    }
}
