//! What the desk tells besides the answer: what is being measured, with how far it is and a way to stop it, and what
//! became of files and measurements.

use egui::{Frame, Margin, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::lab::planning::{Measurement, Measuring, PlanCommand, PlanState};
use crate::lab::run::ClockKind;
use crate::lab::snapshot::Severity;
use crate::planner::words;
use crate::ui::catalogue::plan as actions;
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, bar, button_ui};
use crate::ui::widgets::convert::to_f32;

/// What is being measured, and how to stop it.
pub fn measuring_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
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

/// What became of the last file or measurement, until it is read.
pub fn told_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
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
