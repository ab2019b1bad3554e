//! The running experiment: it starts broker and clients, carries out commands, and publishes one
//! [`Snapshot`] at a time for whoever looks. It draws nothing and parses nothing.

use std::sync::Arc;

pub mod command;
pub mod snapshot;
pub mod summary;

pub use command::Command;
pub use snapshot::Snapshot;

/// All that a window holds of the running experiment.
pub trait LabLink: Send + Sync {
    /// The latest snapshot; cheap.
    fn snapshot(&self) -> Arc<Snapshot>;
    /// Asks for something. It is carried out soon, and what came of it is in a later snapshot.
    fn send(&self, command: Command);
    /// Calls `wake` whenever there is a snapshot with a new revision.
    fn set_waker(&self, wake: Arc<dyn Fn() + Send + Sync>);
}
