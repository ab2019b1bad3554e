//! What each pane says in each state of the lab: while it acts, while nothing happens, while there is nothing
//! yet, and when the broker has failed. Each time there are words for the state, and the next thing to do.

use std::sync::Arc;

use Turn::{Click, Press, Stay};
use egui::{Key, Shape};
use egui_kittest::kittest::{NodeT, Queryable};
use logyard::lab::snapshot::{ClientStatus, History};
use logyard::lab::{Command, Snapshot};

use crate::harness::{Window, click, press, window};
use crate::sample;

/// What brings a pane into view, or makes it about something.
#[derive(Clone, Copy)]
enum Turn {
    Stay,
    Press(Key),
    Click(&'static str),
}

/// A pane in a state: how it comes into view and in what words.
struct Case {
    pane: &'static str,
    turn: Turn,
    /// Drawn or spoken, whole or as a part.
    says: &'static [&'static str],
    /// A control to go on with.
    next: &'static str,
}

const fn case(pane: &'static str, turn: Turn, says: &'static [&'static str], next: &'static str) -> Case {
    Case { pane, turn, says, next }
}

const ACTS: [Case; 9] = [
    case("Outline", Stay, &["lag 14,208 ▲", "2,082 /s"], "Add a producer"),
    case("Topology", Stay, &["Topology: 3 producers", "Flow is aggregated"], "Show the drawing as a table"),
    case("Assignment", Press(Key::Num2), &["only what moves stops", "Matrix of billing"], "analytics"),
    case("Events", Press(Key::Num3), &["5 events", "billing-5 joins billing"], "Copy events"),
    case("Inspector", Click("billing lag 14,208 ▲"), &["never at this rate", "14,208 ▲ 410/s"], "+ Consumer"),
    case("Throughput", Stay, &["Throughput chart, in 3,", "in 3,"], "Menu of Throughput"),
    case("Lag", Stay, &["Lag and forecast chart, billing 14,208 ▲"], "Menu of Lag and forecast"),
    case("Latency", Stay, &["End-to-end latency chart, p50"], "Menu of End-to-end latency"),
    case("Timeline", Stay, &["Assignment timeline of billing, 4 rebalances", "gen 7"], "Line billing of Throughput"),
];

const IDLE: [Case; 9] = [
    case("Outline", Stay, &["stopped", "lag 12"], "Add a producer"),
    case("Topology", Stay, &["Nothing flows"], "Show the drawing as a table"),
    case("Assignment", Press(Key::Num2), &["Matrix of billing", "Stable"], "analytics"),
    case("Events", Press(Key::Num3), &["5 events"], "Copy events"),
    case("Inspector", Click("web stopped"), &["Inspector of web", "stopped"], "Start"),
    case("Throughput", Stay, &["Throughput chart, in 0"], "Menu of Throughput"),
    case("Lag", Stay, &["Lag and forecast chart, billing"], "Menu of Lag and forecast"),
    case("Latency", Stay, &["End-to-end latency chart, p50"], "Menu of End-to-end latency"),
    case("Timeline", Stay, &["Assignment timeline of billing, 4 rebalances"], "Menu of Throughput"),
];

const EMPTY: [Case; 9] = [
    case("Outline", Stay, &["No topic yet", "Nothing sends yet", "Nothing reads yet"], "Add a topic"),
    case("Topology", Stay, &["Nothing here yet", "begin with a topic"], "Begin with one of each"),
    case(
        "Assignment",
        Press(Key::Num2),
        &["No consumer group yet", "what its members read will be shown here"],
        "Add a consumer group",
    ),
    case("Events", Press(Key::Num3), &["Nothing has happened yet", "will be listed here with their time"], "Topology"),
    case("Inspector", Stay, &["not running", "Select something in the outline or the drawing"], "Add a topic"),
    case("Throughput", Stay, &["Throughput chart, No record has passed yet"], "Add a producer"),
    case("Lag", Stay, &["Lag and forecast chart, No group has committed yet"], "Add a consumer group"),
    case("Latency", Stay, &["End-to-end latency chart, Nothing was processed yet"], "Add a consumer group"),
    case("Timeline", Stay, &["Assignment timeline, no group", "No rebalance yet"], "Add a consumer group"),
];

const FAILED: [Case; 9] = [
    case("Outline", Stay, &["lag 14,208 ▲"], "Copy details"),
    case("Topology", Stay, &["The broker has stopped: nothing flows"], "Show the drawing as a table"),
    case("Assignment", Press(Key::Num2), &["Matrix of billing", "broker stopped"], "analytics"),
    case("Events", Press(Key::Num3), &["5 events", "The broker has stopped"], "Copy events"),
    case("Inspector", Stay, &["failed", "Put that right, then open the scenario again"], "Open…"),
    case("Throughput", Stay, &["Throughput chart, in 3,"], "Menu of Throughput"),
    case("Lag", Stay, &["Lag and forecast chart, billing 14,208 ▲"], "Menu of Lag and forecast"),
    case("Latency", Stay, &["End-to-end latency chart, p50"], "Menu of End-to-end latency"),
    case("Timeline", Stay, &["Assignment timeline of billing, 4 rebalances"], "Copy details"),
];

/// Every client was stopped, and time has nothing to wait for.
fn idle() -> Snapshot {
    let mut snapshot = sample::backlog();
    snapshot.clock.idle = true;
    snapshot.broker.records_in_per_second = 0.0;
    for topic in &mut snapshot.topics {
        topic.records_in_per_second = 0.0;
        topic.partitions.iter_mut().for_each(|it| it.records_in_per_second = 0.0);
    }
    for producer in &mut snapshot.producers {
        (producer.status, producer.records_per_second) = (ClientStatus::Stopped, 0.0);
    }
    for group in &mut snapshot.groups {
        group.lag_velocity = 0.0;
        group.records_out_per_second = 0.0;
        group.partitions.iter_mut().for_each(|it| it.records_out_per_second = 0.0);
        group.members.iter_mut().for_each(|it| it.records_per_second = 0.0);
    }
    let mut history = History::clone(&snapshot.history);
    history.records_in.push(snapshot.clock.time, 0.0);
    snapshot.history = Arc::new(history);
    snapshot
}

fn failed() -> Snapshot {
    let mut snapshot = sample::backlog();
    snapshot.broker.failure = Some("writing to the store: no space left on device".into());
    snapshot
}

/// Every text that is drawn, whether or not a screen reader hears it.
fn drawn(window: &Window) -> Vec<String> {
    fn texts(shape: &Shape, into: &mut Vec<String>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only these have words in them")]
        match shape {
            Shape::Text(text) => into.push(text.galley.text().to_owned()),
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    window.output().shapes.iter().for_each(|clipped| texts(&clipped.shape, &mut found));
    found
}

fn spoken(window: &Window) -> Vec<String> {
    let nodes = window.query_all_by(|_| true);
    nodes.flat_map(|node| [node.accesskit_node().label(), node.accesskit_node().value()]).flatten().collect()
}

fn problems(state: &str, snapshot: &Snapshot, cases: &[Case]) -> Vec<String> {
    let mut problems = Vec::new();
    for Case { pane, turn, says, next } in cases {
        let (mut window, fake) = window(snapshot.clone());
        match turn {
            Stay => {}
            Press(key) => press(&mut window, *key),
            Click(name) => click(&mut window, name),
        }
        let (drawn, spoken) = (drawn(&window), spoken(&window));
        let is_said = |words: &str| drawn.iter().chain(&spoken).any(|text| text.contains(words));
        let silent = says.iter().filter(|words| !is_said(words));
        problems.extend(silent.map(|words| format!("{state}, {pane}: nothing says {words:?}")));
        if !spoken.iter().any(|name| name == next) {
            problems.push(format!("{state}, {pane}: there is no {next:?} to go on with"));
        }
        assert_eq!(fake.asked(), [] as [Command; 0], "to look changes nothing");
    }
    problems
}

#[test]
fn every_pane_says_how_it_is_and_what_to_do_next_in_every_state() {
    let states = [
        ("acts", sample::backlog(), ACTS),
        ("idle", idle(), IDLE),
        ("empty", Snapshot::default(), EMPTY),
        ("failed", failed(), FAILED),
    ];
    let found: Vec<String> =
        states.iter().flat_map(|(state, snapshot, cases)| problems(state, snapshot, cases)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_stands_where_there_is_nothing_is_spoken_too() {
    let (mut window, _) = window(Snapshot::default());
    for words in ["No topic yet", "Nothing sends yet", "Nothing reads yet"] {
        window.get_by_label(words);
    }
    press(&mut window, Key::Num2);
    window.get_by_label_contains("No consumer group yet");
}
