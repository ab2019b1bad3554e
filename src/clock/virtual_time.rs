//! Virtual time: an executor on one thread that runs every task to a standstill, then jumps to the
//! earliest deadline.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use futures::Stream;
use futures::stream::FuturesUnordered;

use super::timers::{Sleep, Timers, lock};
use super::{BoxTask, Time};

pub(super) struct Virtual {
    now_micros: AtomicU64,
    timers: Mutex<Timers>,
    spawned: Mutex<Vec<BoxTask>>,
    tasks: Mutex<FuturesUnordered<BoxTask>>,
}

impl Virtual {
    pub(super) fn new() -> Self {
        Self {
            now_micros: AtomicU64::new(0),
            timers: Mutex::default(),
            spawned: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Time {
        Time::from_micros(self.now_micros.load(Ordering::Relaxed))
    }

    pub(super) fn sleep_until(&self, deadline: Time) -> Sleep {
        if deadline <= self.now() {
            return Sleep::over();
        }
        Sleep::waiting(lock(&self.timers).add(deadline).0)
    }

    pub(super) fn spawn(&self, task: BoxTask) {
        lock(&self.spawned).push(task);
    }

    pub(super) fn block_on<T>(&self, main: impl Future<Output = T>) -> T {
        let mut main = pin!(main);
        let main_flag = Arc::new(Flag(AtomicBool::new(true)));
        let main_waker = Waker::from(Arc::clone(&main_flag));
        let tasks_flag = Arc::new(Flag(AtomicBool::new(true)));
        let tasks_waker = Waker::from(Arc::clone(&tasks_flag));
        loop {
            if main_flag.take()
                && let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&main_waker))
            {
                return value;
            }
            self.run_until_stalled(&tasks_flag, &tasks_waker);
            let goes_on = main_flag.is_set() || self.jump();
            assert!(goes_on, "virtual time stands still at {}: everything waits and no deadline is set", self.now());
        }
    }

    /// Ends every task, as the end of a process would: nothing of them runs on.
    pub(super) fn stop(&self) {
        lock(&self.timers).clear();
        let (spawned, tasks) = (std::mem::take(&mut *lock(&self.spawned)), std::mem::take(&mut *lock(&self.tasks)));
        drop((spawned, tasks));
    }

    fn run_until_stalled(&self, flag: &Flag, waker: &Waker) {
        let mut tasks = lock(&self.tasks);
        while self.adopt(&mut tasks) || flag.take() {
            while let Poll::Ready(Some(())) = Pin::new(&mut *tasks).poll_next(&mut Context::from_waker(waker)) {}
        }
    }

    fn adopt(&self, tasks: &mut FuturesUnordered<BoxTask>) -> bool {
        let spawned = std::mem::take(&mut *lock(&self.spawned));
        let any = !spawned.is_empty();
        for task in spawned {
            tasks.push(task);
        }
        any
    }

    /// Moves time to the earliest deadline and fires it; false when there is none.
    fn jump(&self) -> bool {
        let mut timers = lock(&self.timers);
        let Some(deadline) = timers.earliest() else { return false };
        self.now_micros.fetch_max(deadline.as_micros(), Ordering::Relaxed);
        let slot = timers.pop_due(deadline);
        drop(timers);
        if let Some(slot) = slot {
            slot.fire();
        }
        true
    }
}

/// A waker that only remembers that it was woken.
struct Flag(AtomicBool);

impl Flag {
    fn take(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}
