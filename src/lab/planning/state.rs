//! What may be seen of the desk: the plan under work, what is known of it, and what is being done.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::calibrate::Filled;
use crate::lab::compare::Request;
use crate::lab::run::ClockKind;
use crate::lab::settings::rules::Objection;
use crate::lab::settings::{Setting, plan as table};
use crate::lab::snapshot::Severity;
use crate::planner::choice::Choice;
use crate::planner::compare::Comparison;
use crate::planner::sweep::{Answer, Candidate};
use crate::scenario::plan::Plan;

/// What may be seen of the desk.
#[derive(Clone, Debug, Default)]
pub struct PlanState {
    /// Grows with every change worth drawing.
    pub revision: u64,
    /// As it is edited; where there are objections it can't be computed.
    pub plan: Arc<Plan>,
    pub objections: Vec<Objection>,
    /// `None` for a plan that was never saved.
    pub file: Option<PathBuf>,
    /// Changed since it was opened or saved.
    pub edited: bool,
    /// What the next undo takes back, in words.
    pub undo: Option<String>,
    /// What the next redo makes again.
    pub redo: Option<String>,
    /// What is known of the last plan without objections.
    pub answer: Option<Arc<Answer>>,
    pub progress: Progress,
    /// What is being measured, beside everything else.
    pub measuring: Option<Measuring>,
    /// What calibrating has put into the plan. A hand may have changed it since: see [`PlanState::filled`].
    pub filled_in: Arc<Vec<Filled>>,
    /// Candidates that ran on the broker, the newest last; of this plan and of plans before it.
    pub comparisons: Arc<Vec<Arc<Comparison>>>,
    /// What became of the last file that was read or written, or of what was measured.
    pub told: Option<Told>,
    /// Of the candidates.
    pub selected: Option<Choice>,
    /// Grows with every plan that was opened.
    pub opened: u64,
}

impl PlanState {
    /// The candidate that is looked at: the selected one, else the recommended, else the first.
    pub fn candidate(&self) -> Option<&Candidate> {
        let answer = self.answer.as_ref()?;
        let of = |choice| answer.candidates.iter().find(|known| Some(known.assessment.choice) == choice);
        of(self.selected).or_else(|| answer.best()).or(answer.candidates.first())
    }

    /// How a setting came to its value, while that is the one that calibrating has put there.
    pub fn filled(&self, setting: &Setting<Plan>) -> Option<&Filled> {
        let filled = self.filled_in.iter().find(|filled| filled.label == setting.label)?;
        (setting.value(&self.plan).as_ref() == Some(&filled.value)).then_some(filled)
    }

    /// What calibrating has put into the plan, as far as it is there still.
    pub fn present_fillings(&self) -> impl Iterator<Item = &Filled> {
        table::all().filter_map(|setting| self.filled(setting))
    }

    /// Comparisons of the present plan, the newest last.
    pub fn present_comparisons(&self) -> impl DoubleEndedIterator<Item = &Comparison> {
        self.comparisons.iter().map(AsRef::as_ref).filter(|comparison| comparison.is_of(&self.plan))
    }

    /// The newest comparison of a candidate: of the present plan, else of one before it.
    pub fn comparison(&self, choice: Choice) -> Option<&Comparison> {
        let is_it = |comparison: &&Comparison| comparison.choice == choice;
        let of_any = || self.comparisons.iter().map(AsRef::as_ref).rfind(is_it);
        self.present_comparisons().rfind(is_it).or_else(of_any)
    }

    /// Why nothing can be measured on this clock now.
    pub fn cant_measure(&self, clock: ClockKind) -> Option<&'static str> {
        let is_busy = matches!(self.progress, Progress::Computing | Progress::Simulating(_));
        match (&self.measuring, clock) {
            (Some(_), _) => Some("Something is being measured: stop it first, or wait for it"),
            (None, ClockKind::Real) if is_busy => {
                Some("The simulation keeps every core busy, which would be measured too: stop it first, or wait for it")
            }
            (None, ClockKind::Real | ClockKind::Virtual) => None,
        }
    }
}

/// What the desk does.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Nobody has asked yet.
    #[default]
    Idle,
    /// Formulas and theory are worked out: moments.
    Computing,
    /// The answer is in theory, and this share of the simulation is done.
    Simulating(f64),
    /// Everything is known.
    Done(Effort),
    /// The simulation was given up; the answer is in theory.
    Cancelled,
    /// It broke off, with what to do.
    Failed(String),
}

/// What a simulation took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    pub records: u64,
    /// Real time.
    pub wall: Duration,
}

/// A measurement under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Measuring {
    pub what: Measurement,
    /// How much of it is done, 0 to 1.
    pub share: f64,
}

/// What can be measured for a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurement {
    /// What one partition takes on this machine, beside what a group has shown.
    Partition { group: String },
    /// A candidate on the broker.
    Candidate(Arc<Request>),
}

/// Something to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub severity: Severity,
    pub text: String,
}
