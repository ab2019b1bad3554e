//! The charts' lines of each topic, partition, producer and consumer, in the colours that these have in the
//! drawing. Where there are many, the busiest have lines.

use std::cmp::Reverse;

use egui::Color32;

use super::chart_lines::View;
use crate::lab::snapshot::TopicState;
use crate::ui::selection::Selected;
use crate::ui::widgets::chart::Line;

/// Most lines of a kind: more can't be told apart.
const MOST: usize = 12;

impl View<'_> {
    pub(super) fn each_topic(&self) -> Vec<Line> {
        let topics = self.snapshot.topics.iter().enumerate().take(MOST);
        let line = |(index, topic): (usize, &TopicState)| {
            let series = &self.topic(&topic.name)?.records_in;
            Some(Self::line(&topic.name, self.recent(series.points()), self.colour(index)))
        };
        topics.filter_map(line).collect()
    }

    /// Records per second into the partitions of one topic.
    pub(super) fn each_partition(&self) -> Vec<Line> {
        let Some((topic, history)) = self.one_topic().and_then(|it| Some((it, self.topic(&it.name)?))) else {
            return Vec::new();
        };
        let line = |id: u32| {
            let points = self.recent(history.partitions_in.of(id));
            Self::line(&format!("{}-{id}", topic.name), points, self.owner_colour(topic, id))
        };
        let ids = topic.partitions.iter().map(|it| (it.high_watermark, it.id));
        busiest(ids.collect()).into_iter().map(line).collect()
    }

    /// What waits in the partitions of one topic for the shown group, or in the selected one for each group.
    pub(super) fn lag_of_partitions(&self) -> Vec<Line> {
        let Some(topic) = self.one_topic() else { return Vec::new() };
        if let Selected::Partition(_, at) = self.selected {
            let id = topic.partitions[at].id;
            return self
                .groups
                .iter()
                .map(|(group, history, colour)| {
                    let frames = history.partition_lag.get(&topic.name);
                    let points = frames.map_or_else(Vec::new, |frames| self.recent(frames.of(id)));
                    Self::line(&group.name, points, *colour)
                })
                .collect();
        }
        let Some((group, frames)) =
            self.groups.first().and_then(|it| Some((it.0, it.1.partition_lag.get(&topic.name)?)))
        else {
            return Vec::new();
        };
        let of_topic = group.partitions.iter().filter(|it| *it.partition.topic == *topic.name);
        let ids = of_topic.map(|it| (it.lag, it.partition.partition)).collect();
        let line = |id: u32| {
            Self::line(&format!("{}-{id}", topic.name), self.recent(frames.of(id)), self.owner_colour(topic, id))
        };
        busiest(ids).into_iter().map(line).collect()
    }

    pub(super) fn each_producer(&self) -> Vec<Line> {
        let producers = self.snapshot.producers.iter().enumerate().take(MOST);
        producers
            .filter_map(|(index, producer)| {
                let series = &self.snapshot.history.producers.get(&producer.name)?.accepted;
                Some(Self::line(&producer.name, self.recent(series.points()), self.colour(index)))
            })
            .collect()
    }

    /// Records per second that the members of the shown group process.
    pub(super) fn each_consumer(&self) -> Vec<Line> {
        let Some((group, history, _)) = self.groups.first() else { return Vec::new() };
        group
            .members
            .iter()
            .take(MOST)
            .filter_map(|member| {
                let series = &history.consumers.get(&member.name)?.records_out;
                Some(Self::line(&member.name, self.recent(series.points()), self.tokens.member(member.colour)))
            })
            .collect()
    }

    /// The selected topic, or the first that the shown group reads.
    fn one_topic(&self) -> Option<&TopicState> {
        if let Selected::Topic(topic) | Selected::Partition(topic, _) = self.selected {
            return Some(topic);
        }
        let is_read = |topic: &&TopicState| self.groups.first().is_some_and(|it| it.0.topics.contains(&topic.name));
        self.snapshot.topics.iter().find(is_read).or(self.snapshot.topics.first())
    }

    /// The colour that a partition wears in the drawing.
    fn owner_colour(&self, topic: &TopicState, id: u32) -> Color32 {
        let owner = self.groups.first().and_then(|(group, ..)| {
            let is_it = |it: &&crate::lab::snapshot::GroupPartitionState| {
                it.partition.partition == id && *it.partition.topic == *topic.name
            };
            group.members.get(group.partitions.iter().find(is_it)?.owner?)
        });
        owner.map_or(self.tokens.text_muted, |member| self.tokens.member(member.colour))
    }

    /// Of things that have no colour in the drawing.
    fn colour(&self, index: usize) -> Color32 {
        self.tokens.groups[index % self.tokens.groups.len()]
    }
}

/// The numbers with the greatest figures, in order.
fn busiest<F: Ord>(mut figures: Vec<(F, u32)>) -> Vec<u32> {
    figures.sort_by(|one, other| Reverse(&one.0).cmp(&Reverse(&other.0)).then(one.1.cmp(&other.1)));
    let mut ids: Vec<u32> = figures.into_iter().take(MOST).map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids
}
