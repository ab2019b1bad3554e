//! The embedded broker: topics, their logs, and the coordinator of consumer groups. Other rooms hold a
//! [`BrokerHandle`] and look at a [`view::BrokerView`]; nobody else touches the broker's state.

mod commit_times;
mod config;
mod event;
mod handle;
pub mod store;
pub mod view;

use crate::clock::Clock;

pub use config::{BrokerConfig, BrokerError, Location};
pub use event::{CommitResults, CommittedOffset};
pub use handle::BrokerHandle;

/// A running broker. Dropping it is the same as [`Broker::kill`].
#[derive(Debug)]
pub struct Broker {
    handle: BrokerHandle,
}

impl Broker {
    /// Opens the store, restores topics and groups from it, and begins to serve.
    pub async fn start(clock: Clock, config: BrokerConfig) -> Result<Self, BrokerError> {
        let _unused = (clock, config);
        Err(BrokerError::Start("not there yet".to_owned()))
    }

    /// The way in.
    pub fn handle(&self) -> BrokerHandle {
        self.handle.clone()
    }

    /// Commits everything, closes the store and ends.
    pub async fn stop(self) -> Result<(), BrokerError> {
        Ok(())
    }

    /// Ends at once, as a crash would: what is not durable yet is lost.
    pub async fn kill(self) {}
}
