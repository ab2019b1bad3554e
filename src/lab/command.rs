//! Everything that can be asked of a running experiment, as values: they can be logged and replayed.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::group::assign::Assignor;

/// A wish of whoever watches. Clients are named as in the outline, for example `web` or `billing-2`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets time pass.
    Run,
    /// Stops time; broker and clients stand still with it.
    Pause,
    /// Lets this much time pass and pauses.
    Step(Duration),
    /// Seconds of the experiment per real second, 0.01 to 100.
    SetSpeed(f64),
    /// Starts a client that was stopped or has crashed.
    Start(String),
    /// Ends a client in good order: it finishes what it has in hand, commits and leaves.
    Stop(String),
    /// Ends a client at once: no leave, no commit.
    Crash(String),
    /// Freezes a client, heartbeats too, until it is started again.
    Stall(String),
    /// Multiplies the processing time of a consumer; 1 is its own speed.
    Slow { client: String, factor: f64 },
    /// Records per second of a producer, over its pattern.
    SetRate { producer: String, per_second: f64 },
    /// Mean processing time per record of one consumer; the distribution stays.
    SetProcessing { consumer: String, mean: Duration },
    /// Makes a topic.
    AddTopic { name: String, partitions: u32 },
    /// Deletes a topic with all its records.
    DeleteTopic(String),
    /// Adds this many partitions to a topic.
    AddPartitions { topic: String, count: u32 },
    /// Adds a producer with the defaults of a scenario file.
    AddProducer { name: String, topic: String, per_second: f64 },
    /// Removes a producer for good.
    RemoveProducer(String),
    /// Adds a group without consumers.
    AddGroup { name: String, topics: Vec<String>, assignor: Assignor },
    /// Adds and starts a consumer, like the last one of its group.
    AddConsumer { group: String },
    /// Stops a consumer in good order and forgets it.
    RemoveConsumer(String),
    /// Ends the present experiment and starts the one in this file, or the built-in of this name.
    Open(Source),
    /// Writes the experiment as it is now to a scenario file.
    Save(PathBuf),
}

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    BuiltIn(String),
}
