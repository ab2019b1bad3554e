//! What can be done with a plan: one table for the planner's buttons, its menu and the palette.

use std::borrow::Cow;

use super::{Answer, Entry, Situation, only_if, refuse};
use crate::lab::Snapshot;
use crate::lab::planning::{self, Observed, PlanCommand, PlanState, Progress};
use crate::lab::run::ClockKind;
use crate::lab::snapshot::GroupView;
use crate::report::takeaway::Takeaway;
use crate::ui::command::Ask;
use crate::ui::dialogs::DialogKind;

/// One thing that can be done with a plan.
pub struct Action {
    pub label: &'static str,
    pub help: &'static str,
    pub is_primary: bool,
    pub answer: fn(&PlanState) -> Answer,
}

const fn action(label: &'static str, help: &'static str, answer: fn(&PlanState) -> Answer) -> Action {
    Action { label, help, is_primary: false, answer }
}

pub const IMPORT_RATES: Action =
    action("Import rates (CSV)…", "Rates over time from a file: a time and records per second in each row", |_| {
        Ok(Ask::ShowDialog(DialogKind::ImportRates))
    });

pub const EXPORT: Action =
    action("Export plan report…", "A page, charts as pictures and their values, and the summary", |plan| {
        only_if(plan.answer.is_some(), Ask::ShowDialog(DialogKind::ExportPlan), NOTHING)
    });

/// The candidate that is looked at as an experiment.
pub const RUN: Action = Action {
    is_primary: true,
    ..action(
        "Run it on the broker",
        "Opens an experiment with this load, these partitions and these consumers",
        |plan| plan.candidate().map_or_else(|| refuse(NOTHING), |_| Ok(Ask::RunPlan)),
    )
};

/// Theory, simulation and measurement of the candidate that is looked at.
pub const COMPARE: Action = action(
    "Compare on the broker",
    "Runs the candidate on the embedded broker in virtual time, and puts theory and a simulation of the same beside it",
    |plan| compare(plan, ClockKind::Virtual),
);

/// The same in real time.
pub const COMPARE_IN_REAL_TIME: Action = action(
    "Compare on the broker in real time",
    "The same with a store on this machine's disk, for half a minute to a minute",
    |plan| compare(plan, ClockKind::Real),
);

pub const STOP_MEASURING: Action =
    action("Stop measuring", "What is being measured is given up and leaves nothing", |plan| {
        only_if(plan.measuring.is_some(), PlanCommand::StopMeasuring, "Nothing is being measured")
    });

const NOTHING: &str = "Nothing is known of the plan yet";
const WRONG: &str = "Something is wrong with the plan: mend the inputs first";

/// The table.
pub const ALL: &[Action] = &[
    action("New plan", "The case of the textbooks, to begin with", |_| Ok(PlanCommand::New.into())),
    action("Open a plan…", "Reads a plan file", |_| Ok(Ask::ShowDialog(DialogKind::OpenPlan))),
    action("Save the plan…", "Writes the plan to a file", |_| Ok(Ask::ShowDialog(DialogKind::SavePlan))),
    action("Undo an edit of the plan", "Takes back the last one", |plan| {
        only_if(plan.undo.is_some(), PlanCommand::Undo, "The plan was not edited")
    }),
    action("Redo an edit of the plan", "Makes the edit again that was taken back", |plan| {
        only_if(plan.redo.is_some(), PlanCommand::Redo, "Nothing was taken back")
    }),
    IMPORT_RATES,
    action("Import key counts (CSV)…", "Keys as often as a file counts them: a key and a count in each row", |_| {
        Ok(Ask::ShowDialog(DialogKind::ImportKeys))
    }),
    EXPORT,
    RUN,
    COMPARE,
    COMPARE_IN_REAL_TIME,
    STOP_MEASURING,
    action("Stop the simulation", "The answer stays in theory", |plan| {
        let is_going = matches!(plan.progress, Progress::Computing | Progress::Simulating(_));
        only_if(is_going, PlanCommand::Cancel, "Nothing is simulated now")
    }),
    action("Simulate the plan again", "Every candidate, with the seed of the plan", |plan| {
        let is_going = matches!(plan.progress, Progress::Computing | Progress::Simulating(_));
        match plan.objections.first() {
            Some(_) => refuse(WRONG),
            None => only_if(!is_going, PlanCommand::Simulate, "It is being simulated"),
        }
    }),
    action("Copy the kafka-topics command", "Makes the selected candidate's topic", |plan| {
        copy(plan, Takeaway::KafkaTopics)
    }),
    action("Copy the Strimzi resource", "A KafkaTopic for Kubernetes", |plan| copy(plan, Takeaway::Strimzi)),
    action("Copy the Terraform resource", "A kafka_topic for Terraform", |plan| copy(plan, Takeaway::Terraform)),
];

/// Fills the plan in from a running group.
pub const CALIBRATE: &str = "Calibrate from live run";

/// What calibrating is for.
pub const CALIBRATE_HELP: &str = "Measures what one partition takes on this machine, and takes over how long a record \
    takes the consumers of a running group";

/// Why the plan can't be filled in from any group now.
pub fn calibrating_refusal(snapshot: &Snapshot, plan: &PlanState) -> Option<Cow<'static, str>> {
    let no_group = snapshot.groups.is_empty().then_some("No consumer group runs: open an experiment, or add a group");
    let wrong = (!plan.objections.is_empty()).then_some(WRONG);
    let reason = no_group.or(wrong).or_else(|| plan.cant_measure(ClockKind::Real));
    let all = snapshot.groups.iter().map(Observed::refusal);
    // With one group its reason is the only one.
    reason.map(Cow::Borrowed).or_else(|| all.collect::<Option<Vec<_>>>()?.into_iter().next().map(Cow::Owned))
}

/// Fills the plan in from this group.
pub fn calibrate(snapshot: &Snapshot, plan: &PlanState, group: &GroupView) -> Answer {
    if let Some(reason) = calibrating_refusal(snapshot, plan) {
        return Err(reason);
    }
    let refused = || Observed::refusal(group).map_or(Cow::Borrowed(NOTHING), Cow::Owned);
    let observed = Observed::of(snapshot, group).ok_or_else(refused)?;
    Ok(PlanCommand::Calibrate(Box::new(observed)).into())
}

fn compare(plan: &PlanState, clock: ClockKind) -> Answer {
    let Some(candidate) = plan.candidate() else { return refuse(NOTHING) };
    if !plan.objections.is_empty() {
        return refuse(WRONG);
    }
    match plan.cant_measure(clock) {
        Some(reason) => refuse(reason),
        None => Ok(PlanCommand::Compare(candidate.assessment.choice, clock).into()),
    }
}

/// The table as the palette has it, with the groups to calibrate from and the plans that are built in.
pub fn entries(situation: Situation<'_>) -> impl Iterator<Item = Entry> {
    let of_table = ALL.iter().map(move |action| Entry {
        label: action.label.into(),
        help: action.help.into(),
        keys: &[],
        answer: (action.answer)(situation.plan),
    });
    let examples = planning::EXAMPLES.iter().map(|title| Entry {
        label: format!("Plan {title}").into(),
        help: "Opens a plan that is built in".into(),
        keys: &[],
        answer: Ok(PlanCommand::Example(title).into()),
    });
    let groups = situation.snapshot.groups.iter().map(move |group| Entry {
        label: format!("Calibrate the plan from {}", group.name).into(),
        help: CALIBRATE_HELP.into(),
        keys: &[],
        answer: calibrate(situation.snapshot, situation.plan, group),
    });
    of_table.chain(groups).chain(examples)
}

fn copy(plan: &PlanState, takeaway: Takeaway) -> Answer {
    let text = plan.candidate().map(|candidate| takeaway.text(&plan.plan, candidate.assessment.choice));
    text.map_or_else(|| refuse(NOTHING), |text| Ok(Ask::CopyText(text)))
}
