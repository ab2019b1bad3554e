//! The answer to a plan: which counts were looked at, what each comes to, which is recommended and why.
//! Theory says it at once; [`simulate`] then holds the same choices against a simulation.

mod candidates;
mod reasons;
mod trial;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

pub use trial::{Certainty, Simulated, Trial};

use super::capacity::{self, Row};
use super::choice::{Assessment, Choice, Need};
use super::facts::Facts;
use super::{theory, words};
use crate::scenario::plan::Plan;

/// Simulations at once, whatever the number of cores: each keeps histograms, lanes and a lag series of its own.
const MAX_AT_ONCE: usize = 16;

/// Latency that more partitions must at least save to be worth it.
const GAIN: f64 = 0.1;

/// What is known about a plan.
#[derive(Clone, Debug)]
pub struct Answer {
    pub facts: Facts,
    /// What each limit alone asks for.
    pub limits: Vec<Row>,
    /// The whole table, worked out for the recommendation where there is one.
    pub rows: Vec<Row>,
    /// From few partitions to many.
    pub candidates: Vec<Candidate>,
    /// The least of all counts that meets everything in theory; `None` where none does.
    pub needed: Option<Recommendation>,
    /// The first candidate that meets everything, as far as is known; `None` where none does.
    pub recommended: Option<Recommendation>,
    /// Latency in theory by the number of partitions, for a line.
    pub curve: Vec<CurvePoint>,
    /// The count beyond which more partitions make little difference to the latency.
    pub knee: Option<u32>,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// One choice that was looked at.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub assessment: Assessment,
    /// `None` until it was simulated.
    pub simulated: Option<Simulated>,
}

/// What to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub choice: Choice,
    /// The limit that asks for so many, as rows are named.
    pub binding: &'static str,
}

/// Latency with a number of partitions, each with a consumer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    pub partitions: u32,
    /// Seconds; `None` where the line grows without end.
    pub mean_wait: Option<f64>,
    pub p99: Option<f64>,
}

/// What simulates one candidate, telling how much is done; `None` once it was cancelled.
pub type Run<'r> = dyn Fn(&Facts, &Assessment, &Trial, &mut dyn FnMut(f64)) -> Option<Simulated> + Sync + 'r;

/// What theory says, at once.
pub fn answer(plan: &Plan) -> Answer {
    let facts = Facts::of(plan);
    let limits = capacity::limits(&facts);
    let needed = candidates::recommend(&facts, &limits);
    let choices = candidates::choose(&facts, &limits, needed);
    let assess = |choice: &Choice| Candidate { assessment: Assessment::of(&facts, *choice), simulated: None };
    let candidates: Vec<Candidate> = choices.iter().map(assess).collect();
    let curve = candidates::curve(&facts, &choices);
    let mut answer = Answer {
        knee: candidates::knee(&curve),
        rows: Vec::new(),
        reasons: Vec::new(),
        facts,
        limits,
        candidates,
        needed,
        recommended: None,
        curve,
    };
    answer.choose_again();
    answer
}

/// Simulates every candidate with `run`, several at once, and judges again by what came of it. What `run`
/// gives must follow from the trial alone, so that the answer is the same whatever the number of threads. Told
/// how much is done, 0 to 1; once `cancel` is true no further candidate is begun.
pub fn simulate(
    mut answer: Answer,
    trial: &Trial,
    cancel: &AtomicBool,
    progress: &(dyn Fn(f64) + Sync),
    run: &Run<'_>,
) -> Answer {
    let done: Vec<AtomicU64> = answer.candidates.iter().map(|_| AtomicU64::new(0)).collect();
    let note = |index: usize, share: f64| {
        done[index].store(share.to_bits(), Ordering::Relaxed);
        let sum: f64 = done.iter().map(|share| f64::from_bits(share.load(Ordering::Relaxed))).sum();
        progress(sum / f64::from(u32::try_from(done.len()).unwrap_or(u32::MAX)).max(1.0));
    };
    let one = |(index, candidate): (usize, &Candidate)| {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        run(&answer.facts, &candidate.assessment, trial, &mut |share| note(index, share))
    };
    let simulated: Vec<Option<Simulated>> = at_once(|| answer.candidates.par_iter().enumerate().map(one).collect());
    for (candidate, simulated) in answer.candidates.iter_mut().zip(simulated) {
        candidate.take(simulated, &answer.facts);
    }
    answer.choose_again();
    answer
}

/// In a pool of as many threads as there are cores, up to the bound.
fn at_once<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_AT_ONCE);
    let name = |index| format!("plan-{index}");
    match rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(name).build() {
        Ok(pool) => pool.install(work),
        // Without threads of its own it runs here, one after the other.
        Err(_) => work(),
    }
}

impl Answer {
    pub fn plan(&self) -> &Plan {
        &self.facts.plan
    }

    /// The candidate that is recommended.
    pub fn best(&self) -> Option<&Candidate> {
        let recommended = self.recommended?;
        self.candidates.iter().find(|candidate| candidate.assessment.choice == recommended.choice)
    }

    /// How certain simulated latencies are in words: the widest of their intervals; `None` of single runs.
    pub fn certainty(&self) -> Option<String> {
        let simulated = || self.candidates.iter().filter_map(|candidate| candidate.simulated.as_ref());
        let widest = simulated().filter_map(Simulated::p99_uncertainty).reduce(f64::max)?;
        let is_as_asked = simulated().all(|it| it.certainty.is_none_or(|certainty| certainty.is_as_asked));
        let most = simulated().filter_map(|it| it.certainty).map(|certainty| certainty.runs).max()?;
        let short = if is_as_asked { String::new() } else { format!(", not as asked after {most} runs") };
        Some(format!("p99 within ±{}{short}", super::words::percent(widest)))
    }

    /// Takes the first candidate that meets everything as far as is known now, and says why.
    fn choose_again(&mut self) {
        let first = self.candidates.iter().position(|candidate| candidate.assessment.misses.is_empty());
        self.recommended = first.map(|index| {
            let choice = self.candidates[index].assessment.choice;
            let known = self.needed.filter(|needed| needed.choice == choice);
            known.unwrap_or_else(|| Recommendation { choice, binding: self.binding(index) })
        });
        let best = self.best().map(|candidate| candidate.assessment.clone());
        self.rows = capacity::rows(&self.facts, best.as_ref());
        self.reasons = reasons::reasons(self);
    }

    /// What keeps the candidates before this one from being enough.
    fn binding(&self, index: usize) -> &'static str {
        let before = index.checked_sub(1).and_then(|before| self.candidates[before].assessment.misses.first());
        before.map_or_else(
            || candidates::highest(&self.limits).map_or("consume-rate", |row| row.name),
            |need| need.limit(),
        )
    }

    /// What a candidate is worth, in a few words.
    pub fn verdict(&self, candidate: &Candidate) -> String {
        let assessment = &candidate.assessment;
        let misses = &assessment.misses;
        if misses.contains(&Need::KeepUp) || assessment.busiest_utilisation > 1.0 + 1e-9 {
            return "overloaded".to_owned();
        }
        if misses.contains(&Need::Peak) {
            return "overloaded at peak".to_owned();
        }
        match misses[..] {
            [] => self.verdict_of_fit(candidate),
            [need] => format!("misses {}", need.key()),
            _ => format!("misses {} targets", misses.len()),
        }
    }

    /// How long a candidate takes to catch up after the outage, as it is judged: simulated, or with ~ in theory.
    pub fn catch_up(&self, candidate: &Candidate) -> String {
        let is_simulated = candidate.is_catch_up_simulated();
        match candidate.catch_up() {
            _ if self.plan().outage.is_none() => "–".to_owned(),
            Some(seconds) if is_simulated => words::seconds(seconds),
            Some(seconds) => format!("~{}", words::seconds(seconds)),
            None if is_simulated => "too late".to_owned(),
            None => "never".to_owned(),
        }
    }

    fn verdict_of_fit(&self, candidate: &Candidate) -> String {
        if candidate.assessment.theory.is_none() {
            // Rates fit exactly: nothing is missed, and yet chance makes lines grow.
            return "keeps up, no headroom".to_owned();
        }
        let is_more = |best: &Candidate| candidate.assessment.choice.partitions > best.assessment.choice.partitions;
        let saves = |best: &Candidate| match (candidate.p99(), best.p99()) {
            (Some(with), Some(without)) => with < without * (1.0 - GAIN),
            (with, without) => with.is_some() && without.is_none(),
        };
        match self.best() {
            Some(best) if is_more(best) && !saves(best) => "meets all, no gain".to_owned(),
            _ => "meets all targets".to_owned(),
        }
    }
}

impl Candidate {
    /// Latency of 99 of 100 records in seconds: simulated where it was, else in theory.
    pub fn p99(&self) -> Option<f64> {
        self.simulated_p99().or(self.assessment.theory.as_ref().map(|theory| theory.p99))
    }

    /// A simulated latency that says something: a line that grows without end has some latency in any span, and
    /// a part of the load's pattern has its own.
    pub fn simulated_p99(&self) -> Option<f64> {
        let simulated = self.simulated.as_ref().filter(|simulated| simulated.is_representative)?;
        self.assessment.theory.as_ref().map(|_| simulated.p99)
    }

    /// Seconds until the outage is caught up: simulated where it was, else as a fluid. `None` where that never comes.
    pub fn catch_up(&self) -> Option<f64> {
        match &self.simulated {
            Some(simulated) if simulated.outage_lag.is_some() => simulated.catch_up,
            _ => self.assessment.catch_up.map(|catch_up| catch_up.seconds),
        }
    }

    /// Whether catching up was simulated.
    pub fn is_catch_up_simulated(&self) -> bool {
        self.simulated.as_ref().is_some_and(|simulated| simulated.outage_lag.is_some())
    }

    fn take(&mut self, simulated: Option<Simulated>, facts: &Facts) {
        self.simulated = simulated.or(self.simulated.take());
        let (p99, caught_up) = (self.p99(), self.catch_up());
        self.assessment.judge(facts, p99, caught_up);
    }
}

impl CurvePoint {
    fn of(facts: &Facts, partitions: u32) -> Self {
        let consumers = facts.plan.consumers.unwrap_or(partitions).min(partitions);
        let shares = super::shares::Shares::of(facts, Choice { partitions, consumers });
        let theory = theory::of(facts, &shares.consumers);
        Self {
            partitions,
            mean_wait: theory.as_ref().map(|theory| theory.mean_wait),
            p99: theory.map(|theory| theory.p99),
        }
    }
}

#[cfg(test)]
mod tests;
