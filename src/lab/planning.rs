//! The planner's desk: one plan that is worked on, what is known of it, and what is being found out. Edits are
//! taken at once; formulas, simulation and files are the business of threads of its own. Whoever looks sees one
//! immutable [`PlanState`].

mod calibrate;
mod compute;
mod files;
mod measure;
mod model;
mod state;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::Waker;
use super::compare::Request;
use super::job::Job;
use super::run::ClockKind;
use super::settings::Change;
use super::snapshot::Severity;
use crate::planner::choice::Choice;
use crate::planner::sweep::Trial;
use crate::scenario::plan::Plan;

pub use calibrate::{Filled, Observed};
use files::Errand;
use measure::Wanted;
use model::Model;
pub use state::{Effort, Measurement, Measuring, PlanState, Progress, Told};

/// A wish of whoever plans.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanCommand {
    /// Somebody looks: what isn't known yet is found out.
    Look,
    /// Changes one setting.
    Set(Change<Plan>),
    /// Looks at another candidate.
    Select(Choice),
    Undo,
    Redo,
    /// The plan of the textbooks, to begin with.
    New,
    /// A plan that is built in, by its title.
    Example(&'static str),
    Open(PathBuf),
    Save(PathBuf),
    /// Rates over time from a CSV file in place of rate and pattern.
    ImportRates(PathBuf),
    /// Keys as often as a CSV file counts them.
    ImportKeys(PathBuf),
    /// Writes a report of what is known into a directory.
    Export(PathBuf),
    /// Fills in what a running group shows and what a partition takes on this machine, which is measured.
    Calibrate(Box<Observed>),
    /// Runs a candidate on the broker, and puts theory and a simulation of the same beside it.
    Compare(Choice, ClockKind),
    /// Gives up what is being measured.
    StopMeasuring,
    /// Simulates again what was given up.
    Simulate,
    /// Gives the simulation up.
    Cancel,
    /// What was told has been read.
    Dismiss,
}

/// The desk; dropped, it gives up what it does.
pub struct Desk {
    shared: Arc<Shared>,
    /// Goes first, since it can give the other something to do.
    errands: Job<Errand>,
    measuring: Job<measure::Task>,
    computing: Arc<Job<compute::Task>>,
}

/// What the desk and its threads share.
struct Shared {
    model: Mutex<Model>,
    state: ArcSwap<PlanState>,
    waker: Mutex<Option<Waker>>,
    trial: Trial,
}

impl Desk {
    /// Starts its threads.
    ///
    /// # Errors
    /// When the operating system gives none.
    pub fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::new(Trial::default()));
        let computing = Arc::new(Job::start("logyard-plan", compute::work(&shared))?);
        let errands = Job::start("logyard-plan-files", files::work(&shared, &computing))?;
        let measuring = Job::start("logyard-plan-measures", measure::work(&shared, &computing))?;
        Ok(Self { shared, errands, measuring, computing })
    }

    /// One that does everything at once, and simulates no more than this.
    pub fn inline(trial: Trial) -> Self {
        let shared = Arc::new(Shared::new(trial));
        let computing = Arc::new(Job::inline(compute::work(&shared)));
        let errands = Job::inline(files::work(&shared, &computing));
        let measuring = Job::inline(measure::work(&shared, &computing));
        Self { shared, errands, measuring, computing }
    }

    /// The latest; cheap.
    pub fn state(&self) -> Arc<PlanState> {
        self.shared.state.load_full()
    }

    /// Calls `wake` whenever there is a state with a new revision.
    pub fn set_waker(&self, wake: Waker) {
        *self.shared.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }

    /// Asks for something; what came of it is in this or a later state.
    pub fn send(&self, command: PlanCommand) {
        match command {
            PlanCommand::Look => self.compute_if(|model| model.state.progress == Progress::Idle),
            PlanCommand::Simulate => self.compute_if(|_| true),
            PlanCommand::Set(change) => self.edit(|model| model.set(&change)),
            PlanCommand::Select(choice) => self.shared.change(|model| model.state.selected = Some(choice)),
            PlanCommand::Undo => self.edit(Model::undo),
            PlanCommand::Redo => self.edit(Model::redo),
            PlanCommand::New => self.edit(|model| model.begin(Plan::default(), None)),
            PlanCommand::Example(title) => self.edit(|model| match examples().find(|plan| plan.title == title) {
                Some(plan) => model.begin(plan, None),
                None => model.tell(Severity::Error, format!("there is no plan \"{title}\" built in")),
            }),
            PlanCommand::Cancel => {
                self.computing.cancel();
                self.shared.change(Model::give_up);
            }
            PlanCommand::Dismiss => self.shared.change(|model| model.state.told = None),
            PlanCommand::Open(path) => self.errand(Errand::Open(path)),
            PlanCommand::Save(path) => self.errand(Errand::Save(path)),
            PlanCommand::ImportRates(path) => self.errand(Errand::ImportRates(path)),
            PlanCommand::ImportKeys(path) => self.errand(Errand::ImportKeys(path)),
            PlanCommand::Export(path) => self.errand(Errand::Export(path)),
            PlanCommand::Calibrate(observed) => {
                self.measure(ClockKind::Real, |model| Wanted::calibration(observed, &model.state));
            }
            PlanCommand::Compare(choice, clock) => self.measure(clock, |model| {
                let request = Request { clock, ..Request::new(Plan::clone(&model.state.plan), choice) };
                Wanted::Comparison(Arc::new(request))
            }),
            PlanCommand::StopMeasuring => {
                self.measuring.cancel();
                self.shared.change(Model::stop_measuring);
            }
        }
    }

    fn measure(&self, clock: ClockKind, wanted: impl FnOnce(&Model) -> Wanted) {
        let task = self.shared.change(|model| match model.state.cant_measure(clock) {
            None if model.state.objections.is_empty() => Some(model.begin_measuring(wanted(model))),
            None => {
                model.tell(Severity::Error, "measuring: something is wrong with the plan, mend it first".to_owned());
                None
            }
            Some(reason) => {
                model.tell(Severity::Error, format!("measuring: {reason}"));
                None
            }
        });
        if let Some(task) = task {
            self.measuring.replace(task);
        }
    }

    fn edit(&self, edit: impl FnOnce(&mut Model)) {
        self.shared.change(edit);
        self.compute_if(Model::is_news);
    }

    fn errand(&self, errand: Errand) {
        if !self.errands.add(errand) {
            let text = "too many files wait to be read or written: try again in a moment".to_owned();
            self.shared.change(|model| model.tell(Severity::Error, text));
        }
    }

    fn compute_if(&self, is_wanted: impl FnOnce(&Model) -> bool) {
        compute::begin(&self.shared, &self.computing, is_wanted);
    }
}

/// Titles of the plans that are built in.
pub const EXAMPLES: [&str; 3] = ["checkout 2027", "hot key", "textbook"];

/// Plans that are built in.
fn examples() -> impl Iterator<Item = Plan> {
    const TEXTS: [&str; 3] = [
        include_str!("../../assets/plans/checkout-2027.toml"),
        include_str!("../../assets/plans/hot-key.toml"),
        include_str!("../../assets/plans/textbook.toml"),
    ];
    let no_file = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    TEXTS.iter().filter_map(move |text| crate::scenario::plan::check("", text, &[], no_file).ok())
}

impl Shared {
    fn new(trial: Trial) -> Self {
        let model = Model::new(examples().next().unwrap_or_default());
        let state = ArcSwap::from_pointee(model.state.clone());
        Self { model: Mutex::new(model), state, waker: Mutex::default(), trial }
    }

    /// Changes the model and publishes it.
    fn change<T>(&self, change: impl FnOnce(&mut Model) -> T) -> T {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = change(&mut model);
        model.state.revision += 1;
        self.state.store(Arc::new(model.state.clone()));
        drop(model);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(wake) = waker {
            wake();
        }
        outcome
    }
}

#[cfg(test)]
mod tests;
