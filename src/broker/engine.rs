//! The loop of the broker and the sole owner of its state: wait, apply what has come, let happen what is
//! due, begin the next commit. Applying never waits; what takes time reports back as an event.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use tokio::sync::mpsc;

use crate::clock::{Clock, Time};

use super::commit::Commits;
use super::config::{BrokerConfig, BrokerError};
use super::event::{Call, Ending, Event};
use super::groups::Groups;
use super::handle::BackPressure;
use super::inbox::{Inbox, Wake};
use super::parked::ParkedFetches;
use super::retention::RetentionRound;
use super::store::Store;
use super::tail_cache::TailCache;
use super::topics::Topics;
use super::view::Totals;

pub(super) struct Engine {
    pub(super) clock: Clock,
    /// The time of the present wake-up.
    pub(super) now: Time,
    pub(super) config: BrokerConfig,
    pub(super) store: Store,
    pub(super) topics: Topics,
    pub(super) tail_cache: TailCache,
    pub(super) parked: ParkedFetches,
    pub(super) groups: Groups,
    pub(super) commits: Commits,
    pub(super) totals: Totals,
    /// Why nothing is written any more.
    pub(super) failure: Option<Arc<str>>,
    pub(super) back_pressure: Arc<BackPressure>,
    pub(super) retention: RetentionRound,
    /// What member ids follow from: the seed, and on a live clock the time of starting too.
    pub(super) run_seed: u64,
    pub(super) topic_ids: Xoshiro256PlusPlus,
    /// Where tasks of the store report.
    pub(super) reports: mpsc::Sender<Event>,
}

impl Engine {
    /// Serves until the end.
    pub(super) async fn run(mut self, mut inbox: Inbox) {
        let mut events = Vec::new();
        loop {
            match inbox.next(self.next_deadline(), self.commits.has_room(), &mut events).await {
                Wake::Ending(Ending::Stop { done }) => return drop(done.send(self.stop(&mut inbox).await)),
                Wake::Ending(Ending::Kill { done }) => return self.abandon(&mut inbox, done).await,
                Wake::Events => self.serve(&mut events),
            }
            self.count_held_back(&inbox);
        }
    }

    /// An id that no topic has had.
    pub(super) fn new_topic_id(&mut self) -> u128 {
        let (high, low) = (self.topic_ids.next_u64(), self.topic_ids.next_u64());
        (u128::from(high) << 64) | u128::from(low)
    }

    fn serve(&mut self, events: &mut Vec<Event>) {
        self.now = self.clock.now();
        for event in events.drain(..) {
            self.apply(event);
        }
        self.unpark_due();
        self.wake_groups();
        self.apply_retention();
        self.start_commit_if_due();
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Append(append) => self.append(append),
            Event::Call(call) => self.answer(call),
            Event::Stored(stored) => self.stored(stored),
            Event::SyncDue => self.commits.syncing.came_due(),
            Event::Read(read) => self.read(read),
            Event::LookedUp { partition, found, answer } => self.looked_up(&partition, found, answer),
        }
    }

    fn answer(&mut self, call: Call) {
        match call {
            Call::CreateTopic { name, partitions, config, answer } => {
                self.create_topic(name, partitions, config, answer);
            }
            Call::DeleteTopic { name, answer } => self.delete_topic(&name, answer),
            Call::ConfigureTopic { name, config, answer } => self.configure_topic(&name, config, answer),
            Call::AddPartitions { name, total, answer } => self.add_partitions(&name, total, answer),
            Call::Metadata { names, answer } => self.metadata(names, answer),
            Call::Fetch { request, answer } => self.fetch(request, answer),
            Call::ListOffset { partition, spec, answer } => self.list_offset(partition, spec, answer),
            Call::DeleteRecords { partition, before, answer } => self.delete_records(&partition, before, answer),
            Call::Join { request, answer } => self.join_group(request, answer),
            Call::Sync { request, answer } => self.sync_group(request, answer),
            Call::Heartbeat { identity, answer } => self.heartbeat(identity, answer),
            Call::Leave { request, answer } => self.leave_group(request, answer),
            Call::DeleteGroup { group, answer } => self.delete_group(&group, answer),
            Call::CommitOffsets { identity, offsets, answer } => self.commit_offsets(&identity, offsets, answer),
            Call::CommittedOffsets { group, partitions, answer } => self.committed_offsets(&group, partitions, answer),
            Call::View { answer } => super::answer::give(answer, Ok(self.view())),
        }
    }

    fn next_deadline(&self) -> Option<Time> {
        let parked = self.parked.next_deadline();
        let groups = self.groups.next_deadline();
        // A failed store is trimmed no more; waiting for that would be waiting for what is long due.
        let retention = self.retention.due.filter(|_| self.failure.is_none());
        [parked, groups, retention].into_iter().flatten().min()
    }

    /// Counts appends that wait in the queue because the open commit is full.
    fn count_held_back(&mut self, inbox: &Inbox) {
        if self.commits.has_just_filled() {
            self.back_pressure.appends.fetch_add(inbox.appends.len() as u64, Ordering::Relaxed);
        }
    }

    /// Serves what has been asked, writes everything and closes the store.
    async fn stop(mut self, inbox: &mut Inbox) -> Result<(), BrokerError> {
        let mut left = inbox.close();
        self.serve(&mut left);
        self.finish_commit(inbox).await;
        if let Some(failure) = self.failure {
            return Err(BrokerError::Failed { failure: failure.to_string() });
        }
        self.start_commit(true);
        self.finish_commit(inbox).await;
        if let Some(failure) = self.failure {
            return Err(BrokerError::Failed { failure: failure.to_string() });
        }
        let store = self.store.clone();
        self.clock.run_blocking(move || store.close()).await.map_err(BrokerError::Close)
    }

    /// Ends as a crash would. The commit under way can't be called back, so it is waited for: the store's
    /// file is free afterwards.
    async fn abandon(self, inbox: &mut Inbox, done: Option<tokio::sync::oneshot::Sender<()>>) {
        drop(inbox.close());
        self.store.abandon();
        if self.commits.is_under_way() {
            // Reads may report before it; nobody waits for them any more.
            while let Some(event) = inbox.reports.recv().await {
                if matches!(event, Event::Stored(_)) {
                    break;
                }
            }
        }
        drop(self);
        if let Some(done) = done {
            // An error means that whoever killed it doesn't wait.
            done.send(()).unwrap_or(());
        }
    }

    /// Waits until no commit is under way and nothing is open.
    async fn finish_commit(&mut self, inbox: &mut Inbox) {
        self.start_commit_if_due();
        while self.commits.is_under_way()
            && let Some(event) = inbox.reports.recv().await
        {
            self.now = self.clock.now();
            self.apply(event);
            self.start_commit_if_due();
        }
    }
}
