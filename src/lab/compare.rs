//! Runs a plan's candidate on the embedded broker, in virtual time or in real time with a real store, simulates the
//! same, and puts both beside theory. What is given up gives no figures.

mod run;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::durability::Durability;
use crate::planner::choice::{Assessment, Choice};
use crate::planner::compare::{Comparison, MeasuredOn, Stretch, is_alike};
use crate::planner::load::Load;
use crate::planner::on_broker;
use crate::planner::simulate::{self, Outcome, Span, Start, simulate_while};
use crate::scenario::Scenario;
use crate::scenario::plan::Plan;

use super::run::{ClockKind, RunError};

/// What is to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub plan: Plan,
    pub choice: Choice,
    pub clock: ClockKind,
    /// What the store promises, on the real clock; the virtual one keeps it in memory.
    pub durability: Durability,
    /// How long is measured; `None` for as long as it takes on this clock to say something.
    pub span: Option<Duration>,
}

/// How long is measured where nobody says.
struct Usual {
    /// Records that are measured, if they come in the time.
    records: f64,
    shortest: Duration,
    longest: Duration,
}

/// A 99th percentile that is good to some per cent, in some seconds of a core.
const VIRTUAL: Usual = Usual { records: 1e5, shortest: Duration::from_secs(20), longest: Duration::from_mins(10) };

/// Nobody waits for longer; at less than 40 a second the comparison says that its records are few.
const REAL: Usual = Usual { records: 2e4, shortest: Duration::from_secs(30), longest: Duration::from_mins(1) };

/// So many times as long is simulated where the load goes on like that: a simulated hour costs little.
const LONGER: u32 = 20;

/// What the simulation is of all the work, about.
const SIMULATION: f64 = 0.05;

impl Request {
    /// In virtual time, for as long as that takes.
    pub fn new(plan: Plan, choice: Choice) -> Self {
        Self { plan, choice, clock: ClockKind::Virtual, durability: Durability::default(), span: None }
    }

    /// Whether its figures will be those of this plan.
    pub fn is_of(&self, plan: &Plan) -> bool {
        is_alike(&self.plan, plan)
    }

    /// The part of the load that is measured.
    pub fn stretch(&self) -> Stretch {
        let load = Load::of(&self.plan);
        let Usual { records, shortest, longest } = match self.clock {
            ClockKind::Virtual => VIRTUAL,
            ClockKind::Real => REAL,
        };
        let (least, most) = (shortest.as_secs_f64(), longest.as_secs_f64());
        // Its heaviest part has more records than the average says.
        let seconds = (records / load.average()).clamp(least, most);
        self.span.map_or_else(
            || Stretch::about(&load, Duration::from_secs_f64(seconds), longest),
            |span| Stretch::of(&load, span),
        )
    }

    fn measured_on(&self) -> MeasuredOn {
        match self.clock {
            ClockKind::Virtual => MeasuredOn::Virtual,
            ClockKind::Real => MeasuredOn::Real(self.durability),
        }
    }
}

/// Theory, simulation and measurement of a plan with these counts; `None` once it was cancelled. Told how much is
/// done, 0 to 1. The plan's outage is left out.
///
/// # Errors
/// When the broker can't be started or gives up.
pub fn compare(
    request: &Request,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Comparison>, RunError> {
    let stretch = request.stretch();
    let facts = stretch.take(&request.plan);
    let mut scenario = on_broker::to_measure(&facts.plan, request.choice);
    scenario.broker.initial_rebalance_delay = Duration::ZERO;
    scenario.broker.durability = request.durability;
    let is_cut = stretch.begins.is_some() && facts.load.has_peaks();
    let span = if is_cut { stretch.span } else { stretch.span * LONGER };
    let simulated = simulated(&scenario, span, cancel, &mut |share| progress(share * SIMULATION));
    if cancel.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let told = &mut |share: f64| progress(SIMULATION + share * (1.0 - SIMULATION));
    let measured = run::measure(scenario, request.measured_on(), stretch.span, cancel, told)?;
    let assessment = Assessment::of(&facts, request.choice);
    let compared = |measured| Comparison::new(request.plan.clone(), stretch, &assessment, &simulated, measured);
    Ok(measured.map(compared))
}

fn simulated(scenario: &Scenario, span: Duration, cancel: &AtomicBool, progress: &mut dyn FnMut(f64)) -> Outcome {
    let group = &scenario.groups[0].name;
    let mut setup = simulate::Setup::of_group(scenario, group).expect("the plan's scenario has its group");
    setup.start = Start::Settled;
    setup.span = Span::For(span);
    simulate_while(&setup, cancel, progress)
}

#[cfg(test)]
mod tests;
