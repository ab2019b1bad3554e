//! M/D/1: the exact distribution of the wait where every record takes the same time.
//!
//! Erlang's and Crommelin's series alternates and is useless far out. Its terms are all positive when it is
//! written over the distribution of the number that waits (Franx, "A simple solution for the M/D/c waiting
//! time distribution", 2001), and that comes from balancing steps up and down over each level.

/// Lengths of the queue that are computed one by one; beyond, the tail falls geometrically.
const MAX_LENGTH: usize = 1_200;

/// What is left of the tail when no further length is computed.
const NEGLIGIBLE: f64 = 1e-12;

/// The distribution of the number of records that wait, in units of a service time.
#[derive(Clone, Debug)]
pub(super) struct Deterministic {
    utilisation: f64,
    /// Probability that at most so many wait.
    at_most: Vec<f64>,
}

impl Deterministic {
    /// `utilisation` is above 0 and below 1.
    pub(super) fn new(utilisation: f64) -> Self {
        let records = records_present(utilisation);
        let mut sum = records[0];
        let at_most = records[1..].iter().map(|probability| {
            sum += probability;
            sum.min(1.0)
        });
        Self { utilisation, at_most: at_most.collect() }
    }

    /// Probability of waiting longer than `time` service times.
    pub(super) fn wait_exceeds(&self, time: f64) -> f64 {
        if time < 0.0 {
            return 1.0;
        }
        let whole = time.floor();
        let mean = self.utilisation * (whole + 1.0 - time);
        let Some(longest) = index(whole) else { return 0.0 };
        // Poisson probabilities of arrivals in the rest of a service time; few of them matter.
        let mut arrivals = (-mean).exp();
        let mut not_longer = 0.0;
        for (count, number) in (0..=longest).rev().zip(1_u32..) {
            not_longer += arrivals * self.at_most(count);
            arrivals *= mean / f64::from(number);
            if arrivals < NEGLIGIBLE {
                break;
            }
        }
        (1.0 - not_longer).clamp(0.0, 1.0)
    }

    fn at_most(&self, count: usize) -> f64 {
        if let Some(probability) = self.at_most.get(count) {
            return *probability;
        }
        let last = self.at_most.len() - 1;
        let (more, before) = (1.0 - self.at_most[last], 1.0 - self.at_most[last.saturating_sub(1)]);
        let ratio = if before > 0.0 { more / before } else { 0.0 };
        let steps = i32::try_from(count - last).unwrap_or(i32::MAX);
        1.0 - more * ratio.powi(steps)
    }
}

/// Probabilities that 0, 1, 2, ... records are present, waiting or in process.
fn records_present(utilisation: f64) -> Vec<f64> {
    let arrivals = Arrivals::new(utilisation);
    let mut present = vec![1.0 - utilisation];
    let mut rest = utilisation;
    while present.len() < MAX_LENGTH && (rest > NEGLIGIBLE || present.len() < 2) {
        let level = present.len() - 1;
        // Up over the level goes who finds it at most so full and sees enough arrivals; down, one at a time.
        let from_below = present[1..].iter().enumerate().rev().take(Arrivals::COUNT);
        let up: f64 = from_below.map(|(index, probability)| probability * arrivals.more_than(level - index)).sum();
        let next = (present[0].mul_add(arrivals.more_than(level), up) / arrivals.none).max(0.0);
        present.push(next);
        rest -= next;
    }
    present
}

/// Arrivals during one service time.
struct Arrivals {
    none: f64,
    /// Probabilities of more than 0, 1, 2, ...
    more_than: Vec<f64>,
}

impl Arrivals {
    /// Of at most one on average, more than so many never come.
    const COUNT: usize = 24;

    fn new(mean: f64) -> Self {
        let mut probabilities = vec![(-mean).exp()];
        for number in (1_u32..).take(2 * Self::COUNT) {
            let last = probabilities[probabilities.len() - 1];
            probabilities.push(last * mean / f64::from(number));
        }
        // Summed from the small ones up, so that the small ones count.
        let mut more_than: Vec<f64> = Vec::with_capacity(probabilities.len());
        let mut sum = 0.0;
        for probability in probabilities.iter().rev() {
            more_than.push(sum);
            sum += probability;
        }
        more_than.reverse();
        Self { none: probabilities[0], more_than }
    }

    fn more_than(&self, count: usize) -> f64 {
        self.more_than.get(count).copied().unwrap_or(0.0)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be small and not negative")]
fn index(whole: f64) -> Option<usize> {
    (whole < 1e7).then_some(whole as usize)
}
