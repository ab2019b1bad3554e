//! What is measured for a plan on a thread of its own, so that neither files nor simulations wait for it: what a
//! partition takes, and a candidate on the broker. What was stopped leaves nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::Shared;
use super::calibrate::{Observed, Taken};
use super::compute;
use super::model::Model;
use super::state::{Measurement, PlanState};
use crate::lab::compare::{Request, compare};
use crate::lab::job::{Job, Work};
use crate::lab::snapshot::Severity;
use crate::planner::compare::Comparison;
use crate::scenario::plan::Plan;

/// Steps of progress that are told: each draws the window once.
const STEPS: f64 = 100.0;

/// Something to measure.
pub struct Task {
    /// Of this measurement: what comes of another is no longer wanted.
    pub ticket: u64,
    pub wanted: Wanted,
}

pub enum Wanted {
    /// For the plan as it was asked for, which was opened as this one.
    Calibration {
        observed: Box<Observed>,
        plan: Arc<Plan>,
        opened: u64,
    },
    Comparison(Arc<Request>),
}

impl Wanted {
    pub fn calibration(observed: Box<Observed>, state: &PlanState) -> Self {
        Self::Calibration { observed, plan: Arc::clone(&state.plan), opened: state.opened }
    }

    pub fn what(&self) -> Measurement {
        match self {
            Self::Calibration { observed, .. } => Measurement::Partition { group: observed.group.clone() },
            Self::Comparison(request) => Measurement::Candidate(Arc::clone(request)),
        }
    }
}

/// What came of it; `None` where it was stopped.
enum Done {
    Calibrated(Box<Observed>, Taken, u64),
    Compared(Box<Comparison>),
}

/// What the desk's third thread does.
pub(super) fn work(shared: &Arc<Shared>, computing: &Arc<Job<compute::Task>>) -> Work<Task> {
    let (shared, computing) = (Arc::clone(shared), Arc::clone(computing));
    Arc::new(move |Task { ticket, wanted }, cancel| {
        let mut told = 0.0;
        let mut tell = |share: f64| {
            let share = (share.clamp(0.0, 1.0) * STEPS).floor() / STEPS;
            if share > told {
                told = share;
                shared.change(|model| model.measured_so_far(ticket, share));
            }
        };
        let measuring = || measure(wanted, cancel, &mut tell);
        let broke_off = || "measuring broke off: try again, or measure something else".to_owned();
        let outcome = catch_unwind(AssertUnwindSafe(measuring)).unwrap_or_else(|_| Err(broke_off()));
        shared.change(|model| model.measured(ticket, outcome));
        compute::begin(&shared, &computing, Model::is_news);
    })
}

fn measure(wanted: Wanted, cancel: &AtomicBool, tell: &mut dyn FnMut(f64)) -> Result<Option<Done>, String> {
    match wanted {
        Wanted::Calibration { observed, plan, opened } => {
            let taken = observed.measure(&plan, cancel, tell)?;
            Ok(taken.map(|taken| Done::Calibrated(observed, taken, opened)))
        }
        Wanted::Comparison(request) => {
            let compared = compare(&request, cancel, tell);
            let compared = compared.map_err(|error| format!("comparing on the broker: {error}"))?;
            Ok(compared.map(|comparison| Done::Compared(Box::new(comparison))))
        }
    }
}

impl Model {
    fn measured_so_far(&mut self, ticket: u64, share: f64) {
        if self.ticket == ticket
            && let Some(measuring) = &mut self.state.measuring
        {
            measuring.share = share;
        }
    }

    fn measured(&mut self, ticket: u64, outcome: Result<Option<Done>, String>) {
        if self.ticket != ticket {
            return;
        }
        self.state.measuring = None;
        match outcome {
            Ok(Some(Done::Calibrated(observed, taken, opened))) => self.calibrate(&observed, &taken, opened),
            Ok(Some(Done::Compared(comparison))) => self.keep(*comparison),
            Ok(None) => {}
            Err(wrong) => self.tell(Severity::Error, wrong),
        }
    }

    fn calibrate(&mut self, observed: &Observed, taken: &Taken, opened: u64) {
        if self.state.opened != opened {
            let text = "another plan was opened while it was measured: calibrate again for this one";
            return self.tell(Severity::Warning, text.to_owned());
        }
        let (plan, filled) = observed.fill(&self.state.plan, taken);
        self.calibrated(plan, filled, format!("what was measured of {}", observed.group));
        self.tell(Severity::Info, observed.words(taken));
    }
}
