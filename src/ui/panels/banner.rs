//! What must not be missed: a broker that failed, and errors that stay until they are read.

use egui::{Frame, Margin, Panel, RichText, Stroke, Ui};

use crate::clock::Time;
use crate::lab::Snapshot;
use crate::lab::snapshot::{Notice, Severity};
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};

/// Up to which moment errors were read.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticesRead(Option<Time>);

impl NoticesRead {
    pub fn read_all(&mut self, snapshot: &Snapshot) {
        self.0 = snapshot.notices.last().map(|notice| notice.at);
    }

    fn unread_error<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a Notice> {
        let is_unread = |notice: &&Notice| notice.severity == Severity::Error && Some(notice.at) > self.0;
        snapshot.notices.iter().rev().find(is_unread)
    }
}

/// Takes no room when there is nothing to say.
pub fn banner_ui(ui: &mut Ui, snapshot: &Snapshot, read: &NoticesRead, asks: &mut Vec<Ask>) {
    if let Some(failure) = &snapshot.broker.failure {
        message_ui(ui, "The broker has stopped", failure, false, asks);
    } else if let Some(notice) = read.unread_error(snapshot) {
        message_ui(ui, "That did not work", &notice.text, true, asks);
    }
}

fn message_ui(ui: &mut Ui, title: &str, text: &str, can_dismiss: bool, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let fill = tokens.tinted(tokens.bad, tokens.panel, 26);
    let frame = Frame::new().fill(fill).inner_margin(Margin::symmetric(12, 7)).stroke(Stroke::new(1.0, tokens.bad));
    Panel::top("banner").frame(frame).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new("▲").color(tokens.bad));
            ui.label(RichText::new(title).font(theme::sans_strong(theme::size::BODY)).color(tokens.text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if can_dismiss && button_ui(ui, "Dismiss", Weight::Plain, "It was read").clicked() {
                    asks.push(Ask::DismissNotice);
                }
                if button_ui(ui, "Copy details", Weight::Plain, "Copies the message").clicked() {
                    asks.push(Ask::CopyText(format!("{title}\n{text}")));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(text).color(tokens.text)).wrap());
                });
            });
        });
    });
}
