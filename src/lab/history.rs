//! Figures over time, in the experiment's time, for charts: bounded, and cheap to share with whoever draws.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Time;
use crate::metrics::frames::Frames;
use crate::metrics::series::Series;
use crate::model::topic::TopicPartition;

/// Bytes that all histories of an experiment may take. A thousand partitions and a thousand consumers need
/// about half of it in an hour; beyond it the oldest points of the most detailed go.
pub const MAX_HISTORY_BYTES: usize = 64 << 20;

/// Everything that is kept of the past.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Records per second accepted from all producers.
    pub records_in: Series,
    pub producers: BTreeMap<String, ProducerHistory>,
    pub topics: BTreeMap<String, TopicHistory>,
    pub groups: BTreeMap<String, GroupHistory>,
    /// Points that had to go because the history was full. What is only thinned is not counted.
    pub dropped: u64,
}

#[derive(Clone, Debug)]
pub struct ProducerHistory {
    /// Records per second that were accepted.
    pub accepted: Series,
    /// Due, and not handed over yet.
    pub waiting: Series,
}

impl Default for ProducerHistory {
    fn default() -> Self {
        Self { accepted: Series::small(), waiting: Series::small() }
    }
}

#[derive(Clone, Debug, Default)]
pub struct TopicHistory {
    /// Records per second.
    pub records_in: Series,
    /// Records per second of each partition, by its number.
    pub partitions_in: Frames,
}

#[derive(Clone, Debug, Default)]
pub struct GroupHistory {
    pub records_out: Series,
    pub lag: Series,
    /// Age of the oldest record that is not committed.
    pub time_lag_millis: Series,
    pub latency_p50_millis: Series,
    pub latency_p95_millis: Series,
    pub latency_p99_millis: Series,
    pub consumers: BTreeMap<String, ConsumerHistory>,
    /// Lag in records of each partition of each topic, by its number; not a number without a commit.
    pub partition_lag: BTreeMap<String, Frames>,
    /// Who read what and when, in the order of the beginnings. What is not covered was read by nobody.
    pub holdings: Arc<Vec<Holding>>,
    /// The oldest, which had to go.
    pub holdings_dropped: u64,
}

#[derive(Clone, Debug)]
pub struct ConsumerHistory {
    pub records_out: Series,
    /// Share of the time spent processing, 0 to 1.
    pub busy: Series,
}

impl Default for ConsumerHistory {
    fn default() -> Self {
        Self { records_out: Series::small(), busy: Series::small() }
    }
}

/// A consumer held a partition for a time, by its own account.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    pub partition: TopicPartition,
    pub owner: Arc<str>,
    /// False while the owner was crashed or stalled: it is its, but nobody reads.
    pub is_read: bool,
    pub from: Time,
    /// `None` while it lasts.
    pub until: Option<Time>,
}

impl History {
    /// Memory that it takes, but for names.
    pub fn bytes(&self) -> usize {
        let producers = self.producers.values().map(|one| one.accepted.bytes() + one.waiting.bytes());
        let topics = self.topics.values().map(|one| one.records_in.bytes() + one.partitions_in.bytes());
        let groups = self.groups.values().map(GroupHistory::bytes);
        self.records_in.bytes() + producers.chain(topics).chain(groups).sum::<usize>()
    }

    /// Lets the oldest of what there is most of go until the rest fits `bound`.
    pub fn keep_within(&mut self, bound: usize) {
        while self.bytes() > bound {
            let dropped = self.drop_oldest_details();
            if dropped == 0 {
                return;
            }
            self.dropped += dropped;
        }
    }

    fn drop_oldest_details(&mut self) -> u64 {
        let mut dropped = 0;
        for one in self.producers.values_mut() {
            dropped += one.accepted.drop_oldest() + one.waiting.drop_oldest();
        }
        for one in self.topics.values_mut() {
            dropped += one.partitions_in.drop_oldest();
        }
        for group in self.groups.values_mut() {
            for one in group.consumers.values_mut() {
                dropped += one.records_out.drop_oldest() + one.busy.drop_oldest();
            }
            dropped += group.partition_lag.values_mut().map(Frames::drop_oldest).sum::<u64>();
        }
        dropped
    }
}

impl GroupHistory {
    fn bytes(&self) -> usize {
        let whole = [
            &self.records_out,
            &self.lag,
            &self.time_lag_millis,
            &self.latency_p50_millis,
            &self.latency_p95_millis,
            &self.latency_p99_millis,
        ];
        let consumers = self.consumers.values().map(|one| one.records_out.bytes() + one.busy.bytes());
        let partitions = self.partition_lag.values().map(Frames::bytes);
        let holdings = self.holdings.len() * size_of::<Holding>();
        whole.into_iter().map(Series::bytes).chain(consumers).chain(partitions).sum::<usize>() + holdings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_a_thousand_partitions_and_consumers_fits() {
        let mut history = History::default();
        let frame: crate::metrics::frames::Frame = vec![1.0_f32; 1_000].into();
        for quarter in 0..4 * 3_600_u64 {
            let at = Time::from_micros(quarter * 250_000);
            history.topics.entry("orders".into()).or_default().partitions_in.push(at, frame.clone());
            let group = history.groups.entry("billing".into()).or_default();
            group.partition_lag.entry("orders".into()).or_default().push(at, frame.iter().map(|v| v + 1.0).collect());
            // One stands for a thousand.
            group.consumers.entry("billing-1".into()).or_default().busy.push(at, 0.5);
        }
        let one = history.groups["billing"].consumers["billing-1"].busy.bytes();
        assert!(history.bytes() + 2_000 * one < MAX_HISTORY_BYTES, "{} + 2000 x {one}", history.bytes());
        let lag = &history.groups["billing"].partition_lag["orders"];
        assert_eq!(lag.of(7).next().map(|(at, _)| at < Time::from_micros(60_000_000)), Some(true));
        history.keep_within(1_000_000);
        assert!(history.bytes() <= 1_000_000 && history.dropped > 0, "{}", history.bytes());
    }

    #[test]
    fn a_history_that_is_full_grows_no_more() {
        let mut history = History::default();
        let frame: crate::metrics::frames::Frame = vec![1.0_f32; 8].into();
        let mut pushed = 0_u32;
        // The most that it takes while so many points more are pushed.
        let mut most = |points: u32| {
            let mut most = 0;
            for _ in 0..points {
                pushed += 1;
                let (at, value) = (Time::from_micros(u64::from(pushed) * 250_000), f64::from(pushed % 97));
                history.records_in.push(at, value);
                if pushed.is_multiple_of(4) {
                    history.producers.entry("web".into()).or_default().accepted.push(at, value);
                    history.topics.entry("orders".into()).or_default().partitions_in.push(at, frame.clone());
                }
                most = history.bytes().max(most);
            }
            most
        };
        let [first_hour, two_days, third_day, fourth_day] = [14_400, 675_600, 345_600, 345_600].map(&mut most);
        assert!(first_hour < two_days && fourth_day == third_day, "{first_hour} {two_days} {third_day} {fourth_day}");
        assert!(fourth_day < MAX_HISTORY_BYTES / 100 && history.records_in.dropped() > 0, "{fourth_day}");
        let oldest = history.records_in.points().next().map(|(at, _)| at);
        assert!(oldest < Some(Time::from_micros(2 * 86_400_000_000)), "it reaches back two days: {oldest:?}");
    }
}
