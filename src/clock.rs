//! Time for everything that runs: real, scaled (pause, slow motion, fast motion) and virtual.
//! The only file family that sleeps and spawns; it knows nothing of brokers or clients.
//!
//! A [`Driver`] owns the machinery and runs it; [`Clock`] is the handle that every task holds.
//! On a virtual clock all tasks run to a standstill, then time jumps to the earliest deadline, so a
//! run is as fast as the machine and, given a seed, the same each time. On a live clock the same
//! deadlines wait for real time, divided by the speed.

mod interrupt;
mod live;
mod time;
mod timers;
mod virtual_time;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::oneshot;

pub use interrupt::on_interrupt;
pub use live::{Pace, named_thread};
pub use time::{Stopwatch, Time};
pub use timers::Sleep;

/// A task as the clock keeps it.
type BoxTask = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Unix time in milliseconds at which every virtual run begins (2026-01-01T00:00:00Z), so that stored
/// timestamps are the same in each run.
const VIRTUAL_EPOCH_MILLIS: i64 = 1_767_225_600_000;

/// The handle on time that every task holds: cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<Mode>);

enum Mode {
    Live(live::Live),
    Virtual(virtual_time::Virtual),
}

impl Clock {
    /// Time since the clock began, as the experiment sees it: it stands still while paused.
    pub fn now(&self) -> Time {
        match &*self.0 {
            Mode::Live(live) => live.now(),
            Mode::Virtual(simulated) => simulated.now(),
        }
    }

    /// Waits until `deadline`; ready at once when that is past.
    pub fn sleep_until(&self, deadline: Time) -> Sleep {
        match &*self.0 {
            Mode::Live(live) => live.sleep_until(deadline),
            Mode::Virtual(simulated) => simulated.sleep_until(deadline),
        }
    }

    /// Waits for `span` of the experiment's time. For schedules prefer [`Clock::sleep_until`], which
    /// doesn't drift.
    pub fn sleep(&self, span: Duration) -> Sleep {
        self.sleep_until(self.now() + span)
    }

    /// Waits for `span` of real time whatever the speed, and while paused too. On a virtual clock this
    /// is the experiment's time, since there is no other.
    pub fn sleep_real(&self, span: Duration) -> Sleep {
        match &*self.0 {
            Mode::Live(live) => live.sleep_real(span),
            Mode::Virtual(_) => self.sleep(span),
        }
    }

    /// Runs `task` beside all others until it ends or the driver is dropped.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        match &*self.0 {
            Mode::Live(live) => live.spawn(Box::pin(task)),
            Mode::Virtual(simulated) => simulated.spawn(Box::pin(task)),
        }
    }

    /// Runs work that blocks (a commit to disk) without holding up other tasks. On a virtual clock it
    /// runs inline and takes no time, which keeps replays equal.
    ///
    /// # Panics
    /// When `work` panicked: the panic goes on in the caller.
    pub async fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        match &*self.0 {
            Mode::Live(live) => {
                let (answer, answered) = oneshot::channel();
                live.spawn_blocking(Box::new(move || {
                    // Nobody waits any more when the caller was dropped: the work is done all the same.
                    drop(answer.send(work()));
                }));
                answered.await.expect("blocking work ends with an answer unless it panicked")
            }
            Mode::Virtual(_) => work(),
        }
    }

    /// Unix time in milliseconds at `time`, for timestamps that are stored.
    pub fn unix_millis(&self, time: Time) -> i64 {
        let began = match &*self.0 {
            Mode::Live(live) => live.began_unix_millis(),
            Mode::Virtual(_) => VIRTUAL_EPOCH_MILLIS,
        };
        began + i64::try_from(time.as_micros() / 1_000).unwrap_or(i64::MAX - began)
    }

    /// Whether time jumps instead of passing.
    pub fn is_virtual(&self) -> bool {
        matches!(&*self.0, Mode::Virtual(_))
    }

    /// How time passes now; `None` on a virtual clock.
    pub fn pace(&self) -> Option<Pace> {
        match &*self.0 {
            Mode::Live(live) => Some(live.pace()),
            Mode::Virtual(_) => None,
        }
    }

    /// Stops time. Does nothing on a virtual clock.
    pub fn pause(&self) {
        self.with_live(live::Live::pause);
    }

    /// Lets time pass again. Does nothing on a virtual clock.
    pub fn resume(&self) {
        self.with_live(live::Live::resume);
    }

    /// Lets `span` of the experiment's time pass and pauses exactly there.
    pub fn step(&self, span: Duration) {
        self.with_live(|live| live.step(span));
    }

    /// Sets how many seconds of the experiment pass per real second, within 0.01 to 100.
    pub fn set_speed(&self, speed: f64) {
        self.with_live(|live| live.set_speed(speed));
    }

    fn with_live(&self, act: impl FnOnce(&live::Live)) {
        if let Mode::Live(live) = &*self.0 {
            act(live);
        }
    }
}

/// What makes a clock go. Dropping it ends every task of the clock.
pub struct Driver {
    clock: Clock,
    live: Option<live::Machinery>,
}

impl Driver {
    /// A clock that follows real time at speed 1, with a pool of worker threads.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn live() -> std::io::Result<Self> {
        let (live, machinery) = live::start()?;
        let clock = Clock(Arc::new(Mode::Live(live)));
        live::Machinery::run_timers(clock.clone())?;
        Ok(Self { clock, live: Some(machinery) })
    }

    /// A clock that jumps from deadline to deadline on the calling thread.
    pub fn simulated() -> Self {
        Self { clock: Clock(Arc::new(Mode::Virtual(virtual_time::Virtual::new()))), live: None }
    }

    /// The handle to give to tasks.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Runs everything until `main` is done. May be called again: tasks go on where they stood.
    ///
    /// # Panics
    /// On a virtual clock, when `main` waits for something that no task and no deadline can bring.
    pub fn block_on<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
        match (&self.live, &*self.clock.0) {
            (Some(machinery), _) => machinery.block_on(main),
            (None, Mode::Virtual(simulated)) => simulated.block_on(main),
            (None, Mode::Live(_)) => unreachable!("a live clock is made with its machinery"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        match &*self.clock.0 {
            Mode::Live(live) => live.stop(),
            Mode::Virtual(simulated) => simulated.stop(),
        }
    }
}

#[cfg(test)]
mod tests;
