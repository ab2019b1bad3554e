//! The charts, the assignment view and the list of events as people use them: found by accessible names.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use logyard::lab::Snapshot;

use crate::harness::{Window, click, press, window};
use crate::sample;

/// What a screen reader says of the chart whose sentence begins so.
fn spoken(window: &Window, begin: &str) -> String {
    let found = window.query_all_by_label_contains(begin).find_map(|node| node.accesskit_node().label());
    found.unwrap_or_else(|| panic!("no chart says {begin}"))
}

#[test]
fn a_chart_says_its_present_values_in_one_sentence() {
    let (window, _) = window(sample::backlog());
    let lag = spoken(&window, "Lag and forecast chart");
    assert_eq!(lag, "Lag and forecast chart, billing 14,208 ▲, analytics 12");
    assert!(spoken(&window, "Throughput chart").starts_with("Throughput chart, in 3,"));
    assert!(spoken(&window, "Assignment timeline of").contains("4 rebalances, generation 7 at 00:03:45.0"));
}

#[test]
fn an_event_marks_its_moment_in_all_charts_and_live_takes_the_mark_away() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "Events");
    let rebalance = "00:02:30.0 Info, billing rebalanced: generation 5 at 00:02:30.0, billing-2 joined: \
                     4 moved, 4 kept, what moved stood still for 900 ms";
    click(&mut window, rebalance);
    for chart in ["Throughput chart", "Lag and forecast chart", "End-to-end latency chart"] {
        assert!(spoken(&window, chart).contains(" at 00:02:30.0, "), "{chart}");
    }
    assert!(spoken(&window, "Assignment timeline of").contains("generation 5"));
    click(&mut window, "Throughput back to live");
    // The pointer is left where the button was, and would mark a moment itself.
    window.event(egui::Event::PointerGone);
    window.run();
    assert!(!spoken(&window, "Throughput chart").contains(" at "));
    assert!(window.query_by_label("Throughput back to live").is_none());
}

#[test]
fn what_is_looked_at_stays_while_time_passes() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "Events");
    click(&mut window, "00:04:01.0 Info, billing-5 joins billing: rebalancing to generation 8");
    let before = spoken(&window, "Lag and forecast chart");
    fake.change(|snapshot| snapshot.clock.time += std::time::Duration::from_mins(1));
    window.run();
    assert_eq!(spoken(&window, "Lag and forecast chart"), before);
}

#[test]
fn a_line_is_hidden_with_a_click_and_alone_with_shift() {
    let (mut window, _) = window(sample::backlog());
    let is_shown = |window: &Window, name: &str| {
        let node = window.get_by_label(name);
        node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    let (billing, incoming) = ("Line billing of Throughput", "Line in of Throughput");
    assert!(is_shown(&window, billing) && is_shown(&window, incoming));
    click(&mut window, billing);
    assert!(!is_shown(&window, billing) && is_shown(&window, incoming));
    click(&mut window, billing);
    window.get_by_label(billing).focus();
    window.run();
    window.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.run();
    assert!(is_shown(&window, billing) && !is_shown(&window, incoming));
}

#[test]
fn arrows_look_into_the_past_and_end_comes_back() {
    let (mut window, _) = window(sample::backlog());
    let label = spoken(&window, "Throughput chart");
    window.get_by_label(&label).focus();
    window.run();
    press(&mut window, Key::ArrowLeft);
    window.get_by_label("Throughput back to live");
    press(&mut window, Key::End);
    assert!(window.query_by_label("Throughput back to live").is_none());
}

#[test]
fn a_chart_can_be_read_as_a_table_and_lag_in_time() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "Menu of Lag and forecast");
    click(&mut window, "Show as table");
    window.get_by_label("Time, billing, analytics");
    click(&mut window, "Menu of Lag and forecast");
    click(&mut window, "Lag in time");
    window.get_by_label("Menu of Lag in time");
}

#[test]
fn the_assignment_view_names_its_parts_and_every_rebalance() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "Assignment");
    window.get_by_label("Matrix of billing, 8 partitions and 5 members, 8 partitions owned");
    window.get_by_label("cooperative-sticky · only what moves stops");
    let rebalance = "Rebalance, generation 6 at 00:03:15.0, billing-3 joined: 4 moved, 4 kept, \
                     what moved stood still for 900 ms";
    click(&mut window, rebalance);
    assert!(spoken(&window, "Throughput chart").contains(" at 00:03:15.0, "));
}

#[test]
fn the_list_of_events_is_filtered_and_says_when_nothing_matches() {
    let (mut window, _) = window(sample::backlog());
    click(&mut window, "Events");
    window.get_by_label("5 events");
    click(&mut window, "Errors");
    window.get_by_label("No event matches");
    click(&mut window, "Show every event");
    window.get_by_label("5 events");
}

#[test]
fn an_empty_experiment_says_what_will_be_here() {
    let (mut window, _) = window(Snapshot::default());
    assert_eq!(spoken(&window, "Throughput chart"), "Throughput chart, No record has passed yet");
    assert_eq!(spoken(&window, "Lag and forecast chart"), "Lag and forecast chart, No group has committed yet");
    click(&mut window, "Events");
    window.get_by_label("Nothing has happened yet");
}

#[test]
fn a_thousand_partitions_and_members_are_shown() {
    let (mut window, _) = window(sample::sized(1_000, 1_000, false));
    click(&mut window, "Assignment");
    window.get_by_label("Matrix of billing, 1,000 partitions and 1,000 members, 1,000 partitions owned");
}

#[test]
fn a_chart_shows_each_part_when_its_menu_says_so() {
    let (mut window, _) = window(sample::backlog());
    for (choice, line) in
        [("Of each group", "Line analytics of Throughput"), ("Throughput of what is selected", "Line in of Throughput")]
    {
        click(&mut window, "Menu of Throughput");
        click(&mut window, choice);
        window.get_by_label(line);
    }
    click(&mut window, "Menu of End-to-end latency");
    click(&mut window, "p99 of each group");
    window.get_by_label("Line billing of p99 of each group");
}
