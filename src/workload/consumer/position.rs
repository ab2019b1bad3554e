//! Where a consumer begins to read a partition: at the group's committed offset, or by the rule for
//! where there is none.

use std::collections::BTreeMap;

use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::request::OffsetSpec;
use crate::model::topic::TopicPartition;
use crate::scenario::{GroupSpec, OffsetReset};
use crate::workload::backend::Backend;
use crate::workload::question::Question;

/// Partitions whose position is not known, with the offset that turned out not to be there, if any.
type Unresolved = BTreeMap<TopicPartition, Option<i64>>;

/// The partitions that a consumer was given and can't read yet.
pub(super) struct Search {
    unresolved: Unresolved,
    pub asking: Option<Question<Result<Vec<Position>, NoPosition>>>,
    pub ask_at: Time,
}

/// Where to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub partition: TopicPartition,
    pub offset: i64,
    pub committed: Option<i64>,
    /// It was chosen by the reset rule: where the group wanted to go on, and where the log begins.
    pub passed_over: Option<(i64, i64)>,
}

/// Why there is no position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoPosition {
    /// Ask again later.
    Refused(ErrorCode),
    /// The rule says to give up.
    NoReset(TopicPartition),
}

impl Search {
    pub fn nothing() -> Self {
        Self { unresolved: Unresolved::new(), asking: None, ask_at: Time::ZERO }
    }

    /// The position of one more is not known, or is not there.
    pub fn add(&mut self, partition: TopicPartition, missing: Option<i64>) {
        self.unresolved.insert(partition, missing);
    }

    /// Looks at once for what is `given`, in order, and has no position, and for nothing that is not.
    pub fn begin(&mut self, given: &[TopicPartition], has_position: impl Fn(&TopicPartition) -> bool, now: Time) {
        self.unresolved.retain(|partition, _| given.binary_search(partition).is_ok());
        for partition in given.iter().filter(|partition| !has_position(partition)) {
            self.unresolved.entry(partition.clone()).or_insert(None);
        }
        self.asking = None;
        self.ask_at = now;
    }

    /// Looks for nothing any more.
    pub fn end(&mut self) {
        self.unresolved.clear();
        self.asking = None;
    }

    /// Whether the partition was looked for, which is over now.
    pub fn take(&mut self, partition: &TopicPartition) -> bool {
        self.unresolved.remove(partition).is_some()
    }

    pub fn ask_if_due<B: Backend>(&mut self, backend: &B, group: &GroupSpec, now: Time) {
        if self.unresolved.is_empty() || self.asking.is_some() || now < self.ask_at {
            return;
        }
        let (name, reset) = (group.name.clone(), group.auto_offset_reset);
        self.asking = Some(Box::pin(resolve(backend.clone(), name, reset, self.unresolved.clone())));
    }

    /// When there is something to ask.
    pub fn deadline(&self) -> Time {
        if self.unresolved.is_empty() { Time::MAX } else { self.ask_at }
    }
}

/// Looks up all positions that can be found; partitions that are gone are left out.
async fn resolve<B: Backend>(
    backend: B,
    group: String,
    reset: OffsetReset,
    unresolved: Unresolved,
) -> Result<Vec<Position>, NoPosition> {
    let fresh: Vec<TopicPartition> =
        unresolved.iter().filter(|(_, wanted)| wanted.is_none()).map(|(partition, _)| partition.clone()).collect();
    let committed = if fresh.is_empty() {
        Vec::new()
    } else {
        backend.committed_offsets(group, fresh.clone()).await.map_err(NoPosition::Refused)?
    };
    let committed: BTreeMap<TopicPartition, i64> =
        fresh.into_iter().zip(committed).filter_map(|(partition, offset)| Some((partition, offset?))).collect();
    let mut positions = Vec::new();
    for (partition, wanted) in unresolved {
        let found = match committed.get(&partition) {
            Some(&offset) => Some(Position { partition, offset, committed: Some(offset), passed_over: None }),
            None => by_rule(&backend, reset, partition, wanted).await?,
        };
        positions.extend(found);
    }
    Ok(positions)
}

async fn by_rule<B: Backend>(
    backend: &B,
    reset: OffsetReset,
    partition: TopicPartition,
    wanted: Option<i64>,
) -> Result<Option<Position>, NoPosition> {
    let spec = match reset {
        OffsetReset::Earliest => OffsetSpec::Earliest,
        OffsetReset::Latest => OffsetSpec::Latest,
        OffsetReset::None => return Err(NoPosition::NoReset(partition)),
    };
    let begin = backend.list_offset(partition.clone(), OffsetSpec::Earliest).await;
    let listed = match begin {
        Ok(_) if spec != OffsetSpec::Earliest => backend.list_offset(partition.clone(), spec).await,
        listed => listed,
    };
    match (begin, listed) {
        (Ok(begin), Ok(listed)) => Ok(Some(Position {
            partition,
            offset: listed.offset,
            committed: None,
            passed_over: Some((wanted.unwrap_or(0), begin.offset)),
        })),
        (Err(ErrorCode::UnknownTopicOrPartition), _) | (_, Err(ErrorCode::UnknownTopicOrPartition)) => Ok(None),
        (Err(error), _) | (_, Err(error)) => Err(NoPosition::Refused(error)),
    }
}
