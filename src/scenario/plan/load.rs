//! What a plan's numbers say of one consumer: what it does for a record, and how many it takes in a second.

use std::time::Duration;

use super::Plan;
use crate::model::units::Rate;
use crate::scenario::{BatchSpec, ServiceTime};

/// What a consumer does for its records, with the mean that the plan's rate of a consumer asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerWork {
    pub processing: ServiceTime,
    pub batch: BatchSpec,
    pub workers: u32,
}

impl Plan {
    /// What each consumer does. Where only its rate is known, processing times are taken to be exponential.
    pub fn work(&self) -> ConsumerWork {
        let base = ConsumerWork {
            processing: self.processing.clone().unwrap_or(ServiceTime::Exponential { mean: Duration::from_secs(1) }),
            batch: if self.processing.is_some() { self.batch } else { BatchSpec::SINGLE },
            workers: self.workers,
        };
        match self.consumer_rate {
            Some(rate) => {
                let factor = base.per_second() / rate.per_second();
                base.slowed(factor)
            }
            None => base,
        }
    }

    /// Records per second that one consumer takes when it is never idle.
    pub fn consumer_per_second(&self) -> f64 {
        self.consumer_rate.map_or_else(|| self.work().per_second(), Rate::per_second)
    }
}

impl ConsumerWork {
    /// Seconds of one worker that a record takes, its part of a full batch's overhead included.
    pub fn seconds_per_record(&self) -> f64 {
        self.processing.mean().as_secs_f64() + self.batch.overhead.as_secs_f64() / f64::from(self.batch.size)
    }

    /// Records per second without a pause.
    pub fn per_second(&self) -> f64 {
        f64::from(self.workers) / self.seconds_per_record()
    }

    fn slowed(&self, factor: f64) -> Self {
        let slow = |time: &Duration| Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX);
        let processing = match &self.processing {
            ServiceTime::Constant(time) => ServiceTime::Constant(slow(time)),
            ServiceTime::Exponential { mean } => ServiceTime::Exponential { mean: slow(mean) },
            ServiceTime::LogNormal { mean, sigma } => ServiceTime::LogNormal { mean: slow(mean), sigma: *sigma },
            ServiceTime::Trace { file, times } => {
                ServiceTime::Trace { file: file.clone(), times: times.iter().map(slow).collect() }
            }
        };
        let batch = BatchSpec { size: self.batch.size, overhead: slow(&self.batch.overhead) };
        Self { processing, batch, workers: self.workers }
    }
}
