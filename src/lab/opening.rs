//! How an experiment begins: the store is opened, topics are made, clients start, and what the store brings along
//! is told.

use crate::broker::{Broker, BrokerConfig, BrokerHandle};
use crate::clock::{Clock, Time};
use crate::model::error::ErrorCode;
use crate::model::group::GroupConfig;
use crate::scenario::{Scenario, TopicSpec};
use crate::workload::embedded::Embedded;

use super::behind::Behind;
use super::clients::Clients;
use super::expectations::Expectations;
use super::experiment::Experiment;
use super::export::Exports;
use super::forecast::Forecasts;
use super::lodging::Lodging;
use super::notices::Notices;
use super::observer::Observer;
use super::recording::Recording;
use super::scaling::Scalers;
use super::setup::{LabError, Setup};
use super::snapshot::Severity;
use super::undo::UndoHistory;

impl Experiment {
    /// Opens the store, makes the topics that aren't there, and starts every client.
    ///
    /// # Errors
    /// When the store can't be opened or a topic can't be made.
    pub async fn start(clock: Clock, setup: Setup) -> Result<Self, LabError> {
        let lodging = setup.lodge(clock.is_virtual())?;
        let Setup { scenario, source, edited, speed, .. } = setup;
        let config = config_of(&scenario, &lodging);
        let broker = Broker::start(clock.clone(), config).await?;
        make_topics(&broker, &scenario).await?;
        let records_before = records_in(&broker).await;
        let notices = notices_of_beginning(&lodging, records_before, clock.now());
        clock.set_speed(speed);
        let mut clients = Clients::new(clock.clone(), Embedded::new(broker.handle()), scenario.seed);
        clients.start_all(&scenario);
        let (began, behind) = (clock.now(), Behind::start(&clock));
        let mut scalers = Scalers::default();
        scalers.follow(&clients.groups, began);
        Ok(Self {
            timeline: scenario.events.iter().cloned().collect(),
            expectations: Expectations::new(&scenario.expectations),
            exports: Exports::default(),
            forecasts: Forecasts::default(),
            scalers,
            observer: Observer::new(began),
            notices,
            edited,
            undo: UndoHistory::default(),
            recording: Recording::new(&scenario),
            broker,
            clients,
            scenario,
            source,
            began,
            clock,
            lodging,
            behind,
            records_before,
        })
    }
}

fn config_of(scenario: &Scenario, lodging: &Lodging) -> BrokerConfig {
    let initial_rebalance_delay = scenario.broker.initial_rebalance_delay;
    BrokerConfig {
        location: lodging.location.clone(),
        durability: lodging.durability,
        groups: GroupConfig { initial_rebalance_delay, ..GroupConfig::default() },
        seed: scenario.seed,
        ..BrokerConfig::default()
    }
}

/// How many records the store has from before.
async fn records_in(broker: &Broker) -> u64 {
    // A broker that has just stopped says so with the first sample.
    let Ok(view) = broker.handle().view().await else { return 0 };
    let partitions = view.topics.iter().flat_map(|topic| &topic.partitions);
    let records: i64 = partitions.map(|partition| partition.high_watermark - partition.log_start_offset).sum();
    u64::try_from(records).unwrap_or(0)
}

/// What a store brings along, and why it isn't the one that was meant.
fn notices_of_beginning(lodging: &Lodging, records: u64, now: Time) -> Notices {
    let mut notices = Notices::default();
    if let Some(trouble) = &lodging.trouble {
        notices.add(now, Severity::Error, trouble.clone());
    }
    if records > 0 {
        let text = format!(
            "the store has {records} records from before: groups go on where they had committed, and the ledger \
             counts from now"
        );
        notices.add(now, Severity::Info, text);
    }
    notices
}

/// Makes the scenario's topics; one that the store has already is kept, and gets the partitions it lacks.
async fn make_topics(broker: &Broker, scenario: &Scenario) -> Result<(), LabError> {
    let handle = broker.handle();
    for topic in &scenario.topics {
        let failed = |error| LabError::Topic { topic: topic.name.to_string(), error };
        let made = handle.create_topic(topic.name.clone(), topic.partitions, topic.config).await;
        match made {
            Ok(_) => {}
            Err(ErrorCode::TopicAlreadyExists) => adjust_topic(&handle, topic).await.map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

/// Gives a topic that is there the partitions that it lacks, and its settings.
async fn adjust_topic(handle: &BrokerHandle, topic: &TopicSpec) -> Result<(), ErrorCode> {
    let there = handle.metadata(vec![topic.name.clone()]).await?;
    if there.first().is_some_and(|known| known.partitions < topic.partitions) {
        handle.add_partitions(topic.name.clone(), topic.partitions).await?;
    }
    handle.configure_topic(topic.name.clone(), topic.config).await
}
