//! One setup three ways: what theory says of it, what a simulation says, and what was measured on the broker, side
//! by side. It neither simulates nor measures.

use std::time::Duration;

use super::choice::{Assessment, Choice};
use super::simulate::Outcome;

/// What was measured of a setup that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    pub records: u64,
    pub span: Duration,
    /// Busy share of the busiest consumer, 0 to 1.
    pub busiest: f64,
    /// Seconds, as the others.
    pub mean_wait: f64,
    pub p50: f64,
    pub p99: f64,
}

/// The figures of one setup.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub choice: Choice,
    pub seed: u64,
    pub simulated_span: Duration,
    pub measured: Measured,
    pub rows: Vec<Row>,
}

/// One figure, three ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
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
    /// `average` is the plan's mean rate.
    pub fn new(average: f64, assessment: &Assessment, simulated: &Outcome, measured: Measured) -> Self {
        let theory = assessment.theory.as_ref();
        let row = |name, unit, theory, simulated, measured| Row { name, unit, theory, simulated, measured };
        let busiest = simulated.busiest().map_or(0.0, |consumer| consumer.busy);
        let p50 = simulated.sojourn.p50().as_secs_f64();
        let p99 = simulated.sojourn.p99().as_secs_f64();
        let rate = per_second(measured.records, measured.span);
        let rows = vec![
            row("processed", Unit::PerSecond, Some(average), simulated.per_second(), rate),
            row("busiest consumer", Unit::Share, Some(assessment.busiest_utilisation), busiest, measured.busiest),
            row(
                "mean wait",
                Unit::Seconds,
                theory.map(|it| it.mean_wait),
                simulated.wait.mean_nanos() / 1e9,
                measured.mean_wait,
            ),
            row("p50 latency", Unit::Seconds, theory.map(|it| it.p50), p50, measured.p50),
            row("p99 latency", Unit::Seconds, theory.map(|it| it.p99), p99, measured.p99),
        ];
        Self { choice: assessment.choice, seed: simulated.seed, simulated_span: simulated.span, measured, rows }
    }
}

impl Row {
    /// How far a figure lies from what was measured, as a share of that; `None` where nothing was measured.
    pub fn off(&self, figure: f64) -> Option<f64> {
        (self.measured > 0.0).then(|| figure / self.measured - 1.0)
    }
}

fn per_second(records: u64, span: Duration) -> f64 {
    let records = f64::from(u32::try_from(records).unwrap_or(u32::MAX));
    if span.is_zero() { 0.0 } else { records / span.as_secs_f64() }
}
