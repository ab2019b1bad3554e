//! One consumer's queue: what it reads, what it has in hand, and what becomes of that when it comes, goes or stands
//! still. The loop over its records is [`super::stretch`]. Between two events of the group each lane is simulated on
//! its own, without a heap and without storing a record; lanes don't touch each other's memory.

use std::sync::Arc;

use rand::SeedableRng;

use super::arrivals::{Arrival, Arrivals, Reading};
use super::inflow::{Inflow, Source};
use super::load::Load;
use super::polls::Polls;
use super::service::Processing;
use super::stretch::{Done, Held, Stretch, larger};
use super::tally::Tally;
use super::{Nanos, Random, real};
use crate::scenario::{CommitPolicy, ConsumerSpec};

/// A consumer at work.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    random: Random,
    inflow: Inflow,
    /// What it reads, and from where on.
    readings: Vec<Reading>,
    /// The next record; what comes after it is not drawn yet.
    next: Arrival,
    processing: Processing,
    /// When each worker is free.
    free: Vec<Nanos>,
    /// Records that are begun and end after the time that has been simulated.
    held: Vec<Held>,
    pub polls: Polls,
    pub done: Done,
}

/// What a crash costs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repeats {
    pub duplicates: u64,
    pub lost: u64,
}

impl Lane {
    pub fn new(consumer: &ConsumerSpec, commit: CommitPolicy, max_poll_records: u32, seed: u64) -> Self {
        let workers = usize::try_from(consumer.workers.max(1)).unwrap_or(1);
        Self {
            random: Random::seed_from_u64(seed),
            inflow: Inflow::empty(),
            readings: Vec::new(),
            next: Arrival::NEVER,
            processing: Processing::new(&consumer.processing, 1.0),
            free: vec![0.0; workers],
            held: Vec::with_capacity(workers),
            polls: Polls::new(consumer.batch, commit, max_poll_records),
            done: Done::default(),
        }
    }

    /// Reads these from now on, and first the records of them that were drawn before.
    pub fn read(&mut self, now: Nanos, load: &Arc<Load>, readings: Vec<Reading>, mut loose: Vec<Arrival>) {
        // What came earlier was not there to be read by anybody who was free then.
        self.free.iter_mut().for_each(|free| *free = larger(*free, now));
        loose.sort_by(|one, other| one.intended.total_cmp(&other.intended));
        self.inflow = Inflow::of(load, &readings, &mut self.random);
        self.inflow.loose = loose.into();
        self.readings = readings;
        self.next = self.inflow.next(&mut self.random);
        self.polls.read_anew();
    }

    /// Reads nothing any more: where each partition stands, and records that were drawn and not begun.
    pub fn give_up(&mut self, now: Nanos) -> (Vec<Reading>, Vec<Arrival>) {
        let mut loose: Vec<Arrival> = self.inflow.loose.drain(..).collect();
        if self.next.intended <= now {
            loose.push(self.next);
        }
        let inflow = std::mem::replace(&mut self.inflow, Inflow::empty());
        let mut readings = std::mem::take(&mut self.readings);
        for reading in &mut readings {
            reading.cursor = inflow.cursor(reading, now);
        }
        self.next = Arrival::NEVER;
        (readings, loose)
    }

    /// Where each of its partitions would be read from by somebody else.
    pub fn committed(&self, now: Nanos) -> impl Iterator<Item = Reading> {
        let committed = self.polls.committed();
        self.readings.iter().map(move |reading| {
            let cursor = self.inflow.cursor(reading, now).min(committed).max(reading.cursor);
            Reading { cursor, ..*reading }
        })
    }

    /// It is gone, with what it had in hand. Its readings go back to where they are committed; how many records that
    /// were done will be done again, and how many that were committed are lost.
    pub fn crash(&mut self, now: Nanos) -> (Vec<Reading>, Vec<Arrival>, Repeats) {
        let begun = u64::try_from(self.held.len()).unwrap_or(u64::MAX);
        for held in self.held.drain(..) {
            self.done.busy += now - held.start;
        }
        self.free.fill(now);
        if self.polls.commits_before() {
            let lost = begun + self.drop_polled();
            let (readings, loose) = self.give_up(now);
            return (readings, loose, Repeats { duplicates: 0, lost });
        }
        let duplicates = self.polls.uncommitted().saturating_sub(begun);
        let readings = self.committed(now).collect();
        // What was drawn from where it is read again comes again.
        let loose = self.inflow.loose.drain(..).collect();
        self.give_up(now);
        (readings, loose, Repeats { duplicates, lost: 0 })
    }

    /// Polls what has come by now, with nothing in hand.
    pub fn poll(&mut self, now: Nanos) {
        self.polls.poll(&self.next, now);
    }

    /// When it committed last.
    pub fn last_commit(&mut self) -> Nanos {
        if self.held.is_empty() && self.polls.is_over(&self.next) {
            self.polls.end(self.free.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
        self.polls.committed_at()
    }

    /// What was polled and not begun is read by nobody.
    fn drop_polled(&mut self) -> u64 {
        let mut dropped = 0;
        while self.polls.drop_one(&self.next) {
            self.next = self.inflow.next(&mut self.random);
            dropped += 1;
        }
        dropped
    }

    pub fn holds(&self) -> impl Iterator<Item = usize> {
        self.readings.iter().map(|reading| reading.partition)
    }

    /// Records that it has begun and not done, and the moment up to which it has drawn what comes.
    pub fn backlog(&self, load: &Load, now: Nanos) -> f64 {
        let loose = self.inflow.loose.len() + self.held.len() + usize::from(self.next.available <= now);
        let unread =
            self.readings.iter().map(|reading| load.expected(reading.partition, self.inflow.cursor(reading, now), now));
        real(loose) + unread.sum::<f64>()
    }

    pub fn set_processing(&mut self, processing: Processing) {
        self.processing = processing;
    }

    /// Nobody works before then; nothing is in hand.
    pub fn free_from(&mut self, at: Nanos) {
        self.free.fill(at);
    }

    /// Nobody works before `until`; what is begun ends later by what is left until then from `now`.
    pub fn stand_still(&mut self, now: Nanos, until: Nanos) {
        for held in &mut self.held {
            held.finish += until - now;
        }
        for free in &mut self.free {
            *free = if *free > now { *free + until - now } else { until };
        }
    }

    /// Simulates up to a moment. Records that end by then are counted. It is kept which of them were polled together
    /// as far as that matters when something happens to the consumer, next at `event`.
    pub fn run(&mut self, until: Nanos, event: Nanos, tally: &mut Tally) {
        let quiet = self.polls.quiet_until(event, self.processing.mean()).min(until);
        if quiet > 0.0 && !self.polls.needs_tracking() {
            self.settle(quiet, tally);
            self.choose::<false>(quiet, tally);
            self.polls.begin_anew();
        }
        self.settle(until, tally);
        if quiet < until || self.polls.needs_tracking() {
            self.choose::<true>(until, tally);
        }
        if self.is_idle(until) {
            self.polls.catch_up(self.free.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
    }

    /// Whether all that has come is done.
    pub fn is_idle(&self, now: Nanos) -> bool {
        self.held.is_empty() && self.next.available > now
    }

    pub fn workers(&self) -> usize {
        self.free.len()
    }

    /// When all that was polled will be done if nothing more is polled. What is tried out is not counted: the
    /// tally is for scribbling.
    pub fn hand_end(&self, scrap: &mut Tally) -> Nanos {
        let mut trial = self.clone();
        trial.polls.close();
        trial.choose::<true>(f64::INFINITY, scrap);
        trial.free.iter().copied().fold(0.0, f64::max)
    }

    /// Counts what is still there at the end: records begun and not done, and all that came and were not read.
    pub fn count_left(&mut self, end: Nanos, tally: &mut Tally) {
        for held in self.held.drain(..) {
            self.done.busy += end - held.start;
            tally.note_left(held.intended, end);
        }
        if self.next.intended <= end {
            tally.note_left(self.next.intended, end);
        }
        self.inflow.each_until(end, &mut self.random, |intended| tally.note_left(intended, end));
    }

    /// Counts what was begun before and is over by now.
    fn settle(&mut self, until: Nanos, tally: &mut Tally) {
        let mut index = 0;
        while index < self.held.len() {
            if self.held[index].finish <= until {
                let held = self.held.swap_remove(index);
                tally.note(held.intended, held.start, held.finish);
                self.done.records += 1;
                self.done.busy += held.finish - held.start;
            } else {
                index += 1;
            }
        }
    }

    fn choose<const TRACKED: bool>(&mut self, until: Nanos, tally: &mut Tally) {
        let Self { random, inflow, next, processing, free, held, polls, done, .. } = self;
        let mut stretch = Stretch { random, next, free, held, polls, until };
        let is_plain = inflow.loose.is_empty();
        let more = match (&mut inflow.source, processing) {
            (Source::Poisson(poisson), Processing::Exponential(times)) if is_plain => {
                stretch.work::<_, _, TRACKED>(poisson, times, tally)
            }
            (Source::Poisson(poisson), Processing::Other(times)) if is_plain => {
                stretch.work::<_, _, TRACKED>(poisson, times, tally)
            }
            (_, Processing::Exponential(times)) => stretch.work::<_, _, TRACKED>(inflow, times, tally),
            (_, Processing::Other(times)) => stretch.work::<_, _, TRACKED>(inflow, times, tally),
        };
        done.records += more.records;
        done.busy += more.busy;
    }
}
