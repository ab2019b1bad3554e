//! The inputs of a plan in their groups: each a label, a slider where a hand can slide it, and a field to type
//! into; what is wrong is said below the field that it is about.

use egui::{Checkbox, Layout, Rect, RichText, Sense, Shape, Slider, Stroke, TextEdit, Ui, pos2, vec2};

use crate::lab::planning::{Filled, PlanCommand, PlanState};
use crate::lab::settings::plan::{self as table, Field as Input};
use crate::lab::settings::{Access, Setting, Value};
use crate::planner::load::Load;
use crate::planner::words;
use crate::scenario::plan::Plan;
use crate::scenario::{Keys, Pattern, ServiceTime};
use crate::ui::command::Ask;
use crate::ui::panels::settings::Editor;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Field, named_ui, number_ui, span_field_ui, span_of};
use crate::ui::widgets::convert::{count_to_f64, to_count, to_f32};
use crate::ui::widgets::plot::{area, diamond};
use crate::ui::widgets::rows::section_ui;

/// As names of editors say whose they are.
const OWNER: &str = "the plan";

/// Height of a row.
const ROW: f32 = size::FIGURE_ROW + 3.0;

/// Width of a slider, where there is room for one.
const SLIDER: f32 = 58.0;

/// Width of a field.
const FIELD: f32 = 72.0;

/// A hand slides no shorter one.
const SHORTEST_SLIDER: f32 = 32.0;

/// Draws every group; what is changed is asked for.
pub fn inputs_ui(ui: &mut Ui, state: &PlanState, asks: &mut Vec<Ask>) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut left: Vec<_> = state.objections.iter().collect();
    for section in &table::SECTIONS {
        section_ui(ui, section.title);
        let shown: Vec<_> = section.fields.iter().filter(|field| field.applies_to(&state.plan)).collect();
        for (index, field) in shown.iter().enumerate() {
            if let Some(value) = input_ui(ui, field, state) {
                asks.push(PlanCommand::Set(value).into());
            }
            let key = field.setting.key;
            if shown.get(index + 1).is_none_or(|next| next.setting.key != key) {
                left.extract_if(.., |objection| objection.key == key).for_each(|it| wrong_ui(ui, &it.text));
            }
        }
        if section.title == "Load" {
            files_ui(ui, &state.plan);
            rate_ui(ui, state);
        }
        ui.add_space(6.0);
    }
    for objection in left {
        wrong_ui(ui, &objection.text);
    }
}

/// The plan's title as a field.
pub fn title_ui(ui: &mut Ui, plan: &Plan, width: f32, asks: &mut Vec<Ask>) {
    let mut title = plan.title.clone();
    let field = TextEdit::singleline(&mut title).desired_width(width).font(theme::sans_strong(size::TITLE));
    if named_ui(ui, "Title of the plan", field).on_hover_text("What the plan is called").changed() {
        asks.push(PlanCommand::Set(table::TITLE.to(Value::Text(title))).into());
    }
}

fn wrong_ui(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).color(theme::of(ui.ctx()).warn));
}

type Change = crate::lab::settings::Change<Plan>;

fn input_ui(ui: &mut Ui, field: &Input, state: &PlanState) -> Option<Change> {
    let (setting, plan) = (field.setting, &*state.plan);
    if let Access::Choice { get, words, .. } = setting.access {
        let editor = Editor::new(OWNER, setting.label, setting.help);
        if let Some(filled) = state.filled(setting) {
            let label =
                egui::WidgetText::from(setting.label).into_galley(ui, None, f32::INFINITY, egui::TextStyle::Body);
            let at = ui.next_widget_position() + vec2(label.size().x + 6.0, 0.0);
            mark_ui(ui, Rect::from_min_size(at, vec2(MARK, ROW)), filled);
        }
        return editor.choice_ui(ui, get(plan), words).map(|index| setting.to(Value::Choice(index)));
    }
    let row = vec2(ui.available_width(), ROW);
    let drawn = ui.allocate_ui_with_layout(row, Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let switched = label_ui(ui, field, plan);
        if let Some(filled) = state.filled(setting) {
            let (rect, _) = ui.allocate_exact_size(vec2(MARK, ROW), Sense::hover());
            mark_ui(ui, rect, filled);
        }
        let value = ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| value_ui(ui, field, plan)).inner;
        switched.or(value)
    });
    drawn.inner
}

/// The label, a switch where the setting has one.
fn label_ui(ui: &mut Ui, field: &Input, plan: &Plan) -> Option<Change> {
    let tokens = theme::of(ui.ctx());
    let text = RichText::new(field.setting.label).color(tokens.text_muted);
    let Some(switch) = field.switch else {
        ui.label(text).on_hover_text(field.setting.help);
        return None;
    };
    let mut is_on = switch.value(plan) == Some(Value::Choice(1));
    let response = named_ui(ui, switch.label, Checkbox::new(&mut is_on, text));
    let response = response.on_hover_text(format!("{}\n{}", field.setting.help, switch.help));
    response.changed().then(|| switch.to(Value::Choice(usize::from(is_on))))
}

/// A diamond, as charts have it for what was measured; hollow where it was taken over from a running group.
fn mark_ui(ui: &Ui, rect: Rect, filled: &Filled) {
    let tokens = theme::of(ui.ctx());
    let measured = (tokens.bad, tokens.bad, "measured");
    let taken_over = (tokens.panel, tokens.text_muted, "taken over");
    let (fill, colour, word) = if filled.is_measured { measured } else { taken_over };
    diamond(ui.painter(), rect.center(), fill, Stroke::new(1.2, colour));
    let response = ui.interact(rect, ui.scope_id().with(("mark", filled.label)), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{} {word}", filled.label)));
    response.on_hover_text(&filled.how);
}

/// Room for a mark.
const MARK: f32 = 12.0;

/// Slider and field.
fn value_ui(ui: &mut Ui, field: &Input, plan: &Plan) -> Option<Change> {
    let setting = field.setting;
    let Some(value) = setting.value(plan) else {
        let word = if field.switch.is_some() { "off" } else { "from a file" };
        ui.label(RichText::new(word).color(theme::of(ui.ctx()).text_muted));
        return None;
    };
    let name = format!("{} of {OWNER}", setting.label);
    // Fields are alike, so that sliders stand below each other.
    ui.spacing_mut().interact_size.x = FIELD;
    let typed = typed_ui(ui, setting, &name, &value);
    let room = ui.available_width() - ui.spacing().item_spacing.x;
    let slid = field.slides.filter(|_| room >= SHORTEST_SLIDER).and_then(|range| {
        let number = number_of(&value)?;
        ui.spacing_mut().slider_width = SLIDER.min(room);
        slider_ui(ui, &format!("Slide {}", setting.label), number, range).map(|to| value_of(&value, to))
    });
    typed.or(slid).map(|value| setting.to(value))
}

fn typed_ui(ui: &mut Ui, setting: &Setting<Plan>, name: &str, value: &Value) -> Option<Value> {
    let number = |ui: &mut Ui, value: f64, range: (f64, f64), suffix: &str, decimals: usize| {
        number_ui(ui, &Field { name, value, range, suffix, decimals })
    };
    match (&setting.access, value) {
        (Access::Number { range, unit, .. }, Value::Number(value)) => {
            let decimals = if *value >= 100.0 { 0 } else { 2 };
            number(ui, *value, *range, unit, decimals).map(Value::Number)
        }
        (Access::Count { least, unit, .. }, Value::Count(value)) => {
            let changed = number(ui, count_to_f64(*value), (count_to_f64(*least), 1e9), unit, 0);
            changed.map(|value| Value::Count(to_count(value)))
        }
        (_, Value::Span(span)) => span_field_ui(ui, name, *span).map(Value::Span),
        _ => None,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Count(count) => Some(count_to_f64(*count)),
        Value::Span(span) => Some(span.as_secs_f64()),
        Value::Limit(_) | Value::Choice(_) | Value::Topics(_) | Value::Text(_) => None,
    }
}

/// A value of the same kind, with no more digits than a hand means.
fn value_of(like: &Value, number: f64) -> Value {
    match like {
        Value::Count(_) => Value::Count(to_count(two_digits(number)).max(1)),
        Value::Span(_) => Value::Span(span_of(two_digits(number))),
        Value::Number(_) | Value::Limit(_) | Value::Choice(_) | Value::Topics(_) | Value::Text(_) => {
            Value::Number(two_digits(number))
        }
    }
}

fn two_digits(number: f64) -> f64 {
    if number <= 0.0 {
        return 0.0;
    }
    let step = 10_f64.powf(number.log10().floor() - 1.0);
    (number / step).round() * step
}

fn slider_ui(ui: &mut Ui, name: &str, number: f64, (from, to): (f64, f64)) -> Option<f64> {
    let mut moved = number.clamp(from, to);
    let slider = Slider::new(&mut moved, from..=to).logarithmic(from > 0.0).show_value(false);
    named_ui(ui, name, slider).changed().then_some(moved)
}

/// The files that say what no field can.
fn files_ui(ui: &mut Ui, plan: &Plan) {
    let tokens = theme::of(ui.ctx());
    let mut note = |text: String| drop(ui.label(RichText::new(text).size(size::SMALL).color(tokens.text_muted)));
    if let Pattern::Trace { file, points } = &plan.pattern {
        note(format!("{} rates over time from {file}", points.len()));
    }
    if let Keys::Counts { file, counts } = &plan.keys {
        note(format!("{} keys as counted in {file}", counts.len()));
    }
    if let Some(ServiceTime::Trace { file, times }) = &plan.processing {
        note(format!("{} processing times from {file}", times.len()));
    }
}

/// A small picture of the rate over one period.
fn rate_ui(ui: &mut Ui, state: &PlanState) {
    let Some(load) = state.answer.as_ref().map(|answer| &answer.facts.load).filter(|load| load.has_peaks()) else {
        return;
    };
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 68.0), Sense::hover());
    let words = format!(
        "Rate over {}: {} on average, {} at the peak",
        words::seconds(load.period()),
        words::rate(load.average()),
        words::rate(load.peak())
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &words));
    let plot = Rect::from_min_max(rect.min + vec2(0.0, 6.0), rect.max - vec2(0.0, 14.0));
    let line = outline(load, plot);
    let wash = tokens.tinted(tokens.accent, tokens.panel, 34);
    ui.painter().add(area(&line, plot.bottom(), wash));
    ui.painter().add(Shape::line(line, Stroke::new(1.5, tokens.accent)));
    ui.painter().hline(plot.x_range(), plot.bottom(), Stroke::new(1.0, tokens.border));
    let font = theme::mono(size::TINY);
    let (left, right) = (plot.left_bottom() + vec2(0.0, 2.0), plot.right_bottom() + vec2(0.0, 2.0));
    ui.painter().text(left, egui::Align2::LEFT_TOP, "0", font.clone(), tokens.text_muted);
    ui.painter().text(right, egui::Align2::RIGHT_TOP, words::seconds(load.period()), font, tokens.text_muted);
    response.on_hover_text(words);
}

/// The rates as steps, at most two for each pixel's width.
fn outline(load: &Load, plot: Rect) -> Vec<egui::Pos2> {
    let (period, peak) = (load.period(), load.peak().max(1e-9));
    let most = crate::ui::widgets::convert::to_index(plot.width()).max(1);
    let mut at = 0.0;
    let mut points = Vec::new();
    for piece in load.coarse(most) {
        let y = plot.bottom() - to_f32(piece.per_second / peak) * plot.height();
        for moment in [at, at + piece.seconds] {
            points.push(pos2(plot.left() + to_f32(moment / period) * plot.width(), y));
        }
        at += piece.seconds;
    }
    points
}
