//! The real program in a real window, on a display of its own: what it shows comes true, and at rest it costs
//! nothing. Panels one by one are the matter of `tests/ui`, which needs no display.

#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "the window lives in real time, and so do these tests")]
#![expect(clippy::unwrap_used, reason = "what can't be had here fails the test")]

#[path = "support/display.rs"]
mod display;
#[path = "support/workbench.rs"]
mod workbench;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use display::Display;
use egui::Key;
use tempfile::TempDir;
use workbench::{Seen, Workbench};

/// Partitions of the demonstration's topic.
const ALL: [u32; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

type Holdings = BTreeMap<String, BTreeSet<u32>>;

#[test]
fn people_watch_a_running_experiment_and_change_it() {
    let display = Display::start();
    let mut window = Workbench::start(&display);
    window.wait_for("the welcome", |seen| seen.find("Welcome to Logyard").map(drop));
    window.press(Key::Escape);
    window.wait_for("billing's three consumers to share the partitions", |seen| shared_by(seen, 3));
    pausing_stops_the_clock(&mut window);
    a_consumer_more_takes_its_share(&mut window);
    for _ in 0..2 {
        window.press(Key::Plus);
    }
    a_crashed_consumer_is_missed_when_its_session_ends(&mut window);
    a_producer_follows_the_rate_that_is_entered(&mut window);
    the_window_can_be_seen(&mut window);
    the_scenario_is_saved(&mut window);
    by_the_palette(&mut window, "close latency");
    window.wait_for("the pane to close", |seen| seen.part("latency chart").is_none().then_some(()));
    window.click("orders");
    let kept = window.wait_for("the records of the topic", |seen| count(seen, "Records kept"));
    assert!(kept > 500, "{kept} records are in the log");
    let home = closed(&display, window);
    what_was_saved_comes_back(home, kept);
}

/// The next start shows the scenario as it was saved, the panes as they lay, and goes on with the `kept` records.
fn what_was_saved_comes_back(home: TempDir, kept: u64) {
    // The first display has ended with its last window.
    let display = Display::start();
    let mut window = Workbench::start_at(&display, home);
    let shown = window
        .wait_for("the saved scenario", |seen| seen.find("billing-4").map(|_| seen.part("latency chart").is_some()));
    assert!(!shown, "the closed pane stays closed");
    assert!(window.look().find("Welcome to Logyard").is_none(), "nobody is greeted twice");
    let before = window.wait_for("the records of before", |seen| count(seen, "Records of before"));
    assert!(before >= kept, "of {kept} records {before} are there again");
    window.click("orders");
    window.wait_for("new records after those", |seen| count(seen, "Records kept").filter(|now| *now > before));
    window.click("web");
    window.wait_for("web to send 500/s", |seen| accepted_per_second(seen).filter(|rate| (400.0..600.0).contains(rate)));
    drop(closed(&display, window));
}

/// Closes the window as its close button does; what was saved is not asked about.
fn closed(display: &Display, mut window: Workbench) -> TempDir {
    display.ask_to_close("Logyard");
    let status = window.ended();
    assert_eq!(status.code(), Some(0), "it said: {}", window.said());
    assert_eq!(window.left_behind(), [""; 0], "temporary files");
    window.into_home()
}

fn the_scenario_is_saved(window: &mut Workbench) {
    let file = window.home().join("mine.toml");
    window.wait_for("the mark of edits", |seen| seen.find("edited").map(drop));
    window.press_command(Key::S);
    window.wait_for("the question where", |seen| seen.find("Save the scenario").map(drop));
    window.type_text(&file.display().to_string());
    window.press(Key::Enter);
    window.wait_for("the edits to be safe", |seen| seen.find("edited").is_none().then_some(()));
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains("500"), "the new rate is in it:\n{saved}");
}

fn by_the_palette(window: &mut Workbench, words: &str) {
    window.press_command(Key::K);
    window.wait_for("the palette", |seen| seen.find("Command").map(drop));
    window.type_text(words);
    window.press(Key::Enter);
}

#[test]
fn a_window_at_rest_costs_nothing() {
    let display = Display::start();
    let mut window = Workbench::start(&display);
    window.wait_for("the welcome", |seen| seen.find("Welcome to Logyard").map(drop));
    window.press(Key::Escape);
    window.wait_for("billing's three consumers to share the partitions", |seen| shared_by(seen, 3));
    window.click("Pause");
    window.wait_for("the pause", |seen| seen.find("Run").map(drop));
    // What was under way when time stopped comes to its end.
    window.left_alone(Duration::from_secs(1));
    let before = window.look().frame;
    window.left_alone(Duration::from_millis(500));
    let used = window.left_alone(Duration::from_secs(5));
    let drawn = window.look().frame - before;
    println!("at rest for 5 s: {used:?} of processor time, {drawn} frames");
    assert!(used <= Duration::from_millis(50), "{used:?} of processor time in 5 s is more than 1 % of a core");
    assert!(drawn <= 2, "{drawn} frames were drawn, and looking takes no more than 2");
}

fn pausing_stops_the_clock(window: &mut Workbench) {
    window.click("Pause");
    window.wait_for("the pause", |seen| seen.find("Run").map(drop));
    let stopped = time(&window.look());
    for _ in 0..10 {
        assert_eq!(time(&window.look()), stopped, "time passes although it is paused");
    }
    window.click("Run");
    window.wait_for("time to pass again", |seen| (time(seen) > stopped).then_some(()));
}

fn a_consumer_more_takes_its_share(window: &mut Workbench) {
    window.click("billing");
    window.wait_for("the group's inspector", |seen| seen.find("Inspector of billing").map(drop));
    window.click("+ Consumer");
    window.wait_for("billing-4 to take its share", |seen| shared_by(seen, 4));
}

fn a_crashed_consumer_is_missed_when_its_session_ends(window: &mut Workbench) {
    window.click("billing-2");
    window.wait_for("the consumer's inspector", |seen| seen.find("Inspector of billing-2").map(drop));
    let timeout = Duration::from_secs(10);
    window.click("Crash");
    let crashed = window.wait_for("the crash", |seen| seen.find("billing-2 crashed").map(|_| time(seen)));
    let moved = window.wait_for("others to take its partitions", |seen| shared_by(seen, 3).map(|_| time(seen)));
    let silent = moved.checked_sub(crashed).unwrap();
    // Its last heartbeat was up to three seconds old, and a rebalance takes its time as well.
    let expected = timeout.checked_sub(Duration::from_secs(4)).unwrap()..timeout * 2;
    assert!(expected.contains(&silent), "its partitions moved {silent:?} after the crash");
}

fn a_producer_follows_the_rate_that_is_entered(window: &mut Workbench) {
    window.click("web");
    let before = window.wait_for("the producer's inspector", accepted_per_second);
    assert!(before < 250.0, "web sends 120/s, not {before}");
    window.enter("Rate of web", "500");
    window.wait_for("web to send 500/s", |seen| accepted_per_second(seen).filter(|rate| (400.0..600.0).contains(rate)));
}

fn the_window_can_be_seen(window: &mut Workbench) {
    let png = window.picture();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window.png");
    std::fs::write(&file, &png.bytes).unwrap();
    let picture = image::load_from_memory(&png.bytes).unwrap().into_rgb8();
    let colours: BTreeSet<[u8; 3]> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 200, "only {} colours: see {}", colours.len(), file.display());
}

/// The holdings of `billing` when so many of its consumers hold every partition once.
fn shared_by(seen: &Seen, consumers: usize) -> Option<Holdings> {
    let holdings: Holdings = (1..=9).filter_map(|number| held_by(seen, &format!("billing-{number}"))).collect();
    let mut held: Vec<u32> = holdings.values().flatten().copied().collect();
    held.sort_unstable();
    (holdings.len() == consumers && held == ALL).then_some(holdings)
}

/// What the outline says that a consumer holds, such as `0 1 4–7`; nothing where it says something else.
fn held_by(seen: &Seen, consumer: &str) -> Option<(String, BTreeSet<u32>)> {
    let held = seen.names().find_map(|name| partitions(name.strip_prefix(consumer)?.strip_prefix(' ')?))?;
    Some((consumer.to_owned(), held))
}

fn partitions(text: &str) -> Option<BTreeSet<u32>> {
    let mut held = BTreeSet::new();
    for range in text.split_whitespace() {
        let (first, last) = range.split_once('–').unwrap_or((range, range));
        held.extend(first.parse::<u32>().ok()?..=last.parse().ok()?);
    }
    (!held.is_empty()).then_some(held)
}

/// The experiment's time, which stands in the bar at the top as `00:00:07.3`.
fn time(seen: &Seen) -> Duration {
    let parse = |text: &str| {
        let [hours, minutes, seconds] = text.split(':').collect::<Vec<_>>().try_into().ok()?;
        let (seconds, tenths) = seconds.split_once('.')?;
        let [hours, minutes, seconds, tenths] =
            [hours, minutes, seconds, tenths].map(|it: &str| it.parse::<u64>().ok());
        Some(Duration::from_secs(hours? * 3600 + minutes? * 60 + seconds?) + Duration::from_millis(tenths? * 100))
    };
    seen.names().find_map(parse).expect("the clock in the bar at the top")
}

fn accepted_per_second(seen: &Seen) -> Option<f64> {
    let mut rates = seen.names().filter_map(|name| name.strip_prefix("Accepted ")?.strip_suffix(" /s"));
    rates.next()?.replace(',', "").parse().ok()
}

/// What a row of the inspector counts.
fn count(seen: &Seen, row: &str) -> Option<u64> {
    let count = seen.names().find_map(|name| name.strip_prefix(row)?.strip_prefix(' '))?;
    count.replace(',', "").parse().ok()
}
