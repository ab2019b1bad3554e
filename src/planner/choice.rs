//! One choice of partitions and consumers held against what the plan needs. Which choices are looked at is
//! the business of [`super::sweep`].

use std::time::Duration;

use super::facts::Facts;
use super::fluid::{Backlog, CatchUp};
use super::shares::Shares;
use super::theory::{self, Theory};

/// How many of each. Consumers beyond the number of partitions stand by idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub partitions: u32,
    pub consumers: u32,
}

/// What a plan needs of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// No partition gets more than it can take, on average.
    WriteLimit,
    /// No partition gets more than it can take, at the peak: a log has nowhere else to put records.
    WriteLimitAtPeak,
    /// No consumer gets more than it can take, on average.
    KeepUp,
    /// No consumer gets more than it can take, at the peak. Not needed where a backlog is allowed for a while.
    Peak,
    /// The target for the busiest consumer.
    Utilisation,
    /// What keys that aren't even ask for besides.
    HotKey,
    /// The target for a backlog without an outage.
    Backlog,
    /// The target for catching up after the outage.
    CatchUp,
    /// The failures that are to be tolerated.
    Failures,
    /// The target for the latency of 99 of 100 records.
    Latency,
}

/// What a choice comes to.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub choice: Choice,
    pub shares: Shares,
    /// Busy share of all consumers together, of those that have partitions; on average.
    pub utilisation: f64,
    /// Of the busiest consumer, on average.
    pub busiest_utilisation: f64,
    /// Of the busiest consumer at the peak.
    pub peak_utilisation: f64,
    /// What the busiest partition gets of what it can take at the peak; 0 without a limit.
    pub write_utilisation: f64,
    /// Waiting in theory; `None` where it grows without end.
    pub theory: Option<Theory>,
    /// What peaks leave behind; `None` where it grows without end.
    pub backlog: Option<Backlog>,
    /// `None` where it is never caught up, or there is no outage.
    pub catch_up: Option<CatchUp>,
    pub meets: Vec<Need>,
    pub misses: Vec<Need>,
}

impl Choice {
    /// Consumers that no partition is left for.
    pub fn idle(self) -> u32 {
        self.consumers.saturating_sub(self.partitions)
    }
}

impl Need {
    pub const ALL: [Self; 10] = [
        Self::WriteLimit,
        Self::WriteLimitAtPeak,
        Self::KeepUp,
        Self::Peak,
        Self::Utilisation,
        Self::HotKey,
        Self::Backlog,
        Self::CatchUp,
        Self::Failures,
        Self::Latency,
    ];

    /// The row of the table of formulas whose limit this is.
    pub const fn limit(self) -> &'static str {
        match self {
            Self::WriteLimit => "produce-rate",
            Self::WriteLimitAtPeak => "produce-rate-at-peak",
            Self::KeepUp => "consume-rate",
            Self::Peak => "consume-rate-at-peak",
            Self::Utilisation => "headroom",
            Self::HotKey => "hot-key",
            Self::Backlog => "backlog",
            Self::CatchUp => "catch-up",
            Self::Failures => "failure",
            Self::Latency => "p99-latency",
        }
    }

    /// The key of the plan that asks for it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::WriteLimit | Self::WriteLimitAtPeak => "partition_write_limit",
            Self::KeepUp => "consumer_rate",
            Self::Peak => "pattern",
            Self::Utilisation => "utilisation",
            Self::HotKey => "keys",
            Self::Backlog => "max_backlog_time",
            Self::CatchUp => "catch_up",
            Self::Failures => "tolerate_consumer_failures",
            Self::Latency => "p99_latency",
        }
    }
}

impl Assessment {
    pub fn of(facts: &Facts, choice: Choice) -> Self {
        let shares = Shares::of(facts, choice);
        let busiest = shares.busiest_consumer();
        let working = f64::from(u32::try_from(shares.consumers.len()).unwrap_or(u32::MAX));
        let (backlog, catch_up) = (shares.fluid(facts).backlog(), catch_up(facts, &shares));
        let mut assessment = Self {
            choice,
            utilisation: facts.average / (working * facts.consumer),
            busiest_utilisation: busiest * facts.average / facts.consumer,
            peak_utilisation: busiest * facts.peak / facts.consumer,
            write_utilisation: shares.busiest_partition() * facts.peak / facts.write_limit,
            theory: theory::of(facts, &shares.consumers),
            backlog,
            catch_up,
            shares,
            meets: Vec::new(),
            misses: Vec::new(),
        };
        let p99 = assessment.theory.as_ref().map(|theory| theory.p99);
        let caught_up = assessment.catch_up.map(|catch_up| catch_up.seconds);
        assessment.judge(facts, p99, caught_up);
        assessment
    }

    /// Says which needs are met, with this latency of 99 of 100 records (seconds; `None` where it grows) and with so
    /// many seconds to catch up after the outage (`None` where that never comes).
    pub fn judge(&mut self, facts: &Facts, p99: Option<f64>, caught_up: Option<f64>) {
        let target = facts.plan.target;
        let is_in_time = |seconds, most: Option<Duration>| most.is_none_or(|most| is_within(seconds, most));
        let asked = Need::ALL.into_iter().filter(|need| is_asked(facts, *need));
        (self.meets, self.misses) = asked.partition(|need| match need {
            // What a simulation may know better.
            Need::Latency => is_in_time(p99, target.p99_latency),
            Need::CatchUp => is_in_time(caught_up, target.catch_up),
            Need::WriteLimit
            | Need::WriteLimitAtPeak
            | Need::KeepUp
            | Need::Peak
            | Need::Utilisation
            | Need::HotKey
            | Need::Backlog
            | Need::Failures => is_met(facts, &self.shares, self.choice, *need),
        });
    }
}

/// Whether everything but the latency is met, which is cheap to say.
pub(super) fn meets_rates(facts: &Facts, choice: Choice) -> bool {
    let shares = Shares::of(facts, choice);
    let needs = Need::ALL.into_iter().filter(|need| *need != Need::Latency && is_asked(facts, *need));
    needs.into_iter().all(|need| is_met(facts, &shares, choice, need))
}

/// Whether everything is met, with the latency of theory.
pub(super) fn meets_all(facts: &Facts, choice: Choice) -> bool {
    meets_rates(facts, choice)
        && facts.plan.target.p99_latency.is_none_or(|most| {
            let theory = theory::of(facts, &Shares::of(facts, choice).consumers);
            is_within(theory.map(|theory| theory.p99), most)
        })
}

fn is_asked(facts: &Facts, need: Need) -> bool {
    let (plan, target) = (&facts.plan, facts.plan.target);
    let has_peaks = facts.load.has_peaks();
    match need {
        Need::WriteLimit => plan.partition_write_limit.is_some(),
        Need::WriteLimitAtPeak => plan.partition_write_limit.is_some() && has_peaks,
        Need::KeepUp => true,
        Need::Peak => has_peaks && !facts.may_lag_at_peak(),
        Need::Utilisation => target.utilisation.is_some(),
        Need::HotKey => facts.skew.keys().is_some(),
        Need::Backlog => target.max_backlog_time.is_some(),
        Need::CatchUp => plan.outage.is_some() && target.catch_up.is_some(),
        Need::Failures => plan.tolerate_consumer_failures > 0,
        Need::Latency => target.p99_latency.is_some(),
    }
}

/// With the shares as they are; latency is not judged here.
fn is_met(facts: &Facts, shares: &Shares, choice: Choice, need: Need) -> bool {
    let busiest = shares.busiest_consumer();
    let even = Even::of(choice);
    match need {
        Need::WriteLimit => fits(even.partition * facts.average, facts.write_limit),
        Need::WriteLimitAtPeak => fits(even.partition * facts.peak, facts.write_limit),
        Need::KeepUp => fits(even.consumer * facts.average, facts.consumer),
        Need::Peak => fits(even.consumer * facts.peak, facts.consumer),
        Need::Utilisation => fits(even.consumer * facts.average, facts.consumer * facts.utilisation()),
        Need::HotKey => {
            fits(shares.busiest_partition() * facts.peak, facts.write_limit)
                && fits(busiest * facts.average, facts.consumer * facts.utilisation())
                && fits(busiest * facts.rate_to_hold(), facts.consumer)
        }
        Need::Backlog => is_short(facts, shares),
        Need::CatchUp => {
            let seconds = catch_up(facts, shares).map(|catch_up| catch_up.seconds);
            facts.plan.target.catch_up.is_none_or(|most| is_within(seconds, most))
        }
        Need::Failures => {
            let left = choice.consumers.saturating_sub(facts.plan.tolerate_consumer_failures);
            left > 0 && keeps_up(facts, &shares.with_consumers(left))
        }
        Need::Latency => true,
    }
}

/// Whether what is left of a group still keeps up: it need not have the headroom, which is there for that.
fn keeps_up(facts: &Facts, shares: &Shares) -> bool {
    let busiest = shares.busiest_consumer();
    fits(busiest * facts.average, facts.consumer)
        && fits(busiest * facts.rate_to_hold(), facts.consumer)
        && is_short(facts, shares)
}

fn is_short(facts: &Facts, shares: &Shares) -> bool {
    let Some(most) = facts.plan.target.max_backlog_time else { return true };
    is_within(shares.fluid(facts).backlog().map(|backlog| backlog.wait), most)
}

fn catch_up(facts: &Facts, shares: &Shares) -> Option<CatchUp> {
    let outage = facts.plan.outage?;
    shares.fluid(facts).catch_up(outage.length.as_secs_f64(), outage.at.map(|at| at.as_secs_f64()))
}

/// Shares as they were if every partition got the same: what is missed with them is no fault of the keys.
struct Even {
    partition: f64,
    consumer: f64,
}

impl Even {
    fn of(choice: Choice) -> Self {
        let partitions = f64::from(choice.partitions);
        let consumers = choice.consumers.min(choice.partitions);
        Self { partition: 1.0 / partitions, consumer: f64::from(choice.partitions.div_ceil(consumers)) / partitions }
    }
}

/// Whether a rate fits, with room for rounding.
fn fits(rate: f64, capacity: f64) -> bool {
    rate <= capacity * (1.0 + 1e-9)
}

/// Whether it takes no longer, with room for rounding.
pub(super) fn is_within(seconds: Option<f64>, most: Duration) -> bool {
    seconds.is_some_and(|seconds| seconds <= most.as_secs_f64() * (1.0 + 1e-9))
}
