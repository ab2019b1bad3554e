//! The matrix by keys: up and down go through its members, left and right through its partitions. What it
//! looks like is not its matter, but for the frame around what has the keys.

use egui::{EventFilter, Key, Modifiers, Response, Stroke, StrokeKind, Ui};

use crate::lab::snapshot::GroupView;
use crate::ui::command::Ask;
use crate::ui::selection::Selection;
use crate::ui::theme;

/// Selects the next member or partition, if the matrix has the keys.
pub fn keys_ui(ui: &Ui, response: &Response, group: &GroupView, selection: &Selection, asks: &mut Vec<Ask>) {
    if !response.has_focus() {
        return;
    }
    let stroke = Stroke::new(1.0, theme::of(ui.ctx()).accent);
    ui.painter().rect_stroke(response.rect, 2, stroke, StrokeKind::Inside);
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let is_pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    for (key, step) in [(Key::ArrowUp, -1), (Key::ArrowDown, 1)] {
        if is_pressed(key) {
            asks.extend(next(&members(group), selection, step).map(Ask::Select));
        }
    }
    for (key, step) in [(Key::ArrowLeft, -1), (Key::ArrowRight, 1)] {
        if is_pressed(key) {
            asks.extend(next(&partitions(group), selection, step).map(Ask::Select));
        }
    }
}

fn members(group: &GroupView) -> Vec<Selection> {
    let of = |name: &String| Selection::Consumer { group: group.name.clone(), name: name.clone() };
    group.members.iter().map(|member| of(&member.name)).collect()
}

fn partitions(group: &GroupView) -> Vec<Selection> {
    let partitions = group.partitions.iter().map(|it| &it.partition);
    partitions.map(|it| Selection::Partition { topic: it.topic.to_string(), partition: it.partition }).collect()
}

/// The one after or before what is selected; the first where none of them is. It ends at both ends.
fn next(all: &[Selection], selection: &Selection, step: isize) -> Option<Selection> {
    let index = match all.iter().position(|it| it == selection) {
        Some(index) => index.checked_add_signed(step)?,
        None => 0,
    };
    all.get(index).cloned()
}
