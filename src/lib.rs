//! Logyard: a desktop workbench for message queues. It runs a real broker, its producers and its consumer
//! groups in one process, and shows live what they do.
//!
//! # Map of the house
//!
//! The rooms, in the order in which they are best read. Each may use rooms named before it, and not all of
//! those: the table in `docs/architecture.md` says which, and `tests/tidy` holds the code to it.
//!
//! 1. [`clock`]: time that is real, scaled or virtual. The only place that sleeps and spawns.
//! 2. [`model`]: what a message system is, nouns and rules. Pure.
//! 3. [`metrics`]: what is measured, and what is derived from it: rates, lag, the delivery ledger.
//! 4. [`broker`]: the embedded broker. Others hold its `BrokerHandle`.
//! 5. [`scenario`]: an experiment as data, read from a file and checked once.
//! 6. [`workload`]: producers and consumers, on anything that is a `Backend`.
//! 7. [`planner`]: how many partitions and consumers a load needs, by formulas and by simulation.
//! 8. [`report`]: what an experiment or a plan leaves behind for others to read.
//! 9. [`lab`]: the running experiment. Commands go in, snapshots come out.
//! 10. [`ui`]: the window. It reads snapshots and sends commands.
//! 11. [`cli`]: the command line. It may use everything, and nothing uses it.

pub mod broker;
pub mod cli;
pub mod clock;
pub mod lab;
pub mod metrics;
pub mod model;
pub mod planner;
pub mod report;
pub mod scenario;
pub mod ui;
pub mod workload;
