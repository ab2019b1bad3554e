//! What consumer groups leave in the store: their committed offsets, and the bytes that the coordinator keeps
//! of each group, which mean nothing here.

use bytes::Bytes;
use redb::WriteTransaction;

use super::tables::{GROUPS, OFFSETS, StoredOffset};
use crate::model::topic::TopicPartition;

/// A change of what a group has committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOffset {
    pub group: String,
    pub partition: TopicPartition,
    /// `None` removes it.
    pub committed: Option<StoredOffset>,
}

/// Writes the groups' part of a commit.
pub(super) fn write(
    transaction: &WriteTransaction,
    offsets: &[GroupOffset],
    groups: &[(String, Option<Bytes>)],
) -> Result<(), redb::Error> {
    if !offsets.is_empty() {
        write_offsets(transaction, offsets)?;
    }
    if !groups.is_empty() {
        write_groups(transaction, groups)?;
    }
    Ok(())
}

fn write_offsets(transaction: &WriteTransaction, offsets: &[GroupOffset]) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(OFFSETS)?;
    for change in offsets {
        let key = (change.group.as_str(), &*change.partition.topic, change.partition.partition);
        match &change.committed {
            Some(committed) => drop(table.insert(key, committed.encode().as_slice())?),
            None => drop(table.remove(key)?),
        }
    }
    Ok(())
}

fn write_groups(transaction: &WriteTransaction, groups: &[(String, Option<Bytes>)]) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(GROUPS)?;
    for (group, state) in groups {
        match state {
            Some(state) => drop(table.insert(group.as_str(), state.as_ref())?),
            None => drop(table.remove(group.as_str())?),
        }
    }
    Ok(())
}
