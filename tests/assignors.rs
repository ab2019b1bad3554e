//! The assignors beside Kafka's own: 300 groups and what Kafka's Java classes answered for each
//! (`tests/interop/assignors` asks them).

#![expect(clippy::unwrap_used, reason = "a case that can't be read is a failed test")]

use std::collections::BTreeMap;

use logyard::model::group::assign::{Assignment, Assignor, Subscription};
use logyard::model::group::subscription::{decode_assignment, encode_assignment};
use logyard::model::topic::{TopicName, TopicPartition};
use serde::Deserialize;

const CASES: &str = include_str!("data/assignors.json");

#[derive(Deserialize)]
struct Case {
    partitions: BTreeMap<String, u32>,
    members: Vec<Member>,
    range: Answer,
    roundrobin: Answer,
    sticky: Sticky,
    #[serde(rename = "cooperative-sticky")]
    cooperative_sticky: Sticky,
}

#[derive(Deserialize)]
struct Member {
    id: String,
    instance: Option<String>,
    topics: Vec<String>,
}

/// For each member its partitions, `topic:0 1;other:2`.
#[derive(Deserialize)]
struct Answer {
    result: Vec<String>,
}

#[derive(Deserialize)]
struct Sticky {
    owned: Vec<String>,
    generations: Vec<i32>,
    result: Vec<String>,
    /// Where the cooperative rebalances that follow end.
    settled: Option<Vec<String>>,
    /// The first member's `JoinGroup` metadata, in hexadecimal.
    metadata: String,
    /// What the first member is sent with `SyncGroup`.
    assignment: String,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(CASES).unwrap()
}

fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn read_partitions(told: &str) -> Vec<TopicPartition> {
    let by_topic = told.split_terminator(';').map(|part| part.split_once(':').unwrap());
    by_topic
        .flat_map(|(name, partitions)| {
            partitions.split(' ').map(move |partition| TopicPartition::new(topic(name), partition.parse().unwrap()))
        })
        .collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

impl Case {
    fn counts(&self) -> BTreeMap<TopicName, u32> {
        self.partitions.iter().map(|(name, count)| (topic(name), *count)).collect()
    }

    fn subscriptions(&self, held: Option<&Sticky>) -> Vec<Subscription> {
        let subscription = |(at, member): (usize, &Member)| Subscription {
            member_id: member.id.clone(),
            instance_id: member.instance.clone(),
            topics: member.topics.iter().map(|name| topic(name)).collect(),
            owned: held.map(|held| read_partitions(&held.owned[at])).unwrap_or_default(),
            generation: held.map_or(-1, |held| held.generations[at]),
        };
        self.members.iter().enumerate().map(subscription).collect()
    }

    fn read(&self, result: &[String]) -> Assignment {
        self.members.iter().zip(result).map(|(member, told)| (member.id.clone(), read_partitions(told))).collect()
    }
}

fn after(members: &[Subscription], assignment: &Assignment) -> Vec<Subscription> {
    let joined = |member: &Subscription| Subscription {
        owned: assignment[&member.member_id].clone(),
        generation: 5,
        ..member.clone()
    };
    members.iter().map(joined).collect()
}

/// Rebalances until nothing changes any more.
fn settled(members: &[Subscription], mut now: Assignment, partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    loop {
        let next = Assignor::CooperativeSticky.assign(&after(members, &now), partitions);
        if next == now {
            return next;
        }
        now = next;
    }
}

fn owners(assignment: &Assignment) -> BTreeMap<&TopicPartition, &str> {
    assignment.iter().flat_map(|(id, owned)| owned.iter().map(move |one| (one, id.as_str()))).collect()
}

/// Kafka's balance score: the sum of the differences of all pairs of members.
fn score(assignment: &Assignment) -> usize {
    let sizes: Vec<usize> = assignment.values().map(Vec::len).collect();
    let of_pairs =
        sizes.iter().enumerate().flat_map(|(at, size)| sizes[at..].iter().map(|other| size.abs_diff(*other)));
    of_pairs.sum()
}

fn squares(assignment: &Assignment) -> usize {
    assignment.values().map(|owned| owned.len().pow(2)).sum()
}

/// How many partitions did not stay with the member that had them, if it still wants them. Of several
/// that say to have one, it is the one with the latest generation.
fn moves(members: &[Subscription], assignment: &Assignment) -> usize {
    let owners = owners(assignment);
    let mut claims: BTreeMap<&TopicPartition, Vec<&Subscription>> = BTreeMap::new();
    for member in members {
        for partition in &member.owned {
            claims.entry(partition).or_default().push(member);
        }
    }
    let is_moved = |(partition, mut claimants): (&TopicPartition, Vec<&Subscription>)| {
        let latest = claimants.iter().map(|claimant| claimant.generation).max();
        claimants.retain(|claimant| Some(claimant.generation) == latest);
        let [holder] = claimants.as_slice() else { return false };
        let is_wanted = holder.topics.contains(&partition.topic);
        is_wanted && owners.get(partition).is_some_and(|owner| *owner != holder.member_id)
    };
    claims.into_iter().map(is_moved).filter(|is_moved| *is_moved).count()
}

#[test]
fn range_and_roundrobin_answer_as_kafka_does() {
    for (number, case) in cases().iter().enumerate() {
        for (assignor, kafkas) in [(Assignor::Range, &case.range), (Assignor::RoundRobin, &case.roundrobin)] {
            let assignment = assignor.assign(&case.subscriptions(None), &case.counts());
            assert_eq!(assignment, case.read(&kafkas.result), "case {number}, {assignor}");
        }
    }
}

#[test]
fn sticky_is_as_even_as_kafkas_and_moves_more_only_to_be_more_even() {
    let mut worse = Vec::new();
    let (mut our_moves, mut kafkas_moves) = (0, 0);
    for (number, case) in cases().iter().enumerate() {
        let members = case.subscriptions(Some(&case.sticky));
        let ours = Assignor::Sticky.assign(&members, &case.counts());
        our_moves += moves(&members, &ours);
        kafkas_moves += moves(&members, &case.read(&case.sticky.result));
        compare(&format!("case {number}"), &members, &ours, &case.read(&case.sticky.result), &mut worse);
    }
    assert!(worse.is_empty(), "{}", worse.join("\n"));
    assert!(our_moves <= kafkas_moves, "{our_moves} moves in all, Kafka {kafkas_moves}");
}

#[test]
fn cooperative_sticky_is_as_even_as_kafkas_and_moves_more_only_to_be_more_even() {
    let mut worse = Vec::new();
    for (number, case) in cases().iter().enumerate() {
        let kafkas = &case.cooperative_sticky;
        let members = case.subscriptions(Some(kafkas));
        let first = Assignor::CooperativeSticky.assign(&members, &case.counts());
        check_nothing_is_taken_from_the_living(&members, &first);
        let kafkas_settled = case.read(kafkas.settled.as_ref().unwrap());
        let settled = settled(&members, first, &case.counts());
        compare(&format!("case {number}"), &members, &settled, &kafkas_settled, &mut worse);
    }
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

fn compare(case: &str, members: &[Subscription], ours: &Assignment, kafkas: &Assignment, worse: &mut Vec<String>) {
    assert!(only_subscribers_read(members, ours), "{case}");
    if !only_subscribers_read(members, kafkas) {
        // With owners of an older generation Kafka's sticky assignors may leave a partition with a
        // member that no longer subscribes to its topic. There is nothing to measure by that.
        return;
    }
    assert_eq!(owners(ours).keys().collect::<Vec<_>>(), owners(kafkas).keys().collect::<Vec<_>>(), "{case}");
    let measures = |assignment| (score(assignment), squares(assignment), moves(members, assignment));
    let (our_score, our_squares, our_moves) = measures(ours);
    let (score, squares, moves) = measures(kafkas);
    // Being even comes first, with Kafka too: a move more is right where it makes the loads more even.
    let is_more_even = our_squares < squares;
    if our_score > score || our_squares > squares || (our_moves > moves && !is_more_even) {
        worse.push(format!(
            "{case}: score {our_score} (Kafka {score}), squares {our_squares} ({squares}), moves {our_moves} ({moves})"
        ));
    }
}

fn only_subscribers_read(members: &[Subscription], assignment: &Assignment) -> bool {
    let reads_its_own = |member: &Subscription| {
        assignment[&member.member_id].iter().all(|partition| member.topics.contains(&partition.topic))
    };
    members.iter().all(reads_its_own)
}

fn check_nothing_is_taken_from_the_living(members: &[Subscription], assignment: &Assignment) {
    for (partition, owner) in owners(assignment) {
        let holders: Vec<_> = members.iter().filter(|member| member.owned.contains(partition)).collect();
        assert!(holders.is_empty() || holders.iter().any(|holder| holder.member_id == owner), "{partition}");
    }
}

#[test]
fn members_bytes_are_read_and_written_as_kafkas_clients_do() {
    for (number, case) in cases().iter().enumerate() {
        for (assignor, kafkas) in
            [(Assignor::Sticky, &case.sticky), (Assignor::CooperativeSticky, &case.cooperative_sticky)]
        {
            let member = &case.subscriptions(Some(kafkas))[0];
            let metadata = unhex(&kafkas.metadata);
            let read = Subscription::decode(assignor, member.member_id.clone(), member.instance_id.clone(), &metadata);
            let mut read = read.unwrap();
            // Kafka lists the topics of a sticky member's user data in the order of a hash map.
            read.owned.sort();
            assert_eq!(read, *member, "case {number}, {assignor}");
            if assignor == Assignor::CooperativeSticky {
                assert_eq!(member.encode(assignor), metadata, "case {number}");
            }
            assert_eq!(member.encode(assignor).len(), metadata.len(), "case {number}, {assignor}");

            let assignment = unhex(&kafkas.assignment);
            let partitions = read_partitions(&kafkas.result[0]);
            assert_eq!(decode_assignment(&assignment), Ok(partitions.clone()), "case {number}, {assignor}");
            assert_eq!(encode_assignment(&partitions), assignment, "case {number}, {assignor}");
        }
    }
}
