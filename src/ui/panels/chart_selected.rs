//! The throughput of what is selected: of everything, a topic, a partition or a client, with what belongs to it.

use super::chart_lines::View;
use crate::lab::snapshot::GroupView;
use crate::metrics::series::Series;
use crate::ui::selection::Selected;
use crate::ui::widgets::chart::Line;

impl View<'_> {
    /// The lines of what is selected; of everything where nothing is.
    pub(super) fn of_selected(&self) -> Vec<Line> {
        match self.selected {
            Selected::Nothing => self.everything(&self.snapshot.history.records_in),
            Selected::Group(group) => self.everything(self.coming_into(group)),
            Selected::Topic(topic) => self.of_topic(&topic.name),
            Selected::Partition(topic, at) => {
                let id = topic.partitions[at].id;
                let frames = self.topic(&topic.name).map(|history| &history.partitions_in);
                let points = frames.map_or_else(Vec::new, |frames| self.recent(frames.of(id)));
                vec![Self::line(&format!("{}-{id}", topic.name), points, self.tokens.accent)]
            }
            Selected::Producer(producer) => {
                let history = self.snapshot.history.producers.get(&producer.name);
                let points = history.map_or_else(Vec::new, |history| self.recent(history.accepted.points()));
                vec![Self::line(&producer.name, points, self.tokens.accent)]
            }
            Selected::Consumer(group, member) => {
                let history = self.snapshot.history.groups.get(&group.name);
                let consumer = history.and_then(|history| history.consumers.get(&member.name));
                let points = consumer.map_or_else(Vec::new, |history| self.recent(history.records_out.points()));
                let mut lines = vec![Self::line(&member.name, points, self.tokens.member(member.colour))];
                lines.extend(
                    history.map(|it| {
                        Self::line(&group.name, self.recent(it.records_out.points()), self.tokens.text_muted)
                    }),
                );
                lines
            }
        }
    }

    /// What comes in, and what each group takes out.
    pub(super) fn everything(&self, records_in: &Series) -> Vec<Line> {
        let mut lines = vec![Self::line("in", self.recent(records_in.points()), self.tokens.accent)];
        lines.extend(self.groups.iter().map(|(group, history, colour)| {
            Self::line(&group.name, self.recent(history.records_out.points()), *colour)
        }));
        lines
    }

    /// What comes into the only topic of a group; all that comes in where it reads several.
    fn coming_into(&self, group: &GroupView) -> &Series {
        let only = group.topics.first().filter(|_| group.topics.len() == 1);
        let history = only.and_then(|topic| self.topic(topic));
        history.map_or(&self.snapshot.history.records_in, |history| &history.records_in)
    }

    /// A topic with its busiest and its idlest partition: apart from each other they show a hot key.
    fn of_topic(&self, name: &str) -> Vec<Line> {
        let Some(history) = self.topic(name) else { return Vec::new() };
        let mut lines = vec![Self::line("in", self.recent(history.records_in.points()), self.tokens.accent)];
        let extreme = |pick: fn(f32, f32) -> f32| {
            let of_frame = move |frame: &[f32]| frame.iter().copied().filter(|it| !it.is_nan()).reduce(pick);
            let values =
                history.partitions_in.frames().filter_map(move |(at, frame)| Some((at, f64::from(of_frame(frame)?))));
            self.recent(values)
        };
        lines.push(Self::line("busiest partition", extreme(f32::max), self.tokens.warn));
        lines.push(Self::line("idlest partition", extreme(f32::min), self.tokens.text_muted));
        lines
    }
}
