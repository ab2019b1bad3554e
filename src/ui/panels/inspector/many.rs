//! Several things at once: what all of them have in common can be done to all, one command each.

use std::time::Duration;

use egui::{RichText, Ui};

use super::{header_ui, plain_row_ui, weight};
use crate::lab::settings::SpanUnit;
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::panels::actions::{Client, ClientAction, clients, counted};
use crate::ui::panels::removal;
use crate::ui::panels::settings::Editor;
use crate::ui::selection::{Selected, Selection};
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::rows::{card_ui, section_ui};

pub fn many_ui(ui: &mut Ui, snapshot: &Snapshot, selection: &Selection, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let items = selection.items();
    header_ui(ui, &format!("{} selected", items.len()), None);
    let clients = clients(snapshot, selection);
    card_ui(ui, |ui| {
        let consumers = clients.iter().filter(|client| client.is_consumer).count();
        plain_row_ui(ui, "Producers", (clients.len() - consumers).to_string(), "Selected producers");
        plain_row_ui(ui, "Consumers", consumers.to_string(), "Selected consumers; a group stands for all of its own");
        let topics = items.iter().filter(|item| matches!(item.find(snapshot), Selected::Topic(_))).count();
        plain_row_ui(ui, "Topics", topics.to_string(), "Selected topics");
    });
    if clients.is_empty() {
        ui.label(RichText::new("No client among them: select producers or consumers.").color(tokens.text_muted));
    }
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        for action in ClientAction::ALL {
            let fitting: Vec<_> = clients.iter().filter(|client| action.fits(client.status)).collect();
            let label = counted(action.label(), fitting.len());
            if !fitting.is_empty() && button_ui(ui, &label, weight(action), action.meaning()).clicked() {
                asks.extend(fitting.iter().map(|client| Ask::Lab(action.command(client.name))));
            }
        }
        if button_ui(ui, "Remove all", Weight::Danger, "Asks first when records or groups would go").clicked() {
            removal::ask(ui.ctx(), snapshot, selection, asks);
        }
    });
    settings_ui(ui, snapshot, &clients, asks);
}

fn settings_ui(ui: &mut Ui, snapshot: &Snapshot, clients: &[Client<'_>], asks: &mut Vec<Ask>) {
    let names =
        |is_consumer| clients.iter().filter(move |it| it.is_consumer == is_consumer).map(|it| it.name.to_owned());
    let rate = snapshot.producers.iter().find(|it| names(false).next().as_ref() == Some(&it.name));
    if let Some(first) = rate {
        section_ui(ui, "All producers");
        let setting = Editor::new("all", "Rate", "Sets the rate of each of them");
        if let Some(per_second) = setting.number_ui(ui, first.target_per_second, (0.0, 1e6), " /s") {
            asks.extend(names(false).map(|producer| Ask::Lab(Command::SetRate { producer, per_second })));
        }
    }
    let mut members = snapshot.groups.iter().flat_map(|group| &group.members);
    let Some(first) = members.find(|it| names(true).next().as_ref() == Some(&it.name)) else { return };
    section_ui(ui, "All consumers");
    let setting = Editor::new("all", "Processing time", "Sets the mean of each of them; the distributions stay");
    if let Some(mean) =
        setting.span_ui(ui, first.processing_mean, SpanUnit::Millis).map(|it| it.max(Duration::from_micros(1)))
    {
        asks.extend(names(true).map(|consumer| Ask::Lab(Command::SetProcessing { consumer, mean })));
    }
    let setting = Editor::new("all", "Slow factor", "Multiplies the processing time of each: 1 is its own speed");
    if let Some(factor) = setting.number_ui(ui, first.slow_factor.max(0.01), (0.01, 999.0), "×") {
        asks.extend(names(true).map(|client| Ask::Lab(Command::Slow { client, factor })));
    }
}
