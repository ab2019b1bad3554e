//! The planner's view: what is entered changes what is recommended, at once; what can't be is said where it is
//! entered; and the plan becomes an experiment.

use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::Queryable;
use logyard::lab::command::Source;
use logyard::lab::planning::{PlanCommand, Progress};
use logyard::lab::settings::{Value, plan};
use logyard::lab::{Command, LabLink};
use logyard::model::units::Rate;

use crate::harness::{Window, click, has, press, press_command, window};
use crate::sample::{self, Fake};

/// A window with the planner in front and the plan of the textbooks in it.
fn planner() -> (Window, std::sync::Arc<Fake>) {
    let (mut window, fake) = window(sample::backlog());
    fake.desk().send(PlanCommand::Example("textbook"));
    window.run();
    (window, fake)
}

fn set(window: &mut Window, fake: &Fake, change: logyard::lab::settings::Change<logyard::scenario::plan::Plan>) {
    fake.desk().send(PlanCommand::Set(change));
    window.run();
}

/// Types into a number field.
fn enter(window: &mut Window, name: &str, text: &str) {
    window.get_by_label(name).focus();
    window.run();
    window.event(egui::Event::Text(text.to_owned()));
    window.run();
    press(window, Key::Enter);
}

#[test]
fn the_textbook_case_is_20_and_more_load_needs_more() {
    let (mut window, fake) = planner();
    window.get_by_label("20 partitions");
    window.get_by_label("Produce rate ÷ partition write limit 10");
    window.get_by_label("Produce rate ÷ consumer rate 20, the one that decides");
    enter(&mut window, "Average arrival rate of the plan", "2000");
    assert_eq!(fake.desk().state().plan.produce_rate, Rate::from_per_second(2_000.0).unwrap());
    window.get_by_label("40 partitions");
    press_command(&mut window, Key::Z);
    window.get_by_label("20 partitions");
    press_command(&mut window, Key::Y);
    window.get_by_label("40 partitions");
}

#[test]
fn what_is_simulated_says_so_with_its_seed() {
    let (mut window, fake) = planner();
    set(&mut window, &fake, plan::HAS_UTILISATION.to(Value::Choice(1)));
    assert!(matches!(fake.desk().state().progress, Progress::Done(effort) if effort.records > 10_000));
    window.get_by_label_contains("· seed 1");
    window.get_by_label_contains("p99 latency by partition count chart, theory from");
    window.get_by_label_contains("24 partitions chart, simulated from");
}

#[test]
fn wrong_input_is_said_beside_its_field_and_the_answer_stays() {
    let (mut window, fake) = planner();
    set(&mut window, &fake, plan::PRODUCE_RATE.to(Value::Number(0.0)));
    window.get_by_label_contains("produce_rate is 0");
    window.get_by_label_contains("what is shown is of the plan before");
    window.get_by_label("20 partitions");
    set(&mut window, &fake, plan::PRODUCE_RATE.to(Value::Number(500.0)));
    assert!(window.query_by_label_contains("produce_rate is 0").is_none());
    window.get_by_label("10 partitions");
}

#[test]
fn a_load_that_nothing_carries_says_why() {
    let (mut window, fake) = planner();
    fake.desk().send(PlanCommand::Example("hot key"));
    window.run();
    window.get_by_label("No count helps");
    window.get_by_label_contains("No count of partitions helps, because one key alone");
}

#[test]
fn rates_with_a_hole_are_refused_with_the_line() {
    let (mut window, fake) = planner();
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("rates.csv");
    let rows = |minutes: &[u32]| minutes.iter().map(|at| format!("{},1000", at * 60)).collect::<Vec<_>>().join("\n");
    std::fs::write(&file, rows(&[0, 1, 2, 3, 4, 5, 9, 10, 11])).unwrap();
    fake.desk().send(PlanCommand::ImportRates(file.clone()));
    window.run();
    let told = fake.desk().state().told.clone().unwrap();
    assert!(told.text.contains("rates.csv") && told.text.contains("importing rates"), "{}", told.text);
    window.get_by_label_contains("importing rates");
    window.get_by_label("20 partitions");
    std::fs::write(&file, rows(&[0, 1, 2, 3, 4, 5, 6, 7, 8])).unwrap();
    click(&mut window, "Read");
    fake.desk().send(PlanCommand::ImportRates(file));
    window.run();
    window.get_by_label_contains("9 rates over time from");
}

#[test]
fn a_plan_is_saved_and_opened_again_with_its_files() {
    let (mut window, fake) = planner();
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("keys.csv");
    std::fs::write(&keys, "key,count\na,5\nb,3\nc,2\n").unwrap();
    fake.desk().send(PlanCommand::ImportKeys(keys));
    let file = home.path().join("plan.toml");
    fake.desk().send(PlanCommand::Save(file.clone()));
    window.run();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("file = \"keys.csv\""), "{text}");
    let saved = fake.desk().state().plan.clone();
    fake.desk().send(PlanCommand::New);
    fake.desk().send(PlanCommand::Open(file));
    window.run();
    let state = fake.desk().state();
    assert_eq!(state.plan, saved);
    assert!(!state.edited && state.file.is_some(), "{:?}", state.told);
}

#[test]
fn a_candidate_is_selected_and_run_on_the_broker() {
    let (mut window, fake) = planner();
    fake.change(|snapshot| snapshot.experiment.edited = false);
    window.run();
    let row =
        |window: &Window, count: u32| window.get_by_label_contains(&format!("Partitions {count}, ")).rect().center();
    let at = row(&window, 25);
    window.hover_at(at);
    window.drag_at(at);
    window.drop_at(at);
    window.run();
    assert_eq!(fake.desk().state().candidate().unwrap().assessment.choice.partitions, 25);
    click(&mut window, "Run it on the broker");
    let asked = fake.asked();
    let [Command::Open(Source::Made(scenario))] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(scenario.topics[0].partitions, 25);
    assert_eq!(scenario.groups[0].template.processing.mean(), Duration::from_millis(20));
    assert!(window.query_by_label_contains("Topology: ").is_some(), "the run is shown");
}

#[test]
fn the_planner_has_a_key_and_does_nothing_before_it_is_looked_at() {
    let (mut window, fake) = window(sample::backlog());
    assert_eq!(fake.desk().state().progress, Progress::Idle);
    press(&mut window, Key::Num4);
    assert!(fake.desk().state().answer.is_some());
    assert!(has(&window, "Run it on the broker") && has(&window, "Recommended"));
}
