//! The same setup with one seed after another, until the figures are as certain as asked: independent replications,
//! with Student's confidence intervals over their means and 99th percentiles.

use std::sync::atomic::{AtomicBool, Ordering};

use super::outcome::Outcome;
use super::setup::Setup;
use super::simulate_while;

/// How certain figures are to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Half the width of the 95 % intervals of mean wait and 99th percentile of the sojourn, as a share of them.
    pub half_width: f64,
    /// At least two, so that there is an interval.
    pub min: u32,
    /// Where this many are not enough, the intervals say how certain the figures became.
    pub max: u32,
}

impl Default for Precision {
    fn default() -> Self {
        Self { half_width: 0.02, min: 3, max: 30 }
    }
}

/// What the replications came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Replications {
    /// One for each seed, from the setup's on.
    pub outcomes: Vec<Outcome>,
    pub mean_wait_seconds: Estimate,
    pub p99_seconds: Estimate,
    /// Whether both are as certain as asked.
    pub is_precise: bool,
}

/// A mean over replications and half the width of its 95 % confidence interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    pub mean: f64,
    pub half_width: f64,
}

/// Replicates until both intervals are narrow enough. `progress` hears how many are done; once `cancel` is true the
/// run under way is given up and what is complete is what comes out.
pub fn replicate(
    setup: &Setup,
    precision: Precision,
    cancel: &AtomicBool,
    mut progress: impl FnMut(u32, f64),
) -> Replications {
    let mut found = Replications::of(Vec::new(), precision);
    for run in 0..precision.max.max(2) {
        let seeded = Setup { seed: setup.seed.wrapping_add(u64::from(run)), ..setup.clone() };
        let outcome = simulate_while(&seeded, cancel, |share| progress(run, share));
        if !outcome.complete {
            break;
        }
        found.outcomes.push(outcome);
        found = Replications::of(found.outcomes, precision);
        if (found.is_precise && run + 1 >= precision.min.max(2)) || cancel.load(Ordering::Relaxed) {
            break;
        }
    }
    found
}

impl Replications {
    fn of(outcomes: Vec<Outcome>, precision: Precision) -> Self {
        let waits: Vec<f64> = outcomes.iter().map(|outcome| outcome.wait.mean().as_secs_f64()).collect();
        let p99s: Vec<f64> = outcomes.iter().map(|outcome| outcome.sojourn.p99().as_secs_f64()).collect();
        let (mean_wait_seconds, p99_seconds) = (Estimate::of(&waits), Estimate::of(&p99s));
        let is_precise =
            [mean_wait_seconds, p99_seconds].iter().all(|of| of.half_width <= precision.half_width * of.mean);
        Self { outcomes, mean_wait_seconds, p99_seconds, is_precise }
    }
}

impl Estimate {
    /// Infinitely uncertain with fewer than two values.
    pub fn of(values: &[f64]) -> Self {
        let count = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
        let mean = if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count };
        if values.len() < 2 {
            return Self { mean, half_width: f64::INFINITY };
        }
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { mean, half_width: student(values.len() - 1) * (variance / count).sqrt() }
    }
}

/// The 97.5 % quantile of Student's distribution: from tables, and beyond them by the expansion of Cornish and Fisher.
fn student(degrees: usize) -> f64 {
    const TABLE: [f64; 10] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
    const NORMAL: f64 = 1.959_964;
    if let Some(value) = degrees.checked_sub(1).and_then(|index| TABLE.get(index)) {
        return *value;
    }
    let degrees = f64::from(u32::try_from(degrees).unwrap_or(u32::MAX));
    let first = (NORMAL.powi(3) + NORMAL) / 4.0;
    let second = (5.0 * NORMAL.powi(5) + 16.0 * NORMAL.powi(3) + 3.0 * NORMAL) / 96.0;
    NORMAL + first / degrees + second / (degrees * degrees)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::units::Rate;
    use crate::planner::simulate::Span;
    use crate::scenario::ServiceTime;

    #[test]
    fn students_quantiles_are_those_of_tables() {
        for (degrees, expected) in [(1, 12.706), (10, 2.228), (11, 2.201), (20, 2.086), (30, 2.042), (120, 1.980)] {
            assert!((student(degrees) - expected).abs() < 3e-3, "{degrees}: {}", student(degrees));
        }
    }

    #[test]
    fn replications_go_on_until_the_interval_is_narrow_and_cover_the_truth() {
        let service = ServiceTime::Exponential { mean: Duration::from_millis(1) };
        let mut setup = Setup::new(1, Rate::from_per_second(700.0).unwrap(), 1, service);
        setup.span = Span::For(Duration::from_mins(3));
        let cancel = AtomicBool::new(false);
        let found = replicate(&setup, Precision::default(), &cancel, |_, _| {});
        assert!(found.is_precise && found.outcomes.len() >= 3, "{found:?}");
        let wait = found.mean_wait_seconds;
        assert!((wait.mean - 0.7 / 300.0).abs() < 1.5 * wait.half_width, "{wait:?}");
        cancel.store(true, Ordering::Relaxed);
        assert!(replicate(&setup, Precision::default(), &cancel, |_, _| {}).outcomes.is_empty());
    }
}
