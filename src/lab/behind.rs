//! How far an experiment runs behind its clock, where the machine is too slow for the speed: what a task waits
//! for comes late, measured by one that does nothing else. It changes no speed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Time};

/// Real time between two waits that are looked at.
const STEP: Duration = Duration::from_millis(20);

/// Waits that are kept: those of the last second.
const KEPT: usize = 50;

/// Looks at how late waits end, as long as its clock runs.
#[derive(Clone, Debug, Default)]
pub struct Behind(Arc<Mutex<VecDeque<Wait>>>);

/// A wait that ended: when it should have and how much later it did, in the experiment's time.
#[derive(Clone, Copy, Debug)]
struct Wait {
    due: Time,
    late: Duration,
}

impl Behind {
    /// Begins to look. On a virtual clock nothing is ever late.
    pub fn start(clock: &Clock) -> Self {
        let behind = Self::default();
        if !clock.is_virtual() {
            let (watch, clock) = (behind.clone(), clock.clone());
            clock.clone().spawn(async move {
                let mut due = clock.now();
                // It ends when nobody asks any more.
                while Arc::strong_count(&watch.0) > 1 {
                    let speed = clock.pace().map_or(1.0, |pace| pace.speed);
                    due += STEP.mul_f64(speed);
                    clock.sleep_until(due).await;
                    watch.note(due, clock.now());
                }
            });
        }
        behind
    }

    /// How late a wait ends, a mean over the last second; `None` before anything was seen.
    pub fn late(&self) -> Option<Duration> {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mean(waits.iter())
    }

    /// Seconds of the experiment that are really done per second, of so many that are asked for: less where waits
    /// end later and later. `speed * (1 - growth of the lateness / time)`, over the last second.
    pub fn reached(&self, speed: f64) -> Option<f64> {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let half = waits.len() / 2;
        let (earlier, later) = (mean(waits.iter().take(half))?, mean(waits.iter().skip(half))?);
        let between = waits.get(half)?.due.since(waits.front()?.due).as_secs_f64();
        let growth = (later.as_secs_f64() - earlier.as_secs_f64()) / between.max(f64::EPSILON);
        (half >= KEPT / 4).then(|| speed * (1.0 - growth).clamp(0.0, 1.0))
    }

    fn note(&self, due: Time, now: Time) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waits.len() == KEPT {
            waits.pop_front();
        }
        waits.push_back(Wait { due, late: now.since(due) });
    }
}

fn mean<'a>(waits: impl ExactSizeIterator<Item = &'a Wait>) -> Option<Duration> {
    let count = u32::try_from(waits.len()).ok().filter(|count| *count > 0)?;
    Some(waits.map(|wait| wait.late).sum::<Duration>() / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(late_millis: impl Fn(u64) -> u64) -> Behind {
        let behind = Behind::default();
        for number in 1..=60_u64 {
            let due = Time::from_micros(number * 2_000_000);
            behind.note(due, due + Duration::from_millis(late_millis(number)));
        }
        behind
    }

    #[test]
    fn what_is_late_by_the_same_keeps_its_speed() {
        let behind = seen(|_| 300);
        assert_eq!(behind.late(), Some(Duration::from_millis(300)));
        assert!((behind.reached(100.0).unwrap() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn what_comes_later_and_later_is_slower() {
        // Of each 2 s one is lost.
        let reached = seen(|number| number * 1_000).reached(100.0).unwrap();
        assert!((reached - 50.0).abs() < 2.0, "{reached}");
        assert_eq!(Behind::default().late(), None);
    }
}
