//! The charts at the bottom: throughput, lag, latency, and who owned what. They share one time and one
//! marked moment; which lines they show is in [`super::chart_lines`].

use egui::{Frame, Margin, Ui};

use super::{chart_forecast, chart_lines, timeline};
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
    let is_forecast = chart_forecast::is_forecast(snapshot, selection, state);
    state.look_ahead(is_forecast, snapshot.clock.time.as_secs_f64(), snapshot.clock.speed);
    if chart_forecast::is_simulated(snapshot, selection) {
        state.look_far_ahead();
    }
    let view = chart_lines::View::new(snapshot, selection, state, theme::of(ui.ctx()));
    let chart = match kind {
        ChartKind::Throughput => Some(view.throughput()),
        ChartKind::Lag => Some(view.lag()),
        ChartKind::Latency => Some(view.latency()),
        ChartKind::Timeline => None,
    };
    Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 4 }).show(ui, |ui| match chart {
        Some(chart) => chart_ui(ui, &chart, state),
        None => timeline::timeline_ui(ui, snapshot, shown_group(snapshot, selection), state),
    });
}

/// The group that the drawing, the latency chart and the timeline are about: the selected or the first.
pub fn shown_group<'a>(snapshot: &'a Snapshot, selection: &Selection) -> Option<&'a GroupView> {
    let is_selected = |group: &&GroupView| Some(group.name.as_str()) == selection.group();
    snapshot.groups.iter().find(is_selected).or(snapshot.groups.first())
}
