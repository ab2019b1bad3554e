//! What is drawn in this frame: the snapshot, the group it is seen through, and where everything lies.

use egui::{Color32, Rect};

use super::View;
use super::group_blocks::GroupAmount;
use super::layout::{Amounts, Layout};
use super::memory::Memory;
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupPartitionState, GroupView, PartitionState};
use crate::ui::panels::words::{self, LagState};
use crate::ui::selection::Selection;
use crate::ui::theme::Tokens;
use crate::ui::widgets::convert::{count_to_f64, offset_to_f64};
use crate::ui::widgets::format::round_up;

/// Strips show at least this many records, so that one record is not a whole strip.
const FEWEST_SHOWN: f64 = 100.0;

/// Width of a record that is drawn as a cell.
const CELL: f32 = 30.0;

/// Cells are drawn up to this many records per real second in a topic: more would only flicker.
const MOST_IN_CELLS: f64 = 60.0;

const LEAST_CELL_PITCH: f32 = 24.0;

/// One frame's drawing.
pub struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub selection: &'a Selection,
    pub tokens: &'static Tokens,
    pub layout: Layout,
    /// The group whose reading is shown: it decides the colours of the partitions.
    pub group: Option<&'a GroupView>,
    pub memory: &'a Memory,
    /// Nothing travels: rates are written instead.
    pub is_calm: bool,
    pub topics: Vec<TopicScene>,
    /// Seconds of the experiment since the snapshot was taken.
    pub since: f64,
}

/// A topic as the shown group sees it.
pub struct TopicScene {
    /// Per partition, the index into the group's partitions.
    pub seen: Vec<Option<usize>>,
    /// How many records a strip shows, from its left edge to its right one.
    pub window: f64,
    /// Whether every record is a cell of its own with its offset.
    pub has_cells: bool,
}

/// One partition with all that is drawn of it.
pub struct Strip<'a> {
    pub partition: &'a PartitionState,
    pub seen: Option<&'a GroupPartitionState>,
    pub colour: Option<Color32>,
    /// Seconds since it changed hands.
    pub held_for: Option<f64>,
    pub lag_state: LagState,
}

impl<'a> Scene<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        group: Option<&'a GroupView>,
        (selection, memory): (&'a Selection, &'a Memory),
        tokens: &'static Tokens,
        (rect, view): (Rect, View),
    ) -> Self {
        let layout = Layout::new(rect, &amounts(snapshot, group), view);
        let topics =
            (0..snapshot.topics.len()).map(|index| topic_scene(snapshot, group, index, (&layout, view))).collect();
        Self { snapshot, selection, tokens, layout, group, memory, is_calm: false, topics, since: 0.0 }
    }

    /// The moment of the experiment that is shown, in seconds.
    pub fn now(&self) -> f64 {
        self.snapshot.clock.time.as_secs_f64() + self.since
    }

    /// Whether a group is the one whose reading is shown.
    pub fn is_shown(&self, group: &GroupView) -> bool {
        self.group.is_some_and(|shown| shown.name == group.name)
    }

    /// The groups whose reading is only marked.
    pub fn other_groups(&self) -> impl Iterator<Item = &'a GroupView> {
        let shown = self.group.map(|group| group.name.as_str());
        self.snapshot.groups.iter().filter(move |group| Some(group.name.as_str()) != shown)
    }

    /// A partition with what the shown group knows of it.
    pub fn strip(&self, topic: usize, index: usize) -> Strip<'a> {
        let partition = &self.snapshot.topics[topic].partitions[index];
        let seen = self.topics[topic].seen[index].and_then(|at| self.group?.partitions.get(at));
        let owner = seen.and_then(|it| self.group?.members.get(it.owner?));
        Strip {
            partition,
            seen,
            colour: owner.map(|member| self.tokens.member(member.colour)),
            held_for: self.topics[topic].seen[index].and_then(|at| self.memory.held_for(at, self.now())),
            lag_state: seen.map_or(LagState::Unknown, |it| words::lag_state(it, partition.records_in_per_second)),
        }
    }

    /// The member that owns a partition, as an index into the shown group.
    pub fn owner(&self, topic: usize, index: usize) -> Option<usize> {
        let at = self.topics[topic].seen[index]?;
        self.group?.partitions.get(at)?.owner
    }
}

impl Strip<'_> {
    /// Whether the shown group subscribes to it and nobody reads it.
    pub fn is_ownerless(&self) -> bool {
        self.seen.is_some_and(|seen| seen.owner.is_none())
    }

    /// High watermark now, going on at the measured rate since the snapshot.
    pub fn high_watermark(&self, since: f64) -> f64 {
        offset_to_f64(self.partition.high_watermark) + self.partition.records_in_per_second * since
    }

    pub fn committed(&self, since: f64) -> Option<f64> {
        let seen = self.seen?;
        let committed = offset_to_f64(seen.committed_offset?) + seen.records_out_per_second * since;
        Some(committed.min(self.high_watermark(since)))
    }
}

fn amounts(snapshot: &Snapshot, shown: Option<&GroupView>) -> Amounts {
    let amount = |group: &GroupView| GroupAmount {
        members: group.members.len(),
        assigned: group.members.iter().filter(|it| !it.assignment.is_empty()).count(),
        is_shown: shown.is_some_and(|shown| shown.name == group.name),
    };
    Amounts {
        producers: snapshot.producers.len(),
        topics: snapshot.topics.iter().map(|topic| topic.partitions.len()).collect(),
        groups: snapshot.groups.iter().map(amount).collect(),
    }
}

fn topic_scene(
    snapshot: &Snapshot,
    group: Option<&GroupView>,
    index: usize,
    (layout, view): (&Layout, View),
) -> TopicScene {
    let topic = &snapshot.topics[index];
    let mut seen = vec![None; topic.partitions.len()];
    let mut most_lag: f64 = 0.0;
    let partitions = group.iter().flat_map(|group| group.partitions.iter().enumerate());
    for (at, it) in partitions.filter(|(_, it)| *it.partition.topic == *topic.name) {
        most_lag = most_lag.max(count_to_f64(it.lag.unwrap_or(0)));
        let row = usize::try_from(it.partition.partition).ok().and_then(|row| seen.get_mut(row));
        if let Some(row) = row {
            *row = Some(at);
        }
    }
    let cells = f64::from(layout.strip_x.span() / CELL).floor().max(1.0);
    let is_slow = topic.records_in_per_second * snapshot.clock.speed <= MOST_IN_CELLS;
    let is_high = layout.topics[index].pitch >= LEAST_CELL_PITCH;
    // Who stretches the drawing wants to see records, even where the committed offset is further back.
    if is_high && is_slow && (most_lag + 1.0 <= cells || view.zoom >= 1.5) {
        return TopicScene { seen, window: cells, has_cells: true };
    }
    let busiest = topic.partitions.iter().map(|it| it.records_in_per_second).fold(0.0, f64::max);
    let window = round_up((most_lag * 1.25).max(busiest * 3.0).max(FEWEST_SHOWN));
    TopicScene { seen, window, has_cells: false }
}
