//! What is drawn in this frame: the snapshot, the group it is seen through, and where everything lies.

use egui::{Color32, Rect};

use super::View;
use super::layout::{Amounts, Layout};
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupPartitionState, GroupView, PartitionState};
use crate::ui::panels::words::{self, LagState};
use crate::ui::selection::Selection;
use crate::ui::theme::Tokens;
use crate::ui::widgets::convert::{count_to_f64, offset_to_f64};
use crate::ui::widgets::format::round_up;

/// Strips show at least this many records, so that one record is not a whole strip.
const FEWEST_SHOWN: f64 = 100.0;

/// One frame's drawing.
pub struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub selection: &'a Selection,
    pub tokens: &'static Tokens,
    pub layout: Layout,
    /// The group whose reading is shown.
    pub group: Option<&'a GroupView>,
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
}

/// One partition with all that is drawn of it.
pub struct Strip<'a> {
    pub partition: &'a PartitionState,
    pub seen: Option<&'a GroupPartitionState>,
    pub colour: Option<Color32>,
    pub lag_state: LagState,
}

impl<'a> Scene<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        group: Option<&'a GroupView>,
        selection: &'a Selection,
        tokens: &'static Tokens,
        (rect, view): (Rect, View),
    ) -> Self {
        let members = group.map_or(0, |group| group.members.len());
        let amounts = Amounts {
            producers: snapshot.producers.len(),
            topics: snapshot.topics.iter().map(|topic| topic.partitions.len()).collect(),
            members,
            assigned: group.map_or(0, |it| it.members.iter().filter(|it| !it.assignment.is_empty()).count()),
            other_groups: snapshot.groups.len().saturating_sub(1),
        };
        let layout = Layout::new(rect, &amounts, view);
        let topics = (0..snapshot.topics.len()).map(|index| topic_scene(snapshot, group, index)).collect();
        Self { snapshot, selection, tokens, layout, group, topics, since: 0.0 }
    }

    /// The groups that are folded into a card.
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

fn topic_scene(snapshot: &Snapshot, group: Option<&GroupView>, index: usize) -> TopicScene {
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
    let busiest = topic.partitions.iter().map(|it| it.records_in_per_second).fold(0.0, f64::max);
    let window = round_up((most_lag * 1.25).max(busiest * 3.0).max(FEWEST_SHOWN));
    TopicScene { seen, window }
}
