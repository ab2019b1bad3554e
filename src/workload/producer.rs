//! A producer: how it is started, controlled and read. What it does while it runs is in [`session`].

mod backlog;
mod lane;
mod records;
mod sending;
mod session;

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::metrics::ledger::Ledger;
use crate::model::units::Rate;
use crate::scenario::{Pattern, ProducerSpec};

use self::session::Run;
use super::backend::Backend;
use super::client::{ClientHandle, ClientStatus};
use super::supervisor::{Session, supervise};

/// A running producer. It can be controlled like any client; dropping the handle leaves it running.
#[derive(Clone)]
pub struct ProducerHandle {
    client: ClientHandle,
    shared: Arc<Shared>,
}

/// What a producer has done so far; each figure only grows, but for `waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProducerFigures {
    /// The rate that was asked for, in records per second over the pattern.
    pub target_per_second: f64,
    /// Records handed to the producer.
    pub produced: u64,
    /// Acknowledged, or sent with `acks = 0`.
    pub accepted: u64,
    /// Bytes of the batches of accepted records.
    pub accepted_bytes: u64,
    /// The producer was told of a failure, or died with them.
    pub failed: u64,
    /// Due but not handed to the producer yet, because its buffer is full or its topic isn't there.
    pub waiting: u64,
}

#[derive(Debug)]
struct Shared {
    spec: Mutex<Arc<ProducerSpec>>,
    produced: AtomicU64,
    accepted: AtomicU64,
    accepted_bytes: AtomicU64,
    failed: AtomicU64,
    waiting: AtomicU64,
}

/// How much is to be sent, and when.
#[derive(Clone, Debug, PartialEq)]
struct Demand {
    per_second: f64,
    pattern: Pattern,
}

impl ProducerHandle {
    /// Sets the rate over the pattern from now on.
    pub fn set_rate(&self, per_second: f64) {
        if let Some(rate) = Rate::from_per_second(per_second.max(0.0)) {
            self.change(|spec| spec.rate = rate);
        }
    }

    /// Sets the pattern; it begins now.
    pub fn set_pattern(&self, pattern: Pattern) {
        self.change(|spec| spec.pattern = pattern);
    }

    /// Sets everything but its name and its topic, from the next record or batch on.
    pub fn set_spec(&self, spec: Arc<ProducerSpec>) {
        *self.shared.spec() = spec;
        self.client.settings_changed();
    }

    /// What it has done so far.
    pub fn figures(&self) -> ProducerFigures {
        let shared = &self.shared;
        let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        ProducerFigures {
            target_per_second: shared.spec().rate.per_second(),
            produced: read(&shared.produced),
            accepted: read(&shared.accepted),
            accepted_bytes: read(&shared.accepted_bytes),
            failed: read(&shared.failed),
            waiting: read(&shared.waiting),
        }
    }

    fn change(&self, change: impl FnOnce(&mut ProducerSpec)) {
        change(Arc::make_mut(&mut self.shared.spec()));
        self.client.settings_changed();
    }
}

impl Deref for ProducerHandle {
    type Target = ClientHandle;

    fn deref(&self) -> &ClientHandle {
        &self.client
    }
}

impl Demand {
    fn of(spec: &ProducerSpec) -> Self {
        Self { per_second: spec.rate.per_second(), pattern: spec.pattern.clone() }
    }
}

/// How large a batch may become.
fn batch_bytes(spec: &ProducerSpec) -> usize {
    usize::try_from(spec.batch_size).unwrap_or(usize::MAX)
}

fn add(figure: &AtomicU64, more: usize) {
    figure.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
}

impl Shared {
    fn spec(&self) -> MutexGuard<'_, Arc<ProducerSpec>> {
        self.spec.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn start<B: Backend>(
    clock: &Clock,
    backend: B,
    ledger: &Arc<Ledger>,
    name: &str,
    spec: &ProducerSpec,
    seed: u64,
) -> ProducerHandle {
    let client = ClientHandle::new(name, clock, ClientStatus::Running);
    let shared = Arc::new(Shared {
        spec: Mutex::new(Arc::new(spec.clone())),
        produced: AtomicU64::default(),
        accepted: AtomicU64::default(),
        accepted_bytes: AtomicU64::default(),
        failed: AtomicU64::default(),
        waiting: AtomicU64::default(),
    });
    let (controlled, clock) = (client.clone(), clock.clone());
    let (ledger, noted) = (Arc::clone(ledger), Arc::clone(&shared));
    let mut lives = 0;
    let begin = move || -> Session {
        lives += 1;
        controlled.set_status(ClientStatus::Running);
        // Each life draws anew: a restarted process doesn't repeat itself.
        let seed = seed.wrapping_add(lives << 32);
        let run = Run::new(&clock, backend.clone(), &ledger, &noted, controlled.watch(), seed);
        Box::pin(run.run())
    };
    client.clock().spawn(supervise(client.clone(), begin));
    ProducerHandle { client, shared }
}
