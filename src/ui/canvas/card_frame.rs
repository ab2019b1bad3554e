//! The frame of a card, with the shape that goes with its state.

use egui::{Color32, Painter, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use crate::lab::snapshot::ClientStatus;
use crate::ui::theme::Tokens;

const RADIUS: f32 = 6.0;

/// What a card's frame says.
pub struct Look {
    pub colour: Color32,
    pub is_selected: bool,
    pub status: ClientStatus,
    pub is_washed: bool,
}

/// A card's frame: dashed while joining, hatched when crashed or stalled.
pub fn frame(painter: &Painter, rect: Rect, look: &Look, tokens: &Tokens) {
    let is_alive = look.status == ClientStatus::Running;
    let fill = if is_alive { tokens.raised } else { tokens.canvas };
    painter.rect_filled(rect, RADIUS, fill);
    if matches!(look.status, ClientStatus::Crashed | ClientStatus::Stalled) {
        hatch(painter, rect, tokens.border);
    }
    let stroke = match (look.is_selected, is_alive) {
        (true, _) => Stroke::new(2.0, tokens.accent),
        (false, true) => Stroke::new(1.0, look.colour.gamma_multiply(if look.is_washed { 0.75 } else { 1.0 })),
        (false, false) => Stroke::new(1.0, tokens.text_muted.gamma_multiply(0.6)),
    };
    if is_alive || look.is_selected {
        painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
    } else {
        let inner = rect.shrink(0.5);
        let corners =
            [inner.left_top(), inner.right_top(), inner.right_bottom(), inner.left_bottom(), inner.left_top()];
        painter.extend(Shape::dashed_line(&corners, stroke, 4.0, 3.0));
    }
    if look.is_washed && is_alive {
        let edge = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(edge, egui::CornerRadius { nw: 6, sw: 6, ..Default::default() }, look.colour);
    }
}

fn hatch(painter: &Painter, rect: Rect, colour: Color32) {
    let clipped = painter.with_clip_rect(rect.shrink(1.0).intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        clipped.line_segment(line, Stroke::new(1.0, colour));
        x += 9.0;
    }
}
