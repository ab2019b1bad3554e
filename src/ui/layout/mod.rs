//! Where the panes lie: they can be dragged, split, closed and brought back, and the arrangement can be kept.
//! What is in a pane is drawn by the window through [`PaneContent`].

mod arrangement;
mod behaviour;
mod pane;

use egui::Ui;
use egui_tiles::{Container, Tile, TileId, Tree};

pub use arrangement::Arrangement;
pub use pane::Pane;

use behaviour::Panes;

/// Draws the contents of panes.
pub trait PaneContent {
    fn content_ui(&mut self, ui: &mut Ui, pane: Pane);
}

/// The panes as they lie.
pub struct Layout {
    tree: Tree<Pane>,
    arrangement: Arrangement,
    /// Sized by hand: then the shares are the person's, otherwise they follow the room.
    is_sized: bool,
    was_edited: bool,
}

/// What is kept of a layout.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    arrangement: Arrangement,
    is_sized: bool,
    tree: Tree<Pane>,
}

impl Default for Layout {
    fn default() -> Self {
        Self::arranged(Arrangement::Run)
    }
}

impl Layout {
    /// All panes as this arrangement has them.
    pub fn arranged(arrangement: Arrangement) -> Self {
        Self { tree: arrangement.tree(), arrangement, is_sized: false, was_edited: true }
    }

    /// The layout that was kept, if it can still be understood.
    pub fn from_kept(kept: &serde_json::Value) -> Option<Self> {
        let kept = Kept::deserialize_from(kept)?;
        let is_whole = Pane::ALL.iter().all(|pane| kept.tree.tiles.find_pane(pane).is_some());
        is_whole.then_some(Self {
            tree: kept.tree,
            arrangement: kept.arrangement,
            is_sized: kept.is_sized,
            was_edited: false,
        })
    }

    /// What is to be kept.
    pub fn to_kept(&self) -> Option<serde_json::Value> {
        let Self { tree, arrangement, is_sized, .. } = self;
        serde_json::to_value(Kept { arrangement: *arrangement, is_sized: *is_sized, tree: tree.clone() }).ok()
    }

    /// Whether something was moved, sized, closed or shown since this was asked last.
    pub fn take_edited(&mut self) -> bool {
        std::mem::take(&mut self.was_edited)
    }

    /// Whether the pane has a place, in front or behind another tab.
    pub fn is_open(&self, pane: Pane) -> bool {
        self.tile(pane).is_some_and(|tile| self.tree.is_visible(tile))
    }

    /// Whether the pane can be seen.
    pub fn is_in_front(&self, pane: Pane) -> bool {
        self.tile(pane).is_some_and(|tile| self.is_open(pane) && self.tree.active_tiles().contains(&tile))
    }

    /// Brings the pane back where it was, in front of others.
    pub fn show(&mut self, pane: Pane) {
        let Some(tile) = self.tile(pane) else { return };
        self.tree.set_visible(tile, true);
        self.tree.make_active(|id, _| id == tile);
        self.was_edited = true;
    }

    /// Takes the pane away; it keeps its place for when it comes back.
    pub fn close(&mut self, pane: Pane) {
        let Some(tile) = self.tile(pane) else { return };
        self.tree.set_visible(tile, false);
        self.was_edited = true;
    }

    /// Whether every pane is closed.
    pub fn is_empty(&self) -> bool {
        !Pane::ALL.iter().any(|pane| self.is_open(*pane))
    }

    /// Draws every open pane.
    pub fn ui(&mut self, ui: &mut Ui, content: &mut dyn PaneContent) {
        if !self.is_sized {
            self.arrangement.size(&mut self.tree, ui.available_size());
        }
        let mut panes = Panes::new(content);
        self.tree.ui(&mut panes, ui);
        let (edits, closed) = panes.finish();
        self.is_sized |= edits.is_sized || edits.is_moved;
        self.was_edited |= edits.is_sized || edits.is_moved || edits.is_turned;
        for pane in closed {
            self.close(pane);
        }
    }

    fn tile(&self, pane: Pane) -> Option<TileId> {
        self.tree.tiles.find_pane(&pane)
    }
}

impl Kept {
    fn deserialize_from(kept: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(kept.clone()).ok()
    }
}

/// The container above a tile that divides its room in a line.
fn linear_above(tree: &mut Tree<Pane>, tile: TileId) -> Option<&mut egui_tiles::Linear> {
    let parent = tree.tiles.parent_of(tile)?;
    match tree.tiles.get_mut(parent)? {
        Tile::Container(Container::Linear(linear)) => Some(linear),
        Tile::Container(Container::Tabs(_) | Container::Grid(_)) | Tile::Pane(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_close_keep_their_place_and_come_back() {
        let mut layout = Layout::default();
        assert!(layout.is_in_front(Pane::Topology) && !layout.is_in_front(Pane::Events));
        layout.close(Pane::Lag);
        assert!(!layout.is_open(Pane::Lag));
        layout.show(Pane::Lag);
        assert!(layout.is_in_front(Pane::Lag));
        layout.show(Pane::Events);
        assert!(layout.is_in_front(Pane::Events) && !layout.is_in_front(Pane::Topology));
    }

    #[test]
    fn a_layout_survives_being_written() {
        let mut layout = Layout::arranged(Arrangement::Inspect);
        layout.close(Pane::Latency);
        layout.show(Pane::Assignment);
        let text = layout.to_kept().unwrap().to_string();
        let again = Layout::from_kept(&serde_json::from_str(&text).unwrap()).unwrap();
        for pane in Pane::ALL {
            assert_eq!(again.is_open(pane), layout.is_open(pane), "{pane:?}");
            assert_eq!(again.is_in_front(pane), layout.is_in_front(pane), "{pane:?}");
        }
        assert!(Layout::from_kept(&serde_json::json!({"tree": 3})).is_none());
    }

    #[test]
    fn every_arrangement_holds_every_pane() {
        for arrangement in [Arrangement::Run, Arrangement::Inspect] {
            let layout = Layout::arranged(arrangement);
            for pane in Pane::ALL {
                assert!(layout.is_open(pane), "{arrangement:?} lacks {pane:?}");
            }
        }
        let plan = Layout::arranged(Arrangement::Plan);
        assert!(plan.is_in_front(Pane::Planner) && !plan.is_open(Pane::Outline) && plan.tile(Pane::Lag).is_some());
    }
}
