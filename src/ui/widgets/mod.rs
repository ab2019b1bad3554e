//! Generic pieces of interface: they know numbers, words and colours, but no topics and no groups.

pub mod chart;
mod chart_table;
pub mod controls;
pub mod convert;
pub mod format;
pub mod legend;
pub mod matrix;
pub mod rows;
pub mod thinning;
pub mod time_axis;
