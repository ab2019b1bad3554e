//! The keys of the window, as the catalogue has them. None is taken from a text field.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::catalogue::{FIXED, Fixed, Situation};
use super::command::Ask;

/// Keys that mean something in a text field although Ctrl is held: editing is the field's.
const OF_FIELDS: [Key; 3] = [Key::Z, Key::Y, Key::K];

/// What the keys pressed in this frame ask for. A key that ends typing, as Esc does, is still the field's:
/// `was_typing` says whether one had the focus when it was pressed.
pub fn pressed(ctx: &Context, situation: Situation<'_>, was_typing: bool) -> Vec<Ask> {
    let is_typing = was_typing || ctx.text_edit_focused();
    // A focused button is pressed with Space.
    let is_focused = ctx.egui_wants_keyboard_input();
    let is_free = |keys: &KeyboardShortcut| {
        let is_taken = is_typing && (!keys.modifiers.command || OF_FIELDS.contains(&keys.logical_key));
        !is_taken && (keys.logical_key != Key::Space || !is_focused)
    };
    by_modifiers()
        .filter(|(keys, _)| is_free(keys))
        .filter(|(keys, _)| ctx.input_mut(|input| input.consume_shortcut(keys)))
        .map(|(_, line)| (line.answer)(situation).unwrap_or_else(Ask::Refuse))
        .collect()
}

/// Those with Shift first: without it a key is also taken when Shift is held.
fn by_modifiers() -> impl Iterator<Item = (&'static KeyboardShortcut, &'static Fixed)> {
    let all = || FIXED.iter().flat_map(|line| line.keys.iter().map(move |keys| (keys, line)));
    let has_shift = |keys: &KeyboardShortcut| keys.modifiers.contains(Modifiers::SHIFT);
    all().filter(move |(keys, _)| has_shift(keys)).chain(all().filter(move |(keys, _)| !has_shift(keys)))
}
