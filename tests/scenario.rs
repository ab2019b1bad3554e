//! Scenario files from outside: what is right is read, what is wrong is refused at its place, and what is
//! written is read again.

use std::io;
use std::time::Duration;

use logyard::model::durability::Durability;
use logyard::model::request::Acks;
use logyard::model::units::Rate;
use logyard::scenario::{
    self, Action, CommitPolicy, Keys, PartitionerKind, Pattern, RecordSize, Scenario, ServiceTime, library, to_toml,
};
use proptest::prelude::*;

const VALID: &str = r#"version = 1
title = "A burst outruns billing"
about = "Markdown, shown beside the run."
seed = 7
duration = "60s"
[broker]
durability = "immediate"
[[topic]]
name = "orders"
partitions = 8
config = { "retention.ms" = 3600000, "cleanup.policy" = "delete" }
[[producer]]
name = "web"
topic = "orders"
count = 1
rate = "800/s"
pattern = "poisson"
keys = { distribution = "zipf", count = 10000, exponent = 0.8 }
size = "1 KB"
acks = "all"
idempotent = true
linger = "5ms"
[[group]]
name = "billing"
topics = ["orders"]
assignor = "cooperative-sticky"
session_timeout = "6s"
commit = "after"
consumers = 4
processing = { distribution = "exponential", mean = "4ms" }
batch = { size = 50, overhead = "2ms" }
workers = 1
[[event]]
at = "20s"
crash = "billing-2"
[[expect]]
that = "billing.lost == 0"
"#;

fn files(name: &str) -> io::Result<String> {
    match name {
        "load.csv" => Ok("seconds,rate\n0,100\n10,300\n20,50\n".to_owned()),
        "times.csv" => Ok("ms\n4\n5.5\n400us\n".to_owned()),
        "broken.csv" => Ok("0,100\n10,fast\n".to_owned()),
        "empty.csv" => Ok("# nothing\n".to_owned()),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    }
}

fn check(text: &str) -> Result<Scenario, String> {
    scenario::check("f.toml", text, files).map_err(|errors| errors.to_string())
}

/// The valid file with one edit.
fn edited(from: &str, to: &str) -> String {
    assert!(VALID.contains(from), "{from}");
    VALID.replacen(from, to, 1)
}

#[test]
fn a_file_means_what_it_says() {
    let scenario = check(VALID).unwrap();
    assert_eq!((scenario.title.as_str(), scenario.seed), ("A burst outruns billing", 7));
    assert_eq!(scenario.duration, Some(Duration::from_mins(1)));
    assert_eq!(scenario.broker.durability, Durability::Immediate);
    assert_eq!(scenario.topics[0].config.retention, Some(Duration::from_hours(1)));
    let web = &scenario.producers[0];
    assert_eq!((web.rate, &web.pattern), (Rate::from_per_second(800.0).unwrap(), &Pattern::Poisson));
    assert_eq!(web.keys, Keys::Zipf { count: 10_000, exponent: 0.8 });
    assert_eq!((web.size, web.acks, web.idempotent), (RecordSize::Constant(1_000), Acks::All, true));
    let billing = &scenario.groups[0];
    assert_eq!(billing.heartbeat_interval, Duration::from_secs(2));
    assert_eq!(billing.commit, CommitPolicy::After);
    let names: Vec<_> = scenario.client_names().collect();
    assert_eq!(names, ["web", "billing-1", "billing-2", "billing-3", "billing-4"]);
    assert_eq!(scenario.events[0].action, Action::Crash { client: "billing-2".to_owned() });
}

#[test]
fn other_ways_to_say_it() {
    let cases = [
        ("acks = \"all\"", "acks = 1", "idempotent = true", "idempotent = false"),
        ("\"poisson\"", "{ burst = { every = \"10s\", length = \"1s\", factor = 5 } }", "8", "16"),
        ("\"poisson\"", "{ diurnal = { peak = 2.5, period = \"24h\" } }", "8", "16"),
        ("rate = \"800/s\"", "", "\"poisson\"", "{ trace = { file = \"load.csv\" } }"),
        ("\"1 KB\"", "{ distribution = \"uniform\", min = \"10 B\", max = \"1 KB\" }", "8", "16"),
        ("\"1 KB\"", "{ distribution = \"lognormal\", mean = \"1 KB\", p99 = \"4 KB\" }", "8", "16"),
        ("\"1 KB\"", "512", "8", "16"),
        ("\"exponential\", mean = \"4ms\"", "\"trace\", file = \"times.csv\"", "8", "16"),
        ("{ distribution = \"exponential\", mean = \"4ms\" }", "\"400us\"", "8", "16"),
        ("commit = \"after\"", "commit = { auto = { interval = \"1s\" } }", "8", "16"),
        ("crash = \"billing-2\"", "slow = { client = \"billing-2\", factor = 3 }", "8", "16"),
        ("crash = \"billing-2\"", "slow = \"billing-2\"\nfactor = 3", "8", "16"),
        ("crash = \"billing-2\"", "stall = { client = \"billing\", for = \"10s\" }", "8", "16"),
        ("crash = \"billing-2\"", "set_rate = { producer = \"web-1\", rate = \"2k/s\" }", "8", "16"),
        ("crash = \"billing-2\"", "set_processing = { group = \"billing\", processing = \"9ms\" }", "8", "16"),
        ("crash = \"billing-2\"", "remove_consumer = { group = \"billing\", count = 2 }", "8", "16"),
        ("linger = \"5ms\"", "partitioner = 7", "8", "8"),
        (
            "consumers = 4",
            "",
            "workers = 1",
            "workers = 1\n[[group.consumer]]\nname = \"a\"\n[[group.consumer]]\nworkers = 3\ninstance_id = \"x\"",
        ),
    ];
    for (from, to, also, becomes) in cases {
        let text = edited(from, to).replacen(also, becomes, 1);
        let scenario = check(&text);
        assert!(scenario.is_ok(), "{to}\n{}", scenario.unwrap_err());
        assert_eq!(check(&to_toml(scenario.as_ref().unwrap())), scenario, "{}", to_toml(scenario.as_ref().unwrap()));
    }
}

/// An edit of the valid file, what is put in its place, and the refusal after the file's name.
const REFUSED: &[(&str, &str, &str)] = &[
    ("version = 1", "version = 2", "1:11: the file has version 2; this program reads version 1"),
    ("version = 1\n", "", "1:1: the file needs \"version\", such as version = 1"),
    ("seed = 7", "seed = \"x\"", "4:8: seed must be a whole number, not a string"),
    ("seed = 7", "seed = -7", "4:8: seed must be at least 0"),
    (
        "duration = \"60s\"",
        "duration = 60",
        "5:12: duration must be a length of time, such as \"5ms\", \"400us\", \"2 min\" or \"1h\", in quotes",
    ),
    ("[broker]", "[brokr]", "6:2: unknown key \"brokr\" in the file; did you mean \"broker\"?"),
    ("\"immediate\"", "\"imediate\"", "7:14: unknown durability \"imediate\"; did you mean \"immediate\"?"),
    ("partitions = 8", "partitons = 8", "10:1: unknown key \"partitons\" in [[topic]]; did you mean \"partitions\"?"),
    ("partitions = 8", "partitions = 0", "10:14: partitions must be 1 to 10000"),
    (
        "\"orders\"\npart",
        "\"or ders\"\npart",
        "9:8: \"or ders\" is no name: use 1 to 249 letters, digits, '.', '_' and '-'\nf.toml:14:9: there is no topic \"orders\"\nf.toml:25:11: there is no topic \"orders\"",
    ),
    (
        "\"retention.ms\"",
        "\"retension.ms\"",
        "11:12: unknown topic setting \"retension.ms\"; did you mean \"retention.ms\"?",
    ),
    ("\"delete\"", "\"compact\"", "11:57: cleanup.policy = \"compact\" is not supported yet; use \"delete\""),
    ("topic = \"orders\"", "topic = \"order\"", "14:9: there is no topic \"order\"; did you mean \"orders\"?"),
    ("topic = \"orders\"\n", "", "12:1: [[producer]] needs \"topic\", such as topic = \"orders\""),
    ("800/s", "fast", "16:8: rate: \"fast\" is not a rate, such as \"800/s\", \"1.5k/s\" or \"30/min\""),
    ("\"poisson\"", "\"poison\"", "17:11: unknown pattern \"poison\"; did you mean \"poisson\"?"),
    (
        "\"poisson\"",
        "\"burst\"",
        "17:11: the pattern \"burst\" needs more: write pattern = { burst = { every = \"10s\", length = \"1s\", factor = 5 } }",
    ),
    (
        "\"poisson\"",
        "{ burst = { every = \"1s\", length = \"2s\", factor = 5 } }",
        "17:46: length must not exceed every, 1s",
    ),
    ("exponent = 0.8", "exponnent = 0.8", "18:48: unknown key \"exponnent\" in keys; did you mean \"exponent\"?"),
    ("\"zipf\"", "\"zip\"", "18:25: unknown distribution \"zip\"; did you mean \"zipf\"?"),
    (
        "\"1 KB\"",
        "\"1 XB\"",
        "19:8: size: \"1 XB\" is not an amount of bytes, such as \"512 B\", \"1.2 KB\" or \"64 KiB\"",
    ),
    ("acks = \"all\"", "acks = \"2\"", "20:8: acks must be \"0\", \"1\" or \"all\", not \"2\""),
    ("acks = \"all\"", "acks = \"1\"", "21:14: idempotent = true needs acks = \"all\""),
    ("linger = \"5ms\"", "partitioner = 8", "22:15: the topic \"orders\" has no partition 8: they are 0 to 7"),
    (
        "\"billing\"",
        "\"web\"",
        "24:8: there is a producer \"web\" already; names must differ\nf.toml:35:9: there is no client \"billing-2\" at that time\nf.toml:37:9: nothing is called \"billing\"",
    ),
    ("[\"orders\"]", "[\"orders\", \"ordres\"]", "25:21: there is no topic \"ordres\"; did you mean \"orders\"?"),
    (
        "\"cooperative-sticky\"",
        "\"cooperative\"",
        "26:12: unknown assignor \"cooperative\"; did you mean \"cooperative-sticky\"?",
    ),
    ("\"6s\"", "\"1s\"", "27:19: session_timeout must be 6s to 30 min"),
    (
        "\"after\"",
        "\"transactional\"",
        "28:10: commit = \"transactional\" is not supported yet; use \"before\", \"after\" or \"auto\"",
    ),
    (
        "consumers = 4",
        "heartbeat_interval = \"7s\"",
        "29:22: heartbeat_interval must be less than session_timeout, 6s\nf.toml:35:9: there is no client \"billing-2\" at that time; did you mean \"billing-1\"?",
    ),
    (
        "mean = \"4ms\"",
        "mean = \"4\"",
        "30:53: mean: \"4\" is not a length of time, such as \"5ms\", \"400us\", \"2 min\" or \"1h\"",
    ),
    ("\"20s\"", "\"61s\"", "34:6: at is after the end of the run: its duration is 60s"),
    (
        "\"billing-2\"",
        "\"biling-2\"",
        "35:9: there is no client \"biling-2\" at that time; did you mean \"billing-2\"?",
    ),
    (
        "\"billing-2\"",
        "\"billing-5\"",
        "35:9: there is no client \"billing-5\" at that time; did you mean \"billing-1\"?",
    ),
    ("crash =", "poison =", "35:1: \"poison\" is not supported yet"),
    ("crash =", "crush =", "35:1: unknown key \"crush\" in [[event]]; did you mean \"crash\"?"),
    (
        "crash = \"billing-2\"",
        "",
        "33:1: [[event]] needs an action, such as crash = \"billing-2\"; actions are crash, stop, start, stall, slow, add_consumer, remove_consumer, add_partitions, set_rate, set_processing",
    ),
    (
        "crash = \"billing-2\"",
        "crash = \"web\"\nstop = \"web\"",
        "36:8: an event does one thing: \"crash\" and \"stop\" are two",
    ),
    (
        "crash = \"billing-2\"",
        "set_rate = { producer = \"web\" }",
        "33:1: [[event]] needs \"rate\", such as rate = \"2000/s\"",
    ),
    ("billing.lost", "billing.lots", "37:17: a group has no metric \"lots\"; did you mean \"lost\"?"),
    ("== 0", "= 0", "37:22: the comparison must be ==, !=, <, <=, > or >="),
];

#[test]
fn what_is_wrong_is_refused_at_its_place() {
    let mut differences = Vec::new();
    for (from, to, expected) in REFUSED {
        let refused = check(&edited(from, to)).map_or_else(|refused| refused, |_| "accepted".to_owned());
        let expected = format!("f.toml:{expected}");
        if refused != expected {
            differences.push(format!("{to}\nexpected {expected}\nbut was  {refused}\n"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_is_no_toml_is_refused_alone() {
    let refused = check(&edited("seed = 7", "seed = ")).unwrap_err();
    assert!(refused.starts_with("f.toml:4:8: ") && refused.lines().count() == 1, "{refused}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = VALID.replace("partitions = 8", "partitons = 8").replace("800/s", "fast").replace("\nat = ", "\natt = ");
    let refused = check(&text).unwrap_err();
    let places: Vec<_> = refused.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["f.toml:10:1", "f.toml:16:8", "f.toml:33:1", "f.toml:34:1"], "{refused}");
}

#[test]
fn columns_count_characters() {
    let refused = check("version = 1 # µ\ntitle = \"é\"\nabout = [\"üü\", 3, x]").unwrap_err();
    assert!(refused.starts_with("f.toml:3:19: "), "{refused}");
    let refused = check("version = 1\ntitle = \"é\"\nbroker = { \"üü\" = 1 }").unwrap_err();
    assert_eq!(
        refused,
        "f.toml:3:12: unknown key \"üü\" in broker; known are durability, interval, initial_rebalance_delay"
    );
}

#[test]
fn files_that_a_scenario_names_are_checked() {
    let trace = |file: &str| {
        edited("rate = \"800/s\"\n", "").replace("\"poisson\"", &format!("{{ trace = {{ file = \"{file}\" }} }}"))
    };
    let scenario = check(&trace("load.csv")).unwrap();
    let Pattern::Trace { points, .. } = &scenario.producers[0].pattern else { panic!("{scenario:?}") };
    assert_eq!(points.len(), 3);
    assert_eq!(scenario.producers[0].rate.per_second(), 200.0);
    let table = [
        ("gone.csv", "f.toml:16:30: the file \"gone.csv\" can't be read: no such file"),
        ("broken.csv", "f.toml:16:30: broken.csv, line 2: \"fast\" is no rate: write records per second, such as 1500"),
        ("empty.csv", "f.toml:16:30: the file \"empty.csv\" holds no values"),
    ];
    for (file, refused) in table {
        assert!(check(&trace(file)).unwrap_err().starts_with(refused), "{:?}", check(&trace(file)));
    }
}

#[test]
fn a_missing_file_is_said_to_be_missing() {
    let refused = scenario::load(std::path::Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(refused.starts_with("no/such.toml: can't read the scenario: "), "{refused}");
}

#[test]
fn consumers_that_were_added_have_names() {
    let text = edited(
        "[[expect]]",
        "[[event]]\nat = \"31s\"\ncrash = \"billing-6\"\n[[event]]\nat = \"30s\"\nadd_consumer = { group = \"billing\", count = 2 }\n[[expect]]",
    );
    assert!(check(&text).is_ok(), "{:?}", check(&text));
    let early = text.replace("\"31s\"", "\"29s\"");
    assert!(check(&early).unwrap_err().contains("there is no client \"billing-6\" at that time"));
}

#[test]
fn a_whole_group_is_as_many_events() {
    let scenario = check(&edited("\"billing-2\"", "\"billing\"")).unwrap();
    let targets: Vec<_> = scenario.events.iter().map(|event| event.action.target()).collect();
    assert_eq!(targets, ["billing-1", "billing-2", "billing-3", "billing-4"]);
}

#[test]
fn lognormal_times_can_be_given_by_a_percentile() {
    let text = edited("\"exponential\", mean = \"4ms\"", "\"lognormal\", mean = \"4ms\", p99 = \"12ms\"");
    let scenario = check(&text).unwrap();
    let ServiceTime::LogNormal { sigma, .. } = scenario.groups[0].template.processing else { panic!("{scenario:?}") };
    // The 99th percentile of that distribution is what was asked for.
    let p99 = 4.0 * (2.326_347_9 * sigma - sigma * sigma / 2.0).exp();
    assert!((p99 - 12.0).abs() < 1e-5, "{p99}");
}

#[test]
fn partitions_can_be_chosen() {
    let scenario = check(&edited("linger = \"5ms\"", "partitioner = 3")).unwrap();
    assert_eq!(scenario.producers[0].partitioner, PartitionerKind::Explicit(3));
}

#[test]
fn every_built_in_scenario_is_right_and_reads_the_same_when_it_was_written() {
    assert_eq!(library::names().next(), Some(library::DEMONSTRATION));
    for name in library::names() {
        let text = library::text(name).unwrap();
        let checked = scenario::check(name, text, files).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(!checked.expectations.is_empty(), "{name} claims nothing");
        assert!(checked.duration.is_some(), "{name} would not end");
        assert_eq!(library::get(name).as_ref(), Some(&checked));
        let written = to_toml(&checked);
        assert_eq!(scenario::check(name, &written, files).as_ref(), Ok(&checked), "{written}");
    }
    assert_eq!(library::get("no-such"), None);
}

#[test]
fn texts_survive_being_written() {
    let mut scenario = check(VALID).unwrap();
    for text in
        ["", "plain", "two\nlines", "\n\nleading", "\"\"\"quotes\\ \\n", "\u{7}\t\u{7f}end\n", "carriage\r\nreturn"]
    {
        scenario.about = text.to_owned();
        scenario.title = text.to_owned();
        assert_eq!(check(&to_toml(&scenario)).as_ref(), Ok(&scenario), "{text:?}");
    }
}

/// Texts that are likely to matter where they are put in.
const FRAGMENTS: [&str; 16] = [
    "",
    "\"",
    "[",
    "]]",
    "{",
    "}",
    "=",
    "\n",
    "0",
    "-1",
    "\"all\"",
    "[[event]]\n",
    "é",
    "99999999999999999999",
    "nan",
    ".",
];

proptest! {
    #[test]
    fn no_damage_makes_it_panic(cuts in prop::collection::vec((0..VALID.len(), 0_usize..12, 0..FRAGMENTS.len()), 0..6), end in 0..VALID.len() * 2) {
        let mut text = VALID.to_owned();
        for (from, length, fragment) in cuts {
            let from = text.floor_char_boundary(from.min(text.len()));
            let to = text.floor_char_boundary((from + length).min(text.len()));
            text.replace_range(from..to, FRAGMENTS[fragment]);
        }
        text.truncate(text.floor_char_boundary(end.min(text.len())));
        match check(&text) {
            Ok(scenario) => prop_assert_eq!(check(&to_toml(&scenario)), Ok(scenario)),
            Err(refused) => prop_assert!(refused.starts_with("f.toml:")),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        if let Err(refused) = check(&text) {
            prop_assert!(refused.starts_with("f.toml:"));
        }
    }
}
