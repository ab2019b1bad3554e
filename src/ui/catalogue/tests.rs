//! The table holds together: no key means two things, no two entries share a name.

use std::collections::BTreeSet;

use super::{FIXED, Situation, entries};
use crate::lab::Snapshot;
use crate::lab::planning::PlanState;
use crate::ui::layout::Layout;
use crate::ui::settings::Settings;

#[test]
fn no_two_commands_share_a_key() {
    let mut seen = BTreeSet::new();
    for line in FIXED {
        for keys in line.keys {
            assert!(seen.insert(format!("{keys:?}")), "{keys:?} means {} and something else", line.label);
        }
    }
    assert!(seen.len() > 15);
}

#[test]
fn every_entry_is_named_and_explained_once() {
    let (snapshot, settings, layout) = (Snapshot::default(), Settings::default(), Layout::default());
    let mut seen = BTreeSet::new();
    for entry in
        entries(Situation { snapshot: &snapshot, plan: &PlanState::default(), settings: &settings, layout: &layout })
    {
        assert!(seen.insert(entry.label.clone()), "two entries are called {}", entry.label);
        assert!(!entry.help.is_empty(), "{} is not explained", entry.label);
        assert!(!entry.label.ends_with('.') && !entry.label.contains(':'), "{}", entry.label);
    }
}

#[test]
fn what_cant_be_done_says_why() {
    let (snapshot, settings, layout) = (Snapshot::default(), Settings::default(), Layout::default());
    let all =
        entries(Situation { snapshot: &snapshot, plan: &PlanState::default(), settings: &settings, layout: &layout });
    let reason = |label: &str| all.iter().find(|entry| entry.label == label).and_then(|it| it.answer.clone().err());
    assert_eq!(reason("Add a producer…").as_deref(), Some("Add a topic first"));
    assert_eq!(reason("Topology").as_deref(), Some("It is shown already"));
    assert_eq!(reason("Add a topic…"), None);
}
