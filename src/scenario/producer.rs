//! Who sends: how often, with which keys, how large, and with what guarantees. Descriptions only; drawing
//! from them is the workload's business.

use std::sync::Arc;
use std::time::Duration;

use crate::model::request::Acks;
use crate::model::topic::TopicName;
use crate::model::units::Rate;

/// `count` producers alike.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerSpec {
    pub name: String,
    /// At least 1.
    pub count: u32,
    pub topic: TopicName,
    /// Records per second of each of them; see [`Pattern`] for what it shapes. For a trace the mean of its points.
    pub rate: Rate,
    pub pattern: Pattern,
    pub keys: Keys,
    /// Of the value.
    pub size: RecordSize,
    pub acks: Acks,
    pub idempotent: bool,
    /// How long a batch waits for more records.
    pub linger: Duration,
    /// Bytes at which a batch is sent without waiting.
    pub batch_size: u32,
    pub partitioner: PartitionerKind,
}

/// When records come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Pattern {
    /// Evenly spaced.
    #[default]
    Constant,
    /// Independently of each other: exponential gaps of mean 1 / rate.
    Poisson,
    /// Poisson at the rate, and at `factor` times the rate during the last `length` of each `every`.
    Burst { every: Duration, length: Duration, factor: f64 },
    /// Poisson at a rate that swings smoothly once per `period`: its mean is the rate, its highest value, in
    /// the middle of the period, `peak` times that. `peak` is at least 1.
    Diurnal { peak: f64, period: Duration },
    /// Poisson at the rates of a file. The last one goes on.
    Trace { file: String, points: Arc<[TracePoint]> },
}

/// From `at` on, this rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TracePoint {
    pub at: Duration,
    pub rate: Rate,
}

/// Which key a record carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Keys {
    /// None: the partitioner spreads the records as it likes.
    #[default]
    None,
    /// One of `count`, each as likely.
    Uniform { count: u64 },
    /// One of `count`; the k-th is drawn with a probability in proportion to 1 / k^exponent.
    Zipf { count: u64, exponent: f64 },
    /// One key with probability `share` (0 to 1), otherwise one of `count` others, each as likely.
    Hot { share: f64, count: u64 },
    /// The keys of a file, each as often as counted there. Never empty, the most frequent first.
    Counts { file: String, counts: Arc<[KeyCount]> },
}

/// A key that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCount {
    pub key: Arc<str>,
    pub count: u64,
}

/// Bytes of a record's value. Draws are rounded, and are at least 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RecordSize {
    Constant(u64),
    /// Both ends included; `min <= max`.
    Uniform {
        min: u64,
        max: u64,
    },
    Exponential {
        mean: u64,
    },
    /// `sigma` is the deviation of the logarithm; the mean is `mean`.
    LogNormal {
        mean: u64,
        sigma: f64,
    },
}

/// Which partition a record goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartitionerKind {
    /// Kafka's: murmur2 of the key; without a key, sticky.
    #[default]
    Default,
    /// Sticky whether there is a key or not: one partition until its batch is sent, then another.
    Sticky,
    /// One after the other, whether there is a key or not.
    RoundRobin,
    /// Always this one.
    Explicit(u32),
}

impl ProducerSpec {
    /// The clients' names: `web` where it is the only one, else `web-1`, `web-2`, ...
    pub fn client_names(&self) -> impl Iterator<Item = String> + '_ {
        (1..=self.count).map(|number| match self.count {
            1 => self.name.clone(),
            _ => format!("{}-{number}", self.name),
        })
    }
}

impl RecordSize {
    /// Expected bytes.
    pub fn mean(self) -> u64 {
        match self {
            Self::Constant(bytes) => bytes,
            Self::Uniform { min, max } => min + (max - min) / 2,
            Self::Exponential { mean } | Self::LogNormal { mean, .. } => mean,
        }
    }
}
