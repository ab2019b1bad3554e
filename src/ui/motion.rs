//! The experiment's time between two snapshots, so that motion is smooth and stands still when time does.

use crate::lab::Snapshot;

/// Longest real time for which a snapshot is thought to hold on; later the motion waits for the next.
const TRUSTED_SECONDS: f64 = 0.6;

/// Follows the clock of the experiment from frame to frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motion {
    revision: u64,
    seen_at: f64,
    shown: f64,
    step: f64,
}

impl Motion {
    /// Goes on to the frame at `window_seconds` of the window's own time.
    pub fn advance(&mut self, snapshot: &Snapshot, window_seconds: f64) {
        if snapshot.revision != self.revision || self.seen_at == 0.0 {
            self.revision = snapshot.revision;
            self.seen_at = window_seconds;
        }
        let clock = snapshot.clock;
        let measured = clock.time.as_secs_f64();
        let since =
            if clock.paused || clock.idle { 0.0 } else { (window_seconds - self.seen_at).clamp(0.0, TRUSTED_SECONDS) };
        let reached = measured + since * clock.speed;
        // A snapshot can be a little behind what was shown: wait for it, unless time was set back.
        let is_behind = reached < self.shown && self.shown - reached < clock.speed;
        let next = if is_behind { self.shown } else { reached };
        self.step = (next - self.shown).clamp(0.0, clock.speed);
        self.shown = next;
    }

    /// Seconds of the experiment that passed since the last frame.
    pub const fn step_seconds(&self) -> f64 {
        self.step
    }

    /// Seconds of the experiment since the snapshot was taken.
    pub fn since_snapshot(&self, snapshot: &Snapshot) -> f64 {
        (self.shown - snapshot.clock.time.as_secs_f64()).clamp(0.0, TRUSTED_SECONDS * snapshot.clock.speed)
    }

    /// Whether anything moves by itself.
    pub fn is_live(snapshot: &Snapshot) -> bool {
        !snapshot.clock.paused && !snapshot.clock.idle && snapshot.broker.failure.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;

    fn snapshot(revision: u64, seconds: u64, paused: bool) -> Snapshot {
        let mut snapshot = Snapshot { revision, ..Snapshot::default() };
        snapshot.clock.time = Time::from_micros(seconds * 1_000_000);
        snapshot.clock.paused = paused;
        snapshot.clock.idle = false;
        snapshot
    }

    #[test]
    fn time_goes_on_between_snapshots_and_stops_when_paused() {
        let mut motion = Motion::default();
        motion.advance(&snapshot(1, 10, false), 100.0);
        motion.advance(&snapshot(1, 10, false), 100.1);
        assert!((motion.step_seconds() - 0.1).abs() < 1e-9);
        motion.advance(&snapshot(2, 10, true), 100.2);
        motion.advance(&snapshot(2, 10, true), 100.3);
        assert!(motion.step_seconds().abs() < 1e-9);
    }

    #[test]
    fn a_snapshot_that_never_comes_stops_the_motion() {
        let mut motion = Motion::default();
        motion.advance(&snapshot(1, 10, false), 100.0);
        for tenth in 1..30 {
            motion.advance(&snapshot(1, 10, false), 100.0 + f64::from(tenth) / 10.0);
        }
        assert!(motion.step_seconds().abs() < 1e-9);
    }
}
