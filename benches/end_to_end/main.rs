//! How many records per second go all the way, and how long one takes: produced, stored, fetched by a consumer
//! group, processed in no time, committed and counted by the ledger, all in this process. Best of several rounds.
//! Words on the command line choose rows (`memory`, `1x1x1`, `latency`).
#![expect(clippy::print_stdout, reason = "a benchmark's output is what it is for")]

mod disk;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use logyard::broker::{Broker, BrokerConfig, BrokerHandle, Location};
use logyard::clock::{Clock, Driver, Stopwatch};
use logyard::metrics::figures::{LatencyMillis, LedgerCounts};
use logyard::metrics::ledger::{Ledger, PartitionFacts};
use logyard::model::batch::{BatchBuilder, BatchHeader, Records, encoded_record_len};
use logyard::model::durability::Durability;
use logyard::model::group::GroupConfig;
use logyard::model::group::assign::Assignor;
use logyard::model::request::Acks;
use logyard::model::topic::{TopicName, TopicPartition};
use logyard::model::topic_config::TopicConfig;
use logyard::model::units::Rate;
use logyard::scenario::{
    BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, Keys, OffsetReset, PartitionerKind, Pattern, ProducerSpec,
    RecordSize, ServiceTime,
};
use logyard::workload::Workload;
use logyard::workload::embedded::Embedded;
use logyard::workload::keys::KeyChooser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TOPIC: &str = "orders";
const GROUP: &str = "billing";
const KEYS: u64 = 10_000;
/// With a key of `k` and up to four digits a record has 100 bytes of key and value.
const VALUE_BYTES: u64 = 95;
/// How long producers send in one round; it ends when all that they sent has been processed.
const SENDING: Duration = Duration::from_secs(1);
const ROUNDS: usize = 5;
/// Above what any of this can do, so that the pace never waits.
const UNBOUNDED_PER_SECOND: f64 = 20e6;
const LATENCY_PER_SECOND: f64 = 10_000.0;
const LATENCY_WARM_UP: Duration = Duration::from_secs(1);
const LATENCY_SPAN: Duration = Duration::from_secs(3);

/// One experiment.
#[derive(Clone, Copy)]
struct Shape {
    durability: Durability,
    producers: u32,
    consumers: usize,
    partitions: u32,
    batch_size: u32,
    linger: Duration,
    /// Of all producers together.
    per_second: f64,
    commit: CommitPolicy,
}

/// Kafka's default.
const AUTO: CommitPolicy = CommitPolicy::Auto { interval: Duration::from_secs(5) };

/// What a round of throughput came to.
struct Round {
    accepted: u64,
    sending_secs: f64,
    total_secs: f64,
    commits: u64,
    cpu_secs: f64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |row: &str| words.iter().all(|word| row.contains(word.as_str()));
    if is_wanted("bare") {
        bare();
    }
    println!(
        "records of 100 B (key {} B, value {VALUE_BYTES} B; about 10 B more in a batch), best of {ROUNDS} rounds of {} s",
        100 - VALUE_BYTES,
        SENDING.as_secs()
    );
    println!(
        "durability  producers x consumers x partitions  batch B  records/s  acked/s while sending  commits/s  CPU ns/record"
    );
    for shape in throughput_shapes() {
        if is_wanted(&format!("throughput {}", shape.name())) {
            throughput(shape);
        }
    }
    for shape in latency_shapes() {
        if is_wanted(&format!("latency {}", shape.name())) {
            latency(shape);
        }
    }
}

fn throughput_shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for durability in [Durability::Memory, Durability::Interval(Durability::DEFAULT_INTERVAL), Durability::Immediate] {
        for (producers, consumers, partitions) in [(1, 1, 1), (2, 2, 8), (4, 4, 16)] {
            for batch_size in [16_384, 65_536] {
                let (linger, per_second) = (Duration::from_millis(5), UNBOUNDED_PER_SECOND);
                let commit = CommitPolicy::After;
                shapes.push(Shape {
                    durability,
                    producers,
                    consumers,
                    partitions,
                    batch_size,
                    linger,
                    per_second,
                    commit,
                });
            }
        }
    }
    shapes
}

/// A consumer that waits for each of its commits can't read on meanwhile: that is one row, to compare.
fn latency_shapes() -> Vec<Shape> {
    let shape = |durability, partitions, linger_millis, commit| Shape {
        durability,
        producers: 1,
        consumers: 1,
        partitions,
        batch_size: 16_384,
        linger: Duration::from_millis(linger_millis),
        per_second: LATENCY_PER_SECOND,
        commit,
    };
    let immediate = [(1, 0, AUTO), (8, 0, AUTO), (1, 1, AUTO), (1, 0, CommitPolicy::After)];
    let immediate =
        immediate.map(|(partitions, linger, commit)| shape(Durability::Immediate, partitions, linger, commit));
    immediate.into_iter().chain([shape(Durability::Memory, 1, 0, AUTO)]).collect()
}

fn throughput(shape: Shape) {
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| run(shape, throughput_round)).collect();
    let best = rounds.iter().max_by(|one, other| one.per_second().total_cmp(&other.per_second()));
    let best = best.expect("there is at least one round");
    println!(
        "{:<46}  {:>7}  {:>9.0}  {:>21.0}  {:>9.0}  {:>13.0}",
        shape.name(),
        shape.batch_size,
        best.per_second(),
        lossy(best.accepted) / best.sending_secs,
        lossy(best.commits) / best.total_secs,
        best.cpu_secs * 1e9 / lossy(best.accepted),
    );
}

/// Turn by turn with what the disk allows, where the disk is waited for.
fn latency(shape: Shape) {
    let (linger, commit) = (shape.linger.as_millis(), shape.commit);
    println!("{:<46}  linger {linger} ms, {LATENCY_PER_SECOND}/s, commit {commit:?}", shape.name());
    for _ in 0..ROUNDS {
        print_latency("", &run(shape, latency_round));
        if shape.durability == Durability::Immediate {
            let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
            print_latency("the disk's floor", &disk::floor(directory, LATENCY_PER_SECOND, LATENCY_SPAN));
        }
    }
}

fn print_latency(what: &str, measured: &LatencyMillis) {
    let LatencyMillis { count, p50, p95, p99, max, .. } = measured;
    println!("{what:>46}  {count} records, p50 {p50:.2} ms, p95 {p95:.2}, p99 {p99:.2}, max {max:.2}");
}

/// Runs one round on a broker of its own.
fn run<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    shape: Shape,
    round: impl FnOnce(Clock, BrokerHandle, Shape) -> F + Send + 'static,
) -> T {
    let driver = Driver::live().expect("there are threads");
    // Beside the build, since a temporary directory is often in memory.
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the build directory is writable");
    let location = Location::Dir(directory.path().to_owned());
    // Nobody else joins, so there is nobody to wait for.
    let groups = GroupConfig { initial_rebalance_delay: Duration::ZERO, ..GroupConfig::default() };
    let config = BrokerConfig { location, durability: shape.durability, groups, ..BrokerConfig::default() };
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config).await.expect("a fresh store opens");
        let handle = broker.handle();
        let made = handle.create_topic(topic(), shape.partitions, TopicConfig::default()).await;
        made.expect("the broker is empty");
        let outcome = round(clock, handle, shape).await;
        broker.stop().await.expect("the disk has room");
        outcome
    })
}

async fn throughput_round(clock: Clock, handle: BrokerHandle, shape: Shape) -> Round {
    let workload = Workload::new(clock.clone(), Embedded::new(handle.clone()));
    let consumers = start_consumers(&clock, &workload, shape).await;
    let (stopwatch, cpu_before) = (Stopwatch::start(), cpu_secs());
    let spec = shape.producer();
    let producers: Vec<_> =
        (1..).zip(spec.client_names()).map(|(seed, name)| workload.start_producer(&name, &spec, seed)).collect();
    clock.sleep(SENDING).await;
    for producer in &producers {
        producer.stop();
    }
    for producer in &producers {
        producer.ended().await;
    }
    let sending_secs = stopwatch.elapsed().as_secs_f64();
    let accepted: u64 = producers.iter().map(|producer| producer.figures().accepted).sum();
    while consumers.iter().map(|consumer| consumer.figures().processed).sum::<u64>() < accepted {
        clock.sleep(Duration::from_micros(200)).await;
    }
    let total_secs = stopwatch.elapsed().as_secs_f64();
    check(workload.ledger(), shape, accepted);
    let commits = handle.view().await.expect("the broker runs").totals.commits;
    Round { accepted, sending_secs, total_secs, commits, cpu_secs: cpu_secs() - cpu_before }
}

async fn latency_round(clock: Clock, handle: BrokerHandle, shape: Shape) -> LatencyMillis {
    let workload = Workload::new(clock.clone(), Embedded::new(handle.clone()));
    let _consumers = start_consumers(&clock, &workload, shape).await;
    let spec = shape.producer();
    let producer = workload.start_producer(&spec.name, &spec, 1);
    clock.sleep(LATENCY_WARM_UP).await;
    let recorder = workload.recorder(GROUP);
    drop(recorder.take_recent());
    clock.sleep(LATENCY_SPAN).await;
    let measured = recorder.take_recent().millis();
    producer.stop();
    producer.ended().await;
    measured
}

type Consumers = Vec<logyard::workload::consumer::ConsumerHandle>;

/// Starts the group and waits until each partition has its consumer.
async fn start_consumers(clock: &Clock, workload: &Workload<Embedded>, shape: Shape) -> Consumers {
    let group = shape.group();
    let start = |(seed, consumer)| workload.start_consumer(&group, consumer, seed);
    let consumers: Consumers = (100..).zip(&group.consumers).map(start).collect();
    let assigned = |consumers: &Consumers| consumers.iter().map(|consumer| consumer.assignment().len()).sum::<usize>();
    let is_shared = |consumers: &Consumers| consumers.iter().all(|consumer| !consumer.assignment().is_empty());
    while assigned(&consumers) < shape.partitions as usize || !is_shared(&consumers) {
        clock.sleep(Duration::from_millis(10)).await;
    }
    consumers
}

/// What was fast and wrong is not fast.
fn check(ledger: &Ledger, shape: Shape, accepted: u64) {
    let counts = ledger.counts(GROUP, &[topic()], |_: &TopicPartition| PartitionFacts::default());
    let expected = LedgerCounts { accepted, processed_once: accepted, ..LedgerCounts::default() };
    assert_eq!(counts, expected, "{}", shape.name());
}

/// What is left of the way without a broker: a key, a value, a batch with its checksum, checked and read again.
fn bare() {
    const RECORDS: u32 = 2_000_000;
    let mut keys = KeyChooser::new(&Keys::Uniform { count: KEYS }, 1);
    let value = vec![b'v'; usize::try_from(VALUE_BYTES).expect("it is small")];
    let mut builder = BatchBuilder::new(16_384);
    let stopwatch = Stopwatch::start();
    let mut read = 0;
    for _ in 0..RECORDS {
        let key = keys.draw();
        if !builder.fits(encoded_record_len(key, Some(&value), &[])) {
            read += read_back(&builder.finish());
        }
        builder.append(1_000, key, Some(black_box(&value)), &[]);
    }
    read += read_back(&builder.finish());
    let per_second = lossy(read as u64) / stopwatch.elapsed().as_secs_f64();
    println!("bare: {per_second:.0} records/s built, checked and read on one core");
}

fn read_back(batch: &[u8]) -> usize {
    BatchHeader::check(black_box(batch)).expect("it was built just now");
    Records::new(batch).expect("it was built just now").flatten().map(black_box).count()
}

impl Round {
    /// Records that went all the way.
    fn per_second(&self) -> f64 {
        lossy(self.accepted) / self.total_secs
    }
}

impl Shape {
    fn name(&self) -> String {
        format!("{:<10}  {}x{}x{}", self.durability.name(), self.producers, self.consumers, self.partitions)
    }

    fn producer(&self) -> ProducerSpec {
        ProducerSpec {
            name: "web".into(),
            count: self.producers,
            topic: topic(),
            rate: Rate::from_per_second(self.per_second / f64::from(self.producers)).expect("it is positive"),
            pattern: Pattern::Constant,
            keys: Keys::Uniform { count: KEYS },
            size: RecordSize::Constant(VALUE_BYTES),
            acks: Acks::All,
            idempotent: false,
            linger: self.linger,
            batch_size: self.batch_size,
            partitioner: PartitionerKind::Default,
        }
    }

    fn group(&self) -> GroupSpec {
        let processing = ServiceTime::Constant(Duration::ZERO);
        let template =
            ConsumerSpec { name: GROUP.into(), processing, batch: BatchSpec::SINGLE, workers: 1, instance_id: None };
        let named = |number| ConsumerSpec { name: format!("{GROUP}-{number}"), ..template.clone() };
        GroupSpec {
            name: GROUP.into(),
            topics: vec![topic()],
            assignor: Assignor::CooperativeSticky,
            session_timeout: Duration::from_secs(45),
            heartbeat_interval: Duration::from_secs(3),
            rebalance_timeout: Duration::from_mins(1),
            max_poll_interval: Duration::from_mins(5),
            commit: self.commit,
            auto_offset_reset: OffsetReset::Earliest,
            max_poll_records: 500,
            consumers: (1..=self.consumers).map(named).collect(),
            autoscaler: None,
            template,
        }
    }
}

fn topic() -> TopicName {
    TopicName::new(TOPIC).expect("the name is short and plain")
}

/// What this process has used of the processors, so that a busy neighbour can be told from slow code; 0 where the
/// system doesn't say.
fn cpu_secs() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let user_and_system = after_name.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    lossy(user_and_system.sum()) / TICKS_PER_SECOND
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53 records")]
fn lossy(count: u64) -> f64 {
    count as f64
}
