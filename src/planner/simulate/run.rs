//! One run: the clients' lanes side by side, what happens to them, and the stretches between. What happens to
//! whom is in [`super::changes`], how clients and their group talk in [`super::talk`].

use std::sync::Arc;
use std::time::Duration;

use super::arrivals::Arrival;
use super::client::{Client, Status};
use super::coordination::Coordination;
use super::load::Load;
use super::outcome::{CatchUp, Outcome};
use super::setup::{Change, Setup, Span};
use super::tally::{Cells, Tally};
use super::wakes::Wakes;
use super::{Nanos, nanos, real};
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
    wakes: Wakes,
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
    pub since: Nanos,
    pub lag_since: u64,
}

/// A partition while nobody reads it, and who does.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    pub holder: Option<usize>,
    pub cursor: Nanos,
    pub loose: Vec<Arrival>,
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
            wakes: Wakes::default(),
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
        run.take_places();
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

    pub(super) fn is_draining(&self) -> bool {
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
            self.wakes.add(at, client);
        }
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
        change.min(self.wakes.next_at()).min(self.scales_at)
    }

    fn happen(&mut self) {
        if self.changes.last().is_some_and(|change| nanos(change.at) <= self.now) {
            if let Some(change) = self.changes.pop() {
                self.change(change.action);
            }
        } else if self.wakes.next_at() <= self.now {
            self.wake_next();
        } else {
            self.scale();
        }
    }

    fn wake_next(&mut self) {
        let Some((at, client)) = self.wakes.pop() else { return };
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

    fn begin_anew(&mut self) {
        self.since = self.now;
        self.lag_since = self.tally.cells.lag(self.now).last().copied().unwrap_or(0);
        self.tally.begin_anew(self.now);
        (self.duplicates, self.lost) = (0, 0);
        for client in &mut self.clients {
            client.begin_anew(self.now);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a hundred")]
fn whole(steps: f64) -> u32 {
    steps as u32
}
