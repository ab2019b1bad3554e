//! What happened, for whoever watches: bounded, newest last.

use std::sync::Arc;

use crate::clock::Time;

use super::snapshot::{Notice, Severity};

/// Notices that are kept. An afternoon of events by hand; the oldest go first.
const KEPT: usize = 1_000;

/// The notices of one experiment.
#[derive(Debug, Default)]
pub struct Notices(Arc<Vec<Notice>>);

impl Notices {
    pub fn add(&mut self, at: Time, severity: Severity, text: String) {
        let notices = Arc::make_mut(&mut self.0);
        if notices.len() == KEPT {
            notices.remove(0);
        }
        notices.push(Notice { at, severity, text });
    }

    /// Adds a notice that lasts, unless it is there already.
    pub fn add_once(&mut self, at: Time, severity: Severity, text: &str) {
        if self.0.iter().all(|notice| notice.text != text) {
            self.add(at, severity, text.to_owned());
        }
    }

    pub fn all(&self) -> Arc<Vec<Notice>> {
        Arc::clone(&self.0)
    }
}
