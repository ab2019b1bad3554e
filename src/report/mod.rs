//! What an experiment leaves behind for others to read. It states results, draws them and
//! writes them to files; it measures nothing.

pub mod chart;
pub mod convert;
pub mod document;
pub mod draw;
pub mod export;
pub mod format;
pub mod palette;
pub mod plan;
pub mod run;
pub mod summary;
pub mod takeaway;
pub mod thinning;
