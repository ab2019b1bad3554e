//! What can be done with a plan: one table for the planner's buttons, its menu and the palette.

use super::{Answer, Entry, Situation, only_if, refuse};
use crate::lab::planning::{self, PlanCommand, PlanState, Progress};
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

const IMPORT_RATES: Action =
    action("Import rates (CSV)…", "Rates over time from a file: a time and records per second in each row", |_| {
        Ok(Ask::ShowDialog(DialogKind::ImportRates))
    });

const EXPORT: Action =
    action("Export plan report…", "A page, charts as pictures and their values, and the summary", |plan| {
        only_if(plan.answer.is_some(), Ask::ShowDialog(DialogKind::ExportPlan), NOTHING)
    });

const RUN: Action = Action {
    is_primary: true,
    ..action(
        "Run it on the broker",
        "Opens an experiment with this load, these partitions and these consumers",
        |plan| plan.candidate().map_or_else(|| refuse(NOTHING), |_| Ok(Ask::RunPlan)),
    )
};

const NOTHING: &str = "Nothing is known of the plan yet";

/// Those with a button of their own.
pub const BUTTONS: &[Action] = &[IMPORT_RATES, EXPORT, RUN];

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
    action("Stop the simulation", "The answer stays in theory", |plan| {
        let is_going = matches!(plan.progress, Progress::Computing | Progress::Simulating(_));
        only_if(is_going, PlanCommand::Cancel, "Nothing is simulated now")
    }),
    action("Simulate the plan again", "Every candidate, with the seed of the plan", |plan| {
        let is_going = matches!(plan.progress, Progress::Computing | Progress::Simulating(_));
        match plan.objections.first() {
            Some(_) => refuse("Something is wrong with the plan: mend the inputs first"),
            None => only_if(!is_going, PlanCommand::Simulate, "It is being simulated"),
        }
    }),
    action("Copy the kafka-topics command", "Makes the selected candidate's topic", |plan| {
        copy(plan, Takeaway::KafkaTopics)
    }),
    action("Copy the Strimzi resource", "A KafkaTopic for Kubernetes", |plan| copy(plan, Takeaway::Strimzi)),
    action("Copy the Terraform resource", "A kafka_topic for Terraform", |plan| copy(plan, Takeaway::Terraform)),
];

/// The table as the palette has it, with the plans that are built in.
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
    of_table.chain(examples)
}

fn copy(plan: &PlanState, takeaway: Takeaway) -> Answer {
    let text = plan.candidate().map(|candidate| takeaway.text(&plan.plan, candidate.assessment.choice));
    text.map_or_else(|| refuse(NOTHING), |text| Ok(Ask::CopyText(text)))
}
