//! Partitions with a limit on what their log takes: each is a queue of its own before the log, and a consumer of
//! several reads them in the order in which their records were written.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::arrivals::{Arrival, Arrivals, Reading};
use super::inflow::Inflow;
use super::load::Load;
use super::{Nanos, Random};

/// The logs that one consumer reads.
#[derive(Clone, Debug)]
pub(super) struct Logs {
    heads: BinaryHeap<Head>,
    logs: Vec<Log>,
}

/// One partition: what comes, and when its writer is free.
#[derive(Clone, Debug)]
pub(super) struct Log {
    inflow: Box<Inflow>,
    write_nanos: Nanos,
    written: Nanos,
    partition: usize,
    /// The last record that was taken from it.
    taken: Nanos,
}

/// The earliest first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Head {
    arrival: Arrival,
    log: usize,
}

impl Logs {
    pub fn new(load: &Arc<Load>, readings: &[Reading], random: &mut Random) -> Self {
        let log = |reading: &Reading| Log {
            inflow: Box::new(Inflow::unlimited(load, &[*reading], random)),
            write_nanos: load.partitions[reading.partition].write_nanos,
            written: f64::NEG_INFINITY,
            partition: reading.partition,
            taken: f64::NEG_INFINITY,
        };
        let mut logs: Vec<Log> = readings.iter().map(log).collect();
        let heads = logs.iter_mut().enumerate();
        let heads = heads.map(|(log, source)| Head { arrival: source.next(random), log }).collect();
        Self { heads, logs }
    }

    /// Draws all that comes until a moment, log by log.
    pub fn each_until(&mut self, end: Nanos, random: &mut Random, mut each: impl FnMut(Nanos)) {
        for head in std::mem::take(&mut self.heads) {
            let mut intended = head.arrival.intended;
            while intended <= end {
                each(intended);
                intended = self.logs[head.log].next(random).intended;
            }
        }
    }

    /// Up to when what came to a partition is drawn and taken.
    pub fn drawn(&self, partition: usize) -> Nanos {
        let head = self.heads.iter().find(|head| self.logs[head.log].partition == partition);
        head.map_or(f64::NEG_INFINITY, |head| self.logs[head.log].taken)
    }
}

impl Arrivals for Logs {
    fn next(&mut self, random: &mut Random) -> Arrival {
        let Some(mut head) = self.heads.peek_mut() else { return Arrival::NEVER };
        let arrival = head.arrival;
        let log = &mut self.logs[head.log];
        log.taken = arrival.intended;
        head.arrival = log.next(random);
        arrival
    }
}

impl Arrivals for Log {
    #[inline]
    fn next(&mut self, random: &mut Random) -> Arrival {
        let intended = self.inflow.next(random).intended;
        // What waited at the start is in the log already.
        let available = if intended < 0.0 { intended } else { self.written.max(intended) + self.write_nanos };
        self.written = available;
        Arrival { intended, available }
    }
}

impl Eq for Head {}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.arrival.available.total_cmp(&self.arrival.available).then(other.log.cmp(&self.log))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
