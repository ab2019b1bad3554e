//! The figures that leave this room, as plain values: each is measured, or derived by the formula in
//! its documentation.

use std::time::Duration;

use crate::clock::Time;
use crate::model::topic::TopicPartition;

/// When a group will have read everything that waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drain {
    /// Nothing waits for longer than a second.
    Empty,
    /// Per partition `lag / (consumed per second - produced per second)`; the slowest partition wins.
    In(Duration),
    /// Some partition is produced into at least as fast as it is read.
    Never,
    /// Not enough has been seen yet to say.
    Unknown,
}

/// How a lag moves: the difference of two lags over the time between them, in records per second.
/// Positive means that it grows.
pub type LagVelocity = f64;

/// A group's delivery audit, kept from what its clients did. Of the records that producers count as
/// accepted: `processed_once + in_flight + lost + expired == accepted`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerCounts {
    pub accepted: u64,
    pub processed_once: u64,
    pub in_flight: u64,
    pub lost: u64,
    pub expired: u64,
    /// Processings after the first of a record.
    pub duplicates: u64,
    /// Processings of a key at a lower position than one already processed.
    pub out_of_order: u64,
}

/// Percentiles of a latency histogram (two significant digits), in milliseconds; measured from the
/// intended send time to the end of processing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatencyMillis {
    pub count: u64,
    /// Exact.
    pub mean: f64,
    /// Until processing began, exact.
    pub mean_wait: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

/// One rebalance of a group, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebalance {
    /// When the group began to rebalance.
    pub at: Time,
    pub generation: i32,
    /// In words, for example `session timeout of billing-2`.
    pub reason: String,
    /// Partitions that changed hands.
    pub moved: u32,
    pub kept: u32,
    /// From the beginning until every member had its assignment.
    pub paused: Duration,
    /// Who owns what since then, by member name.
    pub owners: Vec<(TopicPartition, String)>,
}

/// All rebalances of a group together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebalanceTotals {
    pub count: u64,
    /// Partitions that changed hands.
    pub moved: u64,
    pub paused: Duration,
    pub longest_pause: Duration,
}

impl RebalanceTotals {
    /// Adds one that is complete.
    pub fn add(&mut self, rebalance: &Rebalance) {
        self.count += 1;
        self.moved += u64::from(rebalance.moved);
        self.paused += rebalance.paused;
        self.longest_pause = self.longest_pause.max(rebalance.paused);
    }
}
