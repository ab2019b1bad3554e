//! The planner beside a running experiment: inputs are measured and say so, candidates are compared on the broker,
//! what is measured can be stopped, and closing asks about a plan that was changed.

use std::sync::Arc;
use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use logyard::lab::Desk;
use logyard::lab::planning::PlanCommand;
use logyard::lab::run::ClockKind;
use logyard::lab::settings::{Value, plan as table};
use logyard::lab::{LabLink, Snapshot};
use logyard::planner::choice::Choice;

use crate::harness::{Window, click, has, press, press_command, window, window_over};
use crate::sample::{self, Fake};

/// An experiment whose groups have worked for long enough.
fn running() -> Snapshot {
    let mut snapshot = sample::backlog();
    "memory".clone_into(&mut snapshot.broker.durability);
    snapshot.experiment.edited = false;
    for member in snapshot.groups.iter_mut().flat_map(|group| &mut group.members) {
        member.busy_time = Duration::from_millis(4 * member.processed);
    }
    snapshot
}

/// A window with the planner in front and a plan so small that a comparison takes moments.
fn planner(snapshot: Snapshot) -> (Window, Arc<Fake>) {
    let (mut window, fake) = window(snapshot);
    fake.desk().send(PlanCommand::Example("textbook"));
    fake.desk().send(PlanCommand::Set(table::PRODUCE_RATE.to(Value::Number(10.0))));
    window.run();
    (window, fake)
}

fn is_enabled(window: &Window, name: &str) -> bool {
    !window.get_by_label(name).accesskit_node().is_disabled()
}

fn says(window: &Window, part: &str) -> bool {
    window.query_all_by_label_contains(part).next().is_some()
}

const MARK: &str = "Write limit per partition measured";

#[test]
fn a_plan_is_calibrated_from_one_of_the_groups_that_run() {
    let (mut window, fake) = planner(running());
    assert!(!has(&window, MARK));
    click(&mut window, "Calibrate from live run ▾");
    click(&mut window, "Calibrate from billing");
    let plan = fake.desk().state().plan.clone();
    assert!((plan.work().processing.mean().as_secs_f64() - 0.004).abs() < 1e-4, "{:?}", plan.processing);
    assert!(has(&window, MARK) && has(&window, "Processing time measured") && has(&window, "Batch taken over"));
    assert!(says(&window, "records of billing"));
    window.get_by_label(MARK).hover();
    window.run();
    assert!(says(&window, "durability memory") && says(&window, "A burst outruns billing"));
}

#[test]
fn a_mark_goes_with_a_hand_and_comes_back_with_undo() {
    let (mut window, fake) = planner(running());
    click(&mut window, "Calibrate from live run ▾");
    click(&mut window, "Calibrate from analytics");
    fake.desk().send(PlanCommand::Set(table::WRITE_LIMIT.to(Value::Number(123.0))));
    window.run();
    assert!(!has(&window, MARK) && has(&window, "Processing time measured"));
    press_command(&mut window, Key::Z);
    assert!(has(&window, MARK));
    press_command(&mut window, Key::Z);
    assert!(!has(&window, MARK) && !has(&window, "Processing time measured"), "it was one step");
}

#[test]
fn one_group_needs_no_menu_and_none_says_why() {
    let mut one = running();
    one.groups.truncate(1);
    let (mut window, fake) = planner(one);
    click(&mut window, "Calibrate from live run");
    assert!(has(&window, MARK));
    fake.change(|snapshot| snapshot.groups[0].members.iter_mut().for_each(|member| member.processed = 7));
    window.run();
    assert!(!is_enabled(&window, "Calibrate from live run"));
    window.get_by_label("Calibrate from live run").hover();
    window.run();
    assert!(says(&window, "has processed 35 records: after 100"));
    fake.change(|snapshot| snapshot.groups.clear());
    window.run();
    window.get_by_label("Calibrate from live run").hover();
    window.run();
    assert!(says(&window, "No consumer group runs"));
}

#[test]
fn a_candidate_is_compared_on_the_broker_and_a_changed_plan_says_so() {
    let (mut window, fake) = planner(running());
    window.get_by_label_contains("Runs this candidate on the embedded broker");
    click(&mut window, "Compare on the broker");
    window.get_by_label_contains("p99 latency, theory");
    window.get_by_label_contains("Measured on the embedded broker in virtual time");
    assert!(says(&window, "measured from"), "the chart has its diamond");
    let choice = fake.desk().state().candidate().unwrap().assessment.choice;
    fake.desk().send(PlanCommand::Set(table::SEED.to(Value::Count(9))));
    window.run();
    assert_eq!(fake.desk().state().candidate().unwrap().assessment.choice, choice);
    window.get_by_label("Of the plan before the last edit");
    assert!(!says(&window, "measured from"));
    press_command(&mut window, Key::Z);
    assert!(!has(&window, "Of the plan before the last edit") && says(&window, "measured from"));
}

#[test]
fn what_is_measured_is_told_and_stopped() {
    // Its threads go on for much longer than the test.
    let fake = Fake::with_desk(running(), Desk::start().unwrap());
    fake.desk().send(PlanCommand::Example("checkout 2027"));
    fake.desk().send(PlanCommand::Cancel);
    let mut window = window_over(&fake);
    assert!(!has(&window, "Stop"));
    fake.desk().send(PlanCommand::Compare(Choice { partitions: 36, consumers: 28 }, ClockKind::Real));
    window.run();
    window.get_by_label_contains("Running 36 partitions, 28 consumers on the broker in real time");
    window.get_by_label_contains("Measured so far");
    assert!(!is_enabled(&window, "Calibrate from live run ▾"));
    window.get_by_label("Calibrate from live run ▾").hover();
    window.run();
    assert!(says(&window, "Something is being measured"));
    click(&mut window, "Stop");
    let state = fake.desk().state();
    assert!(state.measuring.is_none() && state.comparisons.is_empty());
    assert!(!has(&window, "Stop"));
}

/// Asks the window to close, and says whether it does.
fn closes(window: &mut Window) -> bool {
    window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.push(egui::ViewportEvent::Close);
    window.run_steps(1);
    let commands = &window.output().viewport_output[&egui::ViewportId::ROOT].commands;
    let is_held = commands.contains(&egui::ViewportCommand::CancelClose);
    window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.clear();
    window.run();
    !is_held
}

#[test]
fn closing_asks_about_a_plan_that_was_changed_and_replacing_it_does_not() {
    let (mut window, fake) = planner(running());
    let home = tempfile::tempdir().unwrap();
    fake.desk().send(PlanCommand::Save(home.path().join("plan.toml")));
    window.run();
    assert!(closes(&mut window), "it is saved");
    fake.desk().send(PlanCommand::Set(table::WORKERS.to(Value::Count(2))));
    window.run();
    assert!(!closes(&mut window));
    window.get_by_label_contains("The plan was changed by hand. Save it to plan.toml");
    click(&mut window, "Cancel");
    assert!(fake.desk().state().edited);
    fake.desk().send(PlanCommand::Example("hot key"));
    window.run();
    assert!(!has(&window, "Save your changes?"), "undo brings it back");
    press_command(&mut window, Key::Z);
    assert!(!closes(&mut window));
    window.get_by_label("Save").click();
    window.run();
    assert!(!fake.desk().state().edited);
    assert!(std::fs::read_to_string(home.path().join("plan.toml")).unwrap().contains("workers = 2"));
    assert!(closes(&mut window));
}

#[test]
fn an_experiment_and_a_plan_that_were_changed_are_asked_about_one_after_the_other() {
    let (mut window, fake) = planner(running());
    fake.change(|snapshot| snapshot.experiment.edited = true);
    window.run();
    assert!(fake.desk().state().edited && !closes(&mut window));
    window.get_by_label_contains("The experiment was changed by hand");
    window.get_by_label("Don't save").click();
    window.run_steps(2);
    assert!(!closes(&mut window));
    window.get_by_label_contains("The plan was changed by hand");
    press(&mut window, Key::Escape);
    assert!(!closes(&mut window));
    window.get_by_label_contains("The experiment was changed by hand");
}

#[test]
fn the_planner_is_used_by_keys_alone() {
    let (mut window, fake) = planner(running());
    crate::keyboard::enter(&mut window, "Calibrate from live run");
    press(&mut window, Key::ArrowDown);
    crate::keyboard::enter(&mut window, "Calibrate from billing");
    assert!(has(&window, MARK));
    crate::keyboard::tab_to(&mut window, "Average arrival rate of the plan");
    crate::keyboard::tab_to(&mut window, "Partitions ");
    press(&mut window, Key::ArrowDown);
    let selected = fake.desk().state().selected;
    assert!(selected.is_some(), "a row is selected");
    crate::keyboard::enter(&mut window, "Compare on the broker");
    assert_eq!(fake.desk().state().comparisons.last().map(|comparison| comparison.choice), selected);
}
