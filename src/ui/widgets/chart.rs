//! A line chart over time: a title at the left, present values at the right, a few labelled grid lines.
//! It draws what it is given and keeps nothing.

use egui::{Align2, Color32, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::convert::{index_to_f32, to_f32, to_index};
use crate::ui::theme::{self, size};

/// One line: points in order of time.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
    pub colour: Color32,
    /// For what is forecast, not measured.
    pub is_dashed: bool,
}

/// A chart with all its words.
pub struct Chart<'a> {
    pub title: &'a str,
    /// Present values, in the colours of their lines.
    pub current: Vec<(String, Color32)>,
    pub lines: Vec<Line>,
    /// Seconds shown, from the left edge to the right one.
    pub span: (f64, f64),
    pub format: fn(f64) -> String,
    /// Said where there is nothing to draw yet.
    pub empty: &'a str,
}

/// Thins points to at most two per pixel column, the least and the greatest, so that no peak is lost.
pub fn thinned(points: impl Iterator<Item = (f64, f64)>, span: (f64, f64), columns: f32) -> Vec<(f64, f64)> {
    let mut thin: Vec<(f64, f64)> = Vec::new();
    let mut column = None;
    let scale = f64::from(columns) / (span.1 - span.0).max(1e-9);
    let (mut least, mut greatest) = ((0.0, 0.0), (0.0, 0.0));
    let mut flush = |least: (f64, f64), greatest: (f64, f64)| {
        let in_order = if least.0 <= greatest.0 { [least, greatest] } else { [greatest, least] };
        thin.extend(in_order);
        if least == greatest {
            thin.pop();
        }
    };
    for point in points {
        let here = to_index(to_f32((point.0 - span.0) * scale));
        if column == Some(here) {
            least = if point.1 < least.1 { point } else { least };
            greatest = if point.1 > greatest.1 { point } else { greatest };
            continue;
        }
        if column.is_some() {
            flush(least, greatest);
        }
        (column, least, greatest) = (Some(here), point, point);
    }
    if column.is_some() {
        flush(least, greatest);
    }
    thin
}

/// Draws the chart over the whole of `ui`.
pub fn chart_ui(ui: &mut Ui, chart: &Chart<'_>) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(chart)));
    let header = title_ui(ui, rect, chart);
    let plot = Rect::from_min_max(pos2(rect.left(), header + 10.0), rect.max - vec2(0.0, 16.0));
    let painter = ui.painter_at(rect);
    let top = chart.lines.iter().flat_map(|line| &line.points).map(|point| point.1).fold(0.0, f64::max);
    if chart.lines.iter().all(|line| line.points.len() < 2) {
        painter.text(plot.center(), Align2::CENTER_CENTER, chart.empty, theme::sans(size::SMALL), tokens.text_muted);
        return;
    }
    let scale = Scale::new(plot, chart.span, top);
    grid(&painter, &scale, chart, tokens);
    for line in &chart.lines {
        draw_line(&painter, &scale, line);
    }
    if let Some(pointer) = response.hover_pos() {
        readings(&response, &painter, &scale, chart, pointer, tokens);
    }
}

fn spoken(chart: &Chart<'_>) -> String {
    let values: Vec<&str> = chart.current.iter().map(|(text, _)| text.as_str()).collect();
    format!("{} chart, {}", chart.title, if values.is_empty() { chart.empty.to_owned() } else { values.join(", ") })
}

/// Returns the lower edge of the header.
fn title_ui(ui: &Ui, rect: Rect, chart: &Chart<'_>) -> f32 {
    let tokens = theme::of(ui.ctx());
    let centre = rect.top() + 8.0;
    let title = super::rows::caps(ui, pos2(rect.left(), centre), chart.title, tokens.text_muted);
    let mut room = rect.right() - title.right() - 10.0;
    let mut fitting = Vec::new();
    for (text, colour) in &chart.current {
        let galley = ui.painter().layout_no_wrap(text.clone(), theme::mono(size::NUMBER - 0.5), *colour);
        room -= galley.size().x;
        if room < 0.0 {
            break;
        }
        room -= 12.0;
        fitting.push((galley, *colour));
    }
    let mut right = rect.right();
    for (galley, colour) in fitting.into_iter().rev() {
        let left = right - galley.size().x;
        ui.painter().galley(pos2(left, centre - galley.size().y / 2.0), galley, colour);
        right = left - 12.0;
    }
    centre + 8.0
}

struct Scale {
    plot: Rect,
    span: (f64, f64),
    top: f64,
    divisions: usize,
}

impl Scale {
    fn new(plot: Rect, span: (f64, f64), greatest: f64) -> Self {
        const STEPS: [(f64, usize); 8] =
            [(1.0, 2), (1.5, 3), (2.0, 4), (3.0, 3), (4.0, 4), (6.0, 3), (8.0, 4), (10.0, 5)];
        let greatest = (greatest * 1.04).max(1.0);
        let power = 10_f64.powf(greatest.log10().floor());
        let step = STEPS.into_iter().find(|(step, _)| step * power >= greatest).unwrap_or((10.0, 5));
        Self { plot, span, top: step.0 * power, divisions: step.1 }
    }

    fn x(&self, time: f64) -> f32 {
        let share = (time - self.span.0) / (self.span.1 - self.span.0).max(1e-9);
        self.plot.left() + to_f32(share) * self.plot.width()
    }

    fn y(&self, value: f64) -> f32 {
        self.plot.bottom() - to_f32(value / self.top) * self.plot.height()
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
            painter.text(at, Align2::LEFT_TOP, (chart.format)(value), font.clone(), tokens.text_muted);
        }
    }
    let seconds = chart.span.1 - chart.span.0;
    let below = scale.plot.bottom() + 3.0;
    let began = format!("−{}", super::format::duration(std::time::Duration::from_secs_f64(seconds.max(0.0))));
    painter.text(pos2(scale.plot.left(), below), Align2::LEFT_TOP, began, font.clone(), tokens.text_muted);
    painter.text(pos2(scale.plot.right(), below), Align2::RIGHT_TOP, "now", font, tokens.text_muted);
}

fn draw_line(painter: &Painter, scale: &Scale, line: &Line) {
    let points: Vec<Pos2> = line
        .points
        .iter()
        .map(|&(time, value)| pos2(scale.x(time), scale.y(value.clamp(0.0, scale.top * 1.2))))
        .collect();
    let stroke = Stroke::new(1.6, line.colour);
    let clipped = painter.with_clip_rect(scale.plot.expand(1.0).intersect(painter.clip_rect()));
    if line.is_dashed {
        clipped.extend(Shape::dashed_line(&points, stroke, 4.0, 4.0));
    } else {
        clipped.line(points, stroke);
    }
}

/// The values at the pointer, as a tooltip and a hair line.
fn readings(
    response: &egui::Response,
    painter: &Painter,
    scale: &Scale,
    chart: &Chart<'_>,
    pointer: Pos2,
    tokens: &theme::Tokens,
) {
    if !scale.plot.contains(pointer) {
        return;
    }
    painter.vline(pointer.x, scale.plot.y_range(), Stroke::new(1.0, tokens.text_muted));
    let share = f64::from((pointer.x - scale.plot.left()) / scale.plot.width());
    let time = scale.span.0 + share * (scale.span.1 - scale.span.0);
    response.clone().on_hover_ui_at_pointer(|ui| {
        for line in &chart.lines {
            let index = line.points.partition_point(|point| point.0 <= time);
            if let Some(&(_, value)) = index.checked_sub(1).and_then(|before| line.points.get(before)) {
                ui.colored_label(line.colour, format!("{} {}", line.name, (chart.format)(value)));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_peaks_and_bounds_the_points() {
        let points = (0..10_000).map(|i| (f64::from(i) / 100.0, if i == 7_777 { 99.0 } else { f64::from(i % 7) }));
        let thin = thinned(points, (0.0, 100.0), 200.0);
        assert!(thin.len() <= 402, "{} points", thin.len());
        assert!(thin.iter().any(|point| (point.1 - 99.0).abs() < f64::EPSILON), "the peak is kept");
        assert!(thin.windows(2).all(|pair| pair[0].0 <= pair[1].0), "in order of time");
    }

    #[test]
    fn few_points_stay_as_they_are() {
        let points = vec![(0.0, 1.0), (1.0, 5.0), (2.0, 3.0)];
        assert_eq!(thinned(points.iter().copied(), (0.0, 2.0), 100.0), points);
    }
}
