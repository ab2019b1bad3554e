//! A heap of deadlines and the future that waits for one. Ties fire in the order of arrival.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;

use super::Time;

/// Cancelled deadlines that a heap may hold before it is swept, whatever its size.
const SWEEP_AT_LEAST: usize = 256;

/// Locks, and goes on after a panic elsewhere: every critical section here leaves the data whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One wait: shared by the future and the heap.
#[derive(Default)]
pub(super) struct Slot {
    waker: AtomicWaker,
    fired: AtomicBool,
    cancelled: AtomicBool,
}

impl Slot {
    pub(super) fn fire(&self) {
        self.fired.store(true, Ordering::Release);
        self.waker.wake();
    }
}

struct Entry {
    key: Reverse<(Time, u64)>,
    slot: Arc<Slot>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

/// Deadlines, earliest first.
#[derive(Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Entry>,
    arrivals: u64,
    sweep_at: usize,
    /// What [`Timers::await_earliest`] found last.
    awaited: Option<Time>,
}

impl Timers {
    /// Adds a deadline; says whether it comes before the one that is awaited. Loops that set their wait anew
    /// each round would otherwise wake the timer's thread each round, to find that nothing has changed for it.
    pub(super) fn add(&mut self, deadline: Time) -> (Arc<Slot>, bool) {
        self.sweep();
        let slot = Arc::new(Slot::default());
        let is_news = self.awaited.is_none_or(|awaited| deadline < awaited);
        self.arrivals += 1;
        self.heap.push(Entry { key: Reverse((deadline, self.arrivals)), slot: Arc::clone(&slot) });
        (slot, is_news)
    }

    /// The earliest deadline that somebody still waits for.
    pub(super) fn earliest(&mut self) -> Option<Time> {
        while self.heap.peek()?.slot.cancelled.load(Ordering::Relaxed) {
            self.heap.pop();
        }
        self.heap.peek().map(|entry| entry.key.0.0)
    }

    /// The earliest deadline, which the caller goes to wait for.
    pub(super) fn await_earliest(&mut self) -> Option<Time> {
        self.awaited = self.earliest();
        self.awaited
    }

    /// Takes the earliest wait if it is due.
    pub(super) fn pop_due(&mut self, now: Time) -> Option<Arc<Slot>> {
        if self.earliest()? > now {
            return None;
        }
        self.heap.pop().map(|entry| entry.slot)
    }

    /// Forgets every wait without firing it.
    pub(super) fn clear(&mut self) {
        self.heap.clear();
    }

    // A wait that is dropped early (a select that another branch won) stays in the heap until its
    // deadline; without this, short loops around long deadlines would fill memory.
    fn sweep(&mut self) {
        if self.heap.len() < self.sweep_at.max(SWEEP_AT_LEAST) {
            return;
        }
        self.heap.retain(|entry| !entry.slot.cancelled.load(Ordering::Relaxed));
        self.sweep_at = self.heap.len() * 2;
    }
}

/// Waits for a deadline of a [`super::Clock`]. Dropping it cancels the wait.
#[must_use = "a sleep does nothing unless awaited"]
pub struct Sleep(Option<Arc<Slot>>);

impl Sleep {
    pub(super) fn over() -> Self {
        Self(None)
    }

    pub(super) fn waiting(slot: Arc<Slot>) -> Self {
        Self(Some(slot))
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(slot) = &self.0 else { return Poll::Ready(()) };
        slot.waker.register(context.waker());
        if slot.fired.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(slot) = &self.0 {
            slot.cancelled.store(true, Ordering::Relaxed);
        }
    }
}
