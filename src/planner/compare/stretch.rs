//! Which part of a load is compared: all of it where that can be had in the time, else where it is heaviest, since
//! that is what sizes a setup. A pattern of a day isn't measured for a day.

use std::time::Duration;

use crate::model::units::Rate;
use crate::planner::facts::Facts;
use crate::planner::load::Load;
use crate::scenario::plan::Plan;
use crate::scenario::{Pattern, TracePoint};

/// A part of a load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub span: Duration,
    /// Since the pattern began; `None` where it is all of the load.
    pub begins: Option<Duration>,
    /// Mean records per second in it.
    pub per_second: f64,
}

impl Stretch {
    /// About `span` of a load, and no longer than `longest`: whole periods of its pattern if they fit.
    pub fn about(load: &Load, span: Duration, longest: Duration) -> Self {
        let period = load.period();
        let whole = (span.as_secs_f64() / period).ceil() * period;
        if period.is_finite() && whole <= longest.as_secs_f64() {
            return Self { span: Duration::from_secs_f64(whole), begins: None, per_second: load.average() };
        }
        Self::of(load, span)
    }

    /// Just this long.
    pub fn of(load: &Load, span: Duration) -> Self {
        let seconds = span.as_secs_f64();
        if load.period().is_infinite() || seconds >= load.period() {
            return Self { span, begins: None, per_second: load.average() };
        }
        let begins = load.heaviest(seconds);
        let per_second = load.cut(begins, seconds).average();
        Self { span, begins: Some(Duration::from_secs_f64(begins)), per_second }
    }

    /// A plan with just this load, and what follows from it. Its outage is left out.
    pub fn take(&self, plan: &Plan) -> Facts {
        let plan = Plan { outage: None, ..plan.clone() };
        let facts = Facts::of(&plan);
        let Some(begins) = self.begins else { return facts };
        let load = facts.load.cut(begins.as_secs_f64(), self.span.as_secs_f64());
        let plan = Plan {
            produce_rate: Rate::from_per_second(load.average()).unwrap_or(plan.produce_rate),
            pattern: pattern(&load),
            ..plan
        };
        Facts { average: load.average(), peak: load.peak(), load, plan, ..facts }
    }
}

/// A load as producers are told of it.
fn pattern(load: &Load) -> Pattern {
    if !load.has_peaks() {
        return Pattern::Poisson;
    }
    let mut at = Duration::ZERO;
    let points = load.pieces().iter().filter_map(|piece| {
        let point = TracePoint { at, rate: Rate::from_per_second(piece.per_second)? };
        at += Duration::from_secs_f64(piece.seconds);
        Some(point)
    });
    Pattern::Trace { file: "the plan's pattern".to_owned(), points: points.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(pattern: Pattern) -> Plan {
        Plan { pattern, ..Plan::default() }
    }

    fn burst(every: u64, length: u64) -> Pattern {
        Pattern::Burst { every: Duration::from_secs(every), length: Duration::from_secs(length), factor: 3.0 }
    }

    #[test]
    fn a_load_without_peaks_is_taken_as_it_is() {
        let plan = plan(Pattern::Constant);
        let stretch = Stretch::about(&Load::of(&plan), Duration::from_secs(100), Duration::from_mins(10));
        assert_eq!((stretch.begins, stretch.span), (None, Duration::from_secs(100)));
        assert_eq!(stretch.take(&plan).plan, plan);
    }

    #[test]
    fn a_short_pattern_is_taken_in_whole_periods() {
        let plan = plan(burst(60, 20));
        let stretch = Stretch::about(&Load::of(&plan), Duration::from_secs(100), Duration::from_mins(10));
        assert_eq!((stretch.begins, stretch.span), (None, Duration::from_mins(2)));
    }

    #[test]
    fn of_a_long_pattern_the_heaviest_part_is_taken() {
        let plan = plan(burst(3_600, 600));
        let load = Load::of(&plan);
        let stretch = Stretch::about(&load, Duration::from_mins(10), Duration::from_mins(10));
        assert_eq!((stretch.begins, stretch.per_second), (Some(Duration::from_mins(50)), 3_000.0));
        let facts = stretch.take(&plan);
        assert_eq!((&facts.plan.pattern, facts.average), (&Pattern::Poisson, 3_000.0));
        assert!(!facts.load.has_peaks());
        // Twice as long it takes in as much from before.
        let facts = Stretch::of(&load, Duration::from_mins(20)).take(&plan);
        let Pattern::Trace { points, .. } = &facts.plan.pattern else { panic!("{:?}", facts.plan.pattern) };
        assert_eq!((points.len(), points[1].at, facts.average), (2, Duration::from_mins(10), 2_000.0));
    }

    #[test]
    fn the_heaviest_part_of_a_day_is_its_peak() {
        let plan = plan(Pattern::Diurnal { peak: 2.5, period: Duration::from_hours(24) });
        let stretch = Stretch::about(&Load::of(&plan), Duration::from_secs(100), Duration::from_mins(10));
        let begins = stretch.begins.unwrap().as_secs_f64();
        assert!((begins - 43_200.0).abs() < 200.0 && (stretch.per_second - 2_500.0).abs() < 1.0, "{stretch:?}");
    }
}
