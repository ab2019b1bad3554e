//! What lies in which pane: it hands each pane to the panel that draws it.

use egui::{Frame, Margin, RichText, Ui};

use super::command::Ask;
use super::layout::{Pane, PaneContent};
use super::motion::Motion;
use super::panels::charts::{ChartKind, charts_ui};
use super::panels::{inspector, outline, topology};
use super::selection::Selection;
use super::theme;
use super::widgets::controls::{Weight, button_ui};
use crate::lab::Snapshot;

/// What panels are drawn from in one frame.
pub struct Content<'a> {
    pub snapshot: &'a Snapshot,
    pub selection: &'a Selection,
    pub motion: &'a Motion,
    pub topology: &'a mut topology::TopologyState,
    pub outline: &'a mut outline::OutlineState,
    pub asks: &'a mut Vec<Ask>,
}

impl PaneContent for Content<'_> {
    fn content_ui(&mut self, ui: &mut Ui, pane: Pane) {
        let (snapshot, selection) = (self.snapshot, self.selection);
        match pane {
            Pane::Topology => topology::topology_ui(ui, snapshot, self.topology, selection, self.motion, self.asks),
            Pane::Assignment => to_come_ui(ui, "Nothing is assigned yet", "Who holds which partition is shown here."),
            Pane::Events => to_come_ui(ui, "Nothing has happened yet", "What happens is listed here."),
            Pane::Outline => outline::outline_ui(ui, snapshot, self.outline, selection, self.asks),
            Pane::Inspector => {
                let margin = Margin { left: 12, right: 12, top: 10, bottom: 4 };
                Frame::new()
                    .inner_margin(margin)
                    .show(ui, |ui| inspector::inspector_ui(ui, snapshot, selection, self.asks));
            }
            Pane::Throughput => charts_ui(ui, snapshot, selection, ChartKind::Throughput),
            Pane::Lag => charts_ui(ui, snapshot, selection, ChartKind::Lag),
            Pane::Latency => charts_ui(ui, snapshot, selection, ChartKind::Latency),
            Pane::Timeline => charts_ui(ui, snapshot, selection, ChartKind::Timeline),
        }
    }
}

fn to_come_ui(ui: &mut Ui, title: &str, text: &str) {
    let tokens = theme::of(ui.ctx());
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.38).max(20.0));
        ui.label(RichText::new(title).font(theme::sans_strong(18.0)).color(tokens.text));
        ui.add_space(4.0);
        ui.label(RichText::new(text).color(tokens.text_muted));
    });
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
