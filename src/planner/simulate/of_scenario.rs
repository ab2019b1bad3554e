//! A scenario's group as a setup: the same clients, the same events, seen from one group.

use std::collections::BTreeMap;
use std::time::Duration;

use super::setup::{Action, Change, Setup, Span, Start, Stream, Topic};
use super::spread::Spread;
use crate::model::units::Rate;
use crate::planner::runs;
use crate::scenario::{Action as Event, GroupSpec, Keys, PartitionerKind, ProducerSpec, Scenario};

/// How long a scenario without an end is simulated.
const DEFAULT_SPAN: Duration = Duration::from_mins(1);

/// The streams of a scenario, by the names of the clients that make them.
#[derive(Default)]
struct Streams {
    all: Vec<Stream>,
    by_client: BTreeMap<String, usize>,
}

impl Setup {
    /// What a group of the scenario reads, from a cold start; `None` when there is no such group. What producers do
    /// besides sending at their rates (lingering, retrying) is not simulated.
    pub fn of_group(scenario: &Scenario, group: &str) -> Option<Self> {
        let group = scenario.group(group)?.clone();
        let read = |name: &&crate::scenario::TopicSpec| group.topics.contains(&name.name);
        let topics: Vec<Topic> = scenario
            .topics
            .iter()
            .filter(read)
            .map(|topic| Topic { name: topic.name.clone(), partitions: topic.partitions, write_limit: None })
            .collect();
        let streams = Streams::of(scenario, &topics);
        let changes = scenario.events.iter().flat_map(|event| {
            let actions = actions(&event.action, &group, &topics, &streams);
            actions.into_iter().map(|(after, action)| Change { at: event.at + after, action })
        });
        Some(Self {
            seed: scenario.seed,
            span: Span::For(scenario.duration.unwrap_or(DEFAULT_SPAN)),
            warm_up: Duration::ZERO,
            changes: changes.collect(),
            streams: streams.all,
            topics,
            initial_rebalance_delay: scenario.broker.initial_rebalance_delay,
            start: Start::Cold,
            absent: BTreeMap::new(),
            present: BTreeMap::new(),
            autoscaler: group.autoscaler,
            group,
        })
    }
}

impl Streams {
    /// A producer whose clients are told something one by one is as many streams.
    fn of(scenario: &Scenario, topics: &[Topic]) -> Self {
        let mut streams = Self::default();
        for producer in &scenario.producers {
            let Some(topic) = topics.iter().position(|topic| topic.name == producer.topic) else { continue };
            let named: Vec<String> = producer.client_names().collect();
            let is_told =
                scenario.events.iter().any(|event| client_of(&event.action).is_some_and(|name| named.contains(name)));
            let stream = Stream {
                topic,
                count: if is_told { 1 } else { producer.count },
                rate: producer.rate,
                pattern: producer.pattern.clone(),
                begun: Duration::ZERO,
                spread: spread(producer),
            };
            if is_told {
                for name in named {
                    streams.by_client.insert(name, streams.all.len());
                    streams.all.push(stream.clone());
                }
            } else {
                streams.all.push(stream);
            }
        }
        streams
    }
}

fn client_of(action: &Event) -> Option<&String> {
    match action {
        Event::Crash { client }
        | Event::Stop { client }
        | Event::Start { client }
        | Event::Stall { client, .. }
        | Event::Slow { client, .. }
        | Event::SetRate { client, .. }
        | Event::SetProcessing { client, .. } => Some(client),
        Event::AddConsumer { .. } | Event::RemoveConsumer { .. } | Event::AddPartitions { .. } => None,
    }
}

/// What an event comes to, and how long after it.
fn actions(event: &Event, group: &GroupSpec, topics: &[Topic], streams: &Streams) -> Vec<(Duration, Action)> {
    let producer = client_of(event).and_then(|client| streams.by_client.get(client)).copied();
    let set_rate = |stream, rate| Action::SetRate { stream, rate };
    let now = |action| vec![(Duration::ZERO, action)];
    if let Some(stream) = producer {
        let own = streams.all[stream].rate;
        return match event {
            Event::SetRate { rate, .. } => now(set_rate(stream, *rate)),
            Event::Crash { .. } | Event::Stop { .. } => now(set_rate(stream, Rate::default())),
            Event::Start { .. } => now(set_rate(stream, own)),
            // What a producer should have sent while it stood still it sends late: that is not simulated.
            Event::Stall { .. }
            | Event::Slow { .. }
            | Event::SetProcessing { .. }
            | Event::AddConsumer { .. }
            | Event::RemoveConsumer { .. }
            | Event::AddPartitions { .. } => Vec::new(),
        };
    }
    match event {
        Event::Crash { client } => now(Action::Crash { consumer: client.clone(), back_after: None }),
        Event::Stop { client } => now(Action::Stop { consumer: client.clone() }),
        Event::Start { client } => now(Action::Start { consumer: client.clone() }),
        Event::Stall { client, length } => {
            // Until it is started: longer than any run.
            let length = length.unwrap_or(Duration::from_hours(24 * 365));
            now(Action::Stall { consumer: client.clone(), length })
        }
        Event::Slow { client, factor } => now(Action::Slow { consumer: client.clone(), factor: *factor }),
        Event::SetProcessing { client, processing } => {
            now(Action::SetProcessing { consumer: client.clone(), processing: processing.clone() })
        }
        Event::AddConsumer { group: name, count } if *name == group.name => now(Action::AddConsumers { count: *count }),
        Event::RemoveConsumer { group: name, count } if *name == group.name => {
            now(Action::RemoveConsumers { count: *count })
        }
        Event::AddPartitions { topic, count } => {
            let known = topics.iter().position(|known| known.name == *topic);
            known.map(|topic| (Duration::ZERO, Action::AddPartitions { topic, count: *count })).into_iter().collect()
        }
        Event::AddConsumer { .. } | Event::RemoveConsumer { .. } | Event::SetRate { .. } => Vec::new(),
    }
}

fn spread(producer: &ProducerSpec) -> Spread {
    match (producer.partitioner, &producer.keys) {
        (PartitionerKind::Default, Keys::None) | (PartitionerKind::Sticky, _) => {
            Spread::Sticky { run: runs::records_of(producer) }
        }
        (PartitionerKind::Default, keys) => Spread::Keys(keys.clone()),
        (PartitionerKind::RoundRobin, _) => Spread::RoundRobin,
        (PartitionerKind::Explicit(partition), _) => Spread::Explicit(partition),
    }
}
