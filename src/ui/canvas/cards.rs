//! Producers and consumers as cards, with less on them the lower they get.

use egui::{Align2, Color32, FontId, Mesh, Painter, Pos2, Rangef, Rect, pos2, vec2};

use super::bars;
use super::card_frame::{Look, frame};
use super::columns::Column;
use super::layout::Detail;
use super::scene::Scene;
use crate::lab::snapshot::{ClientStatus, GroupView, MemberState, ProducerState};
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::controls::bar;
use crate::ui::widgets::convert::to_f32;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{SMALL_CAPS, caps_at, elided};

/// Least height of a card that has room for two lines.
const TWO_LINES: f32 = 30.0;

pub fn paint(scene: &Scene<'_>, painter: &Painter) {
    let y = scene.layout.rows.top() - 22.0;
    let at = pos2(scene.layout.producers.x.min, y);
    caps_at(painter, at, "Producers", SMALL_CAPS, scene.tokens.text_muted);
    for index in scene.layout.producers.seen() {
        producer(scene, painter, index);
    }
    let rows = Rect::from_x_y_ranges(Rangef::EVERYTHING, scene.layout.rows.y_range().expand(5.0));
    let members = painter.with_clip_rect(painter.clip_rect().intersect(rows));
    for (group, block) in scene.snapshot.groups.iter().zip(&scene.layout.groups) {
        let column = &block.members;
        if column.detail() == Detail::Bar {
            let mut mesh = Mesh::default();
            for some in bars::bars(column.seen(), bars::stride(column.pitch), column.count) {
                bars::members(scene, group, column, some, &mut mesh);
            }
            members.add(mesh);
        } else {
            column.seen().for_each(|index| member(scene, &members, (group, column), index));
        }
    }
}

fn producer(scene: &Scene<'_>, painter: &Painter, index: usize) {
    let tokens = scene.tokens;
    let producer: &ProducerState = &scene.snapshot.producers[index];
    let rect = scene.layout.producers.rect(index);
    let is_selected = scene.selection.contains(&Selection::Producer(producer.name.clone()));
    let look = Look { colour: tokens.border, is_selected, status: producer.status, is_washed: false };
    frame(painter, rect, &look, tokens);
    let is_running = producer.status == ClientStatus::Running;
    let rate =
        if is_running { format::rate(producer.records_per_second) } else { words::status(producer.status).to_owned() };
    let rate_colour = if is_running { tokens.text_muted } else { words::status_colour(producer.status, tokens) };
    let inside = painter.with_clip_rect(rect.shrink2(vec2(4.0, 0.0)).intersect(painter.clip_rect()));
    match scene.layout.producers.detail() {
        Detail::Full => {
            let name = pos2(rect.left() + 13.0, rect.center().y - 8.5);
            text_line(&inside, name, &producer.name, theme::sans_strong(size::BODY), tokens.text, rect.right() - 9.0);
            let below = pos2(rect.left() + 13.0, rect.center().y + 9.0);
            let right = rect.right() - 9.0;
            let rate_rect = text_line(&inside, below, &rate, theme::mono(size::SMALL), rate_colour, right);
            if producer.waiting > 0 && is_running {
                let text =
                    format!("{} wait", format::short(crate::ui::widgets::convert::count_to_f64(producer.waiting)));
                let at = pos2(rect.right() - 9.0, below.y);
                if rate_rect.right() + 62.0 < at.x {
                    inside.text(at, Align2::RIGHT_CENTER, text, theme::sans(size::TINY), tokens.warn);
                }
            }
        }
        Detail::Line => one_line(&inside, rect, &producer.name, &rate, rate_colour, tokens),
        Detail::Bar => {}
    }
}

/// A line of text that begins at a point and ends with … where it would go beyond `right`.
fn text_line(painter: &Painter, at: Pos2, text: &str, font: FontId, colour: Color32, right: f32) -> Rect {
    let galley = elided(painter, text, font, colour, right - at.x);
    let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, colour);
    rect
}

/// Name and rate side by side, or below each other where that is too wide and the card is high enough.
fn one_line(painter: &Painter, rect: Rect, name: &str, rate: &str, rate_colour: Color32, tokens: &Tokens) {
    let size = (rect.height() - 4.0).clamp(8.0, size::SMALL);
    let at = rect.left_center() + vec2(9.0, 0.0);
    let galley = painter.layout_no_wrap(rate.to_owned(), theme::mono(size), rate_colour);
    let right = Align2::RIGHT_CENTER.anchor_size(rect.right_center() - vec2(8.0, 0.0), galley.size());
    let name_width = painter.layout_no_wrap(name.to_owned(), theme::sans(size), tokens.text).size().x;
    let is_beside = at.x + name_width + 4.0 < right.left();
    if !is_beside && rect.height() >= TWO_LINES {
        text_line(painter, at - vec2(0.0, 7.0), name, theme::sans(size), tokens.text, rect.right() - 6.0);
        text_line(painter, at + vec2(0.0, 8.0), rate, theme::mono(size::TINY), rate_colour, rect.right() - 6.0);
        return;
    }
    text_line(painter, at, name, theme::sans(size), tokens.text, rect.right() - 6.0);
    if is_beside {
        painter.galley(right.min, galley, rate_colour);
    }
}

fn member(scene: &Scene<'_>, painter: &Painter, (group, column): (&GroupView, &Column), index: usize) {
    let tokens = scene.tokens;
    let member = &group.members[index];
    let rect = column.rect(index);
    let colour = tokens.member(member.colour);
    let thing = Selection::Consumer { group: group.name.clone(), name: member.name.clone() };
    let is_selected = scene.selection.contains(&thing);
    frame(painter, rect, &Look { colour, is_selected, status: member.status, is_washed: true }, tokens);
    let inside = painter.with_clip_rect(rect.shrink2(vec2(4.0, 0.0)).intersect(painter.clip_rect()));
    if column.detail() == Detail::Full {
        full_member(scene, &inside, member, rect);
    } else {
        let rate = if member.status == ClientStatus::Running {
            format!("{} · {}", format::rate(member.records_per_second), format::percent(member.busy))
        } else {
            words::member_state(member, scene.snapshot.clock)
        };
        let is_running = member.status == ClientStatus::Running;
        let colour = if is_running {
            words::busy_colour(member.busy, tokens)
        } else {
            words::status_colour(member.status, tokens)
        };
        one_line(&inside, rect, &member.name, &rate, colour, tokens);
    }
}

fn full_member(scene: &Scene<'_>, painter: &Painter, member: &MemberState, rect: Rect) {
    let tokens = scene.tokens;
    let is_running = member.status == ClientStatus::Running;
    let left = rect.left() + 16.0;
    let right = rect.right() - 11.0;
    let is_tall = rect.height() >= 58.0;
    let top = rect.top() + if is_tall { 15.0 } else { 13.0 };
    let name_colour = if is_running { tokens.text } else { tokens.text_muted };
    let name = pos2(left, top);
    let name = text_line(painter, name, &member.name, theme::sans_strong(size::BODY), name_colour, right);
    if !is_running {
        let state = words::member_state(member, scene.snapshot.clock);
        let colour = words::status_colour(member.status, tokens);
        state_lines(painter, &state, pos2(left, top + 11.0), right - left, colour);
        return;
    }
    let rate = format::rate(member.records_per_second);
    let rate = painter.layout_no_wrap(rate, theme::mono(size::SMALL), tokens.text_muted);
    let at = Align2::RIGHT_CENTER.anchor_size(pos2(right, top), rate.size());
    if at.left() > name.right() + 4.0 {
        painter.galley(at.min, rate, tokens.text_muted);
    }
    if is_tall {
        chips(scene, painter, member, pos2(left, rect.top() + 26.0), right);
    }
    let y = rect.bottom() - 11.0;
    let busy = Rect::from_min_max(pos2(left, y - 2.5), pos2(right - 38.0, y + 2.5));
    let busy_colour = words::busy_colour(member.busy, tokens);
    bar(painter, busy, to_f32(member.busy), busy_colour, tokens.sunken);
    let percent = format::percent(member.busy);
    painter.text(pos2(right, y), Align2::RIGHT_CENTER, percent, theme::mono(size::TINY), tokens.text_muted);
}

fn state_lines(painter: &Painter, state: &str, at: egui::Pos2, width: f32, colour: Color32) {
    let galley = painter.layout(state.to_owned(), theme::sans(size::SMALL), colour, width);
    painter.galley(at, galley, colour);
}

/// The partitions that a member holds, each on a chip as long as there is room.
fn chips(scene: &Scene<'_>, painter: &Painter, member: &MemberState, at: egui::Pos2, right: f32) {
    let tokens = scene.tokens;
    let colour = tokens.member(member.colour);
    if member.assignment.is_empty() {
        let text = "no partition: idle";
        painter.text(at, Align2::LEFT_TOP, text, theme::sans(size::SMALL), tokens.text_muted);
        return;
    }
    let fits = crate::ui::widgets::convert::to_index((right - at.x) / 24.0);
    let labels: Vec<String> = if member.assignment.len() <= fits {
        member.assignment.iter().map(|held| held.partition.to_string()).collect()
    } else {
        let text = format::ranges(member.assignment.iter().map(|held| held.partition));
        let is_short = text.chars().count() <= 18;
        vec![if is_short { text } else { format::counted(member.assignment.len(), "partition") }]
    };
    let mut x = at.x;
    for label in labels {
        let galley = painter.layout_no_wrap(label, theme::mono(size::TINY), tokens.text);
        let rect = Rect::from_min_size(pos2(x, at.y), vec2((galley.size().x + 12.0).max(21.0), 15.0));
        painter.rect_filled(rect, 3, tokens.chip(colour));
        painter.galley(rect.center() - galley.size() / 2.0, galley, tokens.text);
        x = rect.right() + 4.0;
    }
}
