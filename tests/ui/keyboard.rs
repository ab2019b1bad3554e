//! The window without a pointer: from its first frame to something done in every pane, by keys alone.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use logyard::lab::Command;

use crate::harness::{Window, has, press, window};
use crate::sample;

/// Most controls that Tab passes on its way around the window.
const MOST_TABS: usize = 150;

/// The name of what has the keys.
fn focused(window: &Window) -> Option<String> {
    window
        .query_all_by(|node| node.is_focused() && node.label().is_some())
        .find_map(|node| node.accesskit_node().label())
}

/// Presses Tab until what is called so, or begins so, has the keys.
pub fn tab_to(window: &mut Window, start: &str) {
    let mut passed = Vec::new();
    for _ in 0..MOST_TABS {
        press(window, Key::Tab);
        let name = focused(window).unwrap_or_default();
        if name.starts_with(start) {
            return;
        }
        passed.push(name);
    }
    panic!("Tab does not come to {start:?}, only to {passed:#?}");
}

/// Presses Tab until it has the keys, and then Enter.
pub fn enter(window: &mut Window, start: &str) {
    tab_to(window, start);
    press(window, Key::Enter);
}

fn says(window: &Window, part: &str) -> bool {
    window.query_all_by_label_contains(part).next().is_some()
}

#[test]
fn the_outline_is_walked_and_selects() {
    let (mut window, _) = window(sample::backlog());
    enter(&mut window, "web 820 /s");
    window.get_by_label("Inspector of web");
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::Enter);
    window.get_by_label("Inspector of mobile");
    enter(&mut window, "Add a topic");
    assert!(has(&window, "Cancel"), "the form is open");
}

#[test]
fn the_drawing_selects_and_turns_into_a_table_whose_rows_select() {
    let (mut window, _) = window(sample::backlog());
    tab_to(&mut window, "Topology: ");
    press(&mut window, Key::ArrowRight);
    window.get_by_label("Inspector of web");
    enter(&mut window, "Show the drawing as a table");
    enter(&mut window, "orders-7");
    window.get_by_label("Inspector of orders-7");
}

#[test]
fn the_inspector_changes_what_is_selected() {
    let (mut window, fake) = window(sample::backlog());
    enter(&mut window, "billing lag 14,208 ▲");
    window.get_by_label("Inspector of billing");
    enter(&mut window, "+ Consumer");
    assert_eq!(fake.asked(), [Command::AddConsumer { group: "billing".into() }]);
}

#[test]
fn a_rebalance_in_the_assignment_view_marks_its_moment() {
    let (mut window, _) = window(sample::backlog());
    press(&mut window, Key::Num2);
    enter(&mut window, "Rebalance, generation 6");
    assert!(says(&window, "Throughput chart at 00:03:15.0, "));
}

#[test]
fn arrows_in_the_matrix_select_members_and_partitions() {
    let (mut window, _) = window(sample::backlog());
    press(&mut window, Key::Num2);
    tab_to(&mut window, "Matrix of billing");
    for (key, inspected) in [
        (Key::ArrowDown, "Inspector of billing-1"),
        (Key::ArrowDown, "Inspector of billing-2"),
        (Key::ArrowUp, "Inspector of billing-1"),
        (Key::ArrowUp, "Inspector of billing-1"),
        (Key::ArrowRight, "Inspector of orders-0"),
        (Key::ArrowRight, "Inspector of orders-1"),
        (Key::ArrowLeft, "Inspector of orders-0"),
    ] {
        press(&mut window, key);
        window.get_by_label(inspected);
    }
}

#[test]
fn events_are_filtered_and_mark_their_moment() {
    let (mut window, _) = window(sample::backlog());
    press(&mut window, Key::Num3);
    enter(&mut window, "Errors");
    window.get_by_label("No event matches");
    enter(&mut window, "Show every event");
    enter(&mut window, "00:02:30.0 Info, billing rebalanced");
    assert!(says(&window, "Throughput chart at 00:02:30.0, "));
}

#[test]
fn every_chart_is_moved_and_its_menu_opened() {
    for title in ["Throughput", "Lag and forecast", "End-to-end latency"] {
        let (mut window, _) = window(sample::backlog());
        enter(&mut window, &format!("Menu of {title}"));
        assert!(has(&window, "Show as table"), "{title}");
        press(&mut window, Key::Escape);
        tab_to(&mut window, &format!("{title} chart"));
        press(&mut window, Key::ArrowLeft);
        window.get_by_label(&format!("{title} back to live"));
        press(&mut window, Key::End);
        assert!(!has(&window, &format!("{title} back to live")));
    }
}

#[test]
fn the_timeline_looks_into_the_past() {
    let (mut window, _) = window(sample::backlog());
    tab_to(&mut window, "Assignment timeline of billing");
    press(&mut window, Key::ArrowLeft);
    window.get_by_label("Throughput back to live");
    press(&mut window, Key::End);
    assert!(!has(&window, "Throughput back to live"));
}

#[test]
fn tab_comes_around_the_whole_window() {
    let (mut window, _) = window(sample::backlog());
    tab_to(&mut window, "Pause");
    tab_to(&mut window, "Assignment timeline");
    tab_to(&mut window, "Pause");
}
