//! The settings of everything that can be set, as tables: what each is called, what it means, its unit and its
//! bounds, and how it is read from a description and put there. Forms, the inspector, commands and their words all
//! go by them. What a value must be beside the others is the rules' of a scenario file, in [`rules`].

pub mod consumer;
pub mod group;
mod load;
pub mod plan;
pub mod producer;
pub mod rules;
pub mod topic;

use std::fmt;
use std::time::Duration;

use crate::model::topic::TopicName;
use crate::model::units::ByteSize;

/// One setting of an `S`, a description of something.
pub struct Setting<S: 'static> {
    pub label: &'static str,
    /// What it means, with the word of RabbitMQ or SQS for it.
    pub help: &'static str,
    /// The key of a scenario file that says it. Some keys say several settings.
    pub key: &'static str,
    /// Whether it belongs to what is asked first.
    pub is_basic: bool,
    /// Why it stays as it is once the thing runs.
    pub fixed: Option<&'static str>,
    pub access: Access<S>,
}

/// How a setting is read and put, by what its values are. What gives `None` means nothing at the moment.
pub enum Access<S: 'static> {
    /// A number from the first of `range` to the last.
    Number {
        get: fn(&S) -> Option<f64>,
        set: fn(&mut S, f64),
        range: (f64, f64),
        unit: &'static str,
    },
    /// A whole number of at least `least`.
    Count {
        get: fn(&S) -> Option<u64>,
        set: fn(&mut S, u64),
        least: u64,
        unit: &'static str,
    },
    /// A whole number, or none, which Kafka writes as -1.
    Limit {
        get: fn(&S) -> Option<u64>,
        set: fn(&mut S, Option<u64>),
        unit: &'static str,
    },
    Span {
        get: fn(&S) -> Option<Duration>,
        set: fn(&mut S, Duration),
        unit: SpanUnit,
    },
    /// The index of one of `words`; `None` for what none of them says, such as a trace.
    Choice {
        get: fn(&S) -> Option<usize>,
        set: fn(&mut S, usize),
        words: &'static [&'static str],
    },
    /// One topic of those that there are.
    Topic {
        get: fn(&S) -> &TopicName,
        set: fn(&mut S, TopicName),
    },
    /// Some of the topics that there are.
    Topics {
        get: fn(&S) -> &[TopicName],
        set: fn(&mut S, Vec<TopicName>),
    },
    Text {
        get: fn(&S) -> &str,
        set: fn(&mut S, &str),
    },
}

/// The unit in which a span is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanUnit {
    Millis,
    Seconds,
    /// As people write it: `400ms`, `30m`, `24h`.
    Natural,
}

/// A setting's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Count(u64),
    Limit(Option<u64>),
    Span(Duration),
    Choice(usize),
    Topics(Vec<TopicName>),
    Text(String),
}

/// A setting with its new value.
pub struct Change<S: 'static> {
    pub setting: &'static Setting<S>,
    pub value: Value,
}

impl Value {
    /// As Kafka writes the value of a topic's setting.
    pub fn kafka<S>(&self, of: &Setting<S>) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Count(count) | Self::Limit(Some(count)) => count.to_string(),
            Self::Limit(None) => "-1".to_owned(),
            Self::Span(span) => span.as_millis().to_string(),
            Self::Choice(_) | Self::Topics(_) | Self::Text(_) => of.words(self),
        }
    }
}

impl<S> Setting<S> {
    /// With this value.
    pub const fn to(&'static self, value: Value) -> Change<S> {
        Change { setting: self, value }
    }

    /// The value that it has in a description; `None` where it means nothing at the moment.
    pub fn value(&self, of: &S) -> Option<Value> {
        match self.access {
            Access::Number { get, .. } => get(of).map(Value::Number),
            Access::Count { get, .. } => get(of).map(Value::Count),
            Access::Limit { get, .. } => Some(Value::Limit(get(of))),
            Access::Span { get, .. } => get(of).map(Value::Span),
            Access::Choice { get, .. } => get(of).map(Value::Choice),
            Access::Topic { get, .. } => Some(Value::Topics(vec![get(of).clone()])),
            Access::Topics { get, .. } => Some(Value::Topics(get(of).to_vec())),
            Access::Text { get, .. } => Some(Value::Text(get(of).to_owned())),
        }
    }

    /// Whether it means anything at the moment.
    pub fn applies_to(&self, of: &S) -> bool {
        matches!(self.access, Access::Choice { .. }) || self.value(of).is_some()
    }

    /// A value as people read it.
    pub fn words(&self, value: &Value) -> String {
        let unit = match self.access {
            Access::Number { unit, .. } | Access::Count { unit, .. } | Access::Limit { unit, .. } => unit,
            Access::Span { .. }
            | Access::Choice { .. }
            | Access::Topic { .. }
            | Access::Topics { .. }
            | Access::Text { .. } => "",
        };
        match value {
            Value::Number(number) => with_unit(&super::words::short(*number), unit),
            Value::Count(count) | Value::Limit(Some(count)) if unit == BYTES => ByteSize(*count).to_string(),
            Value::Count(count) | Value::Limit(Some(count)) => with_unit(&count.to_string(), unit),
            Value::Limit(None) => "-1".to_owned(),
            Value::Span(span) => super::words::rounded(*span).to_string(),
            Value::Choice(index) => self.word(*index).unwrap_or("another").to_owned(),
            Value::Topics(topics) => topic_words(topics),
            Value::Text(text) if text.is_empty() => "none".to_owned(),
            Value::Text(text) => text.clone(),
        }
    }

    /// The word of a choice.
    pub fn word(&self, index: usize) -> Option<&'static str> {
        let Access::Choice { words, .. } = self.access else { return None };
        words.get(index).copied()
    }

    const fn new(label: &'static str, key: &'static str, help: &'static str, access: Access<S>) -> Self {
        Self { label, help, key, is_basic: false, fixed: None, access }
    }

    const fn basic(self) -> Self {
        Self { is_basic: true, ..self }
    }

    const fn fixed(self, reason: &'static str) -> Self {
        Self { fixed: Some(reason), ..self }
    }
}

impl<S> Change<S> {
    /// Puts the value into a description.
    ///
    /// # Errors
    /// When it is out of the setting's bounds or of another kind, in words.
    pub fn put(&self, of: &mut S) -> Result<(), String> {
        match (&self.setting.access, &self.value) {
            (Access::Number { set, range, .. }, Value::Number(number)) => {
                set(of, self.within(*number, *range)?);
            }
            (Access::Count { set, least, .. }, Value::Count(count)) if count >= least => set(of, *count),
            (Access::Count { least, .. }, Value::Count(_)) => {
                return Err(format!("{} must be at least {least}", self.setting.key));
            }
            (Access::Limit { set, .. }, Value::Limit(limit)) => set(of, *limit),
            (Access::Span { set, .. }, Value::Span(span)) => set(of, *span),
            (Access::Choice { set, words, .. }, Value::Choice(index)) if *index < words.len() => set(of, *index),
            (Access::Topic { set, .. }, Value::Topics(topics)) if topics.len() == 1 => set(of, topics[0].clone()),
            (Access::Topics { set, .. }, Value::Topics(topics)) => set(of, topics.clone()),
            (Access::Text { set, .. }, Value::Text(text)) => set(of, text),
            _ => return Err(format!("{} can't be {:?}", self.setting.key, self.value)),
        }
        Ok(())
    }

    /// The value in words.
    pub fn words(&self) -> String {
        self.setting.words(&self.value)
    }

    fn within(&self, number: f64, (least, most): (f64, f64)) -> Result<f64, String> {
        let key = self.setting.key;
        match number {
            _ if number >= least && number <= most => Ok(number),
            _ if least == 0.0 && (number <= most || number.is_nan()) => Err(format!("{key} must be 0 or more")),
            _ => Err(format!("{key} must be {least} to {most}")),
        }
    }
}

/// Topics as a list in words.
pub fn topic_words(topics: &[TopicName]) -> String {
    topics.iter().map(|topic| &**topic).collect::<Vec<_>>().join(", ")
}

/// The unit of bytes, which are written shorter where they are many.
const BYTES: &str = " B";

fn with_unit(number: &str, unit: &str) -> String {
    let is_tight = unit.trim_start().starts_with(['/', '×']);
    format!("{number}{}", if is_tight { unit.trim_start() } else { unit })
}

/// A count as it is kept, or the most that can be.
fn to_u32(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<S> Clone for Change<S> {
    fn clone(&self) -> Self {
        Self { setting: self.setting, value: self.value.clone() }
    }
}

/// No two settings of one kind of thing have the same label.
impl<S> PartialEq for Change<S> {
    fn eq(&self, other: &Self) -> bool {
        self.setting.label == other.setting.label && self.value == other.value
    }
}

impl<S> fmt::Debug for Change<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.setting.label, self.value)
    }
}

#[cfg(test)]
mod tests;
