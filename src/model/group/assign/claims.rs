//! Who says to own what, and who is believed: what sticky assignors start from.

use super::board::Board;

/// What the members' `owned` and `generation` come to.
pub(super) struct Claims {
    /// Who owned each partition before, as far as that is beyond dispute.
    pub holder: Vec<Option<usize>>,
    /// Whether anyone at all says to own the partition.
    pub claimed: Vec<bool>,
}

impl Claims {
    /// Of several members that claim a partition the one with the latest generation is believed; if
    /// that is not one member alone, nobody is.
    pub fn of(board: &Board<'_>) -> Self {
        let mut holder: Vec<Option<usize>> = vec![None; board.partition_count()];
        let mut claimed = vec![false; board.partition_count()];
        let mut latest = vec![i32::MIN; board.partition_count()];
        for (member, subscription) in board.members.iter().enumerate() {
            for (_, at) in subscription.owned.iter().filter_map(|partition| board.locate(partition)) {
                let is_said_twice = holder[at] == Some(member);
                if subscription.generation > latest[at] || !claimed[at] {
                    (holder[at], latest[at], claimed[at]) = (Some(member), subscription.generation, true);
                } else if subscription.generation == latest[at] && !is_said_twice {
                    holder[at] = None;
                }
            }
        }
        Self { holder, claimed }
    }

    /// The believed owners that may go on: those that still subscribe to the topic.
    pub fn homes(&self, board: &Board<'_>) -> Vec<Option<usize>> {
        let mut homes = self.holder.clone();
        for topic in 0..board.topic_count() {
            for home in &mut homes[board.partitions_of(topic)] {
                *home = home.filter(|&member| board.is_subscribed(member, topic));
            }
        }
        homes
    }
}
