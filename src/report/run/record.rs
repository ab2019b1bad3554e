//! What a report of a run is made of: the summary, and the histories that charts need. Plain data, filled in
//! by whoever ran it.

use crate::clock::Time;
use crate::metrics::figures::Drain;
use crate::metrics::series::Series;
use crate::report::summary::RunSummary;

/// A run that can be told.
#[derive(Clone, Debug)]
pub struct RunRecord {
    pub summary: RunSummary,
    /// Markdown.
    pub about: String,
    /// `immediate`, `interval` or `memory`.
    pub durability: String,
    /// Records per second that the broker took in.
    pub records_in: Series,
    pub producers: Vec<ProducerRecord>,
    pub groups: Vec<GroupRecord>,
    /// What happened, oldest first.
    pub happenings: Vec<Happening>,
    /// Points of histories that had to go because there was no more room.
    pub dropped_points: u64,
}

#[derive(Clone, Debug)]
pub struct ProducerRecord {
    pub name: String,
    pub topic: String,
    pub pattern: String,
    pub produced: u64,
    pub accepted: u64,
    pub failed: u64,
    pub waiting: u64,
    /// Records per second.
    pub accepted_series: Series,
}

#[derive(Clone, Debug)]
pub struct GroupRecord {
    pub name: String,
    pub topics: Vec<String>,
    /// When it will have read everything that waits.
    pub drain: Option<Drain>,
    pub records_out: Series,
    pub lag: Series,
    pub time_lag_millis: Series,
    /// 50th, 95th and 99th percentile of about the last second.
    pub latency_millis: [Series; 3],
    pub consumers: Vec<ConsumerRecord>,
    pub holdings: Vec<HoldingRecord>,
    /// The oldest, which had to go.
    pub holdings_dropped: u64,
}

#[derive(Clone, Debug)]
pub struct ConsumerRecord {
    pub name: String,
    /// Which colour it wears.
    pub colour: usize,
    /// In words.
    pub processing: String,
    /// Share of the time spent processing, 0 to 1.
    pub busy: Series,
}

/// A consumer held a partition for a time.
#[derive(Clone, Debug)]
pub struct HoldingRecord {
    pub topic: String,
    pub partition: u32,
    pub owner: String,
    pub colour: usize,
    /// False while the owner was crashed or stalled.
    pub is_read: bool,
    pub from: Time,
    pub until: Time,
}

/// Something that happened, in one sentence.
#[derive(Clone, Debug)]
pub struct Happening {
    pub at: Time,
    pub text: String,
    pub is_failure: bool,
}
