//! Checks `[[event]]` and `[[expect]]`. An event is one action with its fields, either in a table
//! (`slow = { client = "billing-2", factor = 3 }`) or beside it (`slow = "billing-2"`, `factor = 3`).

use std::time::Duration;

use crate::model::topic::{MAX_PARTITIONS, TopicName};
use crate::model::units::Span;
use crate::scenario::file::{Field, Section};
use crate::scenario::{Action, Event, Expect, Pattern, Scenario, nearest};

use super::named_clients::{Which, clients};
use super::{Check, MAX_CLIENTS, distribution, producer};

/// The actions, and the field that stands for each where its value is just a name.
const ACTIONS: [(&str, &str); 10] = [
    ("crash", "client"),
    ("stop", "client"),
    ("start", "client"),
    ("stall", "client"),
    ("slow", "client"),
    ("add_consumer", "group"),
    ("remove_consumer", "group"),
    ("add_partitions", "topic"),
    ("set_rate", "producer"),
    ("set_processing", "consumer"),
];

/// Actions that files may name one day.
const UNSUPPORTED: [&str; 3] = ["drop_acks", "crash_broker", "poison"];

/// How many times its usual time a slowed consumer may take.
const MAX_FACTOR: f64 = 1_000_000.0;

/// Checks events and puts them in the order of their times.
pub(crate) fn events(sections: Vec<Section<'_, '_>>, scenario: &mut Scenario, check: &mut Check<'_>) {
    let mut timed: Vec<_> = sections.into_iter().map(|mut section| (at(&mut section, scenario), section)).collect();
    timed.sort_by_key(|(at, _)| *at);
    for (at, section) in timed {
        let actions = actions(section, scenario, check);
        let at = at.unwrap_or_default();
        scenario.events.extend(actions.into_iter().map(|action| Event { at, action }));
    }
}

/// Checks a claim and adds it.
pub(crate) fn expectation(mut section: Section<'_, '_>, scenario: &mut Scenario) {
    let at = section.take("at").and_then(|field| time(&field, scenario));
    if let Some(field) = section.require("that", "\"billing.lost == 0\"")
        && let Some(that) = field.string()
    {
        match Expect::parse(that, at, scenario) {
            Ok(expect) => scenario.expectations.push(expect),
            Err(error) => field.note_within(error.at, error.message),
        }
    }
    section.finish();
}

fn at(section: &mut Section<'_, '_>, scenario: &Scenario) -> Option<Duration> {
    section.require("at", "\"20s\"").and_then(|field| time(&field, scenario))
}

/// A time within the run.
fn time(field: &Field<'_, '_>, scenario: &Scenario) -> Option<Duration> {
    let at = super::span_within(field, Duration::ZERO, super::LONGEST_RUN)?;
    if let Some(duration) = scenario.duration
        && at > duration
    {
        field.note(format!("at is after the end of the run: its duration is {}", Span(duration)));
        return None;
    }
    Some(at)
}

/// The actions of one event: one for each client that it names.
fn actions(mut section: Section<'_, '_>, scenario: &Scenario, check: &mut Check<'_>) -> Vec<Action> {
    let is_unsupported = section.remaining().any(|key| UNSUPPORTED.contains(&key));
    section.refuse_unsupported(&UNSUPPORTED);
    let mut found = ACTIONS.into_iter().filter_map(|(name, main)| Some((name, main, section.take(name)?)));
    let first = found.next();
    let second = found.next();
    drop(found);
    let Some((name, main, field)) = first else {
        if !is_unsupported {
            no_action(section);
        }
        return Vec::new();
    };
    if let Some((second, _, field)) = second {
        field.note(format!("an event does one thing: \"{name}\" and \"{second}\" are two"));
        return Vec::new();
    }
    let mut fields = Fields { name, main, field, section };
    let actions = fields.actions(scenario, check);
    fields.section.finish();
    actions.unwrap_or_default()
}

fn no_action(section: Section<'_, '_>) {
    let names: Vec<_> = ACTIONS.iter().map(|(name, _)| *name).collect();
    if section.remaining().next().is_none() {
        section.note(format!(
            "{} needs an action, such as crash = \"billing-2\"; actions are {}",
            section.title(),
            names.join(", ")
        ));
    }
    section.finish();
}

/// An action's name, the field that it is done to, and the others.
struct Fields<'d, 'i> {
    name: &'static str,
    main: &'static str,
    field: Field<'d, 'i>,
    section: Section<'d, 'i>,
}

impl<'d, 'i> Fields<'d, 'i> {
    fn actions(&mut self, scenario: &Scenario, check: &mut Check<'_>) -> Option<Vec<Action>> {
        let target = self.target()?;
        match self.name {
            "add_consumer" | "remove_consumer" => self.consumers(&target, scenario, check),
            "add_partitions" => self.partitions(&target, scenario),
            "set_rate" => self.rate(&target, scenario),
            "set_processing" => self.processing(&target, scenario, check),
            _ => self.client(&target, scenario),
        }
    }

    /// The field that says what it is done to.
    fn target(&mut self) -> Option<Field<'d, 'i>> {
        if self.field.as_str().is_some() {
            return Some(self.field.clone());
        }
        let table = self.field.section()?;
        self.section.absorb(table);
        // Whatever the action calls it, a client may be called a client.
        let is_client = self.section.remaining().any(|key| key == "client");
        let key = if is_client && matches!(self.main, "producer" | "consumer") { "client" } else { self.main };
        let group = self.section.remaining().any(|key| key == "group");
        let key = if group && self.name == "set_processing" { "group" } else { key };
        self.section.require(key, "\"...\"")
    }

    fn client(&mut self, target: &Field<'d, 'i>, scenario: &Scenario) -> Option<Vec<Action>> {
        let clients = clients(target, scenario, Which::All);
        let length = if self.name == "stall" { self.section.take("for") } else { None };
        let length = match length {
            Some(field) => Some(distribution::positive_span(&field)?),
            None => None,
        };
        let factor = match self.name {
            "slow" => self.section.require("factor", "3").and_then(|field| field.number(0.0..=MAX_FACTOR))?,
            _ => 1.0,
        };
        let name = self.name;
        let action = |client| match name {
            "crash" => Action::Crash { client },
            "stop" => Action::Stop { client },
            "start" => Action::Start { client },
            "stall" => Action::Stall { client, length },
            _ => Action::Slow { client, factor },
        };
        Some(clients?.into_iter().map(action).collect())
    }

    fn consumers(&mut self, target: &Field<'d, 'i>, scenario: &Scenario, check: &mut Check<'_>) -> Option<Vec<Action>> {
        let count = self.count(MAX_CLIENTS)?;
        let name = target.string()?;
        let Some(group) = scenario.group(name) else {
            let names = scenario.groups.iter().map(|group| group.name.as_str());
            target.note(format!("there is no group \"{name}\"{}", nearest::hint(name, names)));
            return None;
        };
        let group = group.name.clone();
        let action = match self.name {
            "add_consumer" => {
                check.count_clients(count).map_err(|message| target.note(message)).ok()?;
                Action::AddConsumer { group, count }
            }
            _ => Action::RemoveConsumer { group, count },
        };
        Some(vec![action])
    }

    fn partitions(&mut self, target: &Field<'d, 'i>, scenario: &Scenario) -> Option<Vec<Action>> {
        let count = self.count(MAX_PARTITIONS)?;
        let topic = super::existing_topic(target, scenario)?;
        let before = scenario.topic(&topic).map_or(0, |topic| topic.partitions);
        let partitions = added_by(&scenario.events, &topic).fold(before.saturating_add(count), u32::saturating_add);
        if partitions > MAX_PARTITIONS {
            target.note(format!("a topic has at most {MAX_PARTITIONS} partitions"));
        }
        Some(vec![Action::AddPartitions { topic, count }])
    }

    fn rate(&mut self, target: &Field<'d, 'i>, scenario: &Scenario) -> Option<Vec<Action>> {
        let rate = self.section.require("rate", "\"2000/s\"").and_then(|field| producer::read_rate(&field));
        let clients = clients(target, scenario, Which::Producers)?;
        let is_trace = |client: &String| {
            let of = |spec: &&crate::scenario::ProducerSpec| spec.client_names().any(|name| name == *client);
            scenario.producers.iter().find(of).is_some_and(|spec| matches!(spec.pattern, Pattern::Trace { .. }))
        };
        if clients.iter().any(is_trace) {
            target.note("the rate of a trace can't be set: it follows its file");
        }
        let rate = rate?;
        Some(clients.into_iter().map(|client| Action::SetRate { client, rate }).collect())
    }

    fn processing(
        &mut self,
        target: &Field<'d, 'i>,
        scenario: &Scenario,
        check: &mut Check<'_>,
    ) -> Option<Vec<Action>> {
        let field = self.section.require("processing", "\"4ms\"");
        let processing = field.and_then(|field| distribution::service_time(&field, check));
        let clients = clients(target, scenario, Which::Consumers)?;
        let processing = processing?;
        let action = |client| Action::SetProcessing { client, processing: processing.clone() };
        Some(clients.into_iter().map(action).collect())
    }

    fn count(&mut self, most: u32) -> Option<u32> {
        self.section.take("count").map_or(Some(1), |field| field.small_integer(1..=most))
    }
}

/// How many partitions each of the `events` adds to a topic.
fn added_by(events: &[Event], topic: &TopicName) -> impl Iterator<Item = u32> {
    events.iter().filter_map(move |event| {
        let Action::AddPartitions { topic: other, count } = &event.action else { return None };
        (other == topic).then_some(*count)
    })
}
