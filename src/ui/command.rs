//! What panels ask of the window, as values: they are collected during a frame and applied after it.

use super::dialogs::DialogKind;
use super::selection::Selection;
use super::theme::Theme;
use crate::lab::Command;

/// A wish of a panel or a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// For the experiment.
    Lab(Command),
    Select(Selection),
    Wear(Theme),
    ShowDialog(DialogKind),
    /// Explains every key.
    ShowKeys,
    /// Brings the whole drawing back into view.
    FitCanvas,
    /// The newest notice was read and needs no more room.
    DismissNotice,
    CopyText(String),
}

impl From<Command> for Ask {
    fn from(command: Command) -> Self {
        Self::Lab(command)
    }
}
