//! Buttons and number fields in the look of the window, each with an accessible name.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use std::time::Duration;

use egui::{
    Button, Color32, DragValue, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2,
};

use crate::model::units::Span;
use crate::ui::theme::{self, size};

/// How much weight a button has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// The one thing to do next.
    Primary,
    /// What destroys something.
    Danger,
}

/// A button; `keys` are shown under the pointer.
pub fn button_ui(ui: &mut Ui, text: &str, weight: Weight, meaning: &str) -> Response {
    let tokens = theme::of(ui.ctx());
    let button = match weight {
        Weight::Plain => Button::new(text),
        Weight::Primary => Button::new(RichText::new(text).color(tokens.accent_text))
            .fill(tokens.accent_fill)
            .stroke(Stroke::new(1.0, tokens.accent)),
        Weight::Danger => Button::new(RichText::new(text).color(tokens.bad)),
    };
    ui.add(button).on_hover_text(meaning)
}

/// A `+` at the end of a heading.
pub fn plus_ui(ui: &mut Ui, name: &str) -> Response {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(20.0), Sense::click());
    let colour = if response.hovered() || response.has_focus() { tokens.accent } else { tokens.text_muted };
    if response.hovered() || response.has_focus() {
        ui.painter().rect(rect, 4, tokens.hovered, Stroke::new(1.0, tokens.border), StrokeKind::Inside);
    }
    let centre = rect.center();
    for arm in [vec2(4.0, 0.0), vec2(0.0, 4.0)] {
        ui.painter().line_segment([centre - arm, centre + arm], Stroke::new(1.4, colour));
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// What a number field edits.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The accessible name.
    pub name: &'a str,
    pub value: f64,
    pub range: (f64, f64),
    pub suffix: &'a str,
    pub decimals: usize,
}

/// A number to drag or type. While it is being edited it shows what was entered, not what is in force,
/// which follows a moment later. Returns a new value when there is one.
pub fn number_ui(ui: &mut Ui, field: &Field<'_>) -> Option<f64> {
    let id = ui.make_persistent_id(field.name);
    let mut value = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(field.value);
    let drag = DragValue::new(&mut value)
        .range(field.range.0..=field.range.1)
        .suffix(field.suffix)
        .max_decimals(field.decimals)
        .speed((field.value.abs() * 0.01).max(0.1))
        .update_while_editing(false);
    let response = named_ui(ui, field.name, drag);
    let is_edited = response.dragged() || response.has_focus();
    ui.data_mut(|data| {
        if is_edited {
            data.insert_temp(id, value);
        } else {
            data.remove::<f64>(id);
        }
    });
    response.changed().then_some(value)
}

/// A span of time to drag or type, written as people write it: `400ms`, `30 min`, `24h`. Returns a new one when there
/// is one.
pub fn span_field_ui(ui: &mut Ui, name: &str, value: Duration) -> Option<Duration> {
    let mut seconds = value.as_secs_f64();
    let drag = DragValue::new(&mut seconds)
        .range(0.0..=LONGEST)
        .speed((value.as_secs_f64() * 0.01).max(1e-4))
        .custom_formatter(|seconds, _| Span(span_of(seconds)).to_string())
        .custom_parser(|text| text.parse::<Span>().ok().map(|span| span.0.as_secs_f64()))
        .update_while_editing(false);
    let is_changed = named_ui(ui, name, drag).changed();
    is_changed.then(|| span_of(seconds)).filter(|span| *span != value)
}

/// Longest span that can be dragged to, in seconds: ten years.
const LONGEST: f64 = 3.2e8;

/// With no more digits than a hand means: three, and whole minutes where it is many.
pub fn span_of(seconds: f64) -> Duration {
    if seconds <= 0.0 {
        return Duration::ZERO;
    }
    let step = if seconds >= 600.0 { 60.0 } else { 10_f64.powf(seconds.log10().floor() - 2.0) };
    Duration::try_from_secs_f64((seconds / step).round() * step).unwrap_or_default()
}

/// Adds a widget under the name by which a screen reader tells it from others.
pub fn named_ui(ui: &mut Ui, name: &str, widget: impl egui::Widget) -> Response {
    let response = ui.add(widget);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

/// Gives a text field the keys with all of its text selected: what is typed takes its place.
pub fn focus_whole(field: &Response, text: &str) {
    let mut state = TextEditState::load(&field.ctx, field.id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()))));
    state.store(&field.ctx, field.id);
    field.request_focus();
}

/// A label at the left and a control at the right, in one row.
pub fn control_row_ui<R>(ui: &mut Ui, label: &str, meaning: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = theme::of(ui.ctx());
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), size::FIGURE_ROW + 2.0),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.label(RichText::new(label).color(tokens.text_muted)).on_hover_text(meaning);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), control).inner
        },
    )
    .inner
}

/// A bar that is full at 1.
pub fn bar(painter: &egui::Painter, rect: egui::Rect, share: f32, colour: Color32, ground: Color32) {
    painter.rect_filled(rect, 2, ground);
    let filled = egui::Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    painter.rect_filled(filled, 2, colour);
}
