//! Where everything lies. Rows are reckoned, not stored, so that a thousand of them cost nothing.

use std::ops::Range;

use egui::{Rangef, Rect, pos2};

use super::View;
use crate::ui::widgets::convert::{index_to_f32, to_index};

/// The room that headings and captions take above and below the rows.
const ABOVE: f32 = 46.0;
const BELOW: f32 = 46.0;
/// Most room that a row takes, where there is plenty.
const PARTITION_PITCH: f32 = 46.0;
const CARD_PITCH: f32 = 92.0;
/// Least pitch at which a consumer's card has all its lines.
const FULL_CARD: f32 = 76.0;
const PRODUCER_CARD: f32 = 48.0;
const CARD: f32 = 68.0;
/// A topic's heading, and the gap before the next one.
const HEADING: f32 = 26.0;
/// Headings are left out when they would take more than this share of the height.
const HEADING_SHARE: f32 = 0.4;
/// A group that is not shown in full.
pub const FOLDED: f32 = 44.0;
const FOLDED_GAP: f32 = 8.0;
/// Most groups that are folded into a card each.
const MOST_FOLDED: usize = 3;

/// How much there is of everything.
#[derive(Clone, Debug, Default)]
pub struct Amounts {
    pub producers: usize,
    /// Partitions per topic.
    pub topics: Vec<usize>,
    pub members: usize,
    /// Members that hold partitions; they are aligned with what they read.
    pub assigned: usize,
    pub other_groups: usize,
}

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

/// A topic's partitions below each other.
#[derive(Clone, Copy, Debug)]
pub struct TopicBlock {
    pub top: f32,
    pub heading: f32,
    pub partitions: usize,
}

/// The whole drawing.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Where rows are: between headings and captions.
    pub rows: Rect,
    pub producers: Column,
    pub topics: Vec<TopicBlock>,
    pub pitch: f32,
    pub strip_height: f32,
    pub strip_x: Rangef,
    pub members: Column,
    pub folded: Vec<Rect>,
    pub content_height: f32,
    /// The zoom at which every row has all its detail.
    pub most_zoom: f32,
}

impl Layout {
    pub fn new(view: Rect, amounts: &Amounts, zoomed: View) -> Self {
        let rows = Rect::from_min_max(view.min + egui::vec2(0.0, ABOVE), view.max - egui::vec2(0.0, BELOW));
        let height = rows.height().max(40.0);
        let partitions: usize = amounts.topics.iter().sum();
        let headings = heading_height(amounts.topics.len(), height);
        let all_headings = headings * index_to_f32(amounts.topics.len().saturating_sub(1));
        let room = (height * zoomed.zoom - all_headings).max(20.0);
        let pitch = (room / index_to_f32(partitions.max(1))).min(PARTITION_PITCH);
        let topics = blocks(&amounts.topics, rows.top() - zoomed.scroll, pitch, headings);
        let folded_count = amounts.other_groups.min(MOST_FOLDED);
        let folded_height = index_to_f32(folded_count) * (FOLDED + FOLDED_GAP);
        let blocks_height = pitch * index_to_f32(partitions) + all_headings;
        let columns = Columns::new(view);
        let first_block = amounts.topics.first().map_or(blocks_height, |rows| pitch * index_to_f32(*rows));
        let members = member_column(amounts, columns.members, rows, first_block, (height - folded_height, zoomed));
        let members_height = members.pitch * index_to_f32(members.count) + folded_height;
        let natural = (index_to_f32(partitions) * PARTITION_PITCH + all_headings)
            .max(index_to_f32(amounts.members) * FULL_CARD + folded_height);
        Self {
            rows,
            producers: producer_column(amounts.producers, columns.producers, rows, blocks_height.min(height)),
            topics,
            pitch,
            strip_height: strip_height(pitch),
            strip_x: columns.strips,
            members,
            folded: folded(folded_count, columns.members, rows, members_height.min(height)),
            content_height: blocks_height.max(members_height),
            most_zoom: natural / height,
        }
    }

    /// The middle of a partition's row.
    pub fn row_y(&self, topic: usize, partition: usize) -> f32 {
        self.topics[topic].top + self.pitch * (index_to_f32(partition) + 0.5)
    }

    /// The rows of a topic that can be seen.
    pub fn visible_rows(&self, topic: usize) -> Range<usize> {
        let block = self.topics[topic];
        seen(block.top, self.pitch, block.partitions, self.rows.y_range())
    }

    /// The strip of a partition.
    pub fn strip(&self, topic: usize, partition: usize) -> Rect {
        let y = self.row_y(topic, partition);
        let half = self.strip_height / 2.0;
        Rect::from_x_y_ranges(self.strip_x, Rangef::new(y - half, y + half))
    }

    /// Whether rows are high enough for text and curves of their own.
    pub fn has_row_detail(&self) -> bool {
        self.pitch >= 13.0
    }
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

struct Columns {
    producers: Rangef,
    strips: Rangef,
    members: Rangef,
}

impl Columns {
    fn new(view: Rect) -> Self {
        let width = view.width();
        let margin = (width * 0.026).clamp(8.0, 26.0);
        let producer = (width * 0.163).clamp(84.0, 152.0);
        let member = (width * 0.192).clamp(110.0, 180.0);
        let gap = (width * 0.118).clamp(34.0, 130.0);
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

fn heading_height(topics: usize, height: f32) -> f32 {
    let is_affordable = index_to_f32(topics) * HEADING <= height * HEADING_SHARE;
    if is_affordable { HEADING } else { 2.0 }
}

fn blocks(topics: &[usize], top: f32, pitch: f32, heading: f32) -> Vec<TopicBlock> {
    let mut at = top;
    let place = |&partitions: &usize| {
        let block = TopicBlock { top: at, heading, partitions };
        at += pitch * index_to_f32(partitions) + heading;
        block
    };
    topics.iter().map(place).collect()
}

fn strip_height(pitch: f32) -> f32 {
    match pitch {
        p if p >= 13.0 => (p * 0.52).clamp(9.0, 23.0),
        p if p >= 3.0 => p - 1.0,
        p => p,
    }
}

fn producer_column(count: usize, x: Rangef, rows: Rect, aligned_to: f32) -> Column {
    let fit = rows.height() / index_to_f32(count.max(1));
    let pitch = fit.min(CARD_PITCH.max(aligned_to / index_to_f32(count.max(1) + 1))).min(110.0);
    let total = pitch * index_to_f32(count);
    let top = rows.top() + ((aligned_to - total) / 2.0).max(0.0);
    Column { x, top, pitch, height: card_height(pitch, PRODUCER_CARD), count, visible: rows.y_range() }
}

fn member_column(amounts: &Amounts, x: Rangef, rows: Rect, aligned_to: f32, (height, view): (f32, View)) -> Column {
    let count = amounts.members;
    // While nobody holds anything yet, cards lie where they will lie when everybody does.
    let holders = if amounts.assigned == 0 { count } else { amounts.assigned };
    let aligned = aligned_to / index_to_f32(holders.max(1));
    let wanted = aligned.max(FULL_CARD).min(if count > holders { CARD_PITCH.max(aligned) } else { f32::MAX });
    let room = height * view.zoom;
    let pitch = wanted.min(room / index_to_f32(count.max(1)));
    let visible = Rangef::new(rows.top(), rows.top() + height);
    Column { x, top: rows.top() - view.scroll, pitch, height: card_height(pitch, CARD), count, visible }
}

fn card_height(pitch: f32, most: f32) -> f32 {
    // Below a few points a gap would only make patterns with the pixels.
    let gap = match pitch {
        p if p >= 24.0 => 8.0,
        p if p >= 4.0 => (p * 0.2).min(3.0),
        _ => 0.0,
    };
    (pitch - gap).min(most)
}

/// Folded groups follow the members, at the latest at the lower edge.
fn folded(count: usize, x: Rangef, rows: Rect, below: f32) -> Vec<Rect> {
    let bottom = rows.top() + below;
    (0..count)
        .map(|index| {
            let top = bottom - index_to_f32(count - index) * (FOLDED + FOLDED_GAP) + FOLDED_GAP;
            Rect::from_min_max(pos2(x.min, top), pos2(x.max, top + FOLDED))
        })
        .collect()
}

fn seen(top: f32, pitch: f32, count: usize, visible: Rangef) -> Range<usize> {
    let first = to_index((visible.min - top) / pitch).min(count);
    let last = to_index(((visible.max - top) / pitch).ceil()).min(count);
    first..last.max(first)
}
