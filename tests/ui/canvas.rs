//! The drawing as people use it: by pointer, by keys, by ear and as a table.

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::harness::{Window, press, window};
use crate::sample;

fn drawing(window: &Window) -> (Rect, String) {
    let node = window.get_by(|node| {
        node.role() == Role::Canvas && node.label().is_some_and(|label| label.starts_with("Topology: "))
    });
    (node.rect(), node.accesskit_node().label().expect("the drawing has a name"))
}

fn click_at(window: &mut Window, at: Pos2) {
    window.hover_at(at);
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    window.run();
}

#[test]
fn crashed_stalled_and_joining_members_are_spoken_of() {
    let (window, _) = window(sample::crashed());
    let (_, spoken) = drawing(&window);
    for words in [
        "3 producers, 2 topics with 9 partitions, 2 groups",
        "billing PreparingRebalance",
        "billing-2 crashed · session ends in 4.2",
        "billing-4 stalled",
        "billing-5 joining…",
    ] {
        assert!(spoken.contains(words), "{words:?} in {spoken:?}");
    }
}

#[test]
fn partitions_without_an_owner_are_spoken_of() {
    let (window, fake) = window(sample::backlog());
    let mut window = window;
    assert!(!drawing(&window).1.contains("no owner"));
    fake.change(|snapshot| {
        snapshot.groups[0].partitions[2].owner = None;
        snapshot.groups[0].partitions[3].owner = None;
    });
    window.run();
    assert!(drawing(&window).1.contains("2 partitions with no owner"), "{}", drawing(&window).1);
}

#[test]
fn arrow_keys_go_from_thing_to_thing_and_escape_lets_go() {
    let (mut window, _) = window(sample::backlog());
    for (key, inspected) in [
        (Key::ArrowRight, "Inspector of web"),
        (Key::ArrowDown, "Inspector of mobile"),
        (Key::ArrowUp, "Inspector of web"),
    ] {
        press(&mut window, key);
        window.get_by_label(inspected);
    }
    press(&mut window, Key::ArrowRight);
    press(&mut window, Key::ArrowRight);
    assert!(window.query_by_label("Inspector of web").is_none());
    let is_member = |it: &String| window.query_by_label(&format!("Inspector of {it}")).is_some();
    let members: Vec<String> = (1..=5).map(|number| format!("billing-{number}")).collect();
    assert!(members.iter().any(is_member), "from a producer over a partition to a consumer");
    press(&mut window, Key::Enter);
    press(&mut window, Key::Escape);
    assert!(window.query_by_label("Inspector of billing-1").is_none());
}

#[test]
fn headings_of_topics_and_groups_can_be_clicked() {
    let (mut window, fake) = window(sample::backlog());
    let (rect, _) = drawing(&window);
    let right = rect.right() - 100.0;
    click_at(&mut window, pos2(right, rect.top() + 24.0));
    window.get_by_label("Inspector of billing");
    click_at(&mut window, pos2(rect.center().x, rect.top() + 24.0));
    window.get_by_label("Inspector of orders");
    click_at(&mut window, pos2(rect.left() + 4.0, rect.bottom() - 60.0));
    assert!(window.query_by_label("Inspector of orders").is_none(), "nothing lies there");
    assert_eq!(fake.asked(), [], "to look changes nothing");
}

#[test]
fn the_drawing_can_be_read_as_a_table() {
    let (mut window, _) = window(sample::backlog());
    window.get_by_label("Show the drawing as a table").click();
    window.run();
    window.get_by_label("billing committed");
    window.get_by_label("orders-7").click();
    window.run();
    window.get_by_label("orders.dlq-0");
    window.get_by_label("Show the table as a drawing").click();
    window.run();
    drawing(&window);
}

#[test]
fn a_thousand_rows_of_a_table_are_not_all_laid_out() {
    let (mut window, _) = window(sample::sized(1_000, 10, false));
    window.get_by_label("Show the drawing as a table").click();
    window.run();
    window.get_by_label("orders-0");
    assert!(window.query_by_label("orders-900").is_none());
}

#[test]
fn nothing_is_drawn_again_while_it_is_paused() {
    let mut snapshot = sample::crashed();
    snapshot.clock.paused = true;
    let (mut window, _) = window(snapshot);
    press(&mut window, Key::ArrowDown);
    let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay > Duration::from_mins(1), "{delay:?}");
}

fn click_with(window: &mut Window, at: Pos2, modifiers: Modifiers) {
    window.hover_at(at);
    window.event(egui::Event::ModifiersChanged(modifiers));
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        window.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
    }
    window.run();
    window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    window.run();
}

#[test]
fn clicks_with_ctrl_or_shift_add_and_take_away() {
    let (mut window, _) = window(sample::backlog());
    let (rect, _) = drawing(&window);
    let (groups, topics) = (pos2(rect.right() - 100.0, rect.top() + 24.0), pos2(rect.center().x, rect.top() + 24.0));
    click_at(&mut window, groups);
    click_with(&mut window, topics, Modifiers::COMMAND);
    window.get_by_label("Inspector of 2 selected");
    click_with(&mut window, topics, Modifiers::SHIFT);
    window.get_by_label("Inspector of billing");
}

#[test]
fn a_rectangle_drawn_with_shift_selects_what_it_touches() {
    let (mut window, _) = window(sample::backlog());
    let (rect, _) = drawing(&window);
    let (from, to) = (pos2(rect.left() + 6.0, rect.top() + 60.0), pos2(rect.left() + 60.0, rect.bottom() - 50.0));
    window.hover_at(from);
    window.run();
    let held = Modifiers::SHIFT;
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: held,
    };
    window.event(egui::Event::ModifiersChanged(held));
    for event in [button(from, true), egui::Event::PointerMoved(from.lerp(to, 0.5)), egui::Event::PointerMoved(to)] {
        window.event(event);
        window.run();
    }
    window.event(button(to, false));
    window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    window.run();
    window.get_by_label("Inspector of 3 selected");
}

#[test]
fn arrows_with_shift_select_several() {
    let (mut window, _) = window(sample::backlog());
    press(&mut window, Key::ArrowRight);
    window.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    window.run();
    window.get_by_label("Inspector of 2 selected");
}
