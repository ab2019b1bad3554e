//! What would be if: from the running experiment's present state a group's future is simulated twice, as it is and
//! with a change, until nothing waits any more. It changes nothing of what runs.

mod futures;
mod present;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Time;
use crate::metrics::figures::Drain;
use crate::model::group::assign::Assignor;
use crate::model::topic::MAX_PARTITIONS;
use crate::model::units::Rate;
use crate::planner::simulate::{Action, Change, Setup};
use crate::scenario::{Pattern, TracePoint};

use super::apply::Refusal;
use super::command::Command;
use super::experiment::Experiment;
use super::side_work::SideWork;

/// Consumers that one question may add.
pub const MOST_CONSUMERS: u32 = 1_000;

/// Times the present rate that one question may ask for.
pub const MOST_RATE: f64 = 100.0;

/// What is asked: the present with this changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WhatIf {
    /// More consumers, or fewer.
    pub consumers: i32,
    /// More partitions in each topic that the group reads.
    pub partitions: u32,
    /// `None` for the one that it has.
    pub assignor: Option<Assignor>,
    /// All that comes is multiplied by it.
    pub rate_factor: f64,
}

/// A question and, as soon as it is there, its answer. Every figure is simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    pub group: String,
    pub what_if: WhatIf,
    /// The present that it begins in.
    pub at: Time,
    /// Of the work on it, 0 to 1.
    pub done: f64,
    /// `None` while it is worked on.
    pub futures: Option<Arc<Futures>>,
}

/// Two futures from one present.
#[derive(Clone, Debug, PartialEq)]
pub struct Futures {
    pub seed: u64,
    /// How far both look.
    pub looked: Duration,
    pub as_it_is: Future,
    /// `None` where nothing was to be changed.
    pub changed: Option<Future>,
}

/// One future, simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Future {
    /// Until nothing waits but what has just come; `Unknown` where that is later than was looked.
    pub drain: Drain,
    /// Of the records that are processed as far as was looked.
    pub p99: Duration,
    /// Records that have come and are not processed.
    pub lag: Vec<(Time, f64)>,
    pub max_lag: u64,
    pub lag_at_end: u64,
    pub rebalances: u64,
    pub longest_pause: Duration,
}

/// The forecast that was asked for last.
#[derive(Debug, Default)]
pub struct Forecasts {
    shown: Option<Forecast>,
    work: Option<SideWork<Futures>>,
}

impl Default for WhatIf {
    fn default() -> Self {
        Self { consumers: 0, partitions: 0, assignor: None, rate_factor: 1.0 }
    }
}

impl WhatIf {
    /// The question what would come of these commands, and of which group; `None` where it can't be asked.
    pub fn of(commands: &[Command]) -> Option<(String, Self)> {
        let mut asked = Self::default();
        let mut of_group = None;
        for command in commands {
            if let Command::AddConsumer { group } = command {
                asked.consumers += 1;
                of_group = Some(group.clone());
            } else if let Command::AddPartitions { count, .. } = command {
                asked.partitions += count;
            } else {
                return None;
            }
        }
        of_group.map(|group| (group, asked))
    }

    /// Whether nothing is to be changed.
    pub fn is_as_it_is(&self) -> bool {
        *self == Self::default()
    }

    /// The same present with the change.
    fn change(&self, mut setup: Setup) -> Setup {
        let mut add = |action| setup.changes.push(Change { at: Duration::ZERO, action });
        if self.partitions > 0 {
            for topic in 0..setup.topics.len() {
                add(Action::AddPartitions { topic, count: self.partitions });
            }
        }
        match self.consumers {
            more @ 1.. => add(Action::AddConsumers { count: more.unsigned_abs() }),
            fewer @ ..0 => add(Action::RemoveConsumers { count: fewer.unsigned_abs() }),
            0 => {}
        }
        if let Some(assignor) = self.assignor {
            add(Action::SetAssignor(assignor));
        }
        for stream in &mut setup.streams {
            stream.rate = times(stream.rate, self.rate_factor);
            if let Pattern::Trace { points, .. } = &mut stream.pattern {
                *points =
                    points.iter().map(|it| TracePoint { rate: times(it.rate, self.rate_factor), ..*it }).collect();
            }
        }
        setup
    }

    fn check(&self) -> Result<(), Refusal> {
        if !(0.0..=MOST_RATE).contains(&self.rate_factor) {
            return Err(format!("the rate can be multiplied by 0 to {MOST_RATE}, not by {}", self.rate_factor));
        }
        if self.consumers.unsigned_abs() > MOST_CONSUMERS {
            return Err(format!("at most {MOST_CONSUMERS} consumers can be added or taken away in one question"));
        }
        if self.partitions > MAX_PARTITIONS {
            return Err(format!("a topic has at most {MAX_PARTITIONS} partitions"));
        }
        Ok(())
    }
}

impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.consumers != 0 {
            let count = self.consumers.unsigned_abs();
            let which = if self.consumers > 0 { "more" } else { "fewer" };
            parts.push(format!("{count} {which} {}", plural("consumer", count)));
        }
        if self.partitions > 0 {
            parts.push(format!("{} more {}", self.partitions, plural("partition", self.partitions)));
        }
        parts.extend(self.assignor.map(|assignor| assignor.to_string()));
        if self.rate_factor != 1.0 {
            parts.push(format!("{}× the rate", super::words::short(self.rate_factor)));
        }
        f.write_str(&if parts.is_empty() { "as it is".to_owned() } else { parts.join(", ") })
    }
}

impl Experiment {
    /// Begins to simulate what would be; a question before this one is given up.
    pub(super) async fn forecast(&mut self, group: String, what_if: WhatIf) -> Result<(), Refusal> {
        what_if.check()?;
        let (at, present) = self.present_of(&group).await?;
        let changed = (!what_if.is_as_it_is()).then(|| what_if.change(present.clone()));
        let simulate = move |watch: &super::side_work::Watch| futures::of(at, &present, changed.as_ref(), watch);
        self.forecasts.work = Some(SideWork::start(&self.clock, simulate));
        self.forecasts.shown = Some(Forecast { group, what_if, at, done: 0.0, futures: None });
        Ok(())
    }
}

impl Forecasts {
    /// Nothing is shown any more, and nothing worked on.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The last one as it is now.
    pub fn show(&mut self) -> Option<Forecast> {
        if let (Some(work), Some(shown)) = (&mut self.work, &mut self.shown) {
            shown.done = work.done();
            if let Some(futures) = work.take() {
                shown.futures = Some(Arc::new(futures));
                self.work = None;
            }
        }
        self.shown.clone()
    }
}

fn times(rate: Rate, factor: f64) -> Rate {
    Rate::from_per_second(rate.per_second() * factor).unwrap_or(rate)
}

fn plural(noun: &str, count: u32) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

#[cfg(test)]
mod tests;
