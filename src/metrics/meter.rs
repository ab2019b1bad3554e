//! A counter read now and then, and what it grew by per second. It keeps the readings of one window.

use std::collections::VecDeque;

use crate::clock::Time;

/// Readings that a meter keeps: the window is nine of the intervals at which it is read.
const READINGS: usize = 10;

/// Readings of one counter, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    readings: VecDeque<(Time, u64)>,
}

impl Meter {
    /// Notes that the counter stood at `count`. A counter that fell back (a topic made anew) begins again.
    pub fn read(&mut self, at: Time, count: u64) {
        if self.readings.back().is_some_and(|&(_, last)| count < last) {
            self.readings.clear();
        }
        self.read_level(at, count);
    }

    /// Notes that something that rises and falls stood at `level`.
    pub fn read_level(&mut self, at: Time, level: u64) {
        if self.readings.len() == READINGS {
            self.readings.pop_front();
        }
        self.readings.push_back((at, level));
    }

    /// `(newest - oldest) / time between them`; 0 before the second reading.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    pub fn per_second(&self) -> f64 {
        let (Some(&(from, first)), Some(&(until, last))) = (self.readings.front(), self.readings.back()) else {
            return 0.0;
        };
        let seconds = until.since(from).as_secs_f64();
        if seconds > 0.0 { (last as f64 - first as f64) / seconds } else { 0.0 }
    }

    /// The newest reading.
    pub fn latest(&self) -> Option<u64> {
        self.readings.back().map(|&(_, level)| level)
    }

    /// Whether it has seen enough for a rate.
    pub fn is_settled(&self) -> bool {
        self.readings.len() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_gives_the_growth_per_second_of_its_window() {
        let mut meter = Meter::default();
        assert!(!meter.is_settled());
        for tenth in 0..40_u64 {
            let count = if tenth < 20 { 0 } else { (tenth - 20) * 50 };
            meter.read(Time::from_micros(tenth * 100_000), count);
        }
        assert!((meter.per_second() - 500.0).abs() < 1e-9, "{}", meter.per_second());
    }

    #[test]
    fn a_counter_that_begins_again_gives_no_negative_rate() {
        let mut meter = Meter::default();
        meter.read(Time::ZERO, 1_000);
        meter.read(Time::from_micros(1_000_000), 10);
        assert!(meter.per_second().abs() < f64::EPSILON);
    }
}
