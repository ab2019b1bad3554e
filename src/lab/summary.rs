//! What a run came to, from its last snapshot. It computes nothing that the snapshot doesn't show.

use std::time::Duration;

use crate::metrics::figures::{Drain, Rebalance};
use crate::report::summary::{
    ExpectationSummary, GroupPartitionSummary, GroupSummary, LatencySummary, LedgerSummary, MemberSummary,
    PartitionName, PartitionSummary, RebalanceSummary, RunSummary, TopicSummary,
};
use crate::scenario::Expectation;

use super::snapshot::{GroupPartitionState, GroupView, MemberState, ProducerState, Snapshot, TopicState};

/// How a run was made, as far as a snapshot doesn't say.
#[derive(Clone, Copy, Debug)]
pub struct RunFacts {
    /// `real` or `virtual`.
    pub clock: &'static str,
    /// Of the experiment's time.
    pub elapsed: Duration,
    pub wall: Duration,
}

/// The summary of a run that ended with `snapshot`.
pub fn summarise(snapshot: &Snapshot, facts: RunFacts, expectations: &[Expectation]) -> RunSummary {
    let sent = |figure: fn(&ProducerState) -> u64| snapshot.all_producers().map(figure).sum();
    RunSummary {
        scenario: snapshot.experiment.title.clone(),
        seed: snapshot.experiment.seed,
        clock: facts.clock,
        elapsed_s: facts.elapsed.as_secs_f64(),
        wall_s: facts.wall.as_secs_f64(),
        produced: sent(|producer| producer.produced),
        accepted: sent(|producer| producer.accepted),
        failed: sent(|producer| producer.failed),
        bytes_in: snapshot.broker.bytes_in,
        topics: snapshot.topics.iter().map(topic).collect(),
        groups: snapshot.groups.iter().map(group).collect(),
        expectations: expectations.iter().map(expectation).collect(),
    }
}

fn topic(topic: &TopicState) -> TopicSummary {
    let partitions = topic.partitions.iter().map(|partition| PartitionSummary {
        id: partition.id,
        log_start_offset: partition.log_start_offset,
        log_end_offset: partition.log_end_offset,
        high_watermark: partition.high_watermark,
        bytes: partition.bytes,
    });
    TopicSummary { name: topic.name.clone(), partitions: partitions.collect() }
}

fn group(group: &GroupView) -> GroupSummary {
    GroupSummary {
        name: group.name.clone(),
        state: group.state.clone(),
        generation: group.generation,
        lag: group.lag,
        time_lag_s: group.time_lag.map(|lag| lag.as_secs_f64()),
        drain_s: group.drain.and_then(drain_seconds),
        members: group.members.iter().map(member).collect(),
        partitions: group.partitions.iter().map(|partition| group_partition(group, partition)).collect(),
        rebalances: group.rebalances.iter().map(rebalance).collect(),
        ledger: LedgerSummary {
            processed_once: group.ledger.processed_once,
            duplicates: group.ledger.duplicates,
            lost: group.ledger.lost,
            expired: group.ledger.expired,
            out_of_order: group.ledger.out_of_order,
            in_flight: group.ledger.in_flight,
        },
        latency_ms: LatencySummary {
            p50: group.latency.p50,
            p95: group.latency.p95,
            p99: group.latency.p99,
            max: group.latency.max,
        },
    }
}

fn drain_seconds(drain: Drain) -> Option<f64> {
    match drain {
        Drain::Empty => Some(0.0),
        Drain::In(span) => Some(span.as_secs_f64()),
        Drain::Never | Drain::Unknown => None,
    }
}

fn member(member: &MemberState) -> MemberSummary {
    let assignment = member
        .assignment
        .iter()
        .map(|owned| PartitionName { topic: owned.topic.to_string(), partition: owned.partition });
    MemberSummary {
        id: member.name.clone(),
        assignment: assignment.collect(),
        processed: member.processed,
        busy: member.busy_overall,
    }
}

fn group_partition(group: &GroupView, state: &GroupPartitionState) -> GroupPartitionSummary {
    let owner = state.owner.and_then(|owner| group.members.get(owner));
    GroupPartitionSummary {
        topic: state.partition.topic.to_string(),
        partition: state.partition.partition,
        committed_offset: state.committed_offset,
        lag: state.lag,
        owner: owner.map(|owner| owner.name.clone()),
    }
}

fn rebalance(rebalance: &Rebalance) -> RebalanceSummary {
    RebalanceSummary {
        at_s: rebalance.at.as_secs_f64(),
        generation: rebalance.generation,
        reason: rebalance.reason.clone(),
        moved: rebalance.moved,
        kept: rebalance.kept,
        paused_ms: rebalance.paused.as_secs_f64() * 1e3,
    }
}

fn expectation(expectation: &Expectation) -> ExpectationSummary {
    ExpectationSummary { that: expectation.that.clone(), value: expectation.value, held: expectation.held }
}
