//! Records as cells with their offsets, where there are few enough to read them one by one.

use egui::{Align2, Mesh, Painter, Rangef, Rect, pos2};

use super::scene::{Scene, Strip};
use super::strips::Ruler;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{offset_to_f64, to_count};

/// Least pitch at which there is room for the committed offset below a strip.
const CAPTION_PITCH: f32 = 44.0;

/// The gaps between cells.
pub fn gaps(ruler: &Ruler, log_start: f64, tokens: &Tokens, mesh: &mut Mesh) {
    let mut offset = first(ruler, log_start);
    while offset <= ruler.high_watermark {
        let x = ruler.x(offset);
        let gap = Rect::from_x_y_ranges(Rangef::new(x - 1.0, x + 1.0), ruler.rect.y_range());
        mesh.add_colored_rect(gap, tokens.canvas);
        offset += 1.0;
    }
}

/// The offset in every cell, and the committed one below its mark.
pub fn words(scene: &Scene<'_>, topic: usize, ruler: &Ruler, strip: &Strip<'_>, painter: &Painter) {
    let tokens = scene.tokens;
    let log_start = offset_to_f64(strip.partition.log_start_offset);
    let committed = strip.committed(0.0);
    let mut offset = first(ruler, log_start);
    let step = ruler.x(offset + 1.0) - ruler.x(offset);
    let digits = to_count(ruler.high_watermark).to_string().len();
    let font = theme::mono(if digits > 3 { 8.5 } else { size::SMALL - 0.5 });
    while digits <= 5 && offset < ruler.high_watermark {
        let at = pos2(ruler.x(offset) + step / 2.0, ruler.rect.center().y);
        painter.text(at, Align2::CENTER_CENTER, to_count(offset).to_string(), font.clone(), tokens.text);
        offset += 1.0;
    }
    let Some(committed) = committed.filter(|_| scene.layout.topics[topic].pitch >= CAPTION_PITCH) else { return };
    let is_left = committed < ruler.high_watermark - ruler.window;
    let text = format!("{}committed {}", if is_left { "< " } else { "" }, to_count(committed));
    let galley = painter.layout_no_wrap(text, theme::sans(size::TINY), strip.colour.unwrap_or(tokens.text_muted));
    let x = (ruler.x(committed) - galley.size().x / 2.0).min(ruler.rect.right() - galley.size().x);
    let at = pos2(x.max(ruler.rect.left()), ruler.rect.bottom() + 4.0);
    painter.galley(at, galley, tokens.text_muted);
}

fn first(ruler: &Ruler, log_start: f64) -> f64 {
    (ruler.high_watermark - ruler.window).max(log_start).max(0.0)
}
