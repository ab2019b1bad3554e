//! The inspector at the right: figures and live controls of what is selected, one file per kind.

mod advice;
mod broker;
mod consumer;
mod group;
mod many;
mod partition;
mod producer;
mod topic;
mod what_if;

use egui::{Align, Color32, Label, Layout, RichText, ScrollArea, Ui};

use crate::lab::snapshot::ClientStatus;
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::panels::actions::ClientAction;
use crate::ui::selection::{Selected, Selection};
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::rows::{Figure, badge_ui, figure_row_ui};

/// Draws the inspector.
pub fn inspector_ui(ui: &mut Ui, snapshot: &Snapshot, selection: &Selection, asks: &mut Vec<Ask>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| match selection.find(snapshot) {
        Selected::Nothing if selection.items().len() > 1 => many::many_ui(ui, snapshot, selection, asks),
        Selected::Nothing => broker::broker_ui(ui, snapshot),
        Selected::Topic(topic) => topic::topic_ui(ui, snapshot, topic, asks),
        Selected::Partition(topic, index) => partition::partition_ui(ui, snapshot, topic, index, asks),
        Selected::Producer(producer) => producer::producer_ui(ui, snapshot, producer, asks),
        Selected::Group(group) => group::group_ui(ui, snapshot, group, asks),
        Selected::Consumer(group, member) => consumer::consumer_ui(ui, snapshot, group, member, asks),
    });
}

/// The name of what is inspected, with its state at the right.
fn header_ui(ui: &mut Ui, name: &str, badge: Option<(&str, Color32)>) {
    let tokens = theme::of(ui.ctx());
    let room = egui::vec2(ui.available_width(), 28.0);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
        // Where the pane's cross appears.
        ui.add_space(14.0);
        if let Some((text, colour)) = badge {
            badge_ui(ui, text, colour);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = RichText::new(name).font(theme::sans_strong(size::TITLE)).color(tokens.text);
            let label = ui.add(Label::new(text).truncate());
            label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, format!("Inspector of {name}")));
        });
    });
    ui.add_space(4.0);
}

/// A row whose figure has the usual colour.
fn plain_row_ui(ui: &mut Ui, label: &str, text: impl Into<String>, meaning: &str) {
    let figure = Figure { text: text.into(), colour: theme::of(ui.ctx()).text };
    figure_row_ui(ui, label, &figure, meaning);
}

/// A row whose colour says something.
fn coloured_row_ui(ui: &mut Ui, label: &str, (text, colour): (String, Color32), meaning: &str) {
    figure_row_ui(ui, label, &Figure { text, colour }, meaning);
}

/// Start, stop, stall and crash of a client, as far as its state allows.
fn client_buttons_ui(ui: &mut Ui, name: &str, status: ClientStatus, asks: &mut Vec<Ask>) {
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        for action in ClientAction::ALL.into_iter().filter(|action| action.fits(status)) {
            let weight = weight(action);
            push_if(&button_ui(ui, action.label(), weight, action.meaning()), action.command(name), asks);
        }
    });
}

const fn weight(action: ClientAction) -> Weight {
    match action {
        ClientAction::Start => Weight::Primary,
        ClientAction::Stop | ClientAction::Stall => Weight::Plain,
        ClientAction::Crash => Weight::Danger,
    }
}

fn push_if(response: &egui::Response, command: Command, asks: &mut Vec<Ask>) {
    if response.clicked() {
        asks.push(command.into());
    }
}
