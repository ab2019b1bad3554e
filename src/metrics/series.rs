//! A bounded history of one figure over time.

use std::collections::VecDeque;

use crate::clock::Time;

/// Most points that a series keeps. At four points a second that is twenty minutes; the oldest go first.
pub const MAX_POINTS: usize = 4_800;

/// Points in order of time, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: VecDeque<(Time, f64)>,
}

impl Series {
    /// Adds the newest point; the oldest goes when the series is full.
    pub fn push(&mut self, at: Time, value: f64) {
        if self.points.len() == MAX_POINTS {
            self.points.pop_front();
        }
        self.points.push_back((at, value));
    }

    /// All points, oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = (Time, f64)> + ExactSizeIterator + '_ {
        self.points.iter().copied()
    }

    /// The newest value.
    pub fn latest(&self) -> Option<f64> {
        self.points.back().map(|&(_, value)| value)
    }
}
