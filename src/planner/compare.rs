//! One setup three ways: what theory says of it, what a simulation says, and what was measured on the broker, side
//! by side, with what the figures are of. It neither simulates nor measures.

mod basis;
mod stretch;

use std::time::Duration;

use super::choice::{Assessment, Choice};
use super::simulate::{Outcome, outcome};
use crate::model::durability::Durability;
use crate::scenario::plan::Plan;

pub use stretch::Stretch;

/// Which time went by while it was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MeasuredOn {
    /// Time jumps, and what the broker does takes none of it.
    #[default]
    Virtual,
    /// What the broker does takes as long as it takes on this machine, with a store that keeps its promise.
    Real(Durability),
}

/// What was measured of a setup that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    pub on: MeasuredOn,
    pub records: u64,
    pub span: Duration,
    /// Busy share of the busiest consumer, 0 to 1.
    pub busiest: f64,
    /// Seconds, as the others.
    pub mean_wait: f64,
    pub p50: f64,
    pub p99: f64,
}

/// What was simulated of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SimulatedOf {
    pub records: u64,
    pub span: Duration,
}

/// The figures of one setup.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The plan that it is of.
    pub plan: Plan,
    pub choice: Choice,
    /// The part of the load that all figures are of.
    pub stretch: Stretch,
    /// The queue of theory; `None` where it says that the line grows without end.
    pub queue: Option<String>,
    pub simulated: SimulatedOf,
    pub measured: Measured,
    pub rows: Vec<Row>,
}

/// One figure, three ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// As programs know it.
    pub key: &'static str,
    pub name: &'static str,
    pub unit: Unit,
    /// `None` where theory says nothing, or that it grows without end.
    pub theory: Option<f64>,
    pub simulated: f64,
    pub measured: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    PerSecond,
    Share,
    Seconds,
}

impl Comparison {
    /// `assessment` and `simulated` are of the stretch.
    pub fn new(plan: Plan, stretch: Stretch, assessment: &Assessment, simulated: &Outcome, measured: Measured) -> Self {
        Self {
            plan,
            choice: assessment.choice,
            queue: assessment.theory.as_ref().map(|theory| theory.queue.clone()),
            simulated: SimulatedOf { records: simulated.records, span: simulated.span },
            measured,
            rows: rows(stretch.per_second, assessment, simulated, measured),
            stretch,
        }
    }

    /// Whether its figures are those of a plan.
    pub fn is_of(&self, plan: &Plan) -> bool {
        is_alike(&self.plan, plan)
    }

    /// Whether it is the same thing measured once more.
    pub fn is_again(&self, other: &Self) -> bool {
        let is_same_clock = matches!(
            (self.measured.on, other.measured.on),
            (MeasuredOn::Virtual, MeasuredOn::Virtual) | (MeasuredOn::Real(_), MeasuredOn::Real(_))
        );
        is_same_clock && self.choice == other.choice && self.is_of(&other.plan)
    }

    /// Whether its figures are those of the whole load, and not of a part of its pattern.
    pub fn is_of_all(&self) -> bool {
        self.stretch.begins.is_none()
    }
}

/// Whether two plans come to the same figures: what is asked of them and what disks hold makes no difference.
pub fn is_alike(one: &Plan, other: &Plan) -> bool {
    let without_what_is_asked = Plan {
        title: one.title.clone(),
        partition_write_limit: one.partition_write_limit,
        tolerate_consumer_failures: one.tolerate_consumer_failures,
        replication_factor: one.replication_factor,
        retention: one.retention,
        outage: one.outage,
        target: one.target,
        precision: one.precision,
        partitions: one.partitions.clone(),
        consumers: one.consumers,
        ..other.clone()
    };
    without_what_is_asked == *one
}

fn rows(per_second: f64, assessment: &Assessment, simulated: &Outcome, measured: Measured) -> Vec<Row> {
    let theory = assessment.theory.as_ref();
    let seconds =
        |(key, name), theory, simulated, measured| Row { key, name, unit: Unit::Seconds, theory, simulated, measured };
    let processed = Row {
        key: "processed_per_s",
        name: "processed",
        unit: Unit::PerSecond,
        theory: theory.map(|_| per_second),
        simulated: simulated.per_second(),
        measured: outcome::per_second(measured.records, measured.span),
    };
    let busiest = Row {
        key: "busiest_utilisation",
        name: "busiest consumer",
        unit: Unit::Share,
        theory: Some(assessment.busiest_utilisation.min(1.0)),
        simulated: simulated.busiest().map_or(0.0, |consumer| consumer.busy),
        measured: measured.busiest,
    };
    let wait = simulated.wait.mean_nanos() / 1e9;
    let (p50, p99) = (simulated.sojourn.p50().as_secs_f64(), simulated.sojourn.p99().as_secs_f64());
    vec![
        processed,
        busiest,
        seconds(("mean_wait_ms", "mean wait"), theory.map(|it| it.mean_wait), wait, measured.mean_wait),
        seconds(("p50_ms", "p50 latency"), theory.map(|it| it.p50), p50, measured.p50),
        seconds(("p99_ms", "p99 latency"), theory.map(|it| it.p99), p99, measured.p99),
    ]
}

impl Row {
    /// How far a figure lies from what was measured, as a share of that; `None` where nothing was measured.
    pub fn off(&self, figure: f64) -> Option<f64> {
        (self.measured > 0.0).then(|| figure / self.measured - 1.0)
    }
}
