//! Whatever the store has acknowledged survives the end of its process, at whatever moment that comes.
//! A child appends and tells what was acknowledged; it is killed at random moments, again and again on the same store.
#![expect(clippy::unwrap_used, reason = "a test may fail at once")]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use logyard::broker::Location;
use logyard::broker::store::{Commit, LogExtent, PartitionKey, Store, StoredTopic, TopicChange};
use logyard::model::batch::{BatchBuilder, BatchHeader, Records, patch_base_offset};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

const STORES: u64 = 3;
const KILLS_PER_STORE: usize = 18;
const PARTITIONS: u32 = 4;
const TOPIC_ID: u128 = 7;
const CACHE_BYTES: usize = 8 << 20;
/// Set for the child: the store's directory and the seed of what it does.
const CHILD_VARIABLE: &str = "LOGYARD_CRASH_TEST_CHILD";

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    if let Ok(order) = env::var(CHILD_VARIABLE) {
        let (seed, directory) = order.split_once(' ').unwrap();
        append_until_killed(Path::new(directory), seed.parse().unwrap());
    }
    for seed in 0..STORES {
        kill_again_and_again(seed);
    }
}

fn kill_again_and_again(seed: u64) {
    let directory = tempfile::tempdir().unwrap();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut acknowledged = [LogExtent::default(); PARTITIONS as usize];
    let mut heard = 0;
    for kill in 0..KILLS_PER_STORE {
        let context = format!("seed {seed}, kill {kill}");
        let mut child = start_child(directory.path(), random.next_u64());
        heard += listen_and_kill(&mut child, &mut random, &mut acknowledged);
        let (store, _) = Store::open(&Location::Dir(directory.path().to_owned()), CACHE_BYTES).expect(&context);
        for partition in 0..PARTITIONS {
            check_log(&store, partition, &acknowledged[partition as usize], &context);
        }
        // Without a clean end the next child begins with a repair, and may be killed in it.
        if random.next_u32().is_multiple_of(2) {
            store.abandon();
        }
    }
    assert!(heard > KILLS_PER_STORE, "seed {seed}: the children got hardly anything done");
}

fn start_child(directory: &Path, seed: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "nothing_acknowledged_is_lost_when_the_process_is_killed", "--nocapture"])
        .env(CHILD_VARIABLE, format!("{seed} {}", directory.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Lets the child work for a random while, kills it, and notes everything that it said. How many lines these were.
#[expect(clippy::disallowed_methods, reason = "another process is killed at a moment of real time")]
fn listen_and_kill(child: &mut Child, random: &mut Xoshiro256PlusPlus, acknowledged: &mut [LogExtent]) -> usize {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard = 0;
    let mut note = |line: String| {
        if let Some(words) = line.strip_prefix("acknowledged ") {
            let numbers: Vec<i64> = words.split(' ').map(|word| word.parse().unwrap()).collect();
            let [partition, log_start_offset, log_end_offset] = numbers[..] else { panic!("{line}") };
            let known = &mut acknowledged[usize::try_from(partition).unwrap()];
            *known = LogExtent { log_start_offset, log_end_offset, bytes: 0 };
            heard += 1;
        }
    };
    // One in four is killed while it starts, the others after some acknowledgements.
    let patience = random.next_u32() % 40;
    if patience >= 10 {
        lines.by_ref().take(patience as usize).for_each(|line| note(line.unwrap()));
    }
    std::thread::sleep(Duration::from_micros(u64::from(random.next_u32() % 20_000)));
    child.kill().unwrap();
    // Lines are written whole before the child goes on, so none is broken off.
    lines.for_each(|line| note(line.unwrap()));
    child.wait().unwrap();
    heard
}

/// Everything from the log's start to its end is there once, in order, with the right content.
fn check_log(store: &Store, partition: u32, acknowledged: &LogExtent, context: &str) {
    let Ok(extent) = store.extent(TOPIC_ID, partition) else {
        assert_eq!(*acknowledged, LogExtent::default(), "{context}: the topic is gone");
        return;
    };
    let context = format!("{context}, partition {partition}: {acknowledged:?} acknowledged, {extent:?} found");
    assert!(extent.log_end_offset >= acknowledged.log_end_offset, "{context}: lost at the end");
    assert!(extent.log_start_offset >= acknowledged.log_start_offset, "{context}: the start fell back");
    // One commit more than was acknowledged may have got through, and that one may cut what it finds.
    assert!(extent.log_start_offset <= acknowledged.log_end_offset, "{context}: lost at the start");
    let mut offset = extent.log_start_offset;
    while offset < extent.log_end_offset {
        let batches = store.read(TOPIC_ID, partition, offset, 1 << 20).expect(&context);
        assert!(!batches.is_empty(), "{context}: nothing at {offset}");
        for batch in batches {
            BatchHeader::check(&batch).expect(&context);
            for record in Records::new(&batch).expect(&context) {
                let record = record.expect(&context);
                if record.offset < extent.log_start_offset {
                    continue;
                }
                assert_eq!(record.offset, offset, "{context}");
                assert_eq!(record.value, Some(value_of(partition, offset).as_slice()), "{context}, offset {offset}");
                offset += 1;
            }
        }
    }
}

fn append_until_killed(directory: &Path, seed: u64) -> ! {
    let (store, recovered) = Store::open(&Location::Dir(directory.to_owned()), CACHE_BYTES).unwrap();
    if recovered.topics.is_empty() {
        let topic = StoredTopic { id: TOPIC_ID, name: "t".to_owned(), partitions: PARTITIONS, config: Vec::new() };
        store.commit(&Commit { topics: vec![TopicChange::Put(topic)], durable: true, ..Commit::default() }).unwrap();
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    loop {
        let commit = random_commit(&store, &mut random);
        let committed = store.commit(&commit).unwrap();
        let mut lines = b"\n".to_vec();
        for (key, extent) in committed.logs {
            let LogExtent { log_start_offset, log_end_offset, .. } = extent;
            writeln!(lines, "acknowledged {} {log_start_offset} {log_end_offset}", key.partition).unwrap();
        }
        std::io::stdout().write_all(&lines).unwrap();
        std::io::stdout().flush().unwrap();
    }
}

/// Some batches for some partitions, now and then a large one; now and then a log is cut.
fn random_commit(store: &Store, random: &mut Xoshiro256PlusPlus) -> Commit {
    let mut commit = Commit { durable: true, quick_repair: random.next_u32().is_multiple_of(8), ..Commit::default() };
    for partition in 0..PARTITIONS {
        let key = PartitionKey { topic_id: TOPIC_ID, partition };
        let extent = store.extent(TOPIC_ID, partition).unwrap();
        let mut next = extent.log_end_offset;
        for _ in 0..random.next_u32() % 4 {
            let is_large = random.next_u32().is_multiple_of(30);
            let records = if is_large { 1_500 } else { 1 + random.next_u32() % 30 };
            commit.appends.push((key, vec![batch(partition, next, records)]));
            next += i64::from(records);
        }
        if random.next_u32().is_multiple_of(25) {
            let log_start_offset = i64::midpoint(extent.log_start_offset, extent.log_end_offset);
            commit.log_starts.push((key, log_start_offset));
        }
    }
    commit
}

fn batch(partition: u32, base_offset: i64, records: u32) -> Bytes {
    let mut builder = BatchBuilder::new(usize::MAX);
    for offset in base_offset..base_offset + i64::from(records) {
        builder.append(offset, None, Some(&value_of(partition, offset)), &[]);
    }
    let mut bytes = builder.finish().to_vec();
    patch_base_offset(&mut bytes, base_offset);
    bytes.into()
}

/// What the record at `offset` holds, so that a wrong one is seen.
fn value_of(partition: u32, offset: i64) -> Vec<u8> {
    let length = 20 + usize::try_from(offset % 180).unwrap();
    let word = [partition.to_be_bytes().as_slice(), offset.to_be_bytes().as_slice()].concat();
    word.into_iter().cycle().take(length).collect()
}
