//! What a chart is drawn on: lines, areas and text, in points, written as SVG by plotters. It knows no chart.

use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, RGBColor, ShapeStyle, TextStyle};

use super::fonts::{FAMILY, font};
use crate::report::palette::{Palette, Rgb};

/// plotters knows whole units only: with so many to a point lines don't step.
const UNITS: f64 = 10.0;

/// Writing to memory does not fail.
const IN_MEMORY: &str = "a drawing in memory has no end and no errors";

/// A point, in points from the upper left.
pub type At = (f64, f64);

/// A drawing in the making.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    pub palette: &'static Palette,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub size: f64,
    pub is_strong: bool,
    pub colour: Rgb,
    pub align: Align,
}

/// On which side of its place a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

impl Look {
    /// Plain text that begins at its place.
    pub const fn new(size: f64, colour: Rgb) -> Self {
        Self { size, is_strong: false, colour, align: Align::Start }
    }

    pub const fn strong(self) -> Self {
        Self { is_strong: true, ..self }
    }

    pub const fn aligned(self, align: Align) -> Self {
        Self { align, ..self }
    }
}

/// Draws with `paint` and gives the elements of the SVG, without their root.
pub fn elements(size: At, palette: &'static Palette, paint: impl FnOnce(&mut Canvas<'_>)) -> String {
    let mut text = String::new();
    {
        let backend = SVGBackend::with_string(&mut text, (extent(size.0), extent(size.1)));
        let mut canvas = Canvas { backend, palette };
        paint(&mut canvas);
        canvas.backend.present().expect(IN_MEMORY);
    }
    let body = text.split_once('\n').map_or("", |(_, rest)| rest);
    let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
    // Said once at the root, and what is the default isn't said at all.
    body.replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(&format!(" font-family=\"{FAMILY}\""), "")
}

/// The root that [`elements`] belong into, as its attributes.
pub fn root(size: At) -> String {
    format!(
        "viewBox=\"0 0 {} {}\" font-family=\"{FAMILY}, sans-serif\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        extent(size.0),
        extent(size.1)
    )
}

impl Canvas<'_> {
    /// A line through points.
    pub fn path(&mut self, points: &[At], colour: Rgb, width: f64) {
        let style = ShapeStyle { color: rgba(colour, 1.0), filled: false, stroke_width: extent(width) };
        self.backend.draw_path(points.iter().map(units), &style).expect(IN_MEMORY);
    }

    /// A line of dashes through points.
    pub fn dashes(&mut self, points: &[At], colour: Rgb, width: f64, (dash, gap): (f64, f64)) {
        for piece in pieces(points, dash, gap) {
            self.path(&piece, colour, width);
        }
    }

    /// A filled outline.
    pub fn area(&mut self, points: &[At], colour: Rgb, opacity: f64) {
        self.backend.fill_polygon(points.iter().map(units), &rgba(colour, opacity)).expect(IN_MEMORY);
    }

    /// A filled rectangle from its upper left to its lower right.
    pub fn rect(&mut self, from: At, to: At, colour: Rgb, opacity: f64) {
        self.backend.draw_rect(units(&from), units(&to), &rgba(colour, opacity), true).expect(IN_MEMORY);
    }

    pub fn dot(&mut self, centre: At, radius: f64, colour: Rgb) {
        self.backend.draw_circle(units(&centre), extent(radius), &rgba(colour, 1.0), true).expect(IN_MEMORY);
    }

    pub fn diamond(&mut self, (x, y): At, radius: f64, colour: Rgb) {
        self.area(&[(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], colour, 1.0);
    }

    /// Text whose small letters are centred on the height of its place.
    pub fn text(&mut self, at: At, text: &str, look: Look) {
        let colour = rgba(look.colour, 1.0);
        let side = match look.align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let style =
            TextStyle::from(font(look.size * UNITS, look.is_strong)).color(&colour).pos(Pos::new(side, VPos::Center));
        // XML has no place for control characters.
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        self.backend.draw_text(&text, &style, units(&at)).expect(IN_MEMORY);
    }
}

/// The dashes along a line.
fn pieces(points: &[At], dash: f64, gap: f64) -> Vec<Vec<At>> {
    let mut pieces = vec![];
    let mut piece: Vec<At> = points.first().copied().into_iter().collect();
    let (mut left, mut is_dash) = (dash, true);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                piece.extend(is_dash.then_some(to));
                break;
            }
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            if is_dash {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece.push(from);
            }
            is_dash = !is_dash;
            left = if is_dash { dash } else { gap };
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

fn rgba(colour: Rgb, opacity: f64) -> RGBAColor {
    let [_, red, green, blue] = colour.to_be_bytes();
    RGBColor(red, green, blue).mix(opacity)
}

#[expect(clippy::cast_possible_truncation, reason = "a chart is far smaller than what an i32 counts")]
fn units(&(x, y): &At) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths are small and not negative")]
fn extent(length: f64) -> u32 {
    (length * UNITS).round().max(0.0) as u32
}
