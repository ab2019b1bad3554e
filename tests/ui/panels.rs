//! The panels: what is selected and changed in them, and what they say where there is nothing or nothing works.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use logyard::lab::command::Source;
use logyard::lab::snapshot::{ClientStatus, Notice, Severity};
use logyard::lab::{Command, Snapshot};
use logyard::model::topic::TopicName;
use logyard::model::topic_config::TopicConfig;
use logyard::scenario::TopicSpec;

use crate::harness::{Window, click, press, window, window_of};
use crate::sample;

#[test]
fn buttons_and_keys_run_pause_step_and_change_the_speed() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "Pause");
    press(&mut window, Key::Period);
    press(&mut window, Key::Space);
    fake.change(|snapshot| snapshot.clock.paused = true);
    window.run();
    click(&mut window, "Run");
    click(&mut window, "Step");
    press(&mut window, Key::S);
    press(&mut window, Key::Plus);
    press(&mut window, Key::Minus);
    let step = Command::Step(Duration::from_millis(100));
    let expected = [
        Command::Pause,
        Command::Pause,
        Command::Pause,
        Command::Run,
        step.clone(),
        step,
        Command::SetSpeed(2.0),
        Command::SetSpeed(0.5),
    ];
    assert_eq!(fake.asked(), expected);
}

#[test]
fn selecting_in_the_outline_changes_the_inspector() {
    let (mut window, _) = window(sample::backlog());
    for (row, inspected) in [
        ("orders 8 part.", "Inspector of orders"),
        ("web 820 /s", "Inspector of web"),
        ("billing lag 14,208 ▲", "Inspector of billing"),
        ("billing-2 2 3", "Inspector of billing-2"),
    ] {
        click(&mut window, row);
        window.get_by_label(inspected);
    }
    window.get_by_label("Busy 93 %");
}

#[test]
fn a_producers_rate_can_be_set() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    window.get_by_label("Rate of web").set_value_accesskit(500.0);
    window.run();
    assert_eq!(fake.asked(), [Command::SetRate { producer: "web".into(), per_second: 500.0 }]);
}

#[test]
fn a_consumers_processing_time_can_be_set_in_milliseconds() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "billing-2 2 3");
    window.get_by_label("Processing time of billing-2").set_value_accesskit(8.0);
    window.run();
    let mean = Duration::from_millis(8);
    assert_eq!(fake.asked(), [Command::SetProcessing { consumer: "billing-2".into(), mean }]);
}

#[test]
fn clients_are_stopped_stalled_crashed_and_started_again() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "billing-2 2 3");
    for button in ["Stop", "Stall", "Crash"] {
        click(&mut window, button);
    }
    fake.change(|snapshot| snapshot.groups[0].members[1].status = ClientStatus::Crashed);
    window.run();
    assert!(window.query_by_label("Crash").is_none(), "a crashed consumer can't crash");
    click(&mut window, "Start");
    let name = || "billing-2".to_owned();
    let expected = [Command::Stop(name()), Command::Stall(name()), Command::Crash(name()), Command::Start(name())];
    assert_eq!(fake.asked(), expected);
}

#[test]
fn a_group_gets_one_consumer_more_or_loses_its_last_one() {
    let (mut window, fake) = window(sample::sized(8, 4, false));
    click(&mut window, "billing lag 14,208 ▲");
    window.get_by_label("Drains in never at this rate");
    window.get_by_label("Duplicates 41");
    for button in ["+ Consumer", "Stop one", "Crash one"] {
        click(&mut window, button);
    }
    let expected = [
        Command::AddConsumer { group: "billing".into() },
        Command::Stop("billing-4".into()),
        Command::Crash("billing-4".into()),
    ];
    assert_eq!(fake.asked(), expected);
}

#[test]
fn a_topic_is_added_with_a_free_name() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "Add a topic");
    click(&mut window, "Add");
    let (name, config) = (TopicName::new("topic-1").unwrap(), TopicConfig::default());
    assert_eq!(fake.asked(), [Command::AddTopic(TopicSpec { name, partitions: 8, config })]);
    assert!(window.query_by_label("Cancel").is_none(), "the dialog is closed");
}

#[test]
fn a_number_field_keeps_its_keys() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    window.get_by_label("Rate of web").focus();
    window.run();
    for key in [Key::Period, Key::Space, Key::S, Key::Minus, Key::F] {
        press(&mut window, key);
    }
    assert_eq!(fake.asked(), []);
}

#[test]
fn files_are_opened_by_typing_a_path_and_saved_where_they_were() {
    let (mut window, fake) = window(sample::backlog());
    window.key_press_modifiers(Modifiers::COMMAND, Key::O);
    window.run();
    window.get_by_label("Open a scenario");
    press(&mut window, Key::Escape);
    assert!(window.query_by_label("Open a scenario").is_none());
    window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    window.run();
    window.get_by_label("Path").type_text("next.toml");
    window.run();
    click(&mut window, "Save");
    assert_eq!(fake.asked(), [Command::Save(PathBuf::from("next.toml"))], "what stood there is replaced");
}

#[test]
fn an_empty_experiment_says_what_to_do_next() {
    let (mut window, fake) = window(Snapshot::default());
    window.get_by_label("Nothing here yet");
    window.get_by_label("idle");
    click(&mut window, "Open the demonstration");
    assert_eq!(fake.asked(), [Command::Open(Source::BuiltIn("orders".into()))]);
}

#[test]
fn a_failed_broker_stays_on_screen() {
    let mut snapshot = sample::backlog();
    snapshot.broker.failure = Some("writing to the store: no space left on device".into());
    let (mut window, _) = window(snapshot);
    for _ in 0..2 {
        window.get_by_label("The broker has stopped");
        window.get_by_label("writing to the store: no space left on device");
        click(&mut window, "Copy details");
    }
    assert!(window.query_by_label("Dismiss").is_none());
}

#[test]
fn an_error_stays_until_it_is_read() {
    let (mut window, fake) = window(sample::backlog());
    let text = "saving to /x.toml: permission denied; choose another folder".to_owned();
    fake.change(|snapshot| {
        let notice = Notice { at: snapshot.clock.time, severity: Severity::Error, text: text.clone() };
        snapshot.notices = Arc::new(vec![notice]);
    });
    window.run();
    window.get_by_label("That did not work");
    click(&mut window, "Dismiss");
    assert!(window.query_by_label("That did not work").is_none());
}

#[test]
fn nothing_is_drawn_again_while_time_stands_still() {
    let mut snapshot = sample::backlog();
    snapshot.clock.paused = true;
    let (mut window, fake) = window(snapshot);
    let delay = |window: &Window| window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay(&window) > Duration::from_mins(1), "paused: {:?}", delay(&window));
    fake.change(|snapshot| snapshot.clock.paused = false);
    window.run();
    assert_eq!(delay(&window), Duration::from_millis(33), "thirty times a second while records travel");
    fake.change(|snapshot| snapshot.clock.idle = true);
    window.run();
    assert!(delay(&window) > Duration::from_mins(1), "idle: {:?}", delay(&window));
}

#[test]
fn every_look_size_and_amount_can_be_drawn() {
    let snapshots =
        [sample::crashed(), sample::sized(1, 1, false), sample::sized(1_000, 1_000, false), Snapshot::default()];
    for snapshot in snapshots {
        for (width, height) in [(1400.0, 900.0), (760.0, 480.0)] {
            let (mut window, _) = window_of(snapshot.clone(), width, height);
            for next in ["Light", "Projector", "Dark"] {
                click(&mut window, next);
            }
        }
    }
}
