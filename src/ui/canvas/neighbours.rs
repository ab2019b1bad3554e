//! From thing to thing with the arrow keys: up and down within a column, left and right to what lies nearest.

use egui::{Pos2, pos2};

use super::scene::Scene;
use crate::ui::selection::Selection;

/// One press of an arrow key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
}

struct Spot {
    thing: Selection,
    at: Pos2,
}

/// What lies next to the selection, and where it lies; the first thing of all while nothing is selected.
pub fn next(scene: &Scene<'_>, step: Step) -> Option<(Selection, Pos2)> {
    let columns = [producers(scene), topics(scene), groups(scene)];
    let current = scene.selection.items().last();
    let place = |(number, column): (usize, &Vec<Spot>)| {
        column.iter().position(|spot| Some(&spot.thing) == current).map(|row| (number, row))
    };
    let chosen = match columns.iter().enumerate().find_map(place) {
        None => columns.iter().flatten().next(),
        Some((number, row)) => match step {
            Step::Up => row.checked_sub(1).and_then(|row| columns[number].get(row)),
            Step::Down => columns[number].get(row + 1),
            Step::Left => nearest(columns[..number].iter().rev(), columns[number][row].at.y),
            Step::Right => nearest(columns[number + 1..].iter(), columns[number][row].at.y),
        },
    };
    chosen.map(|spot| (spot.thing.clone(), spot.at))
}

/// In the first column that has anything.
fn nearest<'a>(mut columns: impl Iterator<Item = &'a Vec<Spot>>, y: f32) -> Option<&'a Spot> {
    let column = columns.find(|column| !column.is_empty())?;
    column.iter().min_by(|one, other| (one.at.y - y).abs().total_cmp(&(other.at.y - y).abs()))
}

fn producers(scene: &Scene<'_>) -> Vec<Spot> {
    let column = scene.layout.producers;
    let spot = |(index, producer): (usize, &crate::lab::snapshot::ProducerState)| Spot {
        thing: Selection::Producer(producer.name.clone()),
        at: column.rect(index).center(),
    };
    scene.snapshot.producers.iter().enumerate().map(spot).collect()
}

fn topics(scene: &Scene<'_>) -> Vec<Spot> {
    let x = scene.layout.strip_x.center();
    let mut spots = Vec::new();
    for (index, topic) in scene.snapshot.topics.iter().enumerate() {
        spots.push(Spot { thing: Selection::Topic(topic.name.clone()), at: pos2(x, scene.layout.heading_y(index)) });
        spots.extend(topic.partitions.iter().enumerate().map(|(row, partition)| Spot {
            thing: Selection::Partition { topic: topic.name.clone(), partition: partition.id },
            at: pos2(x, scene.layout.row_y(index, row)),
        }));
    }
    spots
}

fn groups(scene: &Scene<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (group, block) in scene.snapshot.groups.iter().zip(&scene.layout.groups) {
        if block.heading.is_positive() {
            spots.push(Spot { thing: Selection::Group(group.name.clone()), at: block.heading.center() });
        }
        let cards = group.members.iter().take(block.members.count).enumerate();
        spots.extend(cards.map(|(index, member)| Spot {
            thing: Selection::Consumer { group: group.name.clone(), name: member.name.clone() },
            at: block.members.rect(index).center(),
        }));
    }
    spots
}
