//! What panels ask of the window, as values: they are collected during a frame and applied after it.

use std::borrow::Cow;

use super::dialogs::{DialogKind, Edited, Then};
use super::layout::{Arrangement, Pane};
use super::panels::add::AddKind;
use super::selection::Selection;
use super::theme::Theme;
use crate::lab::Command;
use crate::lab::planning::PlanCommand;

/// A wish of a panel, a key or an entry of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// For the experiment. What would lose edits is asked about first.
    Lab(Command),
    /// For the plan.
    Plan(PlanCommand),
    /// Opens an experiment with the plan's load and the selected candidate.
    RunPlan,
    Select(Selection),
    Wear(Theme),
    /// How large everything is, on top of what the theme says.
    Scale(ScaleChange),
    ReduceMotion(bool),
    ShowDialog(DialogKind),
    /// Opens the form that adds one of these.
    Add(AddKind),
    /// Opens the form that adds consumers to this group.
    AddConsumers(String),
    /// Everything that can be done, to be found by its words.
    ShowPalette,
    /// Explains every key.
    ShowKeys,
    ShowWelcome,
    /// Brings the keys to the outline's filter.
    FilterOutline,
    /// What the experiment says about itself.
    ShowAbout,
    /// Brings a pane back, or to the front.
    Show(Pane),
    Close(Pane),
    Arrange(Arrangement),
    /// Back to the panes as they were on the first day.
    ResetLayout,
    /// Brings the whole drawing back into view.
    FitCanvas,
    /// Every error was read and needs no more room.
    DismissNotice,
    CopyText(String),
    /// Says why what was asked for can't be done now.
    Refuse(Cow<'static, str>),
    /// Ends the program, unless there are edits to ask about.
    Quit,
    /// These edits are safe or given up: goes on with what they held up.
    Proceed(Edited, Then),
}

/// A step of the interface's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleChange {
    Larger,
    Smaller,
    Own,
}

impl From<Command> for Ask {
    fn from(command: Command) -> Self {
        Self::Lab(command)
    }
}

impl From<PlanCommand> for Ask {
    fn from(command: PlanCommand) -> Self {
        Self::Plan(command)
    }
}
