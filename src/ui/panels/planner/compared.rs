//! The candidate that is looked at as it ran on the broker: theory, simulation and measurement side by side, how far
//! they lie from what was measured, and what the figures are of.

use egui::{Align2, Rect, Response, RichText, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::answer::title_ui;
use super::head::button;
use super::told::share_ui;
use crate::lab::planning::{Measurement, PlanState};
use crate::planner::choice::Choice;
use crate::planner::compare::{Comparison, Row};
use crate::planner::words;
use crate::ui::catalogue::plan as actions;
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::convert::index_to_f32;

/// Height of a row.
const ROW: f32 = 25.0;

/// What names need, and what a column of figures needs at the least and at the most.
const NAME: f32 = 132.0;
const COLUMN: (f32, f32) = (78.0, 150.0);

const HEADS: [(&str, &str); 5] = [
    ("Theory", "Derived: by the theory of queues, for the same part of the load"),
    ("off", "Difference of theory from what was measured: theory / measured − 1"),
    ("Simulated", "Discrete events in virtual time, with the plan's seed"),
    ("off", "Difference of the simulation from what was measured: simulated / measured − 1"),
    ("Measured", "On the embedded broker, as is said below"),
];

/// What nobody has asked for yet.
const NOT_YET: &str = "Runs this candidate on the embedded broker, and puts theory, a simulation and what was measured \
    side by side.";

/// Draws the card of the candidate that is looked at.
pub fn compared_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let Some(candidate) = plan.candidate() else { return };
    let tokens = theme::of(ui.ctx());
    let choice = candidate.assessment.choice;
    let (partitions, consumers) = (words::of(choice.partitions, "partition"), words::of(choice.consumers, "consumer"));
    title_ui(ui, &format!("On the broker · {partitions} · {consumers}"), |_| {});
    let comparison = plan.comparison(choice);
    match comparison {
        Some(comparison) => {
            if !comparison.is_of(&plan.plan) {
                ui.label(RichText::new("Of the plan before the last edit").color(tokens.warn));
            }
            table_ui(ui, comparison);
            ui.add_space(2.0);
            for sentence in comparison.basis() {
                ui.label(RichText::new(sentence).size(size::SMALL).color(tokens.text_muted));
            }
        }
        None => drop(ui.label(RichText::new(NOT_YET).color(tokens.text_muted))),
    }
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| match measured_share(plan, choice) {
        Some(share) => share_ui(ui, "Compared so far", share),
        None => {
            for action in [&actions::COMPARE, &actions::COMPARE_IN_REAL_TIME] {
                button(ui, action, plan, asks);
            }
        }
    });
}

/// How much of this candidate's run is done.
fn measured_share(plan: &PlanState, choice: Choice) -> Option<f64> {
    let measuring = plan.measuring.as_ref()?;
    match &measuring.what {
        Measurement::Candidate(request) => (request.choice == choice).then_some(measuring.share),
        Measurement::Partition { .. } => None,
    }
}

fn table_ui(ui: &mut Ui, comparison: &Comparison) {
    let least = NAME + COLUMN.0 * index_to_f32(HEADS.len());
    egui::ScrollArea::horizontal().id_salt("compared").show(ui, |ui| {
        let most = NAME + COLUMN.1 * index_to_f32(HEADS.len());
        let width = ui.available_width().clamp(least, most);
        ui.spacing_mut().item_spacing.y = 0.0;
        heads_ui(ui, width);
        for row in &comparison.rows {
            row_ui(ui, width, row);
        }
    });
}

/// The right edge of a column of figures.
fn edge(rect: Rect, index: usize) -> f32 {
    let each = (rect.width() - NAME - 8.0) / index_to_f32(HEADS.len());
    rect.left() + NAME + each * index_to_f32(index + 1)
}

fn heads_ui(ui: &mut Ui, width: f32) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW - 2.0), Sense::hover());
    for (index, (title, meaning)) in HEADS.iter().enumerate() {
        let right = edge(rect, index);
        let left = if index == 0 { rect.left() + NAME } else { edge(rect, index - 1) };
        let font = theme::sans(size::SMALL);
        ui.painter().text(pos2(right, rect.center().y), Align2::RIGHT_CENTER, title, font, tokens.text_muted);
        let cell = Rect::from_x_y_ranges(left..=right, rect.y_range());
        ui.interact(cell, ui.scope_id().with(("compared", index)), Sense::hover()).on_hover_text(*meaning);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.border));
}

fn row_ui(ui: &mut Ui, width: f32, row: &Row) -> Response {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let cells = row.cells();
    let y = rect.center().y;
    let name = titled(row.name);
    ui.painter().text(pos2(rect.left(), y), Align2::LEFT_CENTER, &name, theme::sans(size::BODY), tokens.text);
    for (index, cell) in cells.iter().enumerate() {
        let is_off = index % 2 == 1;
        let colour = if is_off || row.theory.is_none() && index == 0 { tokens.text_muted } else { tokens.text };
        let font = if index == 4 { theme::mono_strong(size::NUMBER) } else { theme::mono(size::NUMBER) };
        ui.painter().text(pos2(edge(rect, index), y), Align2::RIGHT_CENTER, cell, font, colour);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.grid));
    let [theory, theory_off, simulated, simulated_off, measured] = &cells;
    let told =
        format!("{name}, theory {theory} {theory_off}, simulated {simulated} {simulated_off}, measured {measured}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &told));
    response
}

/// With a capital, unless it is the name of a quantile.
fn titled(name: &str) -> String {
    if name.contains(|letter: char| letter.is_ascii_digit()) {
        return name.to_owned();
    }
    words::sentence(name).trim_end_matches('.').to_owned()
}
