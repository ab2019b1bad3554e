//! What the experiment says about itself, with its facts.

use egui::{Context, Id, Modal, RichText, ScrollArea, Ui};

use crate::lab::snapshot::ExperimentState;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::markdown::markdown_ui;

/// Width of a line that is read with ease.
const WIDTH: f32 = 520.0;

/// Draws it; returns whether it stays.
pub fn about_ui(ctx: &Context, experiment: &ExperimentState) -> bool {
    let modal = Modal::new(Id::unique("about the experiment")).show(ctx, |ui| content_ui(ui, experiment));
    !modal.inner && !modal.should_close()
}

/// Returns whether it was closed.
fn content_ui(ui: &mut Ui, experiment: &ExperimentState) -> bool {
    let tokens = theme::of(ui.ctx());
    let screen = ui.ctx().content_rect().size();
    ui.set_width(WIDTH.min(screen.x - 60.0));
    let title = if experiment.title.is_empty() { "Untitled" } else { &experiment.title };
    ui.label(RichText::new(title).font(theme::sans_strong(18.0)).color(tokens.text));
    ui.add_space(8.0);
    if experiment.about.trim().is_empty() {
        let text = "This scenario says nothing about itself. The key about of its file holds such a text, as Markdown.";
        ui.label(RichText::new(text).color(tokens.text_muted));
    } else {
        ScrollArea::vertical().max_height((screen.y - 220.0).max(80.0)).auto_shrink([false, true]).show(ui, |ui| {
            markdown_ui(ui, &experiment.about);
        });
    }
    ui.add_space(10.0);
    ui.label(RichText::new(facts(experiment)).font(theme::sans(size::SMALL)).color(tokens.text_muted));
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
        button_ui(ui, "Close", Weight::Primary, "Esc").clicked()
    })
    .inner
}

fn facts(experiment: &ExperimentState) -> String {
    let place = experiment.source.file().map_or_else(|| "Built in".to_owned(), |file| file.display().to_string());
    format!("{place}, seed {}", experiment.seed)
}
