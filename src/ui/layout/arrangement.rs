//! The arrangements to choose from, and how they divide the room.

use egui::{Id, Vec2};
use egui_tiles::{TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use super::{Pane, linear_above};
use crate::ui::theme::size;

/// A beginning for one's own layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// Everything in view, the drawing in the middle.
    Run,
    /// A wide inspector with the charts above one another beside it.
    Inspect,
    /// The views alone, the planner in front.
    Plan,
}

const CHARTS: [Pane; 4] = [Pane::Throughput, Pane::Lag, Pane::Latency, Pane::Timeline];

impl Arrangement {
    /// All panes in this arrangement.
    pub(super) fn tree(self) -> Tree<Pane> {
        let mut tiles = Tiles::default();
        let root = match self {
            Self::Run => run(&mut tiles),
            Self::Inspect => inspect(&mut tiles),
            Self::Plan => return plan(tiles),
        };
        Tree::new(Id::unique("panes"), root, tiles)
    }

    /// Divides the room: side panes have the width they need, within what a small window can give.
    pub(super) fn size(self, tree: &mut Tree<Pane>, room: Vec2) {
        let outline = size::OUTLINE.min(room.x * 0.17).max(148.0);
        let inspector = match self {
            Self::Run | Self::Plan => size::INSPECTOR.min(room.x * 0.24),
            Self::Inspect => (size::INSPECTOR * 1.25).min(room.x * 0.27),
        };
        let charts = match self {
            Self::Run | Self::Plan => size::CHARTS.min(room.y * 0.29),
            Self::Inspect => room.x * 0.2,
        };
        share(tree, Pane::Outline, outline);
        share(tree, Pane::Inspector, inspector);
        match self {
            Self::Run | Self::Plan => {
                share_of_middle(tree, room.x - outline - inspector);
                share_of_parent(tree, Pane::Throughput, charts);
                share_of_parent(tree, Pane::Outline, room.y - charts);
            }
            Self::Inspect => {
                share_of_middle(tree, room.x - outline - inspector - charts);
                share_of_parent(tree, Pane::Throughput, charts);
            }
        }
    }
}

fn run(tiles: &mut Tiles<Pane>) -> TileId {
    let outline = tiles.insert_pane(Pane::Outline);
    let views = views(tiles);
    let inspector = tiles.insert_pane(Pane::Inspector);
    let upper = tiles.insert_horizontal_tile(vec![outline, views, inspector]);
    let charts = CHARTS.map(|pane| tiles.insert_pane(pane)).to_vec();
    let lower = tiles.insert_horizontal_tile(charts);
    tiles.insert_vertical_tile(vec![upper, lower])
}

/// As for watching, with everything around the views away until it is called back.
fn plan(mut tiles: Tiles<Pane>) -> Tree<Pane> {
    let root = run(&mut tiles);
    let mut tree = Tree::new(Id::unique("panes"), root, tiles);
    for pane in Pane::ALL.into_iter().filter(|pane| !pane.is_view()) {
        if let Some(tile) = tree.tiles.find_pane(&pane) {
            tree.set_visible(tile, false);
        }
    }
    let planner = tree.tiles.find_pane(&Pane::Planner);
    tree.make_active(|tile, _| Some(tile) == planner);
    tree
}

fn inspect(tiles: &mut Tiles<Pane>) -> TileId {
    let outline = tiles.insert_pane(Pane::Outline);
    let views = views(tiles);
    let charts = CHARTS.map(|pane| tiles.insert_pane(pane)).to_vec();
    let column = tiles.insert_vertical_tile(charts);
    let inspector = tiles.insert_pane(Pane::Inspector);
    tiles.insert_horizontal_tile(vec![outline, views, column, inspector])
}

fn views(tiles: &mut Tiles<Pane>) -> TileId {
    let views =
        [Pane::Topology, Pane::Assignment, Pane::Events, Pane::Planner].map(|pane| tiles.insert_pane(pane)).to_vec();
    tiles.insert_tab_tile(views)
}

/// Sets the share of a pane within its line.
fn share(tree: &mut Tree<Pane>, pane: Pane, points: f32) {
    if let Some(tile) = tree.tiles.find_pane(&pane)
        && let Some(linear) = linear_above(tree, tile)
    {
        linear.shares.set_share(tile, points);
    }
}

/// Sets the share of the line or the tabs that a pane lies in.
fn share_of_parent(tree: &mut Tree<Pane>, pane: Pane, points: f32) {
    let parent = tree.tiles.find_pane(&pane).and_then(|tile| tree.tiles.parent_of(tile));
    if let Some(parent) = parent
        && let Some(linear) = linear_above(tree, parent)
    {
        linear.shares.set_share(parent, points);
    }
}

/// Gives the rest to the views, wherever two of them are left.
fn share_of_middle(tree: &mut Tree<Pane>, points: f32) {
    share_of_parent(tree, Pane::Topology, points);
}
