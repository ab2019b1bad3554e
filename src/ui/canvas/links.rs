//! The ways from producers to partitions and from partitions to consumers.

use std::ops::Range;

use egui::epaint::CubicBezierShape;
use egui::{Color32, Mesh, Painter, Pos2, Stroke, pos2};

use super::bars::bars;
use super::flow::Lane;
use super::scene::Scene;
use crate::lab::snapshot::{GroupPartitionState, GroupView};
use crate::ui::widgets::convert::{count_to_f64, index_to_f32};

/// Most ways from producers that are drawn one by one; more are bundled.
const MOST_SENDING: usize = 240;

/// Most ways to consumers on which dots travel; the lines are drawn all the same.
const MOST_READING: usize = 160;

/// Most partitions of a group beside the shown one whose ways are drawn.
const MOST_BESIDE: usize = 64;

/// Points over which the edge of a line of a bundle fades.
const SOFT: f32 = 1.2;

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
    for (number, group) in scene.snapshot.groups.iter().enumerate() {
        if !scene.is_shown(group) && scene.layout.groups[number].is_open {
            reading_beside(scene, number, group, &mut lanes);
        }
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
    for row in rows.clone().step_by(stride) {
        // A row that stands for its neighbours carries what they carry.
        let here = &state.partitions[row..(row + stride).min(rows.end)];
        let rate: f64 = here.iter().map(|it| it.records_in_per_second).sum();
        let counter = here.iter().map(|it| u64::try_from(it.high_watermark).unwrap_or(0)).sum();
        for (index, producer) in &senders {
            lanes.push(Lane {
                key: key(topic, row, 0, *index),
                source: key(topic, row, 0, 0),
                counter,
                from: layout.producers.rect(*index).right_center(),
                to: pos2(layout.strip_x.min - 28.0, layout.row_y(topic, row)),
                records_per_second: producer.records_per_second * if total > 0.0 { rate / total } else { 0.0 },
                colour: scene.tokens.accent,
                is_faint: false,
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
        // A row that stands for its neighbours carries about what they carry.
        let rows = u64::try_from(stride).unwrap_or(1);
        let (records_per_second, counter) = (out * count_to_f64(rows), lane.counter * rows);
        lanes.push(Lane { counter, records_per_second, colour, ..lane });
    }
}

/// The ways to an open group that is not the shown one.
fn reading_beside(scene: &Scene<'_>, number: usize, group: &GroupView, lanes: &mut Vec<Lane>) {
    let layout = &scene.layout;
    if group.partitions.len() > MOST_BESIDE {
        return;
    }
    for seen in &group.partitions {
        let topic = scene.snapshot.topics.iter().position(|topic| topic.name == *seen.partition.topic);
        let row = usize::try_from(seen.partition.partition).unwrap_or(usize::MAX);
        let Some((topic, owner)) = topic.zip(seen.owner) else { continue };
        if !layout.visible_rows(topic).contains(&row) || !layout.topics[topic].has_row_detail() {
            continue;
        }
        let from = layout.strip(topic, row).right_bottom();
        let lane = lane_to(scene, seen, (topic, row), (number, owner));
        let colour = group.members.get(owner).map_or(lane.colour, |member| scene.tokens.member(member.colour));
        let records_per_second = seen.records_out_per_second;
        lanes.push(Lane { from, colour, records_per_second, is_faint: true, ..lane });
    }
}

/// The way from one partition to its owner in the shown group, without what travels on it.
fn reading_lane(scene: &Scene<'_>, topic: usize, row: usize) -> Option<Lane> {
    let (owner, group) = (scene.owner(topic, row)?, scene.group?);
    let number = scene.snapshot.groups.iter().position(|it| scene.is_shown(it))?;
    group.members.get(owner)?;
    Some(lane_to(scene, scene.strip(topic, row).seen?, (topic, row), (number, owner)))
}

fn lane_to(
    scene: &Scene<'_>,
    seen: &GroupPartitionState,
    (topic, row): (usize, usize),
    (group, owner): (usize, usize),
) -> Lane {
    // A position that comes or goes counts anew: it is no record that moved.
    let is_position = usize::from(seen.position.is_some());
    let offset = seen.position.or(seen.committed_offset).unwrap_or(0);
    let key = key(topic, row, 1 + group * 2 + is_position, owner);
    Lane {
        key,
        source: key,
        counter: u64::try_from(offset).unwrap_or(0),
        from: pos2(scene.layout.strip_x.max, scene.layout.row_y(topic, row)),
        to: scene.layout.groups[group].members.rect(owner).left_center(),
        records_per_second: 0.0,
        colour: scene.tokens.text_muted,
        is_faint: false,
    }
}

fn key(topic: usize, row: usize, kind: usize, other: usize) -> u64 {
    let number = |value: usize, bits: u32| u64::try_from(value).unwrap_or(0) & ((1 << bits) - 1);
    (number(topic, 12) << 52) | (number(row, 20) << 32) | (number(kind, 12) << 20) | number(other, 20)
}

/// Draws the lines below everything else.
pub fn paint(scene: &Scene<'_>, painter: &Painter, lanes: &[Lane]) {
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
    for lane in lanes.iter().filter(|lane| lane.is_faint) {
        curve(painter, lane, Stroke::new(1.0, lane.colour.gamma_multiply(0.3)));
    }
    let is_detailed = scene.layout.topics.iter().all(super::layout::TopicBlock::has_row_detail);
    if is_detailed {
        for lane in lanes.iter().filter(|lane| !is_sending(lane) && !lane.is_faint) {
            curve(painter, lane, Stroke::new(1.6, lane.colour.gamma_multiply(0.85)));
            painter.circle_filled(lane.from, 2.6, lane.colour);
        }
    } else {
        bundles(scene, painter);
    }
}

fn curve(painter: &Painter, lane: &Lane, stroke: Stroke) {
    painter.add(CubicBezierShape::from_points_stroke(lane.curve(), false, Color32::TRANSPARENT, stroke));
}

/// All lines to consumers as one mesh: a thousand of them cost less than a hundred curves.
fn bundles(scene: &Scene<'_>, painter: &Painter) {
    let mut mesh = Mesh::default();
    for topic in 0..scene.layout.topics.len() {
        let block = scene.layout.topics[topic];
        for rows in bars(scene.layout.visible_rows(topic), block.stride(), block.partitions) {
            bundle(scene, topic, rows, &mut mesh);
        }
    }
    painter.add(mesh);
}

/// The lines from one bar: one for each bar of consumers that reads some of it.
fn bundle(scene: &Scene<'_>, topic: usize, rows: Range<usize>, mesh: &mut Mesh) {
    let middle = f32::midpoint(scene.layout.row_y(topic, rows.start), scene.layout.row_y(topic, rows.end - 1));
    let shown = scene.snapshot.groups.iter().position(|group| scene.is_shown(group));
    let stride = shown.map_or(1, |group| scene.layout.members_per_bar(group));
    let mut drawn: Option<usize> = None;
    for row in rows {
        let Some((colour, lane)) = scene.strip(topic, row).colour.zip(reading_lane(scene, topic, row)) else {
            continue;
        };
        let owner = scene.owner(topic, row).unwrap_or(0);
        if drawn == Some(owner / stride) {
            continue;
        }
        drawn = Some(owner / stride);
        let colour = if stride > 1 { scene.tokens.text_muted } else { colour };
        let lane = Lane { from: pos2(lane.from.x, middle), ..lane };
        ribbon(mesh, &lane, scene.layout.topics[topic].pitch.clamp(1.0, 1.4), colour.gamma_multiply(0.55));
    }
}

/// A curve as a band with soft edges: without them thin lines fall apart into dots.
fn ribbon(mesh: &mut Mesh, lane: &Lane, width: f32, colour: Color32) {
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(0);
    let points: [Pos2; PIECES + 1] = std::array::from_fn(|piece| lane.at(index_to_f32(piece) / index_to_f32(PIECES)));
    for (piece, point) in points.iter().enumerate() {
        let along = points[(piece + 1).min(PIECES)] - points[piece.saturating_sub(1)];
        let across = along.normalized().rot90() * f32::midpoint(width, SOFT);
        mesh.colored_vertex(*point - across, Color32::TRANSPARENT);
        mesh.colored_vertex(*point, colour);
        mesh.colored_vertex(*point + across, Color32::TRANSPARENT);
    }
    for piece in 0..u32::try_from(PIECES).unwrap_or(0) {
        let at = first + piece * 3;
        for side in [at, at + 1] {
            mesh.add_triangle(side, side + 1, side + 3);
            mesh.add_triangle(side + 1, side + 3, side + 4);
        }
    }
}
