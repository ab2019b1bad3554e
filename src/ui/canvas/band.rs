//! What lies in a rectangle that was drawn over the drawing.

use egui::Rect;

use super::scene::Scene;
use crate::ui::selection::Selection;

/// All producers, partitions and consumers that a rectangle touches, in the order of the outline.
pub fn inside(scene: &Scene<'_>, band: Rect) -> Vec<Selection> {
    let (layout, snapshot) = (&scene.layout, scene.snapshot);
    let is_in = |rect: Rect| rect.is_positive() && rect.intersects(band);
    let mut things = Vec::new();
    for (index, topic) in snapshot.topics.iter().enumerate() {
        let rows = layout.visible_rows(index).filter(|row| is_in(layout.strip(index, *row)));
        things.extend(
            rows.map(|row| Selection::Partition { topic: topic.name.clone(), partition: topic.partitions[row].id }),
        );
    }
    let producers = layout.producers.seen().filter(|index| is_in(layout.producers.rect(*index)));
    things.extend(producers.map(|index| Selection::Producer(snapshot.producers[index].name.clone())));
    for (group, block) in snapshot.groups.iter().zip(&layout.groups) {
        let members = block.members.seen().filter(|index| is_in(block.members.rect(*index)));
        things.extend(
            members.map(|index| Selection::Consumer {
                group: group.name.clone(),
                name: group.members[index].name.clone(),
            }),
        );
    }
    things
}
