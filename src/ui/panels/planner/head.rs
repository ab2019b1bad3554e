//! What stands above an answer: the plan's name and what can be done with it, and what became of its files.

use egui::{Frame, Layout, Margin, RichText, Ui};

use super::inputs::title_ui;
use crate::lab::planning::{PlanCommand, PlanState};
use crate::lab::snapshot::Severity;
use crate::ui::catalogue::{self, plan as actions};
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};

/// In a narrower pane only the primary button stands beside the title; the menu has them all.
const ROOM_FOR_BUTTONS: f32 = 680.0;

/// Draws the line of title and buttons, and what was told.
pub fn head_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let has_room = ui.available_width() >= ROOM_FOR_BUTTONS;
    ui.horizontal_wrapped(|ui| {
        title_ui(ui, &plan.plan, asks);
        let file = plan.file.as_ref().and_then(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned());
        let words = match (file, plan.edited) {
            (Some(file), true) => format!("{file} · edited"),
            (Some(file), false) => file,
            (None, true) => "edited".to_owned(),
            (None, false) => String::new(),
        };
        ui.label(RichText::new(words).size(size::SMALL).color(tokens.text_muted));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            for action in actions::BUTTONS.iter().rev().filter(|action| has_room || action.is_primary) {
                button(ui, action, plan, asks);
            }
            menu_ui(ui, plan, asks);
        });
    });
    told_ui(ui, plan, asks);
}

fn button(ui: &mut Ui, action: &actions::Action, plan: &PlanState, asks: &mut Vec<Ask>) {
    let weight = if action.is_primary { Weight::Primary } else { Weight::Plain };
    let answer = (action.answer)(plan);
    let response = ui.add_enabled_ui(answer.is_ok(), |ui| button_ui(ui, action.label, weight, action.help)).inner;
    match answer {
        Ok(ask) if response.clicked() => asks.push(ask),
        Ok(_) => {}
        Err(reason) => drop(response.on_disabled_hover_text(reason)),
    }
}

/// Everything that can be done with a plan.
fn menu_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let menu = ui.menu_button("Plan ▾", |ui| {
        for action in actions::ALL {
            let answer = (action.answer)(plan);
            let keys = catalogue::written(ui.ctx(), &[]);
            let item = egui::Button::new(action.label).right_text(keys).frame_when_inactive(false);
            let response = ui.add_enabled(answer.is_ok(), item);
            match answer {
                Ok(ask) => {
                    if response.on_hover_text(action.help).clicked() {
                        asks.push(ask);
                        ui.close();
                    }
                }
                Err(reason) => drop(response.on_disabled_hover_text(reason)),
            }
        }
    });
    menu.response.on_hover_text("Everything that can be done with a plan");
}

fn told_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let Some(told) = &plan.told else { return };
    let tokens = theme::of(ui.ctx());
    let (fill, colour) = match told.severity {
        Severity::Error => (tokens.alarm(), tokens.bad),
        Severity::Warning => (tokens.wash(tokens.warn), tokens.warn),
        Severity::Info => (tokens.raised, tokens.text_muted),
    };
    ui.add_space(6.0);
    Frame::new().fill(fill).corner_radius(size::RADIUS).inner_margin(Margin::symmetric(10, 5)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(&told.text).color(colour));
            if button_ui(ui, "Read", Weight::Plain, "It was read and needs no more room").clicked() {
                asks.push(PlanCommand::Dismiss.into());
            }
            if told.severity == Severity::Error && button_ui(ui, "Copy", Weight::Plain, "Copies what is said").clicked()
            {
                asks.push(Ask::CopyText(told.text.clone()));
            }
        });
    });
}
