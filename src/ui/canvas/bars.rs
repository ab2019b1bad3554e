//! Several partitions, or several consumers, as one bar where each alone would be thinner than a screen can
//! show. A bar is the mean of what it stands for; it wears an owner's colour only where all have that owner.

use std::ops::Range;

use egui::{Color32, Mesh, Rangef, Rect, vec2};

use super::columns::Column;
use super::scene::{Scene, Strip};
use super::strips::{fresh, glow, waiting_colour};
use crate::lab::snapshot::{ClientStatus, GroupView};
use crate::ui::panels::words::LagState;
use crate::ui::selection::Selection;
use crate::ui::widgets::convert::{index_to_f32, offset_to_f64, to_f32, to_index};

/// Rows below this height are bundled: their edges would only make patterns with the pixels.
const THINNEST: f32 = 2.5;

/// Height of a bar with its gap.
const BAR: f32 = 4.0;

/// How many rows of this height make one bar.
pub fn stride(pitch: f32) -> usize {
    if pitch >= THINNEST { 1 } else { to_index((BAR / pitch.max(1e-3)).ceil()).max(1) }
}

/// The bars that some rows belong to, each as the rows that it stands for.
pub fn bars(rows: Range<usize>, stride: usize, count: usize) -> impl Iterator<Item = Range<usize>> {
    let numbers = rows.start / stride..rows.end.div_ceil(stride);
    numbers.map(move |number| number * stride..((number + 1) * stride).min(count))
}

/// What is drawn of some partitions together.
struct Mean {
    /// Shares of the width, from the newest record back to where the log starts and to where it is read.
    log: f32,
    waiting: f32,
    /// Of the owner of all.
    owner: Option<Color32>,
    worst: LagState,
    fresh: f32,
}

/// Adds the bar of some partitions in a row.
pub fn partitions(scene: &Scene<'_>, topic: usize, rows: Range<usize>, mesh: &mut Mesh) {
    let tokens = scene.tokens;
    let rect = snapped(scene.layout.strip(topic, rows.start).union(scene.layout.strip(topic, rows.end - 1)));
    let mean = mean(scene, topic, rows.clone());
    let colour = mean.owner.unwrap_or(tokens.text_muted);
    mesh.add_colored_rect(rect, tokens.sunken);
    let part = |from: f32, to: f32| {
        let x = |share: f32| rect.right() - rect.width() * share.clamp(0.0, 1.0);
        Rect::from_x_y_ranges(Rangef::new(x(from), x(to)), rect.y_range())
    };
    if mean.fresh > 0.0 {
        mesh.add_colored_rect(rect.expand2(vec2(4.0, 0.0)), glow(tokens, colour, mean.fresh));
    }
    mesh.add_colored_rect(part(mean.log, mean.waiting), tokens.read(colour));
    mesh.add_colored_rect(part(mean.waiting, 0.0), waiting_colour(mean.worst, tokens));
    if mean.owner.is_some() {
        let mark = part(mean.waiting, mean.waiting).expand2(vec2(0.8, 0.0));
        mesh.add_colored_rect(mark, colour);
    }
    if is_any_selected(scene, topic, rows) {
        let mark = Rect::from_x_y_ranges(Rangef::new(rect.left() - 6.0, rect.left() - 2.0), rect.y_range());
        mesh.add_colored_rect(mark, tokens.accent);
    }
}

fn mean(scene: &Scene<'_>, topic: usize, rows: Range<usize>) -> Mean {
    let window = scene.topics[topic].window;
    let count = f64::from(index_to_f32(rows.len()));
    let first = scene.strip(topic, rows.start).colour;
    let mut mean = Mean { log: 0.0, waiting: 0.0, owner: first, worst: LagState::Small, fresh: 0.0 };
    let (mut log, mut waiting) = (0.0, 0.0);
    for row in rows {
        let strip = scene.strip(topic, row);
        let (kept, unread) = shares(&strip, window);
        log += kept / count;
        waiting += unread / count;
        mean.owner = mean.owner.filter(|_| strip.colour == first);
        mean.worst = worse(mean.worst, strip.lag_state);
        mean.fresh = mean.fresh.max(fresh(scene, &strip).unwrap_or(0.0));
    }
    Mean { log: to_f32(log), waiting: to_f32(waiting), ..mean }
}

/// How much of a strip's width the log takes, and how much of it waits.
fn shares(strip: &Strip<'_>, window: f64) -> (f64, f64) {
    let high_watermark = strip.high_watermark(0.0);
    let log = (high_watermark - offset_to_f64(strip.partition.log_start_offset)) / window;
    let waiting = strip.committed(0.0).map_or(log, |committed| (high_watermark - committed) / window);
    (log.clamp(0.0, 1.0), waiting.clamp(0.0, 1.0))
}

const fn worse(one: LagState, other: LagState) -> LagState {
    match (one, other) {
        (LagState::Growing, _) | (_, LagState::Growing) => LagState::Growing,
        (LagState::Draining, _) | (_, LagState::Draining) => LagState::Draining,
        (LagState::Unknown, _) | (_, LagState::Unknown) => LagState::Unknown,
        (LagState::Small, LagState::Small) => LagState::Small,
    }
}

fn is_any_selected(scene: &Scene<'_>, topic: usize, rows: Range<usize>) -> bool {
    let state = &scene.snapshot.topics[topic];
    let is_here = |id: u32| state.partitions[rows.clone()].iter().any(|it| it.id == id);
    let is_it = |thing: &Selection| matches!(thing, Selection::Partition { topic, partition } if *topic == state.name && is_here(*partition));
    scene.selection.items().iter().any(is_it)
}

/// Adds the bar of some consumers in a row.
pub fn members(scene: &Scene<'_>, group: &GroupView, column: &Column, some: Range<usize>, mesh: &mut Mesh) {
    let tokens = scene.tokens;
    let rect = snapped(column.rect(some.start).union(column.rect(some.end - 1)));
    let members = &group.members[some];
    let count = f64::from(index_to_f32(members.len()));
    let busy = members.iter().map(|member| member.busy).sum::<f64>() / count;
    let is_running = members.iter().all(|member| member.status == ClientStatus::Running);
    let only = members.first().filter(|_| members.len() == 1);
    let several = tokens.tinted(tokens.text_muted, tokens.raised, 120);
    let colour = only.map_or(several, |member| tokens.member(member.colour));
    let fill = if is_running { colour } else { tokens.warn };
    mesh.add_colored_rect(rect, tokens.wash(fill));
    let width = rect.width() * to_f32(busy).clamp(0.04, 1.0);
    mesh.add_colored_rect(Rect::from_min_size(rect.min, vec2(width, rect.height())), fill.gamma_multiply(0.8));
    let is_here = |name: &str| members.iter().any(|it| it.name == name);
    let is_it = |thing: &Selection| matches!(thing, Selection::Consumer { group: of, name } if *of == group.name && is_here(name));
    if scene.selection.items().iter().any(is_it) {
        let mark = Rect::from_min_max(rect.left_top() - vec2(6.0, 0.0), rect.left_bottom() - vec2(2.0, 0.0));
        mesh.add_colored_rect(mark, tokens.accent);
    }
}

/// On whole points, with a gap below where there is room: no bar looks thicker than another.
fn snapped(rect: Rect) -> Rect {
    let (top, bottom) = (rect.top().round(), rect.bottom().round());
    let gap = if bottom - top >= 3.0 { 1.0 } else { 0.0 };
    Rect::from_x_y_ranges(rect.x_range(), Rangef::new(top, bottom - gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_bundled_only_when_they_are_too_thin() {
        assert_eq!([20.0, 2.5, 1.6, 0.5].map(stride), [1, 1, 3, 8]);
        let all: Vec<Range<usize>> = bars(0..10, 4, 10).collect();
        assert_eq!(all, [0..4, 4..8, 8..10]);
        let seen: Vec<Range<usize>> = bars(5..9, 4, 10).collect();
        assert_eq!(seen, [4..8, 8..10], "a bar that is partly in view is drawn whole");
    }
}
