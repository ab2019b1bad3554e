//! What a choice comes to: backlogs, waiting, disk, and what many partitions cost.

use super::input::Input;
use super::{Case, Figure, Formula, Kind};
use crate::planner::skew::even_bins;
use crate::planner::words;

/// Files of a replica while nothing was rolled yet: the log and its indexes of offsets and of times.
const FILES_PER_REPLICA: f64 = 3.0;

/// Seconds to elect one leader after a broker failed hard, one after the other.
const ELECTION_SECONDS: f64 = 0.005;

/// What is asked of the line before a consumer.
const LINE: [Input; 4] = [Input::ServiceTime, Input::ServiceVariation, Input::Workers, Input::Consumers];
const LINE_WITH_RUNS: [Input; 6] =
    [Input::Producers, Input::Run, Input::ServiceTime, Input::ServiceVariation, Input::Workers, Input::Consumers];

pub(super) const FORMULAS: [Formula; 15] = [
    Formula {
        name: "busiest-consumer",
        title: "Busy share of the busiest consumer",
        text: "busiest_share × produce_rate / consumer_rate",
        inputs: &[Input::BusiestShare, Input::ProduceRate, Input::ConsumerRate],
        source: "the busy share of a queue's server, arrivals × service time (Kendall 1953)",
        kind: Kind::Figure,
        work_out: busiest,
    },
    Formula {
        name: "key-spread",
        title: "Fullest partition by chance, over the mean",
        text: "1 + sqrt(2 × ln(partitions) × partitions / keys)",
        inputs: &[Input::Keys, Input::Partitions],
        source: "Raab and Steger, \"Balls into bins\" (1998), for many keys that are alike",
        kind: Kind::Figure,
        work_out: key_spread,
    },
    Formula {
        name: "runs",
        title: "Records in a row for one partition, without keys",
        text: "⌈batch.size / (message_size + headers)⌉ from each of the producers",
        inputs: &[Input::Producers, Input::MessageSize],
        source: "Kafka's partitioner (KIP-480, KIP-794) with batch.size = 16384, each record sent at once",
        kind: Kind::Figure,
        work_out: runs,
    },
    Formula {
        name: "mean-wait",
        title: "Mean wait of a record, with runs",
        text: "Σ p / d over j = 0 … producers, d: j × up(d) + (producers − j) × down(d) = d, where up and down are the growth \
               rates of exp(d × work) from a producer that sends to the consumer for a run and then elsewhere",
        inputs: &LINE_WITH_RUNS,
        source: "Anick, Mitra and Sondhi 1982, Stern and Elwalid 1991 (Markov-modulated arrivals), for long runs or many \
                 producers approximately; without runs Pollaczek 1930 and Khinchine 1932",
        kind: Kind::Figure,
        work_out: |case| case.facts.runs.and_then(|_| mean_wait(case)),
    },
    Formula {
        name: "mean-wait",
        title: "Mean wait of a record",
        text: "ErlangC(workers, load) × processing × (1 + variation²) / (2 × (workers − load)), load = arrivals × processing",
        inputs: &LINE,
        source: "Pollaczek 1930 and Khinchine 1932 for one worker, Erlang 1917 and Lee and Longton 1959 for several",
        kind: Kind::Figure,
        work_out: |case| if case.facts.runs.is_none() { mean_wait(case) } else { None },
    },
    Formula {
        name: "p99-latency-expected",
        title: "Latency that 99 of 100 records don't exceed, with runs",
        text: "t: Σ over consumers of share × P(wait + processing > t) = 0.01, P(wait > t) = Σ p × exp(−d × t)",
        inputs: &LINE_WITH_RUNS,
        source: "Anick, Mitra and Sondhi 1982, Stern and Elwalid 1991 (Markov-modulated arrivals); with peaks Green and \
                 Kolesar 1991",
        kind: Kind::Figure,
        work_out: |case| case.facts.runs.and_then(|_| p99(case)),
    },
    Formula {
        name: "p99-latency-expected",
        title: "Latency that 99 of 100 records don't exceed",
        text: "t: Σ over consumers of share × P(wait + processing > t) = 0.01",
        inputs: &LINE,
        source: "Erlang 1917 (M/M/c), Crommelin 1932 (M/D/1), else an exponential tail of the mean wait; \
                 with peaks Green and Kolesar 1991",
        kind: Kind::Figure,
        work_out: |case| if case.facts.runs.is_none() { p99(case) } else { None },
    },
    Formula {
        name: "in-system",
        title: "Records that wait or are processed, on average",
        text: "produce_rate × (mean wait + processing)",
        inputs: &[Input::ProduceRate, Input::ServiceTime],
        source: "Little, \"A proof for the queuing formula L = λW\" (1961)",
        kind: Kind::Figure,
        work_out: in_system,
    },
    Formula {
        name: "burst-backlog",
        title: "Backlog that peaks leave",
        text: "max over time of Σ (rate(t) − capacity) while above it",
        inputs: &[Input::PeakRate, Input::ConsumerRate, Input::Consumers],
        source: "the fluid approximation of a queue (Newell 1971)",
        kind: Kind::Figure,
        work_out: burst_backlog,
    },
    Formula {
        name: "burst-drain",
        title: "Longest time with a backlog",
        text: "from rate(t) > capacity until Σ (rate(t) − capacity) is 0 again",
        inputs: &[Input::PeakRate, Input::ConsumerRate, Input::Consumers],
        source: "the fluid approximation of a queue (Newell 1971)",
        kind: Kind::Figure,
        work_out: burst_drain,
    },
    Formula {
        name: "outage-backlog",
        title: "Backlog that the outage leaves",
        text: "rate × outage",
        inputs: &[Input::ProduceRate, Input::Outage],
        source: "the fluid approximation of a queue (Newell 1971)",
        kind: Kind::Figure,
        work_out: outage_backlog,
    },
    Formula {
        name: "outage-catch-up",
        title: "Time to catch up after the outage",
        text: "rate × outage / (capacity − rate)",
        inputs: &[Input::ProduceRate, Input::ConsumerRate, Input::Consumers, Input::Outage],
        source: "the fluid approximation of a queue (Newell 1971)",
        kind: Kind::Figure,
        work_out: outage_catch_up,
    },
    Formula {
        name: "disk",
        title: "Disk of all brokers together",
        text: "produce_rate × message_size × retention × replication_factor",
        inputs: &[Input::ProduceRate, Input::MessageSize, Input::Retention, Input::ReplicationFactor],
        source: "Kafka keeps every replica's log for `retention.ms`; before compression, without keys, headers and indexes",
        kind: Kind::Figure,
        work_out: disk,
    },
    Formula {
        name: "open-files",
        title: "Open files of all brokers together, at least",
        text: "partitions × replication_factor × 3",
        inputs: &[Input::Partitions, Input::ReplicationFactor],
        source: "Kafka opens the log and two indexes of every segment (documentation, \"File descriptors\")",
        kind: Kind::Figure,
        work_out: open_files,
    },
    Formula {
        name: "failover",
        title: "Longest time without a leader after a broker failed",
        text: "partitions × 5 ms",
        inputs: &[Input::Partitions],
        source: "Jun Rao (Confluent, 2015): one election after the other, with ZooKeeper; KRaft is many times faster (KIP-500)",
        kind: Kind::Figure,
        work_out: failover,
    },
];

type WorkedOut = Option<(Figure, String)>;

fn busiest(case: &Case<'_>) -> WorkedOut {
    let chosen = case.chosen?;
    let sentence = format!(
        "the busiest consumer has {} of the load and is busy for {} of the time; all together for {}",
        words::percent(chosen.shares.busiest_consumer()),
        words::percent(chosen.busiest_utilisation),
        words::percent(chosen.utilisation)
    );
    Some((Figure::Share(chosen.busiest_utilisation), sentence))
}

fn key_spread(case: &Case<'_>) -> WorkedOut {
    let (chosen, keys) = (case.chosen?, case.facts.skew.keys()?);
    let partitions = f64::from(chosen.choice.partitions);
    let expected = even_bins(keys, partitions);
    let found = chosen.shares.busiest_partition() * partitions;
    let sentence = format!(
        "were all keys alike, the fullest partition would by chance hold up to {expected:.2} times the mean; \
         with these keys it holds {found:.2} times the mean"
    );
    Some((Figure::Count(expected), sentence))
}

fn runs(case: &Case<'_>) -> WorkedOut {
    case.chosen?;
    let runs = case.facts.runs?;
    let who = match runs.producers {
        1 => "the producer".to_owned(),
        count => format!("each of {} producers", words::count(u64::from(count))),
    };
    let sentence =
        format!("{who} sends {} to one partition before it goes on to another", words::of(runs.records, "record"));
    Some((Figure::Records(f64::from(runs.records)), sentence))
}

fn mean_wait(case: &Case<'_>) -> WorkedOut {
    let Some(theory) = &case.chosen?.theory else {
        return Some((Figure::Never, "more comes than fits: the line grows without end".to_owned()));
    };
    let sentence = format!(
        "each consumer is a queue {}: a record waits {} on average",
        theory.queue,
        words::seconds(theory.mean_wait)
    );
    Some((Figure::Seconds(theory.mean_wait), sentence))
}

fn p99(case: &Case<'_>) -> WorkedOut {
    let Some(theory) = &case.chosen?.theory else {
        return Some((Figure::Never, "more comes than fits: the latency grows without end".to_owned()));
    };
    let how = if theory.is_exact { "exactly, for independent arrivals" } else { "approximately" };
    let sentence = format!("99 of 100 records are done within {}, {how}", words::seconds(theory.p99));
    Some((Figure::Seconds(theory.p99), sentence))
}

fn in_system(case: &Case<'_>) -> WorkedOut {
    let theory = case.chosen?.theory.as_ref()?;
    let records = case.facts.average * (theory.mean_wait + case.facts.service.mean());
    let sentence =
        format!("{} records are under way at any time, on average", words::count(words::whole(records.round())));
    Some((Figure::Records(records), sentence))
}

fn burst_backlog(case: &Case<'_>) -> WorkedOut {
    if !case.facts.load.has_peaks() {
        return None;
    }
    let Some(backlog) = case.chosen?.backlog else {
        return Some((Figure::Never, "more comes on average than fits: the backlog grows without end".to_owned()));
    };
    let sentence = format!(
        "up to {} records lie before the busiest consumer, the last of them for {}",
        words::count(words::whole(backlog.records.ceil())),
        words::seconds(backlog.wait)
    );
    Some((Figure::Records(backlog.records), sentence))
}

fn burst_drain(case: &Case<'_>) -> WorkedOut {
    let backlog = case.chosen?.backlog.filter(|backlog| backlog.records > 0.0)?;
    let sentence = format!("a backlog lasts up to {} before it is read", words::seconds(backlog.lasts));
    Some((Figure::Seconds(backlog.lasts), sentence))
}

fn outage_backlog(case: &Case<'_>) -> WorkedOut {
    let outage = case.facts.plan.outage?;
    let catch_up = case.chosen?.catch_up?;
    let all = catch_up.records / case.chosen?.shares.busiest_consumer();
    let sentence =
        format!("after {} about {} records wait", words::span(outage.length), words::count(words::whole(all)));
    Some((Figure::Records(all), sentence))
}

fn outage_catch_up(case: &Case<'_>) -> WorkedOut {
    let outage = case.facts.plan.outage?;
    let Some(catch_up) = case.chosen?.catch_up else {
        return Some((Figure::Never, "what the outage leaves is never read, for want of capacity".to_owned()));
    };
    let begins = if outage.at.is_none() && case.facts.load.has_peaks() {
        format!(" when it begins at the worst moment, {} into the pattern", words::seconds(catch_up.begins))
    } else {
        String::new()
    };
    let sentence =
        format!("the busiest consumer has caught up {} after the outage{begins}", words::seconds(catch_up.seconds));
    Some((Figure::Seconds(catch_up.seconds), sentence))
}

fn disk(case: &Case<'_>) -> WorkedOut {
    case.chosen?;
    let Some(bytes) = case.facts.disk_bytes() else {
        return Some((Figure::Never, "records are kept for ever: the disks fill up".to_owned()));
    };
    let sentence = format!("{} on the disks of all brokers together, before compression", words::bytes(bytes));
    Some((Figure::Bytes(bytes), sentence))
}

fn open_files(case: &Case<'_>) -> WorkedOut {
    let replicas = f64::from(case.chosen?.choice.partitions) * f64::from(case.facts.plan.replication_factor);
    let files = replicas * FILES_PER_REPLICA;
    let sentence = format!(
        "{} replicas keep at least {} files open, more with every segment",
        words::count(words::whole(replicas)),
        words::count(words::whole(files))
    );
    Some((Figure::Count(files), sentence))
}

fn failover(case: &Case<'_>) -> WorkedOut {
    let seconds = f64::from(case.chosen?.choice.partitions) * ELECTION_SECONDS;
    let sentence = format!(
        "if one broker leads them all and fails hard, the last partition has a leader again after {}",
        words::seconds(seconds)
    );
    Some((Figure::Seconds(seconds), sentence))
}
