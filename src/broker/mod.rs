//! The embedded broker: topics, their logs, and the coordinator of consumer groups. Other rooms hold a
//! [`BrokerHandle`] and look at a [`view::BrokerView`]; nobody else touches the broker's state.

mod answer;
mod append;
mod commit;
mod commit_times;
mod config;
mod coordinator;
mod engine;
mod event;
mod fetch;
mod group_record;
mod groups;
mod handle;
mod inbox;
mod look;
mod lookup;
mod offsets;
mod open_commit;
mod parked;
mod partition;
mod rebalances;
mod recovery;
mod retention;
pub mod store;
mod syncing;
mod tail_cache;
mod topic_calls;
mod topics;
pub mod view;

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::model::durability::Durability;

use event::Ending;
use handle::BackPressure;
use inbox::Inbox;
use store::{Recovered, Store};

pub use config::{BrokerConfig, BrokerError, Location};
pub use event::{CommitResults, CommittedOffset};
pub use handle::BrokerHandle;

/// Reports of the store that may wait for the engine: one commit, and reads that wait with their answer
/// in hand when there are more.
const REPORT_QUEUE: usize = 256;

/// A running broker. Dropping it is the same as [`Broker::kill`], only that nobody waits for the end.
#[derive(Debug)]
pub struct Broker {
    handle: BrokerHandle,
    ending: oneshot::Sender<Ending>,
}

impl Broker {
    /// Opens the store, restores topics and groups from it, and begins to serve.
    pub async fn start(clock: Clock, config: BrokerConfig) -> Result<Self, BrokerError> {
        // What is to be gone when the broker stops needs no file.
        let is_memory = config.durability == Durability::Memory;
        let location = if is_memory { Location::Memory } else { config.location.clone() };
        let cache_bytes = config.store_cache_bytes;
        let opened = clock.run_blocking(move || Store::open(&location, cache_bytes)).await?;
        Self::serve(&clock, config, opened)
    }

    /// The way in.
    pub fn handle(&self) -> BrokerHandle {
        self.handle.clone()
    }

    /// Commits everything, closes the store and ends. Parked calls are answered with
    /// [`crate::model::error::ErrorCode::BrokerNotAvailable`].
    pub async fn stop(self) -> Result<(), BrokerError> {
        let (done, stopped) = oneshot::channel();
        self.ending.send(Ending::Stop { done }).map_err(|_| BrokerError::Gone)?;
        stopped.await.unwrap_or(Err(BrokerError::Gone))
    }

    /// Ends at once, as a crash would: what no durable commit covers is lost. Afterwards the store can be
    /// opened again.
    pub async fn kill(self) {
        let (done, killed) = oneshot::channel();
        if self.ending.send(Ending::Kill { done: Some(done) }).is_ok() {
            // An error means that it had ended already.
            drop(killed.await);
        }
    }

    fn serve(clock: &Clock, config: BrokerConfig, opened: (Store, Recovered)) -> Result<Self, BrokerError> {
        let (append_sender, appends) = mpsc::channel(config.append_queue);
        let (call_sender, calls) = mpsc::channel(config.call_queue);
        let (report_sender, reports) = mpsc::channel(REPORT_QUEUE);
        let (ending, ended) = oneshot::channel();
        let back_pressure = Arc::<BackPressure>::default();
        let handle =
            BrokerHandle { appends: append_sender, calls: call_sender, back_pressure: Arc::clone(&back_pressure) };
        let engine = recovery::restore(clock.clone(), config, opened, report_sender, back_pressure)?;
        clock.spawn(engine.run(Inbox::new(clock.clone(), ended, reports, calls, appends)));
        Ok(Self { handle, ending })
    }
}

#[cfg(test)]
mod tests;
