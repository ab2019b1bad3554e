//! Long work on a thread of its own, one piece after the other: a newer piece can take the place of those
//! before it, and what is under way is told when nobody wants it any more. What the work is, it doesn't know.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::clock::named_thread;

/// Pieces that may wait: a person asks for a few a second at most, and the newest is refused beyond.
const QUEUE: usize = 16;

/// What is done with a piece; the flag says when it is wanted no more.
pub type Work<W> = Arc<dyn Fn(W, &AtomicBool) + Send + Sync>;

/// Somebody who does the work. Dropped, it gives up what it does and waits for its thread.
pub struct Job<W> {
    work: Work<W>,
    /// `None`: each piece is done at once, by who gives it.
    thread: Option<(Arc<Shared<W>>, JoinHandle<()>)>,
    /// Of the piece that is done at once.
    at_once: Mutex<Arc<AtomicBool>>,
}

struct Shared<W> {
    line: Mutex<Line<W>>,
    changed: Condvar,
}

struct Line<W> {
    waiting: VecDeque<W>,
    /// Of the piece that is under way.
    cancel: Arc<AtomicBool>,
    is_over: bool,
}

impl<W: Send + 'static> Job<W> {
    /// Starts a thread of this name.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(name: &str, work: Work<W>) -> io::Result<Self> {
        let line = Line { waiting: VecDeque::new(), cancel: Arc::default(), is_over: false };
        let shared = Arc::new(Shared { line: Mutex::new(line), changed: Condvar::new() });
        let (of_thread, doing) = (Arc::clone(&shared), Arc::clone(&work));
        let thread = named_thread(name, move || {
            while let Some((piece, cancel)) = of_thread.next() {
                doing(piece, &cancel);
            }
        })?;
        Ok(Self { work, thread: Some((shared, thread)), at_once: Mutex::default() })
    }

    /// One that does each piece at once, so that a test needs not wait.
    pub fn inline(work: Work<W>) -> Self {
        Self { work, thread: None, at_once: Mutex::default() }
    }

    /// After what was given before. False where too much waits already.
    pub fn add(&self, piece: W) -> bool {
        let Some((shared, _)) = &self.thread else {
            let cancel = Arc::new(AtomicBool::new(false));
            *self.at_once() = Arc::clone(&cancel);
            (self.work)(piece, &cancel);
            return true;
        };
        let mut line = shared.lock();
        let has_room = line.waiting.len() < QUEUE;
        if has_room {
            line.waiting.push_back(piece);
            shared.changed.notify_one();
        }
        has_room
    }

    /// In place of everything that was given before, what is under way included.
    pub fn replace(&self, piece: W) {
        self.cancel();
        self.add(piece);
    }

    /// Gives up everything.
    pub fn cancel(&self) {
        if let Some((shared, _)) = &self.thread {
            let mut line = shared.lock();
            line.waiting.clear();
            line.cancel.store(true, Ordering::Relaxed);
        }
        self.at_once().store(true, Ordering::Relaxed);
    }

    fn at_once(&self) -> MutexGuard<'_, Arc<AtomicBool>> {
        self.at_once.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W> Drop for Job<W> {
    fn drop(&mut self) {
        let Some((shared, thread)) = self.thread.take() else { return };
        {
            let mut line = shared.lock();
            line.is_over = true;
            line.cancel.store(true, Ordering::Relaxed);
            shared.changed.notify_one();
        }
        // A panic there has been told on standard error already.
        drop(thread.join());
    }
}

impl<W> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, Line<W>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a piece; `None` when there will be none.
    fn next(&self) -> Option<(W, Arc<AtomicBool>)> {
        let mut line = self.lock();
        loop {
            if line.is_over {
                return None;
            }
            if let Some(piece) = line.waiting.pop_front() {
                line.cancel = Arc::default();
                return Some((piece, Arc::clone(&line.cancel)));
            }
            line = self.changed.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn the_latest_takes_the_place_of_what_is_under_way_and_of_what_waits() {
        let (tell, told) = sync_channel(8);
        let (begun, begins) = sync_channel(8);
        let work = move |piece: u32, cancel: &AtomicBool| {
            begun.send(piece).unwrap();
            while piece == 1 && !cancel.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            tell.send((piece, cancel.load(Ordering::Relaxed))).unwrap();
        };
        let job = Job::start("a test's job", Arc::new(work)).unwrap();
        assert!(job.add(1));
        assert_eq!(begins.recv().unwrap(), 1);
        assert!(job.add(2));
        job.replace(3);
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [(1, true), (3, false)]);
        drop(job);
        assert!(told.recv().is_err(), "nothing else was done");
    }

    #[test]
    fn what_waits_is_bounded() {
        let (go, gone) = sync_channel::<()>(1);
        let gate = Mutex::new(gone);
        let job =
            Job::start("a test's job", Arc::new(move |(), _: &AtomicBool| _ = gate.lock().unwrap().recv())).unwrap();
        let taken = (0..100).filter(|_| job.add(())).count();
        assert!((QUEUE..=QUEUE + 1).contains(&taken), "{taken}");
        drop(go);
    }
}
