//! The planner: what a load is and what is asked at the left, what that comes to at the right. It shows the
//! desk's plan and asks for edits; it computes nothing.

mod answer;
mod candidates;
mod charts;
mod columns;
mod compared;
mod head;
mod inputs;
mod told;

use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use crate::lab::Snapshot;
use crate::lab::planning::{PlanCommand, PlanState, Progress};
use crate::planner::compare::Comparison;
use crate::scenario::plan::Plan;
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::plot::Tables;
use charts::Measured;

/// Width of the inputs where there is room.
const INPUTS: f32 = 318.0;

/// What the panel remembers besides the plan.
#[derive(Default)]
pub struct PlannerState {
    heights: [f32; 2],
    charts: [f32; 2],
    /// Charts that are read as tables.
    tables: Tables,
    /// Of the plan that it is `of`.
    measured: Vec<Measured>,
    of: Option<Arc<Plan>>,
    revisions: (u64, u64),
    /// What was there when it was drawn last.
    compared: Option<Arc<Comparison>>,
}

impl PlannerState {
    /// Keeps what was measured of this plan, the newest for each count.
    fn note(&mut self, snapshot: &Snapshot, plan: &PlanState) {
        if self.revisions == (snapshot.revision, plan.revision) {
            return;
        }
        self.revisions = (snapshot.revision, plan.revision);
        if self.of.as_ref() != Some(&plan.plan) {
            self.of = Some(Arc::clone(&plan.plan));
            self.measured.clear();
        }
        if let Some(measured) = charts::measured(snapshot, &plan.plan) {
            self.measured.retain(|known| known.partitions != measured.partitions);
            self.measured.push(measured);
        }
    }

    /// Whether the candidate that is looked at has just been compared.
    fn has_news(&mut self, plan: &PlanState) -> bool {
        let newest = plan.comparisons.last();
        let is_new =
            newest.is_some_and(|newest| self.compared.as_ref().is_none_or(|known| !Arc::ptr_eq(known, newest)));
        let choice = plan.candidate().map(|candidate| candidate.assessment.choice);
        let is_seen = newest.is_some_and(|newest| Some(newest.choice) == choice);
        self.compared = newest.cloned();
        is_new && is_seen
    }
}

/// Draws the view over the whole of `ui`.
pub fn planner_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, state: &mut PlannerState, asks: &mut Vec<Ask>) {
    state.note(snapshot, plan);
    if plan.progress == Progress::Idle && ui.ctx().current_pass_index() == 0 {
        asks.push(PlanCommand::Look.into());
    }
    let tokens = theme::of(ui.ctx());
    let width = INPUTS.min(ui.available_width() * 0.4).max(232.0);
    let side = Frame::new().fill(tokens.panel).inner_margin(Margin { left: 14, right: 6, top: 8, bottom: 0 });
    Panel::left("plan inputs").resizable(false).exact_size(width).frame(side).show(ui, |ui| {
        ScrollArea::vertical().id_salt("plan inputs").auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 8.0);
            inputs::inputs_ui(ui, plan, asks);
            ui.add_space(12.0);
        });
    });
    let ground = Frame::new().fill(tokens.canvas).inner_margin(Margin { left: 14, right: 4, top: 10, bottom: 0 });
    CentralPanel::default().frame(ground).show(ui, |ui| {
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            head::head_ui(ui, snapshot, plan, asks);
        });
        ui.add_space(8.0);
        ScrollArea::vertical().id_salt("plan answer").auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 10.0);
            answer::answer_ui(ui, plan, state, asks);
            ui.add_space(12.0);
        });
    });
}
