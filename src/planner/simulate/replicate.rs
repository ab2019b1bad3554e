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
    /// From two on there is an interval.
    pub min: u32,
    /// Where this many are not enough, the intervals say how certain the figures became.
    pub max: u32,
}

impl Precision {
    /// One run, which says nothing of how certain it is.
    pub const ONE_RUN: Self = Self { half_width: 0.0, min: 1, max: 1 };

    /// As certain as this share of the figures. Two intervals can be narrow by chance, thirty say how certain it gets.
    pub const fn of(half_width: f64) -> Self {
        Self { half_width, min: 3, max: 30 }
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

/// Replicates until both intervals are narrow enough. `progress` hears how much is done, 0 to 1, of what is needed
/// as far as that can be told; once `cancel` is true the run under way is given up and what is complete is what
/// comes out.
pub fn replicate(
    setup: &Setup,
    precision: Precision,
    cancel: &AtomicBool,
    mut progress: impl FnMut(f64),
) -> Replications {
    let mut found = Replications::of(Vec::new(), precision);
    let (mut run, mut needed) = (0, precision.min.max(1));
    while run < needed && !cancel.load(Ordering::Relaxed) {
        let seeded = Setup { seed: setup.seed.wrapping_add(u64::from(run)), ..setup.clone() };
        let done = f64::from(run);
        let outcome = simulate_while(&seeded, cancel, |share| progress((done + share) / f64::from(needed)));
        if !outcome.complete {
            break;
        }
        run += 1;
        found.outcomes.push(outcome);
        found = Replications::of(found.outcomes, precision);
        needed = found.needed(precision);
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

    /// How many it takes, as far as these tell: intervals narrow with the root of their number.
    fn needed(&self, precision: Precision) -> u32 {
        let count = u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX);
        if self.is_precise && count >= precision.min {
            return count;
        }
        let wider = |of: Estimate| of.half_width / (precision.half_width * of.mean);
        let wider = wider(self.mean_wait_seconds).max(wider(self.p99_seconds));
        let wanted = if wider.is_finite() { (f64::from(count) * wider * wider).ceil() } else { 0.0 };
        let wanted = u32::try_from(crate::planner::words::whole(wanted)).unwrap_or(u32::MAX);
        wanted.max(count + 1).clamp(precision.min, precision.max.max(1))
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
        let mut told = Vec::new();
        let found = replicate(&setup, Precision::of(0.02), &cancel, |share| told.push(share));
        assert!(told.iter().all(|share| (0.0..=1.0).contains(share)), "{told:?}");
        assert!(found.is_precise && found.outcomes.len() >= 3, "{found:?}");
        let wait = found.mean_wait_seconds;
        assert!((wait.mean - 0.7 / 300.0).abs() < 1.5 * wait.half_width, "{wait:?}");
        let one = replicate(&setup, Precision::ONE_RUN, &cancel, |_| {});
        assert_eq!((one.outcomes.len(), &one.outcomes[0].wait), (1, &found.outcomes[0].wait));
        cancel.store(true, Ordering::Relaxed);
        assert!(replicate(&setup, Precision::of(0.02), &cancel, |_| {}).outcomes.is_empty());
    }
}
