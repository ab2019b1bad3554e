//! The rules of a scenario file, held against a description that was made by hand: by the same code, by writing
//! and reading it. What is wrong comes with the key of the setting that it is about.

use std::io;

use crate::model::topic_config::TopicConfig;
use crate::scenario::plan::{self, Plan};
use crate::scenario::{
    self, ConsumerSpec, GroupSpec, Keys, Pattern, ProducerSpec, Scenario, ScenarioErrors, ServiceTime, TopicSpec,
    to_toml,
};

/// Why a description is wrong, and in which setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The key of the setting; empty where it is about the whole.
    pub key: String,
    pub text: String,
}

/// What is wrong with a topic.
pub fn of_topic(spec: &TopicSpec) -> Vec<Objection> {
    check(&Scenario { topics: vec![spec.clone()], ..Scenario::empty() })
}

/// What is wrong with a producer among these topics.
pub fn of_producer(spec: &ProducerSpec, topics: &[TopicSpec]) -> Vec<Objection> {
    let mut spec = spec.clone();
    // What a file of its own says has been checked when it was read.
    if matches!(spec.pattern, Pattern::Trace { .. }) {
        spec.pattern = Pattern::Constant;
    }
    if matches!(spec.keys, Keys::Counts { .. }) {
        spec.keys = Keys::None;
    }
    let topics = with_stand_ins(topics, std::slice::from_ref(&spec.topic));
    check(&Scenario { producers: vec![spec], topics, ..Scenario::empty() })
}

/// What is wrong with a group among these topics.
pub fn of_group(spec: &GroupSpec, topics: &[TopicSpec]) -> Vec<Objection> {
    let mut spec = spec.clone();
    each(&mut spec, |consumer| {
        if matches!(consumer.processing, ServiceTime::Trace { .. }) {
            consumer.processing = ServiceTime::Constant(consumer.processing.mean());
        }
    });
    let topics = with_stand_ins(topics, &spec.topics);
    check(&Scenario { groups: vec![spec], topics, ..Scenario::empty() })
}

/// What is wrong with a plan.
pub fn of_plan(plan: &Plan) -> Vec<Objection> {
    let mut plan = plan.clone();
    // What a file of its own says has been checked when it was read.
    if matches!(plan.pattern, Pattern::Trace { .. }) {
        plan.pattern = Pattern::Poisson;
    }
    if matches!(plan.keys, Keys::Counts { .. }) {
        plan.keys = Keys::None;
    }
    if let Some(ServiceTime::Trace { .. }) = plan.processing {
        plan.processing = plan.processing.map(|time| ServiceTime::Constant(time.mean()));
    }
    let text = plan::to_toml(&plan);
    objections(&text, plan::check("", &text, &[], no_file).err())
}

/// Changes the template and every consumer.
pub fn each(group: &mut GroupSpec, mut change: impl FnMut(&mut ConsumerSpec)) {
    change(&mut group.template);
    group.consumers.iter_mut().for_each(change);
}

/// A topic that was deleted under its clients doesn't keep their other settings from being changed.
fn with_stand_ins(topics: &[TopicSpec], named: &[crate::model::topic::TopicName]) -> Vec<TopicSpec> {
    let stand_in = |name: &crate::model::topic::TopicName| {
        let known = topics.iter().find(|topic| topic.name == *name).cloned();
        known.unwrap_or_else(|| TopicSpec { name: name.clone(), partitions: 1, config: TopicConfig::default() })
    };
    named.iter().map(stand_in).collect()
}

fn check(scenario: &Scenario) -> Vec<Objection> {
    let text = to_toml(scenario);
    objections(&text, scenario::check("", &text, no_file).err())
}

fn no_file(_: &str) -> io::Result<String> {
    Err(io::Error::new(io::ErrorKind::NotFound, "not needed"))
}

/// What is wrong with a text, each with the key of its line.
fn objections(text: &str, errors: Option<ScenarioErrors>) -> Vec<Objection> {
    let problems = errors.map(|errors| errors.problems).unwrap_or_default();
    let key = |problem: &scenario::Problem| {
        let line = problem.position.and_then(|at| text.lines().nth(at.line.checked_sub(1)?));
        line.and_then(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).unwrap_or_default()
    };
    problems.iter().map(|problem| Objection { key: key(problem), text: problem.message.clone() }).collect()
}
