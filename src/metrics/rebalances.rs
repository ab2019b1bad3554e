//! What a rebalance did: which partitions changed hands and which stayed.

use std::collections::BTreeMap;

use crate::model::topic::TopicPartition;

/// Who owns what, by member name.
pub type Owners = Vec<(TopicPartition, String)>;

/// How many partitions changed hands between two generations and how many stayed. A partition that
/// nobody owned before, or that nobody owns after, has moved.
pub fn moved_and_kept(before: &Owners, after: &Owners) -> (u32, u32) {
    let mut owners: BTreeMap<&TopicPartition, &str> = before.iter().map(|(at, owner)| (at, owner.as_str())).collect();
    let mut kept = 0;
    let mut moved = 0;
    for (partition, owner) in after {
        match owners.remove(partition) {
            Some(previous) if previous == owner => kept += 1,
            Some(_) | None => moved += 1,
        }
    }
    (moved + u32::try_from(owners.len()).unwrap_or(u32::MAX), kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::topic::TopicName;

    fn owners(names: &[&str]) -> Owners {
        let topic = TopicName::new("orders").unwrap();
        (0..)
            .zip(names)
            .filter(|(_, n)| !n.is_empty())
            .map(|(p, n)| (TopicPartition::new(topic.clone(), p), (*n).to_owned()))
            .collect()
    }

    #[test]
    fn partitions_that_change_hands_are_counted_once() {
        for (before, after, expected) in [
            (owners(&[]), owners(&["a", "b"]), (2, 0)),
            (owners(&["a", "a", "b"]), owners(&["a", "c", "b"]), (1, 2)),
            (owners(&["a", "a"]), owners(&["a", ""]), (1, 1)),
        ] {
            assert_eq!(moved_and_kept(&before, &after), expected, "{before:?} {after:?}");
        }
    }
}
