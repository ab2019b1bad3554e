//! What takes its time when a plan is answered: simulating its candidates, and running one of them on the broker. A
//! bar shows how far it is; Ctrl-C ends it, and what is known by then is told all the same.

use std::io::IsTerminal;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::exit::{Exit, Failure};
use crate::clock::on_interrupt;
use crate::lab::compare::{Request, compare};
use crate::planner::compare::Comparison;
use crate::planner::sweep::{self, Answer, Trial};

/// Steps of the progress bar.
const STEPS: u64 = 1_000;

/// Work that can be interrupted.
pub(super) struct Work {
    cancel: Arc<AtomicBool>,
}

impl Work {
    /// From now on Ctrl-C ends the work rather than the program; a second one ends that.
    pub fn begin() -> Result<Self, Failure> {
        let cancel = Arc::new(AtomicBool::new(false));
        let wish = Arc::clone(&cancel);
        let hear = move |times| {
            wish.store(true, Ordering::Relaxed);
            if times > 1 {
                process::exit(i32::from(Exit::Failed as u8));
            }
        };
        on_interrupt(hear).map_err(Failure::failed)?;
        Ok(Self { cancel })
    }

    pub fn is_interrupted(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// The answer with every candidate simulated, or as many as were when it was interrupted.
    pub fn simulate(&self, answer: Answer, span: Option<Duration>) -> Answer {
        let bar = progress_bar("simulating");
        let answer = sweep::simulate(
            answer,
            &Trial { span },
            &self.cancel,
            &|share| bar.set_position(step(share)),
            &|facts, candidate, trial, progress| trial.run(facts, candidate, &self.cancel, progress),
        );
        bar.finish_and_clear();
        answer
    }

    /// Theory, simulation and measurement; `None` once it was interrupted.
    pub fn compare(&self, request: &Request) -> Result<Option<Comparison>, Failure> {
        let bar = progress_bar("measuring");
        let compared = compare(request, &self.cancel, &mut |share| bar.set_position(step(share)));
        bar.finish_and_clear();
        compared.map_err(Failure::failed)
    }
}

/// On standard error, and only where somebody watches.
fn progress_bar(doing: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template(&format!("{doing} {{wide_bar}} {{percent}} %  {{eta}} left"));
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a thousand steps")]
fn step(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e3) as u64
}
