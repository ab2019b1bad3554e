//! Carries out what panels and keys ask for. It only routes.

use egui::{Context, ViewportCommand};

use super::app::Workbench;
use super::command::{Ask, ScaleChange};
use super::dialogs::{DialogKind, Then};
use super::layout::{Arrangement, Layout, Pane};
use super::panels::add::Adding;
use super::theme;
use crate::lab::Command;

/// By how much *Larger* and *Smaller* change the size.
const SCALE_STEP: f32 = 0.1;

impl Workbench {
    pub(super) fn apply(&mut self, ctx: &Context, ask: Ask) {
        self.refusal = None;
        match ask {
            Ask::Lab(command) => self.send(command),
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
            Ask::Proceed(then) => self.proceed(ctx, then),
        }
        ctx.request_repaint();
    }

    /// Passes a command on, unless it would lose edits that nobody was asked about.
    fn send(&mut self, command: Command) {
        if self.snapshot.experiment.edited
            && let Command::Open(source) = command
        {
            self.dialogs.ask_about_edits(Then::Open(source));
        } else {
            self.link.send(command);
        }
    }

    fn proceed(&mut self, ctx: &Context, then: Then) {
        match then {
            Then::Open(source) => self.link.send(Command::Open(source)),
            Then::Quit => {
                self.may_close = true;
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
        let is_of_scenario = matches!(kind, DialogKind::Open | DialogKind::Save);
        let file = self.snapshot.experiment.source.file().cloned().filter(|_| is_of_scenario);
        self.dialogs.show_file(kind, file);
    }
}
