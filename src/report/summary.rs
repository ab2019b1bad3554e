//! `summary.json` of a run: its keys are promises to the outside. Add to them, don't rename them.

use serde::Serialize;

/// Everything that a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct RunSummary {
    pub scenario: String,
    pub seed: u64,
    /// `real` or `virtual`.
    pub clock: &'static str,
    /// Time that passed in the experiment.
    pub elapsed_s: f64,
    /// Time that it took.
    pub wall_s: f64,
    /// Records handed to the producers.
    pub produced: u64,
    /// Records acknowledged, or sent with `acks = 0`.
    pub accepted: u64,
    /// Records whose producer was told of a failure.
    pub failed: u64,
    /// Bytes of record batches that the log took in.
    pub bytes_in: u64,
    pub topics: Vec<TopicSummary>,
    pub groups: Vec<GroupSummary>,
    pub expectations: Vec<ExpectationSummary>,
}

impl RunSummary {
    /// As programs read it: one object on one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain values with names for keys") + "\n"
    }

    /// Whether everything held that the scenario expected.
    pub fn all_held(&self) -> bool {
        self.expectations.iter().all(|expectation| expectation.held)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct TopicSummary {
    pub name: String,
    pub partitions: Vec<PartitionSummary>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PartitionSummary {
    pub id: u32,
    pub log_start_offset: i64,
    pub log_end_offset: i64,
    pub high_watermark: i64,
    pub bytes: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct GroupSummary {
    pub name: String,
    pub state: String,
    pub generation: i32,
    /// `None` while no partition has a commit.
    pub lag: Option<u64>,
    pub time_lag_s: Option<f64>,
    /// `None` when the group isn't catching up.
    pub drain_s: Option<f64>,
    pub members: Vec<MemberSummary>,
    pub partitions: Vec<GroupPartitionSummary>,
    pub rebalances: Vec<RebalanceSummary>,
    pub ledger: LedgerSummary,
    pub latency_ms: LatencySummary,
}

#[derive(Clone, Debug, Serialize)]
pub struct MemberSummary {
    pub id: String,
    pub assignment: Vec<PartitionName>,
    pub processed: u64,
    /// Share of the whole run spent processing.
    pub busy: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct PartitionName {
    pub topic: String,
    pub partition: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct GroupPartitionSummary {
    pub topic: String,
    pub partition: u32,
    pub committed_offset: Option<i64>,
    pub lag: Option<u64>,
    pub owner: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RebalanceSummary {
    pub at_s: f64,
    pub generation: i32,
    pub reason: String,
    pub moved: u32,
    pub kept: u32,
    pub paused_ms: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct LedgerSummary {
    pub processed_once: u64,
    pub duplicates: u64,
    pub lost: u64,
    pub expired: u64,
    pub out_of_order: u64,
    pub in_flight: u64,
}

/// Milliseconds from the intended send time to the end of processing.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LatencySummary {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct ExpectationSummary {
    pub that: String,
    /// `None` where the run has no such figure.
    pub value: Option<f64>,
    pub held: bool,
}
