//! `cooperative-sticky`: the sticky assignment, but a partition that changes hands goes to nobody until
//! its owner has joined again without it (KIP-429). The next rebalance hands it out.

use std::collections::BTreeMap;

use super::board::Board;
use super::claims::Claims;
use super::{Assignment, Subscription, sticky};
use crate::model::topic::TopicName;

pub(super) fn assign(members: &[Subscription], partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    let board = Board::by_member_id(members, partitions);
    let claims = Claims::of(&board);
    let mut owner = sticky::divide(&board, &claims);
    for (at, owner) in owner.iter_mut().enumerate() {
        let stays = *owner == claims.holder[at];
        if claims.claimed[at] && !stays {
            *owner = None;
        }
    }
    board.assignment(&owner)
}
