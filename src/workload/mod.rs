//! Who sends and who reads: producers and consumers as tasks that follow a schedule, on any message
//! system that is a [`backend::Backend`]. [`Workload`] starts them; the handles control and read them.

pub mod backend;
pub mod client;
pub mod consumer;
pub mod embedded;
pub mod keys;
mod orders;
pub mod pace;
pub mod patience;
pub mod payload;
pub mod producer;
mod question;
pub mod service;
mod supervisor;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::metrics::ledger::Ledger;
use crate::metrics::recorder::GroupRecorder;
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec};

use self::backend::Backend;
use self::consumer::ConsumerHandle;
use self::producer::ProducerHandle;

/// The clients of one experiment: what they share.
pub struct Workload<B> {
    clock: Clock,
    backend: B,
    ledger: Arc<Ledger>,
    recorders: Mutex<BTreeMap<String, Arc<GroupRecorder>>>,
}

impl<B: Backend> Workload<B> {
    pub fn new(clock: Clock, backend: B) -> Self {
        Self { clock, backend, ledger: Arc::default(), recorders: Mutex::default() }
    }

    /// Starts one producer of a spec; `name` is one of [`ProducerSpec::client_names`], and `seed` its own.
    pub fn start_producer(&self, name: &str, spec: &ProducerSpec, seed: u64) -> ProducerHandle {
        producer::start(&self.clock, self.backend.clone(), &self.ledger, name, spec, seed)
    }

    /// Starts one consumer of a group; `seed` is its own.
    pub fn start_consumer(&self, group: &GroupSpec, consumer: &ConsumerSpec, seed: u64) -> ConsumerHandle {
        let meters = consumer::Meters { ledger: self.ledger.group(&group.name), recorder: self.recorder(&group.name) };
        consumer::start(&self.clock, self.backend.clone(), meters, group, consumer, seed)
    }

    /// The audit that all clients report to.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// What a group's consumers measured.
    pub fn recorder(&self, group: &str) -> Arc<GroupRecorder> {
        let mut recorders = self.recorders.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(recorders.entry(group.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests;
