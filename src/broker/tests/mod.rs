//! The broker through its handle, mostly on the virtual clock: what is asked, what is answered, and when.

mod failure;
mod groups;
mod log;
mod restart;
mod retention;

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use super::{Broker, BrokerConfig, BrokerHandle};
use crate::clock::{Clock, Driver, Time};
use crate::model::batch::{BatchBuilder, BatchHeader, Records};
use crate::model::error::ErrorCode;
use crate::model::request::{Acks, AppendRequest, Appended, FetchPartition, FetchRequest, FetchedPartition};
use crate::model::topic::{TopicName, TopicPartition};
use crate::model::topic_config::TopicConfig;

/// Runs a test on the virtual clock against a broker in memory.
fn simulate<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Clock, BrokerHandle) -> F + Send + 'static) {
    simulate_with(BrokerConfig { seed: 7, ..BrokerConfig::default() }, test);
}

fn simulate_with<F: Future<Output = ()> + Send + 'static>(
    config: BrokerConfig,
    test: impl FnOnce(Clock, BrokerHandle) -> F + Send + 'static,
) {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config).await.unwrap();
        test(clock, broker.handle()).await;
        broker.stop().await.unwrap();
    });
}

fn name(topic: &str) -> TopicName {
    TopicName::new(topic).unwrap()
}

fn at(topic: &str, partition: u32) -> TopicPartition {
    TopicPartition::new(name(topic), partition)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn after(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

/// A batch of these values with this timestamp.
fn batch(timestamp: i64, values: &[&str]) -> Bytes {
    let mut builder = BatchBuilder::new(1 << 20);
    for value in values {
        builder.append(timestamp, None, Some(value.as_bytes()), &[]);
    }
    builder.finish()
}

/// A batch with one record of `bytes`.
fn batch_of(bytes: usize) -> Bytes {
    let mut builder = BatchBuilder::new(1 << 20);
    builder.append(0, None, Some(&vec![b'x'; bytes]), &[]);
    builder.finish()
}

async fn make(broker: &BrokerHandle, topic: &str, partitions: u32) {
    broker.create_topic(name(topic), partitions, TopicConfig::default()).await.unwrap();
}

async fn append(broker: &BrokerHandle, topic: &str, partition: u32, batch: Bytes) -> Result<Appended, ErrorCode> {
    broker.append(AppendRequest { partition: at(topic, partition), batch, acks: Acks::All }).await
}

fn fetch_of(topic: &str, partition: u32, fetch_offset: i64) -> FetchRequest {
    let partition = FetchPartition { partition: at(topic, partition), fetch_offset, max_bytes: 1 << 20 };
    FetchRequest { partitions: vec![partition], min_bytes: 1, max_bytes: 1 << 24, max_wait: millis(500) }
}

async fn fetch(broker: &BrokerHandle, request: FetchRequest) -> FetchedPartition {
    broker.fetch(request).await.unwrap().remove(0)
}

/// Offset and value of every record fetched.
fn records(fetched: &FetchedPartition) -> Vec<(i64, String)> {
    let mut found = Vec::new();
    for batch in &fetched.batches {
        BatchHeader::check(batch).unwrap();
        for record in Records::new(batch).unwrap() {
            let record = record.unwrap();
            found.push((record.offset, String::from_utf8(record.value.unwrap_or_default().to_vec()).unwrap()));
        }
    }
    found
}
