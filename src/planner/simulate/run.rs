//! One run: the clients' lanes side by side, what happens to them, and the stretches between. What happens to
//! whom is in [`super::changes`], how clients and their group talk in [`super::talk`].

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;

use super::arrivals::{Arrival, Reading};
use super::client::{Client, Status};
use super::coordination::Coordination;
use super::load::Load;
use super::outcome::{CatchUp, LagSeries, Outcome};
use super::setup::{Change, Setup, Span, Start};
use super::tally::{Cells, Tally, thin};
use super::{Nanos, nanos, span_of};
use crate::model::group::assign::Subscription;
use crate::model::topic::TopicPartition;
use crate::planner::autoscaler::Scaling;

/// How often at most the progress is told in a run, and whether it is to go on is asked.
const STEPS: f64 = 100.0;

/// Records of one client that are simulated at a stretch, so that going from one to the next costs nothing beside it.
const STRETCH: f64 = 4_000.0;

/// A run whose end is not known looks this often whether it is there.
const LOOKS: u32 = 2_000;

/// A simulation under way.
pub(super) struct Run<'a> {
    pub setup: &'a Setup,
    pub load: Arc<Load>,
    pub tally: Tally,
    /// What is only tried out is counted here, and never read.
    pub scrap: Tally,
    pub clients: Vec<Client>,
    pub holdings: Vec<Holding>,
    pub coordination: Coordination,
    pub wakes: BinaryHeap<Reverse<Wake>>,
    wakes_so_far: u64,
    group_wakes_at: Nanos,
    /// Still to come, the last first.
    pub changes: Vec<Change>,
    pub scaling: Option<Scaling>,
    pub scales_at: Nanos,
    pub now: Nanos,
    /// When the group settled, so that only heartbeats happen; `None` while it is at work.
    settled: Option<Nanos>,
    pub outages: Vec<CatchUp>,
    pub replicas: Vec<(Duration, u32)>,
    pub duplicates: u64,
    pub lost: u64,
    pub next_number: usize,
    /// Nobody processes anything before.
    pub out_until: Nanos,
    /// From when on a record that need not wait is looked out for; `None` while nobody wants to know.
    pub looks_out: Option<Nanos>,
    /// When counting began, and what was waiting then.
    since: Nanos,
    lag_since: u64,
}

/// A partition while nobody reads it, and who does.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    pub holder: Option<usize>,
    pub cursor: Nanos,
    pub loose: Vec<Arrival>,
}

/// Somebody wants to be looked after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wake {
    at: Nanos,
    order: u64,
    /// `None` for the group.
    client: Option<usize>,
}

impl<'a> Run<'a> {
    pub fn new(setup: &'a Setup) -> Self {
        let load = Load::new(setup);
        let holding = |(begin, _): &(Nanos, f64)| Holding { cursor: begin.min(0.0), ..Holding::default() };
        let mut changes = setup.changes.clone();
        // Those of one time keep their order.
        changes.sort_by_key(|change| change.at);
        changes.reverse();
        let scaling = setup.autoscaler.map(Scaling::new);
        let width = Cells::width_for(nanos(setup.longest()));
        let mut run = Self {
            setup,
            holdings: load.backlogs.iter().map(holding).collect(),
            load,
            tally: Tally::new(width),
            scrap: Tally::new(width),
            clients: Vec::new(),
            coordination: Coordination::new(setup),
            wakes: BinaryHeap::new(),
            wakes_so_far: 0,
            group_wakes_at: f64::INFINITY,
            changes,
            scales_at: scaling.as_ref().map_or(f64::INFINITY, |scaling| nanos(scaling.rule().polling_interval)),
            scaling,
            now: 0.0,
            settled: None,
            outages: Vec::new(),
            replicas: Vec::new(),
            duplicates: 0,
            lost: 0,
            next_number: setup.group.first_added_number(),
            out_until: 0.0,
            looks_out: None,
            since: 0.0,
            lag_since: 0,
        };
        run.start();
        run
    }

    /// Runs to the end, as long as `is_going_on` says so.
    pub fn outcome(mut self, mut is_going_on: impl FnMut(f64) -> bool) -> Outcome {
        let end = nanos(self.setup.longest());
        let warm_up = nanos(self.setup.warm_up).min(end);
        let mut complete = true;
        let is_draining = self.is_draining();
        if is_draining {
            self.look_out(0.0);
        }
        let steps = if is_draining { LOOKS } else { self.steps() };
        for step in 1..=steps {
            let until = end * f64::from(step) / f64::from(steps);
            if self.since < warm_up && warm_up <= until {
                self.run_to(warm_up);
                self.begin_anew();
            }
            self.run_to(until);
            complete = is_going_on(self.now / end);
            if !complete || (is_draining && self.drained(0.0).is_some()) {
                break;
            }
        }
        Outcome { complete, ..self.end() }
    }

    fn is_draining(&self) -> bool {
        matches!(self.setup.span, Span::Drained { .. })
    }

    fn steps(&self) -> u32 {
        let rates = self.setup.streams.iter().map(|stream| stream.rate.per_second() * f64::from(stream.count));
        let records = rates.sum::<f64>() * self.setup.longest().as_secs_f64();
        whole((records / STRETCH / real(self.clients.len().max(1))).clamp(STEPS / 10.0, STEPS))
    }

    /// Simulates one client's lane up to the present.
    pub fn catch_up(&mut self, client: usize) {
        let client = &mut self.clients[client];
        if client.simulated < self.now && !matches!(client.status, Status::Over) {
            client.lane.run(self.now, self.now, &mut self.tally);
        }
        client.simulated = self.now;
    }

    /// Looks after somebody at a time, unless that is to happen earlier anyway: whoever is looked after says when next.
    pub fn wake(&mut self, client: Option<usize>, at: Nanos) {
        let at = at.max(self.now);
        let planned = client.map_or(&mut self.group_wakes_at, |client| &mut self.clients[client].wakes_at);
        if at < *planned {
            *planned = at;
            self.wakes_so_far += 1;
            self.wakes.push(Reverse(Wake { at, order: self.wakes_so_far, client }));
        }
    }

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

    fn run_to(&mut self, until: Nanos) {
        loop {
            self.settle_if_quiet();
            let at = self.next_event();
            if at > until {
                break;
            }
            self.unsettle(at);
            self.now = at;
            self.happen();
            self.note_outages();
        }
        let event = self.next_event();
        for client in &mut self.clients {
            if client.simulated < until && client.status != Status::Over {
                client.lane.run(until, event, &mut self.tally);
            }
            client.simulated = until;
        }
        self.now = until;
        self.note_outages();
    }

    /// The earliest of what was planned, what clients and group want, and the autoscaler's look.
    fn next_event(&self) -> Nanos {
        let change = self.changes.last().map_or(f64::INFINITY, |change| nanos(change.at));
        let wake = self.wakes.peek().map_or(f64::INFINITY, |Reverse(wake)| wake.at);
        change.min(wake).min(self.scales_at)
    }

    fn happen(&mut self) {
        if self.changes.last().is_some_and(|change| nanos(change.at) <= self.now) {
            if let Some(change) = self.changes.pop() {
                self.change(change.action);
            }
        } else if self.wakes.peek().is_some_and(|Reverse(wake)| wake.at <= self.now) {
            self.wake_next();
        } else {
            self.scale();
        }
    }

    fn wake_next(&mut self) {
        let Some(Reverse(Wake { at, client, .. })) = self.wakes.pop() else { return };
        let planned = client.map_or(&mut self.group_wakes_at, |client| &mut self.clients[client].wakes_at);
        if *planned != at {
            return;
        }
        *planned = f64::INFINITY;
        match client {
            Some(client) => self.look_after(client),
            None => self.tick(),
        }
    }

    /// While nothing but heartbeats happens, none of them is simulated.
    fn settle_if_quiet(&mut self) {
        if self.settled.is_none() && self.is_quiet() {
            self.wakes.clear();
            self.group_wakes_at = f64::INFINITY;
            self.clients.iter_mut().for_each(|client| client.wakes_at = f64::INFINITY);
            self.settled = Some(self.now);
        }
    }

    /// The last heartbeats before `at` are made up for.
    fn unsettle(&mut self, at: Nanos) {
        let Some(since) = self.settled.take() else { return };
        let interval = nanos(self.setup.group.heartbeat_interval).max(1e6);
        if at - since > 2.0 * interval {
            self.coordination.leap(at - interval);
        }
        self.now = at;
        let mut beats: Vec<(Nanos, usize)> = Vec::new();
        for (index, client) in self.clients.iter_mut().enumerate() {
            if client.beats_at.is_finite() && client.beats_at <= at {
                let missed = ((at - client.beats_at) / interval).floor();
                beats.push((client.beats_at + missed * interval, index));
                client.beats_at += (missed + 1.0) * interval;
            }
        }
        beats.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        for (beat, client) in beats {
            self.beat(client, beat);
        }
        for client in 0..self.clients.len() {
            self.wake(Some(client), self.clients[client].beats_at);
        }
        self.wake_group();
    }

    fn note_outages(&mut self) {
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

    fn begin_anew(&mut self) {
        self.since = self.now;
        self.lag_since = self.tally.cells.lag(self.now).last().copied().unwrap_or(0);
        self.tally.begin_anew(self.now);
        (self.duplicates, self.lost) = (0, 0);
        for client in &mut self.clients {
            client.begin_anew(self.now);
        }
    }

    fn end(mut self) -> Outcome {
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

    /// Everybody is where the setup says.
    fn start(&mut self) {
        for (number, spec) in self.setup.group.consumers.iter().enumerate() {
            self.clients.push(Client::new(self.setup, spec, number, 0.0));
        }
        if self.setup.start == Start::Cold {
            return (0..self.clients.len()).for_each(|client| {
                self.clients[client].begin();
                self.wake(Some(client), 0.0);
            });
        }
        let owners = self.first_owners();
        let group = &self.setup.group;
        let interval = nanos(group.heartbeat_interval);
        // Members that were assigned together send their heartbeats together.
        let phase =
            f64::from(u32::try_from(self.setup.seed.wrapping_mul(0x9e37_79b9) & 0xffff).unwrap_or(0)) / 65_536.0;
        let mut members = Vec::new();
        for (client, holds) in owners.into_iter().enumerate() {
            let known = &mut self.clients[client];
            if self.setup.absent.get(&known.spec.name) == Some(&None) {
                continue;
            }
            let id = format!("{}-0", known.spec.name);
            known.settle(id.clone(), group.assignor, interval * (1.0 - phase));
            if members.is_empty() {
                known.divided = Some(self.load.counts(self.setup, 0.0));
            }
            let named: Vec<_> = holds.iter().map(|place| self.load.name_of(self.setup, *place)).collect();
            members.push((known.spec.name.clone(), id, named));
            self.hold(client, &holds);
        }
        if !members.is_empty() {
            self.coordination.settle(self.setup, &members);
        }
        self.lose_the_absent();
    }

    fn lose_the_absent(&mut self) {
        if self.setup.absent.is_empty() {
            return;
        }
        for client in 0..self.clients.len() {
            if self.setup.absent.contains_key(&self.clients[client].spec.name) {
                self.crash(client);
            }
            self.wake(Some(client), self.clients[client].beats_at);
        }
        self.wake_group();
    }

    /// What each client holds at the start.
    fn first_owners(&self) -> Vec<Vec<usize>> {
        let mut owners = vec![Vec::new(); self.clients.len()];
        if let Start::Running(partitions) = &self.setup.start {
            for start in partitions {
                let place = self.load.place_of(start.topic, start.partition);
                let owner = self.clients.iter().position(|client| Some(&client.spec.name) == start.owner.as_ref());
                if let (Some(place), Some(owner)) = (place, owner) {
                    owners[owner].push(place);
                }
            }
        } else {
            let assignment = self.assign_from_nothing();
            for (client, holds) in self.clients.iter().zip(&mut owners) {
                *holds = assignment.get(&client.spec.name).cloned().unwrap_or_default();
            }
        }
        owners
    }

    fn assign_from_nothing(&self) -> BTreeMap<String, Vec<usize>> {
        let subscription = |client: &Client| Subscription {
            member_id: client.spec.name.clone(),
            instance_id: None,
            topics: self.setup.group.topics.clone(),
            owned: Vec::new(),
            generation: -1,
        };
        let members: Vec<_> = self.clients.iter().map(subscription).collect();
        let assignment = self.setup.group.assignor.assign(&members, &self.load.counts(self.setup, 0.0));
        let places = |partitions: Vec<TopicPartition>| {
            partitions.iter().filter_map(|partition| self.load.place_named(self.setup, partition)).collect()
        };
        assignment.into_iter().map(|(member, partitions)| (member, places(partitions))).collect()
    }
}

impl Eq for Wake {}

impl Ord for Wake {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.total_cmp(&other.at).then(self.order.cmp(&other.order))
    }
}

impl PartialOrd for Wake {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a hundred")]
fn whole(steps: f64) -> u32 {
    steps as u32
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}
