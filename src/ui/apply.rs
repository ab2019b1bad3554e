//! Carries out what panels and keys ask for. It only routes.

use egui::Context;

use super::app::Workbench;
use super::command::Ask;
use super::dialogs::DialogKind;
use super::theme;

impl Workbench {
    pub(super) fn apply(&mut self, ctx: &Context, ask: Ask) {
        match ask {
            Ask::Lab(command) => self.link.send(command),
            Ask::Select(selection) => self.selection = selection,
            Ask::Wear(theme) => {
                self.theme = theme;
                theme::apply(ctx, theme);
            }
            Ask::ShowDialog(kind) => self.show_dialog(kind),
            Ask::ShowKeys => self.dialogs.show_keys(),
            Ask::FitCanvas => self.topology.fit(),
            Ask::DismissNotice => self.notices_read.read_all(&self.snapshot),
            Ask::CopyText(text) => ctx.copy_text(text),
        }
        ctx.request_repaint();
    }

    fn show_dialog(&mut self, kind: DialogKind) {
        self.dialogs.show(kind, self.snapshot.experiment.file.clone());
    }
}
