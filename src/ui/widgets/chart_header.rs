//! What stands above a chart: its title, a menu, and a legend of present values in which lines are hidden and
//! shown alone. Where the title leaves no room the legend has a line of its own.

use std::sync::Arc;

use egui::{Color32, Galley, Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::chart::{Chart, Line};
use super::convert::index_to_f32;
use super::time_axis::ChartsState;
use crate::ui::theme::{self, size};

/// Height of a line of the header.
const LINE: f32 = 18.0;

/// Room between two values of the legend.
const BETWEEN: f32 = 8.0;

/// Room that is kept for a value, in digits, so that nothing moves when it grows.
const DIGITS: usize = 7;

/// Room for a piece of the line before its value.
const SAMPLE: f32 = 11.0;

/// Room for how many values are left out.
const CUT: f32 = 30.0;

/// One line's place in the legend.
struct Entry<'a> {
    line: &'a Line,
    galley: Arc<Galley>,
    is_hidden: bool,
    width: f32,
}

/// Draws title, menu and legend; returns where they end.
pub fn header_ui(ui: &mut Ui, rect: Rect, chart: &Chart<'_>, state: &mut ChartsState) -> f32 {
    let tokens = theme::of(ui.ctx());
    let centre = rect.top() + 8.0;
    let title = super::rows::caps(ui, pos2(rect.left(), centre), &chart.title, tokens.text_muted);
    let menu = Rect::from_center_size(pos2(title.right() + 14.0, centre), vec2(20.0, LINE));
    let menu_response = dots_ui(ui, menu, ui.scope_id().with(("menu", chart.key)), &chart.title);
    let menu_response = menu_response.on_hover_text(chart.meaning);
    egui::Popup::menu(&menu_response).show(|ui| menu_ui(ui, chart, state));
    let mut entries = entries(ui, chart, state);
    let width = width(&entries);
    let beside = Rect::from_min_max(pos2(menu.right() + 6.0, rect.top()), pos2(rect.right(), rect.top() + LINE));
    let is_beside = width <= beside.width();
    let below = Rect::from_min_size(rect.min + vec2(0.0, LINE), vec2(rect.width(), LINE));
    let room = if is_beside { beside } else { below };
    if width > room.width() {
        // Better that values move a little than that some are missing.
        for entry in &mut entries {
            entry.width = SAMPLE + entry.galley.size().x;
        }
    }
    legend_ui(ui, (room, is_beside), chart, entries, state);
    room.bottom()
}

/// The three dots that open the menu of a chart.
pub fn dots_ui(ui: &Ui, rect: Rect, id: Id, title: &str) -> egui::Response {
    let tokens = theme::of(ui.ctx());
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Menu of {title}")));
    let is_hot = response.hovered() || response.has_focus();
    if is_hot {
        ui.painter().rect_filled(rect, 4, tokens.hovered);
    }
    let colour = if is_hot { tokens.text } else { tokens.text_muted };
    for dot in [-4.0, 0.0, 4.0] {
        ui.painter().circle_filled(rect.center() + vec2(dot, 0.0), 1.1, colour);
    }
    response
}

/// What can be done with a chart.
pub fn menu_ui(ui: &mut Ui, chart: &Chart<'_>, state: &mut ChartsState) {
    for (index, name) in chart.choices.iter().enumerate() {
        if ui.radio(state.choice(chart.key) == index, *name).clicked() {
            state.choices.insert(chart.key, index);
            ui.close();
        }
    }
    if !chart.choices.is_empty() {
        ui.separator();
    }
    let is_table = state.tables.contains(chart.key);
    if ui.button(if is_table { "Show as chart" } else { "Show as table" }).clicked() {
        if is_table {
            state.tables.remove(chart.key)
        } else {
            state.tables.insert(chart.key)
        };
        ui.close();
    }
    if ui.button("Copy the visible values").clicked() {
        ui.ctx().copy_text(super::chart_table::tab_separated(chart, state));
        ui.close();
    }
    if ui.add_enabled(state.hidden.is_any(chart.key), egui::Button::new("Show all lines")).clicked() {
        state.hidden.show_all(chart.key);
        ui.close();
    }
    if ui.add_enabled(!state.live || state.cursor.is_some(), egui::Button::new("Show the present")).clicked() {
        state.back_to_live();
        ui.close();
    }
    ui.separator();
    for line in chart.measured() {
        let mut is_shown = !state.hidden.contains(chart.key, &line.name);
        if ui.checkbox(&mut is_shown, &line.name).clicked() {
            state.hidden.toggle(chart.key, &line.name);
        }
    }
}

fn entries<'a>(ui: &Ui, chart: &'a Chart<'_>, state: &ChartsState) -> Vec<Entry<'a>> {
    let tokens = theme::of(ui.ctx());
    let font = theme::mono(size::SMALL - 0.5);
    let digit = ui.painter().layout_no_wrap("0".to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
    let entry = |line: &'a Line| {
        let is_hidden = state.hidden.contains(chart.key, &line.name);
        let reading = line.reading(state.moment(), chart.format, tokens.text);
        let (text, colour) = reading.unwrap_or_else(|| (line.name.clone(), tokens.text));
        let colour = if is_hidden { tokens.text_muted } else { colour };
        let galley = ui.painter().layout_no_wrap(text, font.clone(), colour);
        let kept = digit * index_to_f32(line.name.chars().count() + 1 + DIGITS);
        Entry { line, width: SAMPLE + galley.size().x.max(kept), galley, is_hidden }
    };
    chart.measured().map(entry).collect()
}

fn width(entries: &[Entry<'_>]) -> f32 {
    entries.iter().map(|entry| entry.width + BETWEEN).sum::<f32>() - BETWEEN
}

/// As many values as fit, each a switch for its line; the others are in the menu.
fn legend_ui(
    ui: &Ui,
    (rect, is_beside): (Rect, bool),
    chart: &Chart<'_>,
    mut entries: Vec<Entry<'_>>,
    state: &mut ChartsState,
) {
    let tokens = theme::of(ui.ctx());
    let all = entries.len();
    while entries.len() > 1 && width(&entries) > rect.width() - if entries.len() < all { CUT } else { 0.0 } {
        entries.pop();
    }
    let is_cut = entries.len() < all;
    // Beside the title values stand at the right, on a line of their own they begin below it.
    let mut left = if is_beside { rect.right() - width(&entries) } else { rect.left() };
    for entry in &entries {
        let at = Rect::from_min_size(pos2(left, rect.top()), vec2(SAMPLE + entry.galley.size().x, rect.height()));
        left += entry.width + BETWEEN;
        entry_ui(ui, at, chart, entry, state);
    }
    if is_cut {
        let text = format!("+{}", all - entries.len());
        let at = pos2(rect.right(), rect.center().y);
        ui.painter().text(at, egui::Align2::RIGHT_CENTER, text, theme::mono(size::SMALL), tokens.text_muted);
    }
}

/// One value, a switch for its line.
fn entry_ui(ui: &Ui, rect: Rect, chart: &Chart<'_>, entry: &Entry<'_>, state: &mut ChartsState) {
    let tokens = theme::of(ui.ctx());
    let (line, galley) = (entry.line, &entry.galley);
    let id: Id = ui.scope_id().with(("line", chart.key, &line.name));
    let response = ui.interact(rect.expand2(vec2(3.0, 0.0)), id, Sense::click());
    let name = format!("Line {} of {}", line.name, chart.title);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, !entry.is_hidden, &name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.expand2(vec2(3.0, 0.0)), 3, tokens.hovered);
    }
    let sample = Rect::from_min_size(pos2(rect.left(), rect.center().y - 1.0), vec2(SAMPLE - 4.0, 2.0));
    ui.painter().rect_filled(sample, 1, if entry.is_hidden { tokens.border } else { line.colour });
    let at = pos2(rect.left() + SAMPLE, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, Arc::clone(galley), tokens.text);
    if entry.is_hidden {
        ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, tokens.text_muted));
    }
    let is_first_pass = ui.ctx().current_pass_index() == 0;
    if is_first_pass && response.clicked() {
        let is_alone_wanted = ui.input(|input| input.modifiers.shift || input.modifiers.alt);
        if response.double_clicked() {
            // The first of the two clicks has hidden or shown it.
            state.hidden.toggle(chart.key, &line.name);
        }
        if response.double_clicked() || is_alone_wanted {
            state.hidden.isolate(chart.key, &line.name, chart.measured().map(|line| line.name.as_str()));
        } else {
            state.hidden.toggle(chart.key, &line.name);
        }
    }
    response.on_hover_text("Click hides or shows it; a double click, or Alt or Shift with it, shows it alone");
}
