//! What a run came to: whether what piled up is gone, and the figures at its end.

use std::time::Duration;

use super::arrivals::Reading;
use super::outcome::{CatchUp, LagSeries, Outcome};
use super::run::{Holding, Run};
use super::tally::thin;
use super::{Nanos, nanos, real, span_of};

impl Run<'_> {
    /// Every lane looks out for the first record from then on that does not have to wait.
    pub fn look_out(&mut self, from: Nanos) {
        self.looks_out = Some(from);
        for client in &mut self.clients {
            client.lane.polls.look_out(from);
        }
    }

    /// When every lane had met such a record, and nothing was left without a reader.
    pub fn drained(&self, from: Nanos) -> Option<Nanos> {
        let is_read = |(partition, holding): (usize, &Holding)| {
            holding.holder.is_some() || self.load.expected(partition, holding.cursor, self.now) < 0.5
        };
        if !self.holdings.iter().enumerate().all(is_read) {
            return None;
        }
        let readers = self.clients.iter().filter(|client| client.lane.holds().next().is_some());
        let ends = readers.map(|client| client.lane.polls.caught_up());
        let ends = ends.collect::<Option<Vec<_>>>()?;
        Some(ends.into_iter().fold(from, f64::max))
    }

    pub(super) fn note_outages(&mut self) {
        for index in 0..self.outages.len() {
            let CatchUp { at, length, after } = self.outages[index];
            let end = nanos(at + length);
            if after.is_none() && self.now > end && index + 1 == self.outages.len() {
                self.outages[index].after = self.drained(end).map(|drained| span_of(drained - end));
                if self.outages[index].after.is_some() && !self.is_draining() {
                    self.looks_out = None;
                }
            }
        }
    }

    pub(super) fn end(mut self) -> Outcome {
        let drained_after = if self.is_draining() { self.drained(0.0).map(span_of) } else { None };
        for client in &mut self.clients {
            client.lane.count_left(self.now, &mut self.tally);
        }
        self.count_unread();
        let lag = self.tally.cells.lag(self.now);
        let (records, each) = thin(&lag);
        let lag_at_end = lag.last().copied().unwrap_or(0);
        let span = self.now - self.since;
        let (tally, past) = (&self.tally, &self.coordination.past);
        Outcome {
            seed: self.setup.seed,
            span: span_of(span),
            records: tally.processed,
            duplicates: self.duplicates,
            lost: self.lost,
            arrived: (tally.processed + lag_at_end).saturating_sub(self.lag_since),
            wait: tally.wait.clone(),
            sojourn: tally.sojourn.clone(),
            mean_in_system: if span > 0.0 { (tally.went - tally.came) / span } else { 0.0 },
            max_lag: lag.iter().copied().max().unwrap_or(0),
            lag_at_end,
            lag: LagSeries { begin: Duration::ZERO, step: span_of(tally.cells.width * real(each)), records },
            drained_after,
            outages: self.outages.clone(),
            consumers: self.clients.iter().map(|client| client.outcome(self.now)).collect(),
            rebalances: past.newest.clone(),
            rebalance_count: past.count,
            longest_pause: past.longest_pause,
            replicas: self.replicas.clone(),
            complete: true,
            wall: Duration::ZERO,
        }
    }

    /// What came to partitions that nobody reads; nobody reads anything after that.
    fn count_unread(&mut self) {
        let unread = |(_, holding): &(usize, &Holding)| holding.holder.is_none();
        let readings: Vec<Reading> = self
            .holdings
            .iter()
            .enumerate()
            .filter(unread)
            .map(|(partition, holding)| Reading { partition, cursor: holding.cursor })
            .collect();
        let loose = self.holdings.iter_mut().flat_map(|holding| std::mem::take(&mut holding.loose)).collect();
        if let Some(client) = self.clients.first_mut() {
            client.lane.read(self.now, &self.load, readings, loose);
            client.lane.count_left(self.now, &mut self.tally);
        }
    }
}
