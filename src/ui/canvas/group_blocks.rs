//! Where the consumer groups lie: open ones with a heading and a card per member, the others folded into one card.
//! The shown group is always open; others are while there is room.

use egui::{Rangef, Rect, pos2};

use super::View;
use super::columns::{Column, card_height};
use crate::ui::widgets::convert::index_to_f32;

/// Most room that a member takes, where there is plenty and other groups are open too.
const CARD_PITCH: f32 = 92.0;
/// Least pitch at which a consumer's card has all its lines.
pub const FULL_CARD: f32 = 76.0;
/// Another group is opened only while every member has at least this much.
const LEAST_OPEN: f32 = 38.0;
const CARD: f32 = 68.0;
const HEADING: f32 = 46.0;
/// The heading of the uppermost group lies above the rows.
const ABOVE: f32 = 36.0;
const FOLDED: f32 = 44.0;
const FOLDED_GAP: f32 = 8.0;
/// Most groups that are folded into a card each.
const MOST_FOLDED: usize = 4;

/// How much there is of one group.
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupAmount {
    pub members: usize,
    /// Members that hold partitions; they are aligned with what they read.
    pub assigned: usize,
    /// The one whose reading is shown.
    pub is_shown: bool,
}

/// One group in the column of groups.
#[derive(Clone, Copy, Debug)]
pub struct GroupBlock {
    /// Heading of an open group, card of a folded one; not positive when there is no room at all.
    pub heading: Rect,
    /// Without cards when folded.
    pub members: Column,
    pub is_open: bool,
}

/// Lays all groups out below each other; returns them with the height that they take.
pub fn arrange(groups: &[GroupAmount], x: Rangef, rows: Rect, aligned_to: f32, view: View) -> (Vec<GroupBlock>, f32) {
    let height = rows.height().max(40.0);
    let open = opened(groups, height * view.zoom);
    let pitch = member_pitch(groups, &open, aligned_to, height * view.zoom);
    let top = rows.top() - view.scroll.y;
    let (mut at, mut folded) = (top, 0);
    let mut blocks = Vec::with_capacity(groups.len());
    for (index, (group, is_open)) in groups.iter().zip(&open).enumerate() {
        let empty = Column { x, top: at, pitch, height: card_height(pitch, CARD), count: 0, visible: rows.y_range() };
        let block = if *is_open {
            let heading_top = if index == 0 { at - ABOVE } else { at };
            let below = if index == 0 { at } else { at + HEADING };
            let heading = Rect::from_min_max(pos2(x.min, heading_top), pos2(x.max, below - 6.0));
            let members = Column { top: below, count: group.members, ..empty };
            at = below + pitch * index_to_f32(group.members);
            GroupBlock { heading, members, is_open: true }
        } else if folded < MOST_FOLDED {
            folded += 1;
            let card = Rect::from_min_max(pos2(x.min, at + 2.0), pos2(x.max, at + 2.0 + FOLDED));
            at += FOLDED + FOLDED_GAP;
            GroupBlock { heading: card, members: empty, is_open: false }
        } else {
            GroupBlock { heading: Rect::NOTHING, members: empty, is_open: false }
        };
        blocks.push(block);
    }
    (blocks, at - top)
}

/// The height at which every member of the open groups has all its lines.
pub fn natural_height(groups: &[GroupAmount]) -> f32 {
    let shown = groups.iter().find(|group| group.is_shown).map_or(0, |group| group.members);
    index_to_f32(shown) * FULL_CARD + index_to_f32(groups.len().min(MOST_FOLDED + 1)) * (FOLDED + FOLDED_GAP)
}

/// Which groups are open: the shown one, then as many others as there is room for.
fn opened(groups: &[GroupAmount], height: f32) -> Vec<bool> {
    let mut open: Vec<bool> = groups.iter().map(|group| group.is_shown).collect();
    for index in 0..groups.len() {
        if !open[index] {
            open[index] = true;
            open[index] = least_height(groups, &open) <= height;
        }
    }
    open
}

fn least_height(groups: &[GroupAmount], open: &[bool]) -> f32 {
    fixed_height(open) + LEAST_OPEN * index_to_f32(open_members(groups, open))
}

/// What headings and folded cards take.
fn fixed_height(open: &[bool]) -> f32 {
    let headings = open.iter().skip(1).filter(|is_open| **is_open).count();
    let folded = open.iter().filter(|is_open| !**is_open).count().min(MOST_FOLDED);
    index_to_f32(headings) * HEADING + index_to_f32(folded) * (FOLDED + FOLDED_GAP)
}

fn open_members(groups: &[GroupAmount], open: &[bool]) -> usize {
    groups.iter().zip(open).filter(|(_, is_open)| **is_open).map(|(group, _)| group.members).sum()
}

fn member_pitch(groups: &[GroupAmount], open: &[bool], aligned_to: f32, height: f32) -> f32 {
    let room = (height - fixed_height(open)).max(20.0);
    let fitting = room / index_to_f32(open_members(groups, open).max(1));
    let shown = groups.iter().find(|group| group.is_shown).copied().unwrap_or_default();
    let is_alone = open.iter().filter(|is_open| **is_open).count() == 1;
    if !is_alone {
        return fitting.min(CARD_PITCH);
    }
    // While nobody holds anything yet, cards lie where they will lie when everybody does.
    let holders = if shown.assigned == 0 { shown.members } else { shown.assigned };
    let aligned = aligned_to / index_to_f32(holders.max(1));
    let most = if shown.members > holders { CARD_PITCH.max(aligned) } else { f32::MAX };
    aligned.max(FULL_CARD).min(most).min(fitting)
}
