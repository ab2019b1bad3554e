//! Waiting in theory for a whole setup: every consumer is a queue of its own, and what all records see is the
//! mixture of them. Where the load has peaks it is cut into pieces, each taken as if it lasted (Green and
//! Kolesar's pointwise stationary approximation, 1991), on top of what piles up as a fluid.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::fluid::Fluid;
use super::load::Piece;
use super::queueing::{Queue, Service, Sources, quantile};
use super::words::whole;

/// Pieces of a period that are told apart.
const MAX_PIECES: usize = 48;

/// Consumers that are told apart by their loads; the others are taken together with those next to them.
const MAX_LOADS: usize = 24;

/// How finely loads are told apart that differ in time or by consumer: steps in the logarithm of what is left
/// idle, on which all waiting depends.
const STEPS: f64 = 50.0;

/// Moments of a piece in which a fluid backlog grows or falls.
const MOMENTS: [f64; 4] = [0.125, 0.375, 0.625, 0.875];

/// How long records wait, in seconds. Latency is from arrival to the end of processing.
#[derive(Clone, Debug, PartialEq)]
pub struct Theory {
    pub mean_wait: f64,
    pub p50: f64,
    pub p99: f64,
    /// The queue that a consumer is, in Kendall's notation.
    pub queue: String,
    /// Whether the figures are exact for Poisson arrivals and full batches, rather than approximated.
    pub is_exact: bool,
}

/// What some of the records see.
struct Part {
    /// Their share of all records.
    weight: f64,
    queue: Queue,
    /// Seconds behind a backlog besides.
    behind: f64,
}

/// Theory for consumers with these shares of the load; `None` where some line grows without end.
pub fn of(facts: &Facts, consumers: &[f64]) -> Option<Theory> {
    let parts = parts(facts, consumers)?;
    let exceeds = |seconds: f64| parts.iter().map(|part| part.weight * part.latency_exceeds(seconds)).sum::<f64>();
    let mean_wait = parts.iter().filter_map(|part| Some(part.weight * (part.queue.mean_wait()? + part.behind))).sum();
    Some(Theory {
        mean_wait,
        p50: quantile(0.5, exceeds),
        p99: quantile(0.99, exceeds),
        queue: parts.first()?.queue.name(),
        is_exact: !facts.load.has_peaks() && parts.iter().all(|part| part.queue.is_exact()),
    })
}

impl Part {
    fn latency_exceeds(&self, seconds: f64) -> f64 {
        self.queue.latency_exceeds(seconds - self.behind)
    }
}

fn parts(facts: &Facts, consumers: &[f64]) -> Option<Vec<Part>> {
    let pieces = facts.load.coarse(MAX_PIECES);
    let lasting = lasting(&pieces);
    let records: f64 = pieces.iter().map(|piece| amount(*piece)).sum();
    let mut parts = Vec::new();
    let mut steady = BTreeMap::new();
    for (share, weight) in loads(consumers) {
        let fluid = Fluid::new(&facts.load, share, facts.consumer);
        if !fluid.is_stable() {
            return None;
        }
        let backlogs = fluid.backlogs(&pieces);
        for ((piece, lasting), (before, after)) in pieces.iter().zip(&lasting).zip(backlogs) {
            let weight = weight * amount(*piece) / records;
            if weight <= 0.0 {
                continue;
            }
            if before.max(after) > 0.0 {
                parts.extend(behind_backlog(facts, weight, before, after));
            } else {
                let idle = 1.0 - share * piece.per_second / facts.consumer;
                let step = whole(-idle.max(1e-9).ln() * STEPS);
                let sum: &mut Steady = steady.entry(step).or_default();
                sum.add(weight, share, share * piece.per_second, *lasting);
            }
        }
    }
    parts.extend(steady.values().map(|steady| steady.part(facts)));
    Some(parts)
}

/// Times and consumers with about the same load, by what all of them weigh.
#[derive(Default)]
struct Steady {
    weight: f64,
    shares: f64,
    arrivals: f64,
    lasting: f64,
}

impl Steady {
    fn add(&mut self, weight: f64, share: f64, arrivals: f64, lasting: f64) {
        self.weight += weight;
        self.shares += weight * share;
        self.arrivals += weight * arrivals;
        self.lasting = self.lasting.max(lasting);
    }

    fn part(&self, facts: &Facts) -> Part {
        let queue = settled(facts, self.shares / self.weight, self.arrivals / self.weight, self.lasting);
        Part { weight: self.weight, queue, behind: 0.0 }
    }
}

/// The line before one consumer, who has this share of all records, while nothing piles up.
fn settled(facts: &Facts, share: f64, arrivals: f64, lasts: f64) -> Queue {
    let workers = facts.plan.workers;
    let busiest = f64::from(workers) / facts.service.mean().max(f64::MIN_POSITIVE);
    // At a load of exactly 1 there is no steady state, and what builds up is bounded below.
    let mut queue = Queue::new(arrivals.min(busiest * (1.0 - 1e-9)), facts.service.clone(), workers);
    let sources = facts.runs.map(|runs| Sources { count: runs.producers, run: runs.records, share });
    if let Some(sources) = sources {
        queue = queue.with_runs(sources);
    }
    if lasts.is_infinite() {
        return queue;
    }
    // A line under full load grows as the square root of time (reflected Brownian motion, after Newell): no line
    // that has only so long to build up is longer.
    let (mean, scv) = (facts.service.mean(), facts.service.scv());
    let dispersion = sources.map_or(1.0, Sources::dispersion);
    let spread = arrivals * mean * mean * (dispersion + scv);
    queue.with_wait_at_most((2.0 * spread * lasts / std::f64::consts::PI).sqrt() / f64::from(workers))
}

/// Records that come while a backlog grows or falls: they wait for it, and then for nothing more.
fn behind_backlog(facts: &Facts, weight: f64, before: f64, after: f64) -> impl Iterator<Item = Part> {
    let alone = Queue::new(0.0, facts.service.clone(), facts.plan.workers);
    let capacity = facts.consumer;
    let share = weight / f64::from(u8::try_from(MOMENTS.len()).unwrap_or(u8::MAX));
    MOMENTS.into_iter().map(move |moment| Part {
        weight: share,
        queue: alone.clone(),
        behind: (after - before).mul_add(moment, before).max(0.0) / capacity,
    })
}

/// For how long the load is at least nearly that of each piece.
fn lasting(pieces: &[Piece]) -> Vec<f64> {
    let near = |piece: &Piece| {
        let high = pieces.iter().filter(|other| other.per_second >= 0.95 * piece.per_second);
        high.map(|other| other.seconds).sum()
    };
    if pieces.len() == 1 { vec![f64::INFINITY] } else { pieces.iter().map(near).collect() }
}

fn amount(piece: Piece) -> f64 {
    if piece.seconds.is_infinite() { piece.per_second } else { piece.seconds * piece.per_second }
}

/// Shares of single consumers, and what of all records goes to consumers of about that share.
fn loads(consumers: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = consumers.iter().copied().filter(|share| *share > 0.0).collect();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let mut loads: Vec<(f64, f64)> = Vec::new();
    // The busiest decide about the tail, so that they stay by themselves.
    let (busiest, others) = sorted.split_at(sorted.len().min(MAX_LOADS / 2));
    loads.extend(busiest.iter().map(|share| (*share, *share)));
    for together in others.chunks(others.len().div_ceil(MAX_LOADS / 2).max(1)) {
        let sum: f64 = together.iter().sum();
        loads.push((sum / f64::from(u32::try_from(together.len()).unwrap_or(u32::MAX)), sum));
    }
    loads.dedup_by(|next, kept| {
        let is_same = (next.0 - kept.0).abs() < 1e-12;
        if is_same {
            kept.1 += next.1;
        }
        is_same
    });
    loads
}

impl Theory {
    /// The service alone, without any waiting: no count of partitions is faster.
    pub fn at_rest(service: &Service, workers: u32) -> f64 {
        quantile(0.99, |seconds| Queue::new(0.0, service.clone(), workers).latency_exceeds(seconds))
    }
}

#[cfg(test)]
mod tests;
