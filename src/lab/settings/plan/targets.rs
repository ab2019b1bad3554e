//! What is asked of a setup, and the outage that it has to come back from.

use std::time::Duration;

use super::{Own, switch};
use crate::lab::settings::{Access, Setting, SpanUnit};
use crate::scenario::plan::{Outage, Plan};

/// Busy share to begin with: above it waiting grows steeply with every per cent.
const USUAL_UTILISATION: f64 = 0.85;

/// Targets and an outage to begin with.
const USUAL_LATENCY: Duration = Duration::from_secs(2);
const USUAL_BACKLOG: Duration = Duration::from_mins(5);
const USUAL_OUTAGE: Outage = Outage { length: Duration::from_mins(30), at: None };
const USUAL_CATCH_UP: Duration = Duration::from_hours(1);

pub static HAS_UTILISATION: Own = switch(
    "Ask for headroom",
    "utilisation",
    "Whether the busy share of consumers has a target",
    |plan| Some(usize::from(plan.target.utilisation.is_some())),
    |plan, is_on| {
        plan.target.utilisation = (is_on == 1).then_some(plan.target.utilisation.unwrap_or(USUAL_UTILISATION));
    },
);

pub static UTILISATION: Own = Setting::<Plan>::new(
    "Busiest consumer ≤",
    "utilisation",
    "Busy share of the busiest consumer, on average over the pattern",
    Access::Number {
        get: |plan| plan.target.utilisation.map(|share| share * 100.0),
        set: |plan, percent| plan.target.utilisation = Some(percent / 100.0),
        range: (1.0, 100.0),
        unit: " %",
    },
);

pub static HAS_P99_LATENCY: Own = switch(
    "Ask for a latency",
    "p99_latency",
    "Whether the latency has a target",
    |plan| Some(usize::from(plan.target.p99_latency.is_some())),
    |plan, is_on| plan.target.p99_latency = kept(is_on, plan.target.p99_latency, USUAL_LATENCY),
);

pub static P99_LATENCY: Own = span(
    "p99 end-to-end ≤",
    "p99_latency",
    "From a record's arrival to the end of its processing, for 99 of 100 records",
    |plan| plan.target.p99_latency,
    |plan, to| plan.target.p99_latency = Some(to),
);

pub static HAS_MAX_BACKLOG_TIME: Own = switch(
    "Allow a backlog",
    "max_backlog_time",
    "Off: consumers have to keep up with the peak itself",
    |plan| Some(usize::from(plan.target.max_backlog_time.is_some())),
    |plan, is_on| plan.target.max_backlog_time = kept(is_on, plan.target.max_backlog_time, USUAL_BACKLOG),
);

pub static MAX_BACKLOG_TIME: Own = span(
    "Longest backlog ≤",
    "max_backlog_time",
    "How long the record that arrives at the worst moment lies behind others, without an outage",
    |plan| plan.target.max_backlog_time,
    |plan, to| plan.target.max_backlog_time = Some(to),
);

pub static HAS_OUTAGE: Own = switch(
    "Plan for an outage",
    "length",
    "Whether all consumers may stand still for a while",
    |plan| Some(usize::from(plan.outage.is_some())),
    |plan, is_on| {
        plan.outage = (is_on == 1).then_some(plan.outage.unwrap_or(USUAL_OUTAGE));
        plan.target.catch_up = plan.target.catch_up.filter(|_| is_on == 1);
    },
);

pub static OUTAGE: Own = span(
    "Outage of consumers",
    "length",
    "All consumers stand still for so long, from the moment from which catching up takes longest",
    |plan| plan.outage.map(|outage| outage.length),
    |plan, length| plan.outage = Some(Outage { length, ..plan.outage.unwrap_or(USUAL_OUTAGE) }),
);

pub static HAS_CATCH_UP: Own = switch(
    "Ask to catch up",
    "catch_up",
    "Whether what an outage leaves has to be read in time",
    |plan| Some(usize::from(plan.target.catch_up.is_some())),
    |plan, is_on| {
        plan.target.catch_up = kept(is_on, plan.target.catch_up, USUAL_CATCH_UP);
        if is_on == 1 {
            plan.outage = plan.outage.or(Some(USUAL_OUTAGE));
        }
    },
);

pub static CATCH_UP: Own = span(
    "Caught up after it ≤",
    "catch_up",
    "From the end of the outage until nothing is left of it",
    |plan| plan.target.catch_up,
    |plan, to| plan.target.catch_up = Some(to),
);

fn kept(is_on: usize, present: Option<Duration>, usual: Duration) -> Option<Duration> {
    (is_on == 1).then_some(present.unwrap_or(usual))
}

const fn span(
    label: &'static str,
    key: &'static str,
    help: &'static str,
    get: fn(&Plan) -> Option<Duration>,
    set: fn(&mut Plan, Duration),
) -> Own {
    Setting::<Plan>::new(label, key, help, Access::Span { get, set, unit: SpanUnit::Natural })
}
