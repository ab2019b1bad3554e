//! What was done by hand, with its times, so that it can be saved as a scenario: the experiment as it began,
//! and the deeds as events. What events can't say is listed in the file as comments.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::model::units::Span;
use crate::scenario::{Action, Event, Pattern, Scenario, ServiceTime, to_toml};

use super::apply::Refusal;
use super::experiment::Experiment;
use super::save::replace;

/// Deeds that are kept. An afternoon of them; beyond that the newest are only counted.
const KEPT: usize = 10_000;

/// The deeds of one experiment.
#[derive(Debug)]
pub struct Recording {
    began: Scenario,
    deeds: Vec<Deed>,
    left_out: u64,
}

/// Something that was done by hand.
#[derive(Debug)]
struct Deed {
    at: Duration,
    words: String,
    /// `None` where events can't say it.
    events: Option<Vec<Action>>,
}

/// A recording as the text of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub text: String,
    pub events: usize,
    /// Deeds that are comments in it.
    pub unsaid: usize,
}

impl Recording {
    pub fn new(began: &Scenario) -> Self {
        Self { began: began.clone(), deeds: Vec::new(), left_out: 0 }
    }

    /// Notes what was done. What changes nothing while it runs is nothing to note.
    pub fn note(&mut self, at: Duration, words: String, events: Option<Vec<Action>>) {
        if events.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        // Several positions of a slider at one moment come to the last.
        let same = |last: &&mut Deed| last.at == at && is_same(last.events.as_ref(), events.as_ref());
        if let Some(last) = self.deeds.last_mut().filter(same) {
            (last.words, last.events) = (words, events);
        } else if self.deeds.len() < KEPT {
            self.deeds.push(Deed { at, words, events });
        } else {
            self.left_out += 1;
        }
    }

    /// How many deeds are kept.
    pub fn len(&self) -> usize {
        self.deeds.len()
    }

    /// The scenario as it began, with everything since.
    pub fn record(&self, elapsed: Duration) -> Recorded {
        let mut scenario = self.began.clone();
        let mut unsaid = Vec::new();
        let mut events = 0;
        for deed in &self.deeds {
            let at = in_millis(deed.at);
            match &deed.events {
                Some(actions) if actions.iter().all(|action| is_known(&scenario, action)) => {
                    events += actions.len();
                    scenario.events.extend(actions.iter().map(|action| Event { at, action: action.clone() }));
                }
                Some(_) | None => unsaid.push(format!("{}: {}", Span(at), deed.words)),
            }
        }
        scenario.events.sort_by_key(|event| event.at);
        let whole = Duration::from_secs(elapsed.as_secs() + 1);
        scenario.duration = scenario.duration.map(|duration| duration.max(whole)).or(Some(whole));
        let mut text = to_toml(&scenario);
        add_comments(&mut text, &unsaid, self.left_out);
        Recorded { text, events, unsaid: unsaid.len() }
    }
}

impl Experiment {
    /// Saves the recording; what is there already is replaced only when everything is written.
    pub(super) fn save_recording(&mut self, file: &Path) -> Result<(), Refusal> {
        let recorded = self.recording.record(self.elapsed());
        replace(file, &recorded.text)
            .map_err(|error| format!("saving {}: {error}; choose another place", file.display()))?;
        let unsaid = match recorded.unsaid {
            0 => String::new(),
            count => format!("; {count} more can't be said by events and are listed in it as comments"),
        };
        self.tell(format!("saved the recording to {} with {} events{unsaid}", file.display(), recorded.events));
        Ok(())
    }
}

fn add_comments(text: &mut String, unsaid: &[String], left_out: u64) {
    if !unsaid.is_empty() {
        text.push_str("\n# Done by hand, and not said by any event:\n");
    }
    for line in unsaid {
        // A line break in a name must not end the comment.
        writeln!(text, "# {}", line.replace(['\n', '\r'], " ")).expect("writing to memory doesn't fail");
    }
    if left_out > 0 {
        writeln!(text, "# and {left_out} more after the first {KEPT}").expect("writing to memory doesn't fail");
    }
}

/// Whether whatever it is done to is there when the scenario is run again.
fn is_known(scenario: &Scenario, action: &Action) -> bool {
    let target = action.target();
    match action {
        Action::Crash { .. } | Action::Stop { .. } | Action::Start { .. } | Action::Stall { .. } => {
            scenario.is_producer_client(target) || scenario.is_consumer(target)
        }
        Action::SetRate { .. } => scenario.producers.iter().any(|producer| {
            let is_trace = matches!(producer.pattern, Pattern::Trace { .. });
            !is_trace && producer.client_names().any(|name| name == target)
        }),
        Action::SetProcessing { processing, .. } => {
            // A scaled trace is in no file.
            !matches!(processing, ServiceTime::Trace { .. }) && scenario.is_consumer(target)
        }
        Action::Slow { .. } => scenario.is_consumer(target),
        Action::AddConsumer { .. } | Action::RemoveConsumer { .. } => scenario.group(target).is_some(),
        Action::AddPartitions { .. } => scenario.topic(target).is_some(),
    }
}

fn is_same(one: Option<&Vec<Action>>, other: Option<&Vec<Action>>) -> bool {
    match (one.map(Vec::as_slice), other.map(Vec::as_slice)) {
        (Some([one]), Some([other])) => {
            let is_level = matches!(one, Action::SetRate { .. } | Action::SetProcessing { .. } | Action::Slow { .. });
            is_level && one.name() == other.name() && one.target() == other.target()
        }
        _ => false,
    }
}

/// A file reads better without microseconds that no hand meant.
fn in_millis(at: Duration) -> Duration {
    Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(u64::MAX))
}
