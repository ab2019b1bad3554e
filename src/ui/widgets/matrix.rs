//! A sparse matrix as a picture: one texture however many rows and columns it has, made anew only when it
//! changes. No cell is lost where there are more of them than pixels.

use egui::{Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, pos2};

use super::convert::{index_to_f32, to_index};

/// Most pixels of the picture along one side: more than any window has.
const MOST_PIXELS: usize = 2_048;

/// What a picture is made of: which row is filled in each column, and with which colour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    pub rows: usize,
    pub columns: Vec<Option<(usize, Color32)>>,
    pub ground: Color32,
}

/// A picture that is kept until its cells or its size change.
#[derive(Default)]
pub struct Matrix {
    made_of: (Cells, [usize; 2]),
    texture: Option<TextureHandle>,
}

impl Matrix {
    /// Paints the cells over all of `rect`.
    pub fn paint(&mut self, painter: &Painter, rect: Rect, cells: Cells) {
        let pixels = painter.pixels_per_point();
        let size = [size(cells.columns.len(), rect.width() * pixels), size(cells.rows, rect.height() * pixels)];
        let made_of = (cells, size);
        if self.texture.is_none() || self.made_of != made_of {
            self.texture = Some(texture(painter.ctx(), &made_of.0, size));
            self.made_of = made_of;
        }
        if let Some(texture) = &self.texture {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture.id(), rect, whole, Color32::WHITE);
        }
    }
}

/// A pixel per cell, or fewer where the room has fewer.
fn size(cells: usize, room: f32) -> usize {
    cells.min(to_index(room)).clamp(1, MOST_PIXELS)
}

fn texture(ctx: &Context, cells: &Cells, size: [usize; 2]) -> TextureHandle {
    ctx.load_texture("matrix", picture(cells, size), TextureOptions::NEAREST)
}

fn picture(cells: &Cells, size: [usize; 2]) -> ColorImage {
    let mut image = ColorImage::filled(size, cells.ground);
    for (column, cell) in cells.columns.iter().enumerate() {
        if let Some((row, colour)) = cell.filter(|(row, _)| *row < cells.rows) {
            let at = [column * size[0] / cells.columns.len(), row * size[1] / cells.rows];
            image.pixels[at[1] * size[0] + at[0]] = colour;
        }
    }
    image
}

/// The cell at a share of the width or height.
pub fn cell_at(share: f32, count: usize) -> Option<usize> {
    let index = to_index(share * index_to_f32(count));
    (share >= 0.0 && index < count).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_filled_cell_is_lost_where_there_are_more_cells_than_pixels() {
        let columns = (0..1_000).map(|at| Some((at, Color32::WHITE))).collect();
        let cells = Cells { rows: 1_000, columns, ground: Color32::BLACK };
        let image = picture(&cells, [100, 50]);
        let filled = |x: usize| (0..50).any(|y| image.pixels[y * 100 + x] == Color32::WHITE);
        assert!((0..100).all(filled));
        assert_eq!(image.pixels.iter().filter(|pixel| **pixel == Color32::WHITE).count(), 100);
    }

    #[test]
    fn a_cell_is_found_by_its_place() {
        assert_eq!(
            [cell_at(0.0, 8), cell_at(0.99, 8), cell_at(1.0, 8), cell_at(-0.1, 8)],
            [Some(0), Some(7), None, None]
        );
    }
}
