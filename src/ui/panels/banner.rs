//! What must not be missed: a broker that failed, and errors that stay until they are read.

use egui::{Frame, Margin, Panel, RichText, Stroke, Ui};

use crate::lab::setup::StorePlace;
use crate::lab::snapshot::{Notice, Severity};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::layout::Pane;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};

/// What the window itself has to tell, and which errors were read.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// Of the window itself: settings and files. They go when they are read.
    own: Vec<String>,
    last_read: Option<Notice>,
}

impl Notices {
    /// Tells something that went wrong in the window itself.
    pub fn tell(&mut self, text: String) {
        self.own.push(text);
    }

    pub fn read_all(&mut self, snapshot: &Snapshot) {
        self.own.clear();
        self.last_read = snapshot.notices.last().cloned();
    }

    /// Errors that nobody has read yet, oldest first.
    pub fn unread<'a>(&'a self, snapshot: &'a Snapshot) -> Vec<&'a str> {
        // Another experiment begins a list of its own, in which the one read last is not.
        let is_last_read = |notice: &Notice| Some(notice) == self.last_read.as_ref();
        let from = snapshot.notices.iter().rposition(is_last_read).map_or(0, |last| last + 1);
        let errors = snapshot.notices[from..].iter().filter(|notice| notice.severity == Severity::Error);
        self.own.iter().map(String::as_str).chain(errors.map(|notice| notice.text.as_str())).collect()
    }
}

/// Takes no room when there is nothing to say.
pub fn banner_ui(ui: &mut Ui, snapshot: &Snapshot, notices: &Notices, asks: &mut Vec<Ask>) {
    let unread = notices.unread(snapshot);
    if let Some(failure) = &snapshot.broker.failure {
        message_ui(ui, "The broker has stopped", failure, &[], asks, |ui, asks| {
            if button_ui(ui, "Open it again", Weight::Primary, reopening(snapshot)).clicked() {
                asks.push(Command::Reopen.into());
            }
        });
    } else if let Some(newest) = unread.last() {
        let count = unread.len();
        let title = if count == 1 { "That did not work".to_owned() } else { format!("{count} things did not work") };
        message_ui(ui, &title, newest, &unread, asks, |ui, asks| {
            if button_ui(ui, "Dismiss", Weight::Plain, "It was read; Events keeps it").clicked() {
                asks.push(Ask::DismissNotice);
            }
        });
    }
}

/// What opening the same lab again comes to.
pub fn reopening(snapshot: &Snapshot) -> &'static str {
    match snapshot.experiment.store {
        StorePlace::Dir(_) | StorePlace::Kept { .. } => "The scenario from its beginning, on what its store has kept",
        StorePlace::Temporary | StorePlace::Memory => "The scenario from its beginning; its store keeps nothing",
    }
}

/// A message in its strip, with a `way_on`; `unread` are those that are read with it.
fn message_ui(
    ui: &mut Ui,
    title: &str,
    text: &str,
    unread: &[&str],
    asks: &mut Vec<Ask>,
    way_on: impl FnOnce(&mut Ui, &mut Vec<Ask>),
) {
    let tokens = theme::of(ui.ctx());
    let fill = tokens.alarm();
    let frame = Frame::new().fill(fill).inner_margin(Margin::symmetric(12, 7)).stroke(Stroke::new(1.0, tokens.bad));
    Panel::top("banner").frame(frame).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new("▲").color(tokens.bad));
            ui.label(RichText::new(title).font(theme::sans_strong(theme::size::BODY)).color(tokens.text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                way_on(ui, asks);
                if button_ui(ui, "Copy details", Weight::Plain, "Copies the message").clicked() {
                    let details = if unread.is_empty() { text.to_owned() } else { unread.join("\n") };
                    asks.push(Ask::CopyText(format!("{title}\n{details}")));
                }
                if button_ui(ui, "Events", Weight::Plain, "Shows everything that happened").clicked() {
                    asks.push(Ask::Show(Pane::Events));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(text).color(tokens.text)).wrap());
                });
            });
        });
    });
}
