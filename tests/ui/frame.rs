//! The frame around the panels: palette, keys, panes, settings, and the question about edits.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use logyard::lab::Command;
use logyard::lab::command::Source;
use logyard::lab::snapshot::{ClientStatus, Notice, Severity};
use logyard::ui::settings::{Last, SettingsFile};

use crate::harness::{Window, click, has, press, press_command, remembering, window};
use crate::sample::{self, Fake};

/// Settings that were kept before: nobody is greeted.
fn kept_at(file: &Path) -> SettingsFile {
    if !file.exists() {
        std::fs::write(file, "{}").expect("the folder is the test's own");
    }
    SettingsFile::at(file)
}

/// Opens the palette and types into it, by keyboard alone.
fn find(window: &mut Window, words: &str) {
    press_command(window, Key::K);
    window.event(egui::Event::Text(words.to_owned()));
    window.run();
}

/// Does what the palette finds first.
fn command(window: &mut Window, words: &str) {
    find(window, words);
    press(window, Key::Enter);
    assert!(!has(window, "Command"), "the palette stays open for {words}");
}

#[test]
fn the_palette_is_used_by_keyboard_alone() {
    let (mut window, fake) = window(sample::backlog());
    command(&mut window, "crash billing-2");
    command(&mut window, "consumer to billing");
    find(&mut window, "stop billing");
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::Enter);
    let expected = [
        Command::Crash("billing-2".into()),
        Command::AddConsumer { group: "billing".into() },
        Command::Stop("billing-2".into()),
    ];
    assert_eq!(fake.asked(), expected);
    find(&mut window, "step");
    press(&mut window, Key::Escape);
    assert!(!has(&window, "Command"));
    assert_eq!(fake.asked().len(), 3, "Esc does nothing but close");
}

#[test]
fn what_cant_be_done_stays_in_the_palette_with_its_reason() {
    let (mut window, fake) = window(sample::backlog());
    fake.change(|snapshot| snapshot.groups[0].members[1].status = ClientStatus::Crashed);
    find(&mut window, "crash billing-2");
    window.get_by_label("Crash billing-2, not now: It does not run");
    press(&mut window, Key::Enter);
    assert!(has(&window, "Command"), "it stays open");
    assert_eq!(fake.asked(), []);
}

#[test]
fn keys_are_not_taken_from_text_fields() {
    let (mut window, fake) = window(sample::backlog());
    press_command(&mut window, Key::O);
    for key in [Key::Space, Key::S, Key::Plus, Key::Num2, Key::F, Key::Questionmark] {
        press(&mut window, key);
    }
    press(&mut window, Key::Escape);
    window.get_by_label("Filter the outline").focus();
    window.run();
    press_command(&mut window, Key::K);
    press(&mut window, Key::Num3);
    assert!(!has(&window, "Command") && !has(&window, "Keys"));
    assert_eq!(fake.asked(), []);
}

#[test]
fn the_number_keys_turn_to_the_views() {
    let (mut window, _) = window(sample::backlog());
    let canvas = |window: &Window| window.query_by_label_contains("Topology: 3 producers").is_some();
    assert!(canvas(&window));
    press(&mut window, Key::Num3);
    assert!(!canvas(&window));
    press(&mut window, Key::Num1);
    assert!(canvas(&window));
}

#[test]
fn panes_close_and_come_back() {
    let (mut window, _) = window(sample::backlog());
    let has_lag = |window: &Window| window.query_by_label_contains("Lag and forecast chart").is_some();
    assert!(has_lag(&window));
    command(&mut window, "close lag");
    assert!(!has_lag(&window));
    command(&mut window, "show lag");
    assert!(has_lag(&window));
    for pane in [
        "lag",
        "outline",
        "inspector",
        "throughput",
        "latency",
        "timeline",
        "topology",
        "assignment",
        "events",
        "planner",
    ] {
        command(&mut window, &format!("close {pane}"));
    }
    window.get_by_label("Every pane is closed");
    click(&mut window, "Reset layout");
    assert!(has_lag(&window));
    command(&mut window, "layout inspect");
    assert!(has_lag(&window));
}

#[test]
fn how_the_window_looks_survives_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("settings.json");
    let (mut first, _) = remembering(sample::backlog(), kept_at(&file));
    command(&mut first, "close latency");
    command(&mut first, "theme light");
    command(&mut first, "larger");
    drop(first);
    let kept = SettingsFile::at(&file);
    assert!((kept.settings.scale - 1.1).abs() < 1e-6);
    assert!(matches!(&kept.settings.last, Some(Last::File(file)) if file.ends_with("orders-backlog.toml")));
    let (mut second, _) = remembering(sample::backlog(), kept);
    assert!(second.query_by_label_contains("latency chart").is_none(), "the closed pane");
    second.get_by_label("Projector");
    command(&mut second, "reset layout");
    assert!(second.query_by_label_contains("latency chart").is_some());
}

#[test]
fn a_damaged_settings_file_is_told_once_and_no_more() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("settings.json");
    std::fs::write(&file, "what is this").unwrap();
    let (mut window, _) = remembering(sample::backlog(), SettingsFile::at(&file));
    window.get_by_label_contains("was set aside");
    window.get_by_label("▲ 1 error");
    click(&mut window, "Dismiss");
    assert!(window.query_by_label_contains("was set aside").is_none());
    assert!(!has(&window, "▲ 1 error"));
}

#[test]
fn errors_of_another_experiment_are_not_taken_for_read() {
    let (mut window, fake) = window(sample::backlog());
    let tell = |fake: &Fake, texts: &[&str]| {
        fake.change(|snapshot| {
            let notice =
                |text: &&str| Notice { at: snapshot.clock.time, severity: Severity::Error, text: (*text).into() };
            snapshot.notices = Arc::new(texts.iter().map(notice).collect());
        });
    };
    tell(&fake, &["first", "second"]);
    window.run();
    window.get_by_label("2 things did not work");
    click(&mut window, "Dismiss");
    assert!(!has(&window, "second"));
    fake.change(|snapshot| snapshot.clock.time = logyard::clock::Time::ZERO);
    tell(&fake, &["third"]);
    window.run();
    window.get_by_label("That did not work");
}

#[test]
fn the_first_start_is_greeted_and_no_other() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("settings.json");
    let mut snapshot = sample::backlog();
    snapshot.experiment.edited = false;
    let (mut window, fake) = remembering(snapshot.clone(), SettingsFile::at(&file));
    window.get_by_label("Welcome to Logyard");
    click(&mut window, "Begin with an empty lab");
    assert_eq!(fake.asked(), [Command::Open(Source::Empty)]);
    drop(window);
    let (window, _) = remembering(snapshot, SettingsFile::at(&file));
    assert!(!has(&window, "Welcome to Logyard"));
}

#[test]
fn unsaved_edits_are_asked_about_once_before_another_file_is_opened() {
    let (mut window, fake) = window(sample::backlog());
    let open = Command::Open(Source::BuiltIn("orders".into()));
    command(&mut window, "open the demonstration");
    window.get_by_label("Save your changes?");
    click(&mut window, "Cancel");
    assert_eq!(fake.asked(), []);
    command(&mut window, "open the demonstration");
    click(&mut window, "Don't save");
    assert_eq!(fake.asked(), std::slice::from_ref(&open));
    command(&mut window, "open the demonstration");
    click(&mut window, "Save");
    assert_eq!(fake.asked()[1..], [Command::Save(PathBuf::from("orders-backlog.toml"))]);
    fake.change(|snapshot| snapshot.experiment.edited = false);
    window.run();
    assert_eq!(fake.asked()[2..], [open], "it goes on when the edits are safe");
}

#[test]
fn a_save_that_fails_gives_nothing_up() {
    let (mut window, fake) = window(sample::backlog());
    command(&mut window, "open the demonstration");
    click(&mut window, "Save");
    fake.change(|snapshot| {
        let notice = Notice { at: snapshot.clock.time, severity: Severity::Error, text: "disk full".into() };
        Arc::make_mut(&mut snapshot.notices).push(notice);
    });
    window.run();
    fake.change(|snapshot| snapshot.experiment.edited = false);
    window.run();
    assert_eq!(fake.asked().len(), 1, "only the save was asked for");
}

#[test]
fn closing_the_window_asks_about_edits() {
    let (mut window, _) = window(sample::backlog());
    window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.push(egui::ViewportEvent::Close);
    window.run_steps(1);
    let commands = &window.output().viewport_output[&egui::ViewportId::ROOT].commands;
    assert!(commands.contains(&egui::ViewportCommand::CancelClose), "{commands:?}");
    window.run_steps(2);
    window.get_by_label("Save your changes?");
    window.get_by_label("Don't save").click();
    let mut closes = false;
    for _ in 0..4 {
        window.run_steps(1);
        let commands = &window.output().viewport_output[&egui::ViewportId::ROOT].commands;
        closes |= commands.contains(&egui::ViewportCommand::Close);
    }
    assert!(closes);
}

#[test]
fn edits_are_taken_back_and_made_again() {
    let (mut window, fake) = window(sample::backlog());
    press_command(&mut window, Key::Z);
    assert_eq!(fake.asked(), [], "there is nothing to take back");
    window.get_by_label("Not now: Nothing was edited");
    fake.change(|snapshot| {
        snapshot.experiment.undo = Some("web sends 300/s".into());
        snapshot.experiment.redo = Some("web sends 400/s".into());
        snapshot.experiment.recorded = 2;
    });
    window.run();
    press_command(&mut window, Key::Z);
    press_command(&mut window, Key::Y);
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.run();
    assert_eq!(fake.asked(), [Command::Undo, Command::Redo, Command::Redo]);
    command(&mut window, "save what I did");
    window.get_by_label("Path").type_text("did.toml");
    window.run();
    click(&mut window, "Save");
    assert_eq!(fake.asked()[3..], [Command::SaveRecording(PathBuf::from("did.toml"))]);
}

#[test]
fn a_report_is_exported_into_a_directory() {
    let (mut window, fake) = window(sample::backlog());
    command(&mut window, "export report");
    window.get_by_label("Path").type_text("out/report");
    window.run();
    click(&mut window, "Export");
    assert_eq!(fake.asked(), [Command::Export(PathBuf::from("out/report"))]);
}

#[test]
fn a_failed_broker_is_opened_again_by_its_banner_and_by_the_palette() {
    let (mut window, fake) = window(sample::backlog());
    assert!(!has(&window, "Open it again"), "while it runs there is nothing to open again");
    fake.change(|snapshot| snapshot.broker.failure = Some("writing to the store: no space left on device".into()));
    window.run();
    click(&mut window, "Open it again");
    command(&mut window, "open it again");
    assert_eq!(fake.asked(), [Command::Reopen, Command::Reopen]);
}
