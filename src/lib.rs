//! Logyard: a desktop workbench for message queues.
pub mod clock;
pub mod model;
