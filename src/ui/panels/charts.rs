//! The charts at the bottom: throughput, lag, latency, and who owned what. They share one time and one
//! marked moment; which lines they show is in [`super::chart_lines`].

use egui::{Frame, Margin, Ui};

use super::{chart_lines, timeline};
use crate::lab::Snapshot;
use crate::lab::snapshot::GroupView;
use crate::ui::selection::Selection;
use crate::ui::theme;
use crate::ui::widgets::chart::chart_ui;

pub use crate::ui::widgets::time_axis::ChartsState;

/// The charts there are, each in a pane of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    Throughput,
    Lag,
    Latency,
    Timeline,
}

/// Draws one chart over all the room there is.
pub fn charts_ui(ui: &mut Ui, snapshot: &Snapshot, selection: &Selection, kind: ChartKind, state: &mut ChartsState) {
    let view = chart_lines::View::new(snapshot, selection, state, theme::of(ui.ctx()));
    Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 4 }).show(ui, |ui| match kind {
        ChartKind::Throughput => _ = chart_ui(ui, &view.throughput(), state),
        ChartKind::Lag => {
            if chart_ui(ui, &view.lag(), state) {
                state.lag_in_time = !state.lag_in_time;
            }
        }
        ChartKind::Latency => _ = chart_ui(ui, &view.latency(), state),
        ChartKind::Timeline => timeline::timeline_ui(ui, snapshot, shown_group(snapshot, selection), state),
    });
}

/// The group that the drawing, the latency chart and the timeline are about: the selected or the first.
pub fn shown_group<'a>(snapshot: &'a Snapshot, selection: &Selection) -> Option<&'a GroupView> {
    let is_selected = |group: &&GroupView| Some(group.name.as_str()) == selection.group();
    snapshot.groups.iter().find(is_selected).or(snapshot.groups.first())
}
