//! The candidates as a table: a row each, to be selected, with its verdict in words and colour.

use egui::{Align2, Color32, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::answer::title_ui;
use super::columns::{self, COLUMNS, Column};
use super::head::item_ui;
use crate::lab::planning::{PlanCommand, PlanState};
use crate::planner::sweep::{Answer, Candidate};
use crate::ui::catalogue::plan as actions;
use crate::ui::command::Ask;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{index_to_f32, to_index};
use crate::ui::widgets::rows::elided;

/// Height of a row.
const ROW: f32 = 27.0;

/// Least width of a column, so that no figure is cut.
const COLUMN: f32 = 76.0;

/// What verdicts need.
const VERDICT: f32 = 184.0;

/// Draws the table over the whole width.
pub fn candidates_ui(ui: &mut Ui, plan: &PlanState, answer: &Answer, asks: &mut Vec<Ask>) {
    title_ui(ui, "Candidates", |_| {});
    let columns = columns::fitting(to_index((ui.available_width() - VERDICT) / COLUMN));
    let needed = COLUMN * index_to_f32(columns.len()) + VERDICT;
    egui::ScrollArea::horizontal().id_salt("candidates").show(ui, |ui| {
        let width = ui.available_width().max(needed);
        ui.spacing_mut().item_spacing.y = 0.0;
        heads_ui(ui, width, &columns);
        for (index, candidate) in answer.candidates.iter().enumerate() {
            row_ui(ui, (width, &columns), plan, answer, (index, candidate), asks);
        }
    });
}

/// The right edge of a column; the first stands at the left.
fn edge(rect: Rect, index: usize, count: usize) -> f32 {
    let each = (rect.width() - VERDICT - 16.0) / index_to_f32(count);
    rect.left() + 8.0 + each * index_to_f32(index + 1)
}

fn heads_ui(ui: &mut Ui, width: f32, columns: &[&Column]) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(vec2(width, 24.0), Sense::hover());
    let font = theme::sans(size::SMALL);
    let count = columns.len();
    for (index, column) in columns.iter().enumerate() {
        let right = edge(rect, index, count);
        let left = if index == 0 { rect.left() } else { edge(rect, index - 1, count) };
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let (at, align) = place(rect, (index, count), cell.center().y);
        ui.painter().text(at, align, column.title, font.clone(), tokens.text_muted);
        let response = ui.interact(cell, ui.scope_id().with(("column", index)), Sense::hover());
        response.on_hover_text(column.meaning);
    }
    let at = pos2(rect.right() - 8.0, rect.center().y);
    ui.painter().text(at, Align2::RIGHT_CENTER, "Verdict", font, tokens.text_muted);
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.border));
}

fn place(rect: Rect, (index, count): (usize, usize), y: f32) -> (egui::Pos2, Align2) {
    match index {
        0 => (pos2(rect.left() + 8.0, y), Align2::LEFT_CENTER),
        _ => (pos2(edge(rect, index, count), y), Align2::RIGHT_CENTER),
    }
}

fn row_ui(
    ui: &mut Ui,
    (width, columns): (f32, &[&Column]),
    plan: &PlanState,
    answer: &Answer,
    (index, candidate): (usize, &Candidate),
    asks: &mut Vec<Ask>,
) {
    let tokens = theme::of(ui.ctx());
    let choice = candidate.assessment.choice;
    let is_selected = plan.candidate().is_some_and(|known| known.assessment.choice == choice);
    let is_best = answer.recommended.is_some_and(|recommended| recommended.choice == choice);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    let verdict = answer.verdict(candidate).replace('_', " ");
    response.widget_info(|| {
        let told = COLUMNS.iter().map(|column| column.words(answer, candidate));
        let told: Vec<String> = told.chain([verdict.clone()]).collect();
        WidgetInfo::selected(Role::Button, true, is_selected, told.join(", "))
    });
    if is_selected {
        ui.painter().rect_filled(rect, 0, tokens.selected());
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0, tokens.hovered);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(0.5), 0, Stroke::new(1.0, tokens.accent), StrokeKind::Inside);
    }
    for (index, column) in columns.iter().enumerate() {
        let cell = (column.cell)(answer, candidate);
        let (at, align) = place(rect, (index, columns.len()), rect.center().y);
        let is_strong = index == 0 && is_best;
        let font = if is_strong { theme::mono_strong(size::NUMBER) } else { theme::mono(size::NUMBER) };
        let colour = figure_colour(&cell, tokens);
        ui.painter().text(at, align, cell, font, colour);
    }
    let colour = verdict_colour(&verdict, candidate, tokens);
    let galley = elided(ui.painter(), &verdict, theme::mono(size::NUMBER - 0.5), colour, VERDICT - 10.0);
    let at = pos2(rect.right() - 8.0 - galley.size().x, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colour);
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.grid));
    if response.clicked() {
        response.request_focus();
        asks.push(PlanCommand::Select(choice).into());
    }
    if response.secondary_clicked() {
        asks.push(PlanCommand::Select(choice).into());
    }
    // By then the row is the one that is looked at.
    response.context_menu(|ui| {
        for action in [&actions::RUN, &actions::COMPARE, &actions::COMPARE_IN_REAL_TIME] {
            item_ui(ui, action.label, action.help, (action.answer)(plan), asks);
        }
    });
    if response.has_focus() {
        arrows(ui, answer, index, asks);
    }
    let told = aside(columns, answer, candidate);
    if !told.is_empty() {
        response.on_hover_text(told);
    }
}

/// What it misses, and what there was no room for.
fn aside(columns: &[&Column], answer: &Answer, candidate: &Candidate) -> String {
    let misses: Vec<&str> = candidate.assessment.misses.iter().map(|need| need.key()).collect();
    let misses = (!misses.is_empty()).then(|| format!("Misses {}", misses.join(", ")));
    let is_hidden = |column: &&Column| columns.iter().all(|shown| shown.title != column.title);
    let hidden = COLUMNS.iter().filter(is_hidden).map(|column| column.words(answer, candidate));
    misses.into_iter().chain(hidden).collect::<Vec<_>>().join("\n")
}

/// The arrow keys select the rows next to this one.
fn arrows(ui: &Ui, answer: &Answer, index: usize, asks: &mut Vec<Ask>) {
    let (is_up, is_down) = ui.input(|input| (input.key_pressed(Key::ArrowUp), input.key_pressed(Key::ArrowDown)));
    let next = match (is_up, is_down) {
        (true, _) => index.checked_sub(1),
        (_, true) => Some(index + 1),
        (false, false) => None,
    };
    let candidate = next.and_then(|next| answer.candidates.get(next));
    asks.extend(candidate.map(|candidate| PlanCommand::Select(candidate.assessment.choice).into()));
}

fn figure_colour(cell: &str, tokens: &Tokens) -> Color32 {
    match cell {
        "grows" | "never" | "fills up" => tokens.bad,
        _ if cell.starts_with('~') => tokens.text_muted,
        _ => tokens.text,
    }
}

fn verdict_colour(verdict: &str, candidate: &Candidate, tokens: &Tokens) -> Color32 {
    let assessment = &candidate.assessment;
    match assessment.misses.is_empty() {
        // Without theory it only just keeps up: nothing is missed, and lines grow all the same.
        true if assessment.theory.is_some() => tokens.good,
        false if verdict.starts_with("overloaded") => tokens.bad,
        _ => tokens.warn,
    }
}
