//! Draws a [`Chart`]: where everything stands, so that no two labels meet, and then line by line on a
//! canvas. What it gives is the inside of an SVG; how that becomes a file is in [`super::export`].

pub mod canvas;
pub mod fonts;
mod frame;
mod header;
mod lines;
mod marks;
mod spans;
#[cfg(test)]
mod tests;
pub mod ticks;

use self::canvas::{At, Canvas};
use self::frame::Frame;
use super::chart::{Body, Chart, Ink};
use super::palette::{Palette, Rgb, Theme};

/// Points from the left edge of a chart to its right one: a page's width.
pub const WIDTH: f64 = 960.0;

/// Points left free along the edges.
const MARGIN: f64 = 18.0;

/// A chart that was drawn.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// In points.
    pub size: At,
    /// The elements of its SVG.
    pub elements: String,
}

/// Draws a chart in the colours of a theme.
pub fn draw(chart: &Chart, theme: Theme) -> Drawing {
    let frame = Frame::of(chart);
    let elements = canvas::elements(frame.size, theme.palette(), |canvas| {
        canvas.rect((0.0, 0.0), frame.size, canvas.palette.ground, 1.0);
        header::paint(canvas, &frame.header);
        frame.paint_grid(canvas);
        marks::paint_below(canvas, &frame, chart);
        match &chart.body {
            Body::Lines { lines, .. } => lines::paint(canvas, &frame, lines),
            Body::Spans { spans, .. } => spans::paint(canvas, &frame, spans),
        }
        marks::paint_labels(canvas, &frame);
    });
    Drawing { size: frame.size, elements }
}

/// The colour of a role.
fn colour(palette: &Palette, ink: Ink) -> Rgb {
    match ink {
        Ink::Text => palette.text,
        Ink::Muted => palette.text_muted,
        Ink::Accent => palette.accent,
        Ink::Good => palette.good,
        Ink::Warn => palette.warn,
        Ink::Bad => palette.bad,
        Ink::Member(number) => palette.members[number % palette.members.len()],
        Ink::Group(number) => palette.groups[number % palette.groups.len()],
    }
}

/// A line straight across or straight down.
fn rule(canvas: &mut Canvas<'_>, from: At, to: At, colour: Rgb, width: f64) {
    canvas.path(&[from, to], colour, width);
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
