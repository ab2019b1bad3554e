//! Everything that happened as one list by time, and the filter of it by words and severity. It draws nothing.

use super::timeline::sentence;
use crate::clock::Time;
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupView, Notice, Severity};
use crate::metrics::figures::Rebalance;

/// What of the events is shown.
#[derive(Clone, Debug, Default)]
pub struct EventsState {
    /// Words that must all occur.
    pub words: String,
    pub least: Least,
}

/// From which severity on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Least {
    #[default]
    Everything,
    Warnings,
    Errors,
}

impl Least {
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Everything, "Everything"), (Self::Warnings, "Warnings"), (Self::Errors, "Errors")];

    const fn admits(self, severity: Severity) -> bool {
        match self {
            Self::Everything => true,
            Self::Warnings => matches!(severity, Severity::Warning | Severity::Error),
            Self::Errors => matches!(severity, Severity::Error),
        }
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    Notice(&'a Notice),
    Rebalance(&'a GroupView, &'a Rebalance),
}

impl Event<'_> {
    pub const fn at(&self) -> Time {
        match self {
            Self::Notice(notice) => notice.at,
            Self::Rebalance(_, rebalance) => rebalance.at,
        }
    }

    pub const fn severity(&self) -> Severity {
        match self {
            Self::Notice(notice) => notice.severity,
            Self::Rebalance(..) => Severity::Info,
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Notice(notice) => notice.text.clone(),
            Self::Rebalance(group, rebalance) => {
                format!("{} rebalanced: {}", group.name, sentence(rebalance, group.assignor))
            }
        }
    }

    /// As one line of text to copy.
    pub fn line(&self) -> String {
        format!("{}\t{}\t{}", self.at(), severity_word(self.severity()), self.text())
    }
}

impl EventsState {
    /// What happened and is not filtered away, newest first.
    pub fn shown<'a>(&self, snapshot: &'a Snapshot) -> Vec<Event<'a>> {
        let words: Vec<String> = self.words.split_whitespace().map(str::to_lowercase).collect();
        let has_words = |event: &Event<'_>| {
            let text = if words.is_empty() { String::new() } else { event.text().to_lowercase() };
            words.iter().all(|word| text.contains(word))
        };
        let rebalances = snapshot
            .groups
            .iter()
            .flat_map(|group| group.rebalances.iter().map(move |rebalance| Event::Rebalance(group, rebalance)));
        let mut events: Vec<Event<'a>> = snapshot
            .notices
            .iter()
            .map(Event::Notice)
            .chain(rebalances)
            .filter(|event| self.least.admits(event.severity()) && has_words(event))
            .collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.at()));
        events
    }
}

/// A severity in a word.
pub const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "Info",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn snapshot() -> Snapshot {
        let notice = |seconds: u64, severity, text: &str| Notice {
            at: Time::from_micros(seconds * 1_000_000),
            severity,
            text: text.into(),
        };
        let rebalance = Rebalance {
            at: Time::from_micros(2_000_000),
            generation: 3,
            reason: "billing-2 joined".into(),
            moved: 4,
            kept: 4,
            paused: std::time::Duration::from_millis(900),
            owners: Vec::new(),
        };
        let group = GroupView { name: "billing".into(), rebalances: Arc::new(vec![rebalance]), ..GroupView::default() };
        Snapshot {
            groups: vec![group],
            notices: Arc::new(vec![
                notice(1, Severity::Info, "web sends 300/s"),
                notice(3, Severity::Warning, "billing-1 crashed"),
                notice(4, Severity::Error, "the store is full"),
            ]),
            ..Snapshot::default()
        }
    }

    #[test]
    fn events_of_all_kinds_are_listed_by_time_and_filtered_by_words_and_severity() {
        let snapshot = snapshot();
        let shown = |words: &str, least| {
            let state = EventsState { words: words.into(), least };
            state.shown(&snapshot).iter().map(|event| event.at().as_micros() / 1_000_000).collect::<Vec<_>>()
        };
        assert_eq!(shown("", Least::Everything), [4, 3, 2, 1]);
        assert_eq!(shown("", Least::Warnings), [4, 3]);
        assert_eq!(shown("", Least::Errors), [4]);
        assert_eq!(shown("BILLING", Least::Everything), [3, 2]);
        assert_eq!(shown("joined generation billing", Least::Everything), [2]);
        assert_eq!(shown("nobody", Least::Everything), [0_u64; 0]);
    }
}
