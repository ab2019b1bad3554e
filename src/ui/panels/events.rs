//! Everything that happened, in one list by time: what was done by hand, what went wrong, and the
//! rebalances of all groups. It draws and points; what is listed [`super::event_filter`] says.

use egui::{Align2, Color32, Rect, RichText, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2};

use super::charts::ChartsState;
use super::event_filter::{Event, EventsState, Least, severity_word};
use crate::clock::Time;
use crate::lab::Snapshot;
use crate::lab::snapshot::Severity;
use crate::ui::command::Ask;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::controls::{Weight, button_ui, named_ui};
use crate::ui::widgets::format;

/// Height of a row.
const ROW: f32 = 22.0;

/// Draws the list. A click on an event marks its moment in all charts.
pub fn events_panel_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    state: &mut EventsState,
    charts: &mut ChartsState,
    asks: &mut Vec<Ask>,
) {
    egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 8)).show(ui, |ui| {
        let events = state.shown(snapshot);
        filter_ui(ui, &events, state, asks);
        ui.add_space(4.0);
        if events.is_empty() {
            return empty_ui(ui, state);
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("events").auto_shrink(false).show_rows(ui, ROW, events.len(), |ui, rows| {
            for event in &events[rows] {
                event_ui(ui, event, snapshot, charts, asks);
            }
        });
    });
}

fn filter_ui(ui: &mut Ui, events: &[Event<'_>], state: &mut EventsState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut state.words).hint_text("Filter by words").desired_width(200.0);
        named_ui(ui, "Filter events by words", field);
        for (least, name) in Least::ALL {
            ui.selectable_value(&mut state.least, least, name);
        }
        ui.label(RichText::new(format::counted(events.len(), "event")).color(tokens.text_muted));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let meaning = "Copies what is listed, one line each, to the clipboard";
            if ui
                .add_enabled_ui(!events.is_empty(), |ui| button_ui(ui, "Copy events", Weight::Plain, meaning))
                .inner
                .clicked()
            {
                let lines: Vec<String> = events.iter().rev().map(Event::line).collect();
                asks.push(Ask::CopyText(lines.join("\n")));
            }
        });
    });
}

fn empty_ui(ui: &mut Ui, state: &mut EventsState) {
    let tokens = theme::of(ui.ctx());
    let is_filtered = !state.words.trim().is_empty() || state.least != Least::Everything;
    ui.add_space(ui.available_height() * 0.3);
    ui.vertical_centered(|ui| {
        if is_filtered {
            ui.label(RichText::new("No event matches").font(theme::sans_strong(size::TITLE)));
            if button_ui(ui, "Show every event", Weight::Plain, "Empties the filter").clicked() {
                *state = EventsState::default();
            }
        } else {
            ui.label(RichText::new("Nothing has happened yet").font(theme::sans_strong(size::TITLE)));
            let next = "Joins, crashes, rebalances and what you change will be listed here with their time";
            ui.label(RichText::new(next).color(tokens.text_muted));
        }
    });
}

fn event_ui(ui: &mut Ui, event: &Event<'_>, snapshot: &Snapshot, charts: &mut ChartsState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let at = event.at().as_secs_f64();
    let is_marked = charts.cursor.is_some_and(|cursor| (cursor - at).abs() < 1e-6);
    let text = event.text();
    let severity = event.severity();
    response.widget_info(|| {
        let spoken = format!("{} {}, {text}", event.at(), severity_word(severity));
        WidgetInfo::selected(Role::Button, true, is_marked, spoken)
    });
    if is_marked {
        ui.painter().rect_filled(rect, 0, tokens.selected());
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0, tokens.hovered);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 0, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    paint_row(ui, rect, (event.at(), severity), &text, tokens);
    if response.clicked() {
        charts.show(at, snapshot.clock.time.as_secs_f64(), snapshot.clock.speed);
        ui.ctx().request_repaint();
    }
    response.context_menu(|ui| {
        if ui.button("Copy").clicked() {
            asks.push(Ask::CopyText(event.line()));
            ui.close();
        }
    });
    response.on_hover_text(text);
}

fn paint_row(ui: &Ui, rect: Rect, (at, severity): (Time, Severity), text: &str, tokens: &Tokens) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let colour = severity_colour(severity, tokens);
    let left = rect.left_center() + vec2(6.0, 0.0);
    let mono = theme::mono(size::SMALL);
    let time = painter.text(left, Align2::LEFT_CENTER, at.to_string(), mono, tokens.text_muted);
    let mark = time.right_center() + vec2(14.0, 0.0);
    match severity {
        Severity::Info => _ = painter.circle_filled(mark, 2.5, colour),
        Severity::Warning => _ = painter.rect_filled(Rect::from_center_size(mark, vec2(7.0, 7.0)), 0, colour),
        Severity::Error => {
            for arm in [vec2(3.5, 3.5), vec2(3.5, -3.5)] {
                painter.line_segment([mark - arm, mark + arm], Stroke::new(2.0, colour));
            }
        }
    }
    let word = if severity == Severity::Info { String::new() } else { format!("{}: ", severity_word(severity)) };
    let at = mark + vec2(12.0, 0.0);
    let word = painter.text(at, Align2::LEFT_CENTER, word, theme::sans_strong(size::BODY), colour);
    let at = egui::pos2(word.right().max(at.x), at.y);
    painter.text(at, Align2::LEFT_CENTER, text, theme::sans(size::BODY), tokens.text);
}

const fn severity_colour(severity: Severity, tokens: &Tokens) -> Color32 {
    match severity {
        Severity::Info => tokens.text_muted,
        Severity::Warning => tokens.warn,
        Severity::Error => tokens.bad,
    }
}
