//! What must be true of a run: `billing.lost == 0`, read once and held against what was measured.
//! Measures nothing itself: values come from a lookup.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::model::topic::TopicName;
use crate::model::units::{ByteSize, Rate, Span};

use super::metric::{Metric, SubjectKind, Unit};
use super::{Scenario, nearest};

/// A claim about a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// As it was written.
    pub that: String,
    /// When it is judged; `None` at the end of the run.
    pub at: Option<Duration>,
    pub subject: Subject,
    pub metric: Metric,
    pub comparison: Comparison,
    pub bound: Bound,
}

/// What a metric is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// In the metric's base unit.
    Value(f64),
    /// Another metric of the same unit.
    Metric(Subject, Metric),
}

/// Of whom a metric is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Run,
    Topic(TopicName),
    /// All producers of that name, or one of several.
    Producer(String),
    Group(String),
    /// One consumer.
    Consumer(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A claim that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub that: String,
    /// What was measured, in the metric's base unit; `None` where there is nothing to measure, such as the
    /// lag of a group that has never committed.
    pub value: Option<f64>,
    /// Without a value nothing holds.
    pub held: bool,
}

/// Why a claim can't be read, and at which byte of its text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ExpectError {
    pub message: String,
    pub at: usize,
}

/// Longest first, so that `<=` is not read as `<`.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

const EXAMPLE: &str = "write it like \"billing.lost == 0\"";

impl Expect {
    /// Reads `SUBJECT.METRIC COMPARISON VALUE`, where the subject is `run` or a name of the scenario's, and
    /// the value may be another `SUBJECT.METRIC`.
    ///
    /// # Errors
    /// When it is written otherwise, or names what doesn't exist.
    pub fn parse(that: &str, at: Option<Duration>, scenario: &Scenario) -> Result<Self, ExpectError> {
        let no_comparison = || error(0, format!("an expectation compares a metric with a value; {EXAMPLE}"));
        let operator = that.find(['=', '!', '<', '>']).ok_or_else(no_comparison)?;
        let (symbol, comparison) = comparison_at(&that[operator..])
            .ok_or_else(|| error(operator, "the comparison must be ==, !=, <, <=, > or >=".to_owned()))?;
        let (subject, metric) = parse_metric(&that[..operator], 0, scenario)?;
        let right = operator + symbol.len();
        let bound = parse_bound(&that[right..], right, metric, scenario)?;
        Ok(Self { that: that.to_owned(), at, subject, metric, comparison, bound })
    }

    /// Holds the claim against what `lookup` says was measured, in the metric's base unit.
    pub fn judge(&self, mut lookup: impl FnMut(&Subject, Metric) -> Option<f64>) -> Expectation {
        let value = lookup(&self.subject, self.metric);
        let bound = match &self.bound {
            Bound::Value(bound) => Some(*bound),
            Bound::Metric(subject, metric) => lookup(subject, *metric),
        };
        let held = value.zip(bound).is_some_and(|(value, bound)| self.comparison.holds(value, bound));
        Expectation { that: self.that.clone(), value, held }
    }
}

impl Comparison {
    /// Whether `value` stands to `bound` like this. Undefined values never do.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        let Some(order) = value.partial_cmp(&bound) else { return false };
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::NotEqual => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        }
    }
}

impl Subject {
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Run => SubjectKind::Run,
            Self::Topic(_) => SubjectKind::Topic,
            Self::Producer(_) => SubjectKind::Producer,
            Self::Group(_) => SubjectKind::Group,
            Self::Consumer(_) => SubjectKind::Consumer,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run => f.write_str("run"),
            Self::Topic(name) => f.write_str(name),
            Self::Producer(name) | Self::Group(name) | Self::Consumer(name) => f.write_str(name),
        }
    }
}

fn error(at: usize, message: String) -> ExpectError {
    ExpectError { message, at }
}

fn comparison_at(text: &str) -> Option<(&'static str, Comparison)> {
    COMPARISONS.into_iter().find(|(symbol, _)| text.starts_with(symbol))
}

/// `SUBJECT.METRIC`, which stands at the byte `from` of the claim. Names may contain dots, metrics don't.
fn parse_metric(text: &str, from: usize, scenario: &Scenario) -> Result<(Subject, Metric), ExpectError> {
    let start = from + text.len() - text.trim_start().len();
    let (name, metric_name) = text
        .trim()
        .rsplit_once('.')
        .ok_or_else(|| error(start, format!("an expectation begins with SUBJECT.METRIC; {EXAMPLE}")))?;
    let subjects = subjects_named(name, scenario);
    if subjects.is_empty() {
        return Err(error(start, unknown_subject(name, scenario)));
    }
    let metric_at = start + name.len() + 1;
    let unknown = || error(metric_at, unknown_metric(metric_name, &subjects));
    let metric = Metric::named(metric_name).ok_or_else(unknown)?;
    let subject = subjects.iter().find(|subject| metric.is_of(subject.kind())).ok_or_else(unknown)?;
    Ok((subject.clone(), metric))
}

/// A value in the metric's unit, or another metric.
fn parse_bound(text: &str, from: usize, metric: Metric, scenario: &Scenario) -> Result<Bound, ExpectError> {
    let start = from + text.len() - text.trim_start().len();
    let value = text.trim();
    // No value begins with a letter, unless it is the name of something.
    if !value.starts_with(char::is_alphabetic) || !value.contains('.') {
        return parse_value(value, metric).map(Bound::Value).map_err(|message| error(start, message));
    }
    let (subject, other) = parse_metric(text, from, scenario)?;
    if other.unit() != metric.unit() {
        let message = format!("{} and {} have different units: they can't be compared", metric.name(), other.name());
        return Err(error(start, message));
    }
    Ok(Bound::Metric(subject, other))
}

/// Everything that is called `name`; which one is meant is for the metric to say.
fn subjects_named(name: &str, scenario: &Scenario) -> Vec<Subject> {
    let mut subjects = Vec::new();
    if name == "run" {
        subjects.push(Subject::Run);
    }
    if scenario.group(name).is_some() {
        subjects.push(Subject::Group(name.to_owned()));
    }
    subjects.extend(scenario.topic(name).map(|topic| Subject::Topic(topic.name.clone())));
    if scenario.producer(name).is_some() || scenario.is_producer_client(name) {
        subjects.push(Subject::Producer(name.to_owned()));
    }
    if scenario.is_consumer(name) {
        subjects.push(Subject::Consumer(name.to_owned()));
    }
    subjects
}

fn unknown_subject(name: &str, scenario: &Scenario) -> String {
    let groups = scenario.groups.iter().map(|group| group.name.clone());
    let topics = scenario.topics.iter().map(|topic| topic.name.to_string());
    let producers = scenario.producers.iter().map(|producer| producer.name.clone());
    let names = ["run".to_owned()].into_iter().chain(groups).chain(topics).chain(producers);
    let names: Vec<_> = names.chain(scenario.client_names()).collect();
    let hint = nearest::hint(name, names.iter().map(String::as_str));
    format!("nothing is called \"{name}\"{hint}")
}

fn unknown_metric(name: &str, subjects: &[Subject]) -> String {
    let kind = subjects.first().map_or(SubjectKind::Run, Subject::kind);
    let known: Vec<_> = kind.metrics().map(Metric::name).collect();
    let hint = nearest::hint(name, known.iter().copied());
    let listed = if hint.is_empty() { format!("; it has {}", known.join(", ")) } else { hint };
    format!("{} has no metric \"{name}\"{listed}", kind.noun())
}

/// The value in the metric's base unit.
fn parse_value(text: &str, metric: Metric) -> Result<f64, String> {
    let plain = || text.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
    let wrong = |expected: &str| format!("\"{text}\" is not {expected}");
    match metric.unit() {
        Unit::Count => plain().ok_or_else(|| wrong("a number, such as \"0\" or \"1200\"")),
        Unit::Share => {
            let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            let share = percent.map(|percent| percent / 100.0).or_else(plain);
            share.filter(|share| share.is_finite()).ok_or_else(|| wrong("a share, such as \"0.9\" or \"90%\""))
        }
        Unit::Seconds => text.parse::<Span>().map(|span| span.0.as_secs_f64()).map_err(|error| error.to_string()),
        Unit::PerSecond => text.parse::<Rate>().map(Rate::per_second).map_err(|error| error.to_string()),
        Unit::Bytes => text.parse::<ByteSize>().map(to_float).map_err(|error| error.to_string()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact below 9 PB, and a bound needs no more")]
fn to_float(size: ByteSize) -> f64 {
    size.0 as f64
}

#[cfg(test)]
mod tests;
