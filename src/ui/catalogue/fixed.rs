//! What can be done whatever the experiment is made of: the table of commands with their keys.

use std::borrow::Cow;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::{Answer, Entry, STEP, Situation, only_if, refuse};
use crate::lab::command::Source;
use crate::lab::planning::PlanCommand;
use crate::lab::snapshot::StorePlace;
use crate::lab::{Command, Snapshot};
use crate::scenario::library;
use crate::ui::command::{Ask, ScaleChange};
use crate::ui::dialogs::DialogKind;
use crate::ui::layout::{Arrangement, Pane};
use crate::ui::panels::add::AddKind;
use crate::ui::selection::Selection;
use crate::ui::theme::Theme;

/// One line of the table.
pub struct Fixed {
    pub label: &'static str,
    pub help: &'static str,
    pub keys: &'static [KeyboardShortcut],
    pub answer: fn(Situation<'_>) -> Answer,
    /// What it would act on, said after its help.
    subject: fn(&Snapshot) -> Option<String>,
}

impl Fixed {
    pub(super) fn entry(&self, situation: Situation<'_>) -> Entry {
        Entry {
            label: self.label.into(),
            help: self.help(situation.snapshot),
            keys: self.keys,
            answer: (self.answer)(situation),
        }
    }
}

impl Fixed {
    /// What it is for, and on what it would act.
    pub fn help(&self, snapshot: &Snapshot) -> Cow<'static, str> {
        match (self.subject)(snapshot) {
            Some(subject) => format!("{}: {subject}", self.help).into(),
            None => self.help.into(),
        }
    }

    const fn about(self, subject: fn(&Snapshot) -> Option<String>) -> Self {
        Self { subject, ..self }
    }
}

const fn key(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn command_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

const fn line(
    label: &'static str,
    help: &'static str,
    keys: &'static [KeyboardShortcut],
    answer: fn(Situation<'_>) -> Answer,
) -> Fixed {
    Fixed { label, help, keys, answer, subject: |_| None }
}

/// The table, in the order in which it is explained.
pub const FIXED: &[Fixed] = &[
    line("Commands…", "Everything that can be done, found by its words", &[command(Key::K)], |_| {
        Ok(Ask::ShowPalette)
    }),
    line(
        "Run or pause",
        "Lets time pass, or stops it for broker and clients",
        &[key(Key::Space), key(Key::Period)],
        |it| Ok(run_or_pause(it.snapshot)),
    ),
    line("Step", "Lets 100 ms pass, then pauses", &[key(Key::S)], |_| Ok(Command::Step(STEP).into())),
    line("Twice as fast", "Doubles the speed of time", &[key(Key::Plus), key(Key::Equals)], |it| {
        let speed = it.snapshot.clock.speed;
        only_if(speed < FASTEST, set_speed(speed * 2.0), "100× is the greatest speed")
    }),
    line("Half as fast", "Halves the speed of time", &[key(Key::Minus)], |it| {
        let speed = it.snapshot.clock.speed;
        only_if(speed > SLOWEST, set_speed(speed / 2.0), "0.01× is the least speed")
    }),
    line("Speed of real time", "One second of the experiment per second", &[], |it| {
        only_if(it.snapshot.clock.speed != 1.0, set_speed(1.0), "It runs at 1× already")
    }),
    line("Open…", "Opens a scenario or a plan file", &[command(Key::O)], |_| Ok(Ask::ShowDialog(DialogKind::Open))),
    line("Save…", "Writes the experiment, or the plan in front, to a file", &[command(Key::S)], |it| {
        let is_plan = it.layout.is_in_front(Pane::Planner);
        Ok(Ask::ShowDialog(if is_plan { DialogKind::SavePlan } else { DialogKind::Save }))
    }),
    line(
        "Save what I did as a scenario…",
        "The experiment as it began, with what was done by hand as events",
        &[],
        |it| {
            let is_possible = it.snapshot.experiment.recorded > 0;
            only_if(is_possible, Ask::ShowDialog(DialogKind::SaveRecording), "Nothing was done by hand yet")
        },
    ),
    line("Export report…", "A page, charts as pictures and their values, of everything so far", &[], |_| {
        Ok(Ask::ShowDialog(DialogKind::Export))
    }),
    line("Undo", "Takes back the last edit", &[command(Key::Z)], |it| {
        if it.layout.is_in_front(Pane::Planner) {
            return only_if(it.plan.undo.is_some(), PlanCommand::Undo, "The plan was not edited");
        }
        only_if(it.snapshot.experiment.undo.is_some(), Command::Undo, "Nothing was edited")
    })
    .about(|snapshot| snapshot.experiment.undo.clone()),
    line("Redo", "Makes the edit again that was taken back", &[command_shift(Key::Z), command(Key::Y)], |it| {
        if it.layout.is_in_front(Pane::Planner) {
            return only_if(it.plan.redo.is_some(), PlanCommand::Redo, "Nothing was taken back");
        }
        only_if(it.snapshot.experiment.redo.is_some(), Command::Redo, "Nothing was taken back")
    })
    .about(|snapshot| snapshot.experiment.redo.clone()),
    line("New lab", "A broker without topics and clients, to be filled by hand", &[command(Key::N)], |_| {
        Ok(Command::Open(Source::Empty).into())
    }),
    line(
        "Start again with empty data",
        "The same scenario from its beginning, with nothing in its topics",
        &[],
        |it| {
            let experiment = &it.snapshot.experiment;
            match experiment.store {
                StorePlace::Dir(_) => refuse("Its directory was given with --data: empty it by hand"),
                StorePlace::Kept { .. } | StorePlace::Temporary | StorePlace::Memory => {
                    Ok(Command::Open(experiment.source.clone()).into())
                }
            }
        },
    ),
    line("Open it again", "The lab whose broker has stopped, on what its store has kept", &[], |it| {
        only_if(it.snapshot.broker.failure.is_some(), Command::Reopen, "Its broker runs")
    }),
    line("Open the demonstration", "A burst outruns a group, built in", &[], |_| {
        Ok(Command::Open(Source::BuiltIn(library::DEMONSTRATION.to_owned())).into())
    }),
    line("Welcome", "The demonstration, the library, or an empty lab", &[], |_| Ok(Ask::ShowWelcome)),
    line("Topology", "Shows the drawing of producers, partitions and consumers", &[key(Key::Num1)], |it| {
        show(it, Pane::Topology)
    }),
    line("Assignment", "Shows which consumer holds which partition", &[key(Key::Num2)], |it| {
        show(it, Pane::Assignment)
    }),
    line("Events", "Shows everything that happened", &[key(Key::Num3)], |it| show(it, Pane::Events)),
    line("Planner", "Says how many partitions and consumers a load needs", &[key(Key::Num4)], |it| {
        show(it, Pane::Planner)
    }),
    line("Layout Run", "Everything in view, to watch an experiment", &[], |_| Ok(Ask::Arrange(Arrangement::Run))),
    line("Layout Inspect", "Much room for figures and events", &[], |_| Ok(Ask::Arrange(Arrangement::Inspect))),
    line("Layout Plan", "The planner over the whole window", &[], |_| Ok(Ask::Arrange(Arrangement::Plan))),
    line("Reset layout", "Every pane where it was on the first day", &[], |_| Ok(Ask::ResetLayout)),
    line("Show the whole drawing", "Undoes zoom and scrolling of the topology", &[key(Key::F)], |_| Ok(Ask::FitCanvas)),
    line("Select nothing", "Shows the broker in the inspector", &[key(Key::Escape)], |_| {
        Ok(Ask::Select(Selection::Nothing))
    }),
    line("Add a topic…", "With as many partitions as you like", &[], |_| Ok(Ask::Add(AddKind::Topic))),
    line("Add a producer…", "Sends records to a topic", &[], |it| needs_topic(it.snapshot, AddKind::Producer)),
    line("Add a consumer group…", "Reads a topic, shared by its consumers", &[], |it| {
        needs_topic(it.snapshot, AddKind::Group)
    }),
    line("Add consumers…", "To a group that is there, like its others or unlike them", &[], |it| {
        let is_possible = !it.snapshot.groups.is_empty();
        only_if(is_possible, Ask::Add(AddKind::Consumers), "Add a consumer group first")
    }),
    line("Forget what if", "Ends the simulation and clears the lag chart of it", &[], |it| {
        only_if(it.snapshot.forecast.is_some(), Command::ClearForecast, "Nobody asked what would be")
    }),
    line("Filter the outline", "Shows what has these letters in its name or state", &[key(Key::Slash)], |_| {
        Ok(Ask::FilterOutline)
    }),
    line("About this experiment", "What the scenario says about itself", &[key(Key::I)], |_| Ok(Ask::ShowAbout)),
    line("Theme Dark", "Light text on a dark ground", &[], |it| wear(it, Theme::Dark)),
    line("Theme Light", "Dark text on a light ground", &[], |it| wear(it, Theme::Light)),
    line("Theme Projector", "Light, large and of high contrast, for a room that watches", &[], |it| {
        wear(it, Theme::Projector)
    }),
    line("Larger", "Everything a tenth larger", &[command(Key::Plus), command(Key::Equals)], |_| {
        Ok(Ask::Scale(ScaleChange::Larger))
    }),
    line("Smaller", "Everything a tenth smaller", &[command(Key::Minus)], |_| Ok(Ask::Scale(ScaleChange::Smaller))),
    line("Its own size", "Undoes larger and smaller", &[command(Key::Num0)], |it| {
        only_if(it.settings.scale != 1.0, Ask::Scale(ScaleChange::Own), "It has its own size")
    }),
    line("Reduce motion", "Records stop travelling; figures go on", &[], |it| {
        only_if(!it.settings.reduced_motion, Ask::ReduceMotion(true), "Motion is reduced already")
    }),
    line("Show motion", "Records travel again", &[], |it| {
        only_if(it.settings.reduced_motion, Ask::ReduceMotion(false), "Motion is shown already")
    }),
    line("All keys", "Explains every key", &[key(Key::Questionmark)], |_| Ok(Ask::ShowKeys)),
    line("Quit", "Ends the experiment in good order", &[command(Key::Q)], |_| Ok(Ask::Quit)),
];

const SLOWEST: f64 = 0.01;
const FASTEST: f64 = 100.0;

fn set_speed(speed: f64) -> Ask {
    Command::SetSpeed(speed.clamp(SLOWEST, FASTEST)).into()
}

/// Pauses what runs and runs what is paused.
pub fn run_or_pause(snapshot: &Snapshot) -> Ask {
    Ask::Lab(if snapshot.clock.paused { Command::Run } else { Command::Pause })
}

fn show(situation: Situation<'_>, pane: Pane) -> Answer {
    only_if(!situation.layout.is_in_front(pane), Ask::Show(pane), "It is shown already")
}

fn wear(situation: Situation<'_>, theme: Theme) -> Answer {
    only_if(situation.settings.theme != theme, Ask::Wear(theme), "It is worn already")
}

fn needs_topic(snapshot: &Snapshot, kind: AddKind) -> Answer {
    if snapshot.topics.is_empty() { refuse("Add a topic first") } else { Ok(Ask::Add(kind)) }
}
