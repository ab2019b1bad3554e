//! A chart as PNG, rasterised from its SVG, twice as fine as its points.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use crate::report::convert::to_f32;

/// Pixels of a PNG for each point of a chart.
pub const SCALE: f64 = 2.0;

/// The pixels of a drawing as a file.
///
/// # Errors
/// In words, when there is no memory for the pixels.
pub fn png(tree: &Tree) -> Result<Vec<u8>, String> {
    let size = tree.size().to_int_size();
    let scale = to_f32(SCALE);
    let too_large = || format!("a picture of {} × {} points is too large", size.width(), size.height());
    let scaled = size.scale_by(scale).ok_or_else(too_large)?;
    let mut pixels = Pixmap::new(scaled.width(), scaled.height()).ok_or_else(too_large)?;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}
