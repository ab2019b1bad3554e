//! Producers and consumers as cards, with less on them the lower they get.

use egui::{Align2, Color32, Painter, Rangef, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use super::layout::Detail;
use super::scene::Scene;
use crate::lab::snapshot::{ClientStatus, GroupView, MemberState, ProducerState};
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::controls::bar;
use crate::ui::widgets::convert::to_f32;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{SMALL_CAPS, caps_at};

const RADIUS: f32 = 6.0;

pub fn paint(scene: &Scene<'_>, painter: &Painter) {
    headings(scene, painter);
    let members = painter.with_clip_rect(painter.clip_rect().intersect(clip(scene.layout.members.visible)));
    for index in scene.layout.producers.seen() {
        producer(scene, painter, index);
    }
    if let Some(group) = scene.group {
        for index in scene.layout.members.seen() {
            member(scene, &members, group, index);
        }
    }
    for (group, rect) in scene.other_groups().zip(&scene.layout.folded) {
        folded(scene, painter, group, *rect);
    }
}

fn clip(visible: Rangef) -> Rect {
    Rect::from_x_y_ranges(Rangef::EVERYTHING, visible.expand(5.0))
}

fn headings(scene: &Scene<'_>, painter: &Painter) {
    let tokens = scene.tokens;
    let y = scene.layout.rows.top() - 22.0;
    caps_at(painter, pos2(scene.layout.producers.x.min, y), "Producers", SMALL_CAPS, tokens.text_muted);
    let Some(group) = scene.group else { return };
    let x = scene.layout.members.x;
    let label = caps_at(painter, pos2(x.min, y), "Group", SMALL_CAPS, tokens.text_muted);
    let is_selected = *scene.selection == Selection::Group(group.name.clone());
    let colour = if is_selected { tokens.accent } else { tokens.text };
    let name = pos2(label.right() + 7.0, y);
    let font = theme::sans_strong(size::BODY - 0.5);
    let name = painter.text(name, Align2::LEFT_CENTER, &group.name, font, colour);
    if group.state != "Stable" && !group.state.is_empty() {
        let state = words::group_state_colour(&group.state, tokens);
        let at = pos2(x.min, y + 14.0);
        painter.text(at, Align2::LEFT_CENTER, &group.state, theme::sans(size::SMALL), state);
    } else if name.right() + 50.0 < x.max {
        let at = pos2(x.max, y);
        let colour = words::group_state_colour(&group.state, tokens);
        painter.text(at, Align2::RIGHT_CENTER, &group.state, theme::sans(size::SMALL), colour);
    }
}

fn producer(scene: &Scene<'_>, painter: &Painter, index: usize) {
    let tokens = scene.tokens;
    let producer: &ProducerState = &scene.snapshot.producers[index];
    let rect = scene.layout.producers.rect(index);
    let is_selected = matches!(scene.selection, Selection::Producer(name) if *name == producer.name);
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
            inside.text(name, Align2::LEFT_CENTER, &producer.name, theme::sans_strong(size::BODY), tokens.text);
            let below = pos2(rect.left() + 13.0, rect.center().y + 9.0);
            let rate_rect = inside.text(below, Align2::LEFT_CENTER, rate, theme::mono(size::SMALL), rate_colour);
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

/// Name and rate side by side; the rate is left out where both don't fit.
fn one_line(painter: &Painter, rect: Rect, name: &str, rate: &str, rate_colour: Color32, tokens: &Tokens) {
    let size = (rect.height() - 4.0).clamp(8.0, size::SMALL);
    let at = rect.left_center() + vec2(9.0, 0.0);
    let name = painter.text(at, Align2::LEFT_CENTER, name, theme::sans(size), tokens.text);
    let rate = painter.layout_no_wrap(rate.to_owned(), theme::mono(size), rate_colour);
    let at = Align2::RIGHT_CENTER.anchor_size(rect.right_center() - vec2(8.0, 0.0), rate.size());
    if at.left() > name.right() + 4.0 {
        painter.galley(at.min, rate, rate_colour);
    }
}

fn member(scene: &Scene<'_>, painter: &Painter, group: &GroupView, index: usize) {
    let tokens = scene.tokens;
    let member = &group.members[index];
    let rect = scene.layout.members.rect(index);
    let colour = tokens.member(member.colour);
    if scene.layout.members.detail() == Detail::Bar {
        let fill = if member.status == ClientStatus::Running { colour } else { tokens.waiting_unknown };
        let busy =
            Rect::from_min_size(rect.min, vec2(rect.width() * to_f32(member.busy).clamp(0.04, 1.0), rect.height()));
        painter.rect_filled(rect, 0, tokens.wash(fill));
        painter.rect_filled(busy, 0, fill.gamma_multiply(0.8));
        return;
    }
    let is_selected = matches!(scene.selection, Selection::Consumer { name, .. } if *name == member.name);
    frame(painter, rect, &Look { colour, is_selected, status: member.status, is_washed: true }, tokens);
    let inside = painter.with_clip_rect(rect.shrink2(vec2(4.0, 0.0)).intersect(painter.clip_rect()));
    if scene.layout.members.detail() == Detail::Full {
        full_member(scene, &inside, member, rect);
    } else {
        let rate = if member.status == ClientStatus::Running {
            format!("{} · {}", format::rate(member.records_per_second), format::percent(member.busy))
        } else {
            words::status(member.status).to_owned()
        };
        one_line(&inside, rect, &member.name, &rate, words::busy_colour(member.busy, tokens), tokens);
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
    let name = painter.text(name, Align2::LEFT_CENTER, &member.name, theme::sans_strong(size::BODY), name_colour);
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
        painter.rect_filled(rect, 3, tokens.tinted(colour, tokens.raised, 90));
        painter.galley(rect.center() - galley.size() / 2.0, galley, tokens.text);
        x = rect.right() + 4.0;
    }
}

struct Look {
    colour: Color32,
    is_selected: bool,
    status: ClientStatus,
    is_washed: bool,
}

/// A card's frame: dashed while joining, hatched when crashed or stalled.
fn frame(painter: &Painter, rect: Rect, look: &Look, tokens: &Tokens) {
    let is_alive = look.status == ClientStatus::Running;
    let fill = if is_alive { tokens.raised } else { tokens.canvas };
    painter.rect_filled(rect, RADIUS, fill);
    if matches!(look.status, ClientStatus::Crashed | ClientStatus::Stalled) {
        hatch(painter, rect, tokens.border);
    }
    let stroke = match (look.is_selected, is_alive) {
        (true, _) => Stroke::new(2.0, tokens.accent),
        (false, true) => Stroke::new(1.0, look.colour.gamma_multiply(if look.is_washed { 0.75 } else { 1.0 })),
        (false, false) => Stroke::new(1.0, tokens.text_muted.gamma_multiply(0.6)),
    };
    if is_alive || look.is_selected {
        painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
    } else {
        let inner = rect.shrink(0.5);
        let corners =
            [inner.left_top(), inner.right_top(), inner.right_bottom(), inner.left_bottom(), inner.left_top()];
        painter.extend(Shape::dashed_line(&corners, stroke, 4.0, 3.0));
    }
    if look.is_washed && is_alive {
        let edge = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(edge, egui::CornerRadius { nw: 6, sw: 6, ..Default::default() }, look.colour);
    }
}

fn hatch(painter: &Painter, rect: Rect, colour: Color32) {
    let clipped = painter.with_clip_rect(rect.shrink(1.0).intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        clipped.line_segment(line, Stroke::new(1.0, colour));
        x += 9.0;
    }
}

fn folded(scene: &Scene<'_>, painter: &Painter, group: &GroupView, rect: Rect) {
    let tokens = scene.tokens;
    let look = Look { colour: tokens.border, is_selected: false, status: ClientStatus::Running, is_washed: false };
    frame(painter, rect, &look, tokens);
    let inside = painter.with_clip_rect(rect.shrink2(vec2(4.0, 0.0)).intersect(painter.clip_rect()));
    let label =
        caps_at(&inside, pos2(rect.left() + 13.0, rect.center().y - 8.5), "Group", SMALL_CAPS, tokens.text_muted);
    let name = pos2(label.right() + 6.0, rect.center().y - 8.5);
    inside.text(name, Align2::LEFT_CENTER, &group.name, theme::sans_strong(size::BODY - 0.5), tokens.text);
    let (lag, colour) = words::lag(group, tokens);
    let lag = if group.lag.is_some() { format!("lag {lag}") } else { lag };
    let text = format!("{} · {lag}", format::counted(group.members.len(), "member"));
    let at = pos2(rect.left() + 13.0, rect.center().y + 9.0);
    inside.text(at, Align2::LEFT_CENTER, text, theme::mono(size::SMALL - 0.5), colour);
}
