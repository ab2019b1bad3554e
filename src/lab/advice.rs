//! What a person would be told who watched the numbers. A pure function over a snapshot: it measures
//! nothing itself and changes nothing.

use super::command::Command;
use super::snapshot::Severity;

/// One piece of advice.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    pub severity: Severity,
    pub subject: Subject,
    /// One sentence: what the numbers say and what could be done.
    pub text: String,
    /// What *Try it* asks for, in this order; empty where there is nothing to try.
    pub try_it: Vec<Command>,
}

/// What a piece of advice is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Group(String),
    Topic(String),
    /// A producer or a consumer.
    Client(String),
}
