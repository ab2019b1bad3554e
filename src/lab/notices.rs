//! What happened, for whoever watches: bounded, newest last.

use std::sync::Arc;

use crate::clock::Time;

use super::snapshot::{Notice, Severity};
use super::undo::is_one_movement;

/// Notices that are kept. An afternoon of events by hand; the oldest go first.
const KEPT: usize = 1_000;

/// The notices of one experiment.
#[derive(Debug, Default)]
pub struct Notices {
    all: Arc<Vec<Notice>>,
    /// What the newest is about, where another of it would take its place.
    moving: Option<String>,
}

impl Notices {
    pub fn add(&mut self, at: Time, severity: Severity, text: String) {
        self.moving = None;
        let notices = Arc::make_mut(&mut self.all);
        if notices.len() == KEPT {
            notices.remove(0);
        }
        notices.push(Notice { at, severity, text });
    }

    /// Adds a notice about something that a hand moves, such as `rate of web`: one for the whole movement.
    pub fn add_moving(&mut self, at: Time, thing: String, text: String, speed: f64) {
        let is_same = self.moving.as_ref() == Some(&thing) && !thing.is_empty();
        if is_same
            && self.all.last().is_some_and(|last| is_one_movement(last.at, at, speed))
            && let Some(last) = Arc::make_mut(&mut self.all).last_mut()
        {
            (last.at, last.text) = (at, text);
        } else {
            self.add(at, Severity::Info, text);
        }
        self.moving = Some(thing);
    }

    /// Adds a notice that lasts, unless it is there already.
    pub fn add_once(&mut self, at: Time, severity: Severity, text: &str) {
        if self.all.iter().all(|notice| notice.text != text) {
            self.add(at, severity, text.to_owned());
        }
    }

    pub fn all(&self) -> Arc<Vec<Notice>> {
        Arc::clone(&self.all)
    }
}
