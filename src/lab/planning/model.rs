//! The plan under work with what was done to it: edits, undone and made again, each checked by the rules of a
//! plan file. It computes nothing, measures nothing and touches no file.

use std::path::PathBuf;
use std::sync::Arc;

use super::calibrate::Filled;
use super::compute::Task;
use super::measure::{self, Wanted};
use super::{Measuring, PlanState, Progress, Told};
use crate::lab::settings::rules;
use crate::lab::settings::{Change, Value};
use crate::lab::snapshot::Severity;
use crate::planner::compare::Comparison;
use crate::scenario::plan::Plan;

/// Edits that can be taken back: more than anybody remembers.
const STEPS: usize = 200;

/// Comparisons that are kept: as many as anybody looks back to.
const COMPARISONS: usize = 16;

/// The state with what it takes to go on from it.
pub(super) struct Model {
    pub state: PlanState,
    /// Grows with every edit: what is found out of an older plan is not wanted any more.
    edition: u64,
    /// The edition that is computed or known.
    computed: u64,
    undo: Vec<Step>,
    redo: Vec<Step>,
    origin: Arc<Origin>,
    /// Grows with everything that is measured or stopped.
    pub ticket: u64,
}

/// What a plan began as, or was saved as.
struct Origin {
    file: Option<PathBuf>,
    plan: Arc<Plan>,
}

/// A plan with where it is from and what calibrating has put into it.
#[derive(Clone)]
struct Version {
    plan: Arc<Plan>,
    filled_in: Arc<Vec<Filled>>,
    origin: Arc<Origin>,
}

/// An edit.
struct Step {
    before: Version,
    after: Version,
    words: String,
    /// What a hand moves: moving it on is the same edit.
    thing: Option<&'static str>,
}

impl Model {
    pub fn new(plan: Plan) -> Self {
        let plan = Arc::new(plan);
        let state = PlanState { plan: Arc::clone(&plan), ..PlanState::default() };
        let origin = Arc::new(Origin { file: None, plan });
        Self { state, edition: 1, computed: 0, undo: Vec::new(), redo: Vec::new(), origin, ticket: 0 }
    }

    /// Whether there is a plan that can be computed and is not.
    pub fn is_news(&self) -> bool {
        self.state.objections.is_empty() && self.computed != self.edition
    }

    /// What is to be computed, from now on.
    pub fn take_task(&mut self) -> Option<Task> {
        if !self.state.objections.is_empty() {
            return None;
        }
        self.computed = self.edition;
        self.state.progress = Progress::Computing;
        Some(Task { edition: self.edition, plan: Arc::clone(&self.state.plan) })
    }

    /// The state, if this is still the plan.
    pub fn of_edition(&mut self, edition: u64) -> Option<&mut PlanState> {
        (self.edition == edition).then_some(&mut self.state)
    }

    /// Nothing more is found out of the present plan, until it is asked for.
    pub fn give_up(&mut self) {
        self.edition += 1;
        self.computed = self.edition;
        self.state.progress = Progress::Cancelled;
    }

    /// Changes one setting.
    pub fn set(&mut self, change: &Change<Plan>) {
        let mut plan = Plan::clone(&self.state.plan);
        if let Err(wrong) = change.put(&mut plan) {
            return self.tell(Severity::Error, format!("changing the plan: {wrong}"));
        }
        let is_moved = matches!(change.value, Value::Number(_) | Value::Count(_) | Value::Span(_) | Value::Text(_));
        let words = format!("{} {}", change.setting.label, change.words());
        self.edit(plan, words, is_moved.then_some(change.setting.label));
    }

    /// Another plan altogether, which can be taken back too.
    pub fn begin(&mut self, plan: Plan, file: Option<PathBuf>) {
        let words = format!("the plan \"{}\"", plan.title);
        let plan = Arc::new(plan);
        let origin = Arc::new(Origin { file, plan: Arc::clone(&plan) });
        self.take(Version { plan, filled_in: Arc::default(), origin }, words, None);
        self.state.opened += 1;
        self.state.told = None;
    }

    /// Another plan in place of the present one.
    pub fn edit(&mut self, plan: Plan, words: String, thing: Option<&'static str>) {
        self.take(Version { plan: Arc::new(plan), ..self.version() }, words, thing);
    }

    /// What was measured is in the plan now.
    pub fn calibrated(&mut self, plan: Plan, filled_in: Vec<Filled>, words: String) {
        let filled_in = Arc::new(filled_in);
        self.take(Version { plan: Arc::new(plan), filled_in, ..self.version() }, words, None);
    }

    fn version(&self) -> Version {
        let origin = Arc::clone(&self.origin);
        Version { plan: Arc::clone(&self.state.plan), filled_in: Arc::clone(&self.state.filled_in), origin }
    }

    fn take(&mut self, after: Version, words: String, thing: Option<&'static str>) {
        let is_same = Arc::ptr_eq(&after.origin, &self.origin) && after.filled_in == self.state.filled_in;
        if is_same && after.plan == self.state.plan {
            return;
        }
        self.redo.clear();
        if let Some(last) = self.undo.last_mut().filter(|last| thing.is_some() && last.thing == thing) {
            (last.after, last.words) = (after.clone(), words);
        } else {
            let before = self.version();
            self.undo.push(Step { before, after: after.clone(), words, thing });
        }
        if self.undo.len() > STEPS {
            self.undo.remove(0);
        }
        self.show(after);
    }

    pub fn undo(&mut self) {
        let Some(mut step) = self.undo.pop() else { return };
        step.thing = None;
        let before = step.before.clone();
        self.redo.push(step);
        self.show(before);
    }

    pub fn redo(&mut self) {
        let Some(step) = self.redo.pop() else { return };
        let after = step.after.clone();
        self.undo.push(step);
        self.show(after);
    }

    /// Something is measured from now on.
    pub fn begin_measuring(&mut self, wanted: Wanted) -> measure::Task {
        self.ticket += 1;
        self.state.told = None;
        self.state.measuring = Some(Measuring { what: wanted.what(), share: 0.0 });
        measure::Task { ticket: self.ticket, wanted }
    }

    /// What is being measured is no longer wanted.
    pub fn stop_measuring(&mut self) {
        self.ticket += 1;
        self.state.measuring = None;
    }

    /// Keeps a comparison in place of an older one of the same.
    pub fn keep(&mut self, comparison: Comparison) {
        let kept = Arc::make_mut(&mut self.state.comparisons);
        kept.retain(|known| !known.is_again(&comparison));
        kept.push(Arc::new(comparison));
        if kept.len() > COMPARISONS {
            kept.remove(0);
        }
    }

    /// The plan is in a file now, where the files that it names have these names.
    pub fn is_saved(&mut self, plan: Plan, file: PathBuf) {
        self.tell(Severity::Info, format!("saved to {}", file.display()));
        self.state.plan = Arc::new(plan);
        let origin = Arc::new(Origin { file: Some(file.clone()), plan: Arc::clone(&self.state.plan) });
        // What edits were made from is in that file too.
        for version in self.undo.iter_mut().chain(&mut self.redo).flat_map(|step| [&mut step.before, &mut step.after]) {
            if Arc::ptr_eq(&version.origin, &self.origin) {
                version.origin = Arc::clone(&origin);
            }
        }
        self.origin = origin;
        (self.state.file, self.state.edited) = (Some(file), false);
    }

    pub fn tell(&mut self, severity: Severity, text: String) {
        self.state.told = Some(Told { severity, text });
    }

    fn show(&mut self, Version { plan, filled_in, origin }: Version) {
        self.edition += 1;
        self.state.file.clone_from(&origin.file);
        self.state.edited = plan != origin.plan;
        self.origin = origin;
        self.state.filled_in = filled_in;
        self.state.objections = rules::of_plan(&plan);
        self.state.plan = plan;
        self.state.undo = self.undo.last().map(|step| step.words.clone());
        self.state.redo = self.redo.last().map(|step| step.words.clone());
    }
}
