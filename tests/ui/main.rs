//! The window as people use it: found by accessible names, over a lab that only remembers what it was asked.
//! One program for all of it, so that it is linked once.

mod adding;
mod canvas;
mod charts;
mod frame;
mod harness;
mod inspector;
mod keyboard;
mod measuring;
mod panels;
mod pictures;
mod planner;
#[path = "../support/raster.rs"]
mod raster;
#[path = "../support/sample.rs"]
#[expect(clippy::unwrap_used, reason = "test data: what is wrong in it must be loud")]
mod sample;
mod states;
mod what_if;
