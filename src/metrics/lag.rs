//! Lag in records and in time, and when it will be gone. Pure arithmetic over what others have read.

use std::collections::VecDeque;
use std::time::Duration;

use super::figures::Drain;
use crate::clock::Time;

/// Points that a [`Waterline`] keeps. When it is full every second of the older ones goes, so that it
/// reaches back as far as it must and is finest where it is newest.
const WATERLINE_POINTS: usize = 128;

/// A partition whose lag is read within this time keeps up: what waits there is on its way, and the small
/// difference of two rates would say now *never* and now *at once*.
const KEEPING_UP_SECONDS: f64 = 1.0;

/// Records between a committed offset and the high watermark; `None` without a commit, which is not 0.
pub fn lag_records(committed_offset: Option<i64>, high_watermark: i64) -> Option<u64> {
    committed_offset.map(|committed| u64::try_from(high_watermark - committed).unwrap_or(0))
}

/// When the high watermark of a partition stood where: tells how old the record at an offset is.
#[derive(Clone, Debug, Default)]
pub struct Waterline {
    points: VecDeque<(Time, i64)>,
}

impl Waterline {
    /// Notes the high watermark. Standing still moves the newest point, so that idle time costs none.
    pub fn note(&mut self, at: Time, high_watermark: i64) {
        if self.points.back().is_some_and(|&(_, last)| high_watermark < last) {
            self.points.clear();
        }
        let stands =
            self.points.len() >= 2 && self.points.range(self.points.len() - 2..).all(|p| p.1 == high_watermark);
        if stands {
            self.points.pop_back();
        } else if self.points.len() == WATERLINE_POINTS {
            self.thin();
        }
        self.points.push_back((at, high_watermark));
    }

    /// How long ago the record at `offset` was appended, to the nearest reading: derived from readings of
    /// the high watermark by straight lines between them. Zero for an offset that is not written yet.
    pub fn age(&self, offset: i64, now: Time) -> Option<Duration> {
        let &(_, newest) = self.points.back()?;
        if offset >= newest {
            return Some(Duration::ZERO);
        }
        let after = self.points.partition_point(|&(_, high_watermark)| high_watermark <= offset);
        let (until, above) = self.points[after];
        let Some(&(from, below)) = after.checked_sub(1).and_then(|before| self.points.get(before)) else {
            return Some(now.since(until));
        };
        let share = ratio(offset - below, above - below);
        Some(now.since(from + until.since(from).mul_f64(share)))
    }

    fn thin(&mut self) {
        let keep_from = self.points.len() / 2;
        let mut index = 0;
        self.points.retain(|_| {
            index += 1;
            index > keep_from || index % 2 == 1
        });
    }
}

/// A partition as the rule for draining sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draining {
    pub lag_records: u64,
    pub consumed_per_second: f64,
    pub produced_per_second: f64,
}

/// Time until nothing waits but what is read within [`KEEPING_UP_SECONDS`]: per partition `lag / (consumed - produced)`, and the slowest partition wins.
pub fn time_to_drain(partitions: impl IntoIterator<Item = Draining>) -> Drain {
    partitions.into_iter().map(time_to_drain_one).fold(Drain::Empty, slower)
}

fn time_to_drain_one(partition: Draining) -> Drain {
    if lossy(partition.lag_records) <= partition.consumed_per_second * KEEPING_UP_SECONDS {
        return Drain::Empty;
    }
    let closing = partition.consumed_per_second - partition.produced_per_second;
    if closing <= 0.0 {
        return Drain::Never;
    }
    Duration::try_from_secs_f64(lossy(partition.lag_records) / closing).map_or(Drain::Never, Drain::In)
}

fn slower(one: Drain, other: Drain) -> Drain {
    match (one, other) {
        (Drain::Never, _) | (_, Drain::Never) => Drain::Never,
        (Drain::Unknown, _) | (_, Drain::Unknown) => Drain::Unknown,
        (Drain::In(one), Drain::In(other)) => Drain::In(one.max(other)),
        (Drain::In(span), Drain::Empty) | (Drain::Empty, Drain::In(span)) => Drain::In(span),
        (Drain::Empty, Drain::Empty) => Drain::Empty,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time to drain needs no more than 52 bits")]
fn lossy(records: u64) -> f64 {
    records as f64
}

#[expect(clippy::cast_precision_loss, reason = "an interpolation needs no more than 52 bits")]
fn ratio(part: i64, whole: i64) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn no_commit_is_no_lag_rather_than_zero() {
        assert_eq!(lag_records(None, 90), None);
        assert_eq!(lag_records(Some(90), 90), Some(0));
        assert_eq!(lag_records(Some(40), 90), Some(50));
    }

    #[test]
    fn the_slowest_partition_decides_when_a_group_has_drained() {
        let partition = |lag_records, consumed_per_second, produced_per_second| Draining {
            lag_records,
            consumed_per_second,
            produced_per_second,
        };
        let cases = [
            (vec![], Drain::Empty),
            (vec![partition(0, 0.0, 100.0)], Drain::Empty),
            (vec![partition(20, 20.0, 30.0)], Drain::Empty),
            (vec![partition(1, 0.0, 0.0)], Drain::Never),
            (vec![partition(100, 30.0, 20.0), partition(300, 40.0, 20.0)], Drain::In(Duration::from_secs(15))),
            (vec![partition(100, 30.0, 20.0), partition(21, 20.0, 20.0)], Drain::Never),
            (vec![partition(100, 30.0, 20.0), partition(0, 0.0, 20.0)], Drain::In(Duration::from_secs(10))),
        ];
        for (partitions, expected) in cases {
            assert_eq!(time_to_drain(partitions.clone()), expected, "{partitions:?}");
        }
    }

    #[test]
    fn the_age_of_an_offset_lies_on_the_line_between_two_readings() {
        let mut waterline = Waterline::default();
        for (second, high_watermark) in [(0, 0), (10, 100), (20, 100), (30, 100), (40, 200)] {
            waterline.note(at(second), high_watermark);
        }
        for (offset, age) in [(200, 0), (150, 15), (100, 20), (50, 45), (0, 50)] {
            assert_eq!(waterline.age(offset, at(50)), Some(Duration::from_secs(age)), "{offset}");
        }
    }

    #[test]
    fn a_waterline_stays_small_and_reaches_back() {
        let mut waterline = Waterline::default();
        for second in 0..100_000_u64 {
            waterline.note(at(second), i64::try_from(second).unwrap() * 10);
        }
        assert!(waterline.points.len() <= WATERLINE_POINTS);
        let age = waterline.age(10, at(100_000)).unwrap().as_secs_f64();
        assert!((age - 99_999.0).abs() < 100.0, "{age}");
    }
}
