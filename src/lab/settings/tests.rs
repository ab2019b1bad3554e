//! The tables hold together, and every value of theirs goes in and comes out.

use std::collections::BTreeSet;

use super::*;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec};

fn holds_together<S>(all: &[&'static Setting<S>]) {
    let mut labels = BTreeSet::new();
    for setting in all {
        assert!(labels.insert(setting.label), "two settings are called {}", setting.label);
        assert!(!setting.help.is_empty() && !setting.key.is_empty(), "{}", setting.label);
        assert!(!setting.help.ends_with('.') && !setting.label.contains(':'), "{}", setting.label);
    }
}

/// Puts every choice of every setting, and whatever means something then, back as it is.
fn all_values_come_back<S: Clone>(all: &[&'static Setting<S>], of: &S) {
    for setting in all {
        let Access::Choice { words, .. } = setting.access else { continue };
        for index in 0..words.len() {
            let mut of = of.clone();
            setting.to(Value::Choice(index)).put(&mut of).unwrap();
            assert_eq!(setting.value(&of), Some(Value::Choice(index)), "{}", setting.label);
            for other in all {
                let Some(value) = other.value(&of) else { continue };
                other.to(value.clone()).put(&mut of).unwrap_or_else(|wrong| panic!("{}: {wrong}", other.label));
                assert_eq!(other.value(&of), Some(value), "{}", other.label);
            }
        }
    }
}

#[test]
fn labels_are_unique_and_explained() {
    holds_together(&producer::ALL);
    holds_together(&topic::ALL);
    let both: Vec<&str> = group::ALL.iter().map(|it| it.label).chain(consumer::ALL.iter().map(|it| it.label)).collect();
    holds_together(&group::ALL);
    holds_together(&consumer::ALL);
    assert_eq!(both.iter().collect::<BTreeSet<_>>().len(), both.len(), "a group shows both tables");
    holds_together(&plan::all().collect::<Vec<_>>());
}

#[test]
fn what_is_read_can_be_put_back() {
    all_values_come_back(&producer::ALL, &ProducerSpec::default());
    all_values_come_back(&group::ALL, &GroupSpec::default());
    all_values_come_back(&consumer::ALL, &ConsumerSpec::default());
    all_values_come_back(&plan::all().collect::<Vec<_>>(), &crate::scenario::plan::Plan::default());
}

#[test]
fn values_read_as_people_write_them() {
    let table = [
        (producer::RATE.words(&Value::Number(220.0)), "220/s"),
        (producer::BURST_FACTOR.words(&Value::Number(2.5)), "2.5×"),
        (producer::HOT_SHARE.words(&Value::Number(50.0)), "50 %"),
        (producer::SIZE.words(&Value::Count(1_000)), "1 KB"),
        (producer::ACKS.words(&Value::Choice(2)), "all"),
        (group::SESSION_TIMEOUT.words(&Value::Span(Duration::from_secs(6))), "6s"),
        (consumer::BATCH.words(&Value::Count(50)), "50 records"),
        (consumer::INSTANCE_ID.words(&Value::Text(String::new())), "none"),
        (topic::RETENTION.words(&Value::Limit(None)), "-1"),
        (Value::Limit(Some(5)).kafka(&topic::RETENTION), "5"),
        (Value::Choice(1).kafka(&topic::TIMESTAMP_TYPE), "LogAppendTime"),
    ];
    for (words, expected) in table {
        assert_eq!(words, expected);
    }
}

#[test]
fn what_is_out_of_bounds_is_refused_and_changes_nothing() {
    let before = ProducerSpec::default();
    for (change, reason) in [
        (producer::RATE.to(Value::Number(-1.0)), "rate must be 0 or more"),
        (producer::RATE.to(Value::Number(f64::NAN)), "rate must be"),
        (producer::PEAK.to(Value::Number(0.5)), "pattern must be 1 to 1000"),
        (producer::COUNT.to(Value::Count(0)), "count must be at least 1"),
        (producer::PATTERN.to(Value::Choice(9)), "pattern can't be"),
        (producer::LINGER.to(Value::Count(3)), "linger can't be"),
    ] {
        let mut spec = before.clone();
        let refusal = change.put(&mut spec).unwrap_err();
        assert!(refusal.contains(reason), "{refusal}");
        assert_eq!(spec, before);
    }
}

#[test]
fn producers_of_a_plan_are_named_or_not_and_no_more_than_a_file_may_name() {
    use crate::scenario::plan::Plan;
    let mut made = Plan::default();
    assert_eq!(plan::PRODUCERS.value(&made), None, "as from very many");
    plan::HAS_PRODUCERS.to(Value::Choice(1)).put(&mut made).unwrap();
    assert_eq!(plan::PRODUCERS.value(&made), Some(Value::Count(4)));
    for (asked, expected) in [(1, Some(1)), (0, None), (5_000, Some(1_000))] {
        let before = made.producers;
        let refused = plan::PRODUCERS.to(Value::Count(asked)).put(&mut made).is_err();
        assert_eq!((refused, made.producers), (expected.is_none(), expected.or(before)), "{asked}");
    }
    plan::HAS_PRODUCERS.to(Value::Choice(0)).put(&mut made).unwrap();
    assert_eq!(made, Plan::default());
}

#[test]
fn the_rules_of_a_file_name_the_field() {
    let mut spec = ProducerSpec { name: "web".into(), ..ProducerSpec::default() };
    assert_eq!(rules::of_producer(&spec, &[]), []);
    spec.linger = Duration::from_hours(9);
    spec.name = String::new();
    let keys: Vec<_> = rules::of_producer(&spec, &[]).into_iter().map(|objection| objection.key).collect();
    assert_eq!(keys, ["name", "linger"]);
    let mut group = GroupSpec { name: "billing".into(), ..GroupSpec::default() };
    group.session_timeout = Duration::from_secs(1);
    let keys: Vec<_> = rules::of_group(&group, &[]).into_iter().map(|objection| objection.key).collect();
    assert!(keys.contains(&"topics".to_owned()) && keys.contains(&"session_timeout".to_owned()), "{keys:?}");
}
