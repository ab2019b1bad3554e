//! Adding things by a form, and what the window says of where an experiment comes from and where its data is.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, ViewportCommand};
use egui_kittest::kittest::{NodeT, Queryable};
use logyard::clock::Time;
use logyard::lab::Command;
use logyard::lab::command::Source;
use logyard::lab::snapshot::{ClientStatus, Holding, Notice, Severity, StorePlace};
use logyard::metrics::burrow::{Evaluation, Reason, Status};
use logyard::scenario::{GroupSpec, Keys, Pattern, ProducerSpec, RecordSize};

use crate::harness::{Window, click, has, press, press_command, remembering, window, window_of};
use crate::sample::{self, Fake};

fn producer_of(fake: &Fake) -> ProducerSpec {
    match fake.asked().as_slice() {
        [Command::AddProducer(spec)] => (**spec).clone(),
        other => panic!("{other:?}"),
    }
}

fn group_of(fake: &Fake) -> GroupSpec {
    match fake.asked().as_slice() {
        [Command::AddGroup(spec)] => (**spec).clone(),
        other => panic!("{other:?}"),
    }
}

fn set(window: &mut Window, name: &str, value: f64) {
    window.get_by_label(name).set_value_accesskit(value);
    window.run();
}

fn choose(window: &mut Window, name: &str, word: &str) {
    click(window, name);
    click(window, word);
}

/// Opens the palette and does what it finds first.
fn command(window: &mut Window, words: &str) {
    press_command(window, Key::K);
    window.event(egui::Event::Text(words.to_owned()));
    window.run();
    press(window, Key::Enter);
}

#[test]
fn a_producer_is_added_with_every_setting() {
    let (mut window, fake) = window_of(sample::backlog(), 1400.0, 1300.0);
    click(&mut window, "Add a producer");
    set(&mut window, "Rate of the new producer", 250.0);
    set(&mut window, "Count of the new producer", 3.0);
    choose(&mut window, "Pattern of the new producer", "burst");
    set(&mut window, "Burst factor of the new producer", 5.0);
    choose(&mut window, "Keys of the new producer", "zipf");
    set(&mut window, "Exponent of the new producer", 1.5);
    assert!(!has(&window, "Linger of the new producer"), "the rest is folded");
    click(&mut window, "More settings");
    choose(&mut window, "Sizes of the new producer", "uniform");
    set(&mut window, "Largest of the new producer", 9_000.0);
    set(&mut window, "Linger of the new producer", 20.0);
    click(&mut window, "Add");
    let spec = producer_of(&fake);
    assert_eq!((spec.name.as_str(), spec.count, &*spec.topic), ("producer-1", 3, "orders"));
    assert!((spec.rate.per_second() - 250.0).abs() < 1e-9);
    let (every, length) = (Duration::from_secs(20), Duration::from_secs(5));
    assert_eq!(spec.pattern, Pattern::Burst { every, length, factor: 5.0 });
    assert_eq!(spec.keys, Keys::Zipf { count: 10_000, exponent: 1.5 });
    assert_eq!(spec.size, RecordSize::Uniform { min: 500, max: 9_000 });
    assert_eq!(spec.linger, Duration::from_millis(20));
    assert!(!has(&window, "Cancel"), "the dialog is closed");
}

#[test]
fn a_group_reads_the_topics_that_are_ticked() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "Add a consumer group");
    click(&mut window, "the new group reads orders.dlq");
    set(&mut window, "Session timeout of the new group", 6.0);
    set(&mut window, "Number of consumers", 3.0);
    set(&mut window, "Processing time of the new group", 4.0);
    press(&mut window, Key::Enter);
    let spec = group_of(&fake);
    let topics: Vec<&str> = spec.topics.iter().map(|topic| &**topic).collect();
    assert_eq!(topics, ["orders", "orders.dlq"]);
    assert_eq!(spec.session_timeout, Duration::from_secs(6));
    let names: Vec<&str> = spec.consumers.iter().map(|consumer| consumer.name.as_str()).collect();
    assert_eq!(names, ["group-1-1", "group-1-2", "group-1-3"]);
    assert!(spec.consumers.iter().all(|consumer| consumer.processing.mean() == Duration::from_millis(4)));
}

#[test]
fn consumers_are_added_to_a_group_unlike_its_others() {
    let (mut window, fake) = window(sample::backlog());
    click(&mut window, "billing lag 14,208 ▲");
    click(&mut window, "Add…");
    set(&mut window, "Number of consumers", 2.0);
    set(&mut window, "Processing time of the new consumers", 9.0);
    click(&mut window, "Add");
    let asked = fake.asked();
    let [Command::AddConsumers { group, count: 2, like }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((group.as_str(), like.processing.mean()), ("billing", Duration::from_millis(9)));
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_keeps_the_form_open() {
    let (mut window, fake) = window_of(sample::backlog(), 1400.0, 1300.0);
    click(&mut window, "Add a producer");
    window.get_by_label("Name of the new producer").type_text("web");
    window.run();
    window.get_by_label("That name is taken");
    press(&mut window, Key::Enter);
    assert!(has(&window, "Cancel") && fake.asked().is_empty());
    window.get_by_label("Name of the new producer").focus();
    window.run();
    window.get_by_label("Name of the new producer").type_text("2");
    window.run();
    assert!(!has(&window, "That name is taken"));
    click(&mut window, "More settings");
    set(&mut window, "Linger of the new producer", 9e7);
    window.get_by_label_contains("linger must");
    click(&mut window, "Fewer settings");
    window.get_by_label_contains("linger must");
    assert!(window.get_by_label("Add").accesskit_node().is_disabled());
    press(&mut window, Key::Escape);
    assert!(!has(&window, "Cancel") && fake.asked().is_empty());
}

#[test]
fn without_a_topic_a_form_says_what_comes_first() {
    let (mut window, fake) = window(logyard::lab::Snapshot::default());
    for kind in ["Add a producer", "Add a consumer group"] {
        click(&mut window, kind);
        window.get_by_label("Add a topic first: there is none yet");
        press(&mut window, Key::Enter);
        press(&mut window, Key::Escape);
    }
    assert_eq!(fake.asked(), []);
}

#[test]
fn a_groups_topics_change_while_it_runs_but_for_the_last() {
    let mut snapshot = sample::backlog();
    let orders = logyard::model::topic::TopicName::new("orders").unwrap();
    snapshot.groups[0].spec = Arc::new(GroupSpec { topics: vec![orders], ..GroupSpec::default() });
    let (mut window, fake) = window_of(snapshot, 1400.0, 1900.0);
    click(&mut window, "billing lag 14,208 ▲");
    click(&mut window, "billing reads orders");
    assert_eq!(fake.asked(), [], "the last one stays");
    click(&mut window, "billing reads orders.dlq");
    let asked = fake.asked();
    let [Command::SetGroup { group, change }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((group.as_str(), change.words().as_str()), ("billing", "orders, orders.dlq"));
}

#[test]
fn a_menu_keeps_what_can_not_be_done_with_the_reason() {
    let (mut window, fake) = window(sample::crashed());
    window.get_by_label("billing-2 crashed").click_secondary();
    window.run();
    for item in ["Stop, not now: It does not run", "Stall, not now: It does not run", "Crash, not now: It does not run"]
    {
        assert!(window.get_by_label(item).accesskit_node().is_disabled(), "{item}");
    }
    click(&mut window, "Stop, not now: It does not run");
    assert_eq!(fake.asked(), []);
    window.get_by_label("billing-2 crashed").click_secondary();
    window.run();
    click(&mut window, "Start");
    assert_eq!(fake.asked(), [Command::Start("billing-2".into())]);
}

#[test]
fn what_the_experiment_is_about_reads_as_text_with_emphasis() {
    let mut snapshot = sample::backlog();
    snapshot.experiment.about = "First **bold** words.\n\n- one point".into();
    let (mut window, fake) = window(snapshot);
    press(&mut window, Key::I);
    assert!(window.query_all_by_label_contains("**bold**").next().is_none(), "no raw Markdown");
    click(&mut window, "Close");
    fake.change(|snapshot| snapshot.experiment.about = String::new());
    window.run();
    command(&mut window, "about this");
    window.get_by_label_contains("says nothing about itself");
    press(&mut window, Key::Escape);
    assert!(!has(&window, "Close"));
}

fn titles(window: &mut Window) -> Vec<String> {
    window.run_steps(1);
    let commands = &window.output().viewport_output[&egui::ViewportId::ROOT].commands;
    let titles = commands
        .iter()
        .filter_map(|command| if let ViewportCommand::Title(title) = command { Some(title.clone()) } else { None });
    titles.collect()
}

#[test]
fn the_window_is_called_after_its_file_with_a_mark_while_there_is_something_to_save() {
    let (mut window, fake) = window(sample::backlog());
    fake.change(|snapshot| snapshot.experiment.edited = false);
    assert_eq!(titles(&mut window), ["orders-backlog.toml – Logyard"]);
    assert_eq!(titles(&mut window), [] as [&str; 0], "said once");
    fake.change(|snapshot| {
        snapshot.experiment.edited = true;
        snapshot.experiment.source = Source::BuiltIn("orders".into());
    });
    assert_eq!(titles(&mut window), ["● A burst outruns billing – Logyard"]);
}

#[test]
fn an_error_is_said_by_the_banner_alone() {
    let (mut window, fake) = window(sample::backlog());
    fake.change(|snapshot| {
        let notice = Notice { at: snapshot.clock.time, severity: Severity::Error, text: "the disk is full".into() };
        Arc::make_mut(&mut snapshot.notices).push(notice);
    });
    window.run();
    assert_eq!(window.query_all_by_label_contains("the disk is full").count(), 1);
    window.get_by_label_contains("billing-5 joins billing");
}

#[test]
fn records_of_before_are_told_where_the_ledger_is() {
    let mut snapshot = sample::backlog();
    snapshot.experiment.records_before = 12_345;
    snapshot.experiment.store = StorePlace::Kept { directory: "/data/lab".into(), goes_on: true };
    let (mut window, _) = window_of(snapshot, 1400.0, 1900.0);
    window.get_by_label("Data kept");
    window.get_by_label("Records of before 12,345");
    click(&mut window, "billing lag 14,208 ▲");
    window.get_by_label("Counts since this start: 12,345 records of before are not in it.");
}

#[test]
fn the_same_scenario_starts_again_unless_its_data_is_somebody_elses() {
    let mut snapshot = sample::backlog();
    snapshot.experiment.edited = false;
    let (mut window, fake) = window(snapshot);
    command(&mut window, "start again with");
    assert_eq!(fake.asked(), [Command::Open(Source::File("orders-backlog.toml".into()))]);
    fake.change(|snapshot| snapshot.experiment.store = StorePlace::Dir("/data/mine".into()));
    window.run();
    press_command(&mut window, Key::K);
    window.event(egui::Event::Text("start again with".to_owned()));
    window.run();
    window.get_by_label_contains("not now: Its directory was given with --data");
}

#[test]
fn a_partition_tells_who_held_it() {
    let mut snapshot = sample::backlog();
    let held = |owner: &str, from: u64, until: Option<u64>, is_read| Holding {
        partition: sample::tp("orders", 2),
        owner: owner.into(),
        is_read,
        from: Time::from_micros(from * 1_000_000),
        until: until.map(|until| Time::from_micros(until * 1_000_000)),
    };
    let mut history = logyard::lab::snapshot::History::clone(&snapshot.history);
    let billing = history.groups.get_mut("billing").unwrap();
    billing.holdings = Arc::new(vec![held("billing-1", 2, Some(9), false), held("billing-2", 9, None, true)]);
    snapshot.history = Arc::new(history);
    let (mut window, _) = window_of(snapshot, 1400.0, 1900.0);
    click(&mut window, "orders 8 part.");
    window.get_by_label_contains("orders-2 end").click();
    window.run();
    window.get_by_label_contains("– now billing-2");
    window.get_by_label_contains("billing-1, not reading");
}

#[test]
fn a_group_that_does_not_do_well_says_so_in_the_outline() {
    let mut snapshot = sample::backlog();
    snapshot.groups[0].status = Some(Evaluation { status: Status::Warn, reason: Reason::WasZero });
    let (window, _) = window(snapshot);
    window.get_by_label("billing WARN · lag 14,208 ▲");
}

#[test]
fn side_panes_close_and_come_back_from_the_menu() {
    let (mut window, _) = window(sample::backlog());
    for pane in ["Outline", "Inspector"] {
        let is_there = |window: &Window| has(window, &format!("{pane} pane"));
        assert!(is_there(&window));
        for _ in 0..2 {
            let was_there = is_there(&window);
            click(&mut window, "Menu");
            window.get_by_label_contains("Panes").click();
            window.run();
            click(&mut window, &format!("Pane {pane}"));
            press(&mut window, Key::Escape);
            press(&mut window, Key::Escape);
            assert_ne!(is_there(&window), was_there, "{pane}");
        }
    }
}

#[test]
fn plain_keys_stay_with_a_field_that_is_typed_into() {
    let (mut window, fake) = window_of(sample::backlog(), 1400.0, 1900.0);
    click(&mut window, "web 820 /s");
    for field in ["Rate of web", "Filter the outline", "Linger of web"] {
        window.get_by_label(field).click();
        window.run();
        for (key, text) in [(Key::Num3, "3"), (Key::S, "s"), (Key::Minus, "-"), (Key::Plus, "+"), (Key::Slash, "/")] {
            window.event(egui::Event::Text(text.to_owned()));
            press(&mut window, key);
        }
        press(&mut window, Key::Space);
        press(&mut window, Key::Escape);
        window.get_by_label("Inspector of web");
    }
    let others =
        fake.asked().into_iter().filter(|it| !matches!(it, Command::SetRate { .. } | Command::SetProducer { .. }));
    assert_eq!(others.collect::<Vec<_>>(), []);
    assert!(!has(&window, "None is taken from a text field. Esc closes this."));
}

#[test]
fn the_first_click_after_the_welcome_counts() {
    let home = tempfile::tempdir().unwrap();
    let settings = logyard::ui::settings::SettingsFile::at(&home.path().join("settings.json"));
    let (mut window, _) = remembering(sample::backlog(), settings);
    click(&mut window, "Watch the demonstration");
    click(&mut window, "web 820 /s");
    window.get_by_label("Inspector of web");
}

#[test]
fn a_crashed_client_is_offered_only_what_helps() {
    let mut snapshot = sample::backlog();
    snapshot.producers[0].status = ClientStatus::Crashed;
    let (mut window, fake) = window(snapshot);
    window.get_by_label("web crashed").click_secondary();
    window.run();
    assert!(!has(&window, "Slow down 10×"), "a producer has no processing time");
    click(&mut window, "Start");
    assert_eq!(fake.asked(), [Command::Start("web".into())]);
}

#[test]
fn a_speed_that_the_machine_can_not_follow_is_said() {
    let (mut window, fake) = window(sample::backlog());
    fake.change(|snapshot| {
        snapshot.clock.speed = 100.0;
        (snapshot.clock.late, snapshot.clock.reached) = (Some(Duration::from_secs(4)), Some(99.0));
    });
    window.run();
    assert!(!has(&window, "4.0 s late"), "40 ms of real time");
    fake.change(|snapshot| snapshot.clock.reached = Some(41.0));
    window.run();
    window.get_by_label("runs at 41× of 100×");
    fake.change(|snapshot| {
        (snapshot.clock.late, snapshot.clock.reached) = (Some(Duration::from_secs(20)), Some(100.0));
    });
    window.run();
    window.get_by_label("20.0 s late");
    fake.change(|snapshot| snapshot.clock.paused = true);
    window.run();
    assert!(!has(&window, "20.0 s late"));
}
