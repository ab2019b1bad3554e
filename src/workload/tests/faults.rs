//! What crashes, stalls, stops and rebalances do to delivery, and that the ledger always adds up.

use proptest::prelude::*;

use super::*;
use crate::workload::client::ClientStatus;

#[test]
fn all_is_read_and_committed_when_clients_stop_in_good_order() {
    for commit in [CommitPolicy::Before, CommitPolicy::After, CommitPolicy::Auto { interval: millis(1_000) }] {
        run(move |bench| async move {
            let bench = bench(6);
            let group = group(ServiceTime::Exponential { mean: millis(2) }, commit);
            let consumers: Vec<_> = (1..=3).map(|number| bench.consume(&group, number)).collect();
            let producer = bench.produce(&producer(800.0, Pattern::Poisson), 9);
            bench.pass(millis(10_000)).await;
            producer.stop();
            producer.ended().await;
            bench.pass(millis(2_000)).await;
            assert_eq!(consumers[1].status(), ClientStatus::Running);
            for consumer in &consumers {
                consumer.stop();
                consumer.ended().await;
                assert_eq!((consumer.status(), consumer.assignment().len()), (ClientStatus::Stopped, 0));
            }
            let (figures, counts) = (producer.figures(), bench.counts());
            assert_eq!((figures.produced, figures.failed, figures.waiting), (figures.accepted, 0, 0));
            let expected = LedgerCounts {
                accepted: figures.accepted,
                processed_once: figures.accepted,
                ..LedgerCounts::default()
            };
            assert_eq!(counts, expected, "{commit:?}");
            assert!(bench.fake.lock().groups["billing"].members().next().is_none());
        });
    }
}

#[test]
fn committing_before_loses_and_committing_after_repeats_when_a_consumer_crashes() {
    for (commit, loses) in [(CommitPolicy::Before, true), (CommitPolicy::After, false)] {
        run(move |bench| async move {
            let bench = bench(2);
            let group = group(ServiceTime::Constant(millis(4)), commit);
            let consumer = bench.consume(&group, 1);
            let producer = bench.produce(&producer(400.0, Pattern::Constant), 9);
            bench.pass(millis(5_002)).await;
            consumer.crash();
            bench.pass(millis(10_000)).await;
            assert_eq!(consumer.status(), ClientStatus::Crashed);
            consumer.start();
            producer.stop();
            bench.pass(millis(60_000)).await;
            assert_eq!(consumer.status(), ClientStatus::Running);
            let counts = bench.counts();
            assert_eq!(counts.in_flight, 0, "{counts:?}");
            assert_eq!(counts.lost > 0, loses, "{counts:?}");
            assert_eq!(counts.duplicates > 0, !loses, "{counts:?}");
        });
    }
}

#[test]
fn a_crashed_consumer_keeps_its_partitions_until_its_session_times_out() {
    run(|bench| async move {
        let bench = bench(4);
        let group = group(ServiceTime::Constant(millis(1)), CommitPolicy::After);
        let (one, two) = (bench.consume(&group, 1), bench.consume(&group, 2));
        let _producer = bench.produce(&producer(100.0, Pattern::Constant), 9);
        bench.pass(millis(8_000)).await;
        assert_eq!((one.assignment().len(), two.assignment().len()), (2, 2));
        two.crash();
        bench.pass(millis(3_500)).await;
        assert_eq!(one.assignment().len(), 2);
        bench.pass(millis(6_000)).await;
        assert_eq!(one.assignment().len(), 4);
        let notes = bench.fake.lock().assignments_seen.join("; ");
        assert!(notes.contains("SessionTimeout"), "{notes}");
    });
}

#[test]
fn a_stalled_consumer_is_put_out_and_repeats_what_it_held_when_it_wakes() {
    run(|bench| async move {
        let bench = bench(2);
        let group = group(ServiceTime::Constant(millis(10)), CommitPolicy::After);
        let (one, two) = (bench.consume(&group, 1), bench.consume(&group, 2));
        let producer = bench.produce(&producer(80.0, Pattern::Constant), 9);
        bench.pass(millis(8_000)).await;
        let before = one.figures().processed;
        one.stall();
        bench.pass(millis(1)).await;
        assert_eq!(one.status(), ClientStatus::Stalled);
        bench.pass(millis(15_000)).await;
        assert_eq!((one.figures().processed, two.assignment().len()), (before, 2));
        one.start();
        bench.pass(millis(10_000)).await;
        assert_eq!((one.status(), one.assignment().len()), (ClientStatus::Running, 1));
        producer.stop();
        bench.pass(millis(60_000)).await;
        let counts = bench.counts();
        assert_eq!((counts.lost, counts.in_flight), (0, 0), "{counts:?}");
    });
}

/// Records processed by the first consumer within the second in which another one joins.
fn processed_while_another_joins(assignor: Assignor) -> (u64, usize) {
    let result = Arc::new(std::sync::Mutex::new((0, 0)));
    let told = Arc::clone(&result);
    run(move |bench| async move {
        let bench = bench(4);
        let mut group = group(ServiceTime::Constant(millis(1)), CommitPolicy::After);
        group.assignor = assignor;
        // Slow to hear of the rebalance: the second one waits for the first's heartbeat.
        let (one, slow) = (bench.consume(&group, 1), bench.consume(&group, 2));
        let _producer = bench.produce(&producer(400.0, Pattern::Constant), 9);
        bench.pass(millis(10_000)).await;
        let before = one.figures().processed;
        slow.stall();
        let three = bench.consume(&group, 3);
        bench.pass(millis(5_000)).await;
        let processed = one.figures().processed - before;
        bench.pass(millis(10_000)).await;
        *told.lock().unwrap() = (processed, three.assignment().len());
        assert_eq!(bench.counts().lost, 0);
    });
    *result.lock().unwrap()
}

#[test]
fn a_cooperative_group_reads_on_while_it_rebalances_and_an_eager_one_stands_still() {
    let (cooperative, cooperative_share) = processed_while_another_joins(Assignor::CooperativeSticky);
    let (eager, eager_share) = processed_while_another_joins(Assignor::Range);
    assert_eq!((cooperative_share, eager_share), (2, 2));
    assert!(cooperative > 900, "{cooperative}");
    assert!(eager < cooperative / 2, "eager {eager}, cooperative {cooperative}");
}

#[test]
fn added_partitions_are_written_to_and_read() {
    run(|bench| async move {
        let bench = bench(2);
        let group = group(ServiceTime::Constant(Duration::ZERO), CommitPolicy::After);
        let consumer = bench.consume(&group, 1);
        let producer = bench.produce(&producer(1_000.0, Pattern::Constant), 9);
        bench.pass(millis(5_000)).await;
        bench.fake.lock().topics.insert(TopicName::new("orders").unwrap(), 5);
        bench.pass(millis(5_000)).await;
        assert_eq!(consumer.assignment().len(), 5);
        producer.stop();
        bench.pass(millis(2_000)).await;
        let counts = bench.counts();
        assert_eq!((counts.processed_once, counts.duplicates), (producer.figures().accepted, 0));
        assert!(bench.fake.lock().logs.values().all(|log| log.end > 0));
    });
}

#[test]
fn what_retention_deletes_unread_has_expired() {
    run(|bench| async move {
        let bench = bench(1);
        let producer = bench.produce(&producer(1_000.0, Pattern::Constant), 9);
        bench.pass(millis(2_000)).await;
        producer.stop();
        producer.ended().await;
        {
            let mut state = bench.fake.lock();
            let log = state.logs.values_mut().next().unwrap();
            log.start = 700;
            log.batches.retain(|(last, _)| *last >= 700);
        }
        assert_eq!((bench.counts().expired, bench.counts().in_flight), (700, bench.counts().accepted - 700));
        let consumer = bench.consume(&group(ServiceTime::Constant(Duration::ZERO), CommitPolicy::After), 1);
        bench.pass(millis(5_000)).await;
        consumer.stop();
        consumer.ended().await;
        let counts = bench.counts();
        assert_eq!((counts.expired, counts.lost, counts.in_flight), (700, 0, 0), "{counts:?}");
    });
}

#[test]
fn a_group_that_begins_at_the_end_skips_what_was_there() {
    run(|bench| async move {
        let bench = bench(1);
        let mut group = group(ServiceTime::Constant(Duration::ZERO), CommitPolicy::After);
        let producer = bench.produce(&producer(1_000.0, Pattern::Constant), 9);
        bench.pass(millis(2_000)).await;
        group.auto_offset_reset = OffsetReset::Latest;
        let consumer = bench.consume(&group, 1);
        bench.pass(millis(2_000)).await;
        producer.stop();
        bench.pass(millis(1_000)).await;
        let counts = bench.counts();
        assert!((1_990..=2_010).contains(&counts.lost), "{counts:?}");
        assert_eq!(counts.in_flight, 0);
        consumer.stop();
        group.auto_offset_reset = OffsetReset::None;
        group.name = "audit".into();
        let strict = bench.consume(&group, 5);
        bench.pass(millis(2_000)).await;
        assert_eq!(strict.status(), ClientStatus::Crashed);
        assert!(strict.membership().failure.unwrap().contains("auto_offset_reset"));
    });
}

#[test]
fn records_that_are_refused_fail_and_those_that_are_due_meanwhile_wait() {
    run(|bench| async move {
        let bench = bench(1);
        let mut spec = producer(1_000.0, Pattern::Constant);
        spec.size = RecordSize::Constant(100_000);
        let producer = bench.produce(&spec, 9);
        bench.pass(millis(1_000)).await;
        bench.fake.lock().refuse = Some(crate::model::error::ErrorCode::BrokerNotAvailable);
        bench.pass(millis(10_000)).await;
        let figures = producer.figures();
        assert_eq!(figures.failed, 0);
        // 32 MiB are held back in the buffer, the rest is still to be taken.
        assert!((9_500..9_800).contains(&figures.waiting), "{figures:?}");
        bench.fake.lock().refuse = None;
        bench.pass(millis(1_000)).await;
        let figures = producer.figures();
        assert!(figures.waiting < 5 && figures.accepted > 11_980, "{figures:?}");
        bench.fake.lock().refuse = Some(crate::model::error::ErrorCode::MessageTooLarge);
        bench.pass(millis(1_000)).await;
        let figures = producer.figures();
        assert!((990..1_010).contains(&figures.failed), "{figures:?}");
        // Order was kept through all of it.
        bench.fake.lock().refuse = None;
        let consumer = bench.consume(&group(ServiceTime::Constant(Duration::ZERO), CommitPolicy::After), 1);
        bench.pass(millis(3_000)).await;
        assert!(consumer.figures().processed > 11_000);
        assert_eq!(bench.counts().out_of_order, 0);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_ledger_adds_up_whatever_happens(
        seed in any::<u64>(),
        commit in prop::sample::select(vec![
            CommitPolicy::Before, CommitPolicy::After, CommitPolicy::Auto { interval: millis(700) },
        ]),
        assignor in prop::sample::select(Assignor::ALL.to_vec()),
        acks in prop::sample::select(vec![Acks::None, Acks::All]),
        workers in 1_u32..4,
        faults in prop::collection::vec((0_usize..4, 0_u8..6, 1_u64..4_000), 1..24),
    ) {
        run(move |bench| async move {
            let bench = bench(4);
            let mut group = group(ServiceTime::Exponential { mean: millis(3) }, commit);
            (group.assignor, group.template.workers, group.max_poll_records) = (assignor, workers, 50);
            let consumers: Vec<_> = (1..=3).map(|number| bench.consume(&group, number)).collect();
            let mut spec = producer(300.0, Pattern::Poisson);
            (spec.acks, spec.linger) = (acks, millis(5));
            let producer = bench.produce(&spec, seed);
            for (who, what, pause) in faults {
                let client = consumers.get(who).map_or(&*producer, |consumer| &**consumer);
                match what {
                    0 => client.crash(),
                    1 => client.stall(),
                    2 => client.stop(),
                    _ => client.start(),
                }
                bench.pass(millis(pause)).await;
                bench.counts();
            }
            for consumer in &consumers {
                consumer.start();
            }
            producer.start();
            bench.pass(millis(30_000)).await;
            producer.stop();
            producer.ended().await;
            bench.pass(millis(90_000)).await;
            let (counts, figures) = (bench.counts(), producer.figures());
            assert_eq!(counts.in_flight, 0, "{counts:?}");
            assert_eq!(counts.accepted, figures.accepted);
            assert_eq!(figures.produced, figures.accepted + figures.failed);
            if commit != CommitPolicy::Before {
                assert_eq!(counts.lost, 0, "{counts:?}");
            }
        });
    }
}
