//! What consumers measure while they run: counters and latency histograms, sharded so that clients don't
//! wait for each other. A batch of records costs one short lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hdrhistogram::Histogram;

use super::figures::LatencyMillis;

/// Shards of one group. More than the cores that clients run on is no use; each costs two histograms.
const SHARDS: usize = 8;

/// Longest latency that the histograms tell apart: a day. Longer ones count as this.
const MAX_LATENCY_MICROS: u64 = 24 * 3_600 * 1_000_000;

/// Significant digits of every percentile.
const DIGITS: u8 = 2;

/// Everything that the consumers of one group measured. Shared; each consumer keeps to its shard.
#[derive(Debug)]
pub struct GroupRecorder {
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug)]
struct Shard {
    /// Since the last look.
    recent: Latencies,
    total: Latencies,
}

/// Latencies of records, in microseconds.
#[derive(Clone, Debug)]
pub struct Latencies {
    histogram: Histogram<u64>,
    sum: u128,
    wait_sum: u128,
}

impl Default for GroupRecorder {
    fn default() -> Self {
        let shard = || Mutex::new(Shard { recent: Latencies::default(), total: Latencies::default() });
        Self { shards: std::iter::repeat_with(shard).take(SHARDS).collect() }
    }
}

impl GroupRecorder {
    /// Notes processed records, each with its latency from the intended send time to the end of processing
    /// and the wait from then to the beginning of processing, in microseconds.
    pub fn record(&self, shard: usize, records: impl Iterator<Item = (u64, u64)>) {
        let mut shard = lock(&self.shards[shard % SHARDS]);
        for (latency, wait) in records {
            shard.recent.add(latency, wait);
        }
    }

    /// What was measured since the last call, and leaves nothing behind for the next.
    pub fn take_recent(&self) -> Latencies {
        let mut all = Latencies::default();
        for shard in &self.shards {
            let mut shard = lock(shard);
            let recent = std::mem::take(&mut shard.recent);
            shard.total.merge(&recent);
            all.merge(&recent);
        }
        all
    }

    /// What was measured since the beginning.
    pub fn total(&self) -> Latencies {
        let mut all = Latencies::default();
        for shard in &self.shards {
            let shard = lock(shard);
            all.merge(&shard.total);
            all.merge(&shard.recent);
        }
        all
    }
}

impl Default for Latencies {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, MAX_LATENCY_MICROS, DIGITS)
            .expect("the bounds are in order and the digits are few");
        Self { histogram, sum: 0, wait_sum: 0 }
    }
}

impl Latencies {
    /// Adds one record.
    pub fn add(&mut self, latency_micros: u64, wait_micros: u64) {
        self.histogram.saturating_record(latency_micros);
        self.sum += u128::from(latency_micros);
        self.wait_sum += u128::from(wait_micros);
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        if other.count() == 0 {
            return;
        }
        self.histogram.add(&other.histogram).expect("all histograms here have the same bounds");
        self.sum += other.sum;
        self.wait_sum += other.wait_sum;
    }

    /// How many records.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// Mean time from the intended send time to the end of processing; 0 without records.
    pub fn mean_micros(&self) -> f64 {
        mean(self.sum, self.count())
    }

    /// Mean time from the intended send time to the beginning of processing; 0 without records.
    pub fn mean_wait_micros(&self) -> f64 {
        mean(self.wait_sum, self.count())
    }

    /// The percentiles that are shown.
    pub fn millis(&self) -> LatencyMillis {
        let at = |quantile| millis(self.histogram.value_at_quantile(quantile));
        LatencyMillis {
            count: self.count(),
            mean: self.mean_micros() / 1e3,
            mean_wait: self.mean_wait_micros() / 1e3,
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            max: millis(self.histogram.max()),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a day of microseconds is below 2^53")]
fn millis(micros: u64) -> f64 {
    micros as f64 / 1e3
}

#[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 15 digits")]
fn mean(sum: u128, count: u64) -> f64 {
    if count == 0 { 0.0 } else { sum as f64 / count as f64 }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
