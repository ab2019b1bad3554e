//! Partitions as horizontal logs, the newest record at the right: tinted what has been read, solid what
//! waits, a mark where the group has committed, another where the log starts.

use egui::{Align2, Color32, Mesh, Painter, Rangef, Rect, Stroke, StrokeKind, pos2, vec2};

use super::scene::{Scene, Strip};
use super::{bars, cells};
use crate::lab::snapshot::GroupView;
use crate::ui::panels::words::LagState;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{offset_to_f64, to_f32, to_index};
use crate::ui::widgets::format;

/// A strip has about this many ticks, so that its motion is seen.
const TICKS: f64 = 40.0;

/// Seconds of the experiment for which a partition shows that it was just taken.
const FLASH_SECONDS: f64 = 0.9;

/// Gaps between hatching lines.
const HATCH: f32 = 8.0;

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
        heading(scene, topic, painter);
        if scene.layout.topics[topic].has_row_detail() {
            for row in scene.layout.visible_rows(topic) {
                words(scene, topic, row, &clipped);
            }
        } else {
            outline(scene, topic, &clipped);
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

fn committed(scene: &Scene<'_>, topic: usize, strip: &Strip<'_>) -> Option<f64> {
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

fn words(scene: &Scene<'_>, topic: usize, row: usize, painter: &Painter) {
    let tokens = scene.tokens;
    let strip = scene.strip(topic, row);
    let rect = scene.layout.strip(topic, row);
    let state = &scene.snapshot.topics[topic];
    let thing = Selection::Partition { topic: state.name.clone(), partition: strip.partition.id };
    let is_selected = scene.selection.contains(&thing);
    let stroke = if is_selected { Stroke::new(1.5, tokens.accent) } else { Stroke::new(1.0, tokens.border) };
    painter.rect_stroke(rect.expand(1.5), 3, stroke, StrokeKind::Inside);
    let font = theme::mono(size::SMALL - 0.5);
    let colour = if is_selected { tokens.text } else { tokens.text_muted };
    let at = rect.left_center() - vec2(9.0, 0.0);
    painter.text(at, Align2::RIGHT_CENTER, strip.partition.id.to_string(), font.clone(), colour);
    if scene.topics[topic].has_cells {
        cells::words(scene, topic, &Ruler::new(scene, topic, row, &strip), &strip, painter);
    }
    if strip.is_ownerless() {
        hatch(painter, rect, tokens.border);
    }
    let Some(waiting) = waiting(scene, topic, &strip) else { return };
    let galley = painter.layout_no_wrap(waiting, font, tokens.text);
    let at = Align2::RIGHT_CENTER.anchor_size(rect.right_center() - vec2(7.0, 0.0), galley.size());
    let is_crossed = strip.is_ownerless()
        || committed(scene, topic, &strip).is_some_and(|committed| {
            let mark = Ruler::new(scene, topic, row, &strip).x(committed);
            at.x_range().expand(3.0).contains(mark)
        });
    if is_crossed {
        // The number must stay readable where the mark runs through it.
        painter.rect_filled(at.expand2(vec2(3.0, 1.0)), 3, tokens.sunken.gamma_multiply(0.88));
    }
    painter.galley(at.min, galley, tokens.text);
}

/// What stands at the end of a strip: who is missing, what waits, and the rate where nothing travels.
fn waiting(scene: &Scene<'_>, topic: usize, strip: &Strip<'_>) -> Option<String> {
    let seen = strip.seen?;
    let lag = match seen.lag {
        Some(lag) => format::count(lag),
        None => "no commit yet".to_owned(),
    };
    let rate = format::rate(strip.partition.records_in_per_second);
    match (strip.is_ownerless(), scene.topics[topic].has_cells) {
        (true, _) => Some(format!("no owner · {lag}")),
        // The cells say how many wait.
        (false, true) => scene.is_calm.then_some(rate),
        (false, false) if scene.is_calm => Some(format!("{rate} · {lag}")),
        (false, false) => Some(lag),
    }
}

/// Nobody's: hatched, whatever the colours.
fn hatch(painter: &Painter, rect: Rect, colour: Color32) {
    let clipped = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        clipped.line_segment(line, Stroke::new(1.5, colour));
        x += HATCH;
    }
}

/// A frame around rows that are too low for frames of their own.
fn outline(scene: &Scene<'_>, topic: usize, painter: &Painter) {
    let block = scene.layout.topics[topic];
    let Some(last) = block.partitions.checked_sub(1) else { return };
    let rect = scene.layout.strip(topic, 0).union(scene.layout.strip(topic, last)).expand(2.0);
    painter.rect_stroke(rect, 3, Stroke::new(1.0, scene.tokens.border), StrokeKind::Outside);
    let font = theme::mono(size::SMALL - 1.0);
    let ends = [(0, Align2::RIGHT_TOP), (last, Align2::RIGHT_BOTTOM)];
    let fitting = if rect.height() < 24.0 { 1 } else { 2 };
    for (row, align) in ends.into_iter().take(fitting) {
        let strip = scene.layout.strip(topic, row);
        let y = if row == 0 { strip.top() } else { strip.bottom() };
        let id = scene.snapshot.topics[topic].partitions[row].id.to_string();
        painter.text(pos2(rect.left() - 5.0, y), align, id, font.clone(), scene.tokens.text_muted);
    }
}

/// The topic's name and size above its first row.
fn heading(scene: &Scene<'_>, topic: usize, painter: &Painter) {
    let block = scene.layout.topics[topic];
    if block.heading < 10.0 && topic > 0 {
        return;
    }
    let tokens = scene.tokens;
    let state = &scene.snapshot.topics[topic];
    let y = scene.layout.heading_y(topic);
    if topic > 0 && !scene.layout.rows.y_range().contains(y) {
        return;
    }
    let is_selected = scene.selection.contains(&Selection::Topic(state.name.clone()));
    let colour = if is_selected { tokens.accent } else { tokens.text };
    let at = pos2(scene.layout.strip_x.min, y);
    let name = painter.text(at, Align2::LEFT_CENTER, &state.name, theme::sans_strong(size::BODY - 0.5), colour);
    let is_read = scene.topics[topic].seen.iter().any(Option::is_some);
    let unread = scene.group.filter(|_| !is_read).map(|group| format!(" · not read by {}", group.name));
    let left = name.right() + 8.0;
    // Beside the upper heading of the groups there is no more room than up to it.
    let room = scene.layout.groups_x.min - 14.0 - left;
    let unread = unread.unwrap_or_default();
    let partitions = format::counted(state.partitions.len(), "partition");
    let rate = format::rate(state.records_in_per_second);
    let window = format::short(scene.topics[topic].window);
    let bar = if block.stride() > 1 { format!(" · a bar is {} partitions", block.stride()) } else { String::new() };
    let texts = [
        format!("{partitions} · {rate} in{bar} · showing {window} records each{unread}"),
        format!("{partitions} · {rate} in{bar} · {window} records each{unread}"),
        format!("{partitions} · {rate} in{bar}{unread}"),
        format!("{partitions}{bar}{unread}"),
        partitions,
    ];
    let galley = |text: &String| painter.layout_no_wrap(text.clone(), theme::sans(size::SMALL), tokens.text_muted);
    let Some(galley) = texts.iter().map(galley).find(|galley| galley.size().x <= room) else { return };
    painter.galley(pos2(left, y - galley.size().y / 2.0), galley, tokens.text_muted);
}
