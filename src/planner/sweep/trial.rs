//! A candidate as the simulator takes it, and what the simulator says of it.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::units::Rate;
use crate::planner::choice::Assessment;
use crate::planner::facts::Facts;
use crate::planner::runs::{self, Runs};
use crate::planner::simulate::{Action, Change, LagSeries, Outcome, Setup, Span, Spread, Stream, simulate_while};
use crate::scenario::{ConsumerSpec, GroupSpec, Pattern, TracePoint};

/// Records that say a 99th percentile to within about a per cent.
const ENOUGH_RECORDS: f64 = 5e6;

/// Most records of one simulation: some seconds of a core.
const MAX_RECORDS: f64 = 2e8;

/// Simulated time that is left to catch up from an outage, in lengths of what theory says.
const CATCH_UP_ROOM: f64 = 2.0;

/// What is simulated of each candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// `None` for as long as it takes to see all of the pattern and enough records.
    pub span: Option<Duration>,
}

/// What a simulation said, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    pub span: Duration,
    pub mean_wait: f64,
    pub p50: f64,
    pub p99: f64,
    pub max_lag: u64,
    /// After the outage; `None` where there was none, or it was not caught up while that was simulated.
    pub catch_up: Option<f64>,
    pub records: u64,
    /// Real time that it took.
    pub wall: Duration,
    pub lag: LagSeries,
    /// Lag around the outage, from a run of its own, and when the outage began.
    pub outage_lag: Option<(Duration, LagSeries)>,
    /// Whether it saw every part of the pattern, so that its percentiles are those of the load.
    pub is_representative: bool,
}

impl Trial {
    /// Simulates one candidate; `None` once it was cancelled. Waiting comes from a run without the outage,
    /// catching up from another with it: else the outage would be all that the percentiles tell.
    pub fn run(
        &self,
        facts: &Facts,
        candidate: &Assessment,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(f64),
    ) -> Option<Simulated> {
        let span = self.span.unwrap_or_else(|| span(facts));
        let outage = outage(facts, candidate);
        let half = if outage.is_some() { 0.5 } else { 1.0 };
        let mut setup = setup(facts, candidate);
        setup.warm_up = warm_up(facts, span);
        setup.span = Span::For(span + setup.warm_up);
        let usual = simulate_while(&setup, cancel, |share| progress(share * half)).complete()?;
        let outage = match outage {
            Some(Hit { pattern, change, until }) => {
                setup.streams = vec![stream(facts, candidate, &pattern)];
                setup.changes.push(change.clone());
                setup.warm_up = Duration::ZERO;
                setup.span = Span::For(until);
                let hit = simulate_while(&setup, cancel, |share| progress(half.mul_add(share, half))).complete()?;
                Some((change.at, hit))
            }
            None => None,
        };
        Some(simulated(facts, span, usual, outage))
    }
}

impl Outcome {
    /// Nothing where it was cancelled.
    fn complete(self) -> Option<Self> {
        self.complete.then_some(self)
    }
}

fn simulated(facts: &Facts, span: Duration, usual: Outcome, outage: Option<(Duration, Outcome)>) -> Simulated {
    let caught_up = outage.as_ref().and_then(|(_, hit)| hit.outages.first()?.after);
    let period = facts.load.period();
    Simulated {
        span,
        mean_wait: usual.wait.mean_nanos() / 1e9,
        p50: usual.sojourn.quantile(0.5).as_secs_f64(),
        p99: usual.sojourn.quantile(0.99).as_secs_f64(),
        max_lag: usual.max_lag,
        catch_up: caught_up.map(|after| after.as_secs_f64()),
        records: usual.records,
        wall: usual.wall + outage.as_ref().map_or(Duration::ZERO, |(_, hit)| hit.wall),
        lag: usual.lag,
        outage_lag: outage.map(|(at, hit)| (at, hit.lag)),
        is_representative: period.is_infinite() || span.as_secs_f64() >= period * 0.999,
    }
}

/// The candidate with partitions weighted as the keys weigh them, and dealt as theory deals them. What a
/// partition takes is no part of it: that is a limit on throughput, not a line to wait in.
fn setup(facts: &Facts, candidate: &Assessment) -> Setup {
    let (plan, choice) = (&facts.plan, candidate.choice);
    let work = plan.work();
    let mut setup = Setup::new(choice.partitions, plan.produce_rate, 0, work.processing.clone());
    setup.seed = plan.seed;
    setup.topics[0].name = TopicName::new("load").expect("the name is legal");
    setup.group.topics = vec![setup.topics[0].name.clone()];
    setup.group.assignor = Assignor::Range;
    setup.group.template = ConsumerSpec { batch: work.batch, workers: work.workers, ..setup.group.template };
    setup.group.consumers = consumers(&setup.group, choice.consumers);
    setup.streams = vec![stream(facts, candidate, &plan.pattern)];
    setup
}

/// The load: all of it by weights, or from as many producers as there are, each of which makes runs.
fn stream(facts: &Facts, candidate: &Assessment, pattern: &Pattern) -> Stream {
    let (count, spread) = match facts.runs {
        Some(Runs { producers, records }) => (producers, Spread::Sticky { run: records }),
        None => (1, Spread::Weights(candidate.shares.partitions.clone().into())),
    };
    let (rate, pattern) = runs::of_each(facts.plan.produce_rate, pattern, count);
    Stream { topic: 0, count, rate, pattern, begun: Duration::ZERO, spread }
}

/// Named so that the order of their names is that of their numbers.
fn consumers(group: &GroupSpec, count: u32) -> Vec<ConsumerSpec> {
    (0..count).map(|number| ConsumerSpec { name: format!("c-{number:05}"), ..group.template.clone() }).collect()
}

/// Whole periods of the pattern, and enough records; less where that would take too long.
fn span(facts: &Facts) -> Duration {
    let enough = ENOUGH_RECORDS / facts.average;
    let period = facts.load.period();
    let wanted = if period.is_infinite() { enough } else { (enough / period).ceil().max(1.0) * period };
    Duration::from_secs_f64(wanted.min(MAX_RECORDS / facts.average).clamp(1.0, LONGEST_SECONDS))
}

/// As long as anybody plans ahead; beyond, rare records would be waited for in vain.
const LONGEST_SECONDS: f64 = 366.0 * 86_400.0;

/// A steady load needs some time until its lines are as long as they are; a pattern begins where it begins.
fn warm_up(facts: &Facts, span: Duration) -> Duration {
    if facts.load.has_peaks() { Duration::ZERO } else { span / 10 }
}

/// A run with the outage: its load from a while before, the outage, and until when it is simulated.
struct Hit {
    pattern: Pattern,
    change: Change,
    until: Duration,
}

fn outage(facts: &Facts, candidate: &Assessment) -> Option<Hit> {
    let outage = facts.plan.outage?;
    let catch_up = candidate.catch_up?;
    // What peaks leave behind may reach back to the beginning; where they leave nothing a while is enough.
    let has_backlog = candidate.backlog.is_some_and(|backlog| backlog.records > 0.0);
    let before = if has_backlog { catch_up.begins } else { SETTLING_SECONDS };
    let room = catch_up.seconds * CATCH_UP_ROOM + SETTLING_SECONDS;
    let seconds = before + outage.length.as_secs_f64() + room;
    let at = Duration::try_from_secs_f64(before).ok()?;
    let is_short = seconds * facts.average <= MAX_RECORDS;
    is_short.then(|| Hit {
        pattern: pattern_from(facts, catch_up.begins - before, seconds),
        change: Change { at, action: Action::Outage { length: outage.length } },
        until: Duration::try_from_secs_f64(seconds).unwrap_or(outage.length),
    })
}

/// Before an outage lines are given this long to be as they usually are.
const SETTLING_SECONDS: f64 = 300.0;

/// The load from some moment of the pattern on, for so many seconds.
fn pattern_from(facts: &Facts, begins: f64, seconds: f64) -> Pattern {
    if !facts.load.has_peaks() {
        return facts.plan.pattern.clone();
    }
    let mut at = 0.0;
    let points = facts.load.from(begins).map_while(|piece| {
        let point =
            TracePoint { at: Duration::try_from_secs_f64(at).ok()?, rate: Rate::from_per_second(piece.per_second)? };
        let is_needed = at <= seconds;
        at += piece.seconds;
        is_needed.then_some(point)
    });
    Pattern::Trace { file: "the plan's pattern".to_owned(), points: points.take(MAX_POINTS).collect() }
}

/// Pieces of a load that an outage is simulated under: years of a daily pattern.
const MAX_POINTS: usize = 1 << 20;
