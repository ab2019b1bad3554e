//! What is done to a running experiment by hand, on the virtual clock: every command takes effect, and
//! whatever it does, the ledger adds up.

use std::future::Future;
use std::time::Duration;

use logyard::clock::{Driver, Time};
use logyard::lab::setup::Setup;
use logyard::lab::snapshot::{ClientStatus, GroupView, MemberState, ProducerState, Severity, Snapshot};
use logyard::lab::{Command, Experiment};
use logyard::model::group::assign::Assignor;
use logyard::model::topic::TopicName;
use logyard::model::topic_config::TopicConfig;
use logyard::model::units::Rate;
use logyard::scenario::{GroupSpec, ProducerSpec, TopicSpec, check};

const SCENARIO: &str = r#"
version = 1
title = "Faults by hand"
seed = 5
[[topic]]
name = "orders"
partitions = 4
[[producer]]
name = "web"
topic = "orders"
rate = "200/s"
keys = { distribution = "uniform", count = 1000 }
[[group]]
name = "billing"
topics = ["orders"]
session_timeout = "6s"
heartbeat_interval = "2s"
processing = "2ms"
consumers = 2
"#;

/// A running experiment; whatever is seen of it must add up.
struct Bench(Experiment);

/// Runs a test on the scenario, changed by `edit`, from the moment when its group has settled.
fn with<F: Future<Output = ()> + Send + 'static>(edit: fn(String) -> String, test: impl FnOnce(Bench) -> F) {
    let driver = Driver::simulated();
    let scenario =
        check("faults", &edit(SCENARIO.to_owned()), |_| unreachable!("it names no files")).expect("it is valid");
    let clock = driver.clock().clone();
    let experiment = driver.block_on(Experiment::start(clock, Setup::new(scenario))).expect("it starts");
    let mut bench = Bench(experiment);
    let settled = async move {
        assert_eq!(bench.pass(10.0).await.group().state, "Stable");
        bench
    };
    driver.block_on(test(driver.block_on(settled)));
}

fn as_it_is(scenario: String) -> String {
    scenario
}

impl Bench {
    async fn pass(&mut self, seconds: f64) -> Snapshot {
        let snapshot = self.0.run_for(Duration::from_secs_f64(seconds)).await.expect("the broker works");
        assert_adds_up(&snapshot);
        snapshot
    }

    /// Asks for something that must be done.
    async fn ask(&mut self, command: Command) {
        self.0.command(command).await;
        let snapshot = self.0.snapshot().await.expect("the broker works");
        let told = snapshot.notices.last().expect("something is told");
        assert_eq!((told.severity, told.text.is_empty()), (Severity::Info, false), "{}", told.text);
        let refused = snapshot.notices.iter().find(|notice| notice.severity == Severity::Error);
        assert_eq!(refused, None);
    }

    /// Ends the run: every record that was produced is accepted or has failed.
    async fn finish(mut self) -> Snapshot {
        let snapshot = self.0.finish().await.expect("the broker works");
        assert_adds_up(&snapshot);
        for producer in snapshot.all_producers() {
            assert_eq!(producer.produced, producer.accepted + producer.failed, "{}", producer.name);
        }
        snapshot
    }
}

fn assert_adds_up(snapshot: &Snapshot) {
    for group in &snapshot.groups {
        let ledger = group.ledger;
        let sum = ledger.processed_once + ledger.in_flight + ledger.lost + ledger.expired;
        assert_eq!(sum, ledger.accepted, "{}: {ledger:?}", group.name);
        assert_eq!(ledger.processed_once + ledger.duplicates, group.processed(), "{}: {ledger:?}", group.name);
    }
}

trait Look {
    fn group(&self) -> &GroupView;
    fn member(&self, name: &str) -> &MemberState;
    fn producer(&self, name: &str) -> &ProducerState;
    /// How many partitions each consumer holds by its own account.
    fn held(&self) -> Vec<usize>;
}

impl Look for Snapshot {
    fn group(&self) -> &GroupView {
        &self.groups[0]
    }

    fn member(&self, name: &str) -> &MemberState {
        self.group().members.iter().find(|member| member.name == name).expect("a member of that name")
    }

    fn producer(&self, name: &str) -> &ProducerState {
        self.producers.iter().find(|producer| producer.name == name).expect("a producer of that name")
    }

    fn held(&self) -> Vec<usize> {
        self.group().members.iter().map(|member| member.assignment.len()).collect()
    }
}

fn billing(number: u32) -> String {
    format!("billing-{number}")
}

#[test]
fn the_partitions_of_a_crashed_consumer_move_when_its_session_times_out_and_not_before() {
    let eager = |scenario: String| scenario.replace("processing", "assignor = \"range\"\nprocessing");
    for edit in [as_it_is as fn(String) -> String, eager] {
        with(edit, |mut bench| async move {
            let generation = bench.pass(0.7).await.group().generation;
            bench.ask(Command::Crash(billing(2))).await;
            let crashed = bench.pass(0.0).await;
            let ends = crashed.member("billing-2").session_ends.unwrap();
            let left = ends.since(crashed.clock.time);
            // It was heard of one heartbeat ago at the most.
            assert!((Duration::from_secs(4)..=Duration::from_secs(6)).contains(&left), "{left:?}");

            let before = bench.pass(left.as_secs_f64() - 0.001).await;
            assert_eq!((before.group().generation, before.member("billing-2").in_group), (generation, true));
            assert_eq!(before.member("billing-1").assignment.len(), 2);
            let after = bench.pass(5.0).await;
            assert_eq!((after.member("billing-2").in_group, after.held()), (false, vec![4, 0]));
            let rebalance = &after.group().rebalances[1];
            assert_eq!((rebalance.at, rebalance.moved, rebalance.kept), (ends, 2, 2));
            assert!(rebalance.reason.contains("billing-2"), "{}", rebalance.reason);

            bench.ask(Command::Start(billing(2))).await;
            let back = bench.pass(5.0).await;
            assert_eq!((back.member("billing-2").in_group, back.held()), (true, vec![2, 2]));
            assert_eq!(bench.finish().await.group().ledger.lost, 0);
        });
    }
}

#[test]
fn what_was_committed_before_a_crash_is_lost_and_what_was_to_be_committed_after_it_is_repeated() {
    let before = |scenario: String| scenario.replace("processing", "commit = \"before\"\nprocessing");
    for (edit, loses) in [(as_it_is as fn(String) -> String, false), (before, true)] {
        with(edit, move |mut bench| async move {
            // Slow enough that something is always in hand.
            bench.ask(Command::Slow { client: billing(1), factor: 20.0 }).await;
            bench.pass(5.0).await;
            bench.ask(Command::Crash(billing(1))).await;
            bench.ask(Command::SetRate { producer: "web".into(), per_second: 0.0 }).await;
            let ledger = bench.pass(30.0).await.group().ledger;
            assert_eq!((ledger.in_flight, ledger.expired), (0, 0), "{ledger:?}");
            assert_eq!((ledger.lost > 0, ledger.duplicates > 0), (loses, !loses), "{ledger:?}");
        });
    }
}

#[test]
fn a_consumer_that_stalls_beyond_its_session_is_put_out_and_joins_again_when_it_wakes() {
    with(as_it_is, |mut bench| async move {
        bench.ask(Command::Stall(billing(1))).await;
        let stalled = bench.pass(1.0).await;
        assert_eq!(stalled.member("billing-1").status, ClientStatus::Stalled);
        assert!(stalled.member("billing-1").session_ends.is_some());
        let out = bench.pass(10.0).await;
        assert_eq!((out.member("billing-1").in_group, out.member("billing-2").assignment.len()), (false, 4));

        bench.ask(Command::Start(billing(1))).await;
        let back = bench.pass(5.0).await;
        assert_eq!((back.member("billing-1").status, back.member("billing-1").in_group), (ClientStatus::Running, true));
        assert_eq!(back.held(), [2, 2]);
        assert!(back.group().generation > out.group().generation);
        let ledger = bench.finish().await.group().ledger;
        assert_eq!(ledger.lost, 0, "{ledger:?}");
    });
}

#[test]
fn a_stall_within_the_session_goes_unnoticed_by_the_group() {
    with(as_it_is, |mut bench| async move {
        let before = bench.pass(0.1).await.group().generation;
        bench.ask(Command::Stall(billing(1))).await;
        bench.pass(3.0).await;
        bench.ask(Command::Start(billing(1))).await;
        let after = bench.pass(10.0).await;
        assert_eq!(after.group().generation, before);
        let ledger = after.group().ledger;
        assert_eq!((ledger.lost, ledger.duplicates), (0, 0), "{ledger:?}");
        assert!(after.group().lag.unwrap() < 20, "{:?}", after.group().lag);
    });
}

#[test]
fn a_slow_consumer_falls_behind_and_a_quick_one_catches_up() {
    with(as_it_is, |mut bench| async move {
        let lag = bench.pass(1.0).await.group().lag.unwrap();
        assert!(lag < 20, "{lag}");
        for number in [1, 2] {
            bench.ask(Command::Slow { client: billing(number), factor: 10.0 }).await;
        }
        // 200 arrive and 100 are processed a second.
        let slow = bench.pass(20.0).await;
        let waiting = slow.group().ledger.in_flight;
        assert!((1_950..2_100).contains(&waiting), "{waiting}");
        assert!(slow.group().lag.unwrap() >= waiting, "{:?}", slow.group().lag);
        assert!(slow.group().lag_velocity > 50.0, "{}", slow.group().lag_velocity);
        assert!(slow.member("billing-1").busy > 0.99, "{}", slow.member("billing-1").busy);
        for number in [1, 2] {
            bench.ask(Command::Slow { client: billing(number), factor: 1.0 }).await;
        }
        let lag = bench.pass(5.0).await.group().lag.unwrap();
        assert!(lag < 20, "{lag}");

        bench.ask(Command::SetProcessing { consumer: billing(1), mean: Duration::from_millis(5) }).await;
        let before = bench.pass(1.0).await;
        let after = bench.pass(10.0).await;
        let (before, after) = (before.member("billing-1"), after.member("billing-1"));
        let per_record = (after.busy_time.as_secs_f64() - before.busy_time.as_secs_f64())
            / to_f64(after.processed - before.processed);
        assert!((per_record / 0.005 - 1.0).abs() < 0.01, "{per_record}");
    });
}

#[test]
fn a_rate_is_followed_from_the_moment_on_that_it_is_set() {
    with(as_it_is, |mut bench| async move {
        for per_second in [500.0, 0.0, 50.0] {
            bench.ask(Command::SetRate { producer: "web".into(), per_second }).await;
            let before = bench.pass(0.5).await.producer("web").accepted;
            let after = bench.pass(10.0).await;
            let sent = to_f64(after.producer("web").accepted - before);
            assert!((sent - per_second * 10.0).abs() <= 3.0, "{sent} at {per_second}/s");
            assert!((after.producer("web").target_per_second - per_second).abs() < 1e-9);
        }
    });
}

#[test]
fn added_partitions_are_written_to_and_read() {
    with(as_it_is, |mut bench| async move {
        bench.ask(Command::AddPartitions { topic: "orders".into(), count: 4 }).await;
        let snapshot = bench.pass(15.0).await;
        assert_eq!(snapshot.held(), [4, 4]);
        for state in &snapshot.topics[0].partitions {
            assert!(state.high_watermark > 100, "{state:?}");
        }
        for state in &snapshot.group().partitions {
            assert!(state.committed_offset.unwrap() > 100 && state.lag.unwrap() < 20, "{state:?}");
        }
        assert_eq!(snapshot.group().partitions.len(), 8);
        let ledger = bench.finish().await.group().ledger;
        assert_eq!((ledger.lost, ledger.duplicates), (0, 0), "{ledger:?}");
    });
}

#[test]
fn consumers_come_and_go_in_good_order() {
    with(as_it_is, |mut bench| async move {
        bench.ask(Command::AddConsumer { group: "billing".into() }).await;
        assert_eq!(bench.pass(5.0).await.held().iter().sum::<usize>(), 4);
        let before = bench.0.snapshot().await.unwrap();
        assert!(!before.member("billing-3").assignment.is_empty());

        bench.ask(Command::RemoveConsumer(billing(1))).await;
        // It leaves: nobody waits for its session.
        let after = bench.pass(3.0).await;
        assert_eq!(after.group().members.len(), 2);
        assert_eq!(after.held(), [2, 2]);
        assert!(after.group().processed() > before.group().processed());
        let ledger = bench.finish().await.group().ledger;
        assert_eq!((ledger.lost, ledger.duplicates), (0, 0), "{ledger:?}");
    });
}

#[test]
fn what_a_removed_producer_sent_still_counts() {
    with(as_it_is, |mut bench| async move {
        bench.ask(add_producer("app", 100.0)).await;
        let added = bench.pass(5.0).await;
        assert!((495..=505).contains(&added.producer("app").accepted), "{}", added.producer("app").accepted);
        bench.ask(Command::RemoveProducer("app".into())).await;
        let gone = bench.pass(5.0).await;
        assert_eq!((gone.producers.len(), gone.removed_producers.len()), (1, 1));
        let accepted: u64 = gone.all_producers().map(|producer| producer.accepted).sum();
        assert_eq!(accepted, gone.group().ledger.accepted);
        bench.finish().await;
    });
}

#[test]
fn a_deleted_topic_takes_its_records_along_and_a_new_one_of_its_name_begins_anew() {
    with(as_it_is, |mut bench| async move {
        bench.ask(Command::Slow { client: billing(1), factor: 50.0 }).await;
        bench.pass(5.0).await;
        bench.ask(Command::DeleteTopic("orders".into())).await;
        let gone = bench.pass(10.0).await;
        assert_eq!((gone.topics.len(), gone.group().partitions.len()), (0, 0));
        assert!(gone.producer("web").waiting > 1_000, "{}", gone.producer("web").waiting);
        assert!(gone.group().ledger.lost > 0, "{:?}", gone.group().ledger);

        bench.ask(Command::Slow { client: billing(1), factor: 1.0 }).await;
        bench.ask(add_orders(2)).await;
        let again = bench.pass(15.0).await;
        assert_eq!((again.topics[0].partitions.len(), again.producer("web").waiting), (2, 0));
        assert_eq!(again.held(), [1, 1]);
        assert!(again.group().ledger.processed_once > gone.group().ledger.processed_once + 4_000);
        assert!(again.group().lag.unwrap() < 20, "{:?}", again.group().lag);
        let ledger = bench.finish().await.group().ledger;
        assert_eq!((ledger.duplicates, ledger.out_of_order), (0, 0), "{ledger:?}");
    });
}

#[test]
fn a_group_added_by_hand_reads_from_the_beginning() {
    with(as_it_is, |mut bench| async move {
        let group = GroupSpec::new("audit", vec![orders()], Assignor::Range);
        bench.ask(Command::AddGroup(Box::new(group))).await;
        bench.ask(Command::AddConsumer { group: "audit".into() }).await;
        let snapshot = bench.pass(20.0).await;
        let audit = &snapshot.groups[1];
        assert_eq!((audit.state.as_str(), audit.members[0].assignment.len()), ("Stable", 4));
        assert_eq!(audit.ledger.accepted, snapshot.group().ledger.accepted);
        assert!(audit.lag.unwrap() < 50, "{:?}", audit.lag);
        bench.finish().await;
    });
}

#[test]
fn what_can_t_be_done_is_refused_in_words_and_changes_nothing() {
    with(as_it_is, |mut bench| async move {
        let refused: [(Command, &str); 6] = [
            (Command::Crash("nobody".into()), "there is no client \"nobody\""),
            (Command::AddConsumer { group: "nobody".into() }, "there is no group \"nobody\""),
            (Command::Slow { client: billing(1), factor: 0.0 }, "must be more than 0"),
            (Command::SetRate { producer: "web".into(), per_second: -1.0 }, "must be 0 or more"),
            (add_orders(1), "making the topic orders"),
            (add_producer("web", 1.0), "that name is taken"),
        ];
        for (command, expected) in refused {
            bench.0.command(command.clone()).await;
            let snapshot = bench.pass(0.1).await;
            let notice = snapshot.notices.last().unwrap();
            assert_eq!(notice.severity, Severity::Error, "{command:?}");
            assert!(notice.text.contains(expected), "{command:?}: {}", notice.text);
            assert!(notice.at > Time::ZERO);
            assert!(!snapshot.experiment.edited, "{command:?}");
        }
    });
}

fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).expect("a few seconds' records"))
}

fn orders() -> TopicName {
    TopicName::new("orders").expect("the name is short and plain")
}

fn add_orders(partitions: u32) -> Command {
    Command::AddTopic(TopicSpec { name: orders(), partitions, config: TopicConfig::default() })
}

fn add_producer(name: &str, per_second: f64) -> Command {
    let rate = Rate::from_per_second(per_second).expect("it is positive");
    Command::AddProducer(Box::new(ProducerSpec::new(name, orders(), rate)))
}
