//! The clients that a name in an event means: one, all of a group, or all producers alike.

use crate::scenario::file::Field;
use crate::scenario::{Scenario, nearest};

/// Who an action can be done to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Producers,
    Consumers,
}

/// The clients that the field's name means; that there are none is noted.
pub(super) fn clients(field: &Field<'_, '_>, scenario: &Scenario, which: Which) -> Option<Vec<String>> {
    let name = field.string()?;
    let found = match which {
        Which::All => producers_named(name, scenario).or_else(|| consumers_named(name, scenario)),
        Which::Producers => producers_named(name, scenario),
        Which::Consumers => consumers_named(name, scenario),
    };
    match &found {
        None => field.note(unknown_client(name, scenario, which)),
        Some(clients) if clients.is_empty() => field.note(format!("the group \"{name}\" has no consumers then")),
        Some(_) => {}
    }
    found
}

fn producers_named(name: &str, scenario: &Scenario) -> Option<Vec<String>> {
    if let Some(spec) = scenario.producer(name) {
        return Some(spec.client_names().collect());
    }
    let alone = scenario.producers.iter().find(|spec| spec.count == 1 && format!("{}-1", spec.name) == name);
    match alone {
        Some(spec) => Some(vec![spec.name.clone()]),
        None => scenario.is_producer_client(name).then(|| vec![name.to_owned()]),
    }
}

fn consumers_named(name: &str, scenario: &Scenario) -> Option<Vec<String>> {
    match scenario.group(name) {
        Some(group) => Some(scenario.consumers_at_end(group)),
        None => scenario.is_consumer(name).then(|| vec![name.to_owned()]),
    }
}

fn unknown_client(name: &str, scenario: &Scenario, which: Which) -> String {
    let producers =
        scenario.producers.iter().flat_map(|spec| [spec.name.clone()].into_iter().chain(spec.client_names()));
    let consumers = scenario
        .groups
        .iter()
        .flat_map(|group| [group.name.clone()].into_iter().chain(scenario.consumers_at_end(group)));
    let (noun, names): (_, Vec<_>) = match which {
        Which::All => ("client", producers.chain(consumers).collect()),
        Which::Producers => ("producer", producers.collect()),
        Which::Consumers => ("consumer", consumers.collect()),
    };
    let hint = nearest::hint(name, names.iter().map(String::as_str));
    format!("there is no {noun} \"{name}\" at that time{hint}")
}
