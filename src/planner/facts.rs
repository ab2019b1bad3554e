//! What a plan comes to, computed once: its load, its keys and what a consumer takes. Formulas, theory and
//! sweep all read it, so that they can't disagree.

use super::load::Load;
use super::queueing::Service;
use super::runs::Runs;
use super::skew::Skew;
use crate::scenario::ServiceTime;
use crate::scenario::plan::Plan;

/// A plan with what follows from it.
#[derive(Clone, Debug)]
pub struct Facts {
    pub plan: Plan,
    pub load: Load,
    pub skew: Skew,
    /// Mean records per second.
    pub average: f64,
    /// Highest records per second.
    pub peak: f64,
    /// Records per second that one consumer takes.
    pub consumer: f64,
    /// Records per second that one partition takes; infinite where that is no limit.
    pub write_limit: f64,
    /// What one record takes of a worker.
    pub service: Service,
    /// How records without keys come; `None` where each goes its own way.
    pub runs: Option<Runs>,
}

impl Facts {
    pub fn of(plan: &Plan) -> Self {
        let load = Load::of(plan);
        let work = plan.work();
        let processing = match &work.processing {
            ServiceTime::Constant(time) => Service::Deterministic(time.as_secs_f64()),
            ServiceTime::Exponential { mean } => Service::Exponential(mean.as_secs_f64()),
            ServiceTime::LogNormal { mean, sigma } => Service::log_normal(mean.as_secs_f64(), *sigma),
            ServiceTime::Trace { times, .. } => {
                let seconds: Vec<f64> = times.iter().map(std::time::Duration::as_secs_f64).collect();
                Service::measured(&seconds).unwrap_or(Service::Deterministic(0.0))
            }
        };
        let overhead = work.batch.overhead.as_secs_f64() / f64::from(work.batch.size);
        Self {
            average: load.average(),
            peak: load.peak(),
            skew: Skew::of(&plan.keys),
            consumer: plan.consumer_per_second(),
            write_limit: plan.partition_write_limit.map_or(f64::INFINITY, crate::model::units::Rate::per_second),
            service: processing.plus(overhead),
            runs: Runs::of(plan),
            load,
            plan: plan.clone(),
        }
    }

    /// Whether a backlog at peaks is allowed for a while: then the peak by itself is no limit.
    pub fn may_lag_at_peak(&self) -> bool {
        self.plan.target.max_backlog_time.is_some()
    }

    /// The highest rate that consumers must hold at once.
    pub fn rate_to_hold(&self) -> f64 {
        if self.may_lag_at_peak() { self.average } else { self.peak }
    }

    /// Busy share that a consumer may have on average.
    pub fn utilisation(&self) -> f64 {
        self.plan.target.utilisation.unwrap_or(1.0)
    }

    /// Bytes on the disks of all brokers together; `None` where records are kept for ever.
    pub fn disk_bytes(&self) -> Option<f64> {
        let seconds = self.plan.retention?.as_secs_f64();
        Some(self.average * self.message_bytes() * seconds * f64::from(self.plan.replication_factor))
    }

    /// Mean bytes of a record's value.
    #[expect(clippy::cast_precision_loss, reason = "sizes of records are far below 2^53")]
    pub fn message_bytes(&self) -> f64 {
        self.plan.message_size.mean() as f64
    }
}

/// The least whole number that isn't below `number` by more than rounding: 20 for 20.000000001.
pub(super) fn ceil(number: f64) -> u32 {
    let least = (number * (1.0 - 1e-9)).ceil().max(1.0);
    u32::try_from(super::words::whole(least)).unwrap_or(u32::MAX)
}
