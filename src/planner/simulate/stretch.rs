//! The straight loop that every simulated record goes through. By Lindley's recursion a record begins when it is
//! there and a worker is free, `start = max(free, available)`, and ends one processing time later. What happens to
//! the consumer besides is not seen here: a stretch ends before it.

#![expect(clippy::inline_always, reason = "the loop over records is measured: a call in it costs as much as a draw")]

use super::arrivals::{Arrival, Arrivals};
use super::polls::Polls;
use super::service::Service;
use super::tally::Tally;
use super::{Nanos, Random};

/// A lane between two moments.
pub(super) struct Stretch<'a> {
    pub random: &'a mut Random,
    pub next: &'a mut Arrival,
    pub free: &'a mut [Nanos],
    pub held: &'a mut Vec<Held>,
    pub polls: &'a mut Polls,
    pub until: Nanos,
}

/// A record that is begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub intended: Nanos,
    pub start: Nanos,
    pub finish: Nanos,
}

/// What a consumer has done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    pub records: u64,
    pub busy: Nanos,
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
    pub fn work<A: Arrivals, S: Service, const TRACKED: bool>(
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
pub(super) fn larger(one: f64, other: f64) -> f64 {
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
