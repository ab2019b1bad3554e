//! The topology drawing: flow from left to right, from producers through partitions to consumers.
//! It draws a snapshot and says what lies under the pointer; it changes nothing.

mod band;
mod bars;
mod card_frame;
mod cards;
mod cells;
mod columns;
mod flow;
mod group_blocks;
mod group_cards;
mod layout;
mod links;
mod memory;
mod neighbours;
mod pick;
mod scene;
mod strip_words;
mod strips;
mod view;

#[cfg(test)]
mod tests;

pub use band::inside;
pub use flow::Flow;
pub use layout::Layout;
pub use memory::Memory;
pub use neighbours::{Step, next};
pub use pick::pick;
pub use scene::Scene;
pub use view::{Bounds, View};

use egui::Painter;

/// Draws everything; the flow goes on by what time has passed.
pub fn paint(scene: &Scene<'_>, painter: &Painter, flow: &mut Flow, step_seconds: f64) {
    let lanes = links::lanes(scene);
    flow.advance(&lanes, step_seconds, scene.snapshot.clock.speed);
    links::paint(scene, painter, &lanes);
    if !scene.is_calm {
        flow.paint(painter, &lanes);
    }
    strips::paint(scene, painter);
    cards::paint(scene, painter);
    group_cards::paint(scene, painter);
}
