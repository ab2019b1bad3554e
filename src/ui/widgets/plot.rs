//! Draws a report's chart in the window: lines, dots and diamonds over any number, linear or logarithmic, with marks
//! and bands, a value under the pointer, and a table of the same for who would rather read. Charts of a running
//! experiment, which share one time axis, are in [`super::chart`].

mod painting;
mod table;

use std::collections::BTreeSet;

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

pub use self::painting::diamond;
use self::painting::{Frame, stroke};
use self::table::{tab_separated, table_ui};
use crate::report::chart::{Body, Chart, Line, Shape};
use crate::report::draw::ticks;
use crate::ui::theme::{self, size};

pub use self::painting::{area, colour};

/// Height of the title's line.
const HEAD: f32 = 20.0;

/// A value is taken to be pointed at this near, in points.
const NEAR: f32 = 24.0;

/// Charts that are read as tables, by their keys.
pub type Tables = BTreeSet<String>;

/// Draws the chart over the whole width at this height; gives the value along the width that was clicked.
pub fn plot_ui(ui: &mut Ui, height: f32, chart: &Chart, aside: &str, tables: &mut Tables) -> Option<f64> {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let Body::Lines { y, lines } = &chart.body else { return None };
    let top = head_ui(ui, rect, chart, lines, aside, tables);
    let body = rect.with_min_y(top);
    if tables.contains(&chart.key) {
        table_ui(ui, body, chart, lines);
        return None;
    }
    let frame = Frame::of(ui, body, chart, y, lines);
    let plot = frame.plot;
    let response = ui.interact(plot, ui.scope_id().with(("plot", &chart.key)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, summary(chart, lines)));
    let tokens = theme::of(ui.ctx());
    let painter = ui.painter_at(rect.expand(2.0));
    if lines.iter().flat_map(Line::values).next().is_none() {
        let text = "Nothing to draw: the line grows without end";
        painter.text(plot.center(), Align2::CENTER_CENTER, text, theme::sans(size::SMALL), tokens.text_muted);
        return None;
    }
    painting::paint(&painter, &frame, chart, y, lines, tokens);
    if response.has_focus() {
        painter.rect_stroke(plot.expand(1.0), 2, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    response.context_menu(|ui| menu_ui(ui, chart, lines, tables));
    pointed_ui(ui, &response, &frame, chart, lines)
}

/// One sentence that says what the chart shows.
fn summary(chart: &Chart, lines: &[Line]) -> String {
    let Body::Lines { y, .. } = &chart.body else { return chart.title.clone() };
    let told = lines.iter().filter_map(|line| {
        let (first, last) = (line.values().next()?, line.values().last()?);
        let of =
            |point: (f64, f64)| format!("{} at {}", ticks::alone(y.unit, point.1), ticks::alone(chart.x.unit, point.0));
        Some(format!("{} from {} to {}", line.name, of(first), of(last)))
    });
    let told: Vec<String> = told.collect();
    format!("{} chart, {}", chart.title, if told.is_empty() { "nothing to draw".to_owned() } else { told.join(", ") })
}

/// Title, menu, and what each line is; returns where they end.
fn head_ui(ui: &mut Ui, rect: Rect, chart: &Chart, lines: &[Line], aside: &str, tables: &mut Tables) -> f32 {
    let tokens = theme::of(ui.ctx());
    let centre = rect.top() + HEAD / 2.0;
    let title = super::rows::caps(ui, pos2(rect.left(), centre), &chart.title, tokens.text_muted);
    let menu = Rect::from_center_size(pos2(title.right() + 14.0, centre), vec2(20.0, 18.0));
    let id = ui.scope_id().with(("menu", &chart.key));
    let response = super::chart_header::dots_ui(ui, menu, id, &chart.title);
    egui::Popup::menu(&response).show(|ui| menu_ui(ui, chart, lines, tables));
    response.on_hover_text(format!("{}, {}", chart.meaning, chart.basis.words()));
    let lines = || lines.iter().filter(|line| line.values().next().is_some());
    let legend: f32 = lines().map(|line| legend_width(ui, line) + GAP).sum();
    let room = rect.right() - menu.right() - GAP;
    let small = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), theme::sans(size::SMALL), tokens.text_muted);
    let aside = small(aside);
    // Where both don't fit what lines are called goes below, and what is said beside it with it.
    let below = if legend + aside.size().x <= room { 0.0 } else { HEAD };
    let height = if aside.size().x <= room { centre } else { centre + below };
    let at = pos2(rect.right() - aside.size().x, height - aside.size().y / 2.0);
    let mut right = if height < centre + below || aside.size().x == 0.0 { rect.right() } else { at.x - GAP };
    ui.painter().galley(at, aside, tokens.text_muted);
    let least = if below > 0.0 { rect.left() } else { menu.right() };
    for line in lines().rev() {
        right = legend_ui(ui, pos2(right, centre + below), least, chart, line);
    }
    rect.top() + HEAD + below
}

/// Room between two things that are said in a head.
const GAP: f32 = 10.0;

/// What a line's sample and name take.
fn legend_width(ui: &Ui, line: &Line) -> f32 {
    ui.painter().layout_no_wrap(line.name.clone(), theme::sans(size::SMALL), egui::Color32::PLACEHOLDER).size().x + 18.0
}

/// A line's sample and name, ending at `end`; returns where the next one ends.
fn legend_ui(ui: &Ui, end: Pos2, least: f32, chart: &Chart, line: &Line) -> f32 {
    let tokens = theme::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap(line.name.clone(), theme::sans(size::SMALL), tokens.text_muted);
    let rect = Rect::from_min_max(end - vec2(legend_width(ui, line), 9.0), end + vec2(0.0, 9.0));
    if rect.left() < least {
        return end.x;
    }
    let response = ui.interact(rect, ui.scope_id().with(("legend", &chart.key, &line.name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line.name));
    let colour = colour(line.ink, tokens);
    let centre = pos2(rect.left() + 6.0, end.y);
    match line.shape {
        Shape::Dots => drop(ui.painter().circle_filled(centre, 3.2, colour)),
        Shape::Diamonds => diamond(ui.painter(), centre, colour, Stroke::NONE),
        Shape::Solid | Shape::Area | Shape::Dashed => {
            let (from, to) = (centre - vec2(5.0, 0.0), centre + vec2(5.0, 0.0));
            stroke(ui.painter(), &[from, to], line.shape, Stroke::new(1.6, colour));
        }
    }
    ui.painter().galley(pos2(rect.left() + 14.0, end.y - galley.size().y / 2.0), galley, tokens.text_muted);
    let basis = line.basis.as_ref().unwrap_or(&chart.basis);
    response.on_hover_text(format!("{}: {}", line.name, basis.words()));
    rect.left() - GAP
}

fn menu_ui(ui: &mut Ui, chart: &Chart, lines: &[Line], tables: &mut Tables) {
    let is_table = tables.contains(&chart.key);
    if ui.button(if is_table { "Show as chart" } else { "Show as table" }).clicked() {
        if !tables.remove(&chart.key) {
            tables.insert(chart.key.clone());
        }
        ui.close();
    }
    if ui.button("Copy the values").clicked() {
        ui.ctx().copy_text(tab_separated(chart, lines));
        ui.close();
    }
}

/// The values of all lines at the pointer; the place along the width if it was clicked.
fn pointed_ui(ui: &Ui, response: &Response, frame: &Frame, chart: &Chart, lines: &[Line]) -> Option<f64> {
    let pointer = response.hover_pos()?;
    let Body::Lines { y, .. } = &chart.body else { return None };
    let tokens = theme::of(ui.ctx());
    let near = |line: &Line| {
        let distance = |point: &(f64, f64)| (frame.x(point.0) - pointer.x).abs();
        let nearest = line.values().min_by(|one, other| distance(one).total_cmp(&distance(other)))?;
        (distance(&nearest) <= NEAR).then_some(nearest)
    };
    let found: Vec<(&Line, (f64, f64))> = lines.iter().filter_map(|line| Some((line, near(line)?))).collect();
    let at = found
        .iter()
        .map(|(_, point)| point.0)
        .min_by(|one, other| (frame.x(*one) - pointer.x).abs().total_cmp(&(frame.x(*other) - pointer.x).abs()))?;
    ui.painter().vline(frame.x(at), frame.plot.y_range(), Stroke::new(1.0, tokens.border));
    response.clone().on_hover_ui_at_pointer(|ui| {
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        ui.label(format!("{} {}", ticks::alone(chart.x.unit, at), chart.x.name));
        for (line, point) in &found {
            let basis = line.basis.as_ref().unwrap_or(&chart.basis).word();
            let elsewhere = ticks::alone(chart.x.unit, point.0);
            let elsewhere = if point.0 == at { String::new() } else { format!(" at {elsewhere}") };
            ui.label(format!("{} {}{elsewhere} ({basis})", line.name, ticks::alone(y.unit, point.1)));
        }
    });
    response.clicked().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{Axis, Basis, Ink, Unit};

    pub(super) fn chart() -> (Chart, Vec<Line>) {
        let lines = vec![
            Line::new("theory", Ink::Accent, vec![(10.0, f64::NAN), (20.0, 0.5), (40.0, 0.05)]),
            Line::new("simulated", Ink::Text, vec![(20.0, 0.48)]).shaped(Shape::Dots),
        ];
        let body = Body::Lines { y: Axis::new("", Unit::Seconds).logarithmic(), lines: lines.clone() };
        let chart = Chart {
            key: "p99".into(),
            title: "Latency".into(),
            meaning: String::new(),
            basis: Basis::Simulated,
            x: Axis::new("", Unit::Count("partitions")),
            body,
            marks: vec![],
            bands: vec![],
        };
        (chart, lines)
    }

    #[test]
    fn a_plot_is_spoken_in_one_sentence() {
        let (chart, lines) = chart();
        let expected =
            "Latency chart, theory from 500 ms at 20 to 50 ms at 40, simulated from 480 ms at 20 to 480 ms at 20";
        assert_eq!(summary(&chart, &lines), expected);
    }
}
