//! A line chart over time: labelled grid lines beside the plot, the lines, the marked moment, and a table of
//! the same for who would rather read. It knows numbers and names only; title, menu and legend are in
//! [`super::chart_header`].

use egui::{Align2, Color32, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::axis::{Axis, clock};
use super::chart_header::header_ui;
use super::chart_table::table_ui;
use super::convert::index_to_f32;
use super::thinning::{thinned, value_at};
use super::time_axis::ChartsState;
use crate::ui::theme::{self, size};

/// Room for the values beside a plot: lines never run through them.
pub const BESIDE: f32 = 44.0;

/// One line: points in order of time; a value that is not a number is a gap.
#[derive(Clone, Debug)]
pub struct Line {
    /// Lines of the same name are hidden together: a measured one and its forecast.
    pub name: String,
    pub points: Vec<(f64, f64)>,
    pub colour: Color32,
    /// For what is forecast, not measured: it is not in the legend.
    pub is_dashed: bool,
    /// What the legend says of the present, where that is more than the newest value.
    pub now: Option<(String, Color32)>,
}

impl Line {
    /// What the legend says: the value at the marked moment, or the present one; in `plain` unless it is good or bad.
    pub fn reading(&self, moment: Option<f64>, format: fn(f64) -> String, plain: Color32) -> Option<(String, Color32)> {
        let named = |value: Option<f64>| format!("{} {}", self.name, value.map_or_else(|| "–".to_owned(), format));
        match moment {
            Some(at) => Some((named(value_at(&self.points, at)), plain)),
            None => self.now.clone().or_else(|| {
                let latest = self.points.last().map(|point| point.1).filter(|value| !value.is_nan());
                Some((named(Some(latest?)), plain))
            }),
        }
    }
}

/// A chart with all its words.
pub struct Chart<'a> {
    /// By which it is remembered what is hidden in it.
    pub key: &'static str,
    pub title: String,
    pub lines: Vec<Line>,
    /// Seconds shown, from the left edge to the right one.
    pub span: (f64, f64),
    /// The present, in seconds.
    pub now: f64,
    pub is_paused: bool,
    pub format: fn(f64) -> String,
    /// Said below the uppermost value of the axis; empty where the values have it already.
    pub unit: &'a str,
    /// Said where there is nothing to draw yet.
    pub empty: &'a str,
    /// What is measured or how it is derived, under the pointer.
    pub meaning: &'a str,
    /// What the menu calls the ways to show it; [`ChartsState::choice`] is which.
    pub choices: &'static [&'static str],
}

impl Chart<'_> {
    /// The lines of the legend.
    pub fn measured(&self) -> impl Iterator<Item = &Line> + Clone {
        self.lines.iter().filter(|line| !line.is_dashed)
    }

    /// One sentence that says what the chart shows now, or at the marked moment.
    pub fn summary(&self, state: &ChartsState) -> String {
        let moment = state.moment();
        let values: Vec<String> = self
            .measured()
            .filter_map(|line| line.reading(moment, self.format, Color32::PLACEHOLDER))
            .map(|(text, _)| text)
            .collect();
        let values = if values.is_empty() { self.empty.to_owned() } else { values.join(", ") };
        let at = moment.map_or_else(String::new, |at| format!(" at {}", clock(at)));
        format!("{} chart{at}, {values}", self.title)
    }
}

/// Draws the chart over the whole of `ui`.
pub fn chart_ui(ui: &mut Ui, chart: &Chart<'_>, state: &mut ChartsState) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let top = header_ui(ui, rect, chart, state);
    let plot = Rect::from_min_max(pos2(rect.left() + BESIDE, top + 8.0), rect.max - vec2(0.0, 16.0));
    if plot.height() < 12.0 {
        return;
    }
    if state.tables.contains(chart.key) {
        return table_ui(ui, rect.with_min_y(top + 2.0), chart, state);
    }
    let axis = Axis { plot, span: chart.span };
    let response = ui.interact(plot, ui.scope_id().with(("plot", chart.key)), Sense::click_and_drag());
    state.interact(ui, &response, &axis, chart.now);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, chart.summary(state)));
    let painter = ui.painter_at(rect.expand(2.0));
    draw(&painter, &axis, chart, state, tokens);
    if response.has_focus() {
        painter.rect_stroke(plot.expand(1.0), 2, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    back_to_live_ui(ui, plot, chart, state);
    let is_in_hand = response.dragged() || response.is_pointer_button_down_on();
    if !is_in_hand && chart.lines.iter().any(|line| !line.points.is_empty()) {
        readings_ui(&response, chart, state);
    }
    response.context_menu(|ui| super::chart_header::menu_ui(ui, chart, state));
}

fn draw(painter: &Painter, axis: &Axis, chart: &Chart<'_>, state: &ChartsState, tokens: &theme::Tokens) {
    let columns = axis.plot.width() * painter.pixels_per_point();
    let shown: Vec<(&Line, Vec<(f64, f64)>)> = chart
        .lines
        .iter()
        .filter(|line| !state.hidden.contains(chart.key, &line.name))
        .map(|line| (line, thinned(line.points.iter().copied(), axis.span, columns)))
        .collect();
    let is_empty = chart.lines.iter().all(|line| line.points.len() < 2);
    let word = if is_empty { chart.empty } else { "All lines are hidden" };
    if is_empty || shown.is_empty() {
        // There are no values, and what stands for them may have their room.
        let room = axis.plot.with_min_x(axis.plot.left() - BESIDE);
        let font = theme::sans(size::SMALL);
        let galley = painter.layout(word.to_owned(), font, tokens.text_muted, room.width());
        painter.galley(room.center() - galley.size() / 2.0, galley, tokens.text_muted);
        return;
    }
    let in_view = |point: &&(f64, f64)| point.0 >= axis.span.0 && point.0 <= axis.span.1;
    let values = shown.iter().flat_map(|(_, points)| points.iter().filter(in_view)).map(|point| point.1);
    let scale = Scale::new(axis.plot, values.filter(|value| !value.is_nan()).fold(0.0, f64::max));
    grid(painter, axis, &scale, chart, tokens);
    for (x, _) in axis.ticks(state.live, chart.now) {
        let x = painter.round_to_pixel_center(x);
        painter.vline(x, axis.plot.y_range(), Stroke::new(1.0, tokens.grid));
    }
    if chart.now < axis.span.1 {
        let x = painter.round_to_pixel_center(axis.x(chart.now));
        painter.vline(x, axis.plot.y_range(), Stroke::new(1.0, tokens.border));
    }
    for (line, points) in shown {
        draw_line(painter, axis, &scale, line, &points);
    }
    axis.words(painter, state, (chart.now, chart.is_paused), tokens);
    axis.mark(painter, state, tokens);
}

fn back_to_live_ui(ui: &Ui, plot: Rect, chart: &Chart<'_>, state: &mut ChartsState) {
    if state.live {
        return;
    }
    let tokens = theme::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap("Back to live".to_owned(), theme::sans(size::TINY), tokens.accent);
    let size = galley.size() + vec2(12.0, 5.0);
    let at = Rect::from_min_size(pos2(plot.right() - size.x, plot.top() + 2.0), size);
    let response = ui.interact(at, ui.scope_id().with(("live", chart.key)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{} back to live", chart.title)));
    let is_hot = response.hovered() || response.has_focus();
    let fill = if is_hot { tokens.hovered } else { tokens.raised };
    ui.painter().rect(at, 4, fill, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    ui.painter().galley(at.min + vec2(6.0, 2.5), galley, tokens.accent);
    if response.clicked() {
        state.back_to_live();
    }
}

struct Scale {
    plot: Rect,
    top: f64,
    divisions: usize,
}

impl Scale {
    fn new(plot: Rect, greatest: f64) -> Self {
        const STEPS: [(f64, usize); 8] =
            [(1.0, 2), (1.5, 3), (2.0, 4), (3.0, 3), (4.0, 4), (6.0, 3), (8.0, 4), (10.0, 5)];
        let greatest = (greatest * 1.04).max(1.0);
        let power = 10_f64.powf(greatest.log10().floor());
        let step = STEPS.into_iter().find(|(step, _)| step * power >= greatest).unwrap_or((10.0, 5));
        Self { plot, top: step.0 * power, divisions: step.1 }
    }

    fn y(&self, value: f64) -> f32 {
        self.plot.bottom() - super::convert::to_f32(value / self.top) * self.plot.height()
    }
}

/// Lines at round values, with the values at the left of the plot.
fn grid(painter: &Painter, axis: &Axis, scale: &Scale, chart: &Chart<'_>, tokens: &theme::Tokens) {
    let font = theme::mono(size::TINY - 0.5);
    let right = axis.plot.left() - 5.0;
    for division in 0..=scale.divisions {
        let value = scale.top * f64::from(index_to_f32(division) / index_to_f32(scale.divisions));
        let y = painter.round_to_pixel_center(scale.y(value));
        painter.hline(scale.plot.x_range(), y, Stroke::new(1.0, tokens.grid));
        let text = if division == 0 { "0".to_owned() } else { (chart.format)(value) };
        painter.text(pos2(right, y), Align2::RIGHT_CENTER, text, font.clone(), tokens.text_muted);
    }
    let pitch = scale.plot.height() / index_to_f32(scale.divisions);
    if pitch >= 26.0 {
        let at = pos2(right, scale.plot.top() + 6.0);
        painter.text(at, Align2::RIGHT_TOP, chart.unit, theme::sans(size::TINY - 1.0), tokens.text_muted);
    }
}

fn draw_line(painter: &Painter, axis: &Axis, scale: &Scale, line: &Line, points: &[(f64, f64)]) {
    let stroke = Stroke::new(1.6, line.colour);
    let clipped = painter.with_clip_rect(scale.plot.expand(1.0).intersect(painter.clip_rect()));
    for run in points.split(|point| point.1.is_nan()).filter(|run| !run.is_empty()) {
        let run: Vec<Pos2> =
            run.iter().map(|&(time, value)| pos2(axis.x(time), scale.y(value.clamp(0.0, scale.top * 1.2)))).collect();
        match run.as_slice() {
            [alone] => _ = clipped.circle_filled(*alone, 1.2, line.colour),
            _ if line.is_dashed => clipped.extend(Shape::dashed_line(&run, stroke, 4.0, 4.0)),
            _ => _ = clipped.line(run, stroke),
        }
    }
}

/// All values at the pointer, for where the legend has no room.
fn readings_ui(response: &egui::Response, chart: &Chart<'_>, state: &ChartsState) {
    let Some(at) = state.moment() else { return };
    response.clone().on_hover_ui_at_pointer(|ui| {
        ui.label(clock(at));
        for line in chart.lines.iter().filter(|line| !state.hidden.contains(chart.key, &line.name)) {
            if let Some(value) = value_at(&line.points, at) {
                let forecast = if line.is_dashed { " forecast" } else { "" };
                ui.horizontal(|ui| {
                    let (sample, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
                    ui.painter().rect_filled(sample, 2, line.colour);
                    ui.label(format!("{}{forecast} {}", line.name, (chart.format)(value)));
                });
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> Line {
        let points = vec![(0.0, 1.0), (1.0, 5.0), (2.0, 3.0)];
        Line { name: name.into(), points, colour: Color32::WHITE, is_dashed: false, now: None }
    }

    fn chart(lines: Vec<Line>) -> Chart<'static> {
        Chart {
            key: "lag",
            title: "Lag".into(),
            lines,
            span: (0.0, 2.0),
            now: 2.0,
            is_paused: false,
            format: super::super::format::short,
            unit: "records",
            empty: "No group has committed yet",
            meaning: "",
            choices: &[],
        }
    }

    #[test]
    fn a_chart_is_spoken_as_its_values_now_or_at_the_marked_moment() {
        let mut state = ChartsState::default();
        assert_eq!(chart(vec![]).summary(&state), "Lag chart, No group has committed yet");
        let chart = chart(vec![line("billing"), line("analytics")]);
        assert_eq!(chart.summary(&state), "Lag chart, billing 3, analytics 3");
        state.cursor = Some(1.2);
        assert_eq!(chart.summary(&state), "Lag chart at 00:00:01.2, billing 5, analytics 5");
        state.cursor = Some(-1.0);
        assert_eq!(chart.summary(&state), "Lag chart at 00:00:00.0, billing –, analytics –");
    }
}
