//! One running experiment: its broker, its clients, its timeline, and what has been seen of it so far. How it
//! begins is told in [`super::opening`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::broker::Broker;
use crate::broker::view::BrokerView;
use crate::clock::{Clock, Time};
use crate::model::error::ErrorCode;
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
use super::setup::LabError;
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
    pub(super) began: Time,
    pub(super) lodging: Lodging,
    pub(super) behind: Behind,
    /// Records that the store had when it began.
    pub(super) records_before: u64,
}

impl Experiment {
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
