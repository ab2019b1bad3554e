//! Fetching: long polls are answered from memory, from the store, or parked until enough has come or
//! their time is over.

use bytes::Bytes;

use crate::model::error::ErrorCode;
use crate::model::request::{FetchPartition, FetchRequest, FetchedPartition};

use super::answer::give;
use super::engine::Engine;
use super::event::{Answer, Event, Read};
use super::parked::{FetchNumber, PlacedFetch};
use super::partition::{Partition, Readable};
use super::store::{PartitionKey, StoreError};
use super::topics::Place;

/// Most bytes in one answer whatever is asked for, as Kafka's `fetch.max.bytes` of a broker.
const MAX_ANSWER_BYTES: usize = 55 << 20;

/// Something that the store has to read for a fetch.
struct Wanted {
    /// Index of the partition in the request.
    index: usize,
    key: PartitionKey,
    offset: i64,
    max_bytes: u32,
}

/// What a fetch has come to so far.
struct Gathered {
    fetched: Vec<FetchedPartition>,
    wanted: Vec<Wanted>,
    budget: usize,
    /// Nothing has been given yet, so the next batch is given whole.
    is_first: bool,
}

impl Engine {
    pub(super) fn fetch(&mut self, request: FetchRequest, answer: Answer<Vec<FetchedPartition>>) {
        self.totals.fetches += 1;
        let places = self.topics.places(request.partitions.iter().map(|wanted| &wanted.partition));
        let fetch = PlacedFetch { request, places, answer };
        let readable = self.readable_bytes(&fetch);
        let is_enough = readable.is_none_or(|bytes| bytes >= u64::from(fetch.request.min_bytes));
        match readable {
            Some(bytes) if !is_enough && !fetch.request.max_wait.is_zero() && !self.parked.is_full() => {
                self.park(fetch, bytes);
            }
            _ => self.answer_fetch(fetch),
        }
    }

    /// `bytes` more can be read from a partition: whoever has enough now is answered.
    pub(super) fn wake_parked(&mut self, place: Place, bytes: u64) {
        let Some(partition) = self.topics.partition(place) else { return };
        if partition.parked.is_empty() {
            return;
        }
        for number in partition.parked.clone() {
            if self.parked.credit(number, bytes) {
                self.unpark(number);
            }
        }
    }

    /// Answers a parked fetch with what there is.
    pub(super) fn unpark(&mut self, number: FetchNumber) {
        let Some(fetch) = self.parked.take(number) else { return };
        for place in fetch.places.iter().flatten() {
            if let Some(partition) = self.topics.partition_mut(*place) {
                partition.parked.retain(|parked| *parked != number);
            }
        }
        self.answer_fetch(fetch);
    }

    /// Answers every parked fetch whose time is over.
    pub(super) fn unpark_due(&mut self) {
        while let Some(number) = self.parked.due(self.now) {
            self.unpark(number);
        }
    }

    /// Takes in what the store has read for a fetch and answers it.
    pub(super) fn read(&mut self, read: Read) {
        let Read { mut fetched, batches, answer } = read;
        for (index, outcome) in batches {
            let fetched = &mut fetched[index];
            match outcome {
                Ok(batches) => {
                    let place = self.topics.place(&fetched.partition);
                    let partition = place.and_then(|place| self.topics.partition(place));
                    let end = partition.map_or(fetched.high_watermark, |partition| partition.high_watermark);
                    // The store may be ahead of the high watermark by the commit under way.
                    fetched.batches = batches.into_iter().filter(|batch| base_offset(batch) < end).collect();
                }
                Err(error) => fetched.error = Some(code(&error)),
            }
        }
        self.give_fetched(fetched, answer);
    }

    fn park(&mut self, fetch: PlacedFetch, bytes: u64) {
        let deadline = self.now + fetch.request.max_wait;
        let places = fetch.places.clone();
        let number = self.parked.park(fetch, bytes, deadline);
        for place in places.into_iter().flatten() {
            if let Some(partition) = self.topics.partition_mut(place) {
                partition.parked.push(number);
            }
        }
    }

    /// How many bytes wait for a fetch; `None` when it has to be answered whatever waits: something is
    /// wrong, or it reads what only the store has, and so is far behind.
    fn readable_bytes(&self, fetch: &PlacedFetch) -> Option<u64> {
        let mut bytes = 0;
        for (wanted, place) in fetch.request.partitions.iter().zip(&fetch.places) {
            let partition = place.and_then(|place| self.topics.partition(place))?;
            if !partition.contains(wanted.fetch_offset) {
                return None;
            }
            match partition.readable(wanted.fetch_offset) {
                Readable::Nothing => {}
                Readable::InStore => return None,
                Readable::InMemory(mut batches) => {
                    let enough = u64::from(fetch.request.min_bytes);
                    while bytes < enough
                        && let Some(batch) = batches.next()
                    {
                        bytes += batch.len() as u64;
                    }
                }
            }
        }
        Some(bytes)
    }

    fn answer_fetch(&mut self, fetch: PlacedFetch) {
        let budget = usize::try_from(fetch.request.max_bytes).unwrap_or(usize::MAX).min(MAX_ANSWER_BYTES);
        let fetched = Vec::with_capacity(fetch.places.len());
        let mut gathered = Gathered { fetched, wanted: Vec::new(), budget, is_first: true };
        for (wanted, place) in fetch.request.partitions.into_iter().zip(fetch.places) {
            let topic = place.and_then(|place| Some((place, self.topics.topic(place)?)));
            let found = topic.and_then(|(place, topic)| Some((topic.id, topic.partitions.get(place.partition)?)));
            gathered.gather(wanted, found);
        }
        let from_memory = gathered.fetched.iter().filter(|fetched| !fetched.batches.is_empty());
        self.totals.cache_reads += from_memory.count() as u64;
        if gathered.wanted.is_empty() {
            self.give_fetched(gathered.fetched, fetch.answer);
        } else {
            self.read_from_store(gathered.fetched, gathered.wanted, fetch.answer);
        }
    }

    fn give_fetched(&mut self, fetched: Vec<FetchedPartition>, answer: Answer<Vec<FetchedPartition>>) {
        let bytes = |batches: &[Bytes]| batches.iter().map(|batch| batch.len() as u64).sum::<u64>();
        self.totals.bytes_out += fetched.iter().map(|fetched| bytes(&fetched.batches)).sum::<u64>();
        give(answer, Ok(fetched));
    }

    fn read_from_store(
        &mut self,
        fetched: Vec<FetchedPartition>,
        wanted: Vec<Wanted>,
        answer: Answer<Vec<FetchedPartition>>,
    ) {
        self.totals.store_reads += wanted.len() as u64;
        let (store, clock, reports) = (self.store.clone(), self.clock.clone(), self.reports.clone());
        self.clock.spawn(async move {
            let work = move || {
                let read = |wanted: Wanted| {
                    let key = wanted.key;
                    let batches = store.read(key.topic_id, key.partition, wanted.offset, wanted.max_bytes);
                    (wanted.index, batches)
                };
                wanted.into_iter().map(read).collect()
            };
            let batches = clock.run_blocking(work).await;
            // Nobody listens any more when the broker has ended.
            drop(reports.send(Event::Read(Read { fetched, batches, answer })).await);
        });
    }
}

impl Gathered {
    fn gather(&mut self, wanted: FetchPartition, found: Option<(u128, &Partition)>) {
        let index = self.fetched.len();
        let (offset, number) = (wanted.fetch_offset, wanted.partition.partition);
        let mut fetched = FetchedPartition {
            partition: wanted.partition,
            error: None,
            log_start_offset: -1,
            high_watermark: -1,
            batches: Vec::new(),
        };
        match found {
            None => fetched.error = Some(ErrorCode::UnknownTopicOrPartition),
            Some((topic_id, partition)) => {
                fetched.log_start_offset = partition.log_start_offset;
                fetched.high_watermark = partition.high_watermark;
                let limit = self.budget.min(usize::try_from(wanted.max_bytes).unwrap_or(usize::MAX));
                if !partition.contains(offset) {
                    fetched.error = Some(ErrorCode::OffsetOutOfRange);
                } else if limit > 0 || self.is_first {
                    match partition.readable(offset) {
                        Readable::Nothing => {}
                        Readable::InMemory(batches) => fetched.batches = self.take(batches, limit),
                        Readable::InStore => {
                            let max_bytes = u32::try_from(limit).unwrap_or(u32::MAX);
                            let key = PartitionKey { topic_id, partition: number };
                            self.wanted.push(Wanted { index, key, offset, max_bytes });
                            self.budget -= limit;
                            self.is_first = false;
                        }
                    }
                }
            }
        }
        self.fetched.push(fetched);
    }

    fn take<'a>(&mut self, batches: impl Iterator<Item = &'a Bytes>, limit: usize) -> Vec<Bytes> {
        let mut left = limit;
        let mut taken = Vec::new();
        for batch in batches {
            if batch.len() > left && !self.is_first {
                break;
            }
            self.is_first = false;
            left = left.saturating_sub(batch.len());
            taken.push(batch.clone());
        }
        self.budget = self.budget.saturating_sub(limit - left);
        taken
    }
}

fn base_offset(batch: &Bytes) -> i64 {
    batch.first_chunk().map_or(i64::MAX, |offset| i64::from_be_bytes(*offset))
}

/// What a caller is told of a failed read.
pub(super) fn code(error: &StoreError) -> ErrorCode {
    if matches!(error, StoreError::UnknownPartition { .. }) {
        ErrorCode::UnknownTopicOrPartition
    } else if matches!(error, StoreError::OffsetOutOfRange { .. }) {
        ErrorCode::OffsetOutOfRange
    } else {
        ErrorCode::KafkaStorageError
    }
}
