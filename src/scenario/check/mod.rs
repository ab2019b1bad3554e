//! From a file to a [`Scenario`]: every key, value, unit and name is checked here, once, and all that is
//! wrong is told together. Files that a scenario names are read by a closure, so that nothing here does IO.

mod autoscaler;
pub(in crate::scenario) mod consumer;
pub(in crate::scenario) mod defaults;
pub(in crate::scenario) mod distribution;
mod key_counts;
mod moment;
mod named_clients;
pub(in crate::scenario) mod producer;
mod table;
mod timeline;
mod trace;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use crate::model::durability::Durability;
use crate::model::topic::{MAX_PARTITIONS, TopicName};
use crate::model::topic_config::{ConfigError, TopicConfig};
use crate::model::units::Span;

use super::file::{Field, Section, Source};
use super::problem::{Problem, ScenarioErrors};
use super::{BrokerSpec, Scenario, TopicSpec, nearest};

/// The version of the file's shape that this program reads.
pub(super) const VERSION: u64 = 1;

/// Longest span that means anything to a run.
pub(in crate::scenario) const LONGEST_RUN: Duration = Duration::from_hours(24 * 366);

/// Most clients of a scenario: ten thousand tasks is what the clock was measured to carry.
const MAX_CLIENTS: u32 = 10_000;

/// Highest rate of one producer in records per second; far above what a broker takes.
const MAX_RATE: f64 = 10_000_000.0;

/// What checking carries along: how files are read, and which names are taken by what.
pub(crate) struct Check<'r> {
    read: &'r mut dyn FnMut(&str) -> io::Result<String>,
    /// Producers, groups and their clients: what an event can name.
    names: BTreeMap<String, &'static str>,
    clients: u32,
    /// Whether rows that are missing from a trace are an error: a plan's come from measurements, a scenario's
    /// are made up, with steps as long as anybody likes.
    refuses_holes: bool,
}

/// Checks the scenario `text` that came from `file`; `read` gives the text of a file that it names.
///
/// # Errors
/// All that is wrong with it, in the order of the file.
pub fn check(file: &str, text: &str, read: impl FnMut(&str) -> io::Result<String>) -> Result<Scenario, ScenarioErrors> {
    check_with_remarks(file, text, read).map(|(scenario, _)| scenario)
}

/// [`check()`], together with what isn't wrong and should be known, in the order of the file.
///
/// # Errors
/// As there.
pub fn check_with_remarks(
    file: &str,
    text: &str,
    mut read: impl FnMut(&str) -> io::Result<String>,
) -> Result<(Scenario, Vec<Problem>), ScenarioErrors> {
    let source = Source::new(text);
    let scenario = source.parse().map(|table| {
        let mut root = Section::root(&source, &table);
        let scenario = document(&mut root, &mut Check::new(&mut read));
        root.finish();
        scenario
    });
    let remarks = source.take_remarks();
    let problems = source.into_problems();
    match scenario {
        Some(scenario) if problems.is_empty() => Ok((scenario, remarks)),
        _ => Err(ScenarioErrors { file: file.to_owned(), problems: problems_or_some(problems) }),
    }
}

/// Checks the fields of a scenario in `root`. Where one is wrong that is noted, and something stands in
/// for it. Leaves keys that a scenario hasn't: a lesson has more.
pub(crate) fn document(root: &mut Section<'_, '_>, check: &mut Check<'_>) -> Scenario {
    version(root);
    let text = |field: Option<Field<'_, '_>>| field.and_then(|field| field.string().map(str::to_owned));
    let mut scenario = Scenario {
        title: text(root.take("title")).unwrap_or_else(|| defaults::TITLE.to_owned()),
        about: text(root.take("about")).unwrap_or_default(),
        seed: root.take("seed").and_then(|field| field.integer(0..=u64::MAX)).unwrap_or(defaults::SEED),
        duration: root.take("duration").and_then(|field| distribution::positive_span(&field)),
        broker: root.take("broker").and_then(|field| field.section()).map(broker).unwrap_or_default(),
        topics: Vec::new(),
        producers: Vec::new(),
        groups: Vec::new(),
        events: Vec::new(),
        expectations: Vec::new(),
    };
    for section in root.tables("topic") {
        topic(section, &mut scenario);
    }
    for section in root.tables("producer") {
        producer::producer(section, &mut scenario, check);
    }
    for section in root.tables("group") {
        consumer::group(section, &mut scenario, check);
    }
    timeline::events(root.tables("event"), &mut scenario, check);
    for section in root.tables("expect") {
        timeline::expectation(section, &mut scenario);
    }
    scenario
}

impl<'r> Check<'r> {
    pub(crate) fn new(read: &'r mut dyn FnMut(&str) -> io::Result<String>) -> Self {
        Self { read, names: BTreeMap::new(), clients: 0, refuses_holes: false }
    }

    /// For a plan.
    pub(in crate::scenario) fn of_plan(read: &'r mut dyn FnMut(&str) -> io::Result<String>) -> Self {
        Self { refuses_holes: true, ..Self::new(read) }
    }

    /// Claims a name that events can use; says which other has it already.
    fn claim(&mut self, name: &str, what: &'static str) -> Result<(), String> {
        if name == "run" {
            return Err("\"run\" is what expectations call the whole run; take another name".to_owned());
        }
        match self.names.insert(name.to_owned(), what) {
            None => Ok(()),
            Some(other) => Err(format!("there is {other} \"{name}\" already; names must differ")),
        }
    }

    /// Counts clients against the bound.
    fn count_clients(&mut self, count: u32) -> Result<(), String> {
        self.clients = self.clients.saturating_add(count);
        let message = || format!("the scenario has more than {MAX_CLIENTS} clients");
        (self.clients <= MAX_CLIENTS).then_some(()).ok_or_else(message)
    }
}

pub(in crate::scenario) fn version(root: &mut Section<'_, '_>) {
    let Some(field) = root.require("version", "1") else { return };
    if let Some(version) = field.integer(0..=u64::MAX)
        && version != VERSION
    {
        field.note(format!("the file has version {version}; this program reads version {VERSION}"));
    }
}

fn broker(mut section: Section<'_, '_>) -> BrokerSpec {
    const SETTINGS: [(&str, Durability); 3] = [
        ("immediate", Durability::Immediate),
        ("interval", Durability::Interval(Durability::DEFAULT_INTERVAL)),
        ("memory", Durability::Memory),
    ];
    let mut durability = section.take("durability").and_then(|field| field.choice(&SETTINGS)).unwrap_or_default();
    if let Some(field) = section.take("interval") {
        match durability {
            Durability::Interval(_) => {
                let span = span_within(&field, Duration::from_millis(1), Duration::from_mins(1));
                durability = span.map_or(durability, Durability::Interval);
            }
            Durability::Immediate | Durability::Memory => {
                field.note("interval needs durability = \"interval\"");
            }
        }
    }
    let delay = section.take("initial_rebalance_delay");
    let delay = delay.and_then(|field| span_within(&field, Duration::ZERO, Duration::from_mins(1)));
    section.finish();
    let default = BrokerSpec::default();
    BrokerSpec { durability, initial_rebalance_delay: delay.unwrap_or(default.initial_rebalance_delay) }
}

fn topic(mut section: Section<'_, '_>, scenario: &mut Scenario) {
    let field = section.require("name", "\"orders\"");
    let name = field.as_ref().and_then(topic_name);
    let partitions = section.take("partitions").map_or(Some(1), |field| field.small_integer(1..=MAX_PARTITIONS));
    let config = section.take("config").map_or_else(TopicConfig::default, |field| topic_config(&field));
    section.finish();
    let (Some(name), Some(field)) = (name, field) else { return };
    if scenario.topic(&name).is_some() {
        field.note(format!("there is a topic \"{name}\" already; names must differ"));
        return;
    }
    scenario.topics.push(TopicSpec { name, partitions: partitions.unwrap_or(1), config });
}

fn topic_config(field: &Field<'_, '_>) -> TopicConfig {
    let mut config = TopicConfig::default();
    let Some(mut section) = field.section() else { return config };
    for (at, setting) in section.take_all() {
        let Some(value) = setting.scalar() else { continue };
        match config.set(setting.key(), &value) {
            Ok(()) => {}
            Err(error @ (ConfigError::UnsupportedValue { .. } | ConfigError::Value { .. })) => {
                setting.note(error.to_string());
            }
            Err(error @ ConfigError::UnsupportedKey(_)) => section.note_at(at, error.to_string()),
            Err(error @ ConfigError::Unknown(_)) => {
                let hint = nearest::hint(setting.key(), TopicConfig::KEYS);
                section.note_at(at, format!("{error}{hint}"));
            }
        }
    }
    config
}

fn topic_name(field: &Field<'_, '_>) -> Option<TopicName> {
    let text = field.string()?;
    let name = TopicName::new(text).ok();
    if name.is_none() {
        field.note(illegal_name(text));
    }
    name
}

/// A name for a producer, a group or a consumer: the rule is the one for topics.
fn client_name(field: &Field<'_, '_>) -> Option<String> {
    topic_name(field).map(|name| name.to_string())
}

fn illegal_name(text: &str) -> String {
    format!("\"{text}\" is no name: use 1 to 249 letters, digits, '.', '_' and '-'")
}

/// A topic of the scenario's by its name.
fn existing_topic(field: &Field<'_, '_>, scenario: &Scenario) -> Option<TopicName> {
    let name = field.string()?;
    let found = scenario.topic(name).map(|topic| topic.name.clone());
    if found.is_none() {
        let names = scenario.topics.iter().map(|topic| &*topic.name);
        field.note(format!("there is no topic \"{name}\"{}", nearest::hint(name, names)));
    }
    found
}

/// A span within bounds.
pub(in crate::scenario) fn span_within(field: &Field<'_, '_>, least: Duration, most: Duration) -> Option<Duration> {
    let Span(span) = field.quantity()?;
    if (least..=most).contains(&span) {
        return Some(span);
    }
    field.note(format!("{} must be {} to {}", field.key(), Span(least), Span(most)));
    None
}

/// A file that is refused has a problem to show for it.
fn problems_or_some(problems: Vec<Problem>) -> Vec<Problem> {
    if problems.is_empty() {
        return vec![Problem { position: None, message: "the file can't be read as a scenario".to_owned() }];
    }
    problems
}
