//! Plans, rates and counts of keys from files, and plans and reports into files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::compute::{self, Task};
use super::model::Model;
use super::{Filled, PlanState, Shared};
use crate::lab::job::{Job, Work};
use crate::lab::save::replace;
use crate::lab::snapshot::Severity;
use crate::planner::compare::Comparison;
use crate::report::export;
use crate::report::plan::document::{document, measured_facts, on_broker};
use crate::report::plan::{MeasuredInput, PlanSummary};
use crate::scenario::plan::{self, Plan, to_toml};
use crate::scenario::{Keys, Pattern, ScenarioErrors, ServiceTime};

/// Something to do with a file.
pub enum Errand {
    Open(PathBuf),
    Save(PathBuf),
    ImportRates(PathBuf),
    ImportKeys(PathBuf),
    Export(PathBuf),
}

/// What the desk's second thread does.
pub(super) fn work(shared: &Arc<Shared>, computing: &Arc<Job<Task>>) -> Work<Errand> {
    let (shared, computing) = (Arc::clone(shared), Arc::clone(computing));
    Arc::new(move |errand, _| {
        let state = shared.state.load_full();
        let outcome = errand.run(&state);
        shared.change(|model| match outcome {
            Ok(done) => done.show(model),
            Err(wrong) => model.tell(Severity::Error, wrong),
        });
        compute::begin(&shared, &computing, Model::is_news);
    })
}

/// What an errand brought back.
enum Done {
    Opened(Box<Plan>, PathBuf),
    Saved(Box<Plan>, PathBuf),
    Rates(Box<Plan>, PathBuf),
    Keys(Keys, PathBuf),
    Exported(PathBuf),
}

impl Errand {
    fn run(self, state: &PlanState) -> Result<Done, String> {
        match self {
            Self::Open(path) => match plan::load(&path, &[]) {
                Ok(plan) => Ok(Done::Opened(Box::new(plan), path)),
                Err(errors) => Err(errors.to_string()),
            },
            Self::Save(path) => {
                let plan = moved(&state.plan, state.file.as_deref(), &path);
                replace(&path, &to_toml(&plan))
                    .map_err(|error| format!("saving {}: {error}; choose another place", path.display()))?;
                Ok(Done::Saved(Box::new(plan), path))
            }
            Self::ImportRates(path) => {
                let plan = read("pattern", "{ trace = { file = NAME } }", &path, "rates")?;
                Ok(Done::Rates(Box::new(plan), path))
            }
            Self::ImportKeys(path) => {
                let plan = read("keys", "{ distribution = \"counts\", file = NAME }", &path, "key counts")?;
                Ok(Done::Keys(plan.keys, path))
            }
            Self::Export(path) => write_report(state, &path).map(|()| Done::Exported(path)),
        }
    }
}

impl Done {
    fn show(self, model: &mut Model) {
        match self {
            Self::Opened(plan, path) => model.begin(*plan, Some(path)),
            Self::Saved(plan, path) => model.is_saved(*plan, path),
            Self::Rates(read, path) => {
                let (produce_rate, pattern) = (read.produce_rate, read.pattern);
                let plan = Plan { produce_rate, pattern, ..Plan::clone(&model.state.plan) };
                model.imported(plan, "rates", &path);
            }
            Self::Keys(keys, path) => {
                let plan = Plan { keys, ..Plan::clone(&model.state.plan) };
                model.imported(plan, "key counts", &path);
            }
            Self::Exported(path) => {
                let page = path.join("report.html");
                model.tell(Severity::Info, format!("the report is in {}", page.display()));
            }
        }
    }
}

impl Model {
    fn imported(&mut self, plan: Plan, what: &str, path: &Path) {
        self.edit(plan, format!("{what} of {}", path.display()), None);
        self.tell(Severity::Info, format!("the {what} are those of {}", path.display()));
    }
}

/// A plan in which one key is `value`, with `NAME` for a CSV file.
fn read(key: &'static str, value: &str, path: &Path, what: &str) -> Result<Plan, String> {
    const REST: &str = "version = 1\nconsumer_rate = \"1/s\"";
    let name = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    let value = value.replace("NAME", &serde_json::Value::from(name.as_str()).to_string());
    let mut flags = vec![(key, value)];
    if key != "pattern" {
        flags.push(("produce_rate", "1/s".to_owned()));
    }
    let read = plan::check("", REST, &flags, |name| std::fs::read_to_string(name));
    read.map_err(|errors| format!("importing {what} from {name}: {}", reasons(&errors, key)))
}

/// All that is wrong, without saying of which flag.
fn reasons(errors: &ScenarioErrors, key: &str) -> String {
    let flag = format!("--{key}: ");
    let reasons = errors.problems.iter().map(|problem| problem.message.strip_prefix(&flag).unwrap_or(&problem.message));
    reasons.collect::<Vec<_>>().join("; ")
}

/// The plan as it is written to another file: what it names beside that is named by its name, else by its path.
fn moved(plan: &Plan, from: Option<&Path>, to: &Path) -> Plan {
    let folder = |file: &Path| std::path::absolute(file).ok().and_then(|file| file.parent().map(Path::to_owned));
    let (from, to) = (from.and_then(folder), folder(to));
    let name = |name: &mut String| {
        let path = from.as_ref().map_or_else(|| PathBuf::from(&*name), |from| from.join(&*name));
        let is_beside = path.parent().is_some_and(|parent| Some(parent) == to.as_deref());
        let file_name = path.file_name().filter(|_| is_beside).map(|name| name.to_string_lossy().into_owned());
        *name = file_name.unwrap_or_else(|| path.display().to_string());
    };
    let mut plan = plan.clone();
    if let Pattern::Trace { file, .. } = &mut plan.pattern {
        name(file);
    }
    if let Keys::Counts { file, .. } = &mut plan.keys {
        name(file);
    }
    if let Some(ServiceTime::Trace { file, .. }) = &mut plan.processing {
        name(file);
    }
    plan
}

/// What is known of the plan, with the inputs that were measured and the candidates that ran on the broker.
fn write_report(state: &PlanState, directory: &Path) -> Result<(), String> {
    let Some(answer) = &state.answer else { return Err("nothing is known of the plan yet: wait for it".to_owned()) };
    let (mut summary, mut document) = (PlanSummary::of(answer), document(answer));
    summary.measured = state.present_fillings().map(measured).collect();
    document.facts.extend(measured_facts(&summary.measured));
    let comparisons: Vec<&Comparison> = state.present_comparisons().collect();
    if let Some(newest) = comparisons.last() {
        summary = summary.with(newest);
        document.sections.push(on_broker(&comparisons));
    }
    let summary = serde_json::to_string_pretty(&summary).map_err(|error| error.to_string())?;
    export::write(&document, &summary, directory).map_err(|error| error.to_string())
}

fn measured(filled: &Filled) -> MeasuredInput {
    MeasuredInput { name: filled.label.to_owned(), how: filled.how.clone() }
}
