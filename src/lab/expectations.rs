//! Holds a scenario's claims against what was measured: those with a time when it comes, the others at the
//! end. The claims themselves are [`crate::scenario::Expect`]s.

use std::time::Duration;

use crate::scenario::{Expect, Expectation, Metric, Subject};

use super::observer::{Observer, Worst};
use super::snapshot::{GroupView, MemberState, ProducerState, Snapshot};

/// The claims of one experiment, in the order of its file.
#[derive(Debug)]
pub struct Expectations(Vec<Claim>);

#[derive(Debug)]
struct Claim {
    expect: Expect,
    judged: Option<Expectation>,
}

impl Expectations {
    pub fn new(expects: &[Expect]) -> Self {
        Self(expects.iter().map(|expect| Claim { expect: expect.clone(), judged: None }).collect())
    }

    /// Whether there is a claim to judge whose time has come.
    pub fn is_due(&self, elapsed: Duration) -> bool {
        self.0.iter().any(|claim| claim.is_due(elapsed))
    }

    /// Judges the claims whose time has come.
    pub fn note(&mut self, elapsed: Duration, snapshot: &Snapshot, observer: &Observer) {
        for claim in &mut self.0 {
            if claim.is_due(elapsed) {
                claim.judge(snapshot, observer);
            }
        }
    }

    /// Those whose time has come.
    pub fn judged(&self) -> Vec<Expectation> {
        self.0.iter().filter_map(|claim| claim.judged.clone()).collect()
    }

    /// Judges what is left and gives all.
    pub fn judge_all(&mut self, snapshot: &Snapshot, observer: &Observer) -> Vec<Expectation> {
        self.0.iter_mut().map(|claim| claim.judge(snapshot, observer).clone()).collect()
    }
}

impl Claim {
    fn is_due(&self, elapsed: Duration) -> bool {
        self.judged.is_none() && self.expect.at.is_some_and(|at| elapsed >= at)
    }

    fn judge(&mut self, snapshot: &Snapshot, observer: &Observer) -> &Expectation {
        let expect = &self.expect;
        self.judged.get_or_insert_with(|| expect.judge(|subject, metric| value(snapshot, observer, subject, metric)))
    }
}

/// A metric of a subject, in the metric's base unit; `None` where there is nothing to measure.
fn value(snapshot: &Snapshot, observer: &Observer, subject: &Subject, metric: Metric) -> Option<f64> {
    match subject {
        Subject::Run => of_run(snapshot, metric),
        Subject::Topic(name) => of_topic(snapshot, name, metric),
        Subject::Producer(name) => of_producers(snapshot, |producer| is_named(&producer.name, name), metric),
        Subject::Group(name) => {
            let group = snapshot.groups.iter().find(|group| group.name == *name)?;
            of_group(group, observer.worst(name).unwrap_or_default(), snapshot.clock.time.as_secs_f64(), metric)
        }
        Subject::Consumer(name) => of_consumer(
            snapshot.groups.iter().flat_map(|group| &group.members).find(|member| member.name == *name)?,
            metric,
        ),
    }
}

/// `web` means `web` and, where it stands for several, `web-1`, `web-2`, ...
fn is_named(client: &str, name: &str) -> bool {
    client == name
        || client
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

fn of_run(snapshot: &Snapshot, metric: Metric) -> Option<f64> {
    let seconds = snapshot.clock.time.as_secs_f64();
    let over_groups = |metric| -> Option<f64> {
        snapshot.groups.iter().map(|group| of_group(group, Worst::default(), seconds, metric)).sum::<Option<f64>>()
    };
    let worst_of_groups = |metric| {
        let values = snapshot.groups.iter().filter_map(|group| of_group(group, Worst::default(), seconds, metric));
        values.reduce(f64::max)
    };
    match metric {
        Metric::Records | Metric::Bytes => {
            snapshot.topics.iter().map(|topic| of_topic(snapshot, &topic.name, metric)).sum()
        }
        Metric::BytesIn => Some(float(snapshot.broker.bytes_in)),
        Metric::LatencyP50 | Metric::LatencyP95 | Metric::LatencyP99 | Metric::LatencyMax => worst_of_groups(metric),
        Metric::Produced | Metric::Accepted | Metric::Failed | Metric::Throughput => {
            of_producers(snapshot, |_| true, metric)
        }
        Metric::Processed
        | Metric::ProcessedOnce
        | Metric::InFlight
        | Metric::Lost
        | Metric::Expired
        | Metric::Duplicates
        | Metric::OutOfOrder
        | Metric::Rebalances => over_groups(metric),
        Metric::Partitions
        | Metric::Lag
        | Metric::MaxLag
        | Metric::TimeLag
        | Metric::MaxTimeLag
        | Metric::Generation
        | Metric::Members
        | Metric::Moved
        | Metric::Paused
        | Metric::MaxPaused
        | Metric::Busy => None,
    }
}

fn of_topic(snapshot: &Snapshot, name: &str, metric: Metric) -> Option<f64> {
    let topic = snapshot.topics.iter().find(|topic| topic.name == name)?;
    #[expect(clippy::wildcard_enum_match_arm, reason = "what a topic has not, its producers have or nobody")]
    match metric {
        Metric::Partitions => Some(float(topic.partitions.len() as u64)),
        Metric::Records => {
            let records = topic.partitions.iter().map(|p| p.high_watermark - p.log_start_offset).sum::<i64>();
            Some(float(u64::try_from(records).unwrap_or(0)))
        }
        Metric::Bytes => Some(float(topic.partitions.iter().map(|partition| partition.bytes).sum())),
        other => of_producers(snapshot, |producer| producer.topic == name, other),
    }
}

fn of_producers(snapshot: &Snapshot, is_meant: impl Fn(&ProducerState) -> bool, metric: Metric) -> Option<f64> {
    let sum = |figure: fn(&ProducerState) -> u64| {
        float(snapshot.all_producers().filter(|producer| is_meant(producer)).map(figure).sum())
    };
    let seconds = snapshot.clock.time.as_secs_f64();
    #[expect(clippy::wildcard_enum_match_arm, reason = "the metric table says what producers have")]
    match metric {
        Metric::Produced => Some(sum(|producer| producer.produced)),
        Metric::Accepted => Some(sum(|producer| producer.accepted)),
        Metric::Failed => Some(sum(|producer| producer.failed)),
        Metric::BytesIn => Some(sum(|producer| producer.accepted_bytes)),
        Metric::Throughput => (seconds > 0.0).then(|| sum(|producer| producer.accepted) / seconds),
        _ => None,
    }
}

fn of_group(group: &GroupView, worst: Worst, seconds: f64, metric: Metric) -> Option<f64> {
    let processed = || float(group.processed());
    let rebalances = &group.rebalance_totals;
    let millis = |millis: f64| (group.latency.count > 0).then_some(millis / 1e3);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the metric table says what groups have")]
    match metric {
        Metric::Lag => group.lag.map(float),
        Metric::MaxLag => Some(float(worst.lag_records)),
        Metric::TimeLag => group.time_lag.map(|lag| lag.as_secs_f64()),
        Metric::MaxTimeLag => Some(worst.time_lag.as_secs_f64()),
        Metric::Processed => Some(processed()),
        Metric::Throughput => (seconds > 0.0).then(|| processed() / seconds),
        Metric::ProcessedOnce => Some(float(group.ledger.processed_once)),
        Metric::InFlight => Some(float(group.ledger.in_flight)),
        Metric::Lost => Some(float(group.ledger.lost)),
        Metric::Expired => Some(float(group.ledger.expired)),
        Metric::Duplicates => Some(float(group.ledger.duplicates)),
        Metric::OutOfOrder => Some(float(group.ledger.out_of_order)),
        Metric::Generation => Some(f64::from(group.generation)),
        Metric::Rebalances => Some(float(rebalances.count)),
        Metric::Members => Some(float(group.members.iter().filter(|member| member.in_group).count() as u64)),
        Metric::Moved => Some(float(rebalances.moved)),
        Metric::Paused => Some(rebalances.paused.as_secs_f64()),
        Metric::MaxPaused => Some(rebalances.longest_pause.as_secs_f64()),
        Metric::LatencyP50 => millis(group.latency.p50),
        Metric::LatencyP95 => millis(group.latency.p95),
        Metric::LatencyP99 => millis(group.latency.p99),
        Metric::LatencyMax => millis(group.latency.max),
        Metric::Busy => mean(group.members.iter().map(|member| member.busy_overall)),
        _ => None,
    }
}

fn of_consumer(member: &MemberState, metric: Metric) -> Option<f64> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the metric table says what consumers have")]
    match metric {
        Metric::Processed => Some(float(member.processed)),
        Metric::Partitions => Some(float(member.assignment.len() as u64)),
        Metric::Busy => Some(member.busy_overall),
        _ => None,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

#[expect(clippy::cast_precision_loss, reason = "a claim needs no more than 52 bits")]
fn float(count: u64) -> f64 {
    count as f64
}
