//! Outline and inspector as people use them: settings are commands, many clients are one action, and what
//! would lose records is asked about.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use logyard::lab::settings::{Value, group, producer};
use logyard::lab::snapshot::{Advice, Severity, Subject};
use logyard::lab::{Command, Snapshot};

use crate::harness::{Window, click, window_of};
use crate::sample::{self, Fake};

/// High enough for every setting to be in view.
fn window(snapshot: Snapshot) -> (Window, Arc<Fake>) {
    window_of(snapshot, 1400.0, 1900.0)
}

#[test]
fn each_setting_of_a_producer_pushes_its_command() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    window.get_by_label("Linger of web").set_value_accesskit(20.0);
    window.run();
    click(&mut window, "Pattern of web");
    click(&mut window, "poisson");
    let set = |change| Command::SetProducer { producer: "web".into(), change };
    let linger = producer::LINGER.to(Value::Span(Duration::from_millis(20)));
    assert_eq!(fake.asked(), [set(linger), set(producer::PATTERN.to(Value::Choice(1)))]);
}

#[test]
fn each_setting_of_a_group_pushes_its_command() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "billing lag 14,208 ▲");
    window.get_by_label("Session timeout of billing").set_value_accesskit(9.0);
    window.run();
    click(&mut window, "Commit of billing");
    click(&mut window, "before processing");
    let set = |change| Command::SetGroup { group: "billing".into(), change };
    let timeout = group::SESSION_TIMEOUT.to(Value::Span(Duration::from_secs(9)));
    assert_eq!(fake.asked(), [set(timeout), set(group::COMMIT.to(Value::Choice(0)))]);
}

#[test]
fn each_setting_of_a_topic_pushes_its_command() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "orders 8 part.");
    window.get_by_label("retention.ms of orders").set_value_accesskit(60_000.0);
    window.run();
    let (topic, key) = ("orders".into(), "retention.ms".into());
    assert_eq!(fake.asked(), [Command::ConfigureTopic { topic, key, value: "60000".into() }]);
}

#[test]
fn a_setting_that_is_fixed_can_not_be_pressed() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    click(&mut window, "Topic of web");
    assert_eq!(fake.asked(), []);
}

#[test]
fn a_crash_of_several_is_one_command_for_each() {
    let (mut window, fake) = window(sample::sized(8, 4, false));
    click(&mut window, "billing-1 0 1");
    window.get_by_label("billing-3 4 5").click_modifiers(Modifiers::SHIFT);
    window.run();
    window.get_by_label("Inspector of 3 selected");
    click(&mut window, "Crash 3");
    let crash = |number: u32| Command::Crash(format!("billing-{number}"));
    assert_eq!(fake.asked(), [crash(1), crash(2), crash(3)]);
}

#[test]
fn a_ctrl_click_adds_one_and_takes_it_away() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    for expected in ["Inspector of 2 selected", "Inspector of web"] {
        window.get_by_label("orders 8 part.").click_modifiers(Modifiers::COMMAND);
        window.run();
        window.get_by_label(expected);
    }
}

#[test]
fn arrows_move_and_enter_selects() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "web 820 /s");
    window.key_press(Key::ArrowDown);
    window.run();
    window.key_press(Key::Enter);
    window.run();
    window.get_by_label("Inspector of mobile");
    window.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    window.run();
    window.get_by_label("Inspector of 2 selected");
}

#[test]
fn the_outline_is_filtered_and_esc_clears_it() {
    let (mut window, _) = window(sample::backlog());
    window.key_press(Key::Slash);
    window.run();
    window.get_by_label("Filter the outline").type_text("billing-2");
    window.run();
    assert!(window.query_by_label("web 820 /s").is_none());
    window.get_by_label("billing-2 2 3");
    window.key_press(Key::Escape);
    window.run();
    window.get_by_label("web 820 /s");
}

#[test]
fn records_are_deleted_only_when_it_was_asked_about() {
    let (mut window, fake) = window(sample::backlog());
    for answer in ["Cancel", "Remove for good"] {
        click(&mut window, "orders 8 part.");
        window.key_press(Key::Delete);
        window.run();
        window.get_by_label("Remove orders?");
        assert_eq!(fake.asked(), []);
        click(&mut window, answer);
    }
    assert_eq!(fake.asked(), [Command::DeleteTopic("orders".into())]);
}

#[test]
fn advice_is_tried_with_one_click() {
    let mut snapshot = sample::backlog();
    let add = Command::AddConsumer { group: "billing".into() };
    snapshot.advice = Arc::new(vec![Advice {
        severity: Severity::Warning,
        subject: Subject::Group("billing".into()),
        text: "Consumers are at 97 %. Add 2 consumers.".into(),
        try_it: vec![add.clone(), add.clone()],
    }]);
    let (mut window, fake) = window(snapshot);
    click(&mut window, "billing lag 14,208 ▲ !");
    window.get_by_label("Consumers are at 97 %. Add 2 consumers.");
    click(&mut window, "Try it");
    assert_eq!(fake.asked(), [add.clone(), add]);
}
