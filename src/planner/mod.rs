//! How many partitions and consumers a load needs: what formulas say, what a simulation says, and why.

pub mod autoscaler;
pub mod capacity;
pub mod choice;
pub mod compare;
pub mod facts;
pub mod fluid;
pub mod load;
pub mod on_broker;
pub mod queueing;
pub mod runs;
pub mod shares;
pub mod simulate;
pub mod skew;
pub mod sweep;
pub mod theory;
pub mod words;
