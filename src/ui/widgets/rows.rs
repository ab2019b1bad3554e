//! Rows and cards of the side panels: a label with its figure, a heading, a row that can be selected.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontId, Frame, Galley, Margin, Painter, Pos2, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::ui::theme::{self, size};

/// A section's heading.
pub fn section_ui(ui: &mut Ui, title: &str) -> Response {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    caps(ui, rect.left_center(), title, tokens.text_muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    response
}

/// The size of small capitals.
pub const SMALL_CAPS: f32 = size::SECTION - 0.5;

/// Small spaced capitals, as headings wear them, centred on the height of `at` and beginning there.
pub fn caps(ui: &Ui, at: Pos2, title: &str, colour: Color32) -> Rect {
    caps_at(ui.painter(), at, title, SMALL_CAPS, colour)
}

/// The width that they take.
pub fn caps_width(ui: &Ui, title: &str) -> f32 {
    caps_galley(ui.painter(), title, SMALL_CAPS, Color32::PLACEHOLDER).size().x
}

/// The same for a drawing.
pub fn caps_at(painter: &Painter, at: Pos2, title: &str, size: f32, colour: Color32) -> Rect {
    let galley = caps_galley(painter, title, size, colour);
    let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, colour);
    rect
}

fn caps_galley(painter: &Painter, title: &str, size: f32, colour: Color32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    let format = egui::TextFormat {
        font_id: theme::sans_strong(size),
        color: colour,
        extra_letter_spacing: 0.7,
        ..Default::default()
    };
    job.append(&title.to_uppercase(), 0.0, format);
    painter.layout_job(job)
}

/// A figure as it stands in a row.
#[derive(Clone, Debug)]
pub struct Figure {
    pub text: String,
    pub colour: Color32,
}

/// Share of a narrow row that a figure may take from its label.
const MOST_FOR_FIGURE: f32 = 0.6;

/// A label at the left, its figure in mono at the right, and what it means under the pointer.
pub fn figure_row_ui(ui: &mut Ui, label: &str, figure: &Figure, meaning: &str) -> Response {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::FIGURE_ROW), Sense::hover());
    let painter = ui.painter();
    let wanted = painter.layout_no_wrap(label.to_owned(), theme::sans(size::BODY), tokens.text_muted).size().x;
    // The figure comes first, within bounds: the label can be guessed from its beginning.
    let room = (rect.width() - wanted - 10.0).max(rect.width() * MOST_FOR_FIGURE);
    let (galley, is_whole) = fitted(ui, figure, room);
    let at = Align2::RIGHT_CENTER.anchor_size(rect.right_center(), galley.size());
    painter.galley(at.min, galley, figure.colour);
    let room = at.left() - 8.0 - rect.left();
    let label_galley = elided(painter, label, theme::sans(size::BODY), tokens.text_muted, room);
    let is_whole = is_whole && !label_galley.elided;
    painter.galley(rect.left_center() - vec2(0.0, label_galley.size().y / 2.0), label_galley, tokens.text_muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label} {}", figure.text)));
    if is_whole {
        response.on_hover_text(meaning)
    } else {
        response.on_hover_text(format!("{label} {}\n{meaning}", figure.text))
    }
}

/// The figure in one line, elided where it is wider than the room, and whether it is whole.
fn fitted(ui: &Ui, figure: &Figure, room: f32) -> (std::sync::Arc<egui::Galley>, bool) {
    let font = theme::mono_strong(size::NUMBER);
    let mut job = egui::text::LayoutJob::simple_singleline(figure.text.clone(), font, figure.colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(20.0));
    let galley = ui.painter().layout_job(job);
    let is_whole = !galley.elided;
    (galley, is_whole)
}

/// A card that holds rows.
pub fn card_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = theme::of(ui.ctx());
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(11, 7))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 1.0;
            content(ui)
        })
        .inner
}

/// A short word in a frame, such as a state.
pub fn badge_ui(ui: &mut Ui, text: &str, colour: Color32) -> Response {
    let tokens = theme::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), theme::sans(size::BODY - 0.5), colour);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(16.0, 7.0), Sense::hover());
    ui.painter().rect(
        rect,
        CornerRadius::same(size::RADIUS),
        tokens.raised,
        Stroke::new(1.0, tokens.border),
        StrokeKind::Inside,
    );
    ui.painter().galley(rect.min + vec2(8.0, 3.5), galley, colour);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// One line of text that ends with … where it does not fit.
pub fn elided(painter: &Painter, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// What a row of a list shows.
#[derive(Clone, Debug)]
pub struct ListRow {
    pub name: String,
    pub name_colour: Color32,
    pub is_strong: bool,
    pub indent: f32,
    /// A square in this colour before the name.
    pub swatch: Option<Color32>,
    pub trailing: String,
    pub trailing_colour: Color32,
}

/// A row that can be selected, over the whole width.
pub fn list_row_ui(ui: &mut Ui, row: &ListRow, is_selected: bool) -> Response {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, is_selected, format!("{} {}", row.name, row.trailing).trim_end())
    });
    if is_selected {
        ui.painter().rect_filled(rect, 0, tokens.selected());
        ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(2.0, rect.height())), 0, tokens.accent);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0, tokens.hovered);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(0.5), 0, Stroke::new(1.0, tokens.accent), StrokeKind::Inside);
    }
    row_text(ui, rect, row);
    response
}

fn row_text(ui: &Ui, rect: Rect, row: &ListRow) {
    let painter = ui.painter();
    let mut x = rect.left() + 12.0 + row.indent;
    if let Some(colour) = row.swatch {
        painter.rect_filled(Rect::from_center_size(pos2(x + 4.0, rect.center().y), vec2(8.0, 8.0)), 2, colour);
        x += 16.0;
    }
    let font = if row.is_strong { theme::sans_strong(size::BODY) } else { theme::sans(size::BODY) };
    // The name comes first: what stands at the end may have the rest of the row, but for a wide name half of it.
    let wanted = painter.layout_no_wrap(row.name.clone(), font.clone(), row.name_colour).size().x;
    let all = rect.right() - 12.0 - x;
    let room = (all - wanted - 8.0).max(all * 0.5);
    let galley = elided(painter, &row.trailing, theme::mono(size::NUMBER - 0.5), row.trailing_colour, room);
    let trailing = Align2::RIGHT_CENTER.anchor_size(rect.right_center() - vec2(12.0, 0.0), galley.size());
    painter.galley(trailing.min, galley, row.trailing_colour);
    let name = elided(painter, &row.name, font, row.name_colour, trailing.left() - 6.0 - x);
    painter.galley(pos2(x, rect.center().y - name.size().y / 2.0), name, row.name_colour);
}
