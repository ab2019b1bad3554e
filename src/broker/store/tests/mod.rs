//! The store against a plain model in memory, and its ways to fail.

mod faults;

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::model::batch::{BatchBuilder, BatchHeader, patch_base_offset};
use crate::model::request::ListedOffset;
use crate::model::topic::{TopicName, TopicPartition};

const CACHE: usize = 8 << 20;

/// One batch of `records` records with values of `value_bytes`, whose timestamps are their offsets times ten.
fn batch(base_offset: i64, records: u32, value_bytes: usize) -> Bytes {
    let mut builder = BatchBuilder::new(usize::MAX);
    for index in 0..records {
        let offset = base_offset + i64::from(index);
        let value = vec![u8::try_from(offset % 251).unwrap(); value_bytes];
        builder.append(offset * 10, Some(&offset.to_be_bytes()), Some(&value), &[]);
    }
    let mut bytes = builder.finish().to_vec();
    patch_base_offset(&mut bytes, base_offset);
    bytes.into()
}

fn key(topic_id: u128, partition: u32) -> PartitionKey {
    PartitionKey { topic_id, partition }
}

fn topic(id: u128, partitions: u32) -> StoredTopic {
    let config = vec![("retention.ms".to_owned(), "1000".to_owned()), ("empty".to_owned(), String::new())];
    StoredTopic { id, name: format!("topic-{id}"), partitions, config }
}

fn put(topic: StoredTopic) -> Commit {
    Commit { topics: vec![TopicChange::Put(topic)], durable: true, ..Commit::default() }
}

fn append(key: PartitionKey, batches: Vec<Bytes>) -> Commit {
    Commit { appends: vec![(key, batches)], durable: true, ..Commit::default() }
}

fn in_memory() -> Store {
    Store::open(&Location::Memory, CACHE).unwrap().0
}

fn offsets_of(batches: &[Bytes]) -> Vec<i64> {
    batches.iter().map(|batch| BatchHeader::parse(batch).unwrap().base_offset).collect()
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().join("new/deep"));
    let (store, recovered) = Store::open(&location, CACHE).unwrap();
    assert_eq!(recovered, Recovered::default());
    let partition = TopicPartition::new(TopicName::new("topic-1").unwrap(), 0);
    let committed = StoredOffset { offset: 2, metadata: "mine".to_owned(), commit_timestamp: 5 };
    let offset = |group: &str| GroupOffset {
        group: group.to_owned(),
        partition: partition.clone(),
        committed: Some(committed.clone()),
    };
    let work = Commit {
        topics: vec![TopicChange::Put(topic(1, 2))],
        appends: vec![(key(1, 0), vec![batch(0, 3, 10)])],
        offsets: vec![offset("a"), offset("b"), GroupOffset { committed: None, ..offset("a") }],
        groups: vec![("a".to_owned(), Some("state".into())), ("b".to_owned(), Some("".into())), ("a".to_owned(), None)],
        durable: true,
        ..Commit::default()
    };
    let done = store.commit(&work).unwrap();
    let extent = LogExtent { log_start_offset: 0, log_end_offset: 3, bytes: batch(0, 3, 10).len() as u64 };
    assert_eq!(done, Committed { logs: vec![(key(1, 0), extent)], unknown: vec![] });
    drop(store);

    let (store, recovered) = Store::open(&location, CACHE).unwrap();
    let expected = Recovered {
        topics: vec![topic(1, 2)],
        logs: vec![(key(1, 0), extent), (key(1, 1), LogExtent::default())],
        offsets: vec![("b".to_owned(), partition, committed)],
        groups: vec![("b".to_owned(), Bytes::new())],
    };
    assert_eq!(recovered, expected);
    assert_eq!(store.read(1, 0, 1, 1).unwrap(), [batch(0, 3, 10)]);
}

#[test]
fn a_read_gives_the_first_batch_whole_and_more_as_they_fit() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    let length = u32::try_from(batch(0, 10, 100).len()).unwrap();
    for commit in 0..3 {
        let batches = (0..4).map(|index| batch(commit * 40 + index * 10, 10, 100)).collect();
        store.commit(&append(key(1, 0), batches)).unwrap();
    }
    let cases: &[(i64, u32, &[i64])] = &[
        (0, 0, &[0]),
        (9, 1, &[0]),
        (10, 2 * length - 1, &[10]),
        (10, 2 * length, &[10, 20]),
        (35, 3 * length, &[30, 40, 50]),
        (79, 6 * length, &[70, 80, 90, 100, 110]),
        (119, u32::MAX, &[110]),
        (120, u32::MAX, &[]),
    ];
    for (offset, max_bytes, expected) in cases {
        let read = store.read(1, 0, *offset, *max_bytes).unwrap();
        assert_eq!(offsets_of(&read), *expected, "{max_bytes} bytes from {offset}");
    }
    assert!(matches!(store.read(1, 0, 121, 1), Err(StoreError::OffsetOutOfRange { log_end_offset: 120, .. })));
    assert!(matches!(store.read(1, 1, 0, 1), Err(StoreError::UnknownPartition { partition: 1, .. })));
}

#[test]
fn offsets_are_found_by_timestamp() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    for commit in 0..3 {
        store.commit(&append(key(1, 0), vec![batch(commit * 10, 5, 9), batch(commit * 10 + 5, 5, 9)])).unwrap();
    }
    store.commit(&Commit { log_starts: vec![(key(1, 0), 7)], ..Commit::default() }).unwrap();
    let cases = [(0, Some(7)), (71, Some(8)), (100, Some(10)), (144, Some(15)), (290, Some(29)), (291, None)];
    for (timestamp, expected) in cases {
        let found = store.offset_for_timestamp(1, 0, timestamp).unwrap();
        let expected = expected.map(|offset| ListedOffset { offset, timestamp: offset * 10 });
        assert_eq!(found, expected, "at {timestamp}");
    }
}

#[test]
fn a_timestamp_that_only_removed_records_reach_is_looked_for_further_on() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    let mut builder = BatchBuilder::new(1_000);
    builder.append(9_000, None, None, &[]);
    builder.append(1, None, None, &[]);
    store.commit(&append(key(1, 0), vec![builder.finish()])).unwrap();
    store.commit(&append(key(1, 0), vec![batch(2, 1_000, 1)])).unwrap();
    store.commit(&Commit { log_starts: vec![(key(1, 0), 1)], ..Commit::default() }).unwrap();
    let found = store.offset_for_timestamp(1, 0, 8_000).unwrap();
    assert_eq!(found, Some(ListedOffset { offset: 800, timestamp: 8_000 }));
}

#[test]
fn retention_says_where_a_log_begins_and_the_commit_makes_it_so() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    for commit in 0..4 {
        store.commit(&append(key(1, 0), vec![batch(commit * 10, 10, 9)])).unwrap();
    }
    let retention = Retention { retention_ms: Some(100), retention_bytes: None };
    let start_at = |now| store.log_start_by_retention(1, 0, &retention, now).unwrap();
    assert_eq!((start_at(190), start_at(191), start_at(300), start_at(10_000)), (None, Some(10), Some(20), Some(40)));
    for log_start in [20, 40] {
        let work = Commit { log_starts: vec![(key(1, 0), log_start)], ..Commit::default() };
        let (_, extent) = store.commit(&work).unwrap().logs[0];
        assert_eq!((extent.log_start_offset, extent.log_end_offset), (log_start, 40));
    }
    assert_eq!((start_at(10_000), store.extent(1, 0).unwrap().bytes), (None, 0));
}

#[test]
fn a_commit_out_of_sequence_or_malformed_is_refused_and_nothing_of_it_is_written() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    let wrong = append(key(1, 0), vec![batch(0, 2, 1), batch(3, 1, 1)]);
    assert!(matches!(store.commit(&wrong), Err(StoreError::OutOfSequence { expected: 2, found: 3 })));
    let broken_off = append(key(1, 0), vec![batch(0, 2, 1).slice(..70)]);
    assert!(matches!(store.commit(&broken_off), Err(StoreError::Batch(_))));
    assert_eq!(store.extent(1, 0).unwrap(), LogExtent::default());
    store.commit(&append(key(1, 0), vec![batch(0, 2, 1)])).unwrap();
}

#[test]
fn appends_to_a_topic_that_is_deleted_in_the_same_commit_are_reported() {
    let store = in_memory();
    store.commit(&put(topic(1, 1))).unwrap();
    let work = Commit {
        topics: vec![TopicChange::Delete { topic_id: 1 }, TopicChange::Put(topic(2, 1))],
        appends: vec![(key(1, 0), vec![batch(0, 1, 1)]), (key(2, 0), vec![batch(0, 1, 1)])],
        log_starts: vec![(key(1, 0), 1)],
        ..Commit::default()
    };
    let done = store.commit(&work).unwrap();
    assert_eq!(done.unknown, [key(1, 0)]);
    assert_eq!(done.logs.len(), 1);
    assert!(store.extent(1, 0).is_err());
    assert_eq!(store.extent(2, 0).unwrap().log_end_offset, 1);
}

#[test]
fn a_closed_store_takes_nothing_more() {
    let store = in_memory();
    store.close().unwrap();
    assert!(matches!(store.commit(&Commit::default()), Err(StoreError::Closed { .. })));
}

#[test]
fn an_abandoned_store_keeps_what_was_durable_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    let (store, _) = Store::open(&location, CACHE).unwrap();
    store.commit(&put(topic(1, 1))).unwrap();
    store.commit(&append(key(1, 0), vec![batch(0, 5, 9)])).unwrap();
    store.commit(&Commit { durable: false, ..append(key(1, 0), vec![batch(5, 5, 9)]) }).unwrap();
    assert_eq!(store.extent(1, 0).unwrap().log_end_offset, 10);
    store.abandon();
    drop(store);
    let (store, _) = Store::open(&location, CACHE).unwrap();
    assert_eq!(store.extent(1, 0).unwrap().log_end_offset, 5);
    store.commit(&Commit { durable: false, ..append(key(1, 0), vec![batch(5, 5, 9)]) }).unwrap();
    drop(store);
    let (store, _) = Store::open(&location, CACHE).unwrap();
    assert_eq!(store.extent(1, 0).unwrap().log_end_offset, 10);
}

/// A step of a store's life.
#[derive(Clone, Debug)]
enum Step {
    /// To partition, how many batches, records in each, bytes of a value.
    Append(u32, Vec<(u32, usize)>),
    Trim(u32, prop::sample::Index),
    /// Deletes the topic and makes it again with a new id.
    Recreate(u32),
    Reopen,
    Abandon,
}

fn any_step() -> impl Strategy<Value = Step> {
    let small = (1..20_u32, 0..200_usize);
    let large = (1..4_u32, 1_000..100_000_usize);
    let batches = prop::collection::vec(prop_oneof![4 => small, 1 => large], 1..12);
    prop_oneof![
        12 => (0..4_u32, batches).prop_map(|(partition, batches)| Step::Append(partition, batches)),
        3 => (0..4_u32, any::<prop::sample::Index>()).prop_map(|(partition, at)| Step::Trim(partition, at)),
        1 => (1..5_u32).prop_map(Step::Recreate),
        1 => Just(Step::Reopen),
        1 => Just(Step::Abandon),
    ]
}

/// The same life in plain data.
struct Model {
    topic: StoredTopic,
    logs: BTreeMap<u32, (i64, Vec<Bytes>)>,
}

impl Model {
    fn new(id: u128, partitions: u32) -> Self {
        Self { topic: topic(id, partitions), logs: (0..partitions).map(|p| (p, (0, Vec::new()))).collect() }
    }

    fn end(&self, partition: u32) -> i64 {
        self.logs[&partition].1.last().map_or(0, |batch| BatchHeader::parse(batch).unwrap().last_offset() + 1)
    }

    fn assert_same(&self, store: &Store, probe: i64) {
        for (partition, (start, batches)) in &self.logs {
            let extent = store.extent(self.topic.id, *partition).unwrap();
            assert_eq!((extent.log_start_offset, extent.log_end_offset), (*start, self.end(*partition)));
            let offset = start + probe.rem_euclid(extent.log_end_offset - start + 1);
            let expected: Vec<&Bytes> =
                batches.iter().filter(|batch| BatchHeader::parse(batch).unwrap().last_offset() >= offset).collect();
            let read = store.read(self.topic.id, *partition, offset, u32::MAX).unwrap();
            assert_eq!(read.iter().collect::<Vec<_>>(), expected, "from {offset} of {partition}");
            let bounded = store.read(self.topic.id, *partition, offset, 50_000).unwrap();
            let total: usize = bounded.iter().map(Bytes::len).sum();
            assert!(bounded.len() <= 1 || total <= 50_000);
            assert!(bounded.iter().eq(expected.iter().copied().take(bounded.len())));
            let next_fits = expected.get(bounded.len()).is_some_and(|next| total + next.len() <= 50_000);
            assert!(!next_fits && (expected.is_empty() || !bounded.is_empty()));
        }
    }

    /// The commit for a step, and the step itself.
    fn apply(&mut self, step: &Step) -> Commit {
        let mut commit = Commit { durable: true, ..Commit::default() };
        match step {
            Step::Append(partition, sizes) => {
                let partition = partition % self.topic.partitions;
                for (records, value_bytes) in sizes {
                    let next = batch(self.end(partition), *records, *value_bytes);
                    commit.appends.push((key(self.topic.id, partition), vec![next.clone()]));
                    self.logs.get_mut(&partition).unwrap().1.push(next);
                }
            }
            Step::Trim(partition, at) => {
                let partition = partition % self.topic.partitions;
                let end = self.end(partition);
                let (start, _) = self.logs.get_mut(&partition).unwrap();
                *start += i64::try_from(at.index(usize::try_from(end - *start).unwrap() + 1)).unwrap();
                commit.log_starts.push((key(self.topic.id, partition), *start));
            }
            Step::Recreate(partitions) => {
                commit.topics.push(TopicChange::Delete { topic_id: self.topic.id });
                *self = Self::new(self.topic.id + 1, *partitions);
                commit.topics.push(TopicChange::Put(self.topic.clone()));
            }
            Step::Reopen | Step::Abandon => {}
        }
        commit
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_store_does_what_a_list_of_batches_does(
        partitions in 1..5_u32,
        steps in prop::collection::vec((any_step(), any::<i64>()), 1..30),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Dir(directory.path().to_owned());
        let (mut store, _) = Store::open(&location, CACHE).unwrap();
        let mut model = Model::new(1, partitions);
        store.commit(&put(model.topic.clone())).unwrap();
        for (step, probe) in &steps {
            store.commit(&model.apply(step)).unwrap();
            if matches!(step, Step::Reopen | Step::Abandon) {
                if matches!(step, Step::Abandon) {
                    store.abandon();
                }
                drop(store);
                let recovered;
                (store, recovered) = Store::open(&location, CACHE).unwrap();
                prop_assert_eq!(recovered.topics, [model.topic.clone()]);
            }
            model.assert_same(&store, *probe);
        }
    }
}
