//! How fast the store appends, beside bare redb that writes the same bytes in values of just under 64 KiB in
//! the same run, turn by turn; and what building and reading a record costs. Medians of several rounds.
#![expect(clippy::print_stdout, reason = "a benchmark's output is what it is for")]

use std::hint::black_box;
use std::path::Path;

use bytes::Bytes;
use logyard::broker::Location;
use logyard::broker::store::{Commit, PartitionKey, Store, StoredTopic, TopicChange};
use logyard::clock::Stopwatch;
use logyard::model::batch::{BatchBuilder, Records, encoded_record_len, patch_base_offset};
use redb::{Database, TableDefinition};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Kafka's default for `batch.size`.
const BATCH_BYTES: usize = 16_384;
/// What one group commit collects under load.
const COMMIT_BYTES: usize = 4 << 20;
const COMMITS: usize = 12;
const ROUNDS: usize = 5;
const CACHE_BYTES: usize = 64 << 20;
/// The longest value that redb keeps in 64 KiB beside an eight-byte key.
const BARE_VALUE_BYTES: usize = 65_520;
const BARE: TableDefinition<u64, &[u8]> = TableDefinition::new("bare");

fn main() {
    println!("batches of {BATCH_BYTES} B, commits of {} MiB, medians of {ROUNDS} rounds", COMMIT_BYTES >> 20);
    println!("durability  record B  partitions  store MB/s  bare redb MB/s  ratio");
    for durable in [true, false] {
        for record_bytes in [100, 1_000, 10_000] {
            for partitions in [1, 8, 64] {
                compare(durable, record_bytes, partitions);
            }
        }
    }
    for record_bytes in [100, 1_000] {
        records(record_bytes);
    }
}

fn compare(durable: bool, record_bytes: usize, partitions: u32) {
    let work = commits(durable, record_bytes, partitions);
    let mut store_rates = Vec::new();
    let mut bare_rates = Vec::new();
    for _ in 0..ROUNDS {
        store_rates.push(store_round(durable, partitions, &work));
        bare_rates.push(bare_round(durable, &work));
    }
    let (store, bare) = (median(&mut store_rates), median(&mut bare_rates));
    let durability = if durable { "immediate" } else { "memory" };
    println!(
        "{durability:<10}  {record_bytes:>8}  {partitions:>10}  {store:>10.0}  {bare:>14.0}  {:>5.2}",
        store / bare
    );
}

/// The commits of one round, batches handed out to the partitions in turn.
fn commits(durable: bool, record_bytes: usize, partitions: u32) -> Vec<Commit> {
    let (template, records) = full_batch(record_bytes);
    let mut next_offsets = vec![0_i64; partitions as usize];
    let one = |next_offsets: &mut Vec<i64>| {
        let mut per_partition = vec![Vec::new(); partitions as usize];
        for turn in 0..COMMIT_BYTES / template.len() {
            let partition = turn % per_partition.len();
            let mut batch = template.clone();
            patch_base_offset(&mut batch, next_offsets[partition]);
            next_offsets[partition] += records;
            per_partition[partition].push(Bytes::from(batch));
        }
        let keys = (0..partitions).map(|partition| PartitionKey { topic_id: 1, partition });
        Commit { appends: keys.zip(per_partition).collect(), durable, ..Commit::default() }
    };
    (0..COMMITS).map(|_| one(&mut next_offsets)).collect()
}

fn full_batch(record_bytes: usize) -> (Vec<u8>, i64) {
    let value = vec![b'v'; record_bytes];
    let mut builder = BatchBuilder::new(BATCH_BYTES);
    while builder.fits(encoded_record_len(None, Some(&value), &[])) {
        builder.append(0, None, Some(&value), &[]);
    }
    let records = i64::from(builder.record_count());
    (builder.finish().to_vec(), records)
}

/// MB/s of the store.
fn store_round(durable: bool, partitions: u32, work: &[Commit]) -> f64 {
    let directory = scratch_directory();
    let location = if durable { Location::Dir(directory.path().to_owned()) } else { Location::Memory };
    let (store, _) = Store::open(&location, CACHE_BYTES).expect("a fresh store opens");
    let topic = StoredTopic { id: 1, name: "bench".to_owned(), partitions, config: Vec::new() };
    let create = Commit { topics: vec![TopicChange::Put(topic)], durable, ..Commit::default() };
    store.commit(&create).expect("the topic is made");
    rate(work, |commit| {
        store.commit(commit).expect("the disk has room");
    })
}

/// MB/s of bare redb.
fn bare_round(durable: bool, work: &[Commit]) -> f64 {
    let directory = scratch_directory();
    let database = bare_database(durable, directory.path());
    let mut contents = work.iter().map(content).collect::<Vec<_>>().into_iter();
    let mut next_key = 0;
    rate(work, |_| {
        let content = contents.next().expect("one for each commit");
        let mut transaction = database.begin_write().expect("nobody else writes");
        if !durable {
            transaction.set_durability(redb::Durability::None).expect("there are no savepoints");
        }
        let mut table = transaction.open_table(BARE).expect("the table is opened once");
        for value in content.chunks(BARE_VALUE_BYTES) {
            table.insert(next_key, value).expect("the disk has room");
            next_key += 1;
        }
        drop(table);
        transaction.commit().expect("the disk has room");
    })
}

fn bare_database(durable: bool, directory: &Path) -> Database {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    let made = if durable {
        builder.create(directory.join("bare.redb"))
    } else {
        builder.create_with_backend(redb::backends::InMemoryBackend::new())
    };
    let database = made.expect("a fresh database opens");
    let transaction = database.begin_write().expect("nobody else writes");
    drop(transaction.open_table(BARE).expect("the table is opened once"));
    transaction.commit().expect("the disk has room");
    database
}

/// Beside the build, since a temporary directory is often in memory.
fn scratch_directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the build directory is writable")
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53 bytes")]
fn rate(work: &[Commit], mut commit: impl FnMut(&Commit)) -> f64 {
    let bytes: usize = work.iter().map(bytes_of).sum();
    let stopwatch = Stopwatch::start();
    work.iter().for_each(&mut commit);
    bytes as f64 / stopwatch.elapsed().as_secs_f64() / 1e6
}

fn bytes_of(commit: &Commit) -> usize {
    commit.appends.iter().flat_map(|(_, batches)| batches).map(Bytes::len).sum()
}

/// A commit's bytes in one piece.
fn content(commit: &Commit) -> Vec<u8> {
    commit.appends.iter().flat_map(|(_, batches)| batches).flatten().copied().collect()
}

/// What building and reading a record costs, checksum included in building.
fn records(record_bytes: usize) {
    const BATCHES: u32 = 2_000;
    let value = vec![b'v'; record_bytes];
    let key = *b"customer-17";
    let mut builder = BatchBuilder::new(BATCH_BYTES);
    let (mut building, mut reading, mut count) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let stopwatch = Stopwatch::start();
        for _ in 0..BATCHES {
            while builder.fits(encoded_record_len(Some(&key), Some(&value), &[])) {
                builder.append(1_000, Some(&key), Some(black_box(&value)), &[]);
            }
            count = builder.record_count();
            black_box(builder.finish());
        }
        let total = f64::from(count * BATCHES);
        building.push(stopwatch.elapsed().as_secs_f64() * 1e9 / total);
        let (batch, _) = full_batch(record_bytes);
        let stopwatch = Stopwatch::start();
        let mut read = 0_usize;
        for _ in 0..BATCHES {
            read += Records::new(black_box(&batch)).expect("it was built just now").flatten().count();
        }
        let total = f64::from(u32::try_from(read).expect("a few millions"));
        reading.push(stopwatch.elapsed().as_secs_f64() * 1e9 / total);
    }
    println!(
        "{record_bytes} B records: {:.1} ns to build, {:.1} ns to read",
        median(&mut building),
        median(&mut reading)
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
