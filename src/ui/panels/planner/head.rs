//! What stands above an answer: the plan's name and what can be done with it, and what became of its files.

use egui::{Frame, Layout, Margin, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::inputs::title_ui;
use crate::lab::Snapshot;
use crate::lab::planning::{Measurement, Measuring, PlanCommand, PlanState};
use crate::lab::run::ClockKind;
use crate::lab::snapshot::Severity;
use crate::planner::words;
use crate::ui::catalogue::{Answer, plan as actions};
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, bar, button_ui};
use crate::ui::widgets::convert::to_f32;

/// In a narrower pane only the primary button stands beside the title; the menu has them all.
const ROOM_FOR_BUTTONS: f32 = 680.0;

/// Draws the line of title and buttons, and what was told.
pub fn head_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
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
            let [before, after] = actions::BUTTONS;
            for action in after.iter().rev().filter(|action| has_room || action.is_primary) {
                button(ui, action, plan, asks);
            }
            if has_room {
                calibrate_ui(ui, snapshot, plan, asks);
            }
            for action in before.iter().rev().filter(|_| has_room) {
                button(ui, action, plan, asks);
            }
            menu_ui(ui, snapshot, plan, asks);
        });
    });
    measuring_ui(ui, plan, asks);
    told_ui(ui, plan, asks);
}

/// The button that calibrates: with several groups it offers them.
fn calibrate_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    let many = if snapshot.groups.len() > 1 { " ▾" } else { "" };
    let label = format!("{}{many}", actions::CALIBRATE);
    if let Some(reason) = actions::calibrating_refusal(snapshot, plan) {
        let button = |ui: &mut Ui| button_ui(ui, &label, Weight::Plain, actions::CALIBRATE_HELP);
        ui.add_enabled_ui(false, button).inner.on_disabled_hover_text(reason);
    } else if let [group] = &snapshot.groups[..] {
        if button_ui(ui, &label, Weight::Plain, actions::CALIBRATE_HELP).clicked() {
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

/// What is being measured, and how to stop it.
fn measuring_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let Some(measuring) = &plan.measuring else { return };
    let tokens = theme::of(ui.ctx());
    ui.add_space(6.0);
    Frame::new().fill(tokens.raised).corner_radius(size::RADIUS).inner_margin(Margin::symmetric(10, 5)).show(
        ui,
        |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(measuring_words(measuring, plan)).color(tokens.text));
                share_ui(ui, "Measured so far", measuring.share);
                if button_ui(ui, "Stop", Weight::Plain, actions::STOP_MEASURING.help).clicked() {
                    asks.push(PlanCommand::StopMeasuring.into());
                }
            });
        },
    );
}

fn measuring_words(measuring: &Measuring, plan: &PlanState) -> String {
    match &measuring.what {
        Measurement::Partition { .. } => "Measuring what one partition takes on this machine".to_owned(),
        Measurement::Candidate(request) => {
            let clock = match request.clock {
                ClockKind::Virtual => "in virtual time",
                ClockKind::Real => "in real time",
            };
            let of = if request.is_of(&plan.plan) { "" } else { ", of the plan before the last edit" };
            let (partitions, consumers) = (request.choice.partitions, request.choice.consumers);
            format!(
                "Running {}, {} on the broker {clock}{of}",
                words::of(partitions, "partition"),
                words::of(consumers, "consumer")
            )
        }
    }
}

/// A bar with its per cent.
pub fn share_ui(ui: &mut Ui, name: &str, share: f64) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(90.0, 5.0), Sense::hover());
    bar(ui.painter(), rect, to_f32(share), tokens.accent, tokens.sunken);
    let text = format!("{:.0} %", share * 100.0);
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, format!("{name} {text}")));
    ui.label(RichText::new(text).font(theme::mono(size::SMALL)).color(tokens.text_muted));
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
fn menu_ui(ui: &mut Ui, snapshot: &Snapshot, plan: &PlanState, asks: &mut Vec<Ask>) {
    let menu = ui.menu_button("Plan ▾", |ui| {
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
