//! What is found out of a plan: formulas and theory first, and then the simulation of every candidate, each
//! shown as soon as it is there. Nothing is shown of a plan that was changed meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::model::Model;
use super::{Effort, PlanState, Progress, Shared};
use crate::clock::Stopwatch;
use crate::lab::job::{Job, Work};
use crate::planner::choice::Assessment;
use crate::planner::sweep::{self, Answer, Simulated};
use crate::scenario::plan::Plan;

/// Steps of progress that are told: each draws the window once.
const STEPS: f64 = 100.0;

/// A plan that is to be worked out.
pub struct Task {
    pub edition: u64,
    pub plan: Arc<Plan>,
}

/// What the desk's thread does.
pub(super) fn work(shared: &Arc<Shared>) -> Work<Task> {
    let shared = Arc::clone(shared);
    Arc::new(move |task, cancel| {
        let computing = || compute(&shared, &task, cancel);
        if catch_unwind(AssertUnwindSafe(computing)).is_err() {
            let text = "working the plan out broke off: change an input and it is tried again".to_owned();
            shared.show(&task, |state| state.progress = Progress::Failed(text));
        }
    })
}

/// Has the present plan worked out, in place of what is being worked out, if that is wanted.
pub(super) fn begin(shared: &Shared, job: &Job<Task>, is_wanted: impl FnOnce(&Model) -> bool) {
    let task = shared.change(|model| {
        let task = is_wanted(model).then(|| model.take_task());
        if !model.state.objections.is_empty() {
            job.cancel();
        }
        task.flatten()
    });
    if let Some(task) = task {
        job.replace(task);
    }
}

fn compute(shared: &Shared, task: &Task, cancel: &AtomicBool) {
    let wall = Stopwatch::start();
    let answer = sweep::answer(&task.plan);
    let known = Arc::new(answer.clone());
    shared.show(task, |state| (state.answer, state.progress) = (Some(known), Progress::Simulating(0.0)));
    let answer = simulate(shared, task, answer, cancel);
    if cancel.load(Ordering::Relaxed) {
        return;
    }
    let records = answer.candidates.iter().filter_map(|candidate| candidate.simulated.as_ref());
    let effort = Effort { records: records.map(|simulated| simulated.records).sum(), wall: wall.elapsed() };
    shared.show(task, |state| (state.answer, state.progress) = (Some(Arc::new(answer)), Progress::Done(effort)));
}

fn simulate(shared: &Shared, task: &Task, answer: Answer, cancel: &AtomicBool) -> Answer {
    let so_far = Mutex::new(answer.clone());
    let told = AtomicU64::new(0);
    let tell = |share: f64| {
        let step = (share.clamp(0.0, 1.0) * STEPS).floor();
        if told.fetch_max(step.to_bits(), Ordering::Relaxed) < step.to_bits() {
            shared.show(task, |state| state.progress = Progress::Simulating(step / STEPS));
        }
    };
    sweep::simulate(answer, &shared.trial, cancel, &tell, &|facts, candidate, trial, progress| {
        let simulated = trial.run(facts, candidate, cancel, progress)?;
        let part = so_far.lock().map(|mut so_far| add(&mut so_far, candidate, &simulated));
        let part = part.unwrap_or_else(|poisoned| PoisonError::into_inner(poisoned).clone());
        shared.show(task, |state| state.answer = Some(Arc::new(part)));
        Some(simulated)
    })
}

/// The answer with one more candidate simulated.
fn add(so_far: &mut Answer, candidate: &Assessment, simulated: &Simulated) -> Answer {
    let of_choice = so_far.candidates.iter_mut().find(|known| known.assessment.choice == candidate.choice);
    if let Some(known) = of_choice {
        known.simulated = Some(simulated.clone());
    }
    so_far.clone()
}

impl Shared {
    /// Shows something of a plan, unless it was changed meanwhile.
    fn show(&self, task: &Task, show: impl FnOnce(&mut PlanState)) {
        self.change(|model| {
            if let Some(state) = model.of_edition(task.edition) {
                show(state);
            }
        });
    }
}
