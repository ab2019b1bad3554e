//! Kafka's `range`: topic by topic, each subscriber gets a run of neighbouring partitions. It doesn't
//! look at racks, nor at what members held before.

use std::collections::BTreeMap;

use super::board::Board;
use super::{Assignment, Subscription};
use crate::model::topic::TopicName;

pub(super) fn assign(members: &[Subscription], partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    let board = Board::static_members_first(members, partitions);
    let mut owner = vec![None; board.partition_count()];
    for (topic, subscribers) in board.subscribers().iter().enumerate() {
        let row = board.partitions_of(topic);
        cut(&mut owner[row], subscribers);
    }
    board.assignment(&owner)
}

/// The first subscribers get one more where the division leaves a remainder.
fn cut(row: &mut [Option<usize>], subscribers: &[usize]) {
    if subscribers.is_empty() {
        return;
    }
    let (share, remainder) = (row.len() / subscribers.len(), row.len() % subscribers.len());
    let mut rest = row;
    for (place, &member) in subscribers.iter().enumerate() {
        let (run, after) = rest.split_at_mut(share + usize::from(place < remainder));
        run.fill(Some(member));
        rest = after;
    }
}
