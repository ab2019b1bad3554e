//! Waiting lines in theory: how long records wait, from how often they come and how long each takes.
//! Steady states only; what builds up while more comes than fits is for [`super::fluid`].
//!
//! Arrivals are Poisson in all of them but those with runs ([`Queue::with_runs`]). Exact are M/M/1 and M/M/c (Erlang
//! C) and M/D/1 (by the embedded chain, all of whose terms are positive, after Franx 2001). Else the mean is exact for
//! one server (Pollaczek-Khinchine), and quantiles take the wait of those that wait to be exponential: an
//! approximation, as is the mean for several servers (Lee and Longton 1959), and [`Queue::is_exact`] says so.

mod deterministic;
mod modulated;
mod service;

pub use modulated::Sources;
pub use service::Service;

use deterministic::Deterministic;
use modulated::Modulated;

/// Most halvings by which a quantile is found, and how near is near enough.
const HALVINGS: u32 = 80;
const PRECISION: f64 = 1e-11;

/// A line before one or more servers, none of which is idle while somebody waits.
#[derive(Clone, Debug)]
pub struct Queue {
    arrivals_per_second: f64,
    service: Service,
    servers: u32,
    /// Probability that a record has to wait.
    delayed: f64,
    /// Mean seconds of waiting; infinite where more comes than fits.
    mean_wait: f64,
    exact: Option<Deterministic>,
    runs: Option<Runs>,
}

/// How long records wait with runs and without them, as far as both are sums of exponentials.
#[derive(Clone, Debug)]
struct Runs {
    waits: Modulated,
    /// Mean wait of the queue without them.
    without: f64,
}

impl Queue {
    /// # Panics
    /// Without servers.
    pub fn new(arrivals_per_second: f64, service: Service, servers: u32) -> Self {
        assert!(servers > 0, "a queue has at least one server");
        let offered = arrivals_per_second * service.mean();
        let delayed = erlang_c(servers, offered);
        let room = f64::from(servers) - offered;
        let mean_wait = match (room > 0.0, service.mean() > 0.0) {
            (false, _) => f64::INFINITY,
            (true, false) => 0.0,
            (true, true) => delayed * service.mean() / room * f64::midpoint(1.0, service.scv()),
        };
        let is_deterministic = matches!(service, Service::Deterministic(_)) && servers == 1;
        let exact = (is_deterministic && room > 0.0 && offered > 0.0).then(|| Deterministic::new(offered));
        Self { arrivals_per_second, service, servers, delayed, mean_wait, exact, runs: None }
    }

    /// The same with arrivals that come in runs, which makes them wait longer. Approximated: how well is said where it
    /// is done.
    pub fn with_runs(mut self, sources: Sources) -> Self {
        if !self.mean_wait.is_finite() {
            return self;
        }
        let service = (self.service.mean(), self.service.scv());
        let delayed = |offered: f64| erlang_c(self.servers, offered);
        if let Some(waits) = Modulated::new(sources, self.arrivals_per_second, service, self.servers, delayed) {
            let without = std::mem::replace(&mut self.mean_wait, waits.mean());
            self.runs = Some(Runs { waits, without });
        }
        self
    }

    /// The same, with a mean wait of at most so many seconds: for a load that lasts too short for a steady state.
    pub fn with_wait_at_most(mut self, seconds: f64) -> Self {
        if self.mean_wait > seconds {
            self.exact = None;
            if let Some(runs) = &mut self.runs {
                runs.without *= seconds / self.mean_wait;
                runs.waits.scale_to(seconds);
            }
            self.mean_wait = seconds;
        }
        self
    }

    /// In Kendall's notation.
    pub fn name(&self) -> String {
        let service = match self.service {
            Service::Deterministic(_) => "D",
            Service::Exponential(_) => "M",
            Service::General { .. } => "G",
        };
        let arrivals = if self.runs.is_some() { "runs" } else { "M" };
        format!("{arrivals}/{service}/{}", self.servers)
    }

    /// Whether quantiles are exact rather than approximated.
    pub fn is_exact(&self) -> bool {
        if self.runs.is_some() {
            return false;
        }
        match self.service {
            Service::Deterministic(_) => self.servers == 1,
            Service::Exponential(_) => true,
            Service::General { .. } => false,
        }
    }

    /// Busy share of each server; 1 and more where the line grows without end.
    pub fn utilisation(&self) -> f64 {
        self.arrivals_per_second * self.service.mean() / f64::from(self.servers)
    }

    /// Mean seconds from arrival to the begin of processing; `None` where the line grows without end.
    pub fn mean_wait(&self) -> Option<f64> {
        self.mean_wait.is_finite().then_some(self.mean_wait)
    }

    /// Mean seconds from arrival to the end of processing.
    pub fn mean_latency(&self) -> Option<f64> {
        self.mean_wait().map(|wait| wait + self.service.mean())
    }

    /// Mean number of records that wait or are processed, by Little's law: arrivals times mean latency.
    pub fn mean_records(&self) -> Option<f64> {
        self.mean_latency().map(|latency| self.arrivals_per_second * latency)
    }

    /// Probability of waiting longer than `seconds`.
    pub fn wait_exceeds(&self, seconds: f64) -> f64 {
        if seconds < 0.0 || self.mean_wait.is_infinite() {
            return 1.0;
        }
        let Some(Runs { waits, without }) = &self.runs else {
            return self.wait_without_runs_exceeds(seconds, self.mean_wait);
        };
        let longer = waits.wait_exceeds(seconds) - self.exponential_wait_exceeds(seconds, *without);
        // What the exact distribution is off from the exponential one it is off with runs too.
        (self.wait_without_runs_exceeds(seconds, *without) + longer).clamp(0.0, 1.0)
    }

    fn wait_without_runs_exceeds(&self, seconds: f64, mean_wait: f64) -> f64 {
        match &self.exact {
            Some(exact) => exact.wait_exceeds(seconds / self.service.mean()),
            None => self.exponential_wait_exceeds(seconds, mean_wait),
        }
    }

    fn exponential_wait_exceeds(&self, seconds: f64, mean_wait: f64) -> f64 {
        if mean_wait <= 0.0 { 0.0 } else { self.delayed * (-seconds * self.delayed / mean_wait).exp() }
    }

    /// Probability that processing ends later than `seconds` after the arrival.
    pub fn latency_exceeds(&self, seconds: f64) -> f64 {
        if seconds < 0.0 || self.mean_wait.is_infinite() {
            return 1.0;
        }
        match &self.service {
            Service::Deterministic(time) => self.wait_exceeds(seconds - time),
            Service::Exponential(mean) => self.exponential_latency_exceeds(seconds, *mean),
            Service::General { points, .. } => {
                let sum: f64 = points.iter().map(|point| self.wait_exceeds(seconds - point)).sum();
                sum / f64::from(service::POINTS)
            }
        }
    }

    /// The wait that a share of the records doesn't exceed.
    pub fn wait_quantile(&self, share: f64) -> Option<f64> {
        self.mean_wait.is_finite().then(|| quantile(share, |seconds| self.wait_exceeds(seconds)))
    }

    /// The latency that a share of the records doesn't exceed.
    pub fn latency_quantile(&self, share: f64) -> Option<f64> {
        self.mean_wait.is_finite().then(|| quantile(share, |seconds| self.latency_exceeds(seconds)))
    }

    /// Waiting at a rate `r` with some probability, then processing at a rate `m`, both exponential.
    fn exponential_latency_exceeds(&self, seconds: f64, mean: f64) -> f64 {
        if mean <= 0.0 {
            return self.wait_exceeds(seconds);
        }
        let processing = (-seconds / mean).exp();
        if self.mean_wait <= 0.0 {
            return processing;
        }
        // exp(-m t) - exp(-r t) over r - m, which for equal rates is t exp(-m t).
        let both = |r: f64| {
            let m = 1.0 / mean;
            if (seconds * (r - m)).abs() < 1e-7 {
                m * seconds * processing
            } else {
                m * (processing - (-seconds * r).exp()) / (r - m)
            }
        };
        let waiting = match &self.runs {
            Some(runs) => runs.waits.sum(both),
            None => self.delayed * both(self.delayed / self.mean_wait),
        };
        (processing + waiting).min(1.0)
    }
}

/// Probability that all of `servers` are busy under a load of `offered` servers (Erlang's second formula).
pub fn erlang_c(servers: u32, offered: f64) -> f64 {
    let room = f64::from(servers) - offered;
    if room <= 0.0 {
        return 1.0;
    }
    // Erlang B by its recursion, whose terms neither grow nor cancel.
    let blocked = (1..=servers).fold(1.0, |blocked, server| {
        let load = offered * blocked;
        load / (f64::from(server) + load)
    });
    f64::from(servers) * blocked / (f64::from(servers) - offered * (1.0 - blocked))
}

/// Where a probability of exceeding, which falls from 1 to 0, comes down to `1 - share`.
pub fn quantile(share: f64, exceeds: impl Fn(f64) -> f64) -> f64 {
    let rest = 1.0 - share;
    if exceeds(0.0) <= rest {
        return 0.0;
    }
    let mut high = 1e-6;
    while exceeds(high) > rest && high < 1e12 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if high - low <= high * PRECISION {
            break;
        }
        *(if exceeds(middle) > rest { &mut low } else { &mut high }) = middle;
    }
    high
}

#[cfg(test)]
mod tests;
