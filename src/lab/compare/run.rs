//! The run of a comparison: the group settles, then producers begin, and what comes of it for some time is
//! measured. It runs in slices, so that it can tell how far it is and be stopped between two of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::{Driver, Time};
use crate::lab::command::Command;
use crate::lab::experiment::Experiment;
use crate::lab::run::RunError;
use crate::lab::setup::{LabError, Setup, StorePlace};
use crate::lab::snapshot::{GroupView, Snapshot};
use crate::planner::compare::{Measured, MeasuredOn};
use crate::scenario::{ProducerSpec, Scenario};

/// Time that a group has to settle in before anything is sent, in a machine that is not too slow for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A group that stays as it is for so long has settled: its rebalances follow each other faster.
const SETTLED: Duration = Duration::from_secs(4);

/// Slices of what is measured.
const SLICES: u32 = 100;

/// Longest slice on the real clock: nobody waits for a stop.
const SLICE: Duration = Duration::from_millis(250);

/// What the broker makes of a scenario for `span`; `None` once it was cancelled.
pub(super) fn measure(
    mut scenario: Scenario,
    on: MeasuredOn,
    span: Duration,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Measured>, RunError> {
    let producers = std::mem::take(&mut scenario.producers);
    let mut stage = Stage::begin(scenario, on, cancel)?;
    let measured = stage.measure(producers, span, progress);
    stage.end()?;
    measured
}

/// A run with the clock that drives it.
struct Stage<'r> {
    driver: Driver,
    on: MeasuredOn,
    /// Away only while it runs.
    lab: Option<Experiment>,
    cancel: &'r AtomicBool,
}

impl<'r> Stage<'r> {
    fn begin(scenario: Scenario, on: MeasuredOn, cancel: &'r AtomicBool) -> Result<Self, RunError> {
        let (driver, store) = match on {
            MeasuredOn::Virtual => (Driver::simulated(), StorePlace::Memory),
            MeasuredOn::Real(_) => (Driver::live().map_err(LabError::Threads)?, StorePlace::Temporary),
        };
        let setup = Setup { store, ..Setup::new(scenario) };
        let lab = driver.block_on(Experiment::start(driver.clock().clone(), setup))?;
        Ok(Self { driver, on, lab: Some(lab), cancel })
    }

    fn measure(
        &mut self,
        producers: Vec<ProducerSpec>,
        span: Duration,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<Measured>, RunError> {
        let (before, all) = (SETTLED.as_secs_f64(), (SETTLED + span).as_secs_f64());
        if !self.settle(&mut |passed| progress(passed.min(before) / all))? {
            return Ok(None);
        }
        self.add(producers);
        let begin = self.driver.clock().now();
        let mut seen = None;
        while self.driver.clock().now() < begin + span {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let rest = (begin + span).since(self.driver.clock().now());
            let snapshot = self.pass(self.slice(span).min(rest))?;
            progress((before + snapshot.clock.time.since(begin).as_secs_f64()) / all);
            seen = Some(snapshot);
        }
        Ok(seen.map(|snapshot| measured(&snapshot, self.on, begin)))
    }

    /// Waits until every partition has its consumer; false once it was cancelled.
    fn settle(&mut self, progress: &mut dyn FnMut(f64)) -> Result<bool, RunError> {
        let end = self.driver.clock().now() + PATIENCE;
        let (mut as_it_is, mut since) = (None, Time::ZERO);
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let snapshot = self.pass(SLICE)?;
            let (now, state) = (snapshot.clock.time, settled(&snapshot.groups[0]));
            if state != as_it_is {
                (as_it_is, since) = (state, now);
            }
            let rests = if as_it_is.is_some() { now.since(since) } else { Duration::ZERO };
            progress(rests.as_secs_f64());
            if rests >= SETTLED || now >= end {
                return Ok(true);
            }
        }
    }

    fn slice(&self, span: Duration) -> Duration {
        match self.on {
            MeasuredOn::Virtual => span / SLICES,
            MeasuredOn::Real(_) => (span / SLICES).min(SLICE),
        }
    }

    fn add(&mut self, producers: Vec<ProducerSpec>) {
        self.with_lab(|mut lab| async move {
            for producer in producers {
                lab.command(Command::AddProducer(Box::new(producer))).await;
            }
            (lab, ())
        });
    }

    /// Lets some time pass.
    fn pass(&mut self, span: Duration) -> Result<Snapshot, RunError> {
        let run = |mut lab: Experiment| async move {
            let seen = lab.run_for(span).await;
            (lab, seen)
        };
        let snapshot = self.with_lab(run).map_err(RunError::Broker)?;
        match snapshot.broker.failure {
            Some(why) => Err(RunError::Store(why)),
            None => Ok(snapshot),
        }
    }

    fn with_lab<T, F>(&mut self, act: impl FnOnce(Experiment) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = (Experiment, T)> + Send + 'static,
    {
        let lab = self.lab.take().expect("it is away only while it runs");
        let (lab, outcome) = self.driver.block_on(act(lab));
        self.lab = Some(lab);
        outcome
    }

    fn end(mut self) -> Result<(), RunError> {
        let lab = self.lab.take().expect("it is away only while it runs");
        Ok(self.driver.block_on(lab.stop())?)
    }
}

/// What a group looks like when every partition has its consumer; while it doesn't, `None`.
fn settled(group: &GroupView) -> Option<i32> {
    let is_read = !group.partitions.is_empty() && group.partitions.iter().all(|partition| partition.owner.is_some());
    let is_settled = is_read && group.state == "Stable" && group.members.iter().all(|member| member.in_group);
    is_settled.then_some(group.generation)
}

fn measured(snapshot: &Snapshot, on: MeasuredOn, begin: Time) -> Measured {
    let (group, span) = (&snapshot.groups[0], snapshot.clock.time.since(begin));
    let busy = group.members.iter().map(|member| member.busy_time.as_secs_f64() / span.as_secs_f64());
    let latency = group.latency;
    Measured {
        on,
        records: group.processed(),
        span,
        busiest: busy.fold(0.0, f64::max),
        mean_wait: latency.mean_wait / 1e3,
        p50: latency.p50 / 1e3,
        p99: latency.p99 / 1e3,
    }
}
