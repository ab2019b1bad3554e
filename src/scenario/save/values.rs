//! Single values as they are written in a file: inline tables, quantities in quotes, texts that are escaped.

use std::fmt::Write as _;
use std::time::Duration;

use crate::model::request::Acks;
use crate::model::units::{ByteSize, Span};
use crate::scenario::{
    Action, Autoscaler, BatchSpec, CommitPolicy, Keys, PartitionerKind, Pattern, RecordSize, ServiceTime,
};

pub(in crate::scenario) fn autoscaler(rule: &Autoscaler) -> String {
    let Autoscaler { lag_threshold, polling_interval, cooldown, min, max, allow_idle } = rule;
    let (polling_interval, cooldown) = (span(*polling_interval), span(*cooldown));
    format!(
        "{{ lag_threshold = {lag_threshold}, polling_interval = {polling_interval}, cooldown = {cooldown}, \
         min = {min}, max = {max}, allow_idle = {allow_idle} }}"
    )
}

pub(in crate::scenario) fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Constant => quoted("constant"),
        Pattern::Poisson => quoted("poisson"),
        Pattern::Burst { every, length, factor } => {
            format!("{{ burst = {{ every = {}, length = {}, factor = {factor} }} }}", span(*every), span(*length))
        }
        Pattern::Diurnal { peak, period } => {
            format!("{{ diurnal = {{ peak = {peak}, period = {} }} }}", span(*period))
        }
        Pattern::Trace { file, .. } => format!("{{ trace = {{ file = {} }} }}", quoted(file)),
    }
}

pub(in crate::scenario) fn keys(keys: &Keys) -> String {
    match keys {
        Keys::None => quoted("none"),
        Keys::Uniform { count } => format!("{{ distribution = \"uniform\", count = {count} }}"),
        Keys::Zipf { count, exponent } => {
            format!("{{ distribution = \"zipf\", count = {count}, exponent = {exponent} }}")
        }
        Keys::Hot { share, count } => format!("{{ distribution = \"hot\", share = {share}, count = {count} }}"),
        Keys::Counts { file, .. } => format!("{{ distribution = \"counts\", file = {} }}", quoted(file)),
    }
}

pub(in crate::scenario) fn size(size: &RecordSize) -> String {
    let bytes = |bytes: u64| quoted(&ByteSize(bytes).to_string());
    match *size {
        RecordSize::Constant(value) => bytes(value),
        RecordSize::Uniform { min, max } => {
            format!("{{ distribution = \"uniform\", min = {}, max = {} }}", bytes(min), bytes(max))
        }
        RecordSize::Exponential { mean } => format!("{{ distribution = \"exponential\", mean = {} }}", bytes(mean)),
        RecordSize::LogNormal { mean, sigma } => {
            format!("{{ distribution = \"lognormal\", mean = {}, sigma = {sigma} }}", bytes(mean))
        }
    }
}

pub(in crate::scenario) fn service_time(time: &ServiceTime) -> String {
    match time {
        ServiceTime::Constant(time) => span(*time),
        ServiceTime::Exponential { mean } => format!("{{ distribution = \"exponential\", mean = {} }}", span(*mean)),
        ServiceTime::LogNormal { mean, sigma } => {
            format!("{{ distribution = \"lognormal\", mean = {}, sigma = {sigma} }}", span(*mean))
        }
        ServiceTime::Trace { file, .. } => format!("{{ distribution = \"trace\", file = {} }}", quoted(file)),
    }
}

pub(in crate::scenario) fn batch(batch: &BatchSpec) -> String {
    format!("{{ size = {}, overhead = {} }}", batch.size, span(batch.overhead))
}

pub(in crate::scenario) fn commit(commit: &CommitPolicy) -> String {
    match commit {
        CommitPolicy::Before => quoted("before"),
        CommitPolicy::After => quoted("after"),
        CommitPolicy::Auto { interval } => format!("{{ auto = {{ interval = {} }} }}", span(*interval)),
    }
}

pub(in crate::scenario) fn partitioner(partitioner: PartitionerKind) -> String {
    match partitioner {
        PartitionerKind::Default => quoted("default"),
        PartitionerKind::Sticky => quoted("sticky"),
        PartitionerKind::RoundRobin => quoted("roundrobin"),
        PartitionerKind::Explicit(partition) => partition.to_string(),
    }
}

pub(in crate::scenario) const fn acks_name(acks: Acks) -> &'static str {
    match acks {
        Acks::None => "0",
        Acks::Leader => "1",
        Acks::All => "all",
    }
}

pub(in crate::scenario) fn action(action: &Action) -> String {
    let target = quoted(action.target());
    match action {
        Action::Crash { .. } | Action::Stop { .. } | Action::Start { .. } | Action::Stall { length: None, .. } => {
            target
        }
        Action::Stall { length: Some(length), .. } => format!("{{ client = {target}, for = {} }}", span(*length)),
        Action::Slow { factor, .. } => format!("{{ client = {target}, factor = {factor} }}"),
        Action::AddConsumer { count, .. } | Action::RemoveConsumer { count, .. } => {
            format!("{{ group = {target}, count = {count} }}")
        }
        Action::AddPartitions { count, .. } => format!("{{ topic = {target}, count = {count} }}"),
        Action::SetRate { rate, .. } => format!("{{ producer = {target}, rate = \"{rate}\" }}"),
        Action::SetProcessing { processing, .. } => {
            format!("{{ consumer = {target}, processing = {} }}", service_time(processing))
        }
    }
}

pub(in crate::scenario) fn span(span: Duration) -> String {
    quoted(&Span(span).to_string())
}

/// A TOML string on one line.
pub(in crate::scenario) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        push_escaped(&mut quoted, character);
    }
    quoted.push('"');
    quoted
}

/// A TOML string whose lines are lines of the file.
pub(in crate::scenario) fn paragraphs(text: &str) -> String {
    if !text.contains('\n') {
        return quoted(text);
    }
    let mut lines = String::from("\"\"\"\n");
    for character in text.chars() {
        match character {
            '\n' => lines.push('\n'),
            _ => push_escaped(&mut lines, character),
        }
    }
    lines + "\"\"\""
}

fn push_escaped(text: &mut String, character: char) {
    match character {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        _ if character.is_control() => {
            write!(text, "\\u{:04X}", u32::from(character)).expect("writing to memory doesn't fail");
        }
        _ => text.push(character),
    }
}
