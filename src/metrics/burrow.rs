//! The status of a consumer group by Burrow's published rules ("Consumer Lag Evaluation Rules" in its wiki),
//! from a sliding window of commits. No threshold on lag is involved. A partition without a commit has none.
//!
//! Burrow sees every commit, and Kafka's consumers repeat an offset that stands. Those here don't: so a
//! reading is taken when the committed offset has moved, and also while the partition's owner lives.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use crate::clock::Time;
use crate::model::units::Span;

/// Readings of a window, as Burrow's default for `intervals`.
const WINDOW: usize = 10;

/// Readings before anything is said: half a window, as two or three commits make no trend.
const ENOUGH: usize = WINDOW / 2;

/// Burrow's words, from well to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Ok,
    /// It falls behind.
    Warn,
    /// Of a group: at least one partition is stopped, stalled or was rewound.
    Err,
    /// Nothing is committed any more.
    Stop,
    /// The owner lives, and the offset stands.
    Stall,
    /// The committed offset went back.
    Rewind,
}

/// A status with its reason, which is displayed as a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    pub status: Status,
    pub reason: Reason,
}

/// Why a status is what it is. Displayed as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    NothingWaits,
    /// The lag was zero within the window.
    WasZero,
    /// The lag fell at least once within the window.
    CatchesUp,
    /// For so long, and over such a window.
    NoCommit {
        silence: Duration,
        window: Duration,
    },
    OffsetStands {
        offset: i64,
        window: Duration,
    },
    WentBack {
        from: i64,
        to: i64,
    },
    /// The lag never fell within the window.
    FallsBehind {
        from: u64,
        to: u64,
        window: Duration,
    },
    /// So many of a group's partitions have its worst status.
    Partitions {
        worst: Status,
        count: usize,
        of: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    at: Time,
    offset: i64,
    lag: u64,
}

/// The sliding window of one partition.
#[derive(Clone, Debug, Default)]
pub struct Window(VecDeque<Reading>);

impl Window {
    /// Notes a commit, or that the owner lives and has nothing new to commit.
    pub fn note(&mut self, at: Time, offset: i64, lag: u64) {
        if self.0.len() == WINDOW {
            self.0.pop_front();
        }
        self.0.push_back(Reading { at, offset, lag });
    }

    /// The committed offset of the last reading.
    pub fn offset(&self) -> Option<i64> {
        self.0.back().map(|reading| reading.offset)
    }

    /// The partition's status; `None` before enough was seen. The rules in Burrow's order: the first that
    /// holds decides.
    pub fn evaluate(&self, lag: u64, now: Time) -> Option<Evaluation> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        if self.0.len() < ENOUGH {
            return None;
        }
        let (window, silence) = (last.at.since(first.at), now.since(last.at));
        let pairs = || self.0.iter().zip(self.0.iter().skip(1));
        let (status, reason) = if lag == 0 {
            (Status::Ok, Reason::NothingWaits)
        } else if silence > window {
            (Status::Stop, Reason::NoCommit { silence, window })
        } else if self.0.iter().any(|reading| reading.lag == 0) {
            (Status::Ok, Reason::WasZero)
        } else if let Some((from, to)) = pairs().find(|(one, next)| next.offset < one.offset) {
            (Status::Rewind, Reason::WentBack { from: from.offset, to: to.offset })
        } else if first.offset == last.offset && pairs().all(|(one, next)| next.lag >= one.lag) {
            (Status::Stall, Reason::OffsetStands { offset: last.offset, window })
        } else if pairs().all(|(one, next)| next.lag >= one.lag) {
            (Status::Warn, Reason::FallsBehind { from: first.lag, to: last.lag, window })
        } else {
            (Status::Ok, Reason::CatchesUp)
        };
        Some(Evaluation { status, reason })
    }
}

/// A group's status from those of its partitions: OK, WARN, or ERR for anything worse. `None` without any.
pub fn of_group(partitions: impl Iterator<Item = Status> + Clone) -> Option<Evaluation> {
    let worst = partitions.clone().max()?;
    let count = partitions.clone().filter(|status| *status == worst).count();
    let reason = Reason::Partitions { worst, count, of: partitions.count() };
    Some(Evaluation { status: worst.min(Status::Err), reason })
}

impl Status {
    /// As Burrow writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warn => "WARN",
            Self::Err => "ERR",
            Self::Stop => "STOP",
            Self::Stall => "STALL",
            Self::Rewind => "REWIND",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NothingWaits => f.write_str("nothing waits to be read"),
            Self::WasZero => f.write_str("the lag was zero within the window"),
            Self::CatchesUp => f.write_str("the lag fell within the window"),
            Self::NoCommit { silence, window } => write!(
                f,
                "nothing was committed for {}, longer than the whole window of {}",
                seconds(silence),
                seconds(window)
            ),
            Self::OffsetStands { offset, window } => {
                write!(f, "the committed offset has stood at {offset} for {} while records wait", seconds(window))
            }
            Self::WentBack { from, to } => write!(f, "the committed offset went back from {from} to {to}"),
            Self::FallsBehind { from, to, window } => {
                write!(f, "the lag has not fallen for {}: from {from} to {to} records", seconds(window))
            }
            Self::Partitions { worst: Status::Ok, of, .. } => write!(f, "all {of} partitions are OK"),
            Self::Partitions { worst, count, of } => write!(f, "{count} of {of} partitions: {worst}"),
        }
    }
}

/// Finer is noise to a reader.
fn seconds(span: Duration) -> Span {
    Span(Duration::from_secs(span.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    /// Readings, the lag and the second now, and what is to come of it.
    type Case<'a> = (&'a [(i64, u64)], u64, u64, Option<Status>);

    /// Partitions, and their group's status with its reason.
    type GroupCase<'a> = (&'a [Status], Option<(Status, &'a str)>);

    /// Offsets and lags once a second.
    fn window(readings: &[(i64, u64)]) -> Window {
        let mut window = Window::default();
        (0..).zip(readings).for_each(|(second, &(offset, lag))| window.note(at(second), offset, lag));
        window
    }

    #[test]
    fn each_rule_decides_in_its_turn() {
        let moving: Vec<(i64, u64)> = (0..10).map(|i: i64| (i * 10, 100 + i.unsigned_abs() * 5)).collect();
        let falling: Vec<(i64, u64)> = (0..10).map(|i: i64| (i * 10, 100 - i.unsigned_abs() * 5)).collect();
        let with = |change: (usize, (i64, u64))| {
            let mut readings = moving.clone();
            readings[change.0] = change.1;
            readings
        };
        let standing: Vec<(i64, u64)> = (0..10).map(|i: i64| (50, 100 + i.unsigned_abs())).collect();
        let cases: [Case<'_>; 11] = [
            (&moving[..4], 100, 4, None),
            (&moving, 145, 10, Some(Status::Warn)),
            (&moving, 0, 10, Some(Status::Ok)),
            (&moving, 145, 18, Some(Status::Warn)),
            (&moving, 145, 19, Some(Status::Stop)),
            (&with((4, (40, 0))), 145, 10, Some(Status::Ok)),
            (&with((4, (40, 0))), 145, 60, Some(Status::Stop)),
            (&with((4, (5, 120))), 145, 10, Some(Status::Rewind)),
            (&standing, 109, 10, Some(Status::Stall)),
            (&falling, 55, 10, Some(Status::Ok)),
            (&with((4, (40, 90))), 145, 10, Some(Status::Ok)),
        ];
        for (readings, lag, now, expected) in cases {
            let evaluation = window(readings).evaluate(lag, at(now));
            assert_eq!(evaluation.map(|evaluation| evaluation.status), expected, "{readings:?} {lag} {now}");
        }
    }

    #[test]
    fn a_group_is_as_bad_as_its_worst_partition() {
        use Status::{Err, Ok, Rewind, Stall, Stop, Warn};
        let cases: [GroupCase<'_>; 5] = [
            (&[], None),
            (&[Ok, Ok], Some((Ok, "all 2 partitions are OK"))),
            (&[Ok, Warn, Ok], Some((Warn, "1 of 3 partitions: WARN"))),
            (&[Warn, Stall, Stall], Some((Err, "2 of 3 partitions: STALL"))),
            (&[Stop, Rewind], Some((Err, "1 of 2 partitions: REWIND"))),
        ];
        for (partitions, expected) in cases {
            let evaluation = of_group(partitions.iter().copied());
            let shown = evaluation.map(|evaluation| (evaluation.status, evaluation.reason.to_string()));
            assert_eq!(shown, expected.map(|(status, text)| (status, text.to_owned())), "{partitions:?}");
        }
    }
}
