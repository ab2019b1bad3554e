//! Simulates a present into the future, and says how it goes. Pure: two equal presents have equal futures.

use std::time::Duration;

use crate::clock::Time;
use crate::lab::side_work::Watch;
use crate::metrics::figures::Drain;
use crate::planner::simulate::{Outcome, PartitionStart, Setup, Span, Start, simulate_while};

use super::{Future, Futures};

/// No future is followed further: whatever takes an hour to drain is to be changed, not waited for.
const LONGEST: Duration = Duration::from_hours(1);

/// Records of one future at the most, so that the answer is there in about a second.
const MOST_RECORDS: f64 = 2e7;

/// A future is shown for so long at least.
const SHORTEST: Duration = Duration::from_secs(30);

/// And for so long at the most, where nothing drains.
const UNDRAINED: Duration = Duration::from_mins(10);

/// What has come within this time is on its way, and does not wait.
const ON_ITS_WAY_SECONDS: f64 = 1.0;

/// Both futures, as far as it takes the slower one to drain.
pub(super) fn of(at: Time, as_it_is: &Setup, changed: Option<&Setup>, watch: &Watch) -> Futures {
    let all: Vec<&Setup> = [Some(as_it_is), changed].into_iter().flatten().collect();
    let most = all.iter().map(|setup| longest(setup)).min().unwrap_or(LONGEST);
    let runs = 2.0 * count(all.len());
    let mut begun = 0.0;
    let mut run = |setup: &Setup, span| {
        let setup = Setup { span, ..setup.clone() };
        let outcome = simulate_while(&setup, watch.cancel(), |share| watch.tell((begun + share) / runs));
        begun += 1.0;
        outcome
    };
    let drained: Vec<_> = all.iter().map(|setup| run(setup, Span::Drained { at_most: most }).drained_after).collect();
    let looked = horizon(&drained, most);
    let mut futures = all.iter().zip(drained).map(|(setup, drained)| {
        let outcome = run(setup, Span::For(looked));
        future(at, setup, drained, &outcome)
    });
    let first = futures.next();
    Futures { seed: as_it_is.seed, looked, changed: futures.next(), as_it_is: first.expect("one is always asked for") }
}

/// As long as records can be counted in a moment.
fn longest(setup: &Setup) -> Duration {
    let room = (MOST_RECORDS - waiting(setup)).max(0.0) / per_second(setup).max(1.0);
    Duration::from_secs_f64(room.clamp(SHORTEST.as_secs_f64(), LONGEST.as_secs_f64()))
}

fn horizon(drained: &[Option<Duration>], most: Duration) -> Duration {
    let slowest = drained.iter().map(|drained| drained.map_or(UNDRAINED, |drained| drained.mul_f64(1.25))).max();
    slowest.unwrap_or(UNDRAINED).max(SHORTEST).min(most)
}

fn future(at: Time, setup: &Setup, drained: Option<Duration>, outcome: &Outcome) -> Future {
    let mut lag = vec![(at, waiting(setup))];
    lag.extend(
        (1_u32..).zip(&outcome.lag.records).map(|(step, records)| (at + outcome.lag.step * step, real(*records))),
    );
    let end = at + outcome.span;
    if let Some(last) = lag.last_mut() {
        last.0 = last.0.min(end);
    }
    Future {
        drain: drain(setup, drained, outcome),
        p99: outcome.sojourn.p99(),
        lag,
        max_lag: outcome.max_lag,
        lag_at_end: outcome.lag_at_end,
        rebalances: outcome.rebalance_count,
        longest_pause: outcome.longest_pause,
    }
}

fn drain(setup: &Setup, drained: Option<Duration>, outcome: &Outcome) -> Drain {
    let on_its_way = per_second(setup) * ON_ITS_WAY_SECONDS;
    let half = outcome.lag.records.get(outcome.lag.records.len() / 2).map_or(0.0, |records| real(*records));
    let at_end = real(outcome.lag_at_end);
    if at_end > half * 1.2 && at_end > 2.0 * on_its_way {
        return Drain::Never;
    }
    match drained {
        _ if waiting(setup) <= on_its_way && at_end <= on_its_way => Drain::Empty,
        Some(after) => Drain::In(after),
        None => Drain::Unknown,
    }
}

/// Records that wait at the beginning.
fn waiting(setup: &Setup) -> f64 {
    match &setup.start {
        Start::Running(partitions) => partitions.iter().map(|it: &PartitionStart| real(it.backlog)).sum(),
        Start::Settled | Start::Cold => 0.0,
    }
}

fn per_second(setup: &Setup) -> f64 {
    setup.streams.iter().map(|stream| stream.rate.per_second() * f64::from(stream.count)).sum()
}

fn count(runs: usize) -> f64 {
    f64::from(u32::try_from(runs).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn real(records: u64) -> f64 {
    records as f64
}
