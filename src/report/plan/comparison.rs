//! A comparison as it is written: theory, simulation and measurement of one setup, in the units that the keys name.

use serde::Serialize;

use crate::planner::compare::{Comparison, MeasuredOn, Row, Unit};

/// Three figures of each kind and what they are of.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonSummary {
    pub partitions: u32,
    pub consumers: u32,
    pub seed: u64,
    /// `virtual` or `real`.
    pub clock: &'static str,
    /// What the store promised; `None` on the virtual clock, where it is kept in memory.
    pub durability: Option<&'static str>,
    pub measured_span_s: f64,
    pub measured_records: u64,
    pub simulated_span_s: f64,
    pub simulated_records: u64,
    /// Into the load's pattern, where only a part of it is compared.
    pub begins_s: Option<f64>,
    /// The queue of theory; `None` where its line grows without end.
    pub queue: Option<String>,
    pub figures: Vec<FigureSummary>,
    /// What the figures are of, in sentences.
    pub basis: Vec<String>,
}

/// One figure, three ways.
#[derive(Clone, Debug, Serialize)]
pub struct FigureSummary {
    pub name: &'static str,
    pub theory: Option<f64>,
    /// Difference from what was measured.
    pub theory_off_percent: Option<f64>,
    pub simulated: f64,
    pub simulated_off_percent: Option<f64>,
    pub measured: f64,
}

impl ComparisonSummary {
    pub fn of(comparison: &Comparison) -> Self {
        let (clock, durability) = match comparison.measured.on {
            MeasuredOn::Virtual => ("virtual", None),
            MeasuredOn::Real(durability) => ("real", Some(durability.name())),
        };
        Self {
            partitions: comparison.choice.partitions,
            consumers: comparison.choice.consumers,
            seed: comparison.plan.seed,
            clock,
            durability,
            measured_span_s: comparison.measured.span.as_secs_f64(),
            measured_records: comparison.measured.records,
            simulated_span_s: comparison.simulated.span.as_secs_f64(),
            simulated_records: comparison.simulated.records,
            begins_s: comparison.stretch.begins.map(|begins| begins.as_secs_f64()),
            queue: comparison.queue.clone(),
            figures: comparison.rows.iter().map(figure).collect(),
            basis: comparison.basis(),
        }
    }
}

fn figure(row: &Row) -> FigureSummary {
    let written = |figure: f64| match row.unit {
        Unit::Seconds => figure * 1e3,
        Unit::PerSecond | Unit::Share => figure,
    };
    let percent = |figure: f64| row.off(figure).map(|share| share * 100.0);
    FigureSummary {
        name: row.key,
        theory: row.theory.map(written),
        theory_off_percent: row.theory.and_then(percent),
        simulated: written(row.simulated),
        simulated_off_percent: percent(row.simulated),
        measured: written(row.measured),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::planner::choice::{Assessment, Choice};
    use crate::planner::compare::{Measured, Stretch};
    use crate::planner::simulate::Outcome;
    use crate::scenario::plan::Plan;

    #[test]
    fn figures_are_in_the_units_that_their_keys_name() {
        let (plan, span) = (Plan::default(), Duration::from_secs(10));
        let stretch = Stretch { span, begins: None, per_second: 1_000.0 };
        let facts = stretch.take(&plan);
        let assessment = Assessment::of(&facts, Choice { partitions: 25, consumers: 25 });
        let measured = Measured { records: 9_900, span, p99: 0.4, ..Measured::default() };
        let simulated = Outcome { records: 10_000, span, ..Outcome::default() };
        let comparison = Comparison::new(plan, stretch, &assessment, &simulated, measured);
        let written = serde_json::to_value(ComparisonSummary::of(&comparison)).unwrap();
        assert_eq!((&written["clock"], &written["durability"]), (&json!("virtual"), &json!(null)));
        let figures = written["figures"].as_array().unwrap();
        let figure = |name: &str| figures.iter().find(|figure| figure["name"] == name).unwrap();
        assert_eq!(figure("processed_per_s")["measured"], json!(990.0));
        let p99 = figure("p99_ms");
        assert_eq!(p99["measured"], json!(400.0));
        // An M/M/1 queue at 40 and 50 a second: ln(100) / 10 seconds.
        assert!((p99["theory"].as_f64().unwrap() - 460.5).abs() < 0.1, "{p99}");
        assert!((p99["theory_off_percent"].as_f64().unwrap() - 15.1).abs() < 0.1, "{p99}");
    }
}
