//! Logyard: a desktop workbench for message queues.
pub mod broker;
pub mod clock;
pub mod lab;
pub mod metrics;
pub mod model;
pub mod report;
pub mod scenario;
pub mod workload;
