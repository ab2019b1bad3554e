//! A store that fails: nothing more is written, what is stored can still be read.

use super::super::store::Store;
use super::*;
use crate::broker::{BrokerError, Location};
use crate::model::group::call::{Identity, OffsetCommit};

#[test]
fn after_a_failed_commit_appends_are_refused_and_fetches_go_on() {
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let opened = Store::open(&Location::Memory, 1 << 20).unwrap();
        let store = opened.0.clone();
        let broker = Broker::serve(&clock, BrokerConfig::default(), opened).unwrap();
        let handle = broker.handle();
        make(&handle, "orders", 1).await;
        append(&handle, "orders", 0, batch(0, &["kept"])).await.unwrap();
        store.abandon();
        let waiting = (0..3).map(|_| append(&handle, "orders", 0, batch(0, &["lost"])));
        for outcome in futures::future::join_all(waiting).await {
            assert_eq!(outcome, Err(ErrorCode::KafkaStorageError));
        }
        assert_eq!(append(&handle, "orders", 0, batch(0, &["lost"])).await, Err(ErrorCode::KafkaStorageError));
        let fetched = fetch(&handle, fetch_of("orders", 0, 0)).await;
        assert_eq!(records(&fetched), [(0, "kept".to_owned())]);
        let identity = Identity { group: "billing".to_owned(), generation: -1, ..Identity::default() };
        let offset = OffsetCommit { partition: at("orders", 0), offset: 1, metadata: String::new() };
        assert_eq!(handle.commit_offsets(identity, vec![offset]).await, Err(ErrorCode::KafkaStorageError));
        let refused = handle.create_topic(name("more"), 1, TopicConfig::default()).await;
        assert_eq!(refused, Err(ErrorCode::KafkaStorageError));
        // Time goes on: what a sound store would be asked for by now must not keep the broker busy.
        clock.sleep(Duration::from_mins(1)).await;
        let view = handle.view().await.unwrap();
        let partition = view.topics[0].partitions[0];
        assert_eq!((partition.high_watermark, partition.log_end_offset), (1, 1));
        assert!(view.failure.as_ref().unwrap().contains("store"), "{:?}", view.failure);
        assert!(matches!(broker.stop().await, Err(BrokerError::Failed { .. })));
    });
}
