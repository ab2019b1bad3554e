//! Opening and saving files: the desktop's own dialog where there is one, and always a path to type.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use egui::{Context, Id, Key, Modal, RichText, TextEdit, Ui};

use crate::lab::Command;
use crate::lab::command::Source;
use crate::lab::planning::PlanCommand;
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui, focus_whole, named_ui};

/// The dialogs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogKind {
    Open,
    Save,
    /// The experiment as it began, with what was done since as events.
    SaveRecording,
    /// A report of everything so far, into a directory.
    Export,
    OpenPlan,
    SavePlan,
    /// Rates over time.
    ImportRates,
    /// How often each key comes.
    ImportKeys,
    /// A report of the plan, into a directory.
    ExportPlan,
}

impl DialogKind {
    const fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a scenario",
            Self::Save => "Save the scenario",
            Self::SaveRecording => "Save what you did as a scenario",
            Self::Export => "Export a report",
            Self::OpenPlan => "Open a plan",
            Self::SavePlan => "Save the plan",
            Self::ImportRates => "Import rates over time",
            Self::ImportKeys => "Import key counts",
            Self::ExportPlan => "Export a report of the plan",
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Open | Self::OpenPlan => "Open",
            Self::Save | Self::SaveRecording | Self::SavePlan => "Save",
            Self::Export | Self::ExportPlan => "Export",
            Self::ImportRates | Self::ImportKeys => "Import",
        }
    }

    /// What is to be typed, and an example.
    const fn prompt(self) -> (&'static str, &'static str) {
        match self {
            Self::Open | Self::Save | Self::SaveRecording => {
                ("Path of a .toml file; you can also drop one onto the window", "orders.toml")
            }
            Self::OpenPlan | Self::SavePlan => {
                ("Path of a .toml file; you can also drop one onto the window", "checkout.toml")
            }
            Self::ImportRates => ("Path of a .csv file: a time and records per second in each row", "rates.csv"),
            Self::ImportKeys => ("Path of a .csv file: a key and its count in each row", "keys.csv"),
            Self::Export | Self::ExportPlan => {
                ("A directory for the page, the charts as pictures and their values", "report")
            }
        }
    }

    fn ask(self, path: PathBuf) -> Ask {
        match self {
            Self::Open => Command::Open(Source::File(path)).into(),
            Self::Save => Command::Save(path).into(),
            Self::SaveRecording => Command::SaveRecording(path).into(),
            Self::Export => Command::Export(path).into(),
            Self::OpenPlan => PlanCommand::Open(path).into(),
            Self::SavePlan => PlanCommand::Save(path).into(),
            Self::ImportRates => PlanCommand::ImportRates(path).into(),
            Self::ImportKeys => PlanCommand::ImportKeys(path).into(),
            Self::ExportPlan => PlanCommand::Export(path).into(),
        }
    }
}

/// What became of the dialog in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Open,
    Taken,
    /// Cancelled, or not open at all.
    Closed,
}

/// The dialog that is open, if one is.
#[derive(Default)]
pub struct FileDialog {
    shown: Option<Shown>,
}

struct Shown {
    kind: DialogKind,
    path: String,
    /// What the desktop's dialog answers: `None` when it was cancelled or there is none.
    chosen: Option<Receiver<Option<PathBuf>>>,
    hint: &'static str,
    is_new: bool,
}

impl FileDialog {
    pub fn show(&mut self, kind: DialogKind, path: Option<PathBuf>) {
        let path = path.map(|path| path.display().to_string()).unwrap_or_default();
        self.shown = Some(Shown { kind, path, chosen: None, hint: "", is_new: true });
    }

    pub const fn is_open(&self) -> bool {
        self.shown.is_some()
    }

    /// Draws the open dialog and asks for what was decided in it.
    pub fn ui(&mut self, ctx: &Context, asks: &mut Vec<Ask>) -> Outcome {
        let Some(shown) = &mut self.shown else { return Outcome::Closed };
        let response = Modal::new(Id::unique("file dialog")).show(ctx, |ui| shown.ui(ui));
        let outcome = match response.inner {
            Decision::None if response.should_close() => Outcome::Closed,
            Decision::None => Outcome::Open,
            Decision::Cancel => Outcome::Closed,
            Decision::Take(path) => {
                asks.push(shown.kind.ask(path));
                Outcome::Taken
            }
        };
        if outcome != Outcome::Open {
            self.shown = None;
        }
        outcome
    }
}

enum Decision {
    None,
    Cancel,
    Take(PathBuf),
}

impl Shown {
    fn ui(&mut self, ui: &mut Ui) -> Decision {
        let tokens = theme::of(ui.ctx());
        ui.set_width(420.0);
        ui.heading(self.kind.title());
        ui.add_space(6.0);
        let (prompt, example) = self.kind.prompt();
        ui.label(RichText::new(prompt).color(tokens.text_muted));
        let edit = TextEdit::singleline(&mut self.path).desired_width(f32::INFINITY).hint_text(example);
        let field = named_ui(ui, "Path", edit);
        if std::mem::take(&mut self.is_new) {
            focus_whole(&field, &self.path);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if !self.hint.is_empty() {
            ui.label(RichText::new(self.hint).color(tokens.warn));
        }
        ui.add_space(8.0);
        let decision = self.buttons_ui(ui, entered);
        self.poll_desktop_dialog().unwrap_or(decision)
    }

    fn buttons_ui(&mut self, ui: &mut Ui, entered: bool) -> Decision {
        ui.horizontal(|ui| {
            if button_ui(ui, "Browse…", Weight::Plain, "Choose in the desktop's own dialog").clicked() {
                self.ask_desktop(ui.ctx());
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let take = ui.add_enabled_ui(!self.path.trim().is_empty(), |ui| {
                    button_ui(ui, self.kind.verb(), Weight::Primary, "Enter").clicked()
                });
                if button_ui(ui, "Cancel", Weight::Plain, "Esc").clicked() {
                    return Decision::Cancel;
                }
                let is_taken = take.inner || (entered && !self.path.trim().is_empty());
                if is_taken { Decision::Take(PathBuf::from(self.path.trim())) } else { Decision::None }
            })
            .inner
        })
        .inner
    }

    /// Opens the desktop's dialog on a thread of its own, since it blocks until it is answered.
    fn ask_desktop(&mut self, ctx: &Context) {
        let (answer, chosen) = sync_channel(1);
        let (kind, ctx) = (self.kind, ctx.clone());
        let ask = move || {
            let dialog = rfd::FileDialog::new().set_title(kind.title());
            let file = |name: &str, ending: &str| dialog.clone().add_filter(name, &[ending]);
            let path = match kind {
                DialogKind::Open => file("Scenario or plan", "toml").pick_file(),
                DialogKind::OpenPlan => file("Plan", "toml").pick_file(),
                DialogKind::Save | DialogKind::SaveRecording => {
                    file("Scenario", "toml").set_file_name("scenario.toml").save_file()
                }
                DialogKind::SavePlan => file("Plan", "toml").set_file_name("plan.toml").save_file(),
                DialogKind::ImportRates | DialogKind::ImportKeys => file("CSV", "csv").pick_file(),
                DialogKind::Export | DialogKind::ExportPlan => dialog.pick_folder(),
            };
            // Nobody listens any more when the window's own dialog was closed meanwhile.
            drop(answer.send(path));
            ctx.request_repaint();
        };
        match std::thread::Builder::new().name("file dialog".to_owned()).spawn(ask) {
            Ok(_) => self.chosen = Some(chosen),
            Err(_) => self.hint = "The desktop's dialog could not be opened: type the path instead.",
        }
    }

    fn poll_desktop_dialog(&mut self) -> Option<Decision> {
        let answer = match self.chosen.as_ref()?.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => None,
        };
        self.chosen = None;
        if answer.is_none() {
            self.hint = "Nothing was chosen. If no dialog appeared, type the path here.";
        }
        answer.map(Decision::Take)
    }
}
