//! Appending, fetching, long polls and topics.

use super::*;
use crate::model::request::OffsetSpec;

#[test]
fn what_is_appended_can_be_fetched_with_its_offsets() {
    simulate(async |_, broker| {
        make(&broker, "orders", 2).await;
        assert_eq!(append(&broker, "orders", 1, batch(5, &["a", "b"])).await.unwrap().base_offset, 0);
        assert_eq!(append(&broker, "orders", 1, batch(6, &["c"])).await.unwrap().base_offset, 2);
        let fetched = fetch(&broker, fetch_of("orders", 1, 0)).await;
        assert_eq!(records(&fetched), [(0, "a".into()), (1, "b".into()), (2, "c".into())]);
        assert_eq!((fetched.log_start_offset, fetched.high_watermark, fetched.error), (0, 3, None));
        let from_within = fetch(&broker, fetch_of("orders", 1, 1)).await;
        assert_eq!(from_within.batches.len(), 2, "the batch that contains the offset comes whole");
        let view = broker.view().await.unwrap();
        let partition = view.topics[0].partitions[1];
        assert_eq!((partition.log_end_offset, partition.high_watermark, partition.records_in), (3, 3, 3));
        assert_eq!(view.totals.commits, 3);
    });
}

#[test]
fn what_is_wrong_with_an_append_is_named() {
    simulate(async |_, broker| {
        let config = TopicConfig { max_message_bytes: 200, ..TopicConfig::default() };
        broker.create_topic(name("small"), 1, config).await.unwrap();
        let mut damaged = batch(0, &["a"]).to_vec();
        *damaged.last_mut().unwrap() ^= 1;
        let table = [
            ("other", 0, batch(0, &["a"]), ErrorCode::UnknownTopicOrPartition),
            ("small", 1, batch(0, &["a"]), ErrorCode::UnknownTopicOrPartition),
            ("small", 0, batch_of(200), ErrorCode::MessageTooLarge),
            ("small", 0, damaged.into(), ErrorCode::CorruptMessage),
            ("small", 0, Bytes::new(), ErrorCode::CorruptMessage),
        ];
        for (topic, partition, batch, expected) in table {
            assert_eq!(append(&broker, topic, partition, batch).await.unwrap_err(), expected);
        }
        assert_eq!(append(&broker, "small", 0, batch_of(50)).await.unwrap().base_offset, 0);
    });
}

#[test]
fn an_append_without_acks_is_answered_and_refused_like_any() {
    simulate(async |_, broker| {
        make(&broker, "orders", 1).await;
        let request = AppendRequest { partition: at("orders", 0), batch: batch(0, &["a"]), acks: Acks::None };
        assert_eq!(broker.append(request.clone()).await.unwrap().base_offset, 0);
        let nowhere = AppendRequest { partition: at("orders", 1), ..request };
        assert_eq!(broker.append(nowhere).await, Err(ErrorCode::UnknownTopicOrPartition));
        assert_eq!(records(&fetch(&broker, fetch_of("orders", 0, 0)).await).len(), 1);
    });
}

#[test]
fn a_long_poll_ends_at_its_time_to_the_microsecond() {
    simulate(async |clock, broker| {
        make(&broker, "orders", 1).await;
        let begun = clock.now();
        let fetched = fetch(&broker, fetch_of("orders", 0, 0)).await;
        assert_eq!((clock.now() - begun, fetched.batches.len()), (millis(500), 0));
        assert_eq!(broker.view().await.unwrap().totals.parked_fetches, 0);
    });
}

#[test]
fn a_long_poll_ends_when_enough_bytes_have_come() {
    simulate(async |clock, broker| {
        make(&broker, "orders", 2).await;
        let (writer, later) = (broker.clone(), clock.clone());
        clock.spawn(async move {
            for partition in [0, 1, 0, 1] {
                later.sleep(millis(100)).await;
                append(&writer, "orders", partition, batch_of(100)).await.unwrap();
            }
        });
        let mut request = fetch_of("orders", 0, 0);
        request.partitions.push(FetchPartition { partition: at("orders", 1), ..request.partitions[0].clone() });
        request.min_bytes = 400;
        request.max_wait = Duration::from_secs(10);
        let fetched = broker.fetch(request).await.unwrap();
        assert_eq!(clock.now(), after(300), "three batches of some 170 bytes make 400");
        assert_eq!(fetched.iter().map(|fetched| fetched.batches.len()).collect::<Vec<_>>(), [2, 1]);
    });
}

#[test]
fn fetches_keep_to_their_bounds_but_the_first_batch_comes_whole() {
    simulate(async |_, broker| {
        make(&broker, "orders", 2).await;
        for partition in [0, 0, 1] {
            append(&broker, "orders", partition, batch_of(1_000)).await.unwrap();
        }
        let both = |max_bytes, per_partition| {
            let mut request = fetch_of("orders", 0, 0);
            request.partitions.push(FetchPartition { partition: at("orders", 1), ..request.partitions[0].clone() });
            request.max_bytes = max_bytes;
            request.partitions.iter_mut().for_each(|wanted| wanted.max_bytes = per_partition);
            request
        };
        for (max_bytes, per_partition, expected) in
            [(10, 1 << 20, [1, 0]), (2_500, 1 << 20, [2, 0]), (1 << 20, 1_500, [1, 1]), (1 << 20, 10, [1, 0])]
        {
            let fetched = broker.fetch(both(max_bytes, per_partition)).await.unwrap();
            let counts: Vec<_> = fetched.iter().map(|fetched| fetched.batches.len()).collect();
            assert_eq!(counts, expected, "{max_bytes} bytes, {per_partition} per partition");
        }
    });
}

#[test]
fn offsets_outside_the_log_are_refused_at_once() {
    simulate(async |clock, broker| {
        make(&broker, "orders", 1).await;
        append(&broker, "orders", 0, batch(0, &["a", "b"])).await.unwrap();
        for offset in [-1, 3, 1_000] {
            let fetched = fetch(&broker, fetch_of("orders", 0, offset)).await;
            assert_eq!(fetched.error, Some(ErrorCode::OffsetOutOfRange), "{offset}");
        }
        let unknown = fetch(&broker, fetch_of("orders", 1, 0)).await;
        assert_eq!(unknown.error, Some(ErrorCode::UnknownTopicOrPartition));
        assert_eq!(clock.now(), Time::ZERO);
    });
}

#[test]
fn what_the_tail_cache_has_lost_is_read_from_the_store() {
    let config = BrokerConfig { tail_cache_bytes: 3_000, ..BrokerConfig::default() };
    simulate_with(config, async |_, broker| {
        make(&broker, "orders", 1).await;
        for _ in 0..10 {
            append(&broker, "orders", 0, batch_of(1_000)).await.unwrap();
        }
        let fetched = fetch(&broker, fetch_of("orders", 0, 0)).await;
        assert_eq!(
            records(&fetched).iter().map(|(offset, _)| *offset).collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
        let totals = broker.view().await.unwrap().totals.clone();
        assert_eq!(totals.store_reads, 1);
        assert!(totals.tail_cache_bytes <= 3_000);
        assert_eq!(records(&fetch(&broker, fetch_of("orders", 0, 9)).await).len(), 1);
        assert_eq!(broker.view().await.unwrap().totals.store_reads, 1);
    });
}

#[test]
fn offsets_can_be_listed() {
    simulate(async |_, broker| {
        make(&broker, "orders", 2).await;
        for (timestamp, value) in [(100, "a"), (300, "b"), (200, "c")] {
            append(&broker, "orders", 0, batch(timestamp, &[value])).await.unwrap();
        }
        let table = [
            (0, OffsetSpec::Earliest, (0, -1)),
            (0, OffsetSpec::Latest, (3, -1)),
            (0, OffsetSpec::Timestamp(150), (1, 300)),
            (0, OffsetSpec::Timestamp(301), (-1, -1)),
            (1, OffsetSpec::Timestamp(0), (-1, -1)),
        ];
        for (partition, spec, expected) in table {
            let listed = broker.list_offset(at("orders", partition), spec).await.unwrap();
            assert_eq!((listed.offset, listed.timestamp), expected, "{spec:?}");
        }
        assert!(broker.list_offset(at("orders", 2), OffsetSpec::Latest).await.is_err());
    });
}

#[test]
fn topics_are_made_changed_and_deleted() {
    simulate(async |_, broker| {
        let made = broker.create_topic(name("orders"), 2, TopicConfig::default()).await.unwrap();
        let again = broker.create_topic(name("orders"), 2, TopicConfig::default()).await;
        assert_eq!(again, Err(ErrorCode::TopicAlreadyExists));
        for partitions in [0, 10_001] {
            let refused = broker.create_topic(name("x"), partitions, TopicConfig::default()).await;
            assert_eq!(refused, Err(ErrorCode::InvalidPartitions));
        }
        assert_eq!(broker.add_partitions(name("orders"), 2).await, Err(ErrorCode::InvalidPartitions));
        append(&broker, "orders", 1, batch(0, &["a"])).await.unwrap();
        broker.add_partitions(name("orders"), 5).await.unwrap();
        assert_eq!(append(&broker, "orders", 4, batch(0, &["a"])).await.unwrap().base_offset, 0);
        let grown = broker.metadata(vec![name("nothing"), name("orders")]).await.unwrap();
        assert_eq!(grown, [crate::model::request::TopicMetadata { partitions: 5, ..made.clone() }]);
        broker.delete_topic(name("orders")).await.unwrap();
        assert_eq!(broker.delete_topic(name("orders")).await, Err(ErrorCode::UnknownTopicOrPartition));
        let remade = broker.create_topic(name("orders"), 1, TopicConfig::default()).await.unwrap();
        assert_ne!(remade.id, made.id);
        assert_eq!(append(&broker, "orders", 0, batch(0, &["b"])).await.unwrap().base_offset, 0);
        assert_eq!(broker.topics().await.unwrap(), [remade]);
    });
}

#[test]
fn deleting_a_topic_ends_its_long_polls() {
    simulate(async |clock, broker| {
        make(&broker, "orders", 1).await;
        let (deleter, later) = (broker.clone(), clock.clone());
        clock.spawn(async move {
            later.sleep(millis(120)).await;
            deleter.delete_topic(name("orders")).await.unwrap();
        });
        let fetched = fetch(&broker, fetch_of("orders", 0, 0)).await;
        assert_eq!((fetched.error, clock.now()), (Some(ErrorCode::UnknownTopicOrPartition), after(120)));
        assert_eq!(broker.view().await.unwrap().totals.tail_cache_bytes, 0);
    });
}

#[test]
fn the_brokers_time_is_put_in_where_the_topic_wants_it() {
    simulate(async |clock, broker| {
        let mut config = TopicConfig::default();
        config.set("message.timestamp.type", "LogAppendTime").unwrap();
        broker.create_topic(name("orders"), 1, config).await.unwrap();
        clock.sleep(millis(1_000)).await;
        append(&broker, "orders", 0, batch(5, &["a"])).await.unwrap();
        let fetched = fetch(&broker, fetch_of("orders", 0, 0)).await;
        let header = BatchHeader::check(&fetched.batches[0]).unwrap();
        assert_eq!(header.max_timestamp, clock.unix_millis(clock.now()));
        assert!(header.is_log_append_time());
    });
}

#[test]
fn a_full_queue_makes_producers_wait_and_is_counted() {
    let config = BrokerConfig { append_queue: 2, ..BrokerConfig::default() };
    simulate_with(config, async |_, broker| {
        make(&broker, "orders", 1).await;
        let appends = (0..10).map(|_| append(&broker, "orders", 0, batch(0, &["a"])));
        let outcomes = futures::future::join_all(appends).await;
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(broker.view().await.unwrap().totals.back_pressured, 8);
    });
}

#[test]
fn a_commit_that_is_full_holds_appends_back_and_they_are_counted() {
    let config = BrokerConfig { open_commit_bytes: 1, ..BrokerConfig::default() };
    simulate_with(config, async |_, broker| {
        make(&broker, "orders", 1).await;
        let appends = (0..300).map(|_| append(&broker, "orders", 0, batch(0, &["a"])));
        let outcomes = futures::future::join_all(appends).await;
        assert!(outcomes.iter().all(Result::is_ok));
        let totals = broker.view().await.unwrap().totals.clone();
        assert_eq!(totals.appends, 300);
        assert!(totals.back_pressured > 0, "{totals:?}");
    });
}

#[test]
fn a_live_broker_serves_many_clients() {
    let driver = Driver::live().unwrap();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock, BrokerConfig::default()).await.unwrap();
        let handle = broker.handle();
        make(&handle, "orders", 8).await;
        let appends = (0..800).map(|n| append(&handle, "orders", n % 8, batch(0, &["a", "b"])));
        assert!(futures::future::join_all(appends).await.iter().all(Result::is_ok));
        for partition in 0..8 {
            let mut next = 0;
            while next < 200 {
                let found = records(&fetch(&handle, fetch_of("orders", partition, next)).await);
                next = found.last().unwrap().0 + 1;
            }
        }
        assert_eq!(handle.view().await.unwrap().totals.records_in, 1_600);
        broker.stop().await.unwrap();
        assert_eq!(append(&handle, "orders", 0, batch(0, &["a"])).await, Err(ErrorCode::BrokerNotAvailable));
    });
}
