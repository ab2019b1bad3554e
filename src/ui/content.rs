//! What lies in which pane: it hands each pane to the panel that draws it.

use egui::{Frame, Margin, RichText, Ui};

use super::command::Ask;
use super::layout::{Pane, PaneContent};
use super::motion::Motion;
use super::panels::assignment::{AssignmentState, assignment_panel_ui};
use super::panels::charts::{ChartKind, ChartsState, charts_ui};
use super::panels::event_filter::EventsState;
use super::panels::events::events_panel_ui;
use super::panels::planner::{PlannerState, planner_ui};
use super::panels::{inspector, outline, topology};
use super::selection::Selection;
use super::theme;
use super::widgets::controls::{Weight, button_ui};
use crate::lab::Snapshot;
use crate::lab::planning::PlanState;

/// What panels are drawn from in one frame.
pub struct Content<'a> {
    pub snapshot: &'a Snapshot,
    pub selection: &'a Selection,
    pub motion: &'a Motion,
    pub topology: &'a mut topology::TopologyState,
    pub outline: &'a mut outline::OutlineState,
    pub charts: &'a mut ChartsState,
    pub assignment: &'a mut AssignmentState,
    pub events: &'a mut EventsState,
    pub plan: &'a PlanState,
    pub planner: &'a mut PlannerState,
    pub asks: &'a mut Vec<Ask>,
}

impl PaneContent for Content<'_> {
    fn content_ui(&mut self, ui: &mut Ui, pane: Pane) {
        let (snapshot, selection) = (self.snapshot, self.selection);
        match pane {
            Pane::Topology => topology::topology_ui(ui, snapshot, self.topology, selection, self.motion, self.asks),
            Pane::Assignment => assignment_panel_ui(ui, snapshot, selection, self.assignment, self.charts, self.asks),
            Pane::Events => events_panel_ui(ui, snapshot, self.events, self.charts, self.asks),
            Pane::Planner => planner_ui(ui, snapshot, self.plan, self.planner, self.asks),
            Pane::Outline => outline::outline_ui(ui, snapshot, self.outline, selection, self.asks),
            Pane::Inspector => {
                let margin = Margin { left: 12, right: 12, top: 10, bottom: 4 };
                Frame::new()
                    .inner_margin(margin)
                    .show(ui, |ui| inspector::inspector_ui(ui, snapshot, selection, self.asks));
            }
            Pane::Throughput => charts_ui(ui, snapshot, selection, ChartKind::Throughput, self.charts),
            Pane::Lag => charts_ui(ui, snapshot, selection, ChartKind::Lag, self.charts),
            Pane::Latency => charts_ui(ui, snapshot, selection, ChartKind::Latency, self.charts),
            Pane::Timeline => charts_ui(ui, snapshot, selection, ChartKind::Timeline, self.charts),
        }
    }
}

/// What to do where every pane was closed.
pub fn all_closed_ui(ui: &mut Ui, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.38).max(20.0));
        ui.label(RichText::new("Every pane is closed").font(theme::sans_strong(18.0)).color(tokens.text));
        ui.add_space(4.0);
        ui.label(RichText::new("The experiment goes on all the same.").color(tokens.text_muted));
        ui.add_space(12.0);
        if button_ui(ui, "Reset layout", Weight::Primary, "Every pane where it was on the first day").clicked() {
            asks.push(Ask::ResetLayout);
        }
    });
}
