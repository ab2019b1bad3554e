//! Everything that can be done in the window, as one list: what it is called, what it is for, its keys, and
//! whether it can be done now. Palette, menu, keys and their explanation all read it; none has a list of its own.

mod fixed;
pub mod plan;
mod things;

use std::borrow::Cow;

use egui::{Context, Key, KeyboardShortcut};

use super::command::Ask;
use super::layout::Layout;
use super::settings::Settings;
use crate::lab::Snapshot;
use crate::lab::planning::PlanState;

pub use fixed::{FIXED, Fixed, run_or_pause};

/// How much time one step lets pass.
pub const STEP: std::time::Duration = std::time::Duration::from_millis(100);

/// What decides whether something can be done.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub snapshot: &'a Snapshot,
    pub plan: &'a PlanState,
    pub settings: &'a Settings,
    pub layout: &'a Layout,
}

/// The wish that an entry stands for, or why it can't be had now.
pub type Answer = Result<Ask, Cow<'static, str>>;

/// One thing that can be done.
pub struct Entry {
    pub label: Cow<'static, str>,
    pub help: Cow<'static, str>,
    pub keys: &'static [KeyboardShortcut],
    pub answer: Answer,
}

/// All that can be done or could be: first what is always there, then what concerns the things of the experiment.
pub fn entries(situation: Situation<'_>) -> Vec<Entry> {
    let fixed = FIXED.iter().map(|fixed| fixed.entry(situation));
    fixed.chain(plan::entries(situation)).chain(things::entries(situation)).collect()
}

/// Keys as they are written on this system.
pub fn written(ctx: &Context, keys: &[KeyboardShortcut]) -> String {
    // On most keyboards `+` is `=` with Shift: one of them is enough to be told.
    let told = keys.iter().filter(|keys| keys.logical_key != Key::Equals);
    told.map(|keys| written_one(ctx, *keys)).collect::<Vec<_>>().join("  ")
}

/// With the sign that stands on the key, where egui has its name.
fn written_one(ctx: &Context, keys: KeyboardShortcut) -> String {
    let whole = ctx.format_shortcut(&keys);
    #[expect(clippy::wildcard_enum_match_arm, reason = "a key without a sign of its own is called by its name")]
    let sign = match keys.logical_key {
        Key::Plus => "+",
        Key::Minus => "−",
        Key::Period => ".",
        Key::Questionmark => "?",
        Key::Escape => "Esc",
        other => return whole.replace(other.name(), other.symbol_or_name()),
    };
    whole.replace(keys.logical_key.name(), sign)
}

fn refuse(reason: &'static str) -> Answer {
    Err(Cow::Borrowed(reason))
}

fn only_if(is_possible: bool, ask: impl Into<Ask>, reason: &'static str) -> Answer {
    if is_possible { Ok(ask.into()) } else { refuse(reason) }
}

#[cfg(test)]
mod tests;
