//! Who sends and who reads: producers and consumers as tasks that follow a schedule, on any message
//! system that is a [`backend::Backend`].

pub mod backend;
