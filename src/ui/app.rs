//! The window itself: which panel lies where, and what happens each frame. What panels ask for is
//! carried out in [`super::apply`].

use std::sync::Arc;

use eframe::App;
use egui::{CentralPanel, Context, Frame, Margin, Panel, Stroke, Ui};

use super::command::Ask;
use super::dialogs::Dialogs;
use super::motion::Motion;
use super::panels::{charts, inspector, outline, status_line, top_bar, topology};
use super::selection::Selection;
use super::theme::{self, Theme, size};
use super::{panels, shortcuts};
use crate::lab::{LabLink, Snapshot};

/// Real time between two frames while something moves: calm enough, and cheap without a graphics card.
const FRAME: std::time::Duration = std::time::Duration::from_millis(33);

/// The whole window. It holds what is only about looking: the experiment is behind the link.
pub struct Workbench {
    pub(super) link: Arc<dyn LabLink>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) selection: Selection,
    pub(super) theme: Theme,
    pub(super) dialogs: Dialogs,
    pub(super) topology: topology::TopologyState,
    pub(super) notices_read: panels::banner::NoticesRead,
    outline: outline::OutlineState,
    motion: Motion,
}

impl Workbench {
    /// A window on the experiment behind `link`.
    pub fn new(ctx: &Context, link: Arc<dyn LabLink>) -> Self {
        theme::install(ctx);
        let woken = ctx.clone();
        link.set_waker(Arc::new(move || woken.request_repaint()));
        Self {
            snapshot: link.snapshot(),
            link,
            selection: Selection::default(),
            theme: Theme::default(),
            dialogs: Dialogs::default(),
            topology: topology::TopologyState::default(),
            notices_read: panels::banner::NoticesRead::default(),
            outline: outline::OutlineState::default(),
            motion: Motion::default(),
        }
    }

    /// Draws one frame; `frame_millis` is what the frame before took.
    pub fn frame_ui(&mut self, ui: &mut Ui, frame_millis: Option<f32>) {
        let is_first_pass = ui.ctx().current_pass_index() == 0;
        if is_first_pass {
            self.snapshot = self.link.snapshot();
            self.motion.advance(&self.snapshot, ui.input(|input| input.time));
        }
        let snapshot = Arc::clone(&self.snapshot);
        let mut asks = Vec::new();
        self.panels_ui(ui, &snapshot, frame_millis, &mut asks);
        self.dialogs.ui(ui.ctx(), &mut asks);
        if !self.dialogs.is_open() {
            asks.extend(shortcuts::pressed(ui.ctx(), &snapshot));
            asks.extend(dropped_file(ui));
        }
        for ask in asks {
            self.apply(ui.ctx(), ask);
        }
        if Motion::is_live(&snapshot) && self.topology.has_flow() {
            ui.ctx().request_repaint_after(FRAME);
        }
    }

    fn panels_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, frame_millis: Option<f32>, asks: &mut Vec<Ask>) {
        let room = ui.available_size();
        let side = Frame::new().fill(theme::of(ui.ctx()).panel);
        bar("top bar", side, size::TOP_BAR, true).show(ui, |ui| top_bar::top_bar_ui(ui, snapshot, self.theme, asks));
        panels::banner::banner_ui(ui, snapshot, &self.notices_read, asks);
        bar("status line", side, size::STATUS_LINE, false)
            .show(ui, |ui| status_line::status_line_ui(ui, snapshot, frame_millis));
        Panel::bottom(("charts", self.theme.name()))
            .resizable(true)
            .default_size(size::CHARTS.min(room.y * 0.3))
            .size_range(90.0..=room.y * 0.6)
            .frame(side)
            .show(ui, |ui| charts::charts_ui(ui, snapshot, &self.selection));
        Panel::left(("outline", self.theme.name()))
            .default_size(size::OUTLINE.min(room.x * 0.19))
            .size_range(120.0..=420.0)
            .frame(side)
            .show(ui, |ui| outline::outline_ui(ui, snapshot, &mut self.outline, &self.selection, asks));
        Panel::right(("inspector", self.theme.name()))
            .default_size(size::INSPECTOR.min(room.x * 0.26))
            .size_range(180.0..=520.0)
            .frame(side.inner_margin(Margin { left: 12, right: 12, top: 10, bottom: 4 }))
            .show(ui, |ui| inspector::inspector_ui(ui, snapshot, &self.selection, asks));
        CentralPanel::default().frame(Frame::new().fill(theme::of(ui.ctx()).canvas)).show(ui, |ui| {
            topology::topology_ui(ui, snapshot, &mut self.topology, &self.selection, &self.motion, asks);
        });
    }
}

impl App for Workbench {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frame_ui(ui, frame.info().cpu_usage.map(|seconds| seconds * 1e3));
    }
}

fn bar(name: &'static str, frame: Frame, height: f32, is_top: bool) -> Panel {
    let panel = if is_top { Panel::top(name) } else { Panel::bottom(name) };
    let frame = frame.inner_margin(Margin::symmetric(12, 0)).stroke(Stroke::NONE);
    panel.resizable(false).exact_size(height).frame(frame)
}

/// A scenario file that was dropped onto the window.
fn dropped_file(ui: &Ui) -> Option<Ask> {
    use crate::lab::Command;
    use crate::lab::command::Source;
    let path = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_path_buf()))?;
    Some(Command::Open(Source::File(path)).into())
}
