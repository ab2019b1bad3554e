//! `sticky`: as even as the subscriptions allow, and otherwise as it was before. The two ways to get
//! there are in `even` (all subscribe to the same) and `uneven`.

use std::collections::BTreeMap;

use super::board::Board;
use super::claims::Claims;
use super::{Assignment, Subscription, even, uneven};
use crate::model::topic::TopicName;

pub(super) fn assign(members: &[Subscription], partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    let board = Board::by_member_id(members, partitions);
    let owner = divide(&board, &Claims::of(&board));
    board.assignment(&owner)
}

/// Who is to own each partition.
pub(super) fn divide(board: &Board<'_>, claims: &Claims) -> Vec<Option<usize>> {
    let homes = claims.homes(board);
    match board.common_interest() {
        Some(topics) => even::divide(board, topics, &homes),
        None => uneven::divide(board, homes),
    }
}
