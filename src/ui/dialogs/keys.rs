//! The explanation of every key, read from the catalogue.

use egui::{Context, Id, Modal, RichText, Ui};

use crate::ui::catalogue::{FIXED, written};
use crate::ui::theme::{self, size};

/// Draws the keys; returns whether they stay.
pub fn keys_ui(ctx: &Context) -> bool {
    !Modal::new(Id::unique("keys")).show(ctx, list_ui).should_close()
}

fn list_ui(ui: &mut Ui) {
    let tokens = theme::of(ui.ctx());
    ui.heading("Keys");
    ui.add_space(6.0);
    egui::Grid::new("keys").num_columns(3).spacing([24.0, 6.0]).show(ui, |ui| {
        for line in FIXED.iter().filter(|line| !line.keys.is_empty()) {
            ui.label(RichText::new(written(ui.ctx(), line.keys)).font(theme::mono(size::NUMBER)));
            ui.label(RichText::new(line.label).color(tokens.text));
            ui.label(RichText::new(line.help).color(tokens.text_muted));
            ui.end_row();
        }
    });
    ui.add_space(8.0);
    ui.label(RichText::new("None is taken from a text field. Esc closes this.").color(tokens.text_muted));
}
