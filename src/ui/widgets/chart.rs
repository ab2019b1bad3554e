//! A line chart over time: a title, a legend of present values that hides and isolates, labelled grid lines,
//! the marked moment, and a table of the same for who would rather read. It knows numbers and names only.

use egui::{Align2, Color32, Id, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::chart_table::table_ui;
use super::convert::index_to_f32;
use super::thinning::{thinned, value_at};
use super::time_axis::{Axis, ChartsState};
use crate::ui::theme::{self, size};

/// Room between two values of the legend.
const BETWEEN: f32 = 9.0;

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
    /// What the legend says: the value at the marked moment, or the present one.
    pub fn reading(&self, moment: Option<f64>, format: fn(f64) -> String) -> Option<(String, Color32)> {
        let named = |value: Option<f64>| format!("{} {}", self.name, value.map_or_else(|| "–".to_owned(), format));
        match moment {
            Some(at) => Some((named(value_at(&self.points, at)), self.colour)),
            None => self.now.clone().or_else(|| {
                let latest = self.points.last().map(|point| point.1).filter(|value| !value.is_nan());
                Some((named(Some(latest?)), self.colour))
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
    /// Said at the uppermost value of the axis; empty where the values have it already.
    pub unit: &'a str,
    /// Said where there is nothing to draw yet.
    pub empty: &'a str,
    /// What is measured or how it is derived, under the pointer.
    pub meaning: &'a str,
    /// A choice between two ways to show it: what the menu calls it, and whether it is on.
    pub choice: Option<(&'a str, bool)>,
}

impl Chart<'_> {
    fn measured(&self) -> impl Iterator<Item = &Line> + Clone {
        self.lines.iter().filter(|line| !line.is_dashed)
    }

    /// One sentence that says what the chart shows now, or at the marked moment.
    pub fn summary(&self, state: &ChartsState) -> String {
        let moment = state.moment();
        let values: Vec<String> =
            self.measured().filter_map(|line| line.reading(moment, self.format)).map(|(text, _)| text).collect();
        let values = if values.is_empty() { self.empty.to_owned() } else { values.join(", ") };
        let at = moment.map_or_else(String::new, |at| format!(" at {}", super::time_axis::clock(at)));
        format!("{} chart{at}, {values}", self.title)
    }
}

/// Draws the chart over the whole of `ui`; true when its choice was taken the other way.
pub fn chart_ui(ui: &mut Ui, chart: &Chart<'_>, state: &mut ChartsState) -> bool {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let is_chosen = header_ui(ui, rect, chart, state);
    let plot = Rect::from_min_max(pos2(rect.left(), rect.top() + 26.0), rect.max - vec2(0.0, 16.0));
    if plot.height() < 12.0 {
        return is_chosen;
    }
    if state.tables.contains(chart.key) {
        table_ui(ui, rect.with_min_y(rect.top() + 20.0), chart, state);
        return is_chosen;
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
    back_to_live_ui(ui, rect, chart, state);
    let is_in_hand = response.dragged() || response.is_pointer_button_down_on();
    if !is_in_hand && chart.lines.iter().any(|line| !line.points.is_empty()) {
        readings_ui(&response, chart, state);
    }
    let mut is_chosen_by_menu = false;
    response.context_menu(|ui| is_chosen_by_menu = menu_ui(ui, chart, state));
    is_chosen || is_chosen_by_menu
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
        let font = theme::sans(size::SMALL);
        painter.text(axis.plot.center(), Align2::CENTER_CENTER, word, font, tokens.text_muted);
        return;
    }
    let in_view = |point: &&(f64, f64)| point.0 >= axis.span.0 && point.0 <= axis.span.1;
    let values = shown.iter().flat_map(|(_, points)| points.iter().filter(in_view)).map(|point| point.1);
    let scale = Scale::new(axis.plot, values.filter(|value| !value.is_nan()).fold(0.0, f64::max));
    grid(painter, &scale, chart, tokens);
    for (line, points) in shown {
        draw_line(painter, axis, &scale, line, &points);
    }
    axis.words(painter, state, (chart.now, chart.is_paused), tokens);
    axis.mark(painter, state, tokens);
}

/// The title with its menu, and the legend at the right.
fn header_ui(ui: &mut Ui, rect: Rect, chart: &Chart<'_>, state: &mut ChartsState) -> bool {
    let tokens = theme::of(ui.ctx());
    let centre = rect.top() + 8.0;
    let title = super::rows::caps(ui, pos2(rect.left(), centre), &chart.title, tokens.text_muted);
    let menu = Rect::from_center_size(pos2(title.right() + 14.0, centre), vec2(20.0, 18.0));
    let menu_response = dots_ui(ui, menu, chart);
    let mut is_chosen = false;
    egui::Popup::menu(&menu_response).show(|ui| is_chosen = menu_ui(ui, chart, state));
    legend_ui(
        ui,
        Rect::from_min_max(pos2(menu.right() + 6.0, rect.top()), pos2(rect.right(), centre + 9.0)),
        chart,
        state,
    );
    is_chosen
}

fn dots_ui(ui: &Ui, rect: Rect, chart: &Chart<'_>) -> egui::Response {
    let tokens = theme::of(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("menu", chart.key)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Menu of {}", chart.title)));
    let is_hot = response.hovered() || response.has_focus();
    if is_hot {
        ui.painter().rect_filled(rect, 4, tokens.hovered);
    }
    let colour = if is_hot { tokens.text } else { tokens.text_muted };
    for dot in [-4.0, 0.0, 4.0] {
        ui.painter().circle_filled(rect.center() + vec2(dot, 0.0), 1.1, colour);
    }
    response.on_hover_text(chart.meaning)
}

fn menu_ui(ui: &mut Ui, chart: &Chart<'_>, state: &mut ChartsState) -> bool {
    let mut is_chosen = false;
    if let Some((name, mut is_on)) = chart.choice {
        is_chosen = ui.checkbox(&mut is_on, name).clicked();
    }
    let is_table = state.tables.contains(chart.key);
    if ui.button(if is_table { "Show as chart" } else { "Show as table" }).clicked() {
        if is_table {
            state.tables.remove(chart.key)
        } else {
            state.tables.insert(chart.key)
        };
        ui.close();
    }
    if ui.button("Copy the visible values").clicked() {
        ui.ctx().copy_text(super::chart_table::tab_separated(chart, state));
        ui.close();
    }
    if ui.add_enabled(state.hidden.is_any(chart.key), egui::Button::new("Show all lines")).clicked() {
        state.hidden.show_all(chart.key);
        ui.close();
    }
    if ui.add_enabled(!state.live || state.cursor.is_some(), egui::Button::new("Show the present")).clicked() {
        state.back_to_live();
        ui.close();
    }
    ui.separator();
    for line in chart.measured() {
        let mut is_shown = !state.hidden.contains(chart.key, &line.name);
        if ui.checkbox(&mut is_shown, &line.name).clicked() {
            state.hidden.toggle(chart.key, &line.name);
        }
    }
    is_chosen
}

/// As many present values as fit, each a switch for its line.
fn legend_ui(ui: &Ui, rect: Rect, chart: &Chart<'_>, state: &mut ChartsState) {
    let tokens = theme::of(ui.ctx());
    let mut room = rect.width();
    let mut fitting = Vec::new();
    for line in chart.measured() {
        let is_hidden = state.hidden.contains(chart.key, &line.name);
        let reading = line.reading(state.moment(), chart.format);
        let (text, colour) = reading.unwrap_or_else(|| (line.name.clone(), line.colour));
        let colour = if is_hidden { tokens.text_muted } else { colour };
        let galley = ui.painter().layout_no_wrap(text, theme::mono(size::SMALL), colour);
        room -= galley.size().x;
        if room < 0.0 {
            break;
        }
        room -= BETWEEN;
        fitting.push((line, galley, is_hidden));
    }
    let mut right = rect.right();
    for (line, galley, is_hidden) in fitting.into_iter().rev() {
        let at = Rect::from_min_max(pos2(right - galley.size().x, rect.top()), pos2(right, rect.bottom()));
        right = at.left() - BETWEEN;
        entry_ui(ui, at, chart, line, (galley, is_hidden), state);
    }
}

fn entry_ui(
    ui: &Ui,
    rect: Rect,
    chart: &Chart<'_>,
    line: &Line,
    (galley, is_hidden): (std::sync::Arc<egui::Galley>, bool),
    state: &mut ChartsState,
) {
    let tokens = theme::of(ui.ctx());
    let id: Id = ui.scope_id().with(("line", chart.key, &line.name));
    let response = ui.interact(rect.expand2(vec2(3.0, 0.0)), id, Sense::click());
    let name = format!("Line {} of {}", line.name, chart.title);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, !is_hidden, &name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.expand2(vec2(3.0, 0.0)), 3, tokens.hovered);
    }
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.text);
    if is_hidden {
        ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, tokens.text_muted));
    }
    let is_first_pass = ui.ctx().current_pass_index() == 0;
    let is_alone_wanted = response.double_clicked() || ui.input(|input| input.modifiers.shift);
    if is_first_pass && response.clicked() {
        if is_alone_wanted {
            state.hidden.isolate(chart.key, &line.name, chart.measured().map(|line| line.name.as_str()));
        } else {
            state.hidden.toggle(chart.key, &line.name);
        }
    }
    response.on_hover_text("Click hides or shows it, a double click or Shift shows it alone");
}

fn back_to_live_ui(ui: &Ui, rect: Rect, chart: &Chart<'_>, state: &mut ChartsState) {
    if state.live {
        return;
    }
    let tokens = theme::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap("Back to live".to_owned(), theme::sans(size::TINY), tokens.accent);
    let size = galley.size() + vec2(12.0, 5.0);
    let at = Rect::from_min_size(pos2(rect.right() - size.x, rect.top() + 28.0), size);
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

fn grid(painter: &Painter, scale: &Scale, chart: &Chart<'_>, tokens: &theme::Tokens) {
    let font = theme::mono(size::TINY - 0.5);
    for division in 0..=scale.divisions {
        let value = scale.top * f64::from(index_to_f32(division) / index_to_f32(scale.divisions));
        let y = painter.round_to_pixel_center(scale.y(value));
        painter.hline(scale.plot.x_range(), y, Stroke::new(1.0, tokens.grid));
        if division > 0 {
            let at = pos2(scale.plot.left(), y + 2.0);
            let unit = if division == scale.divisions { chart.unit } else { "" };
            let text = format!("{} {unit}", (chart.format)(value));
            painter.text(at, Align2::LEFT_TOP, text.trim_end(), font.clone(), tokens.text_muted);
        }
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
        ui.label(super::time_axis::clock(at));
        for line in chart.lines.iter().filter(|line| !state.hidden.contains(chart.key, &line.name)) {
            if let Some(value) = value_at(&line.points, at) {
                let forecast = if line.is_dashed { " forecast" } else { "" };
                ui.colored_label(line.colour, format!("{}{forecast} {}", line.name, (chart.format)(value)));
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
            choice: None,
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
