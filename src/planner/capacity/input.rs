//! What goes into formulas: quantities of a plan by the names that formulas and files give them.

use crate::planner::choice::Assessment;
use crate::planner::facts::Facts;
use crate::planner::words;

/// A quantity that a formula uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    ProduceRate,
    PeakRate,
    WriteLimit,
    ConsumerRate,
    Utilisation,
    MaxBacklogTime,
    Outage,
    CatchUp,
    Failures,
    Latency,
    Keys,
    HottestKey,
    Producers,
    Run,
    MessageSize,
    Retention,
    ReplicationFactor,
    ServiceTime,
    ServiceVariation,
    Workers,
    Partitions,
    Consumers,
    BusiestShare,
}

impl Input {
    /// As formulas call it; the plan's key where there is one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProduceRate => "produce_rate",
            Self::PeakRate => "peak_rate",
            Self::WriteLimit => "partition_write_limit",
            Self::ConsumerRate => "consumer_rate",
            Self::Utilisation => "utilisation",
            Self::MaxBacklogTime => "max_backlog_time",
            Self::Outage => "outage",
            Self::CatchUp => "catch_up",
            Self::Failures => "tolerate_consumer_failures",
            Self::Latency => "p99_latency",
            Self::Keys => "keys",
            Self::HottestKey => "hottest_key",
            Self::Producers => "producers",
            Self::Run => "run",
            Self::MessageSize => "message_size",
            Self::Retention => "retention",
            Self::ReplicationFactor => "replication_factor",
            Self::ServiceTime => "processing",
            Self::ServiceVariation => "variation",
            Self::Workers => "workers",
            Self::Partitions => "partitions",
            Self::Consumers => "consumers",
            Self::BusiestShare => "busiest_share",
        }
    }

    /// With its unit; a dash where the plan says nothing.
    pub(super) fn value(self, facts: &Facts, chosen: Option<&Assessment>) -> String {
        let (plan, target) = (&facts.plan, facts.plan.target);
        let value = match self {
            Self::ProduceRate => Some(words::rate(facts.average)),
            Self::PeakRate => Some(words::rate(facts.peak)),
            Self::WriteLimit => plan.partition_write_limit.map(|limit| words::rate(limit.per_second())),
            Self::ConsumerRate => Some(words::rate(facts.consumer)),
            Self::Utilisation => Some(words::percent(facts.utilisation())),
            Self::MaxBacklogTime => target.max_backlog_time.map(words::span),
            Self::Outage => plan.outage.map(|outage| words::span(outage.length)),
            Self::CatchUp => target.catch_up.map(words::span),
            Self::Failures => Some(plan.tolerate_consumer_failures.to_string()),
            Self::Latency => target.p99_latency.map(words::span),
            Self::Keys => facts.skew.keys().map(|keys| words::count(words::whole(keys))),
            Self::HottestKey => facts.skew.hottest().map(|(_, share)| words::percent(share)),
            Self::Producers => plan.producers.map(|producers| words::count(u64::from(producers))),
            Self::Run => facts.runs.map(|runs| words::of(runs.records, "record")),
            Self::MessageSize => Some(words::bytes(facts.message_bytes())),
            Self::Retention => Some(plan.retention.map_or_else(|| "for ever".to_owned(), words::span)),
            Self::ReplicationFactor => Some(plan.replication_factor.to_string()),
            Self::ServiceTime => Some(words::seconds(facts.service.mean())),
            Self::ServiceVariation => Some(format!("{:.2}", facts.service.scv().sqrt())),
            Self::Workers => Some(plan.workers.to_string()),
            Self::Partitions => chosen.map(|chosen| words::count(u64::from(chosen.choice.partitions))),
            Self::Consumers => chosen.map(|chosen| words::count(u64::from(chosen.choice.consumers))),
            Self::BusiestShare => chosen.map(|chosen| words::percent(chosen.shares.busiest_consumer())),
        };
        value.unwrap_or_else(|| "–".to_owned())
    }
}
