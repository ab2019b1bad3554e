//! How long processing takes, by what formulas ask of it: its mean, its spread, and values that stand for it.

use super::quantile;

/// Points that stand for a service time whose own distribution has no closed form in a sum.
pub(super) const POINTS: u32 = 48;

/// How long one record takes, by what theory asks of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Service {
    /// Always this many seconds.
    Deterministic(f64),
    /// Exponentially distributed with this mean in seconds.
    Exponential(f64),
    /// Any other: the mean in seconds, the squared coefficient of variation, and equally likely values.
    General { mean: f64, scv: f64, points: Vec<f64> },
}

impl Service {
    /// A lognormal time.
    pub fn log_normal(mean: f64, sigma: f64) -> Self {
        let location = mean.ln() - sigma * sigma / 2.0;
        let points = midpoints().map(|share| (location + sigma * normal_quantile(share)).exp()).collect();
        Self::General { mean, scv: (sigma * sigma).exp_m1(), points }
    }

    /// Measured times in seconds, each as likely; `None` when there are none.
    pub fn measured(times: &[f64]) -> Option<Self> {
        let count = f64::from(u32::try_from(times.len()).ok().filter(|count| *count > 0)?);
        let mean = times.iter().sum::<f64>() / count;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / count;
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let points = midpoints().map(|share| sorted[index(share * count, sorted.len())]).collect();
        Some(Self::General { mean, scv: if mean > 0.0 { variance / (mean * mean) } else { 0.0 }, points })
    }

    pub fn mean(&self) -> f64 {
        match self {
            Self::Deterministic(mean) | Self::Exponential(mean) | Self::General { mean, .. } => *mean,
        }
    }

    /// Squared coefficient of variation: variance over squared mean.
    pub fn scv(&self) -> f64 {
        match self {
            Self::Deterministic(_) => 0.0,
            Self::Exponential(_) => 1.0,
            Self::General { scv, .. } => *scv,
        }
    }

    /// The same with so many seconds more for each record.
    pub fn plus(self, seconds: f64) -> Self {
        if seconds <= 0.0 {
            return self;
        }
        match self {
            Self::Deterministic(time) => Self::Deterministic(time + seconds),
            Self::Exponential(mean) => {
                let points = midpoints().map(|share| seconds - mean * (1.0 - share).ln()).collect();
                Self::General { mean: mean + seconds, scv: (mean / (mean + seconds)).powi(2), points }
            }
            Self::General { mean, scv, points } => {
                let points = points.into_iter().map(|point| point + seconds).collect();
                Self::General { mean: mean + seconds, scv: scv * (mean / (mean + seconds)).powi(2), points }
            }
        }
    }
}

fn midpoints() -> impl Iterator<Item = f64> {
    (0..POINTS).map(|point| (f64::from(point) + 0.5) / f64::from(POINTS))
}

/// The normal distribution's quantile, by bisection of its tail.
fn normal_quantile(share: f64) -> f64 {
    if share < 0.5 {
        return -normal_quantile(1.0 - share);
    }
    quantile(share, normal_exceeds)
}

/// Probability that a standard normal variable exceeds `x >= 0`: Abramowitz and Stegun 26.2.17, to 1e-7.
fn normal_exceeds(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / 0.231_641_9_f64.mul_add(x, 1.0);
    let polynomial = COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt() * polynomial
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length, cut to it")]
fn index(position: f64, length: usize) -> usize {
    (position as usize).min(length - 1)
}
