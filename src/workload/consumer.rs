//! A consumer: how it is started, controlled and read. What it does while it runs is in [`session`].

mod belonging;
mod committing;
mod hand;
mod lane;
mod membership;
mod position;
mod reading;
mod session;
mod showing;
mod standing;

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Time};
use crate::metrics::ledger::GroupLedger;
use crate::metrics::recorder::GroupRecorder;
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::{BatchSpec, ConsumerSpec, GroupSpec, ServiceTime};

use self::session::Run;
use super::backend::Backend;
use super::client::{ClientHandle, ClientStatus};
use super::supervisor::{Session, supervise};

/// A running consumer. It can be controlled like any client; dropping the handle leaves it running.
#[derive(Clone)]
pub struct ConsumerHandle {
    client: ClientHandle,
    shared: Arc<Shared>,
}

/// What a consumer has done so far, and how it works.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerFigures {
    /// Records, each processing counted.
    pub processed: u64,
    /// Time spent processing up to now, summed over its workers.
    pub busy: Duration,
    pub workers: u32,
    /// Of one record at its own speed, without the slow factor.
    pub processing_mean: Duration,
    pub slow_factor: f64,
}

/// A consumer's place in its group, as it knows it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipView {
    /// Empty while it has none.
    pub member_id: String,
    /// -1 while it has none.
    pub generation: i32,
    /// What it reads, with the offset that it polls next, in order.
    pub positions: Vec<(TopicPartition, i64)>,
    /// When it will send its next heartbeat; `None` while it is no member.
    pub heartbeat_at: Option<Time>,
    /// Records that it has polled and not done.
    pub in_hand: usize,
    /// Why it gave up, with what to do.
    pub failure: Option<String>,
}

/// Where a consumer notes what it does.
#[derive(Clone)]
pub(super) struct Meters {
    pub ledger: Arc<GroupLedger>,
    pub recorder: Arc<GroupRecorder>,
}

struct Shared {
    habits: Mutex<Habits>,
    processed: AtomicU64,
    busy_nanos: AtomicU64,
    membership: Mutex<MembershipView>,
    workers: AtomicU32,
    /// The consumer's part of the group's recorder.
    shard: usize,
    /// Work that is begun and not counted yet, in nanoseconds of the clock; none when `until` is 0.
    planned_from: AtomicU64,
    planned_until: AtomicU64,
}

/// What can be changed while the consumer runs.
#[derive(Clone, Debug)]
struct Habits {
    processing: ServiceTime,
    slow_factor: f64,
    group: Arc<GroupSpec>,
    batch: BatchSpec,
    /// Taken by its next life.
    workers: u32,
}

impl ConsumerHandle {
    /// Multiplies its processing time from the next record on; 1 is its own speed.
    pub fn slow(&self, factor: f64) {
        self.change(|habits| habits.slow_factor = factor.max(0.0));
    }

    /// Sets its processing time from the next record on.
    pub fn set_processing(&self, processing: ServiceTime) {
        self.change(|habits| habits.processing = processing);
    }

    /// Sets the mean of its processing time from the next record on; the distribution stays.
    pub fn set_processing_mean(&self, mean: Duration) {
        self.change(|habits| habits.processing = habits.processing.with_mean(mean));
    }

    /// Subscribes to other topics, which makes its group rebalance.
    pub fn subscribe(&self, topics: Vec<TopicName>) {
        self.change(|habits| Arc::make_mut(&mut habits.group).topics = topics);
    }

    /// Follows its group's settings. What a member says only when it joins for the first time (its session
    /// and rebalance timeouts) it says after [`ClientHandle::restart`].
    pub fn set_group(&self, group: Arc<GroupSpec>) {
        self.change(|habits| habits.group = group);
    }

    /// Changes how it works. How many workers it has is decided when it is started.
    pub fn set_consumer(&self, consumer: &ConsumerSpec) {
        self.change(|habits| {
            habits.processing = consumer.processing.clone();
            (habits.batch, habits.workers) = (consumer.batch, consumer.workers);
        });
    }

    /// What it has done so far.
    pub fn figures(&self) -> ConsumerFigures {
        let habits = self.shared.habits().clone();
        ConsumerFigures {
            processed: self.shared.processed.load(Ordering::Relaxed),
            busy: Duration::from_nanos(self.shared.busy_nanos.load(Ordering::Relaxed) + self.begun_nanos()),
            workers: self.shared.workers(),
            processing_mean: habits.processing.mean(),
            slow_factor: habits.slow_factor,
        }
    }

    /// Its place in the group.
    pub fn membership(&self) -> MembershipView {
        self.shared.membership().clone()
    }

    /// What it reads.
    pub fn assignment(&self) -> Vec<TopicPartition> {
        self.shared.membership().positions.iter().map(|(partition, _)| partition.clone()).collect()
    }

    /// Time spent on what is not done yet. With one worker alone it is known without asking.
    fn begun_nanos(&self) -> u64 {
        let now = self.client.alive_until(self.client.clock().now()).as_nanos();
        let until = self.shared.planned_until.load(Ordering::Relaxed).min(now);
        if self.shared.workers() > 1 {
            0
        } else {
            until.saturating_sub(self.shared.planned_from.load(Ordering::Relaxed))
        }
    }

    fn change(&self, change: impl FnOnce(&mut Habits)) {
        change(&mut self.shared.habits());
        self.client.settings_changed();
    }
}

impl Deref for ConsumerHandle {
    type Target = ClientHandle;

    fn deref(&self) -> &ClientHandle {
        &self.client
    }
}

impl Shared {
    fn habits(&self) -> MutexGuard<'_, Habits> {
        self.habits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workers(&self) -> u32 {
        self.workers.load(Ordering::Relaxed).max(1)
    }

    /// Time spent so far counts as if it always had as many workers, so that its share stays what it was.
    fn begin_with_workers(&self) {
        let workers = self.habits().workers.max(1);
        let before = self.workers.swap(workers, Ordering::Relaxed).max(1);
        let busy = self.busy_nanos.load(Ordering::Relaxed) / u64::from(before) * u64::from(workers);
        if workers != before {
            self.busy_nanos.store(busy, Ordering::Relaxed);
        }
    }

    fn membership(&self) -> MutexGuard<'_, MembershipView> {
        self.membership.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn start<B: Backend>(
    clock: &Clock,
    backend: B,
    meters: Meters,
    group: &GroupSpec,
    consumer: &ConsumerSpec,
    seed: u64,
) -> ConsumerHandle {
    let client = ClientHandle::new(&consumer.name, clock, ClientStatus::Joining);
    let habits = Habits {
        processing: consumer.processing.clone(),
        slow_factor: 1.0,
        group: Arc::new(group.clone()),
        batch: consumer.batch,
        workers: consumer.workers,
    };
    let shared = Arc::new(Shared {
        habits: Mutex::new(habits),
        processed: AtomicU64::default(),
        busy_nanos: AtomicU64::default(),
        membership: Mutex::default(),
        workers: AtomicU32::new(consumer.workers),
        shard: usize::try_from(seed >> 3).unwrap_or(0),
        planned_from: AtomicU64::default(),
        planned_until: AtomicU64::default(),
    });
    let (controlled, noted) = (client.clone(), Arc::clone(&shared));
    let consumer = consumer.clone();
    let mut lives = 0;
    let begin = move || -> Session {
        lives += 1;
        controlled.set_status(ClientStatus::Joining);
        noted.membership().failure = None;
        noted.begin_with_workers();
        // Each life draws anew: a restarted process doesn't repeat itself.
        let seed = seed.wrapping_add(lives << 32);
        let run = Run::new(&controlled, backend.clone(), meters.clone(), &noted, &consumer, seed);
        Box::pin(run.run())
    };
    clock.spawn(supervise(client.clone(), begin));
    ConsumerHandle { client, shared }
}
