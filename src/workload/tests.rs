//! Producers and consumers together, on a virtual clock and a message system in memory.

mod embedded;
mod fake;
mod faults;
mod queueing;

use std::sync::Arc;
use std::time::Duration;

use fake::Fake;

use super::Workload;
use super::consumer::ConsumerHandle;
use super::producer::ProducerHandle;
use crate::clock::{Clock, Driver};
use crate::metrics::figures::LedgerCounts;
use crate::model::group::assign::Assignor;
use crate::model::request::Acks;
use crate::model::topic::TopicName;
use crate::model::units::Rate;
use crate::scenario::{
    BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, Keys, OffsetReset, PartitionerKind, Pattern, ProducerSpec,
    RecordSize, ServiceTime,
};

/// A topic, producers and a group, ready to be run.
struct Bench {
    clock: Clock,
    fake: Fake,
    workload: Workload<Fake>,
}

impl Bench {
    fn new(clock: &Clock, partitions: u32) -> Self {
        let fake = Fake::new(clock, &[("orders", partitions)]);
        Self { clock: clock.clone(), workload: Workload::new(clock.clone(), fake.clone()), fake }
    }

    fn produce(&self, spec: &ProducerSpec, seed: u64) -> ProducerHandle {
        self.workload.start_producer(&spec.name, spec, seed)
    }

    fn consume(&self, group: &GroupSpec, number: usize) -> ConsumerHandle {
        let consumer = ConsumerSpec { name: group.consumer_name(number), ..group.template.clone() };
        self.workload.start_consumer(group, &consumer, number as u64 * 77)
    }

    async fn pass(&self, span: Duration) {
        self.clock.sleep(span).await;
    }

    fn counts(&self) -> LedgerCounts {
        let topics = [TopicName::new("orders").unwrap()];
        let counts =
            self.workload.ledger().counts("billing", &topics, |partition| self.fake.facts("billing", partition));
        let sum = counts.processed_once + counts.in_flight + counts.lost + counts.expired;
        assert_eq!(sum, counts.accepted, "the ledger does not add up: {counts:?}");
        counts
    }
}

/// Runs a test on a virtual clock; tasks that are left end with it.
fn run<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Arc<dyn Fn(u32) -> Bench + Send + Sync>) -> F) {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(test(Arc::new(move |partitions| Bench::new(&clock, partitions))));
}

fn producer(per_second: f64, pattern: Pattern) -> ProducerSpec {
    ProducerSpec {
        name: "web".into(),
        count: 1,
        topic: TopicName::new("orders").unwrap(),
        rate: Rate::from_per_second(per_second).unwrap(),
        pattern,
        keys: Keys::Uniform { count: 100 },
        size: RecordSize::Constant(100),
        acks: Acks::All,
        idempotent: false,
        linger: Duration::ZERO,
        batch_size: 16_384,
        partitioner: PartitionerKind::Default,
    }
}

fn group(processing: ServiceTime, commit: CommitPolicy) -> GroupSpec {
    let template =
        ConsumerSpec { name: "billing".into(), processing, batch: BatchSpec::SINGLE, workers: 1, instance_id: None };
    GroupSpec {
        name: "billing".into(),
        topics: vec![TopicName::new("orders").unwrap()],
        assignor: Assignor::CooperativeSticky,
        session_timeout: Duration::from_secs(6),
        heartbeat_interval: Duration::from_secs(2),
        rebalance_timeout: Duration::from_mins(1),
        max_poll_interval: Duration::from_mins(5),
        commit,
        auto_offset_reset: OffsetReset::Earliest,
        max_poll_records: 500,
        consumers: Vec::new(),
        autoscaler: None,
        template,
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
