//! What is written on and around the strips: numbers, what waits, who is missing, and each topic's heading; with the
//! frames that are drawn around them.

use egui::{Align2, Color32, Painter, Rect, Stroke, StrokeKind, pos2, vec2};

use super::cells;
use super::scene::{Scene, Strip};
use super::strips::{Ruler, committed};
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::format;

/// Gaps between hatching lines.
const HATCH: f32 = 8.0;

pub fn words(scene: &Scene<'_>, topic: usize, row: usize, painter: &Painter) {
    let tokens = scene.tokens;
    let strip = scene.strip(topic, row);
    let rect = scene.layout.strip(topic, row);
    let state = &scene.snapshot.topics[topic];
    let thing = Selection::Partition { topic: state.name.clone(), partition: strip.partition.id };
    let is_selected = scene.selection.contains(&thing);
    let stroke = if is_selected { Stroke::new(1.5, tokens.accent) } else { Stroke::new(1.0, tokens.border) };
    painter.rect_stroke(rect.expand(1.5), 3, stroke, StrokeKind::Inside);
    let font = theme::mono(size::SMALL - 0.5);
    let colour = if is_selected { tokens.text } else { tokens.text_muted };
    let at = rect.left_center() - vec2(9.0, 0.0);
    painter.text(at, Align2::RIGHT_CENTER, strip.partition.id.to_string(), font.clone(), colour);
    if scene.topics[topic].has_cells {
        cells::words(scene, topic, &Ruler::new(scene, topic, row, &strip), &strip, painter);
    }
    if strip.is_ownerless() {
        hatch(painter, rect, tokens.border);
    }
    let Some(waiting) = waiting(scene, topic, &strip) else { return };
    let galley = painter.layout_no_wrap(waiting, font, tokens.text);
    let at = Align2::RIGHT_CENTER.anchor_size(rect.right_center() - vec2(7.0, 0.0), galley.size());
    let is_crossed = strip.is_ownerless()
        || committed(scene, topic, &strip).is_some_and(|committed| {
            let mark = Ruler::new(scene, topic, row, &strip).x(committed);
            at.x_range().expand(3.0).contains(mark)
        });
    if is_crossed {
        // The number must stay readable where the mark runs through it.
        painter.rect_filled(at.expand2(vec2(3.0, 1.0)), 3, tokens.sunken.gamma_multiply(0.88));
    }
    painter.galley(at.min, galley, tokens.text);
}

/// What stands at the end of a strip: who is missing, what waits, and the rate where nothing travels.
fn waiting(scene: &Scene<'_>, topic: usize, strip: &Strip<'_>) -> Option<String> {
    let seen = strip.seen?;
    let lag = match seen.lag {
        Some(lag) => format::count(lag),
        None => "no commit yet".to_owned(),
    };
    let rate = format::rate(strip.partition.records_in_per_second);
    match (strip.is_ownerless(), scene.topics[topic].has_cells) {
        (true, _) => Some(format!("no owner · {lag}")),
        // The cells say how many wait.
        (false, true) => scene.is_calm.then_some(rate),
        (false, false) if scene.is_calm => Some(format!("{rate} · {lag}")),
        (false, false) => Some(lag),
    }
}

/// Nobody's: hatched, whatever the colours.
fn hatch(painter: &Painter, rect: Rect, colour: Color32) {
    let clipped = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        clipped.line_segment(line, Stroke::new(1.5, colour));
        x += HATCH;
    }
}

/// A frame around rows that are too low for frames of their own.
pub fn outline(scene: &Scene<'_>, topic: usize, painter: &Painter) {
    let block = scene.layout.topics[topic];
    let Some(last) = block.partitions.checked_sub(1) else { return };
    let rect = scene.layout.strip(topic, 0).union(scene.layout.strip(topic, last)).expand(2.0);
    painter.rect_stroke(rect, 3, Stroke::new(1.0, scene.tokens.border), StrokeKind::Outside);
    let font = theme::mono(size::SMALL - 1.0);
    let ends = [(0, Align2::RIGHT_TOP), (last, Align2::RIGHT_BOTTOM)];
    let fitting = if rect.height() < 24.0 { 1 } else { 2 };
    for (row, align) in ends.into_iter().take(fitting) {
        let strip = scene.layout.strip(topic, row);
        let y = if row == 0 { strip.top() } else { strip.bottom() };
        let id = scene.snapshot.topics[topic].partitions[row].id.to_string();
        painter.text(pos2(rect.left() - 5.0, y), align, id, font.clone(), scene.tokens.text_muted);
    }
}

/// The topic's name and size above its first row.
pub fn heading(scene: &Scene<'_>, topic: usize, painter: &Painter) {
    let block = scene.layout.topics[topic];
    if block.heading < 10.0 && topic > 0 {
        return;
    }
    let tokens = scene.tokens;
    let state = &scene.snapshot.topics[topic];
    let y = scene.layout.heading_y(topic);
    if topic > 0 && !scene.layout.rows.y_range().contains(y) {
        return;
    }
    let is_selected = scene.selection.contains(&Selection::Topic(state.name.clone()));
    let colour = if is_selected { tokens.accent } else { tokens.text };
    let at = pos2(scene.layout.strip_x.min, y);
    let name = painter.text(at, Align2::LEFT_CENTER, &state.name, theme::sans_strong(size::BODY - 0.5), colour);
    let is_read = scene.topics[topic].seen.iter().any(Option::is_some);
    let unread = scene.group.filter(|_| !is_read).map(|group| format!(" · not read by {}", group.name));
    let left = name.right() + 8.0;
    // Beside the upper heading of the groups there is no more room than up to it.
    let room = scene.layout.groups_x.min - 14.0 - left;
    let unread = unread.unwrap_or_default();
    let partitions = format::counted(state.partitions.len(), "partition");
    let rate = format::rate(state.records_in_per_second);
    let window = format::short(scene.topics[topic].window);
    let bar = if block.stride() > 1 { format!(" · a bar is {} partitions", block.stride()) } else { String::new() };
    let texts = [
        format!("{partitions} · {rate} in{bar} · showing {window} records each{unread}"),
        format!("{partitions} · {rate} in{bar} · {window} records each{unread}"),
        format!("{partitions} · {rate} in{bar}{unread}"),
        format!("{partitions}{bar}{unread}"),
        partitions,
    ];
    let galley = |text: &String| painter.layout_no_wrap(text.clone(), theme::sans(size::SMALL), tokens.text_muted);
    let Some(galley) = texts.iter().map(galley).find(|galley| galley.size().x <= room) else { return };
    painter.galley(pos2(left, y - galley.size().y / 2.0), galley, tokens.text_muted);
}
