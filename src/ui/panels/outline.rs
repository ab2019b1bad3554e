//! The outline at the left: everything there is, by name, to be found, selected and acted on. What can be
//! done with it is in [`super::actions`].

mod list;

use egui::{Align2, EventFilter, Key, Modifiers, Rect, Response, ScrollArea, TextEdit, Ui, pos2, vec2};

use super::actions;
use super::add::AddKind;
use super::removal;
use crate::lab::Snapshot;
use crate::ui::command::Ask;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{named_ui, plus_ui};
use crate::ui::widgets::convert::index_to_f32;
use crate::ui::widgets::rows::{caps, caps_width, list_row_ui};
use list::Row;

/// What is open in the outline.
#[derive(Default)]
pub struct OutlineState {
    filter: String,
    wants_filter: bool,
    /// Where a range of rows began.
    anchor: Option<Selection>,
    /// The row that the keys have reached; it gets the focus when it is drawn.
    cursor: Option<Selection>,
    /// First and last row that were whole in view.
    in_view: (usize, usize),
    scroll_to: Option<usize>,
}

impl OutlineState {
    /// Brings the keys to the filter.
    pub fn filter(&mut self) {
        self.wants_filter = true;
    }
}

/// Draws the outline.
pub fn outline_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    state: &mut OutlineState,
    selection: &Selection,
    asks: &mut Vec<Ask>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    filter_ui(ui, state);
    let rows = list::rows(snapshot, &state.filter);
    let targets: Vec<Option<Selection>> = rows.iter().map(|row| list::target(snapshot, row)).collect();
    let mut list = List { snapshot, rows: &rows, targets: &targets, state, selection };
    list.keys(ui, asks);
    list.ui(ui, asks);
    removal::removal_ui(ui.ctx(), snapshot, asks);
}

/// Esc empties it and lets the keys go.
fn filter_ui(ui: &mut Ui, state: &mut OutlineState) {
    ui.add_space(8.0);
    // The pane's cross appears at the right.
    let room = vec2(ui.available_width() - 36.0, 24.0);
    let response = ui
        .horizontal(|ui| {
            ui.add_space(10.0);
            let field = TextEdit::singleline(&mut state.filter).hint_text("Filter   /").desired_width(room.x - 10.0);
            named_ui(ui, "Filter the outline", field)
        })
        .inner;
    if std::mem::take(&mut state.wants_filter) {
        response.request_focus();
    }
    if response.lost_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        state.filter.clear();
    }
    ui.add_space(2.0);
}

struct List<'a> {
    snapshot: &'a Snapshot,
    rows: &'a [Row],
    /// What each row stands for.
    targets: &'a [Option<Selection>],
    state: &'a mut OutlineState,
    selection: &'a Selection,
}

impl List<'_> {
    fn ui(&mut self, ui: &mut Ui, asks: &mut Vec<Ask>) {
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(row) = self.state.scroll_to.take() {
            let above =
                index_to_f32(row) - index_to_f32(self.state.in_view.1.saturating_sub(self.state.in_view.0)) / 2.0;
            area = area.vertical_scroll_offset(above.max(0.0) * size::ROW);
        }
        let rows = self.rows;
        area.show_rows(ui, size::ROW, rows.len(), |ui, visible| {
            self.state.in_view = (visible.start, visible.end.saturating_sub(2));
            for index in visible {
                self.row_ui(ui, index, asks);
            }
        });
    }

    fn row_ui(&mut self, ui: &mut Ui, index: usize, asks: &mut Vec<Ask>) {
        let target = match (&self.rows[index], &self.targets[index]) {
            (Row::Section { kind, count }, _) => return section_ui(ui, (*kind, *count), asks),
            (Row::Nothing(text), _) => return nothing_ui(ui, text),
            (_, None) => return,
            (_, Some(target)) => target,
        };
        let tokens = theme::of(ui.ctx());
        let shown = list::shown(self.snapshot, target, &self.rows[index], tokens);
        let is_selected = self.selection.contains(target);
        let response = ui.push_id(target, |ui| list_row_ui(ui, &shown, is_selected)).inner;
        let response = match list::reason(self.snapshot, &self.rows[index]) {
            Some(reason) => response.on_hover_text(reason),
            None => response,
        };
        self.focus(ui, &response, target);
        if response.clicked() {
            self.click(ui, target, asks);
            response.request_focus();
        }
        let menu_target = if is_selected { self.selection } else { target };
        response.context_menu(|ui| actions::menu_ui(ui, self.snapshot, menu_target, asks));
    }

    /// The row that the keys have reached takes the focus and keeps the arrows to itself.
    fn focus(&mut self, ui: &Ui, response: &Response, target: &Selection) {
        if self.state.cursor.as_ref() == Some(target) {
            response.request_focus();
            self.state.cursor = None;
        }
        if response.has_focus() {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            ui.data_mut(|data| data.insert_temp(focused_id(), (response.id, target.clone())));
        }
    }

    fn click(&mut self, ui: &Ui, target: &Selection, asks: &mut Vec<Ask>) {
        let modifiers = ui.input(|input| input.modifiers);
        let next = if modifiers.shift {
            self.range(self.state.anchor.as_ref().unwrap_or(target), target)
        } else if modifiers.command {
            self.toggled(target)
        } else {
            target.clone()
        };
        if !modifiers.shift {
            self.state.anchor = Some(target.clone());
        }
        asks.push(Ask::Select(next));
    }

    /// The present selection with this added or taken away, in the order of the rows.
    fn toggled(&self, target: &Selection) -> Selection {
        let is_kept = |it: &&Selection| self.selection.contains(it) != (*it == target);
        Selection::of(self.targets.iter().flatten().filter(is_kept).cloned().collect())
    }

    /// Everything from one row to another, whichever is above.
    fn range(&self, from: &Selection, to: &Selection) -> Selection {
        let (Some(from), Some(to)) = (self.index(from), self.index(to)) else { return to.clone() };
        Selection::of(self.targets[from.min(to)..=from.max(to)].iter().flatten().cloned().collect())
    }

    fn index(&self, target: &Selection) -> Option<usize> {
        self.targets.iter().position(|it| it.as_ref() == Some(target))
    }

    /// Arrows move, with Shift they select, Delete removes.
    fn keys(&mut self, ui: &Ui, asks: &mut Vec<Ask>) {
        if ui.ctx().text_edit_focused() {
            return;
        }
        let held: Option<(egui::Id, Selection)> = ui.data(|data| data.get_temp(focused_id()));
        let focused = held.filter(|(id, _)| ui.memory(|memory| memory.has_focus(*id))).map(|(_, target)| target);
        let is_nothing_focused = ui.memory(|memory| memory.focused().is_none());
        let deletes = |ui: &Ui| ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Delete));
        let Some(focused) = focused else {
            if is_nothing_focused && !self.selection.items().is_empty() && deletes(ui) {
                removal::ask(ui.ctx(), self.snapshot, self.selection, asks);
            }
            return;
        };
        if deletes(ui) {
            let target = if self.selection.contains(&focused) { self.selection } else { &focused };
            removal::ask(ui.ctx(), self.snapshot, target, asks);
        }
        for (key, step) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            let extends = ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, key));
            if extends || ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                self.step(&focused, step, extends, asks);
            }
        }
    }

    fn step(&mut self, from: &Selection, step: isize, extends: bool, asks: &mut Vec<Ask>) {
        let Some(mut index) = self.index(from) else { return };
        let next = loop {
            let Some(moved) = index.checked_add_signed(step).filter(|it| *it < self.targets.len()) else { return };
            index = moved;
            if let Some(target) = &self.targets[index] {
                break target;
            }
        };
        if index < self.state.in_view.0 || index > self.state.in_view.1 {
            self.state.scroll_to = Some(index);
        }
        self.state.cursor = Some(next.clone());
        if extends {
            let anchor = self.state.anchor.get_or_insert_with(|| from.clone()).clone();
            asks.push(Ask::Select(self.range(&anchor, next)));
        } else {
            self.state.anchor = Some(next.clone());
        }
    }
}

/// Where the row with the focus is kept between two frames.
fn focused_id() -> egui::Id {
    egui::Id::unique("row of the outline with the focus")
}

fn section_ui(ui: &mut Ui, (kind, count): (AddKind, usize), asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), egui::Sense::hover());
    // The plus takes the end of the row.
    let has_room = caps_width(ui, kind.heading()) + 44.0 < rect.width();
    let heading = if has_room { kind.heading() } else { kind.short_heading() };
    let title = caps(ui, rect.left_center() + vec2(12.0, 2.0), heading, tokens.text_muted);
    if count > 0 && title.right() + 40.0 < rect.right() {
        let at = pos2(title.right() + 8.0, title.center().y);
        ui.painter().text(at, Align2::LEFT_CENTER, count, theme::mono(size::TINY), tokens.text_muted);
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, kind.heading()));
    response.on_hover_text(kind.meaning());
    let plus = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y + 2.0), vec2(20.0, 20.0));
    let added = ui.scope_builder(egui::UiBuilder::new().max_rect(plus), |ui| plus_ui(ui, kind.title())).inner;
    if added.clicked() {
        asks.push(Ask::Add(kind));
    }
}

fn nothing_ui(ui: &mut Ui, text: &str) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    let font = theme::sans(size::BODY);
    ui.painter().text(rect.left_center() + vec2(12.0, 0.0), Align2::LEFT_CENTER, text, font, tokens.text_muted);
}
