//! What the numbers advise about the thing that is inspected, with *Try it*.

use egui::{CornerRadius, Frame, Margin, RichText, Stroke, Ui};

use crate::lab::snapshot::{Severity, Subject, WhatIf};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::theme;

/// All advice about this, each in a card.
pub fn advice_ui(ui: &mut Ui, snapshot: &Snapshot, is_subject: impl Fn(&Subject) -> bool, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    for advice in snapshot.advice.iter().filter(|advice| is_subject(&advice.subject)) {
        let colour = match advice.severity {
            Severity::Info => tokens.accent,
            Severity::Warning => tokens.warn,
            Severity::Error => tokens.bad,
        };
        let frame = Frame::new()
            .fill(tokens.wash(colour))
            .stroke(Stroke::new(1.0, tokens.border))
            .corner_radius(CornerRadius::same(theme::size::RADIUS))
            .inner_margin(Margin::symmetric(10, 7));
        ui.add_space(4.0);
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(&advice.text).color(tokens.text));
            if let Some((group, what_if)) = WhatIf::of(&advice.try_it) {
                let meaning = "Simulates first what would come of it";
                if ui.link("What if").on_hover_text(meaning).clicked() {
                    asks.push(Command::Forecast { group, what_if }.into());
                }
            }
            if !advice.try_it.is_empty() && ui.link("Try it").on_hover_text("Does it; undo takes it back").clicked() {
                asks.extend(advice.try_it.iter().cloned().map(Ask::Lab));
            }
        });
    }
}
