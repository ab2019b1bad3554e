//! Who owned which partition when, with the pauses that rebalances made.

use std::collections::BTreeMap;

use egui::{Align2, Color32, Mesh, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::lab::Snapshot;
use crate::lab::snapshot::GroupView;
use crate::metrics::figures::Rebalance;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicPartition;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{index_to_f32, to_f32, to_index};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::caps;

/// Seconds shown at the experiment's own speed.
const WINDOW_SECONDS: f64 = 120.0;

/// Draws the timeline of one group.
pub fn timeline_ui(ui: &mut Ui, snapshot: &Snapshot, group: Option<&GroupView>) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let count = group.map_or(0, |group| group.rebalances.len());
    let spoken = format!("Assignment timeline, {}", format::counted(count, "rebalance"));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
    let title = caps(ui, pos2(rect.left(), rect.top() + 8.0), "Assignment timeline", tokens.text_muted);
    let plot = Rect::from_min_max(pos2(rect.left() + 20.0, rect.top() + 24.0), rect.max - vec2(0.0, 16.0));
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
    let timeline = Timeline::new(snapshot, group, plot);
    timeline.paint(ui, tokens);
    if let Some(pointer) = response.hover_pos().filter(|pointer| plot.contains(*pointer)) {
        timeline.tooltip(&response, pointer);
    }
}

struct Timeline<'a> {
    group: &'a GroupView,
    plot: Rect,
    from: f64,
    now: f64,
    pitch: f32,
}

impl<'a> Timeline<'a> {
    fn new(snapshot: &Snapshot, group: &'a GroupView, plot: Rect) -> Self {
        let now = snapshot.clock.time.as_secs_f64();
        let window = WINDOW_SECONDS * snapshot.clock.speed.max(1.0);
        let pitch = plot.height() / index_to_f32(group.partitions.len().max(1));
        Self { group, plot, from: (now - window).max(0.0), now, pitch: pitch.min(18.0) }
    }

    fn x(&self, seconds: f64) -> f32 {
        let share = (seconds - self.from) / (self.now - self.from).max(1e-9);
        self.plot.left() + to_f32(share).clamp(0.0, 1.0) * self.plot.width()
    }

    /// The time from one assignment to the next rebalance, for every rebalance still in view.
    fn periods(&self) -> impl Iterator<Item = (usize, &'a Rebalance, f64, f64)> {
        let rebalances = &self.group.rebalances;
        let (from, now) = (self.from, self.now);
        rebalances.iter().enumerate().filter_map(move |(index, rebalance)| {
            let begins = (rebalance.at + rebalance.paused).as_secs_f64();
            let ends = rebalances.get(index + 1).map_or(now, |next| next.at.as_secs_f64());
            (ends > from && ends > begins).then_some((index, rebalance, begins.max(from), ends))
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

    fn paint(&self, ui: &Ui, tokens: &Tokens) {
        let painter = ui.painter_at(self.plot.expand2(vec2(22.0, 16.0)));
        let rows: BTreeMap<&TopicPartition, usize> =
            self.group.partitions.iter().enumerate().map(|(row, it)| (&it.partition, row)).collect();
        let colours: BTreeMap<&str, Color32> =
            self.group.members.iter().map(|member| (member.name.as_str(), tokens.member(member.colour))).collect();
        let mut mesh = Mesh::default();
        for (index, rebalance, begins, ends) in self.periods() {
            let (left, right) = (self.x(begins), self.x(ends));
            for (partition, owner) in &rebalance.owners {
                let Some(row) = rows.get(partition) else { continue };
                let left =
                    if self.went_on(index, partition, owner) { self.x(rebalance.at.as_secs_f64()) } else { left };
                let colour = colours.get(owner.as_str()).copied().unwrap_or(tokens.waiting_unknown);
                let muted = tokens.tinted(colour, tokens.panel, 205);
                mesh.add_colored_rect(self.row_rect(*row, left, right), muted);
            }
            let pause = self.x(rebalance.at.as_secs_f64());
            let dashes = [pos2(pause, self.plot.top() - 2.0), pos2(pause, self.plot.bottom())];
            painter.extend(Shape::dashed_line(&dashes, Stroke::new(1.0, tokens.text_muted), 2.0, 3.0));
        }
        painter.add(mesh);
        self.labels(&painter, tokens);
    }

    fn row_rect(&self, row: usize, left: f32, right: f32) -> Rect {
        let top = self.plot.top() + self.pitch * index_to_f32(row);
        // Below a few points a gap would only make patterns with the pixels.
        let gap = if self.pitch >= 4.0 { (self.pitch * 0.2).min(3.0) } else { 0.0 };
        Rect::from_min_max(pos2(left, top), pos2((right - 1.5).max(left + 0.5), top + self.pitch - gap))
    }

    fn labels(&self, painter: &egui::Painter, tokens: &Tokens) {
        let font = theme::mono(size::TINY - 0.5);
        let stride = to_index((11.0 / self.pitch).ceil()).max(1);
        for (row, seen) in self.group.partitions.iter().enumerate().step_by(stride) {
            let at = pos2(self.plot.left() - 5.0, self.plot.top() + self.pitch * (index_to_f32(row) + 0.42));
            painter.text(
                at,
                Align2::RIGHT_CENTER,
                seen.partition.partition.to_string(),
                font.clone(),
                tokens.text_muted,
            );
        }
        let below = self.plot.bottom() + 3.0;
        let began = format!("−{}", format::duration(std::time::Duration::from_secs_f64(self.now - self.from)));
        painter.text(pos2(self.plot.left(), below), Align2::LEFT_TOP, began, font.clone(), tokens.text_muted);
        painter.text(pos2(self.plot.right(), below), Align2::RIGHT_TOP, "now", font, tokens.text_muted);
    }

    fn tooltip(&self, response: &egui::Response, pointer: egui::Pos2) {
        let share = f64::from((pointer.x - self.plot.left()) / self.plot.width());
        let time = self.from + share * (self.now - self.from);
        let last = self.group.rebalances.iter().rev().find(|it| it.at.as_secs_f64() <= time);
        let Some(rebalance) = last else { return };
        let row = to_index((pointer.y - self.plot.top()) / self.pitch);
        let partition = self.group.partitions.get(row).map(|it| &it.partition);
        let owner = rebalance.owners.iter().find(|(it, _)| Some(it) == partition);
        response.clone().on_hover_ui_at_pointer(|ui| {
            if let Some((partition, owner)) = owner {
                ui.label(format!("{partition} was read by {owner}"));
            }
            let paused = format::duration(rebalance.paused);
            ui.label(format!("Generation {} at {}: {}", rebalance.generation, rebalance.at, rebalance.reason));
            let all = if self.group.assignor == Some(Assignor::CooperativeSticky) { "what moved" } else { "all" };
            ui.label(format!("{} moved, {} kept; {all} stood still for {paused}", rebalance.moved, rebalance.kept));
        });
    }
}
