//! A producer: its rate to change, and what became of what it sent.

use egui::Ui;

use super::{advice, client_buttons_ui, coloured_row_ui, header_ui, plain_row_ui};
use crate::lab::settings::producer as settings;
use crate::lab::snapshot::{ProducerState, Subject};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::panels::settings::{Owner, settings_ui};
use crate::ui::panels::words;
use crate::ui::theme;
use crate::ui::widgets::controls::{Field, control_row_ui, number_ui};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{card_ui, section_ui};

pub fn producer_ui(ui: &mut Ui, snapshot: &Snapshot, producer: &ProducerState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let status = producer.status;
    header_ui(ui, &producer.name, Some((words::status(status), words::status_colour(status, tokens))));
    card_ui(ui, |ui| {
        let meaning = "The rate that is asked for, over the pattern: drag or type";
        let changed = control_row_ui(ui, "Rate", meaning, |ui| rate_ui(ui, producer));
        if let Some(per_second) = changed {
            asks.push(Command::SetRate { producer: producer.name.clone(), per_second }.into());
        }
        let measured = format::rate(producer.records_per_second);
        plain_row_ui(ui, "Accepted", measured, "Measured: accepted records per second");
    });
    let is_subject = |subject: &Subject| matches!(subject, Subject::Client(name) if *name == producer.name);
    advice::advice_ui(ui, snapshot, is_subject, asks);
    client_buttons_ui(ui, &producer.name, status, asks);
    section_ui(ui, "Settings");
    settings_part_ui(ui, snapshot, producer, asks);
    section_ui(ui, "Records");
    card_ui(ui, |ui| {
        plain_row_ui(ui, "Produced", format::count(producer.produced), "Measured: records handed to the producer");
        let accepted = (format::count(producer.accepted), tokens.good);
        coloured_row_ui(
            ui,
            "Accepted",
            accepted,
            "Measured: acknowledged, or sent with acks = 0, which never hears of a loss",
        );
        let colour = if producer.failed > 0 { tokens.bad } else { tokens.text };
        let failed = (format::count(producer.failed), colour);
        coloured_row_ui(ui, "Failed", failed, "Measured: records of which the producer was told that they failed");
        let colour = if producer.waiting > 0 { tokens.warn } else { tokens.text };
        let waiting = (format::count(producer.waiting), colour);
        coloured_row_ui(
            ui,
            "Waiting",
            waiting,
            "Measured: due but not sent yet, because the broker or the buffer is full",
        );
    });
}

/// All settings but the rate, which stands above, and how many there are.
fn settings_part_ui(ui: &mut Ui, snapshot: &Snapshot, producer: &ProducerState, asks: &mut Vec<Ask>) {
    let others: Vec<_> = settings::ALL.into_iter().filter(|it| !["rate", "count"].contains(&it.key)).collect();
    for change in settings_ui(ui, Owner::running(&producer.name, snapshot), &others, &*producer.spec) {
        asks.push(Command::SetProducer { producer: producer.name.clone(), change }.into());
    }
}

fn rate_ui(ui: &mut Ui, producer: &ProducerState) -> Option<f64> {
    let name = format!("Rate of {}", producer.name);
    let field = Field { name: &name, value: producer.target_per_second, range: (0.0, 1e6), suffix: " /s", decimals: 1 };
    number_ui(ui, &field)
}
