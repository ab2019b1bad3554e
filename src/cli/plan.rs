//! `logyard plan`: how many partitions and consumers a load needs. The planner finds out; this says what was
//! asked and what came of it.

mod compared;
mod table;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::exit::{Exit, Failure};
use crate::lab::compare::{Request, compare};
use crate::planner::sweep::{self, Answer, Trial};
use crate::report::export;
use crate::report::plan::PlanSummary;
use crate::report::plan::document::document;
use crate::report::takeaway::Takeaway;
use crate::scenario::plan::{self, Plan};

/// What somebody needs to see who asks for nothing.
const SHORTEST: &str = "say what the load is and what carries it, for example\n  \
    logyard plan --produce-rate 1000/s --partition-write-limit 100/s --consumer-rate 50/s\n\
    or name a plan file: logyard plan checkout.toml";

/// Steps of the progress bar.
const STEPS: u64 = 1_000;

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
    /// Run the recommendation on the broker in virtual time, and put theory, simulation and measurement side by side.
    #[arg(long, conflicts_with_all = ["json", "config"])]
    compare: bool,
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
    let mut answer = sweep::answer(&plan);
    if !arguments.no_simulation && arguments.config.is_none() {
        answer = simulate(answer, arguments.span);
    }
    write(&answer, arguments, out).context("writing the answer to standard output").map_err(Failure::failed)?;
    if let Some(recommended) = answer.recommended.filter(|_| arguments.compare) {
        let request = Request::new(plan, recommended.choice);
        let compared = compare(&request, &AtomicBool::new(false), &mut |_| {}).map_err(Failure::failed)?;
        let comparison = compared.expect("nobody cancels it");
        compared::write(&comparison, out)
            .context("writing the comparison to standard output")
            .map_err(Failure::failed)?;
    }
    if let Some(directory) = &arguments.report {
        let summary = PlanSummary::of(&answer).json();
        export::write(&document(&answer), &summary, directory).map_err(Failure::failed)?;
    }
    Ok(if answer.recommended.is_some() { Exit::AsAsked } else { Exit::NotHeld })
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

fn simulate(answer: Answer, span: Option<Duration>) -> Answer {
    let bar = progress_bar();
    let cancel = AtomicBool::new(false);
    let answer = sweep::simulate(
        answer,
        &Trial { span },
        &cancel,
        &|share| bar.set_position(step(share)),
        &|facts, candidate, trial, progress| trial.run(facts, candidate, &cancel, progress),
    );
    bar.finish_and_clear();
    answer
}

fn write(answer: &Answer, arguments: &PlanArguments, out: &mut dyn Write) -> anyhow::Result<()> {
    match (arguments.config, answer.recommended) {
        (Some(config), Some(recommended)) => {
            out.write_all(config.text(answer.plan(), recommended.choice).as_bytes())?;
        }
        // Without a recommendation there is nothing to configure; why not is no configuration.
        (Some(_), None) => answer.reasons.iter().for_each(|reason| eprintln!("{reason}")),
        (None, _) if arguments.json => out.write_all(PlanSummary::of(answer).json().as_bytes())?,
        (None, _) => table::write(answer, out)?,
    }
    Ok(out.flush()?)
}

/// On standard error, and only where somebody watches.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("simulating {wide_bar} {percent} %  {eta} left");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a thousand steps")]
fn step(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e3) as u64
}

fn takeaway(text: &str) -> Result<Takeaway, String> {
    let found = Takeaway::ALL.into_iter().find(|takeaway| takeaway.name() == text);
    found.ok_or_else(|| "it must be kafka-topics, strimzi or terraform".to_owned())
}
