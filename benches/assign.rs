//! Sticky assignment for a thousand members and ten thousand partitions, and beside it the time that
//! Kafka's Java classes take, warm, where `tests/interop/assignors` has been built (its head says how)
//! or `LOGYARD_ASSIGNORS_CLASSPATH` names the class path.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use bytes::Bytes;
use logyard::model::group::assign::{Assignment, Assignor, Subscription};
use logyard::model::topic::TopicName;

const MEMBERS: usize = 1_000;
const TOPICS: usize = 10;
const PARTITIONS_PER_TOPIC: u32 = 1_000;
const RUNS: usize = 200;

const JAVA_PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/assignors");

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn main() {
    let kafkas = kafkas_times();
    if kafkas.is_empty() {
        println!("(no Java beside it: build tests/interop/assignors first)");
    }
    for measurement in measurements() {
        let Measurement { assignor, what, assign_millis, with_reading_millis } = measurement;
        println!(
            "{assignor:20} {what:14} {assign_millis:8.3} ms, members' bytes read as well {with_reading_millis:8.3} ms"
        );
        if let Some(kafka_millis) = kafkas.get(&(assignor.name().to_owned(), what.to_owned())) {
            // Kafka's sticky reads what its members held from their user data while it assigns.
            let java_reads_bytes = assignor == Assignor::Sticky && what == "rebalance";
            let ours = if java_reads_bytes { with_reading_millis } else { assign_millis };
            println!("{:35} {kafka_millis:8.3} ms in Java, Rust/Java {:.2}", "", ours / kafka_millis);
        }
    }
}

struct Measurement {
    assignor: Assignor,
    what: &'static str,
    assign_millis: f64,
    with_reading_millis: f64,
}

fn measurements() -> Vec<Measurement> {
    let topics: Vec<TopicName> = (0..TOPICS).map(|at| topic(&format!("topic-{at}"))).collect();
    let partitions = topics.iter().map(|topic| (topic.clone(), PARTITIONS_PER_TOPIC)).collect();
    let members: Vec<_> = (0..MEMBERS).map(|at| member(at, topics.clone())).collect();
    let mut found = vec![];
    for assignor in [Assignor::Sticky, Assignor::CooperativeSticky] {
        found.push(measure(assignor, "from-scratch", &members, &partitions));
        let joined = one_left_one_came(&members, &assignor.assign(&members, &partitions));
        found.push(measure(assignor, "rebalance", &joined, &partitions));
    }
    let picky: Vec<_> = (0..MEMBERS).map(|at| member(at, picked(&topics, at))).collect();
    found.push(measure(Assignor::Sticky, "uneven-scratch", &picky, &partitions));
    let joined = one_left_one_came(&picky, &Assignor::Sticky.assign(&picky, &partitions));
    found.push(measure(Assignor::Sticky, "uneven", &joined, &partitions));
    found
}

/// Nine topics of ten, another one missing for each member.
fn picked(topics: &[TopicName], member: usize) -> Vec<TopicName> {
    topics.iter().enumerate().filter(|(at, _)| member % TOPICS != *at).map(|(_, topic)| topic.clone()).collect()
}

fn one_left_one_came(members: &[Subscription], assignment: &Assignment) -> Vec<Subscription> {
    let stay = members.iter().enumerate().filter(|(at, _)| *at != MEMBERS / 2).map(|(_, member)| member);
    let joined = stay.map(|member| Subscription {
        owned: assignment[&member.member_id].clone(),
        generation: 4,
        ..member.clone()
    });
    joined.chain([member(MEMBERS, members[MEMBERS / 2].topics.clone())]).collect()
}

fn topic(name: &str) -> TopicName {
    TopicName::new(name).expect("the bench's names are legal")
}

fn member(at: usize, topics: Vec<TopicName>) -> Subscription {
    let member_id = format!("consumer-{at:04}");
    Subscription { member_id, instance_id: None, topics, owned: vec![], generation: -1 }
}

fn measure(
    assignor: Assignor,
    what: &'static str,
    members: &[Subscription],
    partitions: &BTreeMap<TopicName, u32>,
) -> Measurement {
    let bytes: Vec<(String, Bytes)> =
        members.iter().map(|member| (member.member_id.clone(), member.encode(assignor))).collect();
    let read = |(id, bytes): &(String, Bytes)| {
        Subscription::decode(assignor, id.clone(), None, bytes).expect("the bytes are our own")
    };
    Measurement {
        assignor,
        what,
        assign_millis: median_millis(|| assignor.assign(black_box(members), partitions)),
        with_reading_millis: median_millis(|| {
            let members: Vec<Subscription> = black_box(&bytes).iter().map(read).collect();
            assignor.assign(&members, partitions)
        }),
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn median_millis(work: impl Fn() -> Assignment) -> f64 {
    let mut millis: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let assignment = black_box(work());
            let taken = start.elapsed().as_secs_f64() * 1e3;
            drop(assignment);
            taken
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    millis[RUNS / 2]
}

/// By assignor and what it did; empty if there is no Java to ask.
fn kafkas_times() -> BTreeMap<(String, String), f64> {
    let Some(class_path) = class_path() else { return BTreeMap::new() };
    let answer = Command::new("java").args(["-cp", &class_path, "Assignors", "bench"]).output();
    let lines = answer.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let as_time = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        Some(((words.next()?, words.next()?), words.next()?.parse().ok()?))
    };
    lines.lines().filter_map(as_time).collect()
}

fn class_path() -> Option<String> {
    if let Ok(given) = std::env::var("LOGYARD_ASSIGNORS_CLASSPATH") {
        return Some(given);
    }
    let libraries = std::fs::read_to_string(format!("{JAVA_PROJECT}/target/classpath")).ok()?;
    Some(format!("{JAVA_PROJECT}/target/classes:{}", libraries.trim()))
}
