//! The planner: what a load is and what is asked at the left, what that comes to at the right. It shows the
//! desk's plan and asks for edits; it computes nothing.

mod answer;
mod candidates;
mod charts;
mod head;
mod inputs;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use crate::lab::planning::{PlanCommand, PlanState, Progress};
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
    measured: Vec<Measured>,
}

/// Draws the view over the whole of `ui`.
pub fn planner_ui(ui: &mut Ui, plan: &PlanState, state: &mut PlannerState, asks: &mut Vec<Ask>) {
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
            head::head_ui(ui, plan, asks);
        });
        ui.add_space(8.0);
        ScrollArea::vertical().id_salt("plan answer").auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 10.0);
            answer::answer_ui(ui, plan, state, asks);
            ui.add_space(12.0);
        });
    });
}
