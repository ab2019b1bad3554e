//! The lines of a chart: thinned to what can be seen, parted where there are gaps.

use super::canvas::{At, Canvas, Look};
use super::frame::Frame;
use super::{canvas::Align, colour};
use crate::report::chart::{Line, Shape};
use crate::report::convert::to_f32;
use crate::report::thinning::thinned;

/// Columns in which a line is told apart, for each point of width.
const COLUMNS: f64 = 2.0;

/// Width of a line.
const STROKE: f64 = 1.5;

/// Draws them, the first on top.
pub fn paint(canvas: &mut Canvas<'_>, frame: &Frame, lines: &[Line]) {
    let drawn: Vec<&Line> = lines.iter().filter(|line| line.is_drawn).collect();
    if drawn.iter().all(|line| line.values().next().is_none()) {
        let middle = (f64::midpoint(frame.left, frame.right), f64::midpoint(frame.top, frame.bottom));
        let look = Look::new(11.5, canvas.palette.text_muted).aligned(Align::Middle);
        return canvas.text(middle, "there was nothing to measure", look);
    }
    for line in drawn.into_iter().rev() {
        paint_line(canvas, frame, line);
    }
}

fn paint_line(canvas: &mut Canvas<'_>, frame: &Frame, line: &Line) {
    let colour = colour(canvas.palette, line.ink);
    let place = |(x, y): (f64, f64)| (frame.x_of(x), frame.y_of(y));
    match line.shape {
        Shape::Dots => line.values().for_each(|point| canvas.dot(place(point), 3.0, colour)),
        Shape::Diamonds => line.values().for_each(|point| canvas.diamond(place(point), 5.0, colour)),
        Shape::Solid | Shape::Dashed | Shape::Area => {
            for stretch in stretches(frame, line) {
                paint_stretch(canvas, frame, line.shape, colour, &stretch);
            }
        }
    }
}

fn paint_stretch(canvas: &mut Canvas<'_>, frame: &Frame, shape: Shape, colour: u32, points: &[At]) {
    match (points, shape) {
        // A point alone has no length.
        ([alone], _) => canvas.dot(*alone, STROKE, colour),
        (_, Shape::Dashed) => canvas.dashes(points, colour, STROKE, (5.0, 4.0)),
        (_, Shape::Area) => {
            let (first, last) = (points[0], points[points.len() - 1]);
            let mut outline = vec![(first.0, frame.bottom)];
            outline.extend(points);
            outline.push((last.0, frame.bottom));
            canvas.area(&outline, colour, 0.12);
            canvas.path(points, colour, STROKE);
        }
        _ => canvas.path(points, colour, STROKE),
    }
}

/// The points between gaps, where they are drawn.
fn stretches(frame: &Frame, line: &Line) -> Vec<Vec<At>> {
    let columns = (frame.right - frame.left) * COLUMNS;
    let thin = thinned(line.points.iter().copied(), (frame.x.low, frame.x.high), to_f32(columns));
    let parts = thin.split(|point| point.1.is_nan()).filter(|part| !part.is_empty());
    parts.map(|part| part.iter().map(|&(x, y)| (frame.x_of(x), frame.y_of(y))).collect()).collect()
}
