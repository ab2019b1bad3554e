//! How far the drawing is stretched and where one has moved in it. Rows and the logs in them grow, both about
//! the pointer; text keeps its size, so that it stays legible.

use egui::{Pos2, Rect, Response, Ui, Vec2, vec2};

use super::columns::Columns;

/// The drawing gets no wider than so many times the room: cards must stay within reach.
const MOST_WIDE: f32 = 3.0;

/// Rows are this much higher than when everything fits, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub zoom: f32,
    /// Points by which everything is moved to the left and the rows are moved up.
    pub scroll: Vec2,
}

impl Default for View {
    fn default() -> Self {
        Self { zoom: 1.0, scroll: Vec2::ZERO }
    }
}

/// What limits a view: the room, and what lies in it.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The whole drawing's room.
    pub room: Rect,
    /// Where rows are.
    pub rows: Rect,
    /// The height of all rows.
    pub content: f32,
    /// The zoom at which every row has all its detail.
    pub most: f32,
}

impl View {
    /// The room with its width stretched and moved: columns are laid out on it.
    pub fn stretched(&self, room: Rect) -> Rect {
        let left = room.left() - self.scroll.x;
        Rect::from_x_y_ranges(left..=left + room.width() * wide(self.zoom), room.y_range())
    }

    /// Follows wheel, drag and double click.
    pub fn interact(&mut self, ui: &Ui, response: &Response, bounds: &Bounds) {
        if response.double_clicked() {
            *self = Self::default();
        }
        self.scroll -= response.drag_delta();
        if let Some(pointer) = response.hover_pos() {
            // With Ctrl held the wheel is a zoom, as a pinch is; with Shift it goes sideways.
            let (wheel, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
            self.scroll -= wheel;
            self.stretch(zoom, pointer, bounds);
        }
        self.keep_within(bounds);
    }

    /// Moves as little as brings a point into view.
    pub fn reveal(&mut self, at: Pos2, bounds: &Bounds) {
        let margin = (bounds.rows.height() * 0.1).min(40.0);
        let rows = bounds.rows.y_range().shrink(margin);
        self.scroll.y += (at.y - rows.max).max(0.0) - (rows.min - at.y).max(0.0);
        let columns = bounds.room.x_range().shrink((bounds.room.width() * 0.12).min(100.0));
        self.scroll.x += (at.x - columns.max).max(0.0) - (columns.min - at.x).max(0.0);
        self.keep_within(bounds);
    }

    /// Stretches so that what is under the pointer stays there.
    pub fn stretch(&mut self, factor: f32, pointer: Pos2, bounds: &Bounds) {
        let zoom = (self.zoom * factor).clamp(1.0, bounds.most.max(1.0));
        let before = Columns::new(self.stretched(bounds.room)).strips;
        // Of the logs, which alone are stretched; what lies beside them keeps its distance.
        let share = (pointer.x - before.min) / before.span().max(1.0);
        let from_top = pointer.y - bounds.rows.top();
        let y = (self.scroll.y + from_top) * (zoom / self.zoom) - from_top;
        *self = Self { zoom, scroll: vec2(0.0, y) };
        let after = Columns::new(self.stretched(bounds.room)).strips;
        self.scroll.x = match share {
            s if s <= 0.0 => after.min - before.min,
            s if s >= 1.0 => after.max - before.max,
            s => after.min + s * after.span() - pointer.x,
        };
    }

    fn keep_within(&mut self, bounds: &Bounds) {
        let hidden = vec2(bounds.room.width() * (wide(self.zoom) - 1.0), bounds.content - bounds.rows.height());
        self.scroll = self.scroll.clamp(Vec2::ZERO, hidden.max(Vec2::ZERO));
    }
}

/// How many times the room the drawing is wide: a thousand rows are zoomed far, and their logs not as far.
fn wide(zoom: f32) -> f32 {
    zoom.clamp(1.0, MOST_WIDE)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    fn bounds() -> Bounds {
        let room = Rect::from_min_max(pos2(200.0, 40.0), pos2(1_000.0, 640.0));
        let rows = room.shrink2(vec2(0.0, 46.0));
        Bounds { room, rows, content: rows.height(), most: 8.0 }
    }

    #[test]
    fn zooming_leaves_what_is_under_the_pointer_where_it_is() {
        let bounds = bounds();
        let pointer = pos2(610.0, 300.0);
        let place = |view: View| {
            let strips = Columns::new(view.stretched(bounds.room)).strips;
            ((pointer.x - strips.min) / strips.span(), (pointer.y - bounds.rows.top() + view.scroll.y) / view.zoom)
        };
        let mut view = View::default();
        let before = place(view);
        for factor in [1.3, 2.0, 1.4, 0.5] {
            view.stretch(factor, pointer, &bounds);
            let after = place(view);
            assert!((after.0 - before.0).abs() < 1e-4 && (after.1 - before.1).abs() < 1e-2, "{before:?} {after:?}");
        }
        assert!(view.scroll.x > 0.0 && view.scroll.y > 0.0, "both ways: {view:?}");
        view.stretch(0.01, pointer, &bounds);
        view.keep_within(&bounds);
        assert_eq!(view, View::default(), "zoomed out everything is in view");
    }

    #[test]
    fn what_is_revealed_lies_in_view() {
        let bounds = Bounds { content: 3_000.0, ..bounds() };
        let mut view = View { zoom: 4.0, scroll: Vec2::ZERO };
        let far = pos2(1_900.0, 2_000.0);
        view.reveal(far, &bounds);
        assert!(bounds.rows.contains(far - view.scroll), "{view:?}");
    }
}
