//! What lies under the pointer, and what there is to say about it.

use egui::Pos2;

use super::group_cards::state_words;
use super::scene::Scene;
use crate::lab::snapshot::GroupView;
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::widgets::format;

/// The thing at a point, with a line or two about it.
pub fn pick(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    producer(scene, at)
        .or_else(|| member(scene, at))
        .or_else(|| group(scene, at))
        .or_else(|| partition(scene, at))
        .or_else(|| heading(scene, at))
}

fn producer(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    let column = &scene.layout.producers;
    let index = column.at(at.y).filter(|_| column.x.contains(at.x))?;
    let producer = &scene.snapshot.producers[index];
    let text = format!(
        "Producer {}\n{} to {}, {}",
        producer.name,
        format::rate(producer.records_per_second),
        producer.topic,
        words::status(producer.status)
    );
    Some((Selection::Producer(producer.name.clone()), text))
}

fn member(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    if !scene.layout.groups_x.contains(at.x) || !scene.layout.rows.y_range().contains(at.y) {
        return None;
    }
    let mut blocks = scene.snapshot.groups.iter().zip(&scene.layout.groups);
    let (group, index) = blocks.find_map(|(group, block)| Some((group, block.members.at(at.y)?)))?;
    let member = &group.members[index];
    let text = format!(
        "Consumer {}\n{}, {} busy, {}\nHolds {}",
        member.name,
        format::rate(member.records_per_second),
        format::percent(member.busy),
        words::member_state(member, scene.snapshot.clock),
        if member.assignment.is_empty() {
            "no partition".to_owned()
        } else {
            format::counted(member.assignment.len(), "partition")
        }
    );
    Some((Selection::Consumer { group: group.name.clone(), name: member.name.clone() }, text))
}

fn group(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    let mut blocks = scene.snapshot.groups.iter().zip(&scene.layout.groups);
    let (group, _) = blocks.find(|(_, block)| block.heading.contains(at))?;
    Some((Selection::Group(group.name.clone()), about_group(scene, group)))
}

fn about_group(scene: &Scene<'_>, group: &GroupView) -> String {
    let (lag, _) = words::lag_with_velocity(group, scene.tokens);
    let state = state_words(scene, group);
    format!("Group {}\n{state}, generation {}\nLag {lag}", group.name, group.generation)
}

fn partition(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    let layout = &scene.layout;
    if !layout.strip_x.expand(22.0).contains(at.x) || !layout.rows.y_range().contains(at.y) {
        return None;
    }
    let (topic, row) = layout.row_at(at.y)?;
    let strip = scene.strip(topic, row);
    let name = &scene.snapshot.topics[topic].name;
    let offset = |value: i64| format::count(u64::try_from(value).unwrap_or(0));
    let owner = scene.owner(topic, row).and_then(|owner| scene.group?.members.get(owner));
    let mut text = format!(
        "Partition {name}-{}\n{} in, high watermark {}, log start {}",
        strip.partition.id,
        format::rate(strip.partition.records_in_per_second),
        offset(strip.partition.high_watermark),
        offset(strip.partition.log_start_offset)
    );
    if let Some(seen) = strip.seen {
        let committed =
            seen.committed_offset.map_or_else(|| "no commit yet".to_owned(), |at| format!("committed {}", offset(at)));
        let lag = seen.lag.map_or_else(String::new, |lag| format!(", {} wait", format::count(lag)));
        let reader = owner.map_or("nobody: no owner", |member| &member.name);
        text.extend(["\n", &committed, &lag, "\nRead by ", reader]);
    }
    Some((Selection::Partition { topic: name.clone(), partition: strip.partition.id }, text))
}

fn heading(scene: &Scene<'_>, at: Pos2) -> Option<(Selection, String)> {
    let layout = &scene.layout;
    if !layout.strip_x.contains(at.x) {
        return None;
    }
    let index = (0..layout.topics.len()).find(|topic| (at.y - layout.heading_y(*topic)).abs() <= 12.0)?;
    let topic = &scene.snapshot.topics[index];
    let text = format!("Topic {}\n{}", topic.name, format::counted(topic.partitions.len(), "partition"));
    Some((Selection::Topic(topic.name.clone()), text))
}
