//! Generic pieces of interface: they know numbers, words and colours, but no topics and no groups.

pub mod chart;
pub mod controls;
pub mod convert;
pub mod format;
pub mod rows;
