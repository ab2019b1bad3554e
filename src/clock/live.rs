//! Live time: real time scaled by a speed, with one thread parked until the earliest deadline and
//! tokio's pool to run tasks.

#![expect(clippy::disallowed_methods, reason = "this is where real time and real threads come from")]

use std::future::Future;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Handle, Runtime};

use super::timers::{Sleep, Slot, Timers, lock};
use super::{BoxTask, Clock, Mode, Time};

/// Slowest and fastest speed.
const SPEED: std::ops::RangeInclusive<f64> = 0.01..=100.0;

/// How time passes on a live clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Seconds of the experiment per real second while it runs.
    pub speed: f64,
    /// Whether time stands still.
    pub paused: bool,
}

/// Experiment time as a line through real time.
struct Line {
    real: Instant,
    time: Time,
    pace: Pace,
    /// Where a step ends: time goes no further.
    limit: Time,
}

impl Line {
    fn at(&self, real: Instant) -> Time {
        if self.pace.paused {
            return self.time;
        }
        let passed = real.saturating_duration_since(self.real);
        (self.time + passed.mul_f64(self.pace.speed)).min(self.limit)
    }

    /// Begins a new line where this one is now.
    fn restart(&mut self) {
        let real = Instant::now();
        self.time = self.at(real);
        self.real = real;
    }

    /// Real time until `deadline`; `None` when it never comes at this pace.
    fn real_until(&self, deadline: Time, real: Instant) -> Option<Duration> {
        if self.pace.paused || deadline > self.limit {
            return None;
        }
        Some(deadline.since(self.at(real)).div_f64(self.pace.speed))
    }
}

pub(super) struct Live {
    line: Mutex<Line>,
    waits: Mutex<Waits>,
    changed: Condvar,
    began: Instant,
    began_unix_millis: i64,
    tasks: Handle,
}

/// Deadlines in the experiment's time and in real time.
#[derive(Default)]
struct Waits {
    scaled: Timers,
    real: Timers,
    stopped: bool,
}

/// Starts a thread that shows under `name` in a debugger and in a crash report.
///
/// # Errors
/// When the operating system gives none.
pub fn named_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> std::io::Result<std::thread::JoinHandle<T>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}

/// Threads that a live clock needs; owned by the driver.
pub(super) struct Machinery(Option<Runtime>);

pub(super) fn start() -> std::io::Result<(Live, Machinery)> {
    let runtime = Builder::new_multi_thread().thread_name("logyard-task").build()?;
    let began_unix_millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let began = Instant::now();
    let pace = Pace { speed: 1.0, paused: false };
    let live = Live {
        line: Mutex::new(Line { real: began, time: Time::ZERO, pace, limit: Time::MAX }),
        waits: Mutex::default(),
        changed: Condvar::new(),
        began,
        began_unix_millis,
        tasks: runtime.handle().clone(),
    };
    Ok((live, Machinery(Some(runtime))))
}

impl Machinery {
    pub(super) fn run_timers(clock: Clock) -> std::io::Result<()> {
        let fire = move || {
            if let Mode::Live(live) = &*clock.0 {
                live.fire_until_stopped();
            }
        };
        named_thread("logyard-clock", fire).map(drop)
    }

    pub(super) fn block_on<T>(&self, main: impl Future<Output = T>) -> T {
        self.0.as_ref().expect("the runtime is there until drop").block_on(main)
    }
}

impl Drop for Machinery {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Live {
    pub(super) fn now(&self) -> Time {
        lock(&self.line).at(Instant::now())
    }

    pub(super) fn began_unix_millis(&self) -> i64 {
        self.began_unix_millis
    }

    pub(super) fn sleep_until(&self, deadline: Time) -> Sleep {
        if deadline <= self.now() {
            return Sleep::over();
        }
        Sleep::waiting(self.wait(|waits| waits.scaled.add(deadline)))
    }

    pub(super) fn sleep_real(&self, span: Duration) -> Sleep {
        let deadline = self.real_now() + span;
        Sleep::waiting(self.wait(|waits| waits.real.add(deadline)))
    }

    fn wait(&self, add: impl FnOnce(&mut Waits) -> (Arc<Slot>, bool)) -> Arc<Slot> {
        let (slot, is_news) = add(&mut lock(&self.waits));
        if is_news {
            self.changed.notify_one();
        }
        slot
    }

    pub(super) fn spawn(&self, task: BoxTask) {
        drop(self.tasks.spawn(task));
    }

    pub(super) fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        drop(self.tasks.spawn_blocking(work));
    }

    pub(super) fn pace(&self) -> Pace {
        let line = lock(&self.line);
        let at_limit = line.at(Instant::now()) == line.limit;
        Pace { paused: line.pace.paused || at_limit, ..line.pace }
    }

    pub(super) fn pause(&self) {
        self.change(|line| line.pace.paused = true);
    }

    pub(super) fn resume(&self) {
        self.change(|line| {
            line.pace.paused = false;
            line.limit = Time::MAX;
        });
    }

    pub(super) fn step(&self, span: Duration) {
        self.change(|line| {
            line.pace.paused = false;
            line.limit = line.time + span;
        });
    }

    pub(super) fn set_speed(&self, speed: f64) {
        self.change(|line| line.pace.speed = speed.clamp(*SPEED.start(), *SPEED.end()));
    }

    pub(super) fn stop(&self) {
        lock(&self.waits).stopped = true;
        self.changed.notify_one();
    }

    // The lock on the waits is held over the change, so that the timer thread can't compute its next
    // wait from the old line and then sleep through the notification.
    fn change(&self, change: impl FnOnce(&mut Line)) {
        let waits = lock(&self.waits);
        let mut line = lock(&self.line);
        line.restart();
        change(&mut line);
        drop((line, waits));
        self.changed.notify_one();
    }

    fn real_now(&self) -> Time {
        Time::ZERO + self.began.elapsed()
    }

    fn fire_until_stopped(&self) {
        let mut due = Vec::new();
        let mut waits = lock(&self.waits);
        while !waits.stopped {
            self.take_due(&mut waits, &mut due);
            if !due.is_empty() {
                drop(waits);
                due.drain(..).for_each(|slot| slot.fire());
                waits = lock(&self.waits);
                continue;
            }
            let idle = self.until_next(&mut waits);
            waits = match idle {
                Some(idle) => {
                    self.changed.wait_timeout(waits, idle).unwrap_or_else(std::sync::PoisonError::into_inner).0
                }
                None => self.changed.wait(waits).unwrap_or_else(std::sync::PoisonError::into_inner),
            };
        }
    }

    fn take_due(&self, waits: &mut Waits, due: &mut Vec<Arc<Slot>>) {
        let (now, real_now) = (self.now(), self.real_now());
        due.extend(std::iter::from_fn(|| waits.scaled.pop_due(now)));
        due.extend(std::iter::from_fn(|| waits.real.pop_due(real_now)));
    }

    fn until_next(&self, waits: &mut Waits) -> Option<Duration> {
        let scaled = waits.scaled.await_earliest().and_then(|at| lock(&self.line).real_until(at, Instant::now()));
        let real = waits.real.await_earliest().map(|at| at.since(self.real_now()));
        match (scaled, real) {
            (Some(scaled), Some(real)) => Some(scaled.min(real)),
            (either, other) => either.or(other),
        }
    }
}
