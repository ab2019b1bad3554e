//! Long polls that wait: each knows how much is there for it already and until when it waits. Which
//! partitions they wait for is noted in the partitions.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::clock::Time;
use crate::model::request::{FetchRequest, FetchedPartition};

use super::event::Answer;
use super::topics::Place;

/// Most fetches that wait at once. One consumer waits in one; beyond it fetches are answered at once
/// with what there is.
const MAX_PARKED: usize = 65_536;

/// Names a parked fetch; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FetchNumber(u64);

/// A fetch with the places of its partitions; `None` where there is no such partition.
#[derive(Debug)]
pub(super) struct PlacedFetch {
    pub(super) request: FetchRequest,
    pub(super) places: Vec<Option<Place>>,
    pub(super) answer: Answer<Vec<FetchedPartition>>,
}

#[derive(Debug)]
struct Parked {
    fetch: PlacedFetch,
    /// Readable bytes so far.
    bytes: u64,
    deadline: Time,
}

#[derive(Debug, Default)]
pub(super) struct ParkedFetches {
    // Only ever looked up by number, so its order can't matter.
    fetches: HashMap<FetchNumber, Parked>,
    deadlines: BTreeSet<(Time, FetchNumber)>,
    last: u64,
}

impl ParkedFetches {
    pub(super) fn len(&self) -> usize {
        self.fetches.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.fetches.len() >= MAX_PARKED
    }

    pub(super) fn park(&mut self, fetch: PlacedFetch, bytes: u64, deadline: Time) -> FetchNumber {
        self.last += 1;
        let number = FetchNumber(self.last);
        self.deadlines.insert((deadline, number));
        self.fetches.insert(number, Parked { fetch, bytes, deadline });
        number
    }

    /// Notes that `bytes` more can be read; says whether that is enough now.
    pub(super) fn credit(&mut self, number: FetchNumber, bytes: u64) -> bool {
        self.fetches.get_mut(&number).is_some_and(|parked| {
            parked.bytes += bytes;
            parked.bytes >= u64::from(parked.fetch.request.min_bytes)
        })
    }

    pub(super) fn take(&mut self, number: FetchNumber) -> Option<PlacedFetch> {
        let parked = self.fetches.remove(&number)?;
        self.deadlines.remove(&(parked.deadline, number));
        Some(parked.fetch)
    }

    pub(super) fn next_deadline(&self) -> Option<Time> {
        self.deadlines.first().map(|&(deadline, _)| deadline)
    }

    /// The one that has waited longest over its time.
    pub(super) fn due(&self, now: Time) -> Option<FetchNumber> {
        self.deadlines.first().filter(|(deadline, _)| *deadline <= now).map(|&(_, number)| number)
    }
}
