//! Headings of open groups, with their state and for how long, and the cards of folded ones.

use egui::{Align2, Painter, Rect, Stroke, pos2, vec2};

use super::card_frame::{Look, frame};
use super::scene::Scene;
use crate::lab::snapshot::{ClientStatus, GroupView};
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{SMALL_CAPS, caps_at, elided};

pub fn paint(scene: &Scene<'_>, painter: &Painter) {
    let rows = scene.layout.rows;
    let seen = Rect::everything_below(rows.top() - 40.0).intersect(Rect::everything_above(rows.bottom() + 6.0));
    let painter = painter.with_clip_rect(painter.clip_rect().intersect(seen));
    let blocks = scene.snapshot.groups.iter().zip(&scene.layout.groups);
    for (group, block) in blocks.filter(|(_, block)| block.heading.is_positive()) {
        if block.is_open {
            heading(scene, &painter, group, block.heading);
        } else {
            folded(scene, &painter, group, block.heading);
        }
    }
}

fn heading(scene: &Scene<'_>, painter: &Painter, group: &GroupView, rect: Rect) {
    let tokens = scene.tokens;
    let y = rect.top() + 12.0;
    let label = caps_at(painter, pos2(rect.left(), y), "Group", SMALL_CAPS, tokens.text_muted);
    let is_selected = scene.selection.contains(&Selection::Group(group.name.clone()));
    let colour = if is_selected { tokens.accent } else { tokens.text };
    let font = theme::sans_strong(size::BODY - 0.5);
    let at = pos2(label.right() + 7.0, y);
    let name = elided(painter, &group.name, font, colour, rect.right() - at.x);
    painter.galley(Align2::LEFT_CENTER.anchor_size(at, name.size()).min, name, colour);
    if scene.is_shown(group) && scene.snapshot.groups.len() > 1 {
        // The colours of the partitions are this group's.
        let line = [rect.left_top() + vec2(-6.0, 6.0), rect.left_bottom() + vec2(-6.0, 0.0)];
        painter.line_segment(line, Stroke::new(2.0, tokens.accent));
    }
    let y = rect.top() + 27.0;
    let state = state_words(scene, group);
    let colour = words::group_state_colour(&group.state, tokens);
    let galley = elided(painter, &state, theme::sans(size::SMALL), colour, rect.width());
    let state = Align2::LEFT_CENTER.anchor_size(pos2(rect.left(), y), galley.size());
    painter.galley(state.min, galley, colour);
    let (lag, colour) = words::lag(group, tokens);
    let lag = painter.layout_no_wrap(lag, theme::mono(size::SMALL - 0.5), colour);
    let at = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), lag.size());
    if at.left() > state.right() + 6.0 {
        painter.galley(at.min, lag, colour);
    }
}

/// A group's state; while it is on its way to another, for how long it has been.
pub fn state_words(scene: &Scene<'_>, group: &GroupView) -> String {
    let age = scene.memory.state_age(&group.name, scene.now());
    match group.state.as_str() {
        "PreparingRebalance" | "CompletingRebalance" => format!("◆ {} {age:.1} s", group.state),
        "Stable" => format!("● Stable · gen {}", group.generation),
        "Dead" => "✖ Dead".to_owned(),
        "Empty" => "○ Empty".to_owned(),
        other => other.to_owned(),
    }
}

fn folded(scene: &Scene<'_>, painter: &Painter, group: &GroupView, rect: Rect) {
    let tokens = scene.tokens;
    let is_selected = scene.selection.contains(&Selection::Group(group.name.clone()));
    let look = Look { colour: tokens.border, is_selected, status: ClientStatus::Running, is_washed: false };
    frame(painter, rect, &look, tokens);
    let inside = painter.with_clip_rect(rect.shrink2(vec2(4.0, 0.0)).intersect(painter.clip_rect()));
    let label =
        caps_at(&inside, pos2(rect.left() + 13.0, rect.center().y - 8.5), "Group", SMALL_CAPS, tokens.text_muted);
    let name = pos2(label.right() + 6.0, rect.center().y - 8.5);
    let font = theme::sans_strong(size::BODY - 0.5);
    let galley = elided(&inside, &group.name, font, tokens.text, rect.right() - 8.0 - name.x);
    inside.galley(Align2::LEFT_CENTER.anchor_size(name, galley.size()).min, galley, tokens.text);
    let (lag, colour) = words::lag(group, tokens);
    let lag = if group.lag.is_some() { format!("lag {lag}") } else { lag };
    let colour = if group.state == "Stable" { colour } else { words::group_state_colour(&group.state, tokens) };
    let text = match group.state.as_str() {
        "Stable" => format!("{} · {lag}", format::counted(group.members.len(), "member")),
        _ => state_words(scene, group),
    };
    let at = pos2(rect.left() + 13.0, rect.center().y + 9.0);
    let galley = elided(&inside, &text, theme::mono(size::SMALL - 0.5), colour, rect.right() - 8.0 - at.x);
    inside.galley(Align2::LEFT_CENTER.anchor_size(at, galley.size()).min, galley, colour);
}
