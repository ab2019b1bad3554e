//! Reports of an experiment that goes on: taken from one snapshot, and drawn and written by a task of their
//! own, which tells how it ended. What a report says is not its business.

use std::path::Path;

use tokio::sync::mpsc;

use crate::clock::Stopwatch;
use crate::report::{export, run};

use super::apply::Refusal;
use super::experiment::Experiment;
use super::report::record;
use super::snapshot::Severity;
use super::summary::{RunFacts, summarise};

/// Reports that are being written at a time. Each takes a core for a second or so; nobody needs two.
const AT_A_TIME: usize = 1;

/// The reports of one experiment that are being written.
#[derive(Debug)]
pub struct Exports {
    /// Since the experiment began.
    wall: Stopwatch,
    under_way: usize,
    tell: mpsc::Sender<Ended>,
    told: mpsc::Receiver<Ended>,
}

/// How one ended, in words.
type Ended = Result<String, Refusal>;

impl Default for Exports {
    fn default() -> Self {
        let (tell, told) = mpsc::channel(AT_A_TIME);
        Self { wall: Stopwatch::start(), under_way: 0, tell, told }
    }
}

impl Experiment {
    /// Begins to write a report of everything so far; a notice says how it ended.
    pub(super) async fn export(&mut self, directory: &Path) -> Result<(), Refusal> {
        if self.exports.under_way == AT_A_TIME {
            return Err("a report is being written already: wait for it to end".to_owned());
        }
        let snapshot = self.snapshot().await.map_err(|error| format!("the broker has stopped: {error}"))?;
        let clock = if self.clock.is_virtual() { "virtual" } else { "real" };
        let facts = RunFacts { clock, elapsed: self.elapsed(), wall: self.exports.wall.elapsed() };
        let record = record(&snapshot, summarise(&snapshot, facts, &self.expectations.judged()));
        let (clock, tell, directory) = (self.clock.clone(), self.exports.tell.clone(), directory.to_owned());
        self.exports.under_way += 1;
        self.clock.spawn(async move {
            let write = move || {
                let written = export::write(&run::document(&record), &record.summary.json(), &directory);
                let page = directory.join("report.html");
                written.map(|()| format!("the report is in {}", page.display())).map_err(|error| error.to_string())
            };
            let ended = clock.run_blocking(write).await;
            // An experiment that is over has nobody to tell.
            drop(tell.send(ended).await);
        });
        Ok(())
    }

    /// Tells of reports that are written, or could not be.
    pub(super) fn note_exports(&mut self) {
        while let Ok(ended) = self.exports.told.try_recv() {
            self.exports.under_way -= 1;
            let (severity, text) = match ended {
                Ok(text) => (Severity::Info, text),
                Err(text) => (Severity::Error, text),
            };
            self.notices.add(self.clock.now(), severity, text);
        }
    }
}
