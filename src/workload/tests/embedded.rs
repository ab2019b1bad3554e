//! The same clients against the embedded broker.

use super::*;
use crate::broker::{Broker, BrokerConfig};
use crate::metrics::ledger::PartitionFacts;
use crate::model::topic_config::TopicConfig;
use crate::workload::embedded::Embedded;

#[test]
fn a_crash_and_a_restart_lose_nothing_and_repeat_what_was_in_hand() {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), BrokerConfig::default()).await.unwrap();
        let (handle, orders) = (broker.handle(), TopicName::new("orders").unwrap());
        handle.create_topic(orders.clone(), 4, TopicConfig::default()).await.unwrap();
        let workload = Workload::new(clock.clone(), Embedded::new(handle.clone()));
        let group = group(ServiceTime::Constant(millis(3)), CommitPolicy::After);
        let consumer = |number: usize| {
            let spec = ConsumerSpec { name: group.consumer_name(number), ..group.template.clone() };
            workload.start_consumer(&group, &spec, number as u64)
        };
        let (one, two) = (consumer(1), consumer(2));
        let mut spec = producer(600.0, Pattern::Poisson);
        spec.linger = millis(5);
        let producer = workload.start_producer("web", &spec, 3);
        clock.sleep(millis(15_000)).await;
        assert_eq!((one.assignment().len(), two.assignment().len()), (2, 2));
        two.crash();
        clock.sleep(millis(20_000)).await;
        assert_eq!(one.assignment().len(), 4);
        two.start();
        producer.stop();
        producer.ended().await;
        clock.sleep(millis(60_000)).await;

        let view = handle.view().await.unwrap();
        let committed = &view.groups[0].offsets;
        let counts = workload.ledger().counts("billing", &[orders], |partition| PartitionFacts {
            log_start_offset: 0,
            committed_offset: committed.iter().find(|(known, _)| known == partition).map(|(_, offset)| *offset),
        });
        assert_eq!((counts.accepted, counts.in_flight, counts.lost), (producer.figures().accepted, 0, 0));
        assert!(counts.duplicates > 0, "{counts:?}");
        let committed: i64 = committed.iter().map(|(_, offset)| offset).sum();
        assert_eq!(u64::try_from(committed).unwrap(), counts.processed_once);
        broker.stop().await.unwrap();
    });
}
