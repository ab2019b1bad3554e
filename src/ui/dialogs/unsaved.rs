//! The question about edits that would be lost: asked once, before another experiment is opened or the window
//! is closed. When they are to be saved it waits until they are. A plan is only asked about before the window is
//! closed: one that was replaced comes back with undo.

use egui::{Context, Id, Modal, RichText, Ui};

use std::path::Path;

use super::file::{DialogKind, FileDialog, Outcome};
use crate::lab::Command;
use crate::lab::command::Source;
use crate::lab::planning::PlanCommand;
use crate::lab::snapshot::Severity;
use crate::ui::catalogue::Situation;
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};

/// What is to happen when the edits are safe or given up.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    Open(Source),
    Quit,
}

/// Whose edits they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    Experiment,
    Plan,
}

impl Edited {
    fn is_edited(self, it: Situation<'_>) -> bool {
        match self {
            Self::Experiment => it.snapshot.experiment.edited,
            Self::Plan => it.plan.edited,
        }
    }

    fn file(self, it: Situation<'_>) -> Option<&Path> {
        match self {
            Self::Experiment => it.snapshot.experiment.source.file().map(AsRef::as_ref),
            Self::Plan => it.plan.file.as_deref(),
        }
    }

    /// How many errors have been told.
    fn errors(self, it: Situation<'_>) -> usize {
        let is_error = |severity: Severity| severity == Severity::Error;
        match self {
            Self::Experiment => it.snapshot.notices.iter().filter(|notice| is_error(notice.severity)).count(),
            Self::Plan => usize::from(it.plan.told.as_ref().is_some_and(|told| is_error(told.severity))),
        }
    }

    /// Asks for them to be written to a file; gives how many errors were told before.
    fn save(self, path: &Path, it: Situation<'_>, asks: &mut Vec<Ask>) -> usize {
        match self {
            Self::Experiment => asks.push(Command::Save(path.to_owned()).into()),
            Self::Plan => {
                asks.push(PlanCommand::Dismiss.into());
                asks.push(PlanCommand::Save(path.to_owned()).into());
                return 0;
            }
        }
        self.errors(it)
    }

    const fn dialog(self) -> DialogKind {
        match self {
            Self::Experiment => DialogKind::Save,
            Self::Plan => DialogKind::SavePlan,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Experiment => "experiment",
            Self::Plan => "plan",
        }
    }
}

/// The question, and what was answered.
#[derive(Default)]
pub struct Unsaved {
    state: Option<(Edited, State)>,
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
    pub fn ask(&mut self, edited: Edited, then: Then) {
        self.state = Some((edited, State::Asked(then)));
    }

    pub const fn is_open(&self) -> bool {
        matches!(self.state, Some((_, State::Asked(_))))
    }

    /// Draws the question, or goes on when its answer has been carried out.
    pub fn ui(
        &mut self,
        ctx: &Context,
        situation: Situation<'_>,
        file: &mut FileDialog,
        outcome: Outcome,
        asks: &mut Vec<Ask>,
    ) {
        let Some((edited, state)) = self.state.take() else { return };
        let next = match state {
            State::Asked(then) => ask_ui(ctx, situation, (edited, then), file, asks),
            State::Choosing(then) => match outcome {
                Outcome::Taken => {
                    // The file dialog has asked for it already.
                    let told = if edited == Edited::Plan { 0 } else { edited.errors(situation) };
                    Some(State::Saving(then, told))
                }
                Outcome::Open => Some(State::Choosing(then)),
                Outcome::Closed => None,
            },
            State::Saving(then, _) if !edited.is_edited(situation) => {
                asks.push(Ask::Proceed(edited, then));
                None
            }
            // It could not be saved: the error is on screen, and nothing is given up.
            State::Saving(_, told) if edited.errors(situation) > told => None,
            saving @ State::Saving(..) => Some(saving),
        };
        self.state = next.map(|state| (edited, state));
    }
}

fn ask_ui(
    ctx: &Context,
    situation: Situation<'_>,
    (edited, then): (Edited, Then),
    file: &mut FileDialog,
    asks: &mut Vec<Ask>,
) -> Option<State> {
    let modal = Modal::new(Id::unique("unsaved edits")).show(ctx, |ui| question_ui(ui, situation, edited, &then));
    let answer = if modal.should_close() { Answer::Cancel } else { modal.inner };
    match answer {
        Answer::None => Some(State::Asked(then)),
        Answer::Cancel => None,
        Answer::GiveUp => {
            asks.push(Ask::Proceed(edited, then));
            None
        }
        Answer::Save => Some(save(situation, edited, then, file, asks)),
    }
}

fn save(it: Situation<'_>, edited: Edited, then: Then, file: &mut FileDialog, asks: &mut Vec<Ask>) -> State {
    if let Some(path) = edited.file(it) {
        State::Saving(then, edited.save(path, it, asks))
    } else {
        file.show(edited.dialog(), None);
        State::Choosing(then)
    }
}

fn question_ui(ui: &mut Ui, situation: Situation<'_>, edited: Edited, then: &Then) -> Answer {
    let tokens = theme::of(ui.ctx());
    ui.set_width(380.0);
    ui.heading("Save your changes?");
    ui.add_space(4.0);
    let file = edited.file(situation).and_then(Path::file_name);
    let place = file.map_or_else(|| "a file".to_owned(), |name| name.to_string_lossy().into_owned());
    let until = match then {
        Then::Open(_) => "before another experiment is opened",
        Then::Quit => "before the window is closed",
    };
    let name = edited.name();
    let text = format!("The {name} was changed by hand. Save it to {place} {until}, or lose the changes.");
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
