//! Draws a report's chart in the window: lines, dots and diamonds over any number, linear or logarithmic, with marks
//! and bands, a value under the pointer, and a table of the same for who would rather read. Charts of a running
//! experiment, which share one time axis, are in [`super::chart`].

use std::collections::BTreeSet;

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::convert::{index_to_f32, to_f32};
use super::thinning::thinned;
use crate::report::chart::{Band, Body, Chart, Ink, Line, Mark, Shape};
use crate::report::draw::ticks::{self, Range};
use crate::ui::theme::{self, Tokens, size};

/// Height of the title's line.
const HEAD: f32 = 20.0;

/// Room below the plot for its labels, and beside it.
const BELOW: f32 = 18.0;
const BESIDE: f32 = 46.0;

/// Room that a label along the width needs.
const LABEL: f32 = 58.0;

/// A value is taken to be pointed at this near, in points.
const NEAR: f32 = 24.0;

/// Charts that are read as tables, by their keys.
pub type Tables = BTreeSet<String>;

/// Where a chart has what.
struct Frame {
    plot: Rect,
    x: Range,
    y: Range,
}

impl Frame {
    fn x(&self, value: f64) -> f32 {
        self.plot.left() + to_f32(self.x.share(value)) * self.plot.width()
    }

    fn at(&self, (x, y): (f64, f64)) -> Pos2 {
        pos2(self.x(x), self.plot.bottom() - to_f32(self.y.share(y)) * self.plot.height())
    }
}

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
    let values = || lines.iter().flat_map(Line::values);
    let mut frame = Frame {
        plot: Rect::from_min_max(body.min + vec2(0.0, 14.0), body.max - vec2(8.0, BELOW)),
        x: Range::of(&chart.x, values().map(|point| point.0)),
        y: Range::of(y, values().map(|point| point.1)).rounded(y, 5),
    };
    let plot = frame.plot.with_min_x(frame.plot.left() + beside(ui, y.unit, frame.y));
    frame.plot = plot;
    let response = ui.interact(plot, ui.scope_id().with(("plot", &chart.key)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, summary(chart, lines)));
    let tokens = theme::of(ui.ctx());
    let painter = ui.painter_at(rect.expand(2.0));
    if values().next().is_none() {
        let text = "Nothing to draw: the line grows without end";
        painter.text(plot.center(), Align2::CENTER_CENTER, text, theme::sans(size::SMALL), tokens.text_muted);
        return None;
    }
    axes(&painter, &frame, chart, y, tokens);
    for band in &chart.bands {
        paint_band(&painter, &frame, band, tokens);
    }
    for line in lines {
        paint_line(&painter, &frame, line, tokens);
    }
    paint_marks(&painter, &frame, &chart.marks, tokens);
    if response.has_focus() {
        painter.rect_stroke(plot.expand(1.0), 2, Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    response.context_menu(|ui| menu_ui(ui, chart, lines, tables));
    pointed_ui(ui, &response, &frame, chart, lines)
}

/// Room for the labels beside the plot: charts beside each other begin alike unless their labels are long.
fn beside(ui: &Ui, unit: crate::report::chart::Unit, range: Range) -> f32 {
    let width = |label: String| {
        ui.painter().layout_no_wrap(label, theme::mono(size::TINY), Color32::PLACEHOLDER).size().x + 8.0
    };
    ticks::ticks(unit, range, 6).into_iter().map(|tick| width(tick.label)).fold(BESIDE, f32::max)
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
    let mut right = rect.right();
    if !aside.is_empty() {
        let font = theme::sans(size::SMALL);
        let drawn = ui.painter().text(pos2(right, centre), Align2::RIGHT_CENTER, aside, font, tokens.text_muted);
        right = drawn.left() - 12.0;
    }
    for line in lines.iter().rev().filter(|line| line.values().next().is_some()) {
        right = legend_ui(ui, pos2(right, centre), menu.right(), chart, line);
    }
    rect.top() + HEAD
}

/// A line's sample and name, ending at `end`; returns where the next one ends.
fn legend_ui(ui: &Ui, end: Pos2, least: f32, chart: &Chart, line: &Line) -> f32 {
    let tokens = theme::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap(line.name.clone(), theme::sans(size::SMALL), tokens.text_muted);
    let rect = Rect::from_min_max(end - vec2(galley.size().x + 18.0, 9.0), end + vec2(0.0, 9.0));
    if rect.left() < least {
        return end.x;
    }
    let response = ui.interact(rect, ui.scope_id().with(("legend", &chart.key, &line.name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line.name));
    let colour = colour(line.ink, tokens);
    let centre = pos2(rect.left() + 6.0, end.y);
    match line.shape {
        Shape::Dots => drop(ui.painter().circle_filled(centre, 3.2, colour)),
        Shape::Diamonds => diamond(ui.painter(), centre, colour),
        Shape::Solid | Shape::Area | Shape::Dashed => {
            let (from, to) = (centre - vec2(5.0, 0.0), centre + vec2(5.0, 0.0));
            stroke(ui.painter(), &[from, to], line.shape, Stroke::new(1.6, colour));
        }
    }
    ui.painter().galley(pos2(rect.left() + 14.0, end.y - galley.size().y / 2.0), galley, tokens.text_muted);
    let basis = line.basis.as_ref().unwrap_or(&chart.basis);
    response.on_hover_text(format!("{}: {}", line.name, basis.words()));
    rect.left() - 10.0
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

fn axes(painter: &Painter, frame: &Frame, chart: &Chart, y: &crate::report::chart::Axis, tokens: &Tokens) {
    let font = theme::mono(size::TINY);
    let plot = frame.plot;
    for tick in ticks::ticks(y.unit, frame.y, 6) {
        let at = painter.round_to_pixel_center(frame.at((frame.x.low, tick.at)).y);
        painter.hline(plot.x_range(), at, Stroke::new(1.0, tokens.grid));
        let place = pos2(plot.left() - 6.0, at);
        painter.text(place, Align2::RIGHT_CENTER, tick.label, font.clone(), tokens.text_muted);
    }
    let most = super::convert::to_index(plot.width() / LABEL).max(2);
    for tick in ticks::ticks(chart.x.unit, frame.x, most) {
        let place = pos2(frame.x(tick.at), plot.bottom() + 4.0);
        let align = if place.x + 16.0 > plot.right() { Align2::RIGHT_TOP } else { Align2::CENTER_TOP };
        painter.text(place, align, tick.label, font.clone(), tokens.text_muted);
    }
    painter.hline(plot.x_range(), painter.round_to_pixel_center(plot.bottom()), Stroke::new(1.0, tokens.border));
}

fn paint_band(painter: &Painter, frame: &Frame, band: &Band, tokens: &Tokens) {
    let colour = colour(band.ink, tokens);
    let (from, to) = (frame.x(band.from), frame.x(band.to));
    // However short, it is seen.
    let rect = Rect::from_min_max(pos2(from, frame.plot.top()), pos2(to.max(from + 2.0), frame.plot.bottom()));
    let rect = rect.intersect(frame.plot);
    painter.rect_filled(rect, 0, tokens.tinted(colour, tokens.raised, 38));
    let place = pos2(rect.center().x, frame.plot.top() - 1.0);
    painter.text(place, Align2::CENTER_BOTTOM, "outage", theme::sans(size::TINY), colour);
}

/// A dotted line for each, with its label above or beside it.
fn paint_marks(painter: &Painter, frame: &Frame, marks: &[Mark], tokens: &Tokens) {
    for mark in marks {
        let colour = colour(mark.ink, tokens);
        let x = frame.x(mark.at);
        let line = [pos2(x, frame.plot.top()), pos2(x, frame.plot.bottom())];
        painter.extend(egui::Shape::dashed_line(&line, Stroke::new(1.2, colour), 2.0, 3.0));
        let is_right = x + 70.0 < frame.plot.right();
        let (place, align) = if is_right { (x + 4.0, Align2::LEFT_TOP) } else { (x - 4.0, Align2::RIGHT_TOP) };
        painter.text(pos2(place, frame.plot.top() + 1.0), align, &mark.label, theme::sans(size::TINY), colour);
    }
}

fn paint_line(painter: &Painter, frame: &Frame, line: &Line, tokens: &Tokens) {
    let colour = colour(line.ink, tokens);
    let painter = painter.with_clip_rect(frame.plot.expand(5.0).intersect(painter.clip_rect()));
    match line.shape {
        Shape::Dots => line.values().for_each(|point| {
            painter.circle_filled(frame.at(point), 3.4, colour);
        }),
        Shape::Diamonds => line.values().for_each(|point| diamond(&painter, frame.at(point), colour)),
        Shape::Solid | Shape::Dashed | Shape::Area => {
            let columns = frame.plot.width() * painter.pixels_per_point();
            let points = thinned(line.points.iter().copied(), (frame.x.low, frame.x.high), columns);
            for run in points.split(|point| point.1.is_nan()).filter(|run| !run.is_empty()) {
                let run: Vec<Pos2> = run.iter().map(|point| frame.at(*point)).collect();
                if line.shape == Shape::Area {
                    let wash = tokens.tinted(colour, tokens.raised, 40);
                    painter.add(area(&run, frame.plot.bottom(), wash));
                }
                stroke(&painter, &run, line.shape, Stroke::new(1.8, colour));
            }
        }
    }
}

fn stroke(painter: &Painter, run: &[Pos2], shape: Shape, stroke: Stroke) {
    if let [alone] = run {
        painter.circle_filled(*alone, 1.4, stroke.color);
    } else if shape == Shape::Dashed {
        painter.extend(egui::Shape::dashed_line(run, stroke, 4.0, 4.0));
    } else {
        painter.line(run.to_vec(), stroke);
    }
}

/// What lies between a line and the lower edge.
pub fn area(run: &[Pos2], bottom: f32, colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for (index, point) in (0_u32..).zip(run) {
        for pos in [*point, pos2(point.x, bottom)] {
            mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color: colour });
        }
        if index > 0 {
            let at = index * 2;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    mesh
}

fn diamond(painter: &Painter, centre: Pos2, colour: Color32) {
    const ARM: f32 = 4.6;
    let corners = [vec2(0.0, -ARM), vec2(ARM, 0.0), vec2(0.0, ARM), vec2(-ARM, 0.0)].map(|arm| centre + arm);
    painter.add(egui::Shape::convex_polygon(corners.to_vec(), colour, Stroke::NONE));
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
        ui.label(format!("{} {}", ticks::alone(chart.x.unit, at), chart.x.name));
        for (line, point) in &found {
            let basis = line.basis.as_ref().unwrap_or(&chart.basis).word();
            ui.label(format!("{} {} ({basis})", line.name, ticks::alone(y.unit, point.1)));
        }
    });
    response.clicked().then_some(at)
}

/// Every value along the width, and what each line says there.
fn rows(lines: &[Line]) -> Vec<(f64, Vec<Option<f64>>)> {
    let mut places: Vec<f64> = lines.iter().flat_map(Line::values).map(|point| point.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let of = |line: &Line, at: f64| line.values().find(|point| point.0 == at).map(|point| point.1);
    places.into_iter().map(|at| (at, lines.iter().map(|line| of(line, at)).collect())).collect()
}

fn tab_separated(chart: &Chart, lines: &[Line]) -> String {
    let heads = std::iter::once(chart.x.unit.name()).chain(lines.iter().map(|line| line.name.clone()));
    let heads: Vec<String> = heads.collect();
    let row = |(at, values): (f64, Vec<Option<f64>>)| {
        let values = values.into_iter().map(|value| value.map_or_else(String::new, |value| value.to_string()));
        let cells: Vec<String> = std::iter::once(at.to_string()).chain(values).collect();
        cells.join("\t")
    };
    let rows: Vec<String> = std::iter::once(heads.join("\t")).chain(rows(lines).into_iter().map(row)).collect();
    rows.join("\n")
}

/// Rows of a table: more are not read, and are in the report's files.
const MOST_ROWS: usize = 400;

fn table_ui(ui: &mut Ui, rect: Rect, chart: &Chart, lines: &[Line]) {
    let Body::Lines { y, .. } = &chart.body else { return };
    let tokens = theme::of(ui.ctx());
    let rows = rows(lines);
    let every = rows.len().div_ceil(MOST_ROWS).max(1);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        let mut heads = vec![chart.x.unit.name()];
        heads.extend(lines.iter().map(|line| line.name.clone()));
        row_ui(ui, &heads, tokens.text_muted);
        ScrollArea::vertical().id_salt(("plot table", &chart.key)).auto_shrink(false).show(ui, |ui| {
            for (at, values) in rows.iter().step_by(every) {
                let value = |value: &Option<f64>| value.map_or_else(|| "–".to_owned(), |it| ticks::alone(y.unit, it));
                let cells: Vec<String> =
                    std::iter::once(ticks::alone(chart.x.unit, *at)).chain(values.iter().map(value)).collect();
                row_ui(ui, &cells, tokens.text);
            }
        });
    });
}

/// One row, one name for a screen reader.
fn row_ui(ui: &mut Ui, cells: &[String], colour: Color32) {
    let width = ui.available_width() / index_to_f32(cells.len().max(1));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, cells.join(", ")));
    for (index, cell) in cells.iter().enumerate() {
        let place = rect.left_center() + vec2(width * index_to_f32(index), 0.0);
        ui.painter().text(place, Align2::LEFT_CENTER, cell, theme::mono(size::SMALL), colour);
    }
}

/// The colour of a role.
pub const fn colour(ink: Ink, tokens: &Tokens) -> Color32 {
    match ink {
        Ink::Text => tokens.text,
        Ink::Muted => tokens.text_muted,
        Ink::Accent => tokens.accent,
        Ink::Good => tokens.good,
        Ink::Warn => tokens.warn,
        Ink::Bad => tokens.bad,
        Ink::Member(number) => tokens.members[number % tokens.members.len()],
        Ink::Group(number) => tokens.groups[number % tokens.groups.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{Axis, Basis, Unit};

    fn chart() -> (Chart, Vec<Line>) {
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

    #[test]
    fn a_table_has_a_row_for_every_value_and_leaves_gaps_out() {
        let (chart, lines) = chart();
        assert_eq!(tab_separated(&chart, &lines), "partitions\ttheory\tsimulated\n20\t0.5\t0.48\n40\t0.05\t");
    }
}
