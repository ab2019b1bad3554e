//! Carries out what panels and keys ask for. It only routes.

use std::path::Path;
use std::sync::Arc;

use egui::{Context, ViewportCommand};

use super::app::Workbench;
use super::command::{Ask, ScaleChange};
use super::dialogs::{DialogKind, Edited, Then};
use super::layout::{Arrangement, Layout, Pane};
use super::panels::add::Adding;
use super::theme;
use crate::lab::Command;
use crate::lab::command::Source;
use crate::lab::planning::PlanCommand;
use crate::planner::on_broker;
use crate::scenario::plan::is_plan;

/// By how much *Larger* and *Smaller* change the size.
const SCALE_STEP: f32 = 0.1;

impl Workbench {
    pub(super) fn apply(&mut self, ctx: &Context, ask: Ask) {
        self.refusal = None;
        match ask {
            Ask::Lab(command) => self.send(command),
            Ask::Plan(command) => self.link.desk().send(command),
            Ask::RunPlan => self.run_plan(),
            Ask::Select(selection) => self.selection = selection,
            Ask::Wear(theme) => {
                self.remembered.settings.theme = theme;
                self.dress(ctx);
            }
            Ask::Scale(change) => {
                self.scale(change);
                self.dress(ctx);
            }
            Ask::ReduceMotion(is_reduced) => self.remembered.settings.reduced_motion = is_reduced,
            Ask::ShowDialog(kind) => self.show_dialog(kind),
            Ask::Add(kind) => self.dialogs.show_add(Adding::new(kind, &self.snapshot)),
            Ask::AddConsumers(group) => self.dialogs.show_add(Adding::consumers_of(&group, &self.snapshot)),
            Ask::ShowPalette => self.dialogs.show_palette(),
            Ask::ShowKeys => self.dialogs.show_keys(),
            Ask::ShowWelcome => self.dialogs.show_welcome(),
            Ask::FilterOutline => {
                self.layout.show(Pane::Outline);
                self.outline.filter();
            }
            Ask::ShowAbout => self.dialogs.show_about(),
            Ask::Show(pane) => self.layout.show(pane),
            Ask::Close(pane) => self.layout.close(pane),
            Ask::Arrange(arrangement) => self.layout = Layout::arranged(arrangement),
            Ask::ResetLayout => self.layout = Layout::arranged(Arrangement::Run),
            Ask::FitCanvas => self.topology.fit(),
            Ask::DismissNotice => self.notices.read_all(&self.snapshot),
            Ask::CopyText(text) => ctx.copy_text(text),
            Ask::Refuse(reason) => self.refusal = Some(reason),
            Ask::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Ask::Proceed(edited, then) => self.proceed(ctx, edited, then),
        }
        ctx.request_repaint();
    }

    /// Opens the selected candidate as an experiment.
    fn run_plan(&mut self) {
        let plan = self.link.desk().state();
        let Some(candidate) = plan.candidate() else { return };
        let scenario = on_broker::scenario(&plan.plan, candidate.assessment.choice);
        self.send(Command::Open(Source::Made(Arc::new(scenario))));
        self.layout = Layout::arranged(Arrangement::Run);
    }

    /// Passes a command on, unless it would lose edits that nobody was asked about.
    fn send(&mut self, command: Command) {
        if let Command::Open(Source::File(path)) = &command
            && is_plan_file(path)
        {
            return self.link.desk().send(PlanCommand::Open(path.clone()));
        }
        if self.snapshot.experiment.edited
            && let Command::Open(source) = command
        {
            self.dialogs.ask_about_edits(Edited::Experiment, Then::Open(source));
        } else {
            self.link.send(command);
        }
    }

    fn proceed(&mut self, ctx: &Context, edited: Edited, then: Then) {
        match then {
            Then::Open(source) => self.link.send(Command::Open(source)),
            Then::Quit => {
                self.given_up.push(edited);
                self.goes_on = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }

    fn scale(&mut self, change: ScaleChange) {
        let settings = &mut self.remembered.settings;
        settings.set_scale(match change {
            ScaleChange::Larger => settings.scale + SCALE_STEP,
            ScaleChange::Smaller => settings.scale - SCALE_STEP,
            ScaleChange::Own => 1.0,
        });
    }

    fn dress(&self, ctx: &Context) {
        theme::apply(ctx, self.remembered.settings.theme, self.remembered.settings.scale);
    }

    fn show_dialog(&mut self, kind: DialogKind) {
        // A recording is another scenario: it does not offer to replace the one it began with. A report is none.
        if kind == DialogKind::SavePlan {
            return self.dialogs.show_file(kind, self.link.desk().state().file.clone());
        }
        let is_of_scenario = matches!(kind, DialogKind::Open | DialogKind::Save);
        let file = self.snapshot.experiment.source.file().cloned().filter(|_| is_of_scenario);
        self.dialogs.show_file(kind, file);
    }
}

/// Whether a file is meant as a plan; one that can't be read is told of by who opens it.
fn is_plan_file(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| is_plan(&text))
}
