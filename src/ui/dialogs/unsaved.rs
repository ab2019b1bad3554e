//! The question about edits that would be lost: asked once, before another experiment is opened or the window
//! is closed. When they are to be saved it waits until they are.

use egui::{Context, Id, Modal, RichText, Ui};

use super::file::{DialogKind, FileDialog, Outcome};
use crate::lab::command::Source;
use crate::lab::snapshot::Severity;
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};

/// What is to happen when the edits are safe or given up.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    Open(Source),
    Quit,
}

/// The question, and what was answered.
#[derive(Default)]
pub struct Unsaved {
    state: Option<State>,
}

enum State {
    Asked(Then),
    /// A path is being chosen.
    Choosing(Then),
    /// They are being written; so many errors had been told before.
    Saving(Then, usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    None,
    Save,
    GiveUp,
    Cancel,
}

impl Unsaved {
    pub fn ask(&mut self, then: Then) {
        self.state = Some(State::Asked(then));
    }

    pub const fn is_open(&self) -> bool {
        matches!(self.state, Some(State::Asked(_)))
    }

    /// Draws the question, or goes on when its answer has been carried out.
    pub fn ui(
        &mut self,
        ctx: &Context,
        snapshot: &Snapshot,
        file: &mut FileDialog,
        outcome: Outcome,
        asks: &mut Vec<Ask>,
    ) {
        self.state = match self.state.take() {
            None => None,
            Some(State::Asked(then)) => ask_ui(ctx, snapshot, then, file, asks),
            Some(State::Choosing(then)) => match outcome {
                Outcome::Taken => Some(State::Saving(then, errors(snapshot))),
                Outcome::Open => Some(State::Choosing(then)),
                Outcome::Closed => None,
            },
            Some(State::Saving(then, _)) if !snapshot.experiment.edited => {
                asks.push(Ask::Proceed(then));
                None
            }
            // It could not be saved: the error is on screen, and nothing is given up.
            Some(State::Saving(_, told)) if errors(snapshot) > told => None,
            Some(saving @ State::Saving(..)) => Some(saving),
        };
    }
}

fn errors(snapshot: &Snapshot) -> usize {
    snapshot.notices.iter().filter(|notice| notice.severity == Severity::Error).count()
}

fn ask_ui(ctx: &Context, snapshot: &Snapshot, then: Then, file: &mut FileDialog, asks: &mut Vec<Ask>) -> Option<State> {
    let modal = Modal::new(Id::unique("unsaved edits")).show(ctx, |ui| question_ui(ui, snapshot, &then));
    let answer = if modal.should_close() { Answer::Cancel } else { modal.inner };
    match answer {
        Answer::None => Some(State::Asked(then)),
        Answer::Cancel => None,
        Answer::GiveUp => {
            asks.push(Ask::Proceed(then));
            None
        }
        Answer::Save => Some(save(snapshot, then, file, asks)),
    }
}

fn save(snapshot: &Snapshot, then: Then, file: &mut FileDialog, asks: &mut Vec<Ask>) -> State {
    if let Some(path) = snapshot.experiment.source.file() {
        asks.push(Command::Save(path.clone()).into());
        State::Saving(then, errors(snapshot))
    } else {
        file.show(DialogKind::Save, None);
        State::Choosing(then)
    }
}

fn question_ui(ui: &mut Ui, snapshot: &Snapshot, then: &Then) -> Answer {
    let tokens = theme::of(ui.ctx());
    ui.set_width(380.0);
    ui.heading("Save your changes?");
    ui.add_space(4.0);
    let file = snapshot.experiment.source.file().and_then(|file| file.file_name());
    let place = file.map_or_else(|| "a file".to_owned(), |name| name.to_string_lossy().into_owned());
    let until = match then {
        Then::Open(_) => "before another experiment is opened",
        Then::Quit => "before the window is closed",
    };
    let text = format!("The experiment was changed by hand. Save it to {place} {until}, or lose the changes.");
    ui.label(RichText::new(text).color(tokens.text_muted));
    ui.add_space(10.0);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
        let is_entered = ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut answer = if is_entered { Answer::Save } else { Answer::None };
        for (name, weight, meaning, meant) in [
            ("Save", Weight::Primary, "Enter", Answer::Save),
            ("Don't save", Weight::Danger, "The changes are lost", Answer::GiveUp),
            ("Cancel", Weight::Plain, "Esc", Answer::Cancel),
        ] {
            if button_ui(ui, name, weight, meaning).clicked() {
                answer = meant;
            }
        }
        answer
    })
    .inner
}
