//! Generic pieces of interface: they know numbers, words and colours, but no topics and no groups.

pub mod axis;
pub mod chart;
mod chart_header;
mod chart_table;
pub mod controls;
pub mod legend;
pub mod markdown;
pub mod matrix;
pub mod plot;
pub mod rows;
pub mod time_axis;
mod time_gestures;

// Reports write numbers and draw lines by the same rules.
pub use crate::report::{convert, format, thinning};
