//! A candidate as the simulator takes it, and what the simulator says of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::units::Rate;
use crate::planner::choice::Assessment;
use crate::planner::facts::Facts;
use crate::planner::runs::{self, Runs};
use crate::planner::simulate::{
    Action, Change, LagSeries, Outcome, Precision, Replications, Setup, Span, Spread, Stream, replicate, simulate_while,
};
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
    /// `None` of a single run.
    pub certainty: Option<Certainty>,
    pub max_lag: u64,
    /// After the outage; `None` where none was simulated, or it was not caught up in the time that was left for it:
    /// at least as long as the target allows, and twice as long as theory says.
    pub catch_up: Option<f64>,
    pub records: u64,
    /// Real time that it took.
    pub wall: Duration,
    pub lag: LagSeries,
    /// Lag around the outage, from a run of its own, and when the outage began; `None` where none was simulated.
    pub outage_lag: Option<(Duration, LagSeries)>,
    /// Whether it saw every part of the pattern, so that its percentiles are those of the load.
    pub is_representative: bool,
}

/// How certain simulated figures are: half the widths of 95 % intervals over runs that are alike but for their seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certainty {
    pub runs: u32,
    /// Seconds, as the next.
    pub mean_wait: f64,
    pub p99: f64,
    /// False where it would have taken more runs than are made.
    pub is_as_asked: bool,
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
        // A line that grows without end is never certain.
        let precision = facts.plan.precision.filter(|_| candidate.theory.is_some());
        let precision = precision.map_or(Precision::ONE_RUN, Precision::of);
        let usual = replicate(&setup, precision, cancel, |share| progress(share * half));
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
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
        simulated(facts, span, &usual, outage)
    }
}

impl Simulated {
    /// Half the width of the interval of the 99th percentile, as a share of it; `None` of a single run.
    pub fn p99_uncertainty(&self) -> Option<f64> {
        self.certainty.map(|certainty| certainty.p99 / self.p99)
    }
}

impl Outcome {
    /// Nothing where it was cancelled.
    fn complete(self) -> Option<Self> {
        self.complete.then_some(self)
    }
}

/// `None` where nothing was simulated to its end.
fn simulated(
    facts: &Facts,
    span: Duration,
    usual: &Replications,
    outage: Option<(Duration, Outcome)>,
) -> Option<Simulated> {
    let runs = &usual.outcomes;
    let caught_up = outage.as_ref().and_then(|(_, hit)| hit.outages.first()?.after);
    let period = facts.load.period();
    Some(Simulated {
        span,
        mean_wait: usual.mean_wait_seconds.mean,
        p50: runs.iter().map(|run| run.sojourn.p50().as_secs_f64()).sum::<f64>()
            / f64::from(u32::try_from(runs.len()).ok()?),
        p99: usual.p99_seconds.mean,
        certainty: Certainty::of(usual),
        max_lag: runs.iter().map(|run| run.max_lag).max()?,
        catch_up: caught_up.map(|after| after.as_secs_f64()),
        records: runs.iter().map(|run| run.records).sum(),
        wall: runs.iter().chain(outage.as_ref().map(|(_, hit)| hit)).map(|run| run.wall).sum(),
        lag: runs.first()?.lag.clone(),
        outage_lag: outage.map(|(at, hit)| (at, hit.lag)),
        is_representative: period.is_infinite() || span.as_secs_f64() >= period * 0.999,
    })
}

impl Certainty {
    /// Nothing of a single run.
    fn of(found: &Replications) -> Option<Self> {
        let runs = u32::try_from(found.outcomes.len()).ok().filter(|runs| *runs > 1)?;
        let (mean_wait, p99) = (found.mean_wait_seconds.half_width, found.p99_seconds.half_width);
        Some(Self { runs, mean_wait, p99, is_as_asked: found.is_precise })
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
    let room = room(facts, catch_up.seconds, before + outage.length.as_secs_f64());
    let seconds = before + outage.length.as_secs_f64() + room;
    let at = Duration::try_from_secs_f64(before).ok()?;
    let is_short = seconds * facts.average <= MAX_RECORDS;
    is_short.then(|| Hit {
        pattern: pattern_from(facts, catch_up.begins - before, seconds),
        change: Change { at, action: Action::Outage { length: outage.length } },
        until: Duration::try_from_secs_f64(seconds).unwrap_or(outage.length),
    })
}

/// Seconds that are left to catch up: as long as the target allows too, so that what is not caught up then is too late.
fn room(facts: &Facts, in_theory: f64, before: f64) -> f64 {
    let room = in_theory * CATCH_UP_ROOM + SETTLING_SECONDS;
    let target = facts.plan.target.catch_up.map_or(0.0, |most| most.as_secs_f64());
    room.max(target.min(MAX_RECORDS * 0.999 / facts.average - before))
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
