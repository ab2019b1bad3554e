//! The desk as whoever plans sees it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::*;
use crate::lab::settings::{Value, plan as table};
use crate::lab::snapshot::{GroupView, MemberState, Snapshot};
use crate::model::durability::Durability;
use crate::model::units::Rate;
use crate::scenario::{BatchSpec, ConsumerSpec, ServiceTime};

/// A desk that does everything at once, with so small a load that a comparison takes moments.
fn desk() -> Arc<Desk> {
    let desk = Desk::inline(Trial { span: Some(Duration::from_secs(5)) });
    desk.send(PlanCommand::Example("textbook"));
    desk.send(PlanCommand::Set(table::PRODUCE_RATE.to(Value::Number(10.0))));
    Arc::new(desk)
}

/// Has something done whenever the desk tells something new.
fn whenever_told(desk: &Arc<Desk>, act: impl Fn(&Desk, &PlanState) + Send + Sync + 'static) {
    let known = OnceLock::new();
    assert!(known.set(Arc::downgrade(desk)).is_ok());
    desk.set_waker(Arc::new(move || {
        if let Some(desk) = known.get().and_then(std::sync::Weak::upgrade) {
            act(&desk, &desk.state());
        }
    }));
}

fn group(processed: u64) -> GroupView {
    let processing = ServiceTime::Exponential { mean: Duration::from_millis(1) };
    let spec = ConsumerSpec { processing, batch: BatchSpec::SINGLE, workers: 2, ..ConsumerSpec::default() };
    let busy_time = Duration::from_secs(2);
    let member = MemberState { spec: Arc::new(spec), busy_time, processed, ..MemberState::default() };
    GroupView { name: "billing".into(), members: vec![member], ..GroupView::default() }
}

fn observed() -> Box<Observed> {
    let mut snapshot = Snapshot::default();
    "memory".clone_into(&mut snapshot.broker.durability);
    "A burst".clone_into(&mut snapshot.experiment.title);
    Box::new(Observed::of(&snapshot, &group(1_000)).unwrap())
}

fn how(desk: &Desk, setting: &crate::lab::settings::Setting<Plan>) -> Option<String> {
    desk.state().filled(setting).map(|filled| filled.how.clone())
}

const CHOICE: Choice = Choice { partitions: 2, consumers: 1 };

#[test]
fn too_few_records_say_nothing() {
    let snapshot = Snapshot::default();
    assert_eq!(Observed::of(&snapshot, &group(10)), None);
    assert!(Observed::refusal(&group(10)).unwrap().contains("processed 10 records: after 100"));
    assert_eq!(Observed::refusal(&group(100)), None);
    assert!(Observed::refusal(&GroupView::default()).unwrap().contains("no consumers"));
    assert_eq!(observed().durability, Durability::Memory);
}

#[test]
fn a_plan_takes_what_was_measured_in_one_step_and_says_how() {
    let desk = desk();
    let before = desk.state().plan.clone();
    desk.send(PlanCommand::Calibrate(observed()));
    let state = desk.state();
    // Two workers were busy for two seconds each.
    assert_eq!(state.plan.processing, Some(ServiceTime::Exponential { mean: Duration::from_millis(4) }));
    assert_eq!((state.plan.consumer_rate, state.plan.workers), (None, 2));
    assert!(state.plan.partition_write_limit.unwrap().per_second() > 0.0);
    assert_eq!(state.measuring, None);
    let (limit, work) = (how(&desk, &table::WRITE_LIMIT).unwrap(), how(&desk, &table::PROCESSING_TIME).unwrap());
    assert!(limit.contains("Measured") && limit.contains("durability memory") && limit.contains("A burst"), "{limit}");
    assert!(work.contains("1,000 records") && work.contains("billing"), "{work}");
    assert!(how(&desk, &table::WORKERS).unwrap().starts_with("Taken over"));
    assert_eq!(how(&desk, &table::PRODUCE_RATE), None);
    desk.send(PlanCommand::Undo);
    assert_eq!((&desk.state().plan, how(&desk, &table::WORKERS)), (&before, None));
    desk.send(PlanCommand::Redo);
    assert!(how(&desk, &table::PROCESSING_TIME).is_some());
}

#[test]
fn a_mark_goes_with_its_value_and_comes_back() {
    let desk = desk();
    desk.send(PlanCommand::Calibrate(observed()));
    desk.send(PlanCommand::Set(table::PROCESSING_TIME.to(Value::Span(Duration::from_millis(7)))));
    assert_eq!(how(&desk, &table::PROCESSING_TIME), None);
    assert!(how(&desk, &table::WRITE_LIMIT).is_some(), "the others stay");
    desk.send(PlanCommand::Undo);
    assert!(how(&desk, &table::PROCESSING_TIME).is_some());
    desk.send(PlanCommand::New);
    desk.send(PlanCommand::Set(table::WORKERS.to(Value::Count(2))));
    assert_eq!(how(&desk, &table::WORKERS), None, "another plan with the same value");
    desk.send(PlanCommand::Undo);
    desk.send(PlanCommand::Undo);
    assert!(how(&desk, &table::WORKERS).is_some(), "the plan before is back with its marks");
}

#[test]
fn an_edit_made_while_it_is_measured_stays() {
    let desk = desk();
    whenever_told(&desk, |desk, state| {
        let is_first = state.plan.replication_factor != 5;
        if state.measuring.as_ref().is_some_and(|measuring| measuring.share > 0.3) && is_first {
            desk.send(PlanCommand::Set(table::REPLICATION_FACTOR.to(Value::Count(5))));
        }
    });
    desk.send(PlanCommand::Calibrate(observed()));
    assert_eq!((desk.state().plan.replication_factor, desk.state().plan.workers), (5, 2));
}

#[test]
fn another_plan_that_was_opened_meanwhile_is_not_filled_in() {
    let desk = desk();
    whenever_told(&desk, |desk, state| {
        if state.measuring.as_ref().is_some_and(|measuring| measuring.share > 0.3) && state.plan.title != "hot key" {
            desk.send(PlanCommand::Example("hot key"));
        }
    });
    desk.send(PlanCommand::Calibrate(observed()));
    let state = desk.state();
    assert!(state.filled_in.is_empty() && state.undo.as_deref() == Some("the plan \"hot key\""), "{:?}", state.undo);
    assert!(state.told.as_ref().unwrap().text.contains("another plan was opened"));
}

#[test]
fn a_candidate_is_compared_and_the_comparison_is_of_its_plan() {
    let desk = desk();
    desk.send(PlanCommand::Compare(CHOICE, ClockKind::Virtual));
    let state = desk.state();
    let comparison = state.comparison(CHOICE).unwrap();
    assert!(comparison.is_of(&state.plan) && comparison.measured.records > 5_000, "{comparison:?}");
    assert_eq!(state.comparison(Choice { partitions: 3, consumers: 1 }), None);
    desk.send(PlanCommand::Set(table::REPLICATION_FACTOR.to(Value::Count(5))));
    assert_eq!(desk.state().present_comparisons().count(), 1, "what disks hold makes no difference");
    desk.send(PlanCommand::Set(table::PRODUCE_RATE.to(Value::Number(11.0))));
    let state = desk.state();
    assert_eq!(state.present_comparisons().count(), 0);
    assert_eq!(state.comparison(CHOICE).unwrap().plan.produce_rate, Rate::from_per_second(10.0).unwrap());
    desk.send(PlanCommand::Undo);
    assert_eq!(desk.state().present_comparisons().count(), 1);
}

#[test]
fn a_plan_that_is_back_is_of_its_own_file() {
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (home.path().join("one.toml"), home.path().join("other.toml"));
    let desk = desk();
    desk.send(PlanCommand::Save(one.clone()));
    desk.send(PlanCommand::Set(table::WORKERS.to(Value::Count(2))));
    desk.send(PlanCommand::Example("hot key"));
    desk.send(PlanCommand::Save(other.clone()));
    let is = |file: &std::path::Path, edited| {
        let state = desk.state();
        assert_eq!((state.file.as_deref(), state.edited), (Some(file), edited), "{}", state.plan.title);
    };
    is(&other, false);
    desk.send(PlanCommand::Undo);
    is(&one, true);
    desk.send(PlanCommand::Undo);
    is(&one, false);
    desk.send(PlanCommand::Redo);
    desk.send(PlanCommand::Redo);
    is(&other, false);
}

#[test]
fn what_is_measured_can_be_stopped_and_leaves_nothing() {
    for command in [PlanCommand::Compare(CHOICE, ClockKind::Virtual), PlanCommand::Calibrate(observed())] {
        let desk = desk();
        let plan = desk.state().plan.clone();
        let shares = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&shares);
        whenever_told(&desk, move |desk, state| {
            let Some(measuring) = &state.measuring else { return };
            told.lock().unwrap().push(measuring.share);
            if measuring.share >= 0.2 {
                desk.send(PlanCommand::StopMeasuring);
            }
        });
        desk.send(command);
        let state = desk.state();
        assert_eq!((&state.measuring, state.comparisons.len(), &state.plan), (&None, 0, &plan));
        let shares = shares.lock().unwrap();
        assert!(shares.is_sorted() && shares.last().is_some_and(|last| (0.2..0.9).contains(last)), "{shares:?}");
    }
}

#[test]
fn one_thing_is_measured_at_a_time_and_nothing_while_the_simulation_is_busy() {
    let desk = desk();
    whenever_told(&desk, |desk, state| {
        if state.measuring.as_ref().is_some_and(|measuring| measuring.share == 0.0) && state.told.is_none() {
            desk.send(PlanCommand::Compare(CHOICE, ClockKind::Virtual));
        }
    });
    desk.send(PlanCommand::Compare(CHOICE, ClockKind::Virtual));
    let state = desk.state();
    assert!(state.told.as_ref().unwrap().text.contains("is being measured"), "{:?}", state.told);
    assert_eq!(state.comparisons.len(), 1);
    let busy = PlanState { progress: Progress::Simulating(0.5), ..PlanState::default() };
    assert!(busy.cant_measure(ClockKind::Real).unwrap().contains("every core"));
    assert_eq!(busy.cant_measure(ClockKind::Virtual), None);
}
