//! The greeting of the first start: what to look at first. The demonstration already runs behind it.

use egui::{Context, Id, Modal, RichText, ScrollArea, Ui};

use crate::lab::Command;
use crate::lab::command::Source;
use crate::scenario::library;
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};

/// The greeting, open or not.
#[derive(Default)]
pub struct Welcome {
    is_shown: bool,
    /// Names and titles of the library, read when they are first shown.
    library: Vec<(&'static str, String)>,
}

impl Welcome {
    pub fn show(&mut self) {
        self.is_shown = true;
        if self.library.is_empty() {
            let titled = |name| library::get(name).map(|scenario| (name, scenario.title));
            self.library = library::names().filter_map(titled).collect();
        }
    }

    pub const fn is_open(&self) -> bool {
        self.is_shown
    }

    /// Draws it while it is open.
    pub fn ui(&mut self, ctx: &Context, asks: &mut Vec<Ask>) {
        if !self.is_shown {
            return;
        }
        let modal = Modal::new(Id::unique("welcome")).show(ctx, |ui| self.content_ui(ui, asks));
        if modal.inner || modal.should_close() {
            self.is_shown = false;
        }
    }

    /// Returns whether something was chosen.
    fn content_ui(&self, ui: &mut Ui, asks: &mut Vec<Ask>) -> bool {
        let tokens = theme::of(ui.ctx());
        ui.set_width(460.0);
        ui.label(RichText::new("Welcome to Logyard").font(theme::sans_strong(20.0)).color(tokens.text));
        ui.add_space(4.0);
        let text = "A broker, producers and consumer groups, live. Change a rate, crash a consumer, and watch the \
                    lag. The demonstration already runs behind this: orders come in, and billing takes its share.";
        ui.label(RichText::new(text).color(tokens.text_muted));
        ui.add_space(12.0);
        let mut is_over = false;
        ui.horizontal(|ui| {
            is_over |= button_ui(ui, "Watch the demonstration", Weight::Primary, "It runs already (Esc)").clicked();
            if button_ui(ui, "Begin with an empty lab", Weight::Plain, "No topic, no client: yours to fill").clicked() {
                asks.push(Command::Open(Source::Empty).into());
                is_over = true;
            }
        });
        ui.add_space(14.0);
        ui.label(RichText::new("Or open a scenario of the library").color(tokens.text));
        ui.add_space(4.0);
        let room = (ui.ctx().content_rect().height() - 320.0).max(80.0);
        ScrollArea::vertical().max_height(room).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (name, title) in &self.library {
                if scenario_ui(ui, name, title) {
                    asks.push(Command::Open(Source::BuiltIn((*name).to_owned())).into());
                    is_over = true;
                }
            }
        });
        ui.add_space(8.0);
        let hint = "Ctrl K finds everything that can be done, ? explains the keys.";
        ui.label(RichText::new(hint).font(theme::sans(size::SMALL)).color(tokens.text_muted));
        is_over
    }
}

fn scenario_ui(ui: &mut Ui, name: &str, title: &str) -> bool {
    let tokens = theme::of(ui.ctx());
    let mut job = egui::text::LayoutJob::default();
    let format = |font, color| egui::TextFormat { font_id: font, color, ..Default::default() };
    job.append(title, 0.0, format(theme::sans(size::BODY), tokens.text));
    job.append(name, 10.0, format(theme::mono(size::SMALL), tokens.text_muted));
    let button = egui::Button::new(job).frame_when_inactive(false).min_size(egui::vec2(ui.available_width(), 26.0));
    ui.add(button.right_text("")).clicked()
}
