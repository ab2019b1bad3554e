//! What is counted and computed about a running system: rates, lag, latency, rebalances and the
//! delivery audit. It records and derives; it asks nobody and draws nothing.

pub mod burrow;
pub mod figures;
pub mod frames;
pub mod lag;
pub mod ledger;
pub mod meter;
pub mod ranges;
pub mod rebalances;
pub mod recorder;
pub mod series;
