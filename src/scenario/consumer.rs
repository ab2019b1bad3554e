//! Who reads: consumer groups, their consumers, how long those take and when they commit. Descriptions
//! only; drawing from them is the workload's business.

use std::sync::Arc;
use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;

use super::Autoscaler;

/// A consumer group and its consumers at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSpec {
    pub name: String,
    /// At least one.
    pub topics: Vec<TopicName>,
    pub assignor: Assignor,
    pub session_timeout: Duration,
    /// Less than the session timeout.
    pub heartbeat_interval: Duration,
    /// How long a rebalance waits for members to join again.
    pub rebalance_timeout: Duration,
    /// A consumer that takes longer between two polls leaves the group.
    pub max_poll_interval: Duration,
    pub commit: CommitPolicy,
    pub auto_offset_reset: OffsetReset,
    /// Most records that one poll returns.
    pub max_poll_records: u32,
    /// May be empty: an event or a person can add some.
    pub consumers: Vec<ConsumerSpec>,
    /// Adds and removes consumers by the lag.
    pub autoscaler: Option<Autoscaler>,
    /// What a consumer that is added later is like; its name is the group's and its instance id `None`.
    pub template: ConsumerSpec,
}

/// One consumer.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerSpec {
    pub name: String,
    /// Per record.
    pub processing: ServiceTime,
    pub batch: BatchSpec,
    /// 1: records are processed on the thread that polls; more: on a pool of so many, and polling goes on.
    pub workers: u32,
    /// Makes it a static member (KIP-345).
    pub instance_id: Option<String>,
}

/// Records that are processed together: `overhead` is spent once for up to `size` of them, besides the
/// processing of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSpec {
    /// At least 1.
    pub size: u32,
    pub overhead: Duration,
}

/// How long something takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceTime {
    Constant(Duration),
    Exponential {
        mean: Duration,
    },
    /// `sigma` is the deviation of the logarithm; the mean is `mean`.
    LogNormal {
        mean: Duration,
        sigma: f64,
    },
    /// Measured times from a file, one after the other and again from the first. Never empty.
    Trace {
        file: String,
        times: Arc<[Duration]>,
    },
}

/// When offsets are committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommitPolicy {
    /// Before the records of a poll are processed: at most once.
    Before,
    /// After they were processed: at least once.
    #[default]
    After,
    /// Every so often at a poll, as far as earlier polls went: at least once, with more to repeat.
    Auto { interval: Duration },
}

/// Where a group begins to read that has no valid committed offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OffsetReset {
    /// At the first record that is still there. Kafka's consumers default to `latest`; an experiment wants
    /// its first records read, so `earliest` is the default here.
    #[default]
    Earliest,
    /// At the end: what was there before is skipped.
    Latest,
    /// Not at all: the consumer fails.
    None,
}

impl GroupSpec {
    /// What the group's consumers are called unless the file says otherwise: `billing-1`, `billing-2`, ...
    pub fn consumer_name(&self, number: usize) -> String {
        format!("{}-{number}", self.name)
    }

    /// The number of the first consumer that is added; each further one takes the next, and none is used twice.
    pub fn first_added_number(&self) -> usize {
        let highest = self.consumers.iter().filter_map(|consumer| self.number_of(&consumer.name)).max();
        highest.unwrap_or(0).max(self.consumers.len()) + 1
    }

    /// The number in a name that [`GroupSpec::consumer_name`] gives.
    pub(super) fn number_of(&self, consumer: &str) -> Option<usize> {
        let digits = consumer.strip_prefix(self.name.as_str())?.strip_prefix('-')?;
        let number = digits.parse().ok()?;
        (self.consumer_name(number) == consumer).then_some(number)
    }
}

impl BatchSpec {
    /// Each record by itself, at no cost besides its processing.
    pub const SINGLE: Self = Self { size: 1, overhead: Duration::ZERO };
}

impl ServiceTime {
    /// Expected time.
    pub fn mean(&self) -> Duration {
        match self {
            Self::Constant(time) | Self::Exponential { mean: time } | Self::LogNormal { mean: time, .. } => *time,
            Self::Trace { times, .. } => {
                let count = u32::try_from(times.len()).unwrap_or(u32::MAX).max(1);
                times.iter().fold(Duration::ZERO, |sum, time| sum.saturating_add(*time)) / count
            }
        }
    }
}
