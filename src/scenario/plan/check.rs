//! From a file and flags to a [`Plan`]: as with scenarios every key, value and unit is checked here, once,
//! and all that is wrong is told together. A flag has the name of its key and wins over the file.

use std::io;
use std::time::Duration;

use toml::de::DeTable;

use crate::model::topic::MAX_PARTITIONS;
use crate::model::units::Rate;
use crate::scenario::check::{Check, consumer, defaults, distribution, producer, span_within, version};
use crate::scenario::file::{Field, Section, Source};
use crate::scenario::save::quoted;
use crate::scenario::{BatchSpec, Keys, Pattern, Problem, ScenarioErrors};

use super::{Outage, Plan, Target};

/// Most producers that a plan can name, each of which is simulated for itself. The runs of more overlap so much that
/// hardly anybody waits for them.
pub const MAX_PRODUCERS: u32 = 1_000;

/// Most consumers that a plan can name.
const MAX_CONSUMERS: u32 = 10_000;

/// Most failures of consumers that can be asked for.
const MAX_FAILURES: u32 = 1_000;

/// Most counts of partitions that are compared at once.
const MAX_CANDIDATES: usize = 256;

/// Keys that no scenario has.
const OWN_KEYS: [&str; 7] = [
    "produce_rate",
    "message_size",
    "partition_write_limit",
    "consumer_rate",
    "replication_factor",
    "outage",
    "target",
];

/// Keys of `[outage]` and `[target]` that are flags by themselves, and where they stand in a file.
const FLAG_PATHS: [(&str, &str); 5] = [
    ("outage", "outage.length"),
    ("p99_latency", "target.p99_latency"),
    ("max_backlog_time", "target.max_backlog_time"),
    ("catch_up", "target.catch_up"),
    ("utilisation", "target.utilisation"),
];

/// Whether a text is meant as a plan rather than as a scenario.
pub fn is_plan(text: &str) -> bool {
    let (table, _) = DeTable::parse_recoverable(text);
    let has = |name: &str| table.get_ref().iter().any(|(key, _)| key.get_ref() == name);
    OWN_KEYS.into_iter().any(has) && !has("topic")
}

/// Checks the plan `text` that came from `file`, with keys and values from flags that win over it; `read`
/// gives the text of a file that it names.
///
/// # Errors
/// All that is wrong with the file, or with the flags where the file is right.
pub fn check(
    file: &str,
    text: &str,
    flags: &[(&str, String)],
    mut read: impl FnMut(&str) -> io::Result<String>,
) -> Result<Plan, ScenarioErrors> {
    let lines: Vec<String> = flags.iter().map(|(key, value)| flag_line(key, value)).collect();
    let flag_text = lines.join("\n");
    let (source, flag_source) = (Source::new(text), Source::new(&flag_text));
    let plan = source.parse().zip(flag_source.parse()).and_then(|(table, flag_table)| {
        let mut root = Section::root(&source, &table);
        let flags = Section::root(&flag_source, &flag_table);
        let plan = document(&mut root, flags, &mut Check::of_plan(&mut read));
        root.finish();
        plan
    });
    let problems = source.into_problems();
    if !problems.is_empty() {
        return Err(ScenarioErrors { file: file.to_owned(), problems });
    }
    let problems: Vec<_> = flag_source.into_problems().into_iter().map(|problem| of_flag(problem, flags)).collect();
    match plan {
        Some(plan) if problems.is_empty() => Ok(plan),
        _ => Err(ScenarioErrors { file: "the command line".to_owned(), problems }),
    }
}

/// A flag as a line of a file.
fn flag_line(key: &str, value: &str) -> String {
    let path = FLAG_PATHS.iter().find(|(flag, _)| *flag == key).map_or(key, |(_, path)| path);
    // No quote or bracket that a shell was in the way of is missing.
    let is_plain = value.parse::<f64>().is_ok_and(f64::is_finite) && key != "title";
    let is_written = value.starts_with(['{', '[', '"']);
    let value = match key {
        "pattern" if is_csv(value) => format!("{{ trace = {{ file = {} }} }}", quoted(value)),
        "keys" if is_csv(value) => format!("{{ distribution = \"counts\", file = {} }}", quoted(value)),
        "partitions" if !is_written => format!("[{value}]"),
        _ if is_plain || is_written => value.to_owned(),
        _ => quoted(value),
    };
    format!("{path} = {}", value.replace('\n', " "))
}

fn is_csv(value: &str) -> bool {
    !value.starts_with('{') && value.to_lowercase().ends_with(".csv")
}

/// The flag's name in place of the line that it was made into.
fn of_flag(problem: Problem, flags: &[(&str, String)]) -> Problem {
    let flag = problem.position.and_then(|position| flags.get(position.line - 1));
    let message = match flag {
        Some((key, _)) => format!("--{}: {}", key.replace('_', "-"), problem.message),
        None => problem.message,
    };
    Problem { position: None, message }
}

fn document<'d, 'i>(root: &mut Section<'d, 'i>, mut flags: Section<'d, 'i>, check: &mut Check<'_>) -> Option<Plan> {
    let [outage, target] = ["outage", "target"].map(|key| part(root, &mut flags, key));
    root.overlay(flags);
    version(root);
    let title = root.take("title").and_then(|field| field.string().map(str::to_owned));
    let seed = root.take("seed").and_then(|field| field.integer(0..=u64::MAX));
    let pattern = root.take("pattern").map_or(Some(Pattern::Poisson), |field| distribution::pattern(&field, check));
    let rate = produce_rate(root, pattern.as_ref());
    let base = Plan {
        title: title.unwrap_or_else(|| defaults::TITLE.to_owned()),
        seed: seed.unwrap_or(defaults::SEED),
        pattern: pattern.unwrap_or_default(),
        message_size: root.take("message_size").and_then(|field| distribution::size(&field)).unwrap_or(defaults::SIZE),
        keys: root.take("keys").and_then(|field| distribution::keys(&field, check)).unwrap_or(Keys::None),
        producers: root.take("producers").and_then(|field| field.small_integer(1..=MAX_PRODUCERS)),
        partition_write_limit: root
            .take("partition_write_limit")
            .and_then(|field| positive_rate(&field, "how much one partition can take")),
        ..Plan::default()
    };
    let plan = consumers(root, base, check);
    let plan = kept(root, plan);
    let outage = outage.and_then(self::outage);
    let target = target.map(|section| self::target(section, outage)).unwrap_or_default();
    Some(Plan { produce_rate: rate?, outage, target, ..plan })
}

/// A table of the file with what flags say of it.
fn part<'d, 'i>(root: &mut Section<'d, 'i>, flags: &mut Section<'d, 'i>, key: &'static str) -> Option<Section<'d, 'i>> {
    let in_file = root.take(key).and_then(|field| field.section());
    let in_flags = flags.take(key).and_then(|field| field.section());
    match (in_file, in_flags) {
        (Some(mut section), Some(flags)) => {
            section.overlay(flags);
            Some(section)
        }
        (section, None) | (None, section) => section,
    }
}

fn produce_rate(root: &mut Section<'_, '_>, pattern: Option<&Pattern>) -> Option<Rate> {
    let rate = producer::rate(root, "produce_rate", pattern, |field| {
        positive_rate(field, "how many records come on average")
    })?;
    if rate.per_second() == 0.0 && pattern.is_some() {
        root.note("every rate of the trace is 0: there is nothing to plan");
    }
    (rate.per_second() > 0.0).then_some(rate)
}

/// What a consumer does, how many there are and how many may fail.
fn consumers(root: &mut Section<'_, '_>, base: Plan, check: &mut Check<'_>) -> Plan {
    let rate_field = root.take("consumer_rate");
    let rate = rate_field.as_ref().and_then(|field| positive_rate(field, "how much one consumer can take"));
    let processing_field = root.take("processing");
    let processing = processing_field.as_ref().and_then(|field| distribution::service_time(field, check));
    let batch_field = root.take("batch");
    let batch = batch_field.as_ref().and_then(consumer::batch).unwrap_or(BatchSpec::SINGLE);
    match (&rate_field, &processing_field) {
        (None, None) => root.note(
            "the plan needs what a consumer takes: \"consumer_rate\", such as consumer_rate = \"50/s\", or \
             \"processing\", such as processing = { distribution = \"exponential\", mean = \"10ms\" }",
        ),
        (_, Some(field)) if processing.as_ref().is_some_and(|time| (time.mean() + batch.overhead).is_zero()) => {
            field.note("processing takes no time at all: say how long a record takes on average, such as \"10ms\"");
        }
        _ => {}
    }
    if let (Some(field), None) = (&batch_field, &processing_field) {
        field.note("batch needs \"processing\", the time of each record besides");
    }
    let failures = root.take("tolerate_consumer_failures");
    let failures_count = failures.as_ref().and_then(|field| field.small_integer(0..=MAX_FAILURES)).unwrap_or(0);
    let consumers = root.take("consumers").and_then(|field| field.small_integer(1..=MAX_CONSUMERS));
    if let (Some(field), Some(consumers)) = (failures, consumers)
        && consumers <= failures_count
    {
        field.note(format!("with {failures_count} failures nobody is left of {consumers} consumers"));
    }
    Plan {
        consumer_rate: rate,
        processing,
        batch,
        workers: root.take("workers").and_then(|field| consumer::workers(&field)).unwrap_or(1),
        tolerate_consumer_failures: failures_count,
        consumers,
        ..base
    }
}

/// What is stored for how long, which counts are compared, and how certain the comparison is to be.
fn kept(root: &mut Section<'_, '_>, base: Plan) -> Plan {
    let replication_factor = root.take("replication_factor").and_then(|field| field.small_integer(1..=100));
    let retention = root.take("retention").map_or(Some(defaults::RETENTION), |field| match field.as_str() {
        Some("forever") => None,
        _ => distribution::positive_span(&field),
    });
    let partitions = root.take("partitions").and_then(|field| partitions(&field)).unwrap_or_default();
    let replication_factor = replication_factor.unwrap_or(defaults::REPLICATION_FACTOR);
    let precision = root.take("precision").and_then(|field| field.number(0.001..=0.5));
    Plan { replication_factor, retention, partitions, precision, ..base }
}

/// A whole number or a list of them.
fn partitions(field: &Field<'_, '_>) -> Option<Vec<u32>> {
    let elements = if field.is_array() { field.elements()? } else { vec![field.clone()] };
    if elements.is_empty() || elements.len() > MAX_CANDIDATES {
        field.note(format!("partitions must name 1 to {MAX_CANDIDATES} counts, such as [8, 16, 24]"));
        return None;
    }
    let counts: Option<Vec<_>> = elements.iter().map(|element| element.small_integer(1..=MAX_PARTITIONS)).collect();
    let mut counts = counts?;
    counts.sort_unstable();
    counts.dedup();
    Some(counts)
}

fn outage(mut section: Section<'_, '_>) -> Option<Outage> {
    let length = section.require("length", "\"30m\"").and_then(|field| distribution::positive_span(&field));
    let at =
        section.take("at").and_then(|field| span_within(&field, Duration::ZERO, crate::scenario::check::LONGEST_RUN));
    section.finish();
    length.map(|length| Outage { length, at })
}

fn target(mut section: Section<'_, '_>, outage: Option<Outage>) -> Target {
    let mut time = |key| section.take(key).and_then(|field| distribution::positive_span(&field));
    let (p99_latency, max_backlog_time) = (time("p99_latency"), time("max_backlog_time"));
    let catch_up_field = section.take("catch_up");
    let catch_up = catch_up_field.as_ref().and_then(distribution::positive_span);
    if let (Some(field), None) = (catch_up_field, outage) {
        field.note("catch_up needs an outage to catch up from: add [outage] with length = \"30m\"");
    }
    let utilisation = section.take("utilisation").and_then(|field| field.number(0.01..=1.0));
    section.finish();
    Target { p99_latency, max_backlog_time, catch_up, utilisation }
}

/// A rate above zero. `meaning` says what it is, for those who gave none.
fn positive_rate(field: &Field<'_, '_>, meaning: &str) -> Option<Rate> {
    let key = field.key();
    match field.as_str().map(str::trim) {
        Some(text) if text.starts_with('-') => {
            field.note(format!("{key} is negative: say {meaning}, such as \"100/s\""));
            return None;
        }
        Some(text) if text.trim_start_matches('+').to_lowercase().starts_with("inf") => {
            field.note(format!("{key} is infinite: say {meaning}, such as \"100/s\""));
            return None;
        }
        _ => {}
    }
    let rate = producer::read_rate(field)?;
    if rate.per_second() <= 0.0 {
        field.note(format!("{key} is 0: say {meaning}, such as \"100/s\""));
        return None;
    }
    Some(rate)
}
