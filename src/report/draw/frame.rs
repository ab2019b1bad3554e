//! What surrounds the lines of a chart: the axes with their labels, and where everything has its place.

use super::canvas::{Align, At, Canvas, Look};
use super::fonts::{shortened, width};
use super::header::Header;
use super::marks::{LANE, Placed, place};
use super::ticks::{Range, Tick, ticks};
use super::{MARGIN, WIDTH, float, rule};
use crate::report::chart::{Axis, Body, Chart, Line, Scale};
use crate::report::convert::to_count;

/// Size of the labels of both axes.
pub const LABEL: f64 = 10.5;

/// Height of the lines.
const PLOT: f64 = 176.0;

/// Heights of a row that shows who held something.
const ROW: (f64, f64) = (3.0, 20.0);

/// All rows together are not higher than this if they can.
const ROWS: f64 = 560.0;

/// Charts below each other begin at the same place unless their labels are long.
const LABELS: f64 = 42.0;

/// Height that the name of a row needs.
const READABLE: f64 = 13.0;

/// Between the words above the lines and the uppermost label beside them.
const GAP: f64 = 9.0;

/// Names of rows are not longer than this.
const LONGEST_NAME: f64 = 150.0;

/// Where a chart has what.
#[derive(Debug)]
pub struct Frame {
    pub size: At,
    pub header: Header,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x: Range,
    pub y: Range,
    pub marks: Vec<Placed>,
    pub row: f64,
    x_name: String,
    y_name: String,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    has_rows: bool,
}

impl Frame {
    pub fn of(chart: &Chart) -> Self {
        let header = Header::of(chart);
        let (y, y_ticks, y_name, height, row) = match &chart.body {
            Body::Lines { y, lines } => {
                let values = lines.iter().filter(|line| line.is_drawn).flat_map(Line::values).map(|(_, y)| y);
                let range = Range::of(y, values).rounded(y, 5);
                let name = if y.name.is_empty() { y.unit.name() } else { y.name.clone() };
                (range, ticks(y.unit, range, 6), name, PLOT, 0.0)
            }
            Body::Spans { rows, .. } => {
                let row = (ROWS / float(rows.len().max(1))).clamp(ROW.0, ROW.1);
                (rows_range(rows.len()), row_ticks(rows, row), String::new(), row * float(rows.len().max(1)), row)
            }
        };
        let widest = y_ticks.iter().map(|tick| width(&tick.label, LABEL, false)).fold(LABELS, f64::max);
        let (left, right) = (MARGIN + widest + 8.0, WIDTH - MARGIN - 6.0);
        let x = Range::of(&chart.x, x_values(chart).chain(pointed_at(chart)));
        let taken = if y_name.is_empty() { left } else { left.max(MARGIN + width(&y_name, LABEL, false) + 10.0) };
        let marks = place(&chart.marks, (left, right), x, taken);
        let lanes = marks.iter().filter_map(|mark| mark.lane).max().map_or(0, |lane| lane + 1);
        let lanes = lanes.max(usize::from(!y_name.is_empty()));
        let top = header.height + float(lanes) * LANE + GAP;
        let bottom = top + height;
        let x_name = chart.x.name.clone();
        let size = (WIDTH, bottom + if x_name.is_empty() { 28.0 } else { 44.0 });
        let x_ticks = x_ticks(&chart.x, x, right - left);
        let has_rows = row > 0.0;
        Self { size, header, left, right, top, bottom, x, y, marks, row, x_name, y_name, x_ticks, y_ticks, has_rows }
    }

    pub fn x_of(&self, value: f64) -> f64 {
        self.left + self.x.share(value) * (self.right - self.left)
    }

    pub fn y_of(&self, value: f64) -> f64 {
        self.bottom - self.y.share(value) * (self.bottom - self.top)
    }

    /// The lines behind everything, and the labels of both axes.
    pub fn paint_grid(&self, canvas: &mut Canvas<'_>) {
        let (muted, grid) = (canvas.palette.text_muted, canvas.palette.grid);
        let look = Look::new(LABEL, muted);
        for tick in &self.y_ticks {
            let y = if self.has_rows { self.top + (tick.at + 0.5) * self.row } else { self.y_of(tick.at) };
            if !self.has_rows {
                rule(canvas, (self.left, y), (self.right, y), grid, 1.0);
            }
            canvas.text((self.left - 8.0, y), &tick.label, look.aligned(Align::End));
        }
        for tick in &self.x_ticks {
            let x = self.x_of(tick.at);
            if self.has_rows {
                rule(canvas, (x, self.top), (x, self.bottom), grid, 1.0);
            }
            rule(canvas, (x, self.bottom), (x, self.bottom + 4.0), canvas.palette.border, 1.0);
            canvas.text((x, self.bottom + 14.0), &tick.label, look.aligned(Align::Middle));
        }
        rule(canvas, (self.left, self.bottom), (self.right, self.bottom), canvas.palette.border, 1.0);
        canvas.text((MARGIN, self.top - LANE / 2.0 - 7.0), &self.y_name, look);
        let middle = f64::midpoint(self.left, self.right);
        canvas.text((middle, self.bottom + 31.0), &self.x_name, look.aligned(Align::Middle));
    }
}

/// A moment that is pointed at is in the chart, whether anything is drawn there or not.
fn pointed_at(chart: &Chart) -> impl Iterator<Item = f64> + '_ {
    chart.marks.iter().map(|mark| mark.at).chain(chart.bands.iter().flat_map(|band| [band.from, band.to]))
}

fn x_values(chart: &Chart) -> Box<dyn Iterator<Item = f64> + '_> {
    match &chart.body {
        Body::Lines { lines, .. } => Box::new(lines.iter().flat_map(Line::values).map(|(x, _)| x)),
        Body::Spans { spans, .. } => Box::new(spans.iter().flat_map(|span| [span.from, span.to])),
    }
}

/// As many labels as there is room for.
fn x_ticks(axis: &Axis, range: Range, room: f64) -> Vec<Tick> {
    let fits = |ticks: &[Tick]| {
        let ends = |tick: &Tick| {
            let (middle, half) = (range.share(tick.at) * room, width(&tick.label, LABEL, false) / 2.0);
            (middle - half, middle + half)
        };
        ticks.windows(2).all(|pair| ends(&pair[0]).1 + 16.0 <= ends(&pair[1]).0)
    };
    (1..=12).rev().map(|most| ticks(axis.unit, range, most)).find(|ticks| fits(ticks)).unwrap_or_default()
}

fn rows_range(rows: usize) -> Range {
    Range { low: 0.0, high: float(rows.max(1)), scale: Scale::Linear }
}

/// Names of rows, as many as can be read.
fn row_ticks(rows: &[String], height: f64) -> Vec<Tick> {
    let room = to_count(height * float(rows.len()) / READABLE).max(1);
    let every = rows.len().div_ceil(usize::try_from(room).unwrap_or(usize::MAX)).max(1);
    let named = rows.iter().enumerate().step_by(every);
    named.map(|(row, name)| Tick { at: float(row), label: shortened(name, LABEL, false, LONGEST_NAME) }).collect()
}
