//! What a message system is: its nouns and its rules. Pure: no IO, no clock, no threads; time comes in
//! as an argument.

pub mod batch;
pub mod durability;
pub mod error;
pub mod group;
pub mod partitioner;
pub mod record;
pub mod request;
pub mod retention;
pub mod topic;
pub mod topic_config;
pub mod units;
