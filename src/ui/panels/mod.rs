//! One file per panel; each mirrors a part of the snapshot, draws it, and asks for changes.

pub mod actions;
pub mod add;
pub mod assignment;
pub mod banner;
mod chart_forecast;
mod chart_lines;
mod chart_parts;
mod chart_selected;
pub mod charts;
pub mod event_filter;
pub mod events;
pub mod inspector;
pub mod outline;
pub mod planner;
pub mod removal;
pub mod settings;
pub mod status_line;
pub mod timeline;
pub mod top_bar;
pub mod topology;
mod topology_caption;
mod topology_empty;
pub mod topology_table;
pub mod words;
