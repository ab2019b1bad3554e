//! `logyard plan`: how many partitions and consumers a load needs. The planner finds out; this says what was
//! asked and what came of it.

mod compared;
mod table;
mod work;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;

use self::work::Work;
use super::arguments::ClockKind;
use super::exit::{Exit, Failure};
use crate::lab::compare::Request;
use crate::planner::compare::Comparison;
use crate::planner::sweep::{self, Answer};
use crate::report::export;
use crate::report::plan::PlanSummary;
use crate::report::plan::document::{document, on_broker};
use crate::report::takeaway::Takeaway;
use crate::scenario::plan::{self, Plan};

/// What somebody needs to see who asks for nothing.
const SHORTEST: &str = "say what the load is and what carries it, for example\n  \
    logyard plan --produce-rate 1000/s --partition-write-limit 100/s --consumer-rate 50/s\n\
    or name a plan file: logyard plan checkout.toml";

/// Said of an answer that is not what was asked for.
const INTERRUPTED: &str = "Interrupted: what was not simulated by then is judged by theory alone.";

/// What `logyard plan` is told. Flags have the names of a plan file's keys and win over the file.
#[derive(Clone, Debug, Default, Args)]
pub struct PlanArguments {
    /// A plan file.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArguments,
    /// Compare just these counts of partitions, for example 8,16,24.
    #[arg(long, value_name = "N,N,...")]
    partitions: Option<String>,
    /// Simulate this much time, for example 24h [default: the whole pattern, and enough records].
    #[arg(long = "for", value_name = "TIME", value_parser = super::arguments::span)]
    span: Option<Duration>,
    /// Use this seed instead of the file's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Say what theory says, and simulate nothing.
    #[arg(long)]
    no_simulation: bool,
    /// Write a report to this directory: a page, its charts as pictures, their values and the answer.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    report: Option<PathBuf>,
    /// Run the recommendation on the broker, and put theory, simulation and measurement side by side.
    #[arg(long, conflicts_with = "config")]
    compare: bool,
    /// Which time the comparison follows; in real time the store keeps what it acknowledges [default: virtual].
    #[arg(long, value_enum, requires = "compare", hide_possible_values = true, value_name = "real|virtual")]
    clock: Option<ClockKind>,
    /// Write the answer to standard output as one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
    /// Write the configuration of the recommended topic to standard output, and nothing else.
    #[arg(long, value_name = "kafka-topics|strimzi|terraform", value_parser = takeaway, conflicts_with = "json")]
    config: Option<Takeaway>,
}

/// The keys of a plan file as flags; their values are checked where those of files are.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Keys of a plan file")]
struct KeyArguments {
    /// What the plan is called.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Records per second on average, for example 1000/s.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    produce_rate: Option<String>,
    /// constant, poisson, a CSV file of rates over time, or a table as in a file [default: poisson].
    #[arg(long, value_name = "PATTERN")]
    pattern: Option<String>,
    /// Of a record's value, for example "1.2 KB".
    #[arg(long, value_name = "SIZE")]
    message_size: Option<String>,
    /// none, uniform, zipf, hot, a CSV file of key counts, or a table as in a file [default: none].
    #[arg(long, value_name = "KEYS")]
    keys: Option<String>,
    /// Producers that send the load. Without keys each fills a batch for one partition before it goes on to another;
    /// with keys it makes no difference to waiting [default: so many that each record goes its own way].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    producers: Option<String>,
    /// Records per second that one partition takes.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    partition_write_limit: Option<String>,
    /// Records per second that one consumer takes.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    consumer_rate: Option<String>,
    /// How long a record takes, for example 10ms or a table as in a file.
    #[arg(long, value_name = "TIME")]
    processing: Option<String>,
    /// Records that are processed together, for example "{ size = 50, overhead = '2ms' }".
    #[arg(long, value_name = "TABLE")]
    batch: Option<String>,
    /// Workers of each consumer.
    #[arg(long, value_name = "N")]
    workers: Option<String>,
    /// Use just so many consumers, rather than finding out how many.
    #[arg(long, value_name = "N")]
    consumers: Option<String>,
    /// Consumers that may fail while the others keep up.
    #[arg(long, value_name = "N")]
    tolerate_consumer_failures: Option<String>,
    /// Replicas of each partition.
    #[arg(long, value_name = "N")]
    replication_factor: Option<String>,
    /// How long records are kept, for example 72h or forever.
    #[arg(long, value_name = "TIME")]
    retention: Option<String>,
    /// How long consumers are away in the outage to plan for.
    #[arg(long, value_name = "TIME")]
    outage: Option<String>,
    /// Simulate with one seed after another until mean wait and p99 are this certain, for example 0.02: half the
    /// width of their 95 % confidence intervals as a share of them [default: once].
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true)]
    precision: Option<String>,
    /// Target: latency that 99 of 100 records don't exceed.
    #[arg(long, value_name = "TIME")]
    p99_latency: Option<String>,
    /// Target: longest that a record lies in a backlog, without an outage.
    #[arg(long, value_name = "TIME")]
    max_backlog_time: Option<String>,
    /// Target: time to catch up after the outage.
    #[arg(long, value_name = "TIME")]
    catch_up: Option<String>,
    /// Target: busy share of the busiest consumer, 0.01 to 1.
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true)]
    utilisation: Option<String>,
}

/// Answers the plan and writes the answer to `out`.
pub fn plan(arguments: &PlanArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let plan = read(arguments)?;
    if let Some(directory) = &arguments.report {
        export::prepare(directory).map_err(Failure::failed)?;
    }
    let work = Work::begin()?;
    let mut answer = sweep::answer(&plan);
    if !arguments.no_simulation && arguments.config.is_none() {
        answer = work.simulate(answer, arguments.span);
    }
    if !arguments.json {
        told(write(&answer, work.is_interrupted(), arguments, out))?;
    }
    let comparison = compare(&answer, &work, arguments)?;
    let mut summary = PlanSummary { interrupted: work.is_interrupted(), ..PlanSummary::of(&answer) };
    if let Some(comparison) = &comparison {
        summary = summary.with(comparison);
    }
    match &comparison {
        _ if arguments.json => told(out.write_all(summary.json().as_bytes()))?,
        Some(comparison) => told(compared::write(comparison, out))?,
        None => {}
    }
    if let Some(directory) = &arguments.report {
        let mut document = document(&answer);
        document.sections.extend(comparison.as_ref().map(|comparison| on_broker(&[comparison])));
        if work.is_interrupted() {
            INTERRUPTED.clone_into(&mut document.about);
        }
        export::write(&document, &summary.json(), directory).map_err(Failure::failed)?;
    }
    if work.is_interrupted() {
        return Err(Failure::failed(anyhow!("interrupted before all was simulated and measured that was asked for")));
    }
    Ok(if answer.recommended.is_some() { Exit::AsAsked } else { Exit::NotHeld })
}

/// The recommendation on the broker, where that was asked for and there is one.
fn compare(answer: &Answer, work: &Work, arguments: &PlanArguments) -> Result<Option<Comparison>, Failure> {
    let Some(recommended) = answer.recommended.filter(|_| arguments.compare && !work.is_interrupted()) else {
        return Ok(None);
    };
    let clock = arguments.clock.unwrap_or(ClockKind::Virtual).into();
    work.compare(&Request { clock, ..Request::new(answer.plan().clone(), recommended.choice) })
}

fn told<E: Into<anyhow::Error>>(written: Result<(), E>) -> Result<(), Failure> {
    let written = written.map_err(Into::into);
    written.context("writing the answer to standard output").map_err(Failure::failed)
}

fn read(arguments: &PlanArguments) -> Result<Plan, Failure> {
    let flags = arguments.flags();
    if let Some(file) = &arguments.file {
        return plan::load(file, &flags).map_err(Failure::wrong_input);
    }
    let has = |key: &str| flags.iter().any(|(flag, _)| *flag == key);
    let has_load = has("produce_rate") || has("pattern");
    if !has_load || !(has("consumer_rate") || has("processing")) {
        return Err(Failure::wrong_input(anyhow!(SHORTEST)));
    }
    let read = plan::check("the command line", "version = 1", &flags, |name| std::fs::read_to_string(name));
    read.map_err(Failure::wrong_input)
}

impl PlanArguments {
    /// Keys of a plan file with what flags say of them.
    fn flags(&self) -> Vec<(&'static str, String)> {
        let keys = &self.keys;
        let given = [
            ("title", &keys.title),
            ("produce_rate", &keys.produce_rate),
            ("pattern", &keys.pattern),
            ("message_size", &keys.message_size),
            ("keys", &keys.keys),
            ("producers", &keys.producers),
            ("partition_write_limit", &keys.partition_write_limit),
            ("consumer_rate", &keys.consumer_rate),
            ("processing", &keys.processing),
            ("batch", &keys.batch),
            ("workers", &keys.workers),
            ("consumers", &keys.consumers),
            ("precision", &keys.precision),
            ("tolerate_consumer_failures", &keys.tolerate_consumer_failures),
            ("replication_factor", &keys.replication_factor),
            ("retention", &keys.retention),
            ("outage", &keys.outage),
            ("p99_latency", &keys.p99_latency),
            ("max_backlog_time", &keys.max_backlog_time),
            ("catch_up", &keys.catch_up),
            ("utilisation", &keys.utilisation),
            ("partitions", &self.partitions),
        ];
        let seed = self.seed.map(|seed| ("seed", seed.to_string()));
        given.into_iter().filter_map(|(key, value)| Some((key, self.written(value.clone()?)))).chain(seed).collect()
    }

    /// A CSV file that a flag names is looked for here, not beside the plan file.
    fn written(&self, value: String) -> String {
        let is_csv = value.to_lowercase().ends_with(".csv") && self.file.is_some();
        let absolute = is_csv.then(|| std::path::absolute(&value).ok()).flatten();
        absolute.map_or(value, |path| path.display().to_string())
    }
}

fn write(answer: &Answer, is_interrupted: bool, arguments: &PlanArguments, out: &mut dyn Write) -> anyhow::Result<()> {
    match (arguments.config, answer.recommended) {
        (Some(config), Some(recommended)) => {
            out.write_all(config.text(answer.plan(), recommended.choice).as_bytes())?;
        }
        // Without a recommendation there is nothing to configure; why not is no configuration.
        (Some(_), None) => answer.reasons.iter().for_each(|reason| eprintln!("{reason}")),
        (None, _) => table::write(answer, out)?,
    }
    if is_interrupted {
        writeln!(out, "{INTERRUPTED}")?;
    }
    Ok(out.flush()?)
}

fn takeaway(text: &str) -> Result<Takeaway, String> {
    let found = Takeaway::ALL.into_iter().find(|takeaway| takeaway.name() == text);
    found.ok_or_else(|| "it must be kafka-topics, strimzi or terraform".to_owned())
}
