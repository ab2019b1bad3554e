//! What lies over the window while it is open, and takes the keys: palette, keys, files,
//! questions, welcome, and what the experiment is about.

mod about;
mod file;
mod keys;
mod palette;
mod ranking;
mod unsaved;
mod welcome;

use std::path::PathBuf;

use egui::Context;

pub use file::DialogKind;
pub use unsaved::{Edited, Then};

use super::catalogue::Situation;
use super::command::Ask;
use super::panels::add::Adding;

/// The dialogs, each open or not.
#[derive(Default)]
pub struct Dialogs {
    file: file::FileDialog,
    palette: palette::Palette,
    unsaved: unsaved::Unsaved,
    welcome: welcome::Welcome,
    adding: Option<Adding>,
    are_keys_shown: bool,
    is_about_shown: bool,
}

impl Dialogs {
    pub fn show_file(&mut self, kind: DialogKind, path: Option<PathBuf>) {
        self.file.show(kind, path);
    }

    pub fn show_keys(&mut self) {
        self.are_keys_shown = true;
    }

    pub fn show_palette(&mut self) {
        self.palette.show();
    }

    pub fn show_welcome(&mut self) {
        self.welcome.show();
    }

    pub fn show_about(&mut self) {
        self.is_about_shown = true;
    }

    pub fn show_add(&mut self, adding: Adding) {
        self.adding = Some(adding);
    }

    /// Asks what is to become of the edits before `then`.
    pub fn ask_about_edits(&mut self, edited: Edited, then: Then) {
        self.unsaved.ask(edited, then);
    }

    /// Whether one is open, so that keys are its own.
    pub fn is_open(&self) -> bool {
        self.are_keys_shown
            || self.is_about_shown
            || self.adding.is_some()
            || self.file.is_open()
            || self.palette.is_open()
            || self.unsaved.is_open()
            || self.welcome.is_open()
    }

    /// Draws the open dialogs and says what was decided in them.
    pub fn ui(&mut self, ctx: &Context, situation: Situation<'_>, asks: &mut Vec<Ask>) {
        if self.are_keys_shown {
            self.are_keys_shown = keys::keys_ui(ctx);
        }
        if self.is_about_shown {
            self.is_about_shown = about::about_ui(ctx, &situation.snapshot.experiment);
        }
        self.welcome.ui(ctx, asks);
        self.palette.ui(ctx, situation, asks);
        if let Some(adding) = &mut self.adding
            && adding.ui(ctx, situation.snapshot, asks).is_over()
        {
            self.adding = None;
        }
        let outcome = self.file.ui(ctx, asks);
        self.unsaved.ui(ctx, situation, &mut self.file, outcome, asks);
    }
}
