//! Generic pieces of interface: they know numbers, words and colours, but no topics and no groups.

pub mod axis;
pub mod chart;
mod chart_header;
mod chart_table;
pub mod controls;
pub mod convert;
pub mod format;
pub mod legend;
pub mod matrix;
pub mod rows;
pub mod thinning;
pub mod time_axis;
