//! The running experiment: it starts broker and clients, carries out commands, and publishes one
//! [`Snapshot`] at a time for whoever looks. It draws nothing and parses nothing.

pub mod advice;
mod apply;
mod asked;
mod behind;
pub mod bench;
mod clients;
mod colours;
pub mod command;
pub mod compare;
mod drive;
mod edit;
mod expectations;
mod experiment;
mod export;
pub mod forecast;
pub mod history;
mod job;
mod lodging;
mod notices;
mod observer;
mod opening;
pub mod planning;
mod recording;
pub mod report;
pub mod run;
mod runtime;
mod save;
mod scaling;
pub mod settings;
pub mod setup;
mod side_work;
pub mod snapshot;
pub mod summary;
mod undo;
mod wording;
mod words;

use std::sync::Arc;

pub use command::Command;
pub use experiment::Experiment;
pub use planning::Desk;
pub use runtime::Lab;
pub use snapshot::Snapshot;

/// Called whenever there is a snapshot with a new revision; from any thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// All that a window holds of the running experiment.
pub trait LabLink: Send + Sync {
    /// The latest snapshot; cheap.
    fn snapshot(&self) -> Arc<Snapshot>;
    /// Asks for something. It is carried out soon, and what came of it is in a later snapshot.
    fn send(&self, command: Command);
    /// Calls `wake` whenever there is a snapshot with a new revision.
    fn set_waker(&self, wake: Waker);
    /// Where plans are made, whatever runs meanwhile.
    fn desk(&self) -> &Desk;
}

#[cfg(test)]
mod tests;
