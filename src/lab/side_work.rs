//! Long work that belongs to a running experiment, and goes by its clock: beside it, or in no time where time is
//! virtual. It tells how far it is, is given up when nobody wants it any more, and leaves one result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::oneshot;

use crate::clock::Clock;

/// Work that was begun. Dropping it asks the work to end.
#[derive(Debug)]
pub struct SideWork<T> {
    watch: Watch,
    result: oneshot::Receiver<T>,
}

/// What work sees of those who wait for it.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    cancel: Arc<AtomicBool>,
    /// Bits of a share.
    done: Arc<AtomicU64>,
}

impl<T: Send + 'static> SideWork<T> {
    /// Begins work that blocks, on a thread of its own; on a virtual clock it takes no time.
    pub fn start(clock: &Clock, work: impl FnOnce(&Watch) -> T + Send + 'static) -> Self {
        let watch = Watch::default();
        let (tell, result) = oneshot::channel();
        let (seen, clock) = (watch.clone(), clock.clone());
        clock.clone().spawn(async move {
            let ended = clock.run_blocking(move || work(&seen)).await;
            // Whoever gave it up is not told.
            drop(tell.send(ended));
        });
        Self { watch, result }
    }

    /// The result, once.
    pub fn take(&mut self) -> Option<T> {
        self.result.try_recv().ok()
    }

    /// How much is done, 0 to 1.
    pub fn done(&self) -> f64 {
        f64::from_bits(self.watch.done.load(Ordering::Relaxed))
    }
}

impl<T> Drop for SideWork<T> {
    fn drop(&mut self) {
        self.watch.cancel.store(true, Ordering::Relaxed);
    }
}

impl Watch {
    /// True once nobody waits any more.
    pub fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Tells how much is done, 0 to 1.
    pub fn tell(&self, share: f64) {
        self.done.store(share.to_bits(), Ordering::Relaxed);
    }
}
