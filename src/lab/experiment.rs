//! One running experiment: its broker, its clients, its timeline, and what has been seen of it so far.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::broker::view::BrokerView;
use crate::broker::{Broker, BrokerConfig};
use crate::clock::{Clock, Time};
use crate::model::error::ErrorCode;
use crate::model::group::GroupConfig;
use crate::scenario::{Event, Expectation, Scenario};
use crate::workload::embedded::Embedded;

use super::advice::advise;
use super::apply::Refusal;
use super::behind::Behind;
use super::clients::Clients;
use super::command::Source;
use super::expectations::Expectations;
use super::export::Exports;
use super::forecast::Forecasts;
use super::lodging::Lodging;
use super::notices::Notices;
use super::observer::Observer;
use super::recording::Recording;
use super::scaling::Scalers;
use super::setup::{LabError, Setup};
use super::snapshot::{ExperimentState, Severity, Snapshot};
use super::undo::UndoHistory;

/// How long clients may take to end in good order when the experiment ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// How fast time passes at the least while they do: not so fast that a session times out over a slow disk.
const PARTING_SPEED: f64 = 10.0;

/// An experiment from its start to its end.
pub struct Experiment {
    pub(super) clock: Clock,
    pub(super) broker: Broker,
    pub(super) clients: Clients<Embedded>,
    /// As it is now: what was changed by hand is in it, but for the clients, which [`Clients`] knows.
    pub(super) scenario: Scenario,
    /// Where it came from, or was saved to.
    pub(super) source: Source,
    pub(super) edited: bool,
    pub(super) undo: UndoHistory,
    pub(super) recording: Recording,
    pub(super) observer: Observer,
    pub(super) notices: Notices,
    pub(super) expectations: Expectations,
    pub(super) exports: Exports,
    pub(super) forecasts: Forecasts,
    pub(super) scalers: Scalers,
    pub(super) timeline: VecDeque<Event>,
    began: Time,
    pub(super) lodging: Lodging,
    behind: Behind,
    /// Records that the store had when it began.
    records_before: u64,
}

impl Experiment {
    /// Opens the store, makes the topics that aren't there, and starts every client.
    ///
    /// # Errors
    /// When the store can't be opened or a topic can't be made.
    pub async fn start(clock: Clock, setup: Setup) -> Result<Self, LabError> {
        let lodging = setup.lodge(clock.is_virtual())?;
        let Setup { scenario, source, speed, .. } = setup;
        let config = BrokerConfig {
            location: lodging.location.clone(),
            durability: lodging.durability,
            groups: GroupConfig {
                initial_rebalance_delay: scenario.broker.initial_rebalance_delay,
                ..GroupConfig::default()
            },
            seed: scenario.seed,
            ..BrokerConfig::default()
        };
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
            edited: false,
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

    /// When the next event of the timeline or the next look of an autoscaler is due.
    pub fn next_event_at(&self) -> Option<Time> {
        self.next_on_timeline().into_iter().chain(self.scalers.next_at()).min()
    }

    fn next_on_timeline(&self) -> Option<Time> {
        self.timeline.front().map(|event| self.began + event.at)
    }

    /// Carries out the events that are due, in their order, and lets autoscalers look.
    pub async fn act_due(&mut self) {
        while self.next_on_timeline().is_some_and(|at| at <= self.clock.now()) {
            let Some(event) = self.timeline.pop_front() else { return };
            let text = event.action.to_string();
            let outcome = self.act(event.action).await;
            self.note(outcome, &text);
        }
        self.scale_due().await;
    }

    /// Carries out a command. What it changed is told in a notice, and so is why it can't be done.
    pub async fn command(&mut self, command: super::Command) {
        let (text, thing) = (command.to_string(), command.thing());
        match self.apply(command).await {
            Ok(()) if text.is_empty() => {}
            Ok(()) => self.notices.add_moving(self.clock.now(), thing, text, self.speed()),
            Err(refusal) => self.notices.add(self.clock.now(), Severity::Error, refusal),
        }
    }

    /// Seconds of the experiment per real second while it runs.
    pub(super) fn speed(&self) -> f64 {
        self.clock.pace().map_or(1.0, |pace| pace.speed)
    }

    /// Reads every counter once, and judges the expectations whose time has come. Only these need a snapshot,
    /// which with thousands of partitions costs more than the counters do.
    ///
    /// # Errors
    /// When the broker has stopped.
    pub(super) async fn sample(&mut self) -> Result<Arc<BrokerView>, ErrorCode> {
        self.clients.forget_the_gone();
        self.scalers.follow(&self.clients.groups, self.clock.now());
        let view = self.view().await?;
        self.observer.sample(&view, &self.clients);
        if self.expectations.is_due(self.elapsed()) {
            let snapshot = self.snapshot_of(&view);
            self.expectations.note(self.elapsed(), &snapshot, &self.observer);
        }
        Ok(view)
    }

    /// Reads every counter once and shows what came of it.
    ///
    /// # Errors
    /// When the broker has stopped.
    pub(super) async fn sampled_snapshot(&mut self) -> Result<Snapshot, ErrorCode> {
        let view = self.sample().await?;
        Ok(self.snapshot_of(&view))
    }

    /// Reads every counter once more when no producer has records in hand, so that each is accepted or has
    /// failed. Nothing is produced any more after this.
    ///
    /// # Errors
    /// When the broker has stopped.
    pub async fn finish(&mut self) -> Result<Snapshot, ErrorCode> {
        self.clients.settle_producers(PATIENCE).await;
        self.sampled_snapshot().await
    }

    /// The experiment as it is now.
    ///
    /// # Errors
    /// When the broker has stopped.
    pub async fn snapshot(&mut self) -> Result<Snapshot, ErrorCode> {
        let view = self.view().await?;
        Ok(self.snapshot_of(&view))
    }

    /// Judges every expectation that has not been judged yet.
    pub fn judge(&mut self, snapshot: &Snapshot) -> Vec<Expectation> {
        self.expectations.judge_all(snapshot, &self.observer)
    }

    /// Time since the experiment began.
    pub fn elapsed(&self) -> Duration {
        self.clock.now().since(self.began)
    }

    /// Ends every client in good order, commits everything and closes the store.
    ///
    /// # Errors
    /// When the store can't be closed.
    pub async fn stop(self) -> Result<(), LabError> {
        self.clock.resume();
        // Nobody watches any more: what clients have in hand need not take its time.
        self.clock.set_speed(self.speed().max(PARTING_SPEED));
        self.clients.stop_all(PATIENCE).await;
        Ok(self.broker.stop().await?)
    }

    async fn view(&mut self) -> Result<Arc<BrokerView>, ErrorCode> {
        let view = self.broker.handle().view().await?;
        if let Some(failure) = &view.failure {
            self.notices.add_once(self.clock.now(), Severity::Error, failure);
        }
        Ok(view)
    }

    fn snapshot_of(&mut self, view: &BrokerView) -> Snapshot {
        let mut snapshot = self.observer.snapshot(view, &self.clients, &self.clock);
        snapshot.experiment = ExperimentState {
            title: self.scenario.title.clone(),
            about: self.scenario.about.clone(),
            source: self.source.clone(),
            store: self.lodging.place.clone(),
            records_before: self.records_before,
            seed: self.scenario.seed,
            edited: self.edited,
            duration: self.scenario.duration,
            undo: self.undo.next_undo(),
            redo: self.undo.next_redo(),
            recorded: self.recording.len(),
        };
        snapshot.clock.idle &= self.timeline.is_empty();
        self.note_exports();
        snapshot.clock.late = self.behind.late();
        snapshot.clock.reached = self.behind.reached(snapshot.clock.speed);
        snapshot.forecast = self.forecasts.show();
        snapshot.notices = self.notices.all();
        snapshot.advice = Arc::new(advise(&snapshot));
        snapshot
    }

    /// Tells something that happened.
    pub(super) fn tell(&mut self, text: String) {
        self.notices.add(self.clock.now(), Severity::Info, text);
    }

    fn note(&mut self, outcome: Result<(), Refusal>, text: &str) {
        match outcome {
            Ok(()) if text.is_empty() => {}
            Ok(()) => self.notices.add(self.clock.now(), Severity::Info, text.to_owned()),
            Err(refusal) => self.notices.add(self.clock.now(), Severity::Error, refusal),
        }
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
            Err(ErrorCode::TopicAlreadyExists) => {
                let there = handle.metadata(vec![topic.name.clone()]).await.map_err(failed)?;
                let too_few = there.first().is_some_and(|known| known.partitions < topic.partitions);
                if too_few {
                    handle.add_partitions(topic.name.clone(), topic.partitions).await.map_err(failed)?;
                }
                handle.configure_topic(topic.name.clone(), topic.config).await.map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}
