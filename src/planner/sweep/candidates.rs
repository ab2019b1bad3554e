//! Which counts of partitions and consumers are looked at: the least that meets everything, and some around it.

use super::{CurvePoint, Recommendation};
use crate::model::topic::MAX_PARTITIONS;
use crate::planner::capacity::Row;
use crate::planner::choice::{Assessment, Choice, meets_all};
use crate::planner::facts::{Facts, ceil};

/// Counts beyond the highest limit that are tried, one by one: uneven keys need a few, fixed consumers can
/// make them all useless.
const MAX_TRIES: u32 = 1_024;

/// Candidates around the recommended count, as parts of it.
const AROUND: [f64; 7] = [0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0];

/// Points of a curve.
const CURVE_POINTS: u32 = 40;

/// The limit that asks for most, the first of equals.
pub(super) fn highest(limits: &[Row]) -> Option<&Row> {
    let mut highest: Option<&Row> = None;
    for row in limits {
        if row.partitions() > highest.and_then(Row::partitions) {
            highest = Some(row);
        }
    }
    highest
}

/// The least count of partitions that meets everything in theory; `None` where none does.
pub(super) fn recommend(facts: &Facts, limits: &[Row]) -> Option<Recommendation> {
    if limits.iter().any(|row| row.partitions().is_none()) {
        return None;
    }
    let highest = highest(limits)?;
    let from = highest.partitions()?;
    let mut tries = from..=from.saturating_add(MAX_TRIES).min(MAX_PARTITIONS);
    let partitions = tries.find(|partitions| meets_all(facts, most_consumers(facts, *partitions)))?;
    let binding = if partitions == from {
        highest.name
    } else {
        let before = Assessment::of(facts, most_consumers(facts, partitions - 1));
        before.misses.first().map_or(highest.name, |need| need.limit())
    };
    Some(Recommendation { choice: least_consumers(facts, partitions), binding })
}

/// The counts to look at: those that were named, or the recommended one, those of the limits and some around.
pub(super) fn choose(facts: &Facts, limits: &[Row], recommended: Option<Recommendation>) -> Vec<Choice> {
    let named = &facts.plan.partitions;
    let mut counts: Vec<u32> = if named.is_empty() {
        let middle = recommended.map_or_else(|| middle(facts, limits), |recommended| recommended.choice.partitions);
        let around = AROUND.iter().map(|part| ceil((f64::from(middle) * part).round()));
        let near = |count: &u32| (middle / 3..=middle.saturating_mul(2)).contains(count);
        around.chain(limits.iter().filter_map(Row::partitions).filter(near)).collect()
    } else {
        named.clone()
    };
    counts.retain(|count| (1..=MAX_PARTITIONS).contains(count));
    counts.sort_unstable();
    counts.dedup();
    counts.into_iter().map(|partitions| with_consumers(facts, partitions, recommended)).collect()
}

/// Consumers for a count beside the recommended one: one for each partition where that is recommended, else
/// those that are recommended, so that rows differ in their partitions.
fn with_consumers(facts: &Facts, partitions: u32, recommended: Option<Recommendation>) -> Choice {
    let most = most_consumers(facts, partitions);
    match recommended.map(|recommended| recommended.choice) {
        Some(choice) if choice.partitions == partitions => choice,
        Some(choice) if choice.consumers < choice.partitions => {
            Choice { partitions, consumers: most.consumers.min(choice.consumers) }
        }
        _ => most,
    }
}

/// Where nothing is enough: what the limits ask for that can be met, or the even count.
fn middle(facts: &Facts, limits: &[Row]) -> u32 {
    highest(limits)
        .and_then(Row::partitions)
        .unwrap_or_else(|| ceil(facts.average / facts.consumer))
        .min(MAX_PARTITIONS)
}

/// One for each partition, and spare ones for failures; or those of the plan.
fn most_consumers(facts: &Facts, partitions: u32) -> Choice {
    let most = partitions.saturating_add(facts.plan.tolerate_consumer_failures);
    Choice { partitions, consumers: facts.plan.consumers.unwrap_or(most) }
}

/// The fewest consumers with which as much is met as with all.
fn least_consumers(facts: &Facts, partitions: u32) -> Choice {
    let most = most_consumers(facts, partitions);
    if facts.plan.consumers.is_some() || !meets_all(facts, most) {
        return most;
    }
    let least = ceil(facts.average / facts.consumer).min(most.consumers);
    let mut counts = least..most.consumers;
    let consumers = counts.find(|consumers| {
        // One more than divides the partitions evenly reads no faster than that.
        meets_all(facts, Choice { partitions, consumers: *consumers })
    });
    Choice { partitions, consumers: consumers.unwrap_or(most.consumers) }
}

/// Latency in theory from half the least candidate to beyond the largest.
pub(super) fn curve(facts: &Facts, choices: &[Choice]) -> Vec<CurvePoint> {
    let (Some(first), Some(last)) = (choices.first(), choices.last()) else { return Vec::new() };
    let (low, high) = (first.partitions.div_ceil(2), last.partitions.saturating_mul(5).div_ceil(4).min(MAX_PARTITIONS));
    let step = (high - low).div_ceil(CURVE_POINTS).max(1);
    (low..=high)
        .step_by(usize::try_from(step).unwrap_or(1))
        .map(|partitions| CurvePoint::of(facts, partitions))
        .collect()
}

/// Where the curve of logarithms lies deepest below the line between its ends (Satopää and others, "Finding a
/// kneedle in a haystack", 2011).
pub(super) fn knee(curve: &[CurvePoint]) -> Option<u32> {
    let points: Vec<(u32, f64, f64)> = curve
        .iter()
        .filter_map(|point| Some((point.partitions, f64::from(point.partitions).ln(), point.p99?.ln())))
        .collect();
    let (first, last) = (points.first()?, points.last()?);
    let (width, height) = (last.1 - first.1, last.2 - first.2);
    if points.len() < 3 || height >= 0.0 {
        return None;
    }
    let depth = |(_, x, y): &(u32, f64, f64)| (first.2 + height * (x - first.1) / width) - y;
    let deepest = points.iter().max_by(|one, other| depth(one).total_cmp(&depth(other)))?;
    (depth(deepest) > 0.0).then_some(deepest.0)
}
