//! What stands above an answer: the plan's name and what can be done with it.

use egui::{Layout, RichText, Ui};

use super::inputs::title_ui;
use super::told::{measuring_ui, told_ui};
use crate::lab::Snapshot;
use crate::lab::planning::PlanState;
use crate::ui::catalogue::{Answer, plan as actions};
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};

/// The menu of everything.
const MENU: &str = "Plan ▾";

/// Room that the title needs, at the least and where there is enough.
const TITLE: (f32, f32) = (120.0, 190.0);

/// What stands beside the title.
#[derive(Clone, Copy)]
enum Beside {
    Action(&'static actions::Action),
    Calibrate,
}

/// From left to right, with how much each is needed: where there is no room for all the menu has the others.
const BESIDE: [(u8, Beside); 4] = [
    (3, Beside::Action(&actions::IMPORT_RATES)),
    (1, Beside::Calibrate),
    (2, Beside::Action(&actions::EXPORT)),
    (0, Beside::Action(&actions::RUN)),
];

/// Draws the line of title and buttons, what is being measured, and what was told.
pub fn head_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let file = file_words(plan);
    let calibrate = calibrate_label(snapshot);
    let file_width = ui.painter().layout_no_wrap(file.clone(), theme::sans(size::SMALL), tokens.text_muted).size().x;
    let room = ui.available_width() - file_width - 3.0 * ui.spacing().item_spacing.x - button_width(ui, MENU);
    let shown = fitting(ui, room - TITLE.1, &calibrate);
    let taken: f32 = shown.iter().map(|one| button_width(ui, one.label(&calibrate))).sum();
    ui.horizontal(|ui| {
        title_ui(ui, &plan.plan, (room - taken).clamp(TITLE.0, TITLE.1), asks);
        ui.label(RichText::new(file).size(size::SMALL).color(tokens.text_muted));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            for one in shown.iter().rev() {
                match one {
                    Beside::Action(action) => button(ui, action, plan, asks),
                    Beside::Calibrate => calibrate_ui(ui, &calibrate, snapshot, plan, asks),
                }
            }
            menu_ui(ui, snapshot, plan, asks);
        });
    });
    measuring_ui(ui, plan, asks);
    told_ui(ui, plan, asks);
}

fn file_words(plan: &PlanState) -> String {
    let file = plan.file.as_ref().and_then(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned());
    match (file, plan.edited) {
        (Some(file), true) => format!("{file} · edited"),
        (Some(file), false) => file,
        (None, true) => "edited".to_owned(),
        (None, false) => String::new(),
    }
}

/// The buttons that fit, the most needed first to be taken.
fn fitting(ui: &Ui, mut room: f32, calibrate: &str) -> Vec<Beside> {
    let mut ranked = BESIDE;
    ranked.sort_by_key(|(rank, _)| *rank);
    let taken = ranked.into_iter().take_while(|(rank, one)| {
        room -= button_width(ui, one.label(calibrate));
        room >= 0.0 || *rank == 0
    });
    let most = taken.last().map_or(0, |(rank, _)| rank);
    BESIDE.into_iter().filter(|(rank, _)| *rank <= most).map(|(_, one)| one).collect()
}

impl Beside {
    fn label(self, calibrate: &str) -> &str {
        match self {
            Self::Action(action) => action.label,
            Self::Calibrate => calibrate,
        }
    }
}

/// With the room to the next.
fn button_width(ui: &Ui, label: &str) -> f32 {
    let text = egui::WidgetText::from(label).into_galley(ui, None, f32::INFINITY, egui::TextStyle::Button);
    text.size().x + 2.0 * ui.spacing().button_padding.x + ui.spacing().item_spacing.x
}

fn calibrate_label(snapshot: &Snapshot) -> String {
    let many = if snapshot.groups.len() > 1 { " ▾" } else { "" };
    format!("{}{many}", actions::CALIBRATE)
}

/// The button that calibrates: with several groups it offers them.
fn calibrate_ui(ui: &mut Ui, label: &str, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    if let Some(reason) = actions::calibrating_refusal(snapshot, plan) {
        let button = |ui: &mut Ui| button_ui(ui, label, Weight::Plain, actions::CALIBRATE_HELP);
        ui.add_enabled_ui(false, button).inner.on_disabled_hover_text(reason);
    } else if let [group] = &snapshot.groups[..] {
        if button_ui(ui, label, Weight::Plain, actions::CALIBRATE_HELP).clicked() {
            asks.extend(actions::calibrate(snapshot, plan, group));
        }
    } else {
        let menu = ui.menu_button(label, |ui| groups_ui(ui, snapshot, plan, asks));
        menu.response.on_hover_text(actions::CALIBRATE_HELP);
    }
}

/// The groups to calibrate from.
fn groups_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    for group in &snapshot.groups {
        let answer = actions::calibrate(snapshot, plan, group);
        item_ui(ui, &format!("Calibrate from {}", group.name), actions::CALIBRATE_HELP, answer, asks);
    }
}

/// The button of an action; where it can't be done it says why.
pub fn button(ui: &mut Ui, action: &actions::Action, plan: &PlanState, asks: &mut Vec<Ask>) {
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
fn menu_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    let menu = ui.menu_button(MENU, |ui| {
        for action in actions::ALL {
            item_ui(ui, action.label, action.help, (action.answer)(plan), asks);
        }
        groups_ui(ui, snapshot, plan, asks);
    });
    menu.response.on_hover_text("Everything that can be done with a plan");
}

/// One line of a menu.
pub fn item_ui(ui: &mut Ui, label: &str, help: &str, answer: Answer, asks: &mut Vec<Ask>) {
    let response = ui.add_enabled(answer.is_ok(), egui::Button::new(label).frame_when_inactive(false));
    match answer {
        Ok(ask) => {
            if response.on_hover_text(help).clicked() {
                asks.push(ask);
                ui.close();
            }
        }
        Err(reason) => drop(response.on_disabled_hover_text(reason)),
    }
}
