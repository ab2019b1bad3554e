//! What a chart paints into its frame: axes, bands, marks and lines in their shapes. It takes no input.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::report::chart::{Axis, Band, Chart, Ink, Line, Mark, Shape, Unit};
use crate::report::draw::ticks::{self, Range};
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{to_f32, to_index};
use crate::ui::widgets::thinning::thinned;

/// Room below the plot for its labels, and beside it.
const BELOW: f32 = 18.0;
const BESIDE: f32 = 46.0;

/// Room that a label along the width needs.
const LABEL: f32 = 58.0;

/// Where a chart has what.
pub(super) struct Frame {
    pub plot: Rect,
    pub x: Range,
    pub y: Range,
}

impl Frame {
    /// Of a chart with these `lines` within `body`.
    pub fn of(ui: &Ui, body: Rect, chart: &Chart, y: &Axis, lines: &[Line]) -> Self {
        let values = || lines.iter().flat_map(Line::values);
        let range = Range::of(y, values().map(|point| point.1)).rounded(y, 5);
        let plot = Rect::from_min_max(body.min + vec2(0.0, 14.0), body.max - vec2(8.0, BELOW));
        Self {
            plot: plot.with_min_x(plot.left() + beside(ui, y.unit, range)),
            x: Range::of(&chart.x, values().map(|point| point.0)),
            y: range,
        }
    }

    pub fn x(&self, value: f64) -> f32 {
        self.plot.left() + to_f32(self.x.share(value)) * self.plot.width()
    }

    fn at(&self, (x, y): (f64, f64)) -> Pos2 {
        pos2(self.x(x), self.plot.bottom() - to_f32(self.y.share(y)) * self.plot.height())
    }
}

/// Paints all of a chart that is in its frame.
pub(super) fn paint(painter: &Painter, frame: &Frame, chart: &Chart, y: &Axis, lines: &[Line], tokens: &Tokens) {
    paint_axes(painter, frame, chart, y, tokens);
    for band in &chart.bands {
        paint_band(painter, frame, band, tokens);
    }
    for line in lines {
        paint_line(painter, frame, line, tokens);
    }
    paint_marks(painter, frame, &chart.marks, tokens);
}

/// Room for the labels beside the plot: charts beside each other begin alike unless their labels are long.
fn beside(ui: &Ui, unit: Unit, range: Range) -> f32 {
    let width = |label: String| {
        ui.painter().layout_no_wrap(label, theme::mono(size::TINY), Color32::PLACEHOLDER).size().x + 8.0
    };
    ticks::ticks(unit, range, 6).into_iter().map(|tick| width(tick.label)).fold(BESIDE, f32::max)
}

fn paint_axes(painter: &Painter, frame: &Frame, chart: &Chart, y: &Axis, tokens: &Tokens) {
    let font = theme::mono(size::TINY);
    let plot = frame.plot;
    for tick in ticks::ticks(y.unit, frame.y, 6) {
        let at = painter.round_to_pixel_center(frame.at((frame.x.low, tick.at)).y);
        painter.hline(plot.x_range(), at, Stroke::new(1.0, tokens.grid));
        let place = pos2(plot.left() - 6.0, at);
        painter.text(place, Align2::RIGHT_CENTER, tick.label, font.clone(), tokens.text_muted);
    }
    let most = to_index(plot.width() / LABEL).max(2);
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
        Shape::Diamonds => line.values().for_each(|point| diamond(&painter, frame.at(point), colour, Stroke::NONE)),
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

pub(super) fn stroke(painter: &Painter, run: &[Pos2], shape: Shape, stroke: Stroke) {
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

pub fn diamond(painter: &Painter, centre: Pos2, fill: Color32, stroke: Stroke) {
    const ARM: f32 = 4.6;
    let corners = [vec2(0.0, -ARM), vec2(ARM, 0.0), vec2(0.0, ARM), vec2(-ARM, 0.0)].map(|arm| centre + arm);
    painter.add(egui::Shape::convex_polygon(corners.to_vec(), fill, stroke));
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
