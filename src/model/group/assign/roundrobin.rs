//! Kafka's `roundrobin`: all partitions of all topics are dealt out in turn, passing over members that
//! don't subscribe. It doesn't look at what members held before.

use std::collections::BTreeMap;

use super::board::Board;
use super::{Assignment, Subscription};
use crate::model::topic::TopicName;

pub(super) fn assign(members: &[Subscription], partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    let board = Board::static_members_first(members, partitions);
    let mut owner = vec![None; board.partition_count()];
    let mut next = 0;
    for (topic, subscribers) in board.subscribers().iter().enumerate() {
        if subscribers.is_empty() {
            continue;
        }
        // The turn goes on from topic to topic: the first subscriber at or after the member whose turn it is.
        let mut turn = subscribers.partition_point(|&member| member < next) % subscribers.len();
        for slot in &mut owner[board.partitions_of(topic)] {
            *slot = Some(subscribers[turn]);
            next = subscribers[turn] + 1;
            turn = (turn + 1) % subscribers.len();
        }
    }
    board.assignment(&owner)
}
