//! The keys of the window: one table that says what each does. None is taken from a text field.

use std::time::Duration;

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::command::Ask;
use super::dialogs::DialogKind;
use super::selection::Selection;
use crate::lab::{Command, Snapshot};

/// How much time one step lets pass.
pub const STEP: Duration = Duration::from_millis(100);

/// One key and what it is for.
pub struct Shortcut {
    pub modifiers: Modifiers,
    pub key: Key,
    pub meaning: &'static str,
    pub ask: fn(&Snapshot) -> Ask,
}

/// Every key, in the order in which they are explained.
pub const SHORTCUTS: [Shortcut; 11] = [
    plain(Key::Space, "Run or pause", run_or_pause),
    plain(Key::Period, "Run or pause", run_or_pause),
    plain(Key::S, "Let 100 ms pass, then pause", |_| Ask::Lab(Command::Step(STEP))),
    plain(Key::Plus, "Twice as fast", |snapshot| set_speed(snapshot, 2.0)),
    plain(Key::Equals, "Twice as fast", |snapshot| set_speed(snapshot, 2.0)),
    plain(Key::Minus, "Half as fast", |snapshot| set_speed(snapshot, 0.5)),
    plain(Key::Questionmark, "All keys", |_| Ask::ShowKeys),
    plain(Key::Escape, "Select nothing", |_| Ask::Select(Selection::Nothing)),
    plain(Key::F, "Show the whole drawing", |_| Ask::FitCanvas),
    with_command(Key::O, "Open…", |_| Ask::ShowDialog(DialogKind::Open)),
    with_command(Key::S, "Save…", |_| Ask::ShowDialog(DialogKind::Save)),
];

impl Shortcut {
    /// The key as it is written on this system.
    pub fn keys(&self, ctx: &Context) -> String {
        ctx.format_shortcut(&KeyboardShortcut::new(self.modifiers, self.key))
    }
}

/// What the keys pressed in this frame ask for.
pub fn pressed(ctx: &Context, snapshot: &Snapshot) -> Vec<Ask> {
    let is_typing = ctx.text_edit_focused();
    // A focused button is pressed with Space.
    let is_focused = ctx.egui_wants_keyboard_input();
    SHORTCUTS
        .iter()
        .rev()
        .filter(|shortcut| shortcut.modifiers.command || !is_typing)
        .filter(|shortcut| shortcut.key != Key::Space || !is_focused)
        .filter(|shortcut| ctx.input_mut(|input| input.consume_key(shortcut.modifiers, shortcut.key)))
        .map(|shortcut| (shortcut.ask)(snapshot))
        .collect()
}

/// Pauses what runs and runs what is paused.
pub fn run_or_pause(snapshot: &Snapshot) -> Ask {
    Ask::Lab(if snapshot.clock.paused { Command::Run } else { Command::Pause })
}

fn set_speed(snapshot: &Snapshot, factor: f64) -> Ask {
    Ask::Lab(Command::SetSpeed((snapshot.clock.speed * factor).clamp(0.01, 100.0)))
}

const fn plain(key: Key, meaning: &'static str, ask: fn(&Snapshot) -> Ask) -> Shortcut {
    Shortcut { modifiers: Modifiers::NONE, key, meaning, ask }
}

const fn with_command(key: Key, meaning: &'static str, ask: fn(&Snapshot) -> Ask) -> Shortcut {
    Shortcut { modifiers: Modifiers::COMMAND, key, meaning, ask }
}
