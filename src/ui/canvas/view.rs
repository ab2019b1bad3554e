//! How far the rows are stretched and scrolled. The width always fits; only rows grow, so that text stays legible.

use egui::{Pos2, Rect, Response, Ui};

/// Rows are this much higher than when everything fits, from 1.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub zoom: f32,
    /// Points by which the rows are scrolled up.
    pub scroll: f32,
}

impl Default for View {
    fn default() -> Self {
        Self { zoom: 1.0, scroll: 0.0 }
    }
}

impl View {
    /// Follows wheel, drag and double click. `content` and `visible` are heights; `most` is the zoom at which
    /// every row has all its detail.
    pub fn interact(&mut self, ui: &Ui, response: &Response, rows: Rect, content: f32, most: f32) {
        if response.double_clicked() {
            *self = Self::default();
        }
        self.scroll -= response.drag_delta().y;
        if let Some(pointer) = response.hover_pos() {
            // With Ctrl held the wheel is a zoom, as a pinch is.
            let (wheel, zoom) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
            self.scroll -= wheel;
            self.stretch(zoom, pointer, rows, most);
        }
        let hidden = (content - rows.height()).max(0.0);
        self.scroll = self.scroll.clamp(0.0, hidden);
    }

    /// Scrolls as little as brings a height into view.
    pub fn reveal(&mut self, y: f32, rows: Rect) {
        let room = rows.y_range().shrink((rows.height() * 0.1).min(40.0));
        self.scroll += (y - room.max).max(0.0) - (room.min - y).max(0.0);
    }

    /// Stretches so that what is under the pointer stays there.
    fn stretch(&mut self, factor: f32, pointer: Pos2, rows: Rect, most: f32) {
        let zoom = (self.zoom * factor).clamp(1.0, most.max(1.0));
        let from_top = pointer.y - rows.top();
        self.scroll = (self.scroll + from_top) * (zoom / self.zoom) - from_top;
        self.zoom = zoom;
    }
}
