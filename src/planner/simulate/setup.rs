//! What is simulated, as plain values: load, group, what happens, and the state that it begins in. They are trusted:
//! who reads them from a file or a form checks them there.

use std::collections::BTreeMap;
use std::time::Duration;

use super::spread::Spread;
use crate::model::group::GroupConfig;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::units::Rate;
use crate::planner::autoscaler::Autoscaler;
use crate::scenario::{BatchSpec, CommitPolicy, ConsumerSpec, GroupSpec, OffsetReset, Pattern, ServiceTime};

/// Everything that a simulation needs. Two equal ones give the same outcome to the byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    pub seed: u64,
    pub span: Span,
    /// What happens before is simulated and not counted.
    pub warm_up: Duration,
    pub topics: Vec<Topic>,
    pub streams: Vec<Stream>,
    /// Reads all topics that it names; its consumers at the start are [`GroupSpec::consumers`].
    pub group: GroupSpec,
    /// `group.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay: Duration,
    /// In any order.
    pub changes: Vec<Change>,
    pub start: Start,
    /// Consumers that are gone at the start: what is left of their sessions, or `None` where their group has given
    /// them up. They may come back.
    pub absent: BTreeMap<String, Option<Duration>>,
    /// What is known of those who are at work at the start of a running group.
    pub present: BTreeMap<String, Present>,
    /// Drives the number of consumers.
    pub autoscaler: Option<Autoscaler>,
}

/// How long is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    For(Duration),
    /// Until nothing waits any more, but no longer than this.
    Drained {
        at_most: Duration,
    },
}

/// A topic with its partitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub name: TopicName,
    /// At least 1.
    pub partitions: u32,
    /// What one partition takes: a queue of its own before the log, served at this rate. `None` for no limit.
    pub write_limit: Option<Rate>,
}

/// `count` producers alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Index into the setup's topics.
    pub topic: usize,
    pub count: u32,
    /// Of each of them.
    pub rate: Rate,
    pub pattern: Pattern,
    /// How long ago the pattern began.
    pub begun: Duration,
    pub spread: Spread,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub at: Duration,
    pub action: Action,
}

/// What can happen. Consumers go by their names.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is gone and tells nobody; its group notices when its session times out. It may come back later.
    Crash {
        consumer: String,
        back_after: Option<Duration>,
    },
    /// It commits, leaves its group and ends.
    Stop {
        consumer: String,
    },
    /// It begins again after a crash or a stop.
    Start {
        consumer: String,
    },
    /// It stands still, heartbeats too.
    Stall {
        consumer: String,
        length: Duration,
    },
    /// What every consumer calls is down: they process nothing, and stay members.
    Outage {
        length: Duration,
    },
    /// Processing takes so many times as long from now on.
    Slow {
        consumer: String,
        factor: f64,
    },
    SetProcessing {
        consumer: String,
        processing: ServiceTime,
    },
    /// So many more like the group's template.
    AddConsumers {
        count: u32,
    },
    /// The last so many stop.
    RemoveConsumers {
        count: u32,
    },
    /// So many more partitions of a topic.
    AddPartitions {
        topic: usize,
        count: u32,
    },
    /// Of each producer of a stream, from now on.
    SetRate {
        stream: usize,
        rate: Rate,
    },
    /// All members offer it from now on.
    SetAssignor(Assignor),
}

/// The state that a simulation begins in.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Start {
    /// Nothing waits, and the group has the assignment that its assignor gives from nothing.
    #[default]
    Settled,
    /// Nothing waits, and every consumer joins at the beginning.
    Cold,
    /// As another run was when this one begins.
    Running(Vec<PartitionStart>),
}

/// One partition of a running group. Those that are not named have no backlog and no owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionStart {
    /// Index into the setup's topics.
    pub topic: usize,
    pub partition: u32,
    /// Records from the committed position to the log's end.
    pub backlog: u64,
    /// How long the first of them has waited; the others came evenly since.
    pub oldest: Duration,
    /// The consumer that reads it.
    pub owner: Option<String>,
}

/// Where a consumer is in what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// Until its next heartbeat.
    pub beats_after: Duration,
    /// Records that it has polled and not done.
    pub in_hand: u32,
}

impl Setup {
    /// One topic, Poisson arrivals spread evenly over its partitions, and consumers alike in a settled group.
    pub fn new(partitions: u32, per_second: Rate, consumers: u32, processing: ServiceTime) -> Self {
        let topic = TopicName::new("topic").expect("the name is legal");
        Self {
            seed: 1,
            span: Span::For(Duration::from_mins(10)),
            warm_up: Duration::ZERO,
            topics: vec![Topic { name: topic.clone(), partitions, write_limit: None }],
            streams: vec![Stream {
                topic: 0,
                count: 1,
                rate: per_second,
                pattern: Pattern::Poisson,
                begun: Duration::ZERO,
                spread: Spread::Keys(crate::scenario::Keys::None),
            }],
            group: group("group", topic, consumers, processing),
            initial_rebalance_delay: GroupConfig::default().initial_rebalance_delay,
            changes: Vec::new(),
            start: Start::default(),
            absent: BTreeMap::new(),
            present: BTreeMap::new(),
            autoscaler: None,
        }
    }

    /// The partitions of all topics at the start.
    pub fn partitions(&self) -> u32 {
        self.topics.iter().map(|topic| topic.partitions).sum()
    }

    /// How long is simulated at most.
    pub const fn longest(&self) -> Duration {
        match self.span {
            Span::For(span) | Span::Drained { at_most: span } => span,
        }
    }
}

/// A group of consumers alike with Kafka's defaults and the cooperative sticky assignor.
fn group(name: &str, topic: TopicName, consumers: u32, processing: ServiceTime) -> GroupSpec {
    let template =
        ConsumerSpec { name: name.to_owned(), processing, batch: BatchSpec::SINGLE, workers: 1, instance_id: None };
    let mut group = GroupSpec {
        name: name.to_owned(),
        topics: vec![topic],
        assignor: Assignor::CooperativeSticky,
        session_timeout: Duration::from_secs(45),
        heartbeat_interval: Duration::from_secs(3),
        rebalance_timeout: Duration::from_mins(5),
        max_poll_interval: Duration::from_mins(5),
        commit: CommitPolicy::After,
        auto_offset_reset: OffsetReset::Earliest,
        max_poll_records: 500,
        consumers: Vec::new(),
        autoscaler: None,
        template,
    };
    let consumer = |number| ConsumerSpec { name: group.consumer_name(number), ..group.template.clone() };
    group.consumers = (1..=usize::try_from(consumers).unwrap_or(0)).map(consumer).collect();
    group
}
