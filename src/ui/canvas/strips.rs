//! Partitions as horizontal logs, the newest record at the right: tinted what has been read, solid what
//! waits, a mark where the group has committed, another where the log starts. Words are in [`super::strip_words`].

use egui::{Color32, Mesh, Painter, Rangef, Rect, pos2, vec2};

use super::scene::{Scene, Strip};
use super::{bars, cells, strip_words};
use crate::lab::snapshot::GroupView;
use crate::ui::panels::words::LagState;
use crate::ui::theme::Tokens;
use crate::ui::widgets::convert::{offset_to_f64, to_f32, to_index};

/// A strip has about this many ticks, so that its motion is seen.
const TICKS: f64 = 40.0;

/// Seconds of the experiment for which a partition shows that it was just taken.
const FLASH_SECONDS: f64 = 0.9;

pub fn paint(scene: &Scene<'_>, painter: &Painter) {
    let clipped = painter.with_clip_rect(scene.layout.rows.expand2(vec2(0.0, 6.0)).intersect(painter.clip_rect()));
    let mut mesh = Mesh::default();
    for topic in 0..scene.layout.topics.len() {
        let block = scene.layout.topics[topic];
        let rows = scene.layout.visible_rows(topic);
        if block.stride() > 1 {
            for rows in bars::bars(rows, block.stride(), block.partitions) {
                bars::partitions(scene, topic, rows, &mut mesh);
            }
        } else {
            rows.for_each(|row| fill(scene, topic, row, &mut mesh));
        }
    }
    clipped.add(mesh);
    for topic in 0..scene.layout.topics.len() {
        strip_words::heading(scene, topic, painter);
        if scene.layout.topics[topic].has_row_detail() {
            for row in scene.layout.visible_rows(topic) {
                strip_words::words(scene, topic, row, &clipped);
            }
        } else {
            strip_words::outline(scene, topic, &clipped);
        }
    }
}

/// From offsets to pixels of one strip.
pub struct Ruler {
    pub rect: Rect,
    pub high_watermark: f64,
    pub window: f64,
}

impl Ruler {
    pub fn new(scene: &Scene<'_>, topic: usize, row: usize, strip: &Strip<'_>) -> Self {
        // Cells are records that there are, not ones that are thought to have arrived since.
        let is_exact = scene.topics[topic].has_cells || scene.is_calm;
        let high_watermark = strip.high_watermark(if is_exact { 0.0 } else { scene.since });
        Self { rect: scene.layout.strip(topic, row), high_watermark, window: scene.topics[topic].window }
    }

    pub fn x(&self, offset: f64) -> f32 {
        let back = to_f32((self.high_watermark - offset) / self.window).clamp(0.0, 1.0);
        self.rect.right() - back * self.rect.width()
    }

    fn span(&self, from: f64, to: f64) -> Rect {
        Rect::from_x_y_ranges(Rangef::new(self.x(from), self.x(to)), self.rect.y_range())
    }
}

fn fill(scene: &Scene<'_>, topic: usize, row: usize, mesh: &mut Mesh) {
    let tokens = scene.tokens;
    let strip = scene.strip(topic, row);
    let ruler = Ruler::new(scene, topic, row, &strip);
    mesh.add_colored_rect(ruler.rect, tokens.sunken);
    let log_start = offset_to_f64(strip.partition.log_start_offset);
    let committed = committed(scene, topic, &strip);
    let read_until = committed.unwrap_or(log_start).max(log_start);
    let owner = strip.colour.unwrap_or(tokens.text_muted);
    if let Some(share) = fresh(scene, &strip) {
        let around = ruler.rect.expand2(vec2(4.0, (ruler.rect.height() * 0.25).min(5.0)));
        mesh.add_colored_rect(around, glow(tokens, owner, share));
    }
    mesh.add_colored_rect(ruler.span(log_start, read_until), tokens.read(owner));
    let waiting = if committed.is_some() { waiting_colour(strip.lag_state, tokens) } else { tokens.waiting_unknown };
    mesh.add_colored_rect(ruler.span(read_until, ruler.high_watermark), waiting);
    if scene.topics[topic].has_cells {
        cells::gaps(&ruler, log_start, tokens, mesh);
    } else if scene.layout.topics[topic].has_row_detail() {
        ticks(&ruler, log_start, tokens, mesh);
    }
    marks(scene, topic, row, &strip, &ruler, mesh);
}

/// How fresh a partition's owner is, from 1 (just taken) to 0.
pub fn fresh(scene: &Scene<'_>, strip: &Strip<'_>) -> Option<f32> {
    let lasts = FLASH_SECONDS * scene.snapshot.clock.speed.max(1.0);
    strip.held_for.filter(|held| *held < lasts).map(|held| 1.0 - to_f32(held / lasts))
}

/// The light around what was just taken.
pub fn glow(tokens: &Tokens, owner: Color32, share: f32) -> Color32 {
    tokens.tinted(owner, tokens.canvas, u8::try_from(to_index(share * 230.0)).unwrap_or(u8::MAX))
}

/// Thin gaps every few records: they move to the left as records arrive.
fn ticks(ruler: &Ruler, log_start: f64, tokens: &Tokens, mesh: &mut Mesh) {
    let every = (ruler.window / TICKS).max(1.0);
    let oldest = (ruler.high_watermark - ruler.window).max(log_start);
    let mut offset = (oldest / every).ceil() * every;
    while offset < ruler.high_watermark {
        let x = ruler.x(offset);
        let gap = Rect::from_x_y_ranges(Rangef::new(x, x + 1.0), ruler.rect.y_range());
        mesh.add_colored_rect(gap, tokens.sunken.gamma_multiply(0.55));
        offset += every;
    }
}

/// Where the shown group has committed in a strip.
pub fn committed(scene: &Scene<'_>, topic: usize, strip: &Strip<'_>) -> Option<f64> {
    let is_exact = scene.topics[topic].has_cells || scene.is_calm;
    strip.committed(if is_exact { 0.0 } else { scene.since })
}

fn marks(scene: &Scene<'_>, topic: usize, row: usize, strip: &Strip<'_>, ruler: &Ruler, mesh: &mut Mesh) {
    let tokens = scene.tokens;
    let log_start = offset_to_f64(strip.partition.log_start_offset);
    let is_in_view = log_start > ruler.high_watermark - ruler.window && ruler.high_watermark > log_start;
    if is_in_view && scene.layout.topics[topic].has_row_detail() {
        edge(ruler, log_start, tokens, mesh);
    }
    if let Some(committed) = committed(scene, topic, strip) {
        let reach = if scene.layout.topics[topic].has_row_detail() { 3.0 } else { 0.0 };
        let width = if scene.layout.topics[topic].pitch >= 3.0 { 2.0 } else { 1.2 };
        mesh.add_colored_rect(bar(ruler, ruler.x(committed), reach, width), strip.colour.unwrap_or(tokens.text_muted));
    }
    if scene.layout.topics[topic].pitch >= 20.0 {
        other_marks(scene, topic, row, ruler, mesh);
    }
    if scene.layout.topics[topic].has_row_detail() && strip.partition.high_watermark > strip.partition.log_start_offset
    {
        mesh.add_colored_rect(bar(ruler, ruler.rect.right() - 1.0, 0.0, 1.5), tokens.text_muted);
    }
}

/// Where the log starts: a plain line at its beginning, teeth where retention has cut it.
fn edge(ruler: &Ruler, log_start: f64, tokens: &Tokens, mesh: &mut Mesh) {
    let x = ruler.x(log_start);
    if log_start <= 0.0 {
        return mesh.add_colored_rect(bar(ruler, x, 0.0, 1.0), tokens.text_muted);
    }
    let tooth = (ruler.rect.height() / 4.0).max(2.0);
    mesh.add_colored_rect(bar(ruler, x, 2.0, 1.5), tokens.warn);
    for number in [0.0, 2.0] {
        let y = ruler.rect.top() + tooth * number;
        let rect = Rect::from_x_y_ranges(Rangef::new(x - 3.0, x), Rangef::new(y, y + tooth));
        mesh.add_colored_rect(rect, tokens.warn);
    }
}

/// Small marks below the strip where the other groups have committed.
fn other_marks(scene: &Scene<'_>, topic: usize, row: usize, ruler: &Ruler, mesh: &mut Mesh) {
    for group in scene.other_groups() {
        let Some((committed, colour)) = committed_by(scene, group, topic, row) else { continue };
        let x = ruler.x(committed.min(ruler.high_watermark));
        let tip = ruler.rect.bottom() + 2.0;
        let first = u32::try_from(mesh.vertices.len()).unwrap_or(0);
        for corner in [pos2(x, tip), pos2(x - 3.5, tip + 6.0), pos2(x + 3.5, tip + 6.0)] {
            mesh.colored_vertex(corner, colour);
        }
        mesh.add_triangle(first, first + 1, first + 2);
    }
}

fn committed_by(scene: &Scene<'_>, group: &GroupView, topic: usize, row: usize) -> Option<(f64, Color32)> {
    let topic = &scene.snapshot.topics[topic];
    let id = topic.partitions[row].id;
    let is_this = |it: &&crate::lab::snapshot::GroupPartitionState| {
        it.partition.partition == id && *it.partition.topic == *topic.name
    };
    let seen = group.partitions.iter().find(is_this)?;
    let owner = seen.owner.and_then(|owner| group.members.get(owner));
    let colour = owner.map_or(scene.tokens.text_muted, |member| scene.tokens.member(member.colour));
    Some((offset_to_f64(seen.committed_offset?), colour))
}

fn bar(ruler: &Ruler, x: f32, reach: f32, width: f32) -> Rect {
    let y = Rangef::new(ruler.rect.top() - reach, ruler.rect.bottom() + reach);
    Rect::from_x_y_ranges(Rangef::new(x - width / 2.0, x + width / 2.0), y)
}

/// How the lag does, as the colour of what waits.
pub const fn waiting_colour(state: LagState, tokens: &Tokens) -> Color32 {
    match state {
        LagState::Small => tokens.waiting_good,
        LagState::Draining => tokens.waiting_warn,
        LagState::Growing => tokens.waiting_bad,
        LagState::Unknown => tokens.waiting_unknown,
    }
}
