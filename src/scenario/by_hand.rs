//! Clients and changes made by hand rather than in a file: a file's defaults for all that isn't asked.

use std::fmt;
use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::model::request::Acks;
use crate::model::topic::TopicName;
use crate::model::units::{Rate, Span};

use super::check::defaults;
use super::{
    Action, BatchSpec, BrokerSpec, CommitPolicy, ConsumerSpec, GroupSpec, Keys, OffsetReset, PartitionerKind, Pattern,
    ProducerSpec, Scenario, ServiceTime,
};

impl Scenario {
    /// An experiment of nothing, to be filled by hand.
    pub fn empty() -> Self {
        Self {
            title: "Empty lab".to_owned(),
            about: String::new(),
            seed: 1,
            duration: None,
            broker: BrokerSpec::default(),
            topics: Vec::new(),
            producers: Vec::new(),
            groups: Vec::new(),
            events: Vec::new(),
            expectations: Vec::new(),
        }
    }
}

impl ProducerSpec {
    /// One producer with keys, so that order has a meaning, and everything else as in a file that is silent.
    pub fn new(name: &str, topic: TopicName, rate: Rate) -> Self {
        Self {
            name: name.to_owned(),
            count: 1,
            topic,
            rate,
            pattern: Pattern::default(),
            keys: Keys::Uniform { count: defaults::KEYS },
            size: defaults::SIZE,
            acks: Acks::default(),
            idempotent: defaults::IDEMPOTENT,
            linger: defaults::LINGER,
            batch_size: defaults::BATCH_SIZE,
            partitioner: PartitionerKind::default(),
        }
    }
}

impl GroupSpec {
    /// A group without consumers, as in a file that is silent.
    pub fn new(name: &str, topics: Vec<TopicName>, assignor: Assignor) -> Self {
        let template = ConsumerSpec {
            name: name.to_owned(),
            processing: defaults::PROCESSING,
            batch: BatchSpec::SINGLE,
            workers: 1,
            instance_id: None,
        };
        Self {
            name: name.to_owned(),
            topics,
            assignor,
            session_timeout: defaults::SESSION_TIMEOUT,
            heartbeat_interval: defaults::heartbeat_interval(defaults::SESSION_TIMEOUT),
            rebalance_timeout: defaults::MAX_POLL_INTERVAL,
            max_poll_interval: defaults::MAX_POLL_INTERVAL,
            commit: CommitPolicy::default(),
            auto_offset_reset: OffsetReset::default(),
            max_poll_records: defaults::MAX_POLL_RECORDS,
            consumers: Vec::new(),
            autoscaler: None,
            template,
        }
    }
}

/// A producer without a name, as in a file that is silent: what is shown before anything is known.
impl Default for ProducerSpec {
    fn default() -> Self {
        let topic = TopicName::new("topic").expect("a short name of letters is legal");
        Self::new("", topic, Rate::from_per_second(0.0).expect("0 is a rate"))
    }
}

/// A group without a name, as in a file that is silent: what is shown before anything is known.
impl Default for GroupSpec {
    fn default() -> Self {
        Self::new("", Vec::new(), Assignor::CooperativeSticky)
    }
}

/// A consumer without a name, as in a file that is silent: what is shown before anything is known.
impl Default for ConsumerSpec {
    fn default() -> Self {
        GroupSpec::default().template
    }
}

impl ServiceTime {
    /// The same distribution with another mean.
    #[must_use]
    pub fn with_mean(&self, mean: Duration) -> Self {
        match self {
            Self::Constant(_) => Self::Constant(mean),
            Self::Exponential { .. } => Self::Exponential { mean },
            Self::LogNormal { sigma, .. } => Self::LogNormal { mean, sigma: *sigma },
            Self::Trace { file, times } => {
                let factor = mean.as_secs_f64() / self.mean().as_secs_f64().max(1e-9);
                let times = times.iter().map(|time| time.mul_f64(factor)).collect();
                Self::Trace { file: file.clone(), times }
            }
        }
    }
}

/// What happened, in words.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash { client } => write!(f, "{client} crashed"),
            Self::Stop { client } => write!(f, "{client} was stopped"),
            Self::Start { client } => write!(f, "{client} was started"),
            Self::Stall { client, length: None } => write!(f, "{client} stalled"),
            Self::Stall { client, length: Some(length) } => write!(f, "{client} stalled for {}", Span(*length)),
            Self::Slow { client, factor } => write!(f, "{client} takes {factor} times as long"),
            Self::AddConsumer { group, count } => write!(f, "{count} more in {group}"),
            Self::RemoveConsumer { group, count } => write!(f, "{count} fewer in {group}"),
            Self::AddPartitions { topic, count } => write!(f, "{count} more partitions in {topic}"),
            Self::SetRate { client, rate } => write!(f, "{client} sends {rate}"),
            Self::SetProcessing { client, processing } => {
                write!(f, "{client} takes {} a record", Span(processing.mean()))
            }
        }
    }
}
