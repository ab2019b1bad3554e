//! The loop that keeps an experiment going: its timeline, its samples, what is asked by hand, and a
//! snapshot for whoever watches.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::model::error::ErrorCode;

use super::command::Command;
use super::experiment::Experiment;
use super::setup::Opened;
use super::snapshot::{Severity, Snapshot};

/// Time between two samples. Rates are those of the last nine, so of about a second.
const SAMPLE_STEP: Duration = Duration::from_millis(100);

/// Real time between two samples at the least: in fast motion samples lie further apart in the
/// experiment's time, so that watching doesn't cost more than what is watched.
const SAMPLE_STEP_REAL: Duration = Duration::from_millis(50);

/// Real time between two snapshots while things move: as often as a window draws.
const PUBLISH_STEP: Duration = Duration::from_millis(33);

/// Real time between two looks while nothing moves.
const IDLE_STEP: Duration = Duration::from_millis(250);

/// What a loop ended with.
#[derive(Debug)]
pub enum Ending {
    /// Whoever watched is gone, or asked for the end.
    Closed,
    /// Another experiment was asked for.
    Open(Box<Opened>),
    /// The same was asked for once more.
    Again,
}

/// Takes snapshots that look different from the last one.
pub type Publish = dyn FnMut(Snapshot) + Send;

impl Experiment {
    /// Lets `span` pass, with the events and the samples that are due in it; gives what can be seen then.
    /// Ends early when the store has failed, which the snapshot says: nothing true would come after.
    ///
    /// # Errors
    /// When the broker stopped by itself.
    pub async fn run_for(&mut self, span: Duration) -> Result<Snapshot, ErrorCode> {
        let until = self.clock.now() + span;
        let mut next_sample = self.clock.now();
        loop {
            self.act_due().await;
            let now = self.clock.now();
            if now >= until {
                return self.sampled_snapshot().await;
            }
            if now >= next_sample {
                next_sample = now + sample_step(self);
                if self.sample().await?.failure.is_some() {
                    return self.snapshot().await;
                }
            }
            let next = self.next_event_at().map_or(next_sample, |event| event.min(next_sample));
            self.clock.sleep_until(next.min(until)).await;
        }
    }
}

/// Runs until the commands end, and publishes a snapshot whenever there is something new to see.
///
/// # Errors
/// When the broker stopped by itself.
pub async fn run_live(
    experiment: &mut Experiment,
    commands: &mut mpsc::Receiver<Command>,
    publish: &mut Publish,
) -> Result<Ending, ErrorCode> {
    let clock = experiment.clock.clone();
    let mut next_sample = clock.now();
    let mut shown = Shown::default();
    loop {
        // After fast motion the next sample would be far away in slow motion.
        next_sample = next_sample.min(clock.now() + sample_step(experiment));
        let next = experiment.next_event_at().map_or(next_sample, |event| event.min(next_sample));
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None => return Ok(Ending::Closed),
                Some(Command::Open(source)) => match Opened::read(&source) {
                    Ok(opened) => return Ok(Ending::Open(Box::new(opened))),
                    Err(refusal) => experiment.notices.add(clock.now(), Severity::Error, refusal),
                },
                Some(Command::Reopen) => return Ok(Ending::Again),
                Some(command) => experiment.command(command).await,
            },
            () = clock.sleep_until(next) => {
                experiment.act_due().await;
                if clock.now() >= next_sample {
                    next_sample = clock.now() + sample_step(experiment);
                    experiment.sample().await?;
                }
                continue;
            }
            () = clock.sleep_real(shown.patience()) => {}
        }
        if let Some(snapshot) = shown.next(experiment.snapshot().await?) {
            publish(snapshot);
        }
    }
}

fn sample_step(experiment: &Experiment) -> Duration {
    let speed = experiment.clock.pace().map_or(0.0, |pace| pace.speed);
    SAMPLE_STEP.max(SAMPLE_STEP_REAL.mul_f64(speed))
}

/// What was published last, so that what looks the same isn't drawn again.
#[derive(Default)]
struct Shown {
    last: Option<Snapshot>,
}

impl Shown {
    fn patience(&self) -> Duration {
        let moves = self.last.as_ref().is_none_or(|last| !last.clock.paused && !last.clock.idle);
        if moves { PUBLISH_STEP } else { IDLE_STEP }
    }

    /// The snapshot with its revision, unless it looks like the last one.
    fn next(&mut self, mut snapshot: Snapshot) -> Option<Snapshot> {
        if self.last.as_ref().is_some_and(|last| looks_the_same(last, &snapshot)) {
            return None;
        }
        snapshot.revision = self.last.as_ref().map_or(0, |last| last.revision) + 1;
        self.last = Some(snapshot.clone());
        Some(snapshot)
    }
}

/// While nothing moves, passing time alone is nothing to draw.
fn looks_the_same(last: &Snapshot, new: &Snapshot) -> bool {
    let stands = new.clock.paused || new.clock.idle;
    let same_clock = (last.clock.paused, last.clock.idle) == (new.clock.paused, new.clock.idle)
        && (last.clock.speed - new.clock.speed).abs() < f64::EPSILON
        && (!new.clock.paused || last.clock.time == new.clock.time);
    stands
        && same_clock
        && last.experiment == new.experiment
        && last.broker == new.broker
        && last.topics == new.topics
        && last.producers == new.producers
        && last.forecast == new.forecast
        && look_alike(last, new)
        && Arc::ptr_eq(&last.notices, &new.notices)
}

/// Groups but for their time lag, which grows by itself when nobody reads.
fn look_alike(last: &Snapshot, new: &Snapshot) -> bool {
    last.groups.len() == new.groups.len()
        && last.groups.iter().zip(&new.groups).all(|(last, new)| {
            last.members.len() == new.members.len()
                && (last.state == new.state && last.generation == new.generation)
                && (last.partitions == new.partitions && last.ledger == new.ledger)
                && last.members.iter().zip(&new.members).all(|(last, new)| {
                    (&last.name, last.status, last.in_group) == (&new.name, new.status, new.in_group)
                        && last.assignment == new.assignment
                        && last.processing == new.processing
                        && (last.slow_factor - new.slow_factor).abs() < f64::EPSILON
                        && (last.busy - new.busy).abs() < 0.005
                })
        })
}
