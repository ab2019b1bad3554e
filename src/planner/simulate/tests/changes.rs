//! Crashes, outages and changes: what they cost by the group's rules and by arithmetic.

use std::time::Duration;

use super::{alike, assert_sound, per_second, seconds, with};
use crate::model::group::assign::Assignor;
use crate::planner::autoscaler::Autoscaler;
use crate::planner::simulate::{Action, Outcome, PartitionStart, Span, Start, simulate};
use crate::scenario::{CommitPolicy, ServiceTime};

fn crash(consumer: &str) -> Action {
    Action::Crash { consumer: consumer.to_owned(), back_after: None }
}

fn names(outcome: &Outcome) -> Vec<(&str, u32, u32)> {
    outcome.rebalances.iter().map(|rebalance| (rebalance.reason.as_str(), rebalance.moved, rebalance.kept)).collect()
}

#[test]
fn a_crash_is_noticed_by_the_session_timeout_and_the_others_take_over() {
    let outcome = simulate(&with(alike(8, 2, 800.0), [(60.0, crash("group-2"))]));
    assert_sound(&outcome);
    assert_eq!(names(&outcome), [("session timeout of group-2", 4, 4)], "{:?}", outcome.rebalances);
    let rebalance = &outcome.rebalances[0];
    // The last sign of life came up to one heartbeat before the crash.
    assert!((seconds(67.0)..=seconds(70.0)).contains(&rebalance.at), "{rebalance:?}");
    // The other hears of it with its next heartbeat.
    assert!(rebalance.paused <= seconds(3.1), "{rebalance:?}");
    // 400 records a second waited from the crash until the end of the rebalance.
    let expected = 400.0 * ((rebalance.at + rebalance.paused).as_secs_f64() - 60.0);
    let most = f64::from(u32::try_from(outcome.max_lag).unwrap());
    assert!((most / expected - 1.0).abs() < 0.12, "{most} {expected}");
    assert!(outcome.duplicates <= 500 && outcome.lag_at_end < 100, "{outcome:?}");
    assert!(outcome.consumers[0].busy > 0.7 && outcome.consumers[1].busy < 0.06, "{:?}", outcome.consumers);
}

#[test]
fn who_crashed_and_comes_back_joins_as_somebody_new() {
    let crash = Action::Crash { consumer: "group-2".into(), back_after: Some(seconds(30.0)) };
    let outcome = simulate(&with(alike(8, 2, 800.0), [(60.0, crash)]));
    assert_sound(&outcome);
    let reasons = names(&outcome);
    assert_eq!(reasons[0].0, "session timeout of group-2");
    assert_eq!(reasons[1].0, "group-2 joined");
    assert!(outcome.consumers[1].busy > 0.3, "{:?}", outcome.consumers);
}

#[test]
fn cooperative_members_move_only_what_they_must_and_eager_ones_stop() {
    for (assignor, count) in [(Assignor::CooperativeSticky, 2), (Assignor::Sticky, 1), (Assignor::Range, 1)] {
        let mut setup = with(alike(12, 3, 1_200.0), [(60.0, Action::AddConsumers { count: 1 })]);
        setup.group.assignor = assignor;
        let outcome = simulate(&setup);
        assert_sound(&outcome);
        assert_eq!(outcome.rebalance_count, count, "{assignor}: {:?}", outcome.rebalances);
        assert_eq!(outcome.rebalances[0].reason, "group-4 joined");
        assert!(outcome.consumers[3].records > 150_000, "{assignor}: {:?}", outcome.consumers);
        assert!(outcome.lag_at_end < 100, "{assignor}");
    }
}

#[test]
fn after_an_outage_the_backlog_goes_at_the_difference_of_the_rates() {
    let mut setup = with(alike(4, 4, 2_000.0), [(100.0, Action::Outage { length: seconds(60.0) })]);
    setup.group.template.processing = ServiceTime::Constant(Duration::from_millis(1));
    let outcome = simulate(&setup);
    assert_sound(&outcome);
    assert_eq!(outcome.rebalance_count, 0);
    let after = outcome.outages[0].after.unwrap().as_secs_f64();
    // 500/s came for 60 s to each, which can take 1,000/s: 30,000 / (1,000 - 500).
    assert!((after / 60.0 - 1.0).abs() < 0.08, "{after}");
    let most = f64::from(u32::try_from(outcome.max_lag).unwrap());
    assert!((most / 120_000.0 - 1.0).abs() < 0.02, "{most}");
}

#[test]
fn who_stalls_longer_than_its_session_loses_its_place_and_joins_again() {
    let stall = |length| Action::Stall { consumer: "group-1".into(), length: seconds(length) };
    let short = simulate(&with(alike(4, 2, 600.0), [(60.0, stall(5.0))]));
    assert_sound(&short);
    assert_eq!(short.rebalance_count, 0, "{:?}", short.rebalances);
    let long = simulate(&with(alike(4, 2, 600.0), [(60.0, stall(40.0))]));
    assert_sound(&long);
    assert_eq!(
        names(&long)[..2].iter().map(|of| of.0).collect::<Vec<_>>(),
        ["session timeout of group-1", "group-1 joined"]
    );
    assert!(long.consumers[0].busy > 0.2 && long.lag_at_end < 100, "{:?}", long.consumers);
}

#[test]
fn who_stops_leaves_at_once() {
    let outcome = simulate(&with(alike(4, 2, 600.0), [(60.0, Action::Stop { consumer: "group-2".into() })]));
    assert_sound(&outcome);
    assert_eq!(names(&outcome), [("group-2 left (the consumer was stopped)", 2, 2)]);
    assert!((seconds(60.0)..seconds(60.2)).contains(&outcome.rebalances[0].at), "{:?}", outcome.rebalances);
    assert_eq!(outcome.duplicates, 0);
}

#[test]
fn a_cold_start_waits_for_company() {
    let mut setup = alike(4, 2, 600.0);
    setup.start = Start::Cold;
    let outcome = simulate(&setup);
    assert_sound(&outcome);
    assert_eq!(outcome.rebalance_count, 1);
    // Three seconds, and three more because the second came after the first.
    assert_eq!(outcome.rebalances[0].paused, seconds(6.0));
    assert!((outcome.max_lag.abs_diff(3_600)) < 300, "{}", outcome.max_lag);
}

#[test]
fn partitions_that_are_added_are_read_and_written() {
    let mut setup = with(alike(2, 4, 600.0), [(60.0, Action::AddPartitions { topic: 0, count: 2 })]);
    setup.group.session_timeout = Duration::from_secs(10);
    let outcome = simulate(&setup);
    assert_sound(&outcome);
    assert!(outcome.consumers.iter().all(|consumer| consumer.records > 60_000), "{:?}", outcome.consumers);
    assert!(outcome.rebalances[0].at <= seconds(61.1), "{:?}", outcome.rebalances);
}

#[test]
fn rates_speeds_and_assignors_change() {
    let changes = [
        (60.0, Action::SetRate { stream: 0, rate: per_second(1_200.0) }),
        (120.0, Action::Slow { consumer: "group-1".into(), factor: 0.5 }),
        (180.0, Action::SetAssignor(Assignor::RoundRobin)),
        (400.0, Action::SetRate { stream: 0, rate: per_second(0.0) }),
    ];
    let outcome = simulate(&with(alike(6, 2, 600.0), changes));
    assert_sound(&outcome);
    let expected = 600.0 * 60.0 + 1_200.0 * 340.0;
    let found = f64::from(u32::try_from(outcome.records).unwrap());
    assert!((found / expected - 1.0).abs() < 0.01, "{found} {expected}");
    assert!(outcome.consumers[0].busy < outcome.consumers[1].busy * 0.7, "{:?}", outcome.consumers);
    assert!(outcome.rebalance_count >= 1, "{:?}", outcome.rebalances);
}

#[test]
fn a_running_group_goes_on_from_its_backlog_and_drains() {
    let mut setup = alike(4, 2, 1_000.0);
    setup.span = Span::Drained { at_most: Duration::from_mins(10) };
    let partition = |partition, owner: &str| PartitionStart {
        topic: 0,
        partition,
        backlog: 10_000,
        oldest: seconds(20.0),
        owner: Some(owner.to_owned()),
    };
    let owners = ["group-1", "group-1", "group-2", "group-2"];
    setup.start = Start::Running((0..).zip(owners).map(|(number, owner)| partition(number, owner)).collect());
    let outcome = simulate(&setup);
    assert_eq!(outcome.arrived, outcome.records + outcome.lag_at_end);
    // 20,000 records each, at 1,000/s against 500/s.
    let drained = outcome.drained_after.unwrap().as_secs_f64();
    assert!((drained / 40.0 - 1.0).abs() < 0.05, "{drained}");
    assert!(outcome.max_lag.abs_diff(40_000) < 400, "{}", outcome.max_lag);
    assert!(outcome.wait.max() > seconds(20.0), "{:?}", outcome.wait.max());
    assert_eq!(outcome.rebalance_count, 0);
}

#[test]
fn the_slowest_consumer_says_when_a_group_has_drained() {
    let mut setup = alike(2, 2, 1_000.0);
    setup.span = Span::Drained { at_most: Duration::from_mins(10) };
    let partition = |partition, backlog, owner: &str| PartitionStart {
        topic: 0,
        partition,
        backlog,
        oldest: seconds(20.0),
        owner: Some(owner.to_owned()),
    };
    setup.start = Start::Running(vec![partition(0, 30_000, "group-1"), partition(1, 5_000, "group-2")]);
    let drained = simulate(&setup).drained_after.unwrap().as_secs_f64();
    assert!((drained / 60.0 - 1.0).abs() < 0.05, "{drained}");
}

#[test]
fn committing_before_loses_and_committing_rarely_repeats() {
    let run = |commit| {
        let mut setup =
            with(alike(2, 1, 900.0), [(60.5, crash("group-1")), (61.0, Action::Start { consumer: "group-1".into() })]);
        setup.group.commit = commit;
        let outcome = simulate(&setup);
        assert_sound(&outcome);
        (outcome.duplicates, outcome.lost)
    };
    let (duplicates, lost) = run(CommitPolicy::Auto { interval: seconds(5.0) });
    assert!((1..=5_000).contains(&duplicates) && lost == 0, "{duplicates} {lost}");
    let (duplicates, lost) = run(CommitPolicy::Before);
    assert!(duplicates == 0 && lost <= 500, "{duplicates} {lost}");
}

#[test]
fn an_autoscaler_adds_consumers_for_a_burst_and_takes_them_away() {
    let changes = [
        (60.0, Action::SetRate { stream: 0, rate: per_second(3_000.0) }),
        (240.0, Action::SetRate { stream: 0, rate: per_second(100.0) }),
    ];
    let mut setup = with(alike(8, 1, 500.0), changes);
    setup.span = Span::For(Duration::from_mins(30));
    setup.autoscaler = Some(Autoscaler { lag_threshold: 5_000, max: 6, ..Autoscaler::default() });
    let outcome = simulate(&setup);
    assert_sound(&outcome);
    let replicas: Vec<u32> = outcome.replicas.iter().map(|(_, count)| *count).collect();
    assert_eq!(replicas.iter().max(), Some(&6), "{:?}", outcome.replicas);
    assert_eq!(replicas.last(), Some(&1), "{:?}", outcome.replicas);
    assert!(outcome.lag_at_end < 50, "{}", outcome.lag_at_end);
}
