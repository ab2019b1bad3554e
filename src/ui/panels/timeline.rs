//! Who owned which partition when, with the pauses that rebalances made: an eager group stops as a whole, a
//! cooperative one only with what moves.

use std::collections::BTreeMap;

use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::charts::ChartsState;
use crate::lab::Snapshot;
use crate::lab::snapshot::GroupView;
use crate::metrics::figures::Rebalance;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicPartition;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::axis::Axis;
use crate::ui::widgets::convert::{index_to_f32, to_index};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::caps;

/// A line of a rebalance answers to the pointer within so many points.
const REACH: f32 = 6.0;

/// Every how many rows there is a number, where not all have room.
const STRIDES: [usize; 11] = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];

/// A pause narrower than this has no room for hatches.
const NARROWEST_HATCH: f32 = 3.0;

/// Draws the timeline of one group.
pub fn timeline_ui(ui: &mut Ui, snapshot: &Snapshot, group: Option<&GroupView>, state: &mut ChartsState) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let title = caps(ui, pos2(rect.left(), rect.top() + 8.0), "Assignment timeline", tokens.text_muted);
    let plot = Rect::from_min_max(pos2(rect.left() + 20.0, rect.top() + 24.0), rect.max - vec2(0.0, 16.0));
    let now = snapshot.clock.time.as_secs_f64();
    let axis = Axis { plot, span: state.span(now, snapshot.clock.speed) };
    let response = ui.interact(plot, ui.scope_id().with("timeline"), Sense::click_and_drag());
    state.interact(ui, &response, &axis, now);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(group, state)));
    let Some(group) = group.filter(|group| !group.rebalances.is_empty()) else {
        let font = theme::sans(size::SMALL);
        ui.painter().text(plot.center(), Align2::CENTER_CENTER, "No rebalance yet", font, tokens.text_muted);
        return;
    };
    let text = format!("{} · gen {}", group.name, group.generation);
    let galley = ui.painter().layout_no_wrap(text, theme::mono(size::NUMBER - 0.5), tokens.text);
    let at = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), rect.top() + 8.0), galley.size());
    if at.left() > title.right() + 8.0 {
        ui.painter().galley(at.min, galley, tokens.text);
    }
    let timeline = Timeline::new(group, axis, now);
    let painter = ui.painter_at(rect.expand(2.0));
    timeline.paint(&painter, tokens);
    axis.words(&painter, state, (now, snapshot.clock.paused), tokens);
    axis.mark(&painter, state, tokens);
    if response.has_focus() {
        painter.rect_stroke(plot.expand(1.0), 2, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    if let Some(pointer) = response.hover_pos().filter(|_| !response.dragged()) {
        timeline.tooltip(&response, pointer);
    }
}

/// One sentence that says what the timeline shows.
fn spoken(group: Option<&GroupView>, state: &ChartsState) -> String {
    let Some(group) = group else { return "Assignment timeline, no group".to_owned() };
    let count = format::counted(group.rebalances.len(), "rebalance");
    let at = state.moment().or(group.rebalances.last().map(|last| last.at.as_secs_f64()));
    let last = at.and_then(|at| group.rebalances.iter().rev().find(|it| it.at.as_secs_f64() <= at));
    let last = last.map_or_else(String::new, |last| format!(", {}", sentence(last, group.assignor)));
    format!("Assignment timeline of {}, {count}{last}", group.name)
}

/// What a rebalance did, in one sentence.
pub fn sentence(rebalance: &Rebalance, assignor: Option<Assignor>) -> String {
    let paused = format::duration(rebalance.paused);
    let stood = if assignor == Some(Assignor::CooperativeSticky) { "what moved" } else { "everything" };
    format!(
        "generation {} at {}, {}: {} moved, {} kept, {stood} stood still for {paused}",
        rebalance.generation, rebalance.at, rebalance.reason, rebalance.moved, rebalance.kept
    )
}

struct Timeline<'a> {
    group: &'a GroupView,
    axis: Axis,
    now: f64,
    pitch: f32,
}

impl<'a> Timeline<'a> {
    fn new(group: &'a GroupView, axis: Axis, now: f64) -> Self {
        let pitch = axis.plot.height() / index_to_f32(group.partitions.len().max(1));
        let most = if axis.plot.height() > 180.0 { 28.0 } else { 18.0 };
        Self { group, axis, now, pitch: pitch.min(most) }
    }

    /// From one assignment to the next rebalance, for every rebalance that is in view.
    fn periods(&self) -> impl Iterator<Item = (usize, &'a Rebalance, f64, f64)> {
        let rebalances = &self.group.rebalances;
        let (from, to) = self.axis.span;
        let now = self.now;
        rebalances.iter().enumerate().filter_map(move |(index, rebalance)| {
            let begins = (rebalance.at + rebalance.paused).as_secs_f64();
            let ends = rebalances.get(index + 1).map_or(now, |next| next.at.as_secs_f64());
            (ends > from && rebalance.at.as_secs_f64() < to).then_some((index, rebalance, begins, ends))
        })
    }

    /// Whether a partition was read during the rebalance too: members that cooperate keep what doesn't move.
    fn went_on(&self, index: usize, partition: &TopicPartition, owner: &str) -> bool {
        let before = index.checked_sub(1).and_then(|index| self.group.rebalances.get(index));
        // Owners lie in the order of their partitions.
        let owned = before.and_then(|it| {
            let at = it.owners.binary_search_by(|(known, _)| known.cmp(partition)).ok()?;
            Some(it.owners[at].1.as_str())
        });
        self.group.assignor == Some(Assignor::CooperativeSticky) && owned == Some(owner)
    }

    fn paint(&self, painter: &Painter, tokens: &Tokens) {
        let clipped = painter.with_clip_rect(self.axis.plot.intersect(painter.clip_rect()));
        let rows: BTreeMap<&TopicPartition, usize> =
            self.group.partitions.iter().enumerate().map(|(row, it)| (&it.partition, row)).collect();
        let colours: BTreeMap<&str, Color32> =
            self.group.members.iter().map(|member| (member.name.as_str(), tokens.member(member.colour))).collect();
        let (mut mesh, mut hatches) = (Mesh::default(), Vec::new());
        for (index, rebalance, begins, ends) in self.periods() {
            let (pause, left, right) = (self.x(rebalance.at.as_secs_f64()), self.x(begins), self.x(ends));
            for (partition, owner) in &rebalance.owners {
                let Some(row) = rows.get(partition) else { continue };
                let went_on = self.went_on(index, partition, owner);
                let colour = colours.get(owner.as_str()).copied().unwrap_or(tokens.waiting_unknown);
                let muted = tokens.tinted(colour, tokens.panel, 205);
                mesh.add_colored_rect(self.row_rect(*row, if went_on { pause } else { left }, right), muted);
                if !went_on {
                    self.stood_still(&mut mesh, &mut hatches, (*row, pause, left), tokens);
                }
            }
            let dashes = [pos2(pause, self.axis.plot.top() - 2.0), pos2(pause, self.axis.plot.bottom())];
            hatches.extend(Shape::dashed_line(&dashes, Stroke::new(1.0, tokens.text_muted), 2.0, 3.0));
        }
        clipped.add(mesh);
        clipped.extend(hatches);
        self.labels(painter, tokens);
    }

    /// The time in which nobody read: hatched where there is room, tinted where there isn't.
    fn stood_still(&self, mesh: &mut Mesh, hatches: &mut Vec<Shape>, at: (usize, f32, f32), tokens: &Tokens) {
        let (row, left, right) = at;
        let rect = self.row_rect(row, left, right);
        if right - left < 1.0 {
            return;
        }
        mesh.add_colored_rect(rect, tokens.tinted(tokens.warn, tokens.panel, 40));
        if rect.width() < NARROWEST_HATCH || self.pitch < 5.0 {
            return;
        }
        let stroke = Stroke::new(1.0, tokens.tinted(tokens.warn, tokens.panel, 150));
        let mut x = rect.left();
        while x < rect.right() {
            let rise = rect.height().min(rect.right() - x);
            hatches.push(Shape::line_segment([pos2(x, rect.bottom()), pos2(x + rise, rect.bottom() - rise)], stroke));
            x += 4.0;
        }
    }

    fn x(&self, seconds: f64) -> f32 {
        self.axis.x(seconds).clamp(self.axis.plot.left(), self.axis.plot.right())
    }

    fn row_rect(&self, row: usize, left: f32, right: f32) -> Rect {
        let top = self.axis.plot.top() + self.pitch * index_to_f32(row);
        // Below a few points a gap would only make patterns with the pixels.
        let gap = if self.pitch >= 4.0 { (self.pitch * 0.2).min(3.0) } else { 0.0 };
        Rect::from_min_max(pos2(left, top), pos2((right - 1.5).max(left + 0.5), top + self.pitch - gap))
    }

    fn labels(&self, painter: &Painter, tokens: &Tokens) {
        let font = theme::mono(size::TINY - 0.5);
        let least = to_index((11.0 / self.pitch).ceil());
        let stride = STRIDES.into_iter().find(|stride| *stride >= least).unwrap_or(least);
        for (row, seen) in self.group.partitions.iter().enumerate().step_by(stride) {
            let y = self.axis.plot.top() + self.pitch * (index_to_f32(row) + 0.42);
            let at = pos2(self.axis.plot.left() - 5.0, y);
            let text = seen.partition.partition.to_string();
            painter.text(at, Align2::RIGHT_CENTER, text, font.clone(), tokens.text_muted);
        }
    }

    fn tooltip(&self, response: &egui::Response, pointer: Pos2) {
        let time = self.axis.time(pointer.x + REACH);
        let Some(rebalance) = self.group.rebalances.iter().rev().find(|it| it.at.as_secs_f64() <= time) else { return };
        let is_at_line = (self.x(rebalance.at.as_secs_f64()) - pointer.x).abs() <= REACH;
        let row = to_index((pointer.y - self.axis.plot.top()) / self.pitch);
        let partition = self.group.partitions.get(row).map(|it| &it.partition);
        let owner = rebalance.owners.iter().find(|(it, _)| Some(it) == partition).filter(|_| !is_at_line);
        response.clone().on_hover_ui_at_pointer(|ui| {
            if let Some((partition, owner)) = owner {
                ui.label(format!("{partition} was read by {owner}"));
            }
            ui.label(format!("Since {}", sentence(rebalance, self.group.assignor)));
        });
    }
}
