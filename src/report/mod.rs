//! What an experiment leaves behind for others to read. It states results; it measures nothing.

pub mod summary;
