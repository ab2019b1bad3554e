//! How many partitions and consumers a load needs: what formulas say, what a simulation says, and why.

pub mod autoscaler;
pub mod simulate;
