//! The ways from producers to partitions and from partitions to consumers.

use egui::epaint::CubicBezierShape;
use egui::{Color32, Mesh, Painter, Pos2, Stroke, pos2};

use super::flow::Lane;
use super::layout::Detail;
use super::scene::Scene;
use crate::lab::snapshot::ClientStatus;
use crate::ui::widgets::convert::{count_to_f64, index_to_f32};

/// Most ways from producers that are drawn one by one; more are bundled.
const MOST_SENDING: usize = 240;

/// Most ways to consumers on which dots travel; the lines are drawn all the same.
const MOST_READING: usize = 160;

/// The pieces that a line of a bundle consists of.
const PIECES: usize = 10;

/// All ways on which something travels or could.
pub fn lanes(scene: &Scene<'_>) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for topic in 0..scene.layout.topics.len() {
        sending(scene, topic, &mut lanes);
    }
    for topic in 0..scene.layout.topics.len() {
        reading(scene, topic, &mut lanes);
    }
    lanes
}

fn sending(scene: &Scene<'_>, topic: usize, lanes: &mut Vec<Lane>) {
    let layout = &scene.layout;
    let state = &scene.snapshot.topics[topic];
    let rows = layout.visible_rows(topic);
    let sends_here = |it: &&(usize, &crate::lab::snapshot::ProducerState)| it.1.topic == state.name;
    let senders: Vec<_> = scene.snapshot.producers.iter().enumerate().filter(|it| sends_here(&it)).collect();
    if rows.is_empty() || senders.is_empty() {
        return;
    }
    let stride = rows.len().div_ceil((MOST_SENDING / senders.len()).clamp(1, 40));
    let total: f64 = state.partitions.iter().map(|it| it.records_in_per_second).sum();
    for (index, producer) in senders {
        let from = layout.producers.rect(index).right_center();
        for row in rows.clone().step_by(stride) {
            // A row that stands for its neighbours carries what they carry.
            let until = (row + stride).min(rows.end);
            let here: f64 = state.partitions[row..until].iter().map(|it| it.records_in_per_second).sum();
            let share = if total > 0.0 { here / total } else { 0.0 };
            lanes.push(Lane {
                key: key(topic, row, index),
                from,
                to: pos2(layout.strip_x.min - 28.0, layout.row_y(topic, row)),
                records_per_second: producer.records_per_second * share,
                colour: scene.tokens.accent,
            });
        }
    }
}

fn reading(scene: &Scene<'_>, topic: usize, lanes: &mut Vec<Lane>) {
    let rows = scene.layout.visible_rows(topic);
    let stride = rows.len().div_ceil(MOST_READING).max(1);
    for row in rows.step_by(stride) {
        let strip = scene.strip(topic, row);
        let Some((colour, lane)) = strip.colour.zip(reading_lane(scene, topic, row)) else { continue };
        let out = strip.seen.map_or(0.0, |seen| seen.records_out_per_second);
        let records_per_second = out * count_to_f64(u64::try_from(stride).unwrap_or(1));
        lanes.push(Lane { records_per_second, colour, ..lane });
    }
}

/// The way from one partition to its owner, without what travels on it.
fn reading_lane(scene: &Scene<'_>, topic: usize, row: usize) -> Option<Lane> {
    let owner = scene.owner(topic, row)?;
    let is_reading = scene.group?.members.get(owner)?.status == ClientStatus::Running;
    let from = pos2(scene.layout.strip_x.max, scene.layout.row_y(topic, row));
    let to = scene.layout.members.rect(owner).left_center();
    let colour = if is_reading { scene.tokens.text } else { scene.tokens.text_muted };
    Some(Lane { key: key(topic, row, 500_000 + owner), from, to, records_per_second: 0.0, colour })
}

fn key(topic: usize, row: usize, other: usize) -> u64 {
    let number = |value: usize| u64::try_from(value).unwrap_or(0);
    (number(topic) << 48) | (number(row) << 24) | number(other) | 1 << 63
}

/// Draws the lines below everything else.
pub fn paint(scene: &Scene<'_>, painter: &Painter, lanes: &[Lane]) {
    let is_detailed = scene.layout.has_row_detail();
    let is_sending = |lane: &&Lane| lane.from.x < scene.layout.strip_x.min;
    let thin = Stroke::new(1.0, scene.tokens.link);
    if lanes.iter().filter(is_sending).count() <= 60 {
        for lane in lanes.iter().filter(is_sending) {
            curve(painter, lane, thin);
        }
    } else {
        let mut mesh = Mesh::default();
        for lane in lanes.iter().filter(is_sending) {
            ribbon(&mut mesh, lane, 0.8, scene.tokens.link);
        }
        painter.add(mesh);
    }
    if is_detailed {
        for lane in lanes.iter().filter(|lane| !is_sending(lane)) {
            curve(painter, lane, Stroke::new(1.6, lane.colour.gamma_multiply(0.85)));
        }
    } else {
        bundles(scene, painter);
    }
    ends(scene, painter, lanes);
}

/// The small discs where a curve leaves its partition.
fn ends(scene: &Scene<'_>, painter: &Painter, lanes: &[Lane]) {
    if scene.layout.pitch < 20.0 || scene.layout.members.detail() == Detail::Bar {
        return;
    }
    for lane in lanes.iter().filter(|lane| lane.from.x >= scene.layout.strip_x.max) {
        painter.circle_filled(lane.from, 2.6, lane.colour);
    }
}

fn curve(painter: &Painter, lane: &Lane, stroke: Stroke) {
    painter.add(CubicBezierShape::from_points_stroke(lane.curve(), false, Color32::TRANSPARENT, stroke));
}

/// All lines to consumers as one mesh: a thousand of them cost less than a hundred curves.
fn bundles(scene: &Scene<'_>, painter: &Painter) {
    let mut mesh = Mesh::default();
    let width = scene.layout.pitch.clamp(0.35, 1.4);
    for topic in 0..scene.layout.topics.len() {
        for row in scene.layout.visible_rows(topic) {
            let colour = scene.strip(topic, row).colour;
            let Some((colour, lane)) = colour.zip(reading_lane(scene, topic, row)) else { continue };
            ribbon(&mut mesh, &lane, width, colour.gamma_multiply(0.55));
        }
    }
    painter.add(mesh);
}

fn ribbon(mesh: &mut Mesh, lane: &Lane, width: f32, colour: Color32) {
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(0);
    for piece in 0..=PIECES {
        let point = lane.at(index_to_f32(piece) / index_to_f32(PIECES));
        let half = width / 2.0;
        mesh.colored_vertex(Pos2::new(point.x, point.y - half), colour);
        mesh.colored_vertex(Pos2::new(point.x, point.y + half), colour);
    }
    for piece in 0..u32::try_from(PIECES).unwrap_or(0) {
        let at = first + piece * 2;
        mesh.add_triangle(at, at + 1, at + 2);
        mesh.add_triangle(at + 1, at + 2, at + 3);
    }
}
