//! What the embedded broker takes on this machine, measured: appends of batches of one shape for a moment, on a
//! scratch store of its own. A figure is of this moment and this machine; what else runs beside it slows it down.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::broker::{Broker, BrokerConfig, BrokerHandle};
use crate::clock::{Clock, Driver, Time};
use crate::model::batch::{BatchBuilder, encoded_record_len};
use crate::model::durability::Durability;
use crate::model::error::ErrorCode;
use crate::model::request::{Acks, AppendRequest};
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;
use crate::planner::simulate::TimeHistogram;
use crate::scenario::Scenario;

use super::setup::{LabError, Setup};

/// What is measured first is not counted: the store is fresh, and the first commits make room.
const WARM_UP: Duration = Duration::from_millis(300);

/// The most that one batch holds.
const MAX_BATCH_BYTES: usize = 1 << 20;

/// Appends of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub name: &'static str,
    pub partitions: u32,
    /// Each sends one batch after the other, and waits for the answer.
    pub producers: u32,
    /// Of each batch.
    pub records: u32,
    /// Of a record's value.
    pub record_bytes: u64,
}

/// What was measured of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    pub shape: Shape,
    pub records: u64,
    /// Of record batches as they are stored.
    pub bytes: u64,
    pub elapsed: Duration,
    /// From sending a batch to its answer.
    pub latency: TimeHistogram,
}

/// What `logyard bench` measures.
pub const SHAPES: [Shape; 4] = [
    Shape { name: "one by one", partitions: 1, producers: 1, records: 1, record_bytes: 100 },
    Shape { name: "small batches", partitions: 8, producers: 8, records: 10, record_bytes: 100 },
    Shape { name: "full batches", partitions: 8, producers: 16, records: 140, record_bytes: 100 },
    Shape { name: "large records", partitions: 8, producers: 16, records: 16, record_bytes: 10_000 },
];

impl Throughput {
    pub fn records_per_second(&self) -> f64 {
        per_second(self.records, self.elapsed)
    }

    pub fn bytes_per_second(&self) -> f64 {
        per_second(self.bytes, self.elapsed)
    }
}

/// Measures one shape for `span` of real time, with a store as `durability` asks for.
///
/// # Errors
/// When no store can be opened or the broker gives up.
pub fn measure(shape: Shape, durability: Durability, seed: u64, span: Duration) -> Result<Throughput, LabError> {
    let measured = measure_while(shape, durability, seed, span, &AtomicBool::new(false), &mut |_| {})?;
    Ok(measured.expect("nobody cancels it"))
}

/// The same, told now and then how much is done (0 to 1); `None` once it was cancelled.
///
/// # Errors
/// When no store can be opened or the broker gives up.
pub fn measure_while(
    shape: Shape,
    durability: Durability,
    seed: u64,
    span: Duration,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Throughput>, LabError> {
    let driver = Driver::live().map_err(LabError::Threads)?;
    let mut scenario = Scenario::empty();
    scenario.broker.durability = durability;
    let lodging = Setup::new(scenario).lodge(false)?;
    let config = BrokerConfig {
        location: lodging.location.clone(),
        durability: lodging.durability,
        seed,
        ..BrokerConfig::default()
    };
    let (clock, topic) = (driver.clock().clone(), TopicName::new("bench").expect("the name is legal"));
    let made = driver.block_on(begin(clock.clone(), config, topic.clone(), shape.partitions))?;
    let start = clock.now() + WARM_UP;
    let stage = Stage { clock, broker: made.handle(), begin: start, end: start + span, stop: Arc::default() };
    let appended = append_all(&driver, &stage, &topic, shape, cancel, progress);
    driver.block_on(made.stop())?;
    let appended = appended.map_err(|error| LabError::Topic { topic: topic.to_string(), error })?;
    Ok(Some(appended).filter(|_| !stage.stop.load(Ordering::Relaxed)))
}

async fn begin(clock: Clock, config: BrokerConfig, topic: TopicName, partitions: u32) -> Result<Broker, LabError> {
    let broker = Broker::start(clock, config).await?;
    let failed = |error| LabError::Topic { topic: topic.to_string(), error };
    broker.handle().create_topic(topic.clone(), partitions, TopicConfig::default()).await.map_err(failed)?;
    Ok(broker)
}

fn append_all(
    driver: &Driver,
    stage: &Stage,
    topic: &TopicName,
    shape: Shape,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Throughput, ErrorCode> {
    let batch = batch(shape);
    let results = Arc::new(Mutex::new(Vec::new()));
    for number in 0..shape.producers {
        let partition = TopicPartition::new(topic.clone(), number % shape.partitions);
        let (stage, results, batch) = (stage.clone(), Arc::clone(&results), batch.clone());
        driver.clock().spawn(async move {
            let sent = stage.send(partition, batch).await;
            results.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        });
    }
    let is_there = || results.lock().unwrap_or_else(PoisonError::into_inner).len() >= shape.producers as usize;
    while !is_there() {
        let clock = driver.clock().clone();
        driver.block_on(async move { clock.sleep_real(Duration::from_millis(10)).await });
        stage.stop.fetch_or(cancel.load(Ordering::Relaxed), Ordering::Relaxed);
        progress(stage.share());
    }
    let elapsed = stage.end.since(stage.begin);
    let mut total = Throughput { shape, records: 0, bytes: 0, elapsed, latency: TimeHistogram::default() };
    for sent in results.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let (batches, latency) = sent?;
        total.records += batches * u64::from(shape.records);
        total.bytes += batches * u64::try_from(batch.len()).unwrap_or(u64::MAX);
        total.latency.merge(&latency);
    }
    Ok(total)
}

/// When what counts begins and ends.
#[derive(Clone)]
struct Stage {
    clock: Clock,
    broker: BrokerHandle,
    begin: Time,
    end: Time,
    /// Nobody wants it any more.
    stop: Arc<AtomicBool>,
}

impl Stage {
    /// How much has passed of the time that counts.
    fn share(&self) -> f64 {
        let passed = self.clock.now().since(self.begin).as_secs_f64();
        (passed / self.end.since(self.begin).as_secs_f64()).min(1.0)
    }

    /// Batches that were answered while it counted, and how long each took.
    async fn send(&self, partition: TopicPartition, batch: Bytes) -> Result<(u64, TimeHistogram), ErrorCode> {
        let (mut batches, mut latency) = (0, TimeHistogram::default());
        loop {
            let sent = self.clock.now();
            if sent >= self.end || self.stop.load(Ordering::Relaxed) {
                return Ok((batches, latency));
            }
            let request = AppendRequest { partition: partition.clone(), batch: batch.clone(), acks: Acks::All };
            self.broker.append(request).await?;
            let answered = self.clock.now();
            if answered >= self.begin && answered < self.end {
                batches += 1;
                latency.add(answered.since(sent).as_secs_f64() * 1e9);
            }
        }
    }
}

fn batch(shape: Shape) -> Bytes {
    let value = vec![b'x'; usize::try_from(shape.record_bytes).unwrap_or(MAX_BATCH_BYTES).min(MAX_BATCH_BYTES)];
    let room = encoded_record_len(None, Some(&value), &[]) * shape.records as usize;
    let mut builder = BatchBuilder::new(room.max(1) + 1_024);
    for _ in 0..shape.records {
        builder.append(0, None, Some(&value), &[]);
    }
    builder.finish()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds are far below 2^53")]
fn per_second(count: u64, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_counted() {
        let shape = Shape { name: "test", partitions: 2, producers: 3, records: 5, record_bytes: 100 };
        let measured = measure(shape, Durability::Memory, 1, Duration::from_millis(200)).unwrap();
        assert!(measured.records > 0 && measured.records.is_multiple_of(5), "{measured:?}");
        assert_eq!(measured.latency.count() * 5, measured.records);
        assert!(measured.bytes > measured.records * 100 && measured.latency.max() > Duration::ZERO, "{measured:?}");
    }
}
