//! Logs that begin later as time goes on.

use super::*;
use crate::model::request::OffsetSpec;

async fn log_start(broker: &BrokerHandle, topic: &str) -> i64 {
    broker.list_offset(at(topic, 0), OffsetSpec::Earliest).await.unwrap().offset
}

#[test]
fn records_go_when_they_are_too_old() {
    simulate(async |clock, broker| {
        let config = TopicConfig { retention: Some(millis(5_000)), ..TopicConfig::default() };
        broker.create_topic(name("orders"), 1, config).await.unwrap();
        for _ in 0..3 {
            append(&broker, "orders", 0, batch(clock.unix_millis(clock.now()), &["a"])).await.unwrap();
            clock.sleep(millis(2_000)).await;
        }
        // Written at 0, 2 and 4 seconds.
        let mut starts = vec![];
        while clock.now() < after(12_000) {
            starts.push((clock.now().as_micros() / 1_000_000, log_start(&broker, "orders").await));
            clock.sleep(millis(1_000)).await;
        }
        let start_at = |second| starts.iter().find(|(at, _)| *at == second).unwrap().1;
        assert_eq!((start_at(6), start_at(7), start_at(9), start_at(11)), (0, 1, 2, 3), "{starts:?}");
        let view = broker.view().await.unwrap();
        assert_eq!(view.topics[0].partitions[0].bytes, 0);
        assert_eq!(view.totals.tail_cache_bytes, 0);
        let gone = fetch(&broker, fetch_of("orders", 0, 0)).await;
        assert_eq!(gone.error, Some(ErrorCode::OffsetOutOfRange));
    });
}

#[test]
fn records_go_when_the_log_is_too_large() {
    simulate(async |clock, broker| {
        let config = TopicConfig { retention: None, retention_bytes: Some(5_000), ..TopicConfig::default() };
        broker.create_topic(name("orders"), 1, config).await.unwrap();
        for _ in 0..10 {
            append(&broker, "orders", 0, batch_of(1_000)).await.unwrap();
        }
        clock.sleep(millis(2_000)).await;
        let partition = broker.view().await.unwrap().topics[0].partitions[0];
        assert_eq!(partition.log_start_offset, 5);
        assert!((5_000..6_000).contains(&partition.bytes), "{partition:?}");
        let larger = TopicConfig { retention_bytes: Some(2_000), ..config };
        broker.configure_topic(name("orders"), larger).await.unwrap();
        clock.sleep(millis(2_000)).await;
        assert_eq!(log_start(&broker, "orders").await, 8);
    });
}

#[test]
fn records_can_be_deleted_up_to_an_offset() {
    simulate(async |_, broker| {
        make(&broker, "orders", 1).await;
        for _ in 0..3 {
            append(&broker, "orders", 0, batch(0, &["a", "b"])).await.unwrap();
        }
        assert_eq!(broker.delete_records(at("orders", 0), 3).await, Ok(3));
        assert_eq!(log_start(&broker, "orders").await, 3);
        assert_eq!(broker.delete_records(at("orders", 0), 1).await, Ok(3), "a log never begins earlier again");
        assert_eq!(broker.delete_records(at("orders", 0), 7).await, Err(ErrorCode::OffsetOutOfRange));
        assert_eq!(fetch(&broker, fetch_of("orders", 0, 3)).await.batches.len(), 2);
        assert_eq!(broker.delete_records(at("orders", 0), -1).await, Ok(6));
        assert_eq!(append(&broker, "orders", 0, batch(0, &["c"])).await.unwrap().base_offset, 6);
    });
}

#[test]
fn a_round_through_many_partitions_reaches_each() {
    simulate(async |clock, broker| {
        let config = TopicConfig { retention: Some(millis(1_000)), ..TopicConfig::default() };
        broker.create_topic(name("orders"), 1_300, config).await.unwrap();
        for partition in [0, 511, 512, 1_299] {
            append(&broker, "orders", partition, batch(clock.unix_millis(clock.now()), &["a"])).await.unwrap();
        }
        clock.sleep(millis(2_100)).await;
        let view = broker.view().await.unwrap();
        let starts: i64 = view.topics[0].partitions.iter().map(|partition| partition.log_start_offset).sum();
        assert_eq!(starts, 4);
    });
}
