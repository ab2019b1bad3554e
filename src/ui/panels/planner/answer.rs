//! What a plan comes to: the recommendation with its reasons, and what each limit alone asks for.

use std::cell::RefCell;

use egui::{Frame, Layout, Margin, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

use super::candidates::candidates_ui;
use super::compared::compared_ui;
use super::{PlannerState, charts};
use crate::lab::planning::{PlanCommand, PlanState, Progress};
use crate::planner::capacity::Row;
use crate::planner::choice::Choice;
use crate::planner::sweep::Answer;
use crate::planner::words;
use crate::ui::command::Ask;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, bar, button_ui};
use crate::ui::widgets::convert::{count_to_f64, to_f32};
use crate::ui::widgets::format;
use crate::ui::widgets::plot::plot_ui;
use crate::ui::widgets::rows::caps;

/// Room between cards.
pub const GAP: f32 = 12.0;

/// Height of a chart.
const CHART: f32 = 204.0;

/// Below this width cards stand below each other.
const BESIDE: f32 = 640.0;

/// Draws everything that is known.
pub fn answer_ui(ui: &mut Ui, plan: &PlanState, state: &mut PlannerState, asks: &mut Vec<Ask>) {
    let Some(answer) = &plan.answer else { return waiting_ui(ui, plan) };
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    if !plan.objections.is_empty() {
        let text = "Something is wrong with the inputs: what is shown is of the plan before";
        ui.label(RichText::new(text).color(theme::of(ui.ctx()).warn));
    }
    let heights = &mut state.heights;
    two_ui(ui, 0.6, heights, |ui| recommended_ui(ui, plan, answer, asks), |ui| limits_ui(ui, answer));
    charts_ui(ui, plan, answer, state, asks);
    let width = ui.available_width();
    card_ui(ui, width, 0.0, |ui| candidates_ui(ui, plan, answer, asks));
    let top = ui.next_widget_position();
    let height = card_ui(ui, width, 0.0, |ui| compared_ui(ui, plan, asks));
    if state.has_news(plan) {
        ui.scroll_to_rect(Rect::from_min_size(top, vec2(width, height + 3.0 * GAP)), None);
    }
}

/// The two charts; a click on a count selects its candidate.
fn charts_ui(ui: &mut Ui, plan: &PlanState, answer: &Answer, state: &mut PlannerState, asks: &mut Vec<Ask>) {
    let measured = charts::all_measured(&state.measured, plan);
    let PlannerState { charts: heights, tables, .. } = state;
    let (latency, candidate) = (charts::latency(answer, &measured), plan.candidate());
    let tables = RefCell::new(tables);
    let first = |ui: &mut Ui| {
        let Some(chart) = &latency else {
            title_ui(ui, "p99 latency by partition count", |_| {});
            let text = "Every count that was compared is overloaded: the latency grows without end";
            ui.label(RichText::new(text).color(theme::of(ui.ctx()).text_muted));
            return;
        };
        let clicked = plot_ui(ui, CHART, chart, "", &mut tables.borrow_mut());
        asks.extend(clicked.and_then(|at| nearest(answer, at)).map(|choice| PlanCommand::Select(choice).into()));
    };
    let second = |ui: &mut Ui| {
        let Some(candidate) = candidate else { return };
        let took = candidate.simulated.as_ref().map(|found| format!("simulated in {}", format::duration(found.wall)));
        let chart = charts::backlog(answer, candidate);
        plot_ui(ui, CHART, &chart, &took.unwrap_or_default(), &mut tables.borrow_mut());
    };
    two_ui(ui, 0.5, heights, first, second);
}

/// The candidate with about so many partitions.
fn nearest(answer: &Answer, partitions: f64) -> Option<Choice> {
    let distance = |choice: &Choice| (f64::from(choice.partitions) - partitions).abs();
    let choices = answer.candidates.iter().map(|candidate| candidate.assessment.choice);
    choices.min_by(|one, other| distance(one).total_cmp(&distance(other)))
}

/// Nothing is known yet.
fn waiting_ui(ui: &mut Ui, plan: &PlanState) {
    let tokens = theme::of(ui.ctx());
    let (text, colour) = match (&plan.progress, plan.objections.first()) {
        (Progress::Failed(why), _) => (why.as_str(), tokens.bad),
        (_, Some(_)) => ("Mend what is marked at the left, and the answer stands here", tokens.text_muted),
        (..) => ("Working it out…", tokens.text_muted),
    };
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.35).max(20.0));
        ui.label(RichText::new(text).color(colour));
    });
}

/// Two cards of the same height beside each other, or below each other where there is no room.
pub fn two_ui(
    ui: &mut Ui,
    share: f32,
    heights: &mut [f32; 2],
    first: impl FnOnce(&mut Ui),
    second: impl FnOnce(&mut Ui),
) {
    let all = ui.available_width();
    if all < BESIDE {
        card_ui(ui, all, 0.0, first);
        card_ui(ui, all, 0.0, second);
        return;
    }
    let height = heights[0].max(heights[1]);
    let width = (all - GAP) * share;
    ui.horizontal_top(|ui| {
        let drawn = [card_ui(ui, width, height, first), card_ui(ui, all - GAP - width, height, second)];
        if drawn != *heights {
            *heights = drawn;
            ui.ctx().request_discard("cards are to be equally high");
        }
    });
}

/// A card of this width, at least this high; returns the height that its content needs.
pub fn card_ui(ui: &mut Ui, width: f32, height: f32, content: impl FnOnce(&mut Ui)) -> f32 {
    let tokens = theme::of(ui.ctx());
    let frame = Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(8)
        .inner_margin(Margin { left: 14, right: 14, top: 10, bottom: 10 });
    ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(egui::Align::Min), |ui| {
        frame
            .show(ui, |ui| {
                ui.set_width(width - 30.0);
                ui.spacing_mut().item_spacing = vec2(8.0, 3.0);
                let drawn = ui.scope(content).response.rect.height();
                let rest = height - drawn;
                if rest > 0.5 {
                    ui.add_space(rest - ui.spacing().item_spacing.y);
                }
                drawn
            })
            .inner
    })
    .inner
}

/// A card's title in small capitals; what is drawn at its right.
pub fn title_ui(ui: &mut Ui, title: &str, aside: impl FnOnce(&mut Ui)) {
    let tokens = theme::of(ui.ctx());
    ui.horizontal(|ui| {
        ui.set_height(18.0);
        let galley =
            ui.painter().layout_no_wrap(title.to_uppercase(), theme::sans_strong(size::SECTION), tokens.text_muted);
        let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x * 1.12, 18.0), Sense::hover());
        caps(ui, rect.left_center(), title, tokens.text_muted);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, title));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), aside);
    });
}

fn recommended_ui(ui: &mut Ui, plan: &PlanState, answer: &Answer, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    title_ui(ui, "Recommended", |ui| progress_ui(ui, plan, asks));
    ui.horizontal_wrapped(|ui| match answer.recommended {
        Some(recommended) => {
            let choice = recommended.choice;
            let figure = words::of(choice.partitions, "partition");
            ui.label(RichText::new(figure).font(theme::sans_strong(30.0)).color(tokens.text));
            let consumers = format!("· {}", words::of(choice.consumers, "consumer"));
            ui.label(RichText::new(consumers).font(theme::sans(16.0)).color(tokens.text_muted));
        }
        None => {
            ui.label(RichText::new("No count helps").font(theme::sans_strong(26.0)).color(tokens.bad));
        }
    });
    // What the other limits ask for stands beside it.
    for reason in answer.reasons.iter().filter(|reason| !reason.starts_with("Each of the other limits")) {
        ui.label(RichText::new(reason).color(tokens.text_muted));
    }
}

/// What is being found out, how far it is, and what it took.
fn progress_ui(ui: &mut Ui, plan: &PlanState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let muted = |text: String| RichText::new(text).size(size::SMALL).color(tokens.text_muted);
    match &plan.progress {
        Progress::Idle => {}
        Progress::Computing => drop(ui.label(muted("working it out…".to_owned()))),
        Progress::Simulating(share) => {
            if button_ui(ui, "Stop", Weight::Plain, "The answer stays in theory").clicked() {
                asks.push(PlanCommand::Cancel.into());
            }
            let (rect, _) = ui.allocate_exact_size(vec2(70.0, 5.0), Sense::hover());
            bar(ui.painter(), rect, to_f32(*share), tokens.accent, tokens.sunken);
            ui.label(muted(format!("in theory · simulating {:.0} %", share * 100.0)));
        }
        Progress::Done(effort) => {
            let certainty = plan.answer.as_ref().and_then(|answer| answer.certainty());
            let text = format!(
                "simulated {} records in {} · seed {}{}",
                format::short(count_to_f64(effort.records)),
                format::duration(effort.wall),
                plan.plan.seed,
                certainty.map(|words| format!(" · {words}")).unwrap_or_default()
            );
            let help = "Records of all candidates, on all cores; the same seed gives the same figures. Where a precision \
                        is asked for one seed follows another until Student's 95 % intervals are as narrow";
            ui.label(muted(text)).on_hover_text(help);
        }
        Progress::Cancelled => {
            if button_ui(ui, "Simulate", Weight::Plain, "Every candidate, with the seed of the plan").clicked() {
                asks.push(PlanCommand::Simulate.into());
            }
            ui.label(muted("in theory · not simulated".to_owned()));
        }
        Progress::Failed(why) => {
            if button_ui(ui, "Try again", Weight::Plain, "Works the plan out once more").clicked() {
                asks.push(PlanCommand::Simulate.into());
            }
            ui.label(RichText::new(why).size(size::SMALL).color(tokens.bad));
        }
    }
}

/// What each limit alone asks for; the formula is under the pointer.
fn limits_ui(ui: &mut Ui, answer: &Answer) {
    title_ui(ui, "Why: each limit alone", |_| {});
    let binding = answer.recommended.map(|recommended| recommended.binding);
    for row in &answer.limits {
        limit_ui(ui, row, binding == Some(row.name));
    }
}

fn limit_ui(ui: &mut Ui, row: &Row, is_binding: bool) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let (text, colour) = match row.partitions() {
        Some(partitions) => (words::count(u64::from(partitions)), tokens.text),
        None => ("no count".to_owned(), tokens.bad),
    };
    let painter = ui.painter();
    let title = if is_binding { tokens.text } else { tokens.text_muted };
    let font = if is_binding { theme::mono_strong(size::NUMBER) } else { theme::mono(size::NUMBER) };
    let figure = painter.text(rect.right_center(), egui::Align2::RIGHT_CENTER, &text, font, colour);
    let room = figure.left() - rect.left() - 8.0;
    let words = crate::ui::widgets::rows::elided(painter, row.title, theme::sans(size::BODY), title, room);
    painter.galley(pos2(rect.left(), rect.center().y - words.size().y / 2.0), words, title);
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.border));
    let binding = if is_binding { ", the one that decides" } else { "" };
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{} {text}{binding}", row.title)));
    response.on_hover_ui(|ui| formula_ui(ui, row));
}

/// A formula with what went in, what came out and where it is from.
pub fn formula_ui(ui: &mut Ui, row: &Row) {
    let tokens = theme::of(ui.ctx());
    ui.set_max_width(430.0);
    ui.label(&row.sentence);
    ui.label(RichText::new(row.formula).font(theme::mono(size::SMALL)));
    for (name, value) in &row.inputs {
        ui.label(RichText::new(format!("{name} = {value}")).font(theme::mono(size::SMALL)).color(tokens.text_muted));
    }
    ui.label(RichText::new(format!("Derived: {}", row.source)).size(size::SMALL).color(tokens.text_muted));
}
