//! The running experiment: it starts broker and clients, carries out commands, and publishes one
//! [`Snapshot`] at a time for whoever looks. It draws nothing and parses nothing.

pub mod command;
pub mod snapshot;
pub mod summary;

pub use command::Command;
pub use snapshot::Snapshot;
