//! The window itself: what it holds, and what happens each frame. What panels ask for is carried out in
//! [`super::apply`]; what lies in which pane is in [`super::content`].

use std::borrow::Cow;
use std::sync::Arc;

use eframe::App;
use egui::{CentralPanel, Context, Frame, Margin, Panel, Stroke, Ui, ViewportCommand};

use super::catalogue::Situation;
use super::command::Ask;
use super::content::{Content, all_closed_ui};
use super::dialogs::{Dialogs, Edited, Then};
use super::layout::{Arrangement, Layout, Pane};
use super::motion::Motion;
use super::panels::assignment::AssignmentState;
use super::panels::charts::ChartsState;
use super::panels::event_filter::EventsState;
use super::panels::planner::PlannerState;
use super::panels::status_line::StatusLine;
use super::panels::{banner, outline, status_line, top_bar, topology};
use super::selection::Selection;
use super::settings::SettingsFile;
use super::shortcuts;
use super::theme::{self, size};
use crate::lab::planning::PlanState;
use crate::lab::snapshot::ExperimentState;
use crate::lab::{LabLink, Snapshot};

/// Real time between two frames while something moves: calm enough, and cheap without a graphics card.
const FRAME: std::time::Duration = std::time::Duration::from_millis(33);

/// The whole window. It holds what is only about looking: the experiment is behind the link.
pub struct Workbench {
    pub(super) link: Arc<dyn LabLink>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) selection: Selection,
    pub(super) remembered: SettingsFile,
    pub(super) layout: Layout,
    pub(super) dialogs: Dialogs,
    pub(super) topology: topology::TopologyState,
    pub(super) notices: banner::Notices,
    /// Why the last wish could not be granted.
    pub(super) refusal: Option<Cow<'static, str>>,
    /// Whose edits were asked about while it closes.
    pub(super) given_up: Vec<Edited>,
    /// It closes because such a question was answered.
    pub(super) goes_on: bool,
    pub(super) outline: outline::OutlineState,
    charts: ChartsState,
    assignment: AssignmentState,
    events: EventsState,
    planner: PlannerState,
    plan: Arc<PlanState>,
    motion: Motion,
    /// A text field had the keys at the end of the last frame.
    was_typing: bool,
    /// As the window is called now.
    title: String,
}

impl Workbench {
    /// A window on the experiment behind `link` that remembers nothing.
    pub fn new(ctx: &Context, link: Arc<dyn LabLink>) -> Self {
        Self::remembering(ctx, link, SettingsFile::default())
    }

    /// A window that looks as it is remembered, and greets whoever was never here.
    pub fn remembering(ctx: &Context, link: Arc<dyn LabLink>, remembered: SettingsFile) -> Self {
        theme::install(ctx);
        theme::apply(ctx, remembered.settings.theme, remembered.settings.scale);
        let woken = ctx.clone();
        link.set_waker(Arc::new(move || woken.request_repaint()));
        let kept = remembered.settings.layout.as_ref();
        let mut workbench = Self {
            snapshot: link.snapshot(),
            link,
            selection: Selection::default(),
            layout: kept.and_then(Layout::from_kept).unwrap_or_default(),
            remembered,
            dialogs: Dialogs::default(),
            topology: topology::TopologyState::default(),
            notices: banner::Notices::default(),
            refusal: None,
            given_up: Vec::new(),
            goes_on: false,
            outline: outline::OutlineState::default(),
            charts: ChartsState::default(),
            assignment: AssignmentState::default(),
            events: EventsState::default(),
            planner: PlannerState::default(),
            plan: Arc::default(),
            motion: Motion::default(),
            was_typing: false,
            title: String::new(),
        };
        for trouble in std::mem::take(&mut workbench.remembered.troubles) {
            workbench.notices.tell(trouble);
        }
        if workbench.remembered.is_first_start {
            workbench.dialogs.show_welcome();
        }
        workbench
    }

    /// Draws one frame; `frame_millis` is what the frame before took.
    pub fn frame_ui(&mut self, ui: &mut Ui, frame_millis: Option<f32>) {
        let is_first_pass = ui.ctx().current_pass_index() == 0;
        if is_first_pass {
            self.snapshot = self.link.snapshot();
            self.follow_plan();
            self.follow_time(ui);
            theme::fit(ui.ctx(), self.remembered.settings.theme, self.remembered.settings.scale);
        }
        let (snapshot, plan) = (Arc::clone(&self.snapshot), Arc::clone(&self.plan));
        let mut asks = Vec::new();
        self.panels_ui(ui, &snapshot, frame_millis, &mut asks);
        let settings = &self.remembered.settings;
        let situation = Situation { snapshot: &snapshot, plan: &plan, settings, layout: &self.layout };
        let was_open = self.dialogs.is_open();
        self.dialogs.ui(ui.ctx(), situation, &mut asks);
        if !was_open && !self.dialogs.is_open() {
            asks.extend(shortcuts::pressed(ui.ctx(), situation, self.was_typing));
            asks.extend(dropped_file(ui));
        }
        for ask in asks {
            self.apply(ui.ctx(), ask);
        }
        self.was_typing = ui.ctx().text_edit_focused();
        self.ask_before_closing(ui.ctx());
        if is_first_pass {
            self.remember();
            self.call(ui.ctx(), &snapshot.experiment);
        }
        let moves = !self.remembered.settings.reduced_motion && self.layout.is_in_front(Pane::Topology);
        if moves && Motion::is_live(&snapshot) && self.topology.has_flow() {
            ui.ctx().request_repaint_after(FRAME);
        }
    }

    /// A plan that was opened comes into view.
    fn follow_plan(&mut self) {
        let opened = self.plan.opened;
        self.plan = self.link.desk().state();
        if self.plan.opened > opened && !self.layout.is_in_front(Pane::Planner) {
            self.layout = Layout::arranged(Arrangement::Plan);
        }
    }

    fn follow_time(&mut self, ui: &Ui) {
        self.topology.set_reduced_motion(self.remembered.settings.reduced_motion);
        if self.remembered.settings.reduced_motion {
            self.motion = Motion::default();
        } else {
            self.motion.advance(&self.snapshot, ui.input(|input| input.time));
        }
    }

    fn panels_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, frame_millis: Option<f32>, asks: &mut Vec<Ask>) {
        let tokens = theme::of(ui.ctx());
        let side = Frame::new().fill(tokens.panel);
        let settings = &self.remembered.settings;
        let situation = Situation { snapshot, plan: &self.plan, settings, layout: &self.layout };
        bar("top bar", side, size::TOP_BAR, true).show(ui, |ui| top_bar::top_bar_ui(ui, situation, asks));
        banner::banner_ui(ui, snapshot, &self.notices, asks);
        let line =
            StatusLine { frame_millis, unread: self.notices.unread(snapshot).len(), refusal: self.refusal.as_deref() };
        bar("status line", side, size::STATUS_LINE, false)
            .show(ui, |ui| status_line::status_line_ui(ui, snapshot, line, asks));
        let mut content = Content {
            snapshot,
            selection: &self.selection,
            motion: &self.motion,
            topology: &mut self.topology,
            outline: &mut self.outline,
            charts: &mut self.charts,
            assignment: &mut self.assignment,
            events: &mut self.events,
            plan: &self.plan,
            planner: &mut self.planner,
            asks,
        };
        CentralPanel::default().frame(Frame::new().fill(tokens.canvas)).show(ui, |ui| {
            if self.layout.is_empty() {
                all_closed_ui(ui, content.asks);
            } else {
                self.layout.ui(ui, &mut content);
            }
        });
    }

    /// A window with edits asks once before it closes, about each thing that has them.
    fn ask_before_closing(&mut self, ctx: &Context) {
        if !ctx.input(|input| input.viewport().close_requested()) {
            return;
        }
        if !std::mem::take(&mut self.goes_on) {
            self.given_up.clear();
        }
        if let Some(edited) = self.unsaved() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.dialogs.ask_about_edits(edited, Then::Quit);
        }
    }

    /// What has edits that nobody was asked about yet.
    fn unsaved(&self) -> Option<Edited> {
        let (experiment, plan) = (self.snapshot.experiment.edited, self.plan.edited);
        let are_asked = |edited| self.given_up.contains(&edited);
        let all = [(Edited::Experiment, experiment), (Edited::Plan, plan)];
        all.into_iter().find(|(edited, is_edited)| *is_edited && !are_asked(*edited)).map(|(edited, _)| edited)
    }

    /// Calls the window after the experiment, with a mark while there is something to save.
    fn call(&mut self, ctx: &Context, experiment: &ExperimentState) {
        let mark = if experiment.edited { "● " } else { "" };
        let title = format!("{mark}{} – Logyard", name_of(experiment));
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Keeps what has changed of layout and files.
    fn remember(&mut self) {
        if self.layout.take_edited() {
            self.remembered.settings.layout = self.layout.to_kept();
        }
        // A lab that has not begun yet has no file to note.
        if self.snapshot.revision > 0 {
            self.remembered.settings.note(&self.snapshot.experiment.source);
        }
        if let Err(trouble) = self.remembered.save() {
            self.notices.tell(trouble);
        }
    }
}

impl App for Workbench {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frame_ui(ui, frame.info().cpu_usage.map(|seconds| seconds * 1e3));
    }
}

/// The name of its file, or its title where it has none.
fn name_of(experiment: &ExperimentState) -> Cow<'_, str> {
    match experiment.source.file().and_then(|file| file.file_name()) {
        Some(file) => file.to_string_lossy(),
        None if experiment.title.is_empty() => "untitled".into(),
        None => experiment.title.as_str().into(),
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
