//! Moments and stretches that a chart points at: a line each, and as many of their labels as don't meet.

use super::canvas::{Align, Canvas, Look};
use super::colour;
use super::fonts::{shortened, width};
use super::frame::Frame;
use super::ticks::Range;
use crate::report::chart::{Chart, Ink, Mark};

/// Height of a line of labels above the plot.
pub const LANE: f64 = 14.0;

/// Lines of labels.
const LANES: usize = 2;

const SIZE: f64 = 10.0;

/// Labels are not longer than this.
const LONGEST: f64 = 220.0;

/// A mark with its place, and the line that its label stands in where there was room.
#[derive(Debug)]
pub struct Placed {
    pub x: f64,
    pub lane: Option<usize>,
    label: String,
    label_x: f64,
    ink: Ink,
}

/// Finds a place for every label that has room; `taken` is where the lowest line begins to be free.
pub fn place(marks: &[Mark], (left, right): (f64, f64), x: Range, taken: f64) -> Vec<Placed> {
    let mut free = [left - 20.0; LANES];
    free[0] = taken;
    let mut ordered: Vec<&Mark> = marks.iter().collect();
    ordered.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut placed: Vec<Placed> = vec![];
    for mark in ordered {
        let at = left + x.share(mark.at) * (right - left);
        let label = shortened(&mark.label, SIZE, false, LONGEST);
        let wide = width(&label, SIZE, false);
        let begin = (at - wide / 2.0).min(right - wide).max(left);
        let lane = (!label.is_empty()).then(|| free.iter().position(|end| begin >= *end)).flatten();
        if let Some(lane) = lane {
            free[lane] = begin + wide + 10.0;
        }
        placed.push(Placed { x: at, lane, label, label_x: begin, ink: mark.ink });
    }
    placed
}

/// The lines and stretches, behind the chart's own.
pub fn paint_below(canvas: &mut Canvas<'_>, frame: &Frame, chart: &Chart) {
    for band in &chart.bands {
        let (from, to) = (frame.x_of(band.from), frame.x_of(band.to));
        // However short, it is seen.
        let to = to.max(from + 2.0);
        canvas.rect((from, frame.top), (to, frame.bottom), colour(canvas.palette, band.ink), 0.15);
    }
    for mark in &frame.marks {
        let ink = colour(canvas.palette, mark.ink);
        canvas.dashes(&[(mark.x, frame.top), (mark.x, frame.bottom)], ink, 1.0, (2.0, 3.0));
    }
}

/// The labels, above everything.
pub fn paint_labels(canvas: &mut Canvas<'_>, frame: &Frame) {
    for mark in &frame.marks {
        let Some(lane) = mark.lane else { continue };
        let y = frame.top - (super::float(lane) + 0.5) * LANE - 7.0;
        let look = Look::new(SIZE, colour(canvas.palette, mark.ink)).aligned(Align::Start);
        canvas.text((mark.label_x, y), &mark.label, look);
    }
}
