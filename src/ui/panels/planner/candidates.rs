//! The candidates as a table: a row each, to be selected, with its verdict in words and colour.

use egui::{Align2, Color32, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::answer::title_ui;
use super::head::item_ui;
use crate::lab::planning::{PlanCommand, PlanState};
use crate::planner::sweep::{Answer, Candidate};
use crate::planner::words;
use crate::ui::catalogue::plan as actions;
use crate::ui::command::Ask;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::index_to_f32;
use crate::ui::widgets::rows::elided;

/// Height of a row.
const ROW: f32 = 27.0;

/// Least width of a column, so that no figure is cut.
const COLUMN: f32 = 76.0;

/// What verdicts need.
const VERDICT: f32 = 150.0;

/// A column: its title, how its figures come about, and what they are.
struct Column {
    title: &'static str,
    meaning: &'static str,
    cell: fn(&Answer, &Candidate) -> String,
}

const COLUMNS: [Column; 9] = [
    Column {
        title: "Partitions",
        meaning: "Those of the limits, the recommended count and some around it",
        cell: |_, it| words::count(u64::from(it.assessment.choice.partitions)),
    },
    Column {
        title: "Consumers",
        meaning: "As many as are needed beside so many partitions, or those of the plan",
        cell: |_, it| words::count(u64::from(it.assessment.choice.consumers)),
    },
    Column {
        title: "Busiest",
        meaning: "Derived: busy share of the busiest consumer, busiest_share × produce_rate / consumer_rate",
        cell: |_, it| words::percent(it.assessment.busiest_utilisation),
    },
    Column { title: "p50", meaning: LATENCY, cell: |_, it| latency(it, |it| it.p50, |it| it.p50) },
    Column { title: "p99", meaning: LATENCY, cell: |_, it| latency(it, |it| it.p99, |it| it.p99) },
    Column {
        title: "Backlog",
        meaning: "Derived: how long the record that comes at the worst moment lies behind others, without an outage: \
                  max over time of backlog(t) / consumer_rate",
        cell: |_, it| it.assessment.backlog.map_or_else(|| "grows".to_owned(), |it| words::seconds(it.wait)),
    },
    Column {
        title: "Catch-up",
        meaning: "Simulated: until every consumer met a record that need not wait; with ~ derived, as long as it is not \
                  simulated: backlog after the outage / (capacity − rate)",
        cell: Answer::catch_up,
    },
    Column {
        title: "Idle",
        meaning: "Consumers that no partition is left for: consumers − partitions",
        cell: |_, it| it.assessment.choice.idle().to_string(),
    },
    Column {
        title: "Disk",
        meaning: "Derived: produce_rate × message_size × retention × replication_factor, of all brokers together",
        cell: |answer, _| answer.facts.disk_bytes().map_or_else(|| "fills up".to_owned(), words::bytes),
    },
];

const LATENCY: &str = "Simulated; with ~ in theory, as long as it is not simulated: \
                       t: Σ over consumers of share × P(wait + processing > t)";

fn latency(
    candidate: &Candidate,
    theory: fn(&crate::planner::theory::Theory) -> f64,
    simulated: fn(&crate::planner::sweep::Simulated) -> f64,
) -> String {
    let Some(known) = &candidate.assessment.theory else { return "grows".to_owned() };
    match &candidate.simulated {
        Some(found) if found.is_representative => words::seconds(simulated(found)),
        _ => format!("~{}", words::seconds(theory(known))),
    }
}

/// Draws the table over the whole width.
pub fn candidates_ui(ui: &mut Ui, plan: &PlanState, answer: &Answer, asks: &mut Vec<Ask>) {
    title_ui(ui, "Candidates", |_| {});
    let needed = COLUMN * index_to_f32(COLUMNS.len()) + VERDICT;
    egui::ScrollArea::horizontal().id_salt("candidates").show(ui, |ui| {
        let width = ui.available_width().max(needed);
        ui.spacing_mut().item_spacing.y = 0.0;
        heads_ui(ui, width);
        for (index, candidate) in answer.candidates.iter().enumerate() {
            row_ui(ui, width, plan, answer, (index, candidate), asks);
        }
    });
}

/// The right edge of a column; the first stands at the left.
fn edge(rect: Rect, index: usize) -> f32 {
    let each = (rect.width() - VERDICT - 16.0) / index_to_f32(COLUMNS.len());
    rect.left() + 8.0 + each * index_to_f32(index + 1)
}

fn heads_ui(ui: &mut Ui, width: f32) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(vec2(width, 24.0), Sense::hover());
    let font = theme::sans(size::SMALL);
    for (index, column) in COLUMNS.iter().enumerate() {
        let right = edge(rect, index);
        let left = if index == 0 { rect.left() } else { edge(rect, index - 1) };
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let (at, align) = place(rect, index, cell.center().y);
        ui.painter().text(at, align, column.title, font.clone(), tokens.text_muted);
        let response = ui.interact(cell, ui.scope_id().with(("column", index)), Sense::hover());
        response.on_hover_text(column.meaning);
    }
    let at = pos2(rect.right() - 8.0, rect.center().y);
    ui.painter().text(at, Align2::RIGHT_CENTER, "Verdict", font, tokens.text_muted);
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.border));
}

fn place(rect: Rect, index: usize, y: f32) -> (egui::Pos2, Align2) {
    match index {
        0 => (pos2(rect.left() + 8.0, y), Align2::LEFT_CENTER),
        _ => (pos2(edge(rect, index), y), Align2::RIGHT_CENTER),
    }
}

fn row_ui(
    ui: &mut Ui,
    width: f32,
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
    let cells: Vec<String> = COLUMNS.iter().map(|column| (column.cell)(answer, candidate)).collect();
    let verdict = answer.verdict(candidate).replace('_', " ");
    response.widget_info(|| {
        let told = COLUMNS.iter().zip(&cells).map(|(column, cell)| format!("{} {cell}", column.title));
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
    for (column, cell) in cells.iter().enumerate() {
        let (at, align) = place(rect, column, rect.center().y);
        let is_strong = column == 0 && is_best;
        let font = if is_strong { theme::mono_strong(size::NUMBER) } else { theme::mono(size::NUMBER) };
        ui.painter().text(at, align, cell, font, figure_colour(cell, tokens));
    }
    let colour = verdict_colour(&verdict, candidate, tokens);
    let galley = elided(ui.painter(), &verdict, theme::mono(size::NUMBER - 0.5), colour, VERDICT + 8.0);
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
    let misses: Vec<&str> = candidate.assessment.misses.iter().map(|need| need.key()).collect();
    if !misses.is_empty() {
        response.on_hover_text(format!("Misses {}", misses.join(", ")));
    }
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
    match candidate.assessment.misses.is_empty() {
        true => tokens.good,
        false if verdict.starts_with("overloaded") => tokens.bad,
        false => tokens.warn,
    }
}
