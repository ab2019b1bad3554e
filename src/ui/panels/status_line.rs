//! The line at the bottom: how the broker does, what happened last, and what a frame costs.

use egui::{Align, Label, Layout, RichText, Ui};

use crate::lab::Snapshot;
use crate::lab::snapshot::Severity;
use crate::ui::command::Ask;
use crate::ui::layout::Pane;
use crate::ui::theme::{self, size};
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;

/// What the line says besides the snapshot.
#[derive(Clone, Copy)]
pub struct StatusLine<'a> {
    pub frame_millis: Option<f32>,
    /// Errors that nobody has read yet.
    pub unread: usize,
    /// Why the last wish could not be granted.
    pub refusal: Option<&'a str>,
}

/// Draws the line.
pub fn status_line_ui(ui: &mut Ui, snapshot: &Snapshot, line: StatusLine<'_>, asks: &mut Vec<Ask>) {
    let broker = &snapshot.broker;
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        item_ui(
            ui,
            "Broker",
            &format!("{} msg/s in", format::short(broker.records_in_per_second)),
            "Measured: records accepted from all producers, per second",
        );
        item_ui(
            ui,
            "",
            &format!("{}/s", format::bytes(broker.bytes_in_per_second)),
            "Measured: bytes of accepted batches, per second",
        );
        let commit = broker.commit_p99_millis.map_or_else(|| "none yet".to_owned(), format::millis);
        item_ui(
            ui,
            "Commit p99",
            &commit,
            "Measured: 99th percentile of the time a group commit took, over the last seconds",
        );
        item_ui(ui, "Store", &format::bytes(count_to_f64(broker.store_bytes)), "Measured: size of the store");
        if broker.back_pressured > 0 {
            item_ui(
                ui,
                "Back-pressured",
                &format::count(broker.back_pressured),
                "Measured: appends that had to wait because a queue was full",
            );
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(millis) = line.frame_millis {
                frame_ui(ui, millis);
            }
            unread_ui(ui, line.unread, asks);
            match line.refusal {
                Some(refusal) => refusal_ui(ui, refusal),
                // The banner says already what nobody has read.
                None => notice_ui(ui, snapshot, line.unread > 0),
            }
        });
    });
}

fn item_ui(ui: &mut Ui, label: &str, figure: &str, meaning: &str) {
    let tokens = theme::of(ui.ctx());
    if !label.is_empty() {
        ui.label(RichText::new(label).font(theme::sans(size::SMALL)).color(tokens.text_muted)).on_hover_text(meaning);
    }
    ui.label(RichText::new(figure).font(theme::mono(size::SMALL)).color(tokens.text)).on_hover_text(meaning);
    ui.add_space(8.0);
}

/// Laid out from the right, so the figure comes first.
fn frame_ui(ui: &mut Ui, millis: f32) {
    let tokens = theme::of(ui.ctx());
    let meaning = "Measured: processor time of the last frame of this window";
    let figure = RichText::new(format!("{millis:.1} ms")).font(theme::mono(size::SMALL)).color(tokens.text);
    ui.label(figure).on_hover_text(meaning);
    ui.label(RichText::new("Frame").font(theme::sans(size::SMALL)).color(tokens.text_muted)).on_hover_text(meaning);
    ui.add_space(8.0);
}

fn unread_ui(ui: &mut Ui, unread: usize, asks: &mut Vec<Ask>) {
    if unread == 0 {
        return;
    }
    let tokens = theme::of(ui.ctx());
    let text = RichText::new(format!("▲ {}", format::counted(unread, "error"))).font(theme::sans(size::SMALL));
    let button = egui::Button::new(text.color(tokens.bad)).frame(false).small();
    if ui.add(button).on_hover_text("Shows everything that happened").clicked() {
        asks.push(Ask::Show(Pane::Events));
    }
    ui.add_space(8.0);
}

fn refusal_ui(ui: &mut Ui, refusal: &str) {
    let tokens = theme::of(ui.ctx());
    let text = RichText::new(format!("Not now: {refusal}")).font(theme::sans(size::SMALL)).color(tokens.warn);
    ui.add(Label::new(text).truncate());
    ui.add_space(8.0);
}

fn notice_ui(ui: &mut Ui, snapshot: &Snapshot, without_errors: bool) {
    let tokens = theme::of(ui.ctx());
    let mut notices = snapshot.notices.iter().rev();
    let Some(notice) = notices.find(|it| !(without_errors && it.severity == Severity::Error)) else { return };
    let (sign, colour) = match notice.severity {
        Severity::Info => ("", tokens.text_muted),
        Severity::Warning => ("▲ ", tokens.warn),
        Severity::Error => ("▲ ", tokens.bad),
    };
    let text = RichText::new(format!("{sign}{}", notice.text)).font(theme::sans(size::SMALL)).color(colour);
    ui.add(Label::new(text).truncate()).on_hover_text(format!("{}  {}", notice.at, notice.text));
    ui.add_space(8.0);
}
