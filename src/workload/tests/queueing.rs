//! Rates, utilisation and waits agree with queueing theory.

use super::*;

#[test]
fn poisson_arrivals_and_exponential_processing_wait_as_long_as_theory_says() {
    run(|bench| async move {
        let bench = bench(1);
        let mean = Duration::from_micros(800);
        let consumer = bench.consume(&group(ServiceTime::Exponential { mean }, CommitPolicy::After), 1);
        bench.pass(millis(1_000)).await;
        let producer = bench.produce(&producer(1_000.0, Pattern::Poisson), 21);
        bench.pass(millis(20_000)).await;
        drop(bench.workload.recorder("billing").take_recent());
        let busy = consumer.figures().busy;
        bench.pass(millis(300_000)).await;

        let measured = bench.workload.recorder("billing").take_recent();
        // M/M/1: rho / (mu - lambda) = 0.8 / (1250/s - 1000/s).
        let wait = measured.mean_wait_micros();
        assert!((wait / 3_200.0 - 1.0).abs() < 0.03, "mean wait {wait} µs");
        let sojourn = measured.mean_micros();
        assert!((sojourn / 4_000.0 - 1.0).abs() < 0.03, "mean time in the system {sojourn} µs");
        // The sojourn is exponential too: its 99th percentile is ln(100) means.
        let p99 = measured.millis().p99;
        assert!((p99 / 18.42 - 1.0).abs() < 0.06, "p99 {p99} ms");
        let busy = (consumer.figures().busy.as_secs_f64() - busy.as_secs_f64()) / 300.0;
        assert!((busy - 0.8).abs() < 0.01, "busy {busy}");
        assert_eq!(producer.figures().failed, 0);
    });
}

#[test]
fn a_constant_load_keeps_its_rate_and_its_utilisation() {
    run(|bench| async move {
        let bench = bench(4);
        let processing = ServiceTime::Constant(Duration::from_micros(400));
        let consumer = bench.consume(&group(processing, CommitPolicy::Auto { interval: millis(5_000) }), 1);
        let producer = bench.produce(&producer(2_000.0, Pattern::Constant), 3);
        bench.pass(millis(5_000)).await;
        let before = (consumer.figures(), producer.figures());
        bench.pass(millis(30_000)).await;
        let after = (consumer.figures(), producer.figures());
        let processed = after.0.processed - before.0.processed;
        assert!((59_900..=60_100).contains(&processed), "{processed}");
        assert_eq!(after.1.accepted - before.1.accepted, 60_000);
        let busy = (after.0.busy.as_secs_f64() - before.0.busy.as_secs_f64()) / 30.0;
        assert!((busy - 0.8).abs() < 0.005, "busy {busy}");
    });
}

#[test]
fn a_fast_load_loses_no_record_and_no_rate() {
    run(|bench| async move {
        let bench = bench(8);
        let group = group(ServiceTime::Constant(Duration::ZERO), CommitPolicy::After);
        let consumers = [bench.consume(&group, 1), bench.consume(&group, 2)];
        let mut spec = producer(100_000.0, Pattern::Constant);
        spec.linger = millis(5);
        let producer = bench.produce(&spec, 5);
        bench.pass(millis(2_000)).await;
        producer.stop();
        producer.ended().await;
        bench.pass(millis(1_000)).await;
        let accepted = producer.figures().accepted;
        assert!((199_000..=200_000).contains(&accepted), "{accepted}");
        let processed: u64 = consumers.iter().map(|consumer| consumer.figures().processed).sum();
        assert_eq!(processed, accepted);
        let counts = bench.counts();
        assert_eq!((counts.processed_once, counts.duplicates, counts.out_of_order), (accepted, 0, 0));
        assert!(bench.workload.recorder("billing").total().millis().max < 12.0);
    });
}

#[test]
fn a_pool_works_off_what_one_worker_could_not() {
    run(|bench| async move {
        let bench = bench(2);
        let mut group = group(ServiceTime::Constant(millis(10)), CommitPolicy::After);
        group.template.workers = 4;
        let consumer = bench.consume(&group, 1);
        let producer = bench.produce(&producer(300.0, Pattern::Constant), 5);
        bench.pass(millis(10_000)).await;
        producer.stop();
        bench.pass(millis(1_000)).await;
        let figures = consumer.figures();
        assert_eq!(figures.processed, producer.figures().accepted);
        consumer.stop();
        consumer.ended().await;
        assert_eq!(bench.counts().in_flight, 0);
        let committed: i64 = bench.fake.lock().committed.values().sum();
        assert_eq!(u64::try_from(committed).unwrap(), figures.processed);
    });
}

#[test]
fn a_change_of_speed_is_felt_at_once() {
    run(|bench| async move {
        let bench = bench(1);
        let consumer = bench.consume(&group(ServiceTime::Constant(millis(1)), CommitPolicy::After), 1);
        let producer = bench.produce(&producer(500.0, Pattern::Constant), 5);
        bench.pass(millis(10_000)).await;
        consumer.slow(10.0);
        let before = consumer.figures().processed;
        bench.pass(millis(10_000)).await;
        let slow = consumer.figures().processed - before;
        assert!((990..=1_020).contains(&slow), "{slow}");
        producer.set_rate(0.0);
        consumer.slow(1.0);
        consumer.set_processing_mean(Duration::from_micros(100));
        bench.pass(millis(1_000)).await;
        assert_eq!(consumer.figures().processed, producer.figures().accepted);
        assert_eq!(producer.figures().target_per_second.to_bits(), 0.0_f64.to_bits());
    });
}
