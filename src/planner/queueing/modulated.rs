//! Waiting where arrivals come in runs: each of many producers sends to this queue for a while and then elsewhere, so
//! that the queue's arrivals are a Poisson process whose rate is that of the producers who send to it at the moment
//! (a Markov-modulated Poisson process). The service is taken to come in exponential pieces, whose size makes the
//! queue without runs wait as Pollaczek and Khinchine say.
//!
//! How many producers of `n` send here goes up and down one by one, and as they are alike and independent the
//! stationary work before the server is a sum of `n + 1` exponentials, whose decays are the roots of one equation each
//! (Anick, Mitra and Sondhi 1982; Stern and Elwalid, "Analysis of separable Markov-modulated rate models for
//! information-handling systems", 1991). A run is exponentially long here: of the same effect over long times as one
//! of so many records, which is where its mean length is from.
//!
//! How good that is: against simulations of 1 to 16 producers with runs of 5 to 140 records to 4 or 20 queues of one
//! server, busy for 0.3, 0.5 or 0.8 of the time with exponential, constant or lognormal services, mean waits are off
//! by -20 to +16 % (by 10 % at most where it is busy for 0.8, and by 5 % on average over all), and 99th percentiles of
//! the latency by -31 to +30 % (-5 to +12 % at 0.8). They come out too high for one or two producers that send fast,
//! whose runs are all alike in truth; and too low for runs of 140 from many producers, half as high at the worst of
//! 256, where overload is rare and lasts. With several servers it knows how many a run keeps busy only roughly: waits
//! that are shorter than a service come out up to 70 % too high (1 producer, runs of 5), 99th percentiles of the latency
//! as good as with one.

/// Producers that are told apart. More are as many that have the same mean, variance and skewness, beside arrivals
/// that are always there.
const MAX_SOURCES: u32 = 12;

/// Halvings by which a root is found between 1e-18 and 1e18: to the last digit.
const HALVINGS: u32 = 70;

/// Producers alike, who send runs of records to one queue of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sources {
    pub count: u32,
    /// Records of one run; 1 where each goes its own way.
    pub run: u32,
    /// What of all runs comes to this queue, up to 1.
    pub share: f64,
}

/// How long records wait, as a sum of exponentials.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Modulated {
    /// Probabilities and what they fall by each second; some probabilities may be below 0.
    terms: Vec<(f64, f64)>,
}

/// What work looks like to a server: producers who are on or off, in units of one piece of work.
struct Environment {
    sources: u32,
    /// Part of the time that each is on.
    on: f64,
    /// What each brings while it is on, as a share of what the server does.
    load: f64,
    /// What is always brought besides.
    always: f64,
    /// How often a producer draws anew whether it is on.
    draws: f64,
}

/// One of the exponentials: `decay` is its share of the fastest there is, which is that of one piece of work.
struct Mode {
    /// `decay / (1 - decay)`, infinite where nobody is on and nothing is brought.
    odds: f64,
    /// By how many producers are on.
    shape: Vec<f64>,
}

impl Sources {
    /// Whether arrivals are another than independent ones at all.
    fn is_plain(self) -> bool {
        self.run <= 1 || self.share >= 1.0
    }

    /// What the variance of arrivals over a long time is, over that of independent ones.
    pub fn dispersion(self) -> f64 {
        1.0 + (f64::from(self.run.max(1)) - 1.0) * (1.0 - self.share).max(0.0)
    }
}

impl Modulated {
    /// Waiting for `servers` at this many arrivals in a second. `delayed` says with which probability a record waits
    /// for servers that are offered so much work. `None` where runs make no difference.
    pub fn new(
        sources: Sources,
        arrivals: f64,
        (mean, scv): (f64, f64),
        servers: u32,
        delayed: impl Fn(f64) -> f64,
    ) -> Option<Self> {
        if sources.is_plain() || arrivals <= 0.0 || mean <= 0.0 {
            return None;
        }
        let servers = f64::from(servers);
        let piece = mean / servers * f64::midpoint(1.0, scv);
        let environment = Environment::new(sources, arrivals, mean / servers, piece);
        let modes = environment.modes();
        let amounts = environment.amounts(&modes);
        let mean_load = environment.mean_load();
        // What servers are busy with follows what is brought with a delay of one service.
        let follows = 1.0 / (1.0 + environment.draws * mean / piece);
        let waits: Vec<f64> = (0..=environment.sources)
            .map(|on| {
                let brought = environment.brought(on);
                let offered = (mean_load + (brought - mean_load) * follows).clamp(1e-12, 1.0);
                brought / mean_load * delayed(offered * servers) / offered
            })
            .collect();
        let term = |(mode, amount): (&Mode, f64)| {
            let decay = mode.decay();
            let sum: f64 = mode.shape.iter().zip(&waits).map(|(shape, waits)| shape * waits).sum();
            (amount * sum / decay, decay / piece)
        };
        let is_finite = |(mode, _): &(&Mode, f64)| mode.odds.is_finite();
        Some(Self { terms: modes.iter().zip(amounts).filter(is_finite).map(term).collect() })
    }

    pub fn mean(&self) -> f64 {
        self.terms.iter().map(|(probability, decay)| probability / decay).sum()
    }

    /// Makes all waits longer or shorter, so that this is their mean.
    pub fn scale_to(&mut self, mean: f64) {
        let factor = self.mean() / mean;
        self.terms.iter_mut().for_each(|(_, decay)| *decay *= factor);
    }

    /// Probability of waiting longer.
    pub fn wait_exceeds(&self, seconds: f64) -> f64 {
        self.sum(|decay| (-seconds * decay).exp())
    }

    /// The sum of what each exponential, of which the decay is told, comes to.
    pub fn sum(&self, each: impl Fn(f64) -> f64) -> f64 {
        self.terms.iter().map(|(probability, decay)| probability * each(*decay)).sum()
    }
}

impl Environment {
    fn new(sources: Sources, arrivals: f64, service: f64, piece: f64) -> Self {
        let (count, share) = (f64::from(sources.count.max(1)), sources.share);
        let all = arrivals / share;
        // Two records of one producer are of the same run with a probability that falls with how many lie between:
        // added up over time, (run - 1) / 2 times the time from one to the next.
        let draws = 2.0 * all / ((f64::from(sources.run) - 1.0) * count) * piece;
        let (load, mean) = (all * service / count, arrivals * service);
        if sources.count <= MAX_SOURCES {
            return Self { sources: sources.count.max(1), on: share, load, always: 0.0, draws };
        }
        let few = f64::from(MAX_SOURCES);
        let spread = count * share * (1.0 - share);
        let skewness = (1.0 - 2.0 * share) / spread.sqrt();
        let product = 1.0 / (skewness * skewness).mul_add(few, 4.0);
        let off_center = (1.0 - 4.0 * product).max(0.0).sqrt() / 2.0;
        let on = if skewness < 0.0 { 0.5 + off_center } else { 0.5 - off_center };
        let each = load * (spread / (few * product)).sqrt();
        // More than all there is can't be on and off: for queues that get next to nothing the skewness gives way.
        let each = each.min(mean / (few * on));
        Self { sources: MAX_SOURCES, on, load: each, always: (mean - few * on * each).max(0.0), draws }
    }

    fn brought(&self, on: u32) -> f64 {
        f64::from(on).mul_add(self.load, self.always)
    }

    fn mean_load(&self) -> f64 {
        (f64::from(self.sources) * self.on).mul_add(self.load, self.always)
    }

    /// How likely each number of producers is on.
    fn probabilities(&self) -> Vec<f64> {
        let odds = self.on / (1.0 - self.on);
        let none = (1.0 - self.on).powf(f64::from(self.sources));
        let next = |last: &mut f64, on: u32| {
            let now = *last;
            *last *= f64::from(self.sources - on) / f64::from(on + 1) * odds;
            Some(now)
        };
        (0..=self.sources).scan(none, next).collect()
    }

    fn modes(&self) -> Vec<Mode> {
        (0..=self.sources).map(|rising| self.mode(rising)).collect()
    }

    /// The exponential to which so many producers contribute by their growing part.
    fn mode(&self, rising: u32) -> Mode {
        let falling = self.sources - rising;
        if rising == 0 && self.always <= 0.0 {
            let shape = (0..=self.sources).map(|on| if on == 0 { 1.0 } else { 0.0 }).collect();
            return Mode { odds: f64::INFINITY, shape };
        }
        let grows = |odds: f64| {
            let (up, down) = self.growth(odds);
            f64::from(rising) * up + f64::from(falling) * down + self.always * odds > odds / (1.0 + odds)
        };
        let (mut low, mut high) = (1e-18_f64.ln(), 1e18_f64.ln());
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            *(if grows(middle.exp()) { &mut high } else { &mut low }) = middle;
        }
        let odds = f64::midpoint(low, high).exp();
        let (up, down) = self.growth(odds);
        let (on, off) = (self.on * self.draws, (1.0 - self.on) * self.draws);
        let weights = [(up, rising), (down, falling)].map(|(growth, times)| ((growth + on) / off, times));
        Mode { odds, shape: product(weights) }
    }

    /// Both growth rates of the exponential moment of what one producer brings.
    fn growth(&self, odds: f64) -> (f64, f64) {
        let brings = self.load * odds;
        let (sum, product) = (brings - self.draws, self.on * self.draws * brings);
        let root = sum.hypot(2.0 * product.sqrt());
        // Of both roots the one without cancellation, the other from their product.
        if sum >= 0.0 {
            let up = f64::midpoint(sum, root);
            (up, -product / up)
        } else {
            let down = f64::midpoint(sum, -root);
            (-product / down, down)
        }
    }

    /// How much of each mode there is: together they leave each number of producers as likely as it is, and no work
    /// that isn't there while the server is idle.
    fn amounts(&self, modes: &[Mode]) -> Vec<f64> {
        let likely = self.probabilities();
        let row = |(on, likely): (usize, &f64)| {
            // Rows alike in size, however unlikely a number is.
            let size = likely.sqrt().max(1e-150);
            let cells = modes.iter().map(|mode| mode.shape[on] * mode.mass() / size);
            cells.chain([likely / size]).collect::<Vec<f64>>()
        };
        solved(likely.iter().enumerate().map(row).collect())
    }
}

impl Mode {
    fn decay(&self) -> f64 {
        if self.odds.is_finite() { self.odds / (1.0 + self.odds) } else { 1.0 }
    }

    /// Its part of what is likely, the idle server included.
    fn mass(&self) -> f64 {
        if self.odds.is_finite() { (1.0 + self.odds).powi(2) / self.odds } else { 1.0 }
    }
}

/// The coefficients of a product of `(1 + weight x)`, each so many times, the largest 1.
fn product(weights: [(f64, u32); 2]) -> Vec<f64> {
    let mut coefficients = vec![1.0];
    for (weight, times) in weights {
        for _ in 0..times {
            let raised = [0.0].into_iter().chain(coefficients.iter().map(|coefficient| coefficient * weight));
            coefficients =
                coefficients.iter().copied().chain([0.0]).zip(raised).map(|(one, other)| one + other).collect();
        }
    }
    let largest = coefficients.iter().fold(0.0_f64, |largest, coefficient| largest.max(coefficient.abs()));
    coefficients.into_iter().map(|coefficient| coefficient / largest).collect()
}

/// Solves linear equations, the right side last in each row, by elimination with pivots.
fn solved(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let count = rows.len();
    for at in 0..count {
        let pivot = (at..count).max_by(|one, other| rows[*one][at].abs().total_cmp(&rows[*other][at].abs()));
        rows.swap(at, pivot.unwrap_or(at));
        let (done, rest) = rows.split_at_mut(at + 1);
        let pivot = &done[at];
        for row in rest {
            let factor = row[at] / pivot[at];
            row.iter_mut().zip(pivot).skip(at).for_each(|(cell, of_pivot)| *cell -= factor * of_pivot);
        }
    }
    let mut solution = vec![0.0; count];
    for at in (0..count).rev() {
        let known: f64 = (at + 1..count).map(|other| rows[at][other] * solution[other]).sum();
        solution[at] = (rows[at][count] - known) / rows[at][at];
    }
    solution
}

#[cfg(test)]
mod tests;
