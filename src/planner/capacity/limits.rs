//! The least number of partitions that each limit alone asks for.

use super::input::Input;
use super::{Figure, Formula, Kind};
use crate::model::topic::MAX_PARTITIONS;
use crate::planner::choice::is_within;
use crate::planner::facts::{Facts, ceil};
use crate::planner::fluid::Fluid;
use crate::planner::theory::{self, Theory};
use crate::planner::words;

/// Counts beyond the even one that are tried for keys that aren't even.
const MAX_TRIES: u32 = 4_096;

const GUIDANCE: &str =
    "Jun Rao, \"How to choose the number of topics/partitions in a Kafka cluster?\" (Confluent, 2015)";

pub(super) const FORMULAS: [Formula; 10] = [
    Formula {
        name: "produce-rate",
        title: "Produce rate ÷ partition write limit",
        text: "ceil(produce_rate / partition_write_limit)",
        inputs: &[Input::ProduceRate, Input::WriteLimit],
        source: GUIDANCE,
        kind: Kind::Limit,
        work_out: |case| written(case.facts, case.facts.average, "on average"),
    },
    Formula {
        name: "consume-rate",
        title: "Produce rate ÷ consumer rate",
        text: "ceil(produce_rate / consumer_rate)",
        inputs: &[Input::ProduceRate, Input::ConsumerRate],
        source: GUIDANCE,
        kind: Kind::Limit,
        work_out: |case| Some(consumed(case.facts, case.facts.average, "on average")),
    },
    Formula {
        name: "produce-rate-at-peak",
        title: "Peak rate ÷ partition write limit",
        text: "ceil(peak_rate / partition_write_limit)",
        inputs: &[Input::PeakRate, Input::WriteLimit],
        source: GUIDANCE,
        kind: Kind::Limit,
        work_out: |case| peaks(case.facts).and_then(|peak| written(case.facts, peak, "at the peak")),
    },
    Formula {
        name: "consume-rate-at-peak",
        title: "Peak rate ÷ consumer rate",
        text: "ceil(peak_rate / consumer_rate)",
        inputs: &[Input::PeakRate, Input::ConsumerRate],
        source: GUIDANCE,
        kind: Kind::Limit,
        work_out: |case| {
            let peak = peaks(case.facts).filter(|_| !case.facts.may_lag_at_peak())?;
            Some(consumed(case.facts, peak, "at the peak"))
        },
    },
    Formula {
        name: "headroom",
        title: "Consumers below their target utilisation",
        text: "ceil(produce_rate / (consumer_rate × utilisation))",
        inputs: &[Input::ProduceRate, Input::ConsumerRate, Input::Utilisation],
        source: "the busy share of a queue's server, arrivals × service time (Kendall 1953)",
        kind: Kind::Limit,
        work_out: |case| headroom(case.facts),
    },
    Formula {
        name: "hot-key",
        title: "Hottest key's partition within its limits",
        text: "least n: busiest_share(n) × rate within partition_write_limit and consumer_rate × utilisation",
        inputs: &[Input::Keys, Input::HottestKey, Input::ProduceRate, Input::PeakRate, Input::ConsumerRate],
        source: "Kafka's default partitioner, murmur2(key) mod n: a key is on one partition, and that with one consumer",
        kind: Kind::Limit,
        work_out: |case| hot_key(case.facts),
    },
    Formula {
        name: "backlog",
        title: "Backlog at peaks within its target",
        text: "least n: max over time of backlog(t) / consumer_rate ≤ max_backlog_time, backlog' = rate(t) / n − consumer_rate",
        inputs: &[Input::PeakRate, Input::ConsumerRate, Input::MaxBacklogTime],
        source: "the fluid approximation of a queue (Newell 1971)",
        kind: Kind::Limit,
        work_out: |case| backlog(case.facts),
    },
    Formula {
        name: "catch-up",
        title: "Caught up after the outage in time",
        text: "least n: backlog after the outage / (n × consumer_rate − rate) ≤ catch_up",
        inputs: &[Input::ProduceRate, Input::ConsumerRate, Input::Outage, Input::CatchUp],
        source: "the fluid approximation of a queue (Newell 1971); at a steady rate n = rate × (1 + outage / catch_up) / consumer_rate",
        kind: Kind::Limit,
        work_out: |case| catch_up(case.facts),
    },
    Formula {
        name: "p99-latency",
        title: "99 of 100 records in time",
        text: "least n: p99 of M/G/c with arrivals rate / n ≤ p99_latency; with producers, of their runs",
        inputs: &[Input::ProduceRate, Input::ServiceTime, Input::ServiceVariation, Input::Workers, Input::Latency],
        source: "Erlang 1917, Crommelin 1932, Pollaczek 1930 and Khinchine 1932; for runs Anick, Mitra and Sondhi 1982",
        kind: Kind::Limit,
        work_out: |case| latency(case.facts),
    },
    Formula {
        name: "failure",
        title: "Consumers so that the others still keep up",
        text: "ceil(rate / consumer_rate) + tolerate_consumer_failures",
        inputs: &[Input::PeakRate, Input::ConsumerRate, Input::Failures],
        source: "N + k redundancy; a partition is read by one consumer of a group, so spare ones stand by",
        kind: Kind::Figure,
        work_out: |case| failure(case.facts),
    },
];

/// The peak, where there is one.
fn peaks(facts: &Facts) -> Option<f64> {
    facts.load.has_peaks().then_some(facts.peak)
}

fn written(facts: &Facts, rate: f64, when: &str) -> Option<(Figure, String)> {
    let limit = facts.plan.partition_write_limit?.per_second();
    let needed = ceil(rate / limit);
    let sentence = format!(
        "{when} {} come and a partition takes {}, so {} are needed to write them",
        words::rate(rate),
        words::rate(limit),
        words::of(needed, "partition")
    );
    Some((at_most(needed), sentence))
}

fn consumed(facts: &Facts, rate: f64, when: &str) -> (Figure, String) {
    let needed = ceil(rate / facts.consumer);
    let sentence = format!(
        "{when} {} come and a consumer takes {}, so {} are needed to read them, each with a partition of its own",
        words::rate(rate),
        words::rate(facts.consumer),
        words::of(needed, "consumer")
    );
    (at_most(needed), sentence)
}

fn headroom(facts: &Facts) -> Option<(Figure, String)> {
    let utilisation = facts.plan.target.utilisation?;
    let needed = ceil(facts.average / (facts.consumer * utilisation));
    let sentence = format!(
        "so that none is busy for more than {} of the time, {} have to share the load",
        words::percent(utilisation),
        words::of(needed, "consumer")
    );
    Some((at_most(needed), sentence))
}

fn hot_key(facts: &Facts) -> Option<(Figure, String)> {
    let (key, share) = facts.skew.hottest()?;
    let allowed = allowed_share(facts);
    if share > allowed * (1.0 + 1e-9) {
        return Some((Figure::Never, too_hot(facts, key, share)));
    }
    let even = ceil(1.0 / allowed);
    let tries = even..=even.saturating_add(MAX_TRIES).min(MAX_PARTITIONS);
    let found = tries.into_iter().find(|partitions| facts.skew.busiest(*partitions) <= allowed * (1.0 + 1e-9));
    let Some(needed) = found else {
        let sentence =
            format!("no count up to {} spreads these keys well enough", words::count(u64::from(MAX_PARTITIONS)));
        return Some((Figure::Never, sentence));
    };
    let busiest = facts.skew.busiest(needed);
    let sentence = format!(
        "the key \"{key}\" alone has {} of the records; with {} the busiest one gets {}, and at most {} fit",
        words::percent(share),
        words::of(needed, "partition"),
        words::percent(busiest),
        words::percent(allowed)
    );
    Some((Figure::Partitions(needed), sentence))
}

/// The largest share of the load that one partition can have.
fn allowed_share(facts: &Facts) -> f64 {
    let written = facts.write_limit / facts.peak;
    let busy = facts.consumer * facts.utilisation() / facts.average;
    let held = facts.consumer / facts.rate_to_hold();
    written.min(busy).min(held)
}

/// One key asks more than one partition or one consumer can give.
fn too_hot(facts: &Facts, key: &str, share: f64) -> String {
    let rate = facts.rate_to_hold();
    let of_consumer = share * rate / facts.consumer;
    let of_partition = share * facts.peak / facts.write_limit;
    let (asks, of) = if of_partition > of_consumer {
        (of_partition, "of what a partition takes")
    } else {
        (of_consumer, "of a consumer")
    };
    let asks = if asks > 1.0 + 1e-9 {
        format!("needs {} {of}", words::percent(asks))
    } else {
        format!(
            "keeps a consumer {} busy, more than the target of {}",
            words::percent(of_consumer),
            words::percent(facts.utilisation())
        )
    };
    format!(
        "no count of partitions helps, because one key alone, \"{key}\" with {} of the records, {asks}",
        words::percent(share)
    )
}

fn backlog(facts: &Facts) -> Option<(Figure, String)> {
    let most = facts.plan.target.max_backlog_time?;
    let needed = least(ceil(facts.average / facts.consumer), |count| {
        let fluid = Fluid::new(&facts.load, 1.0 / f64::from(count), facts.consumer);
        is_within(fluid.backlog().map(|backlog| backlog.wait), most)
    });
    let Some(needed) = needed else { return Some(none("drains the backlog of its peaks in time")) };
    let sentence = format!(
        "with {} no record lies behind the others of a peak for more than {}",
        words::of(needed, "consumer"),
        words::span(most)
    );
    Some((Figure::Partitions(needed), sentence))
}

fn catch_up(facts: &Facts) -> Option<(Figure, String)> {
    let (outage, most) = (facts.plan.outage?, facts.plan.target.catch_up?);
    let at = outage.at.map(|at| at.as_secs_f64());
    let needed = least(ceil(facts.average / facts.consumer), |count| {
        let fluid = Fluid::new(&facts.load, 1.0 / f64::from(count), facts.consumer);
        is_within(fluid.catch_up(outage.length.as_secs_f64(), at).map(|after| after.seconds), most)
    });
    let Some(needed) = needed else { return Some(none("catches up in time")) };
    let sentence = format!(
        "after {} without consumers, {} are done with what was left within {}{}",
        words::span(outage.length),
        words::of(needed, "consumer"),
        words::span(most),
        if at.is_none() && facts.load.has_peaks() { ", at whatever time it begins" } else { "" }
    );
    Some((Figure::Partitions(needed), sentence))
}

fn latency(facts: &Facts) -> Option<(Figure, String)> {
    let most = facts.plan.target.p99_latency?;
    let alone = Theory::at_rest(&facts.service, facts.plan.workers);
    if alone > most.as_secs_f64() {
        let sentence = format!(
            "no count of partitions helps, because processing alone takes more than {} for 1 of 100 records ({})",
            words::span(most),
            words::seconds(alone)
        );
        return Some((Figure::Never, sentence));
    }
    let needed = least(ceil(facts.average / facts.consumer), |count| {
        let theory = theory::of(facts, &vec![1.0 / f64::from(count); usize::try_from(count).unwrap_or(1)]);
        is_within(theory.map(|theory| theory.p99), most)
    });
    let Some(needed) = needed else { return Some(none("is fast enough for 99 of 100 records")) };
    let sentence = format!(
        "with {} 99 of 100 records are done within {} of their arrival",
        words::of(needed, "consumer"),
        words::span(most)
    );
    Some((Figure::Partitions(needed), sentence))
}

fn failure(facts: &Facts) -> Option<(Figure, String)> {
    let failures = facts.plan.tolerate_consumer_failures;
    if failures == 0 {
        return None;
    }
    let needed = ceil(facts.rate_to_hold() / facts.consumer);
    let all = needed.saturating_add(failures);
    let sentence =
        format!("{} keep up, and {failures} more stand in for those that fail", words::of(needed, "consumer"));
    Some((Figure::Consumers(all), sentence))
}

/// The least count from `from` on that is enough, where every larger one is enough too.
fn least(from: u32, is_enough: impl Fn(u32) -> bool) -> Option<u32> {
    let (mut low, mut high) = (from, MAX_PARTITIONS);
    if low > high || !is_enough(high) {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

fn at_most(needed: u32) -> Figure {
    if needed > MAX_PARTITIONS { Figure::Never } else { Figure::Partitions(needed) }
}

fn none(what: &str) -> (Figure, String) {
    (Figure::Never, format!("no count up to {} {what}", words::count(u64::from(MAX_PARTITIONS))))
}
