//! Who held what when, as bars in rows.

use super::canvas::{Canvas, Look};
use super::fonts::width;
use super::frame::Frame;
use super::{colour, float};
use crate::report::chart::Span;

/// Size of an owner's name in its bar.
const NAME: f64 = 9.5;

/// Bars narrower than this can't be told apart.
const NARROWEST: f64 = 0.4;

/// Draws them; names stand where they have room.
pub fn paint(canvas: &mut Canvas<'_>, frame: &Frame, spans: &[Span]) {
    for span in spans {
        paint_span(canvas, frame, span);
    }
}

fn paint_span(canvas: &mut Canvas<'_>, frame: &Frame, span: &Span) {
    let (from, to) = (frame.x_of(span.from), frame.x_of(span.to));
    if to - from < NARROWEST {
        return;
    }
    let gap = if frame.row >= 8.0 { 1.5 } else { 0.0 };
    let top = frame.top + float(span.row) * frame.row + gap;
    let bottom = top + frame.row - 2.0 * gap;
    let ink = colour(canvas.palette, span.ink);
    canvas.rect((from, top), (to, bottom), ink, if span.is_active { 0.34 } else { 0.10 });
    canvas.rect((from, top), ((from + 2.0).min(to), bottom), ink, 1.0);
    if frame.row >= 14.0 && width(&span.owner, NAME, false) + 12.0 <= to - from {
        let text = canvas.palette.text;
        canvas.text((from + 7.0, f64::midpoint(top, bottom)), &span.owner, Look::new(NAME, text));
    }
}
