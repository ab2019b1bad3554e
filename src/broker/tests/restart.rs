//! What a store keeps over the broker's end, in good order and not.

use super::*;
use crate::broker::Location;
use crate::model::durability::Durability;
use crate::model::group::call::{Identity, OffsetCommit};

fn on_disk(directory: &tempfile::TempDir, durability: Durability) -> BrokerConfig {
    BrokerConfig { location: Location::Dir(directory.path().to_owned()), durability, ..BrokerConfig::default() }
}

fn commit(group: &str, offset: i64) -> (Identity, Vec<OffsetCommit>) {
    let identity = Identity { group: group.to_owned(), generation: -1, ..Identity::default() };
    (identity, vec![OffsetCommit { partition: at("orders", 0), offset, metadata: "here".to_owned() }])
}

#[test]
fn topics_records_and_offsets_outlive_a_stop_and_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let config = on_disk(&directory, Durability::Immediate);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config.clone()).await.unwrap();
        let handle = broker.handle();
        let settings = TopicConfig { retention: None, ..TopicConfig::default() };
        let made = handle.create_topic(name("orders"), 3, settings).await.unwrap();
        append(&handle, "orders", 0, batch(0, &["a", "b"])).await.unwrap();
        let (identity, offsets) = commit("billing", 2);
        handle.commit_offsets(identity, offsets).await.unwrap();
        broker.stop().await.unwrap();

        let broker = Broker::start(clock.clone(), config.clone()).await.unwrap();
        let handle = broker.handle();
        assert_eq!(handle.topics().await.unwrap(), [made]);
        assert_eq!(handle.view().await.unwrap().topics[0].config, settings);
        assert_eq!(append(&handle, "orders", 0, batch(0, &["c"])).await.unwrap().base_offset, 2);
        let (identity, offsets) = commit("billing", 3);
        handle.commit_offsets(identity, offsets).await.unwrap();
        broker.kill().await;

        let broker = Broker::start(clock, config).await.unwrap();
        let handle = broker.handle();
        let fetched = fetch(&handle, fetch_of("orders", 0, 0)).await;
        assert_eq!(records(&fetched), [(0, "a".into()), (1, "b".into()), (2, "c".into())]);
        let committed = handle.all_committed_offsets("billing".to_owned()).await.unwrap();
        let committed = committed[0].1.as_ref().unwrap();
        assert_eq!((committed.offset, committed.metadata.as_str()), (3, "here"));
        handle.delete_topic(name("orders")).await.unwrap();
        assert_eq!(handle.all_committed_offsets("billing".to_owned()).await.unwrap(), []);
        broker.stop().await.unwrap();
    });
}

#[test]
fn by_the_interval_only_what_came_since_the_last_sync_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let config = on_disk(&directory, Durability::Interval(millis(200)));
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config.clone()).await.unwrap();
        let handle = broker.handle();
        make(&handle, "orders", 1).await;
        append(&handle, "orders", 0, batch(0, &["a"])).await.unwrap();
        clock.sleep(millis(201)).await;
        append(&handle, "orders", 0, batch(0, &["b"])).await.unwrap();
        broker.kill().await;
        let broker = Broker::start(clock, config).await.unwrap();
        let fetched = fetch(&broker.handle(), fetch_of("orders", 0, 0)).await;
        assert_eq!(records(&fetched), [(0, "a".into())]);
        broker.stop().await.unwrap();
    });
}

#[test]
fn what_waits_when_a_broker_stops_is_stored_and_long_polls_are_let_go() {
    let directory = tempfile::tempdir().unwrap();
    let config = on_disk(&directory, Durability::Immediate);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config.clone()).await.unwrap();
        let handle = broker.handle();
        make(&handle, "orders", 1).await;
        let poll = handle.fetch(fetch_of("orders", 0, 0));
        let (polled, stopped) = futures::join!(poll, async {
            clock.sleep(millis(10)).await;
            let request = AppendRequest { partition: at("orders", 0), batch: batch(0, &["a"]), acks: Acks::None };
            handle.append(request).await.unwrap();
            broker.stop().await
        });
        stopped.unwrap();
        assert!(polled.is_err() || records(&polled.unwrap()[0]).len() == 1);
        let broker = Broker::start(clock, config).await.unwrap();
        assert_eq!(records(&fetch(&broker.handle(), fetch_of("orders", 0, 0)).await).len(), 1);
        broker.stop().await.unwrap();
    });
}
