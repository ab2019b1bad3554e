//! One consumer's queue and its workers: the straight loop that every simulated record goes through. By Lindley's
//! recursion a record begins when it is there and a worker is free, `start = max(free, available)`, and ends one
//! processing time later. Between two events of the group each lane is simulated on its own, without a heap and
//! without storing a record; lanes don't touch each other's memory.

use rand::SeedableRng;

use super::arrivals::{Arrival, Arrivals, Inflow, Source};
use super::polls::Polls;
use super::service::{Processing, Service};
use super::tally::Tally;
use super::{Nanos, Random};
use crate::scenario::{CommitPolicy, ConsumerSpec};

/// A consumer at work.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    random: Random,
    pub inflow: Inflow,
    /// The next record; what comes after it is not drawn yet.
    pub next: Arrival,
    processing: Processing,
    /// When each worker is free.
    free: Vec<Nanos>,
    /// Records that are begun and end after the time that has been simulated.
    held: Vec<Held>,
    pub polls: Polls,
    pub done: Done,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    intended: Nanos,
    start: Nanos,
    finish: Nanos,
}

/// What a consumer has done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    pub records: u64,
    pub busy: Nanos,
}

impl Lane {
    pub fn new(consumer: &ConsumerSpec, commit: CommitPolicy, max_poll_records: u32, seed: u64) -> Self {
        let workers = usize::try_from(consumer.workers.max(1)).unwrap_or(1);
        Self {
            random: Random::seed_from_u64(seed),
            inflow: Inflow::empty(),
            next: Arrival::NEVER,
            processing: Processing::new(&consumer.processing, 1.0),
            free: vec![0.0; workers],
            held: Vec::with_capacity(workers),
            polls: Polls::new(consumer.batch, commit, max_poll_records),
            done: Done::default(),
        }
    }

    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Reads this from now on.
    pub fn read(&mut self, inflow: Inflow) {
        self.inflow = inflow;
        self.next = self.inflow.next(&mut self.random);
    }

    pub fn set_processing(&mut self, processing: Processing) {
        self.processing = processing;
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

    /// Simulates up to a moment. Records that end by then are counted. Before one at which something happens to the
    /// consumer (`is_tracked`) it is kept which of them were polled together.
    pub fn run(&mut self, until: Nanos, is_tracked: bool, tally: &mut Tally) {
        let quiet = if is_tracked { self.polls.quiet_until(until, self.processing.mean()) } else { until };
        if quiet > 0.0 && !self.polls.needs_tracking() {
            self.settle(quiet, tally);
            self.choose::<false>(quiet, tally);
        }
        self.settle(until, tally);
        self.choose::<true>(until, tally);
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
        while self.next.intended <= end {
            tally.note_left(self.next.intended, end);
            self.next = self.inflow.next(&mut self.random);
        }
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
        let Self { random, inflow, next, processing, free, held, polls, done } = self;
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

/// A lane between two moments.
struct Stretch<'a> {
    random: &'a mut Random,
    next: &'a mut Arrival,
    free: &'a mut [Nanos],
    held: &'a mut Vec<Held>,
    polls: &'a mut Polls,
    until: Nanos,
}

/// Sums that a loop keeps in registers.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    records: u64,
    wait: Nanos,
    busy: Nanos,
    came: Nanos,
    went: Nanos,
    longest_wait: Nanos,
    longest_sojourn: Nanos,
}

impl Stretch<'_> {
    #[inline(always)]
    fn work<A: Arrivals, S: Service, const TRACKED: bool>(
        &mut self,
        arrivals: &mut A,
        service: &mut S,
        tally: &mut Tally,
    ) -> Done {
        let sums = if self.free.len() == 1 {
            self.alone::<A, S, TRACKED>(arrivals, service, tally)
        } else {
            self.pool::<A, S, TRACKED>(arrivals, service, tally)
        };
        tally.take(sums.records, (sums.wait, sums.longest_wait), (sums.wait + sums.busy, sums.longest_sojourn));
        tally.came += sums.came;
        tally.went += sums.went;
        Done { records: sums.records, busy: sums.busy }
    }

    /// One worker. This is where the time goes.
    #[inline(never)]
    fn alone<A: Arrivals, S: Service, const TRACKED: bool>(
        &mut self,
        arrivals: &mut A,
        service: &mut S,
        tally: &mut Tally,
    ) -> Sums {
        let (until, since) = (self.until, tally.since);
        let (mut random, mut next, mut free) = (self.random.clone(), *self.next, self.free[0]);
        let (mut come, mut go) = (tally.cells.edge(next.intended), tally.cells.edge(free));
        let mut begun = self.polls.begun;
        let mut sums = Sums::default();
        loop {
            let start = larger(free, next.available);
            if start > until {
                break;
            }
            let mut taken = 0.0;
            if TRACKED {
                let Some(overhead) = self.polls.admit(&next, free, start) else { break };
                taken = overhead;
            }
            taken += service.next(&mut random);
            let (record, finish) = (next, start + taken);
            free = finish;
            begun = record.intended;
            next = arrivals.next(&mut random);
            if finish > until {
                self.held.push(Held { intended: record.intended, start, finish });
                break;
            }
            let (wait, sojourn) = (start - record.intended, finish - record.intended);
            tally.wait.mark(wait);
            tally.sojourn.mark(sojourn);
            tally.cells.come(&mut come, record.intended);
            tally.cells.go(&mut go, finish);
            sums.add(&record, wait, sojourn, taken, finish, since);
        }
        tally.cells.turn_came(&mut come, free);
        tally.cells.turn_went(&mut go, free);
        (*self.random, *self.next, self.free[0], self.polls.begun) = (random, next, free, begun);
        sums
    }

    /// Several workers on one queue: each record goes to the one that is free first.
    #[inline(never)]
    fn pool<A: Arrivals, S: Service, const TRACKED: bool>(
        &mut self,
        arrivals: &mut A,
        service: &mut S,
        tally: &mut Tally,
    ) -> Sums {
        let mut sums = Sums::default();
        loop {
            let (worker, free) = first_free(self.free);
            let start = larger(free, self.next.available);
            if start > self.until {
                break;
            }
            let mut taken = 0.0;
            if TRACKED {
                let Some(overhead) = self.polls.admit(self.next, free, start) else { break };
                taken = overhead;
            }
            taken += service.next(self.random);
            let (record, finish) = (*self.next, start + taken);
            self.free[worker] = finish;
            self.polls.begun = record.intended;
            *self.next = arrivals.next(self.random);
            if finish > self.until {
                self.held.push(Held { intended: record.intended, start, finish });
                continue;
            }
            let (wait, sojourn) = (start - record.intended, finish - record.intended);
            tally.wait.mark(wait);
            tally.sojourn.mark(sojourn);
            tally.cells.add_came(record.intended);
            tally.cells.add_went(finish);
            sums.add(&record, wait, sojourn, taken, finish, tally.since);
        }
        sums
    }
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, record: &Arrival, wait: Nanos, sojourn: Nanos, taken: Nanos, finish: Nanos, since: Nanos) {
        self.records += 1;
        self.wait += wait;
        self.busy += taken;
        self.came += larger(record.intended - since, 0.0);
        self.went += finish - since;
        self.longest_wait = larger(self.longest_wait, wait);
        self.longest_sojourn = larger(self.longest_sojourn, sojourn);
    }
}

/// As `max`, without its care for what is no number.
#[inline(always)]
fn larger(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}

#[inline(always)]
fn first_free(free: &[Nanos]) -> (usize, Nanos) {
    let mut first = (0, free[0]);
    for (worker, &at) in free.iter().enumerate().skip(1) {
        if at < first.1 {
            first = (worker, at);
        }
    }
    first
}
