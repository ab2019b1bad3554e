//! One run: the clients' lanes side by side, and the stretches between the moments at which something happens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::arrivals::{Inflow, Reading};
use super::lane::{Done, Lane};
use super::load::Load;
use super::outcome::{ConsumerOutcome, LagSeries, Outcome};
use super::setup::{Setup, Span, Start};
use super::tally::{Cells, Tally, thin};
use super::{Nanos, nanos};
use crate::model::group::assign::Subscription;
use crate::scenario::ConsumerSpec;

/// How often the progress is told in a run, and whether it is to go on is asked.
const STEPS: u32 = 100;

/// A run whose end is not known looks this often whether it is there.
const LOOKS: u32 = 2_000;

/// A simulation under way.
pub(super) struct Run<'a> {
    setup: &'a Setup,
    load: Arc<Load>,
    tally: Tally,
    clients: Vec<Client>,
    now: Nanos,
    /// When counting began, and what was waiting then.
    since: Nanos,
    lag_since: u64,
}

/// A consumer and what it reads.
struct Client {
    name: String,
    lane: Lane,
    holds: Vec<usize>,
    /// When it was added, or counting began, and what it had done by then.
    since: Nanos,
    done_before: Done,
}

impl<'a> Run<'a> {
    pub fn new(setup: &'a Setup) -> Self {
        let load = Load::new(setup);
        let consumers = (0..).zip(&setup.group.consumers);
        let clients = consumers.map(|(number, consumer)| Client::new(setup, consumer, number, 0.0)).collect();
        let mut run = Self {
            setup,
            load,
            tally: Tally::new(Cells::width_for(nanos(setup.longest()))),
            clients,
            now: 0.0,
            since: 0.0,
            lag_since: 0,
        };
        for (client, holds) in run.first_owners().into_iter().enumerate() {
            run.hold(client, holds);
        }
        run
    }

    /// Runs to the end, as long as `is_going_on` says so.
    pub fn outcome(mut self, mut is_going_on: impl FnMut(f64) -> bool) -> Outcome {
        let end = nanos(self.setup.longest());
        let warm_up = nanos(self.setup.warm_up).min(end);
        let mut complete = true;
        let is_draining = matches!(self.setup.span, Span::Drained { .. });
        if is_draining {
            self.clients.iter_mut().for_each(|client| client.lane.polls.look_out(0.0));
        }
        let steps = if is_draining { LOOKS } else { STEPS };
        for step in 1..=steps {
            let until = end * f64::from(step) / f64::from(steps);
            if self.since < warm_up && warm_up <= until {
                self.run_to(warm_up);
                self.begin_anew();
            }
            self.run_to(until);
            complete = is_going_on(self.now / end);
            if !complete || (is_draining && self.drained().is_some()) {
                break;
            }
        }
        Outcome { complete, ..self.end() }
    }

    fn run_to(&mut self, until: Nanos) {
        for client in &mut self.clients {
            client.lane.run(until, false, &mut self.tally);
        }
        self.now = until;
    }

    /// What each client holds at the start.
    fn first_owners(&self) -> Vec<Vec<usize>> {
        let mut owners = vec![Vec::new(); self.clients.len()];
        match &self.setup.start {
            Start::Settled | Start::Cold => {
                let assignment = self.assign_from_nothing();
                for (client, holds) in self.clients.iter().zip(&mut owners) {
                    *holds = assignment.get(&client.name).cloned().unwrap_or_default();
                }
            }
            Start::Running(partitions) => {
                for start in partitions {
                    let place = self.load.place_of(start.topic, start.partition);
                    let owner = self.clients.iter().position(|client| Some(&client.name) == start.owner.as_ref());
                    if let (Some(place), Some(owner)) = (place, owner) {
                        owners[owner].push(place);
                    }
                }
            }
        }
        owners
    }

    fn assign_from_nothing(&self) -> BTreeMap<String, Vec<usize>> {
        let subscription = |client: &Client| Subscription {
            member_id: client.name.clone(),
            instance_id: None,
            topics: self.setup.group.topics.clone(),
            owned: Vec::new(),
            generation: -1,
        };
        let members: Vec<_> = self.clients.iter().map(subscription).collect();
        let assignment = self.setup.group.assignor.assign(&members, &self.load.counts(self.setup, 0.0));
        let places = |partitions: Vec<crate::model::topic::TopicPartition>| {
            partitions.iter().filter_map(|partition| self.load.place_named(self.setup, partition)).collect()
        };
        assignment.into_iter().map(|(member, partitions)| (member, places(partitions))).collect()
    }

    fn hold(&mut self, client: usize, holds: Vec<usize>) {
        let cursor = |partition: &usize| self.load.backlogs[*partition].0.min(0.0);
        let readings: Vec<_> =
            holds.iter().map(|partition| Reading { partition: *partition, cursor: cursor(partition) }).collect();
        let client = &mut self.clients[client];
        let inflow = Inflow::of(&self.load, &readings, client.lane.random());
        client.lane.read(inflow);
        client.holds = holds;
    }

    fn begin_anew(&mut self) {
        self.since = self.now;
        self.lag_since = self.tally.cells.lag(self.now).last().copied().unwrap_or(0);
        self.tally.begin_anew(self.now);
        for client in &mut self.clients {
            client.since = self.now;
            client.done_before = client.lane.done;
        }
    }

    fn drained(&self) -> Option<Nanos> {
        let ends = self.clients.iter().map(|client| client.lane.polls.caught_up());
        ends.collect::<Option<Vec<_>>>().map(|ends| ends.into_iter().fold(0.0, f64::max))
    }

    fn end(mut self) -> Outcome {
        for client in &mut self.clients {
            client.lane.count_left(self.now, &mut self.tally);
        }
        let lag = self.tally.cells.lag(self.now);
        let (records, each) = thin(&lag);
        let lag_at_end = lag.last().copied().unwrap_or(0);
        let span = self.now - self.since;
        let tally = &self.tally;
        Outcome {
            seed: self.setup.seed,
            span: span_of(span),
            records: tally.processed,
            arrived: (tally.processed + lag_at_end).saturating_sub(self.lag_since),
            wait: tally.wait.clone(),
            sojourn: tally.sojourn.clone(),
            mean_in_system: if span > 0.0 { (tally.went - tally.came) / span } else { 0.0 },
            max_lag: lag.iter().copied().max().unwrap_or(0),
            lag_at_end,
            lag: LagSeries { begin: Duration::ZERO, step: span_of(tally.cells.width * real(each)), records },
            drained_after: self.drained().map(span_of),
            consumers: self.clients.iter().map(|client| client.outcome(self.now)).collect(),
            ..Outcome::default()
        }
    }
}

impl Client {
    fn new(setup: &Setup, consumer: &ConsumerSpec, number: u64, now: Nanos) -> Self {
        let seed = setup.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number);
        let lane = Lane::new(consumer, setup.group.commit, setup.group.max_poll_records, seed);
        Self { name: consumer.name.clone(), lane, holds: Vec::new(), since: now, done_before: Done::default() }
    }

    fn outcome(&self, now: Nanos) -> ConsumerOutcome {
        let (done, before) = (self.lane.done, self.done_before);
        let span = (now - self.since) * real(self.lane.workers());
        let busy = if span > 0.0 { (done.busy - before.busy) / span } else { 0.0 };
        ConsumerOutcome { name: self.name.clone(), records: done.records - before.records, busy }
    }
}

fn span_of(span: Nanos) -> Duration {
    Duration::try_from_secs_f64(span / 1e9).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}
