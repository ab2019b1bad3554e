//! What is kept of the past: statuses, holdings and histories while it runs, and the data after it.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::lab::setup::StorePlace;
use crate::lab::snapshot::Holding;
use crate::lab::{Lab, LabLink};
use crate::metrics::burrow::Status;

fn status(snapshot: &Snapshot) -> Option<Status> {
    group(snapshot).status.map(|evaluation| evaluation.status)
}

fn set_rate(per_second: f64) -> Command {
    Command::SetRate { producer: "web".into(), per_second }
}

#[test]
fn a_group_is_told_in_burrows_words() {
    with(ORDERS, |mut lab| async move {
        assert_eq!(status(&pass(&mut lab, 1).await), None);
        assert_eq!(status(&pass(&mut lab, 12).await), Some(Status::Ok));
        ask(&mut lab, set_rate(4_000.0)).await;
        let behind = pass(&mut lab, 15).await;
        assert_eq!(status(&behind), Some(Status::Warn), "{:?}", group(&behind).status);
        assert!(behind.advice.iter().any(|advice| advice.text.contains("are busy and its lag grows")));
        for number in 1..=3 {
            ask(&mut lab, Command::Crash(format!("billing-{number}"))).await;
        }
        let stopped = pass(&mut lab, 15).await;
        assert_eq!(status(&stopped), Some(Status::Err));
        assert!(group(&stopped).partitions.iter().all(|it| it.status.unwrap().status == Status::Stop));
    });
}

#[test]
fn histories_tell_who_held_what_and_every_partition() {
    with(ORDERS, |mut lab| async move {
        pass(&mut lab, 5).await;
        ask(&mut lab, Command::Crash("billing-3".into())).await;
        let snapshot = pass(&mut lab, 15).await;
        let history = &snapshot.history.groups["billing"];
        assert!(history.consumers.len() == 3 && history.latency_p95_millis.latest().is_some());
        assert!(history.partition_lag["orders"].of(7).count() > 50);
        assert!(snapshot.history.topics["orders"].partitions_in.frames().len() > 70);
        assert!(snapshot.history.producers["web"].accepted.points().len() > 70);
        for partition in 0..8 {
            let held: Vec<&Holding> =
                history.holdings.iter().filter(|holding| holding.partition.partition == partition).collect();
            assert!(held.last().unwrap().until.is_none(), "{held:?}");
            assert!(held.windows(2).all(|pair| pair[0].until.is_some_and(|until| until <= pair[1].from)), "{held:?}");
        }
        let unread: Vec<&Holding> = history.holdings.iter().filter(|holding| !holding.is_read).collect();
        assert!(!unread.is_empty() && unread.iter().all(|it| &*it.owner == "billing-3"), "{unread:?}");
        assert!(unread.iter().all(|it| it.until.unwrap().since(it.from) > Duration::from_secs(4)), "{unread:?}");
    });
}

/// Runs an experiment on a directory for some of its seconds; a disk needs the real clock.
fn on(directory: &std::path::Path, rate: &str) -> Snapshot {
    let text = ORDERS.replace("200/s", rate);
    let scenario = scenario(&text);
    let setup = Setup { store: StorePlace::Dir(directory.to_owned()), speed: 10.0, ..Setup::new(scenario) };
    let driver = Driver::live().unwrap();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let mut lab = Experiment::start(clock, setup).await.unwrap();
        let snapshot = pass(&mut lab, 10).await;
        lab.stop().await.unwrap();
        snapshot
    })
}

#[test]
fn a_second_experiment_on_a_directory_goes_on_where_the_first_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let first = on(directory.path(), "200/s");
    let second = on(directory.path(), "0/s");
    let committed =
        |snapshot: &Snapshot| group(snapshot).partitions.iter().filter_map(|it| it.committed_offset).sum::<i64>();
    let end = |snapshot: &Snapshot| -> i64 { snapshot.topics[0].partitions.iter().map(|it| it.high_watermark).sum() };
    assert!(committed(&first) > 500, "{}", committed(&first));
    assert!(committed(&second) >= committed(&first) && end(&second) >= end(&first));
    assert_eq!(committed(&second), end(&second));
    // What the first had read is not read again, and is none of the second's.
    assert_eq!((group(&second).ledger.accepted, group(&second).ledger.lost), (0, 0));
    let again: u64 = group(&second).members.iter().map(|member| member.processed).sum();
    assert!(i64::try_from(again).unwrap() <= end(&second) - committed(&first), "{again}");
    assert!(second.notices[0].text.contains("records from before"), "{:?}", second.notices);
}

/// Waits until a lab publishes what is awaited.
fn wait_for(lab: &Lab, what: &str, is_it: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    let (woken, wakes) = std::sync::mpsc::sync_channel(1);
    // One wake-up that waits is enough, and nobody listens any more once it has come.
    lab.set_waker(Arc::new(move || woken.try_send(()).unwrap_or_default()));
    loop {
        let snapshot = lab.snapshot();
        if is_it(&snapshot) {
            return snapshot;
        }
        wakes.recv_timeout(Duration::from_mins(1)).unwrap_or_else(|_| panic!("waiting for {what}: {snapshot:?}"));
    }
}

fn kept_in(directory: &std::path::Path) -> Setup {
    let scenario = scenario(ORDERS);
    let store = StorePlace::Kept { directory: directory.to_owned(), goes_on: false };
    Setup { store, speed: 10.0, ..Setup::new(scenario) }
}

#[test]
fn a_lab_is_opened_again_as_it_is_with_what_its_store_has_kept() {
    let home = tempfile::tempdir().unwrap();
    let lab = Lab::start(kept_in(&home.path().join("lab"))).unwrap();
    wait_for(&lab, "records", |it| it.topics.iter().any(|topic| topic.partitions[0].high_watermark > 20));
    lab.send(edits::add_topic("payments", 2));
    wait_for(&lab, "the topic", |it| it.topics.len() == 2);
    lab.send(Command::Reopen);
    let again = wait_for(&lab, "the records of before", |it| it.experiment.records_before > 0 && it.topics.len() == 2);
    assert!(again.experiment.edited, "what was edited is not in the file yet");
    assert!(again.broker.failure.is_none());
}

#[test]
fn a_lab_whose_store_could_not_be_opened_is_opened_again_when_that_was_put_right() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("store");
    std::fs::write(&directory, "a file where the directory should be").unwrap();
    let store = StorePlace::Dir(directory.clone());
    let lab = Lab::start(Setup { store, ..kept_in(home.path()) }).unwrap();
    wait_for(&lab, "the failure", |it| it.broker.failure.is_some());
    std::fs::remove_file(&directory).unwrap();
    lab.send(Command::Reopen);
    wait_for(&lab, "the group", |it| it.broker.failure.is_none() && !it.groups.is_empty());
}
