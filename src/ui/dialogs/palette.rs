//! The command palette: everything that can be done, found by its words and done by keyboard alone. What can't
//! be done now stays in the list with the reason.

use std::cmp::Reverse;

use egui::{Align2, Context, Id, Key, Modal, Modifiers, Rect, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::ranking::fit;
use crate::ui::catalogue::{self, Entry, Situation, written};
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::named_ui;
use crate::ui::widgets::convert::index_to_f32;

const WIDTH: f32 = 560.0;
const ROW: f32 = 30.0;

/// Rows in view.
const ROWS: f32 = 12.0;

/// Points that an entry loses because it can't be done now.
const NOT_NOW: i32 = 40;

/// The palette, open or not.
#[derive(Default)]
pub struct Palette {
    shown: Option<Shown>,
}

#[derive(Default)]
struct Shown {
    query: String,
    chosen: usize,
    is_new: bool,
}

impl Palette {
    pub fn show(&mut self) {
        self.shown = Some(Shown { is_new: true, ..Shown::default() });
    }

    pub const fn is_open(&self) -> bool {
        self.shown.is_some()
    }

    /// Draws it while it is open.
    pub fn ui(&mut self, ctx: &Context, situation: Situation<'_>, asks: &mut Vec<Ask>) {
        let Some(shown) = &mut self.shown else { return };
        let id = Id::unique("palette");
        let top = (ctx.content_rect().height() * 0.1).min(90.0);
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
        let modal = Modal::new(id).area(area).show(ctx, |ui| shown.ui(ui, situation));
        let is_closed = modal.should_close();
        if let Some(ask) = modal.inner {
            asks.push(ask);
            self.shown = None;
        } else if is_closed {
            self.shown = None;
        }
    }
}

impl Shown {
    fn ui(&mut self, ui: &mut Ui, situation: Situation<'_>) -> Option<Ask> {
        let room = ui.ctx().content_rect().size() - vec2(60.0, 160.0);
        ui.set_width(WIDTH.min(room.x));
        let keys = Keys::taken(ui);
        let edit = TextEdit::singleline(&mut self.query).desired_width(f32::INFINITY).hint_text("Run a command…");
        let field = named_ui(ui, "Command", edit.margin(egui::Margin::symmetric(10, 7)));
        if std::mem::take(&mut self.is_new) {
            field.request_focus();
        }
        if field.changed() {
            self.chosen = 0;
        }
        let entries = ranked(&self.query, catalogue::entries(situation));
        self.chosen = (self.chosen + keys.down).saturating_sub(keys.up).min(entries.len().saturating_sub(1));
        ui.add_space(4.0);
        if entries.is_empty() {
            ui.add_space(8.0);
            ui.label("Nothing is called that");
            return None;
        }
        let entered = keys.is_entered.then(|| entries.get(self.chosen)).flatten();
        let entered = entered.and_then(|entry| entry.answer.clone().ok());
        let scrolls = keys.down + keys.up > 0;
        entered.or(self.list_ui(ui, &entries, room.y, scrolls))
    }

    /// Returns what was clicked.
    fn list_ui(&self, ui: &mut Ui, entries: &[Entry], room: f32, scrolls: bool) -> Option<Ask> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = (ROW * ROWS).min(room).max(ROW * 3.0);
        let mut area = ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, true]);
        if scrolls {
            // The chosen row stays in the middle where it can.
            area = area.vertical_scroll_offset((index_to_f32(self.chosen) * ROW - height / 2.0).max(0.0));
        }
        let rows = area.show_rows(ui, ROW, entries.len(), |ui, visible| {
            let mut clicked = None;
            for at in visible {
                if row_ui(ui, &entries[at], at == self.chosen) {
                    clicked = entries[at].answer.clone().ok();
                }
            }
            clicked
        });
        rows.inner
    }
}

/// The keys that are the palette's own, taken before its field sees them.
struct Keys {
    up: usize,
    down: usize,
    is_entered: bool,
}

impl Keys {
    fn taken(ui: &Ui) -> Self {
        ui.input_mut(|input| {
            let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
            Self {
                up: count(Key::ArrowUp) + count(Key::PageUp) * 10,
                down: count(Key::ArrowDown) + count(Key::PageDown) * 10,
                is_entered: count(Key::Enter) > 0,
            }
        })
    }
}

/// Those that fit, best first; in their own order where nothing was typed.
fn ranked(query: &str, entries: Vec<Entry>) -> Vec<Entry> {
    let mut fitting: Vec<(i32, Entry)> = entries
        .into_iter()
        // The palette is open already.
        .filter(|entry| entry.answer != Ok(Ask::ShowPalette))
        .filter_map(|entry| {
            let points = if query.trim().is_empty() { 0 } else { fit(query, &entry.label)? };
            Some((points - if entry.answer.is_err() { NOT_NOW } else { 0 }, entry))
        })
        .collect();
    fitting.sort_by_key(|(points, _)| Reverse(*points));
    fitting.into_iter().map(|(_, entry)| entry).collect()
}

/// One row; true when it was clicked.
fn row_ui(ui: &mut Ui, entry: &Entry, is_chosen: bool) -> bool {
    let tokens = theme::of(ui.ctx());
    let is_possible = entry.answer.is_ok();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let spoken = match &entry.answer {
        Ok(_) => entry.label.to_string(),
        Err(reason) => format!("{}, not now: {reason}", entry.label),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_possible, is_chosen, &spoken));
    if is_chosen || response.hovered() {
        ui.painter().rect_filled(rect, size::RADIUS, if is_chosen { tokens.accent_fill } else { tokens.hovered });
    }
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let keys = written(ui.ctx(), entry.keys);
    let muted = if is_chosen { tokens.accent_text } else { tokens.text_muted };
    let keys = ui.painter().text(inner.right_center(), Align2::RIGHT_CENTER, keys, theme::mono(size::SMALL), muted);
    let colour = if is_possible { tokens.text } else { tokens.text_muted };
    let label =
        ui.painter().text(inner.left_center(), Align2::LEFT_CENTER, &entry.label, theme::sans(size::BODY), colour);
    let (note, colour) = match &entry.answer {
        Ok(_) => (&entry.help, muted),
        Err(reason) => (reason, tokens.warn),
    };
    let room = Rect::from_min_max(label.right_top() + vec2(14.0, 0.0), keys.left_bottom() - vec2(10.0, 0.0));
    let mut job = egui::text::LayoutJob::simple_singleline(note.to_string(), theme::sans(size::SMALL), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.width().max(0.0));
    let galley = ui.painter().layout_job(job);
    let at = egui::pos2(room.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colour);
    response.clicked() && is_possible
}
