//! Columns of cards: how wide each column is, how high a card, and which card lies where.

use std::ops::Range;

use egui::{Rangef, Rect};

use crate::ui::widgets::convert::{index_to_f32, to_index};

/// How much of a card is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Full,
    /// One line of text.
    Line,
    /// A coloured bar.
    Bar,
}

/// Cards below each other.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub x: Rangef,
    pub top: f32,
    pub pitch: f32,
    pub height: f32,
    pub count: usize,
    pub visible: Rangef,
}

impl Column {
    /// One card.
    pub fn rect(&self, index: usize) -> Rect {
        let centre = self.top + self.pitch * (index_to_f32(index) + 0.5);
        let half = self.height / 2.0;
        Rect::from_x_y_ranges(self.x, Rangef::new(centre - half, centre + half))
    }

    pub fn seen(&self) -> Range<usize> {
        seen(self.top, self.pitch, self.count, self.visible)
    }

    pub fn detail(&self) -> Detail {
        match self.height {
            h if h >= 44.0 => Detail::Full,
            h if h >= 14.0 => Detail::Line,
            _ => Detail::Bar,
        }
    }

    /// Which card lies at a height.
    pub fn at(&self, y: f32) -> Option<usize> {
        let index = to_index((y - self.top) / self.pitch);
        (y >= self.top && index < self.count && self.rect(index).expand(1.0).y_range().contains(y)).then_some(index)
    }
}

/// Where the three columns lie.
pub struct Columns {
    pub producers: Rangef,
    pub strips: Rangef,
    pub members: Rangef,
}

impl Columns {
    pub fn new(view: Rect) -> Self {
        let width = view.width();
        let margin = (width * 0.026).clamp(8.0, 26.0);
        let producer = (width * 0.163).clamp(64.0, 152.0);
        let member = (width * 0.192).clamp(92.0, 180.0);
        let gap = (width * 0.118).clamp(22.0, 130.0);
        let left = view.left() + margin;
        let right = view.right() - margin;
        let strips = Rangef::new(left + producer + gap, right - member - gap * 0.95);
        Self {
            producers: Rangef::new(left, left + producer),
            strips: Rangef::new(strips.min, strips.max.max(strips.min + 40.0)),
            members: Rangef::new(right - member, right),
        }
    }
}

/// The height of a card that may take `pitch` with its gap.
pub fn card_height(pitch: f32, most: f32) -> f32 {
    // Below a few points a gap would only make patterns with the pixels.
    let gap = match pitch {
        p if p >= 24.0 => 8.0,
        p if p >= 4.0 => (p * 0.2).min(3.0),
        _ => 0.0,
    };
    (pitch - gap).min(most)
}

/// Which of equal rows can be seen.
pub fn seen(top: f32, pitch: f32, count: usize, visible: Rangef) -> Range<usize> {
    let first = to_index((visible.min - top) / pitch).min(count);
    let last = to_index(((visible.max - top) / pitch).ceil()).min(count);
    first..last.max(first)
}
