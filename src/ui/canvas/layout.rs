//! Where everything lies. Rows are reckoned, not stored, so that a thousand of them cost nothing.

use std::ops::Range;

use egui::{Rangef, Rect};

use super::View;
pub use super::columns::Detail;
use super::columns::{Column, Columns, card_height, seen};
use super::group_blocks::{self, GroupAmount, GroupBlock};
use crate::ui::widgets::convert::{index_to_f32, to_index};

/// The room that headings and captions take above and below the rows.
const ABOVE: f32 = 46.0;
const BELOW: f32 = 46.0;
/// Most room that a row takes, where there is plenty and nothing is stretched.
const PARTITION_PITCH: f32 = 84.0;
/// How far rows may be stretched beyond that.
const MOST_STRETCH: f32 = 2.0;
/// A few partitions keep this much each beside a topic with a thousand.
const SMALL_TOPIC_PITCH: f32 = 15.0;
/// All topics that keep it take at most this share of the height.
const SMALL_TOPICS_SHARE: f32 = 0.4;
const PRODUCER_CARD: f32 = 48.0;
const PRODUCER_PITCH: f32 = 110.0;
/// A topic's heading, and the gap before the next one.
const HEADING: f32 = 26.0;
/// Headings are left out when they would take more than this share of the height.
const HEADING_SHARE: f32 = 0.4;

/// How much there is of everything.
#[derive(Clone, Debug, Default)]
pub struct Amounts {
    pub producers: usize,
    /// Partitions per topic.
    pub topics: Vec<usize>,
    pub groups: Vec<GroupAmount>,
}

/// A topic's partitions below each other.
#[derive(Clone, Copy, Debug)]
pub struct TopicBlock {
    pub top: f32,
    pub heading: f32,
    pub partitions: usize,
    pub pitch: f32,
}

/// The whole drawing.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Where rows are: between headings and captions.
    pub rows: Rect,
    pub producers: Column,
    pub topics: Vec<TopicBlock>,
    pub strip_x: Rangef,
    pub groups_x: Rangef,
    pub groups: Vec<GroupBlock>,
    pub content_height: f32,
    /// The zoom at which every row has all its detail.
    pub most_zoom: f32,
}

impl Layout {
    pub fn new(view: Rect, amounts: &Amounts, zoomed: View) -> Self {
        let rows = Rect::from_min_max(view.min + egui::vec2(0.0, ABOVE), view.max - egui::vec2(0.0, BELOW));
        let height = rows.height().max(40.0);
        let headings = heading_height(amounts.topics.len(), height);
        let all_headings = headings * index_to_f32(amounts.topics.len().saturating_sub(1));
        let room = (height * zoomed.zoom - all_headings).max(20.0);
        let topics = blocks(&amounts.topics, rows.top() - zoomed.scroll.y, (room, zoomed.zoom), headings);
        let blocks_height = topics.iter().map(TopicBlock::height).sum::<f32>() + all_headings;
        let columns = Columns::new(zoomed.stretched(view));
        let first_block = topics.first().map_or(blocks_height, TopicBlock::height);
        let (groups, groups_height) =
            group_blocks::arrange(&amounts.groups, columns.members, rows, first_block, zoomed);
        let partitions: usize = amounts.topics.iter().sum();
        let natural = (index_to_f32(partitions) * PARTITION_PITCH + all_headings)
            .max(group_blocks::natural_height(&amounts.groups));
        Self {
            rows,
            producers: producer_column(amounts.producers, columns.producers, rows, blocks_height.min(height)),
            topics,
            strip_x: columns.strips,
            groups_x: columns.members,
            groups,
            content_height: blocks_height.max(groups_height),
            most_zoom: (natural / height).max(1.0) * MOST_STRETCH,
        }
    }

    /// How many consumers of a group are drawn as one bar.
    pub fn members_per_bar(&self, group: usize) -> usize {
        super::bars::stride(self.groups[group].members.pitch)
    }

    /// The middle of a partition's row.
    pub fn row_y(&self, topic: usize, partition: usize) -> f32 {
        self.topics[topic].top + self.topics[topic].pitch * (index_to_f32(partition) + 0.5)
    }

    /// The rows of a topic that can be seen.
    pub fn visible_rows(&self, topic: usize) -> Range<usize> {
        let block = self.topics[topic];
        seen(block.top, block.pitch, block.partitions, self.rows.y_range())
    }

    /// The strip of a partition.
    pub fn strip(&self, topic: usize, partition: usize) -> Rect {
        let y = self.row_y(topic, partition);
        let half = strip_height(self.topics[topic].pitch) / 2.0;
        Rect::from_x_y_ranges(self.strip_x, Rangef::new(y - half, y + half))
    }

    /// Where a topic's name is written.
    pub fn heading_y(&self, topic: usize) -> f32 {
        if topic == 0 { self.rows.top() - 22.0 } else { self.topics[topic].top - 9.0 }
    }

    /// The partition at a height, with its topic.
    pub fn row_at(&self, y: f32) -> Option<(usize, usize)> {
        let row = |block: &TopicBlock| to_index((y - block.top) / block.pitch);
        let topic = self.topics.iter().position(|block| y >= block.top && row(block) < block.partitions)?;
        Some((topic, row(&self.topics[topic])))
    }
}

impl TopicBlock {
    /// Whether rows are high enough for text and curves of their own.
    pub fn has_row_detail(&self) -> bool {
        self.pitch >= 13.0
    }

    /// How many partitions are drawn as one bar.
    pub fn stride(&self) -> usize {
        super::bars::stride(self.pitch)
    }

    fn height(&self) -> f32 {
        self.pitch * index_to_f32(self.partitions)
    }
}

fn heading_height(topics: usize, height: f32) -> f32 {
    let is_affordable = index_to_f32(topics) * HEADING <= height * HEADING_SHARE;
    if is_affordable { HEADING } else { 2.0 }
}

fn blocks(topics: &[usize], top: f32, (room, zoom): (f32, f32), heading: f32) -> Vec<TopicBlock> {
    let most = PARTITION_PITCH * zoom.clamp(1.0, MOST_STRETCH);
    let mut at = top;
    let place = |(&partitions, pitch): (&usize, f32)| {
        let block = TopicBlock { top: at, heading, partitions, pitch: pitch.min(most) };
        at += block.height() + heading;
        block
    };
    topics.iter().zip(pitches(topics, room)).map(place).collect()
}

/// Rows are equally high, but small topics stay legible beside huge ones.
fn pitches(topics: &[usize], room: f32) -> Vec<f32> {
    let total: usize = topics.iter().sum();
    let equal = room / index_to_f32(total.max(1));
    if equal >= SMALL_TOPIC_PITCH {
        return vec![equal; topics.len()];
    }
    let share = room * SMALL_TOPICS_SHARE / index_to_f32(topics.len().max(1));
    let is_small = |partitions: usize| index_to_f32(partitions) * SMALL_TOPIC_PITCH <= share;
    let small: usize = topics.iter().copied().filter(|it| is_small(*it)).sum();
    let rest = (room - index_to_f32(small) * SMALL_TOPIC_PITCH) / index_to_f32((total - small).max(1));
    topics.iter().map(|&it| if is_small(it) { SMALL_TOPIC_PITCH } else { rest }).collect()
}

fn strip_height(pitch: f32) -> f32 {
    match pitch {
        p if p >= 13.0 => (p * 0.5).clamp(9.0, 46.0),
        p if p >= 3.0 => p - 1.0,
        p => p,
    }
}

fn producer_column(count: usize, x: Rangef, rows: Rect, aligned_to: f32) -> Column {
    let each = index_to_f32(count.max(1));
    let pitch = (rows.height() / each).min(92.0_f32.max(aligned_to / (each + 1.0))).min(PRODUCER_PITCH);
    let total = pitch * index_to_f32(count);
    let top = rows.top() + ((aligned_to - total) / 2.0).max(0.0);
    Column { x, top, pitch, height: card_height(pitch, PRODUCER_CARD), count, visible: rows.y_range() }
}
