//! What holds of every assignment, for random groups: everything is read by one member that wants it,
//! evenly, and nothing moves without need.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const STICKY: [Assignor; 2] = [Assignor::Sticky, Assignor::CooperativeSticky];

fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn member(id: &str, topics: &[&str]) -> Subscription {
    let topics = topics.iter().map(|name| topic(name)).collect();
    Subscription { member_id: id.into(), instance_id: None, topics, owned: vec![], generation: -1 }
}

fn counts(of: &[(&str, u32)]) -> BTreeMap<TopicName, u32> {
    of.iter().map(|(name, count)| (topic(name), *count)).collect()
}

/// `a: t0 t1, b: t2`
fn told(assignment: &Assignment) -> String {
    let one = |(id, partitions): (&String, &Vec<TopicPartition>)| {
        let names: Vec<String> = partitions.iter().map(|one| format!("{}{}", one.topic, one.partition)).collect();
        format!("{id}: {}", names.join(" "))
    };
    assignment.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The members as they join the next time.
fn after(members: &[Subscription], assignment: &Assignment, generation: i32) -> Vec<Subscription> {
    let owned = |member: &Subscription| assignment.get(&member.member_id).cloned().unwrap_or_default();
    members.iter().map(|member| Subscription { owned: owned(member), generation, ..member.clone() }).collect()
}

fn owners(assignment: &Assignment) -> BTreeMap<TopicPartition, String> {
    let mut owners = BTreeMap::new();
    for (id, partitions) in assignment {
        for partition in partitions {
            assert_eq!(owners.insert(partition.clone(), id.clone()), None, "{partition} has two owners");
        }
    }
    owners
}

fn owned_before(members: &[Subscription]) -> BTreeMap<TopicPartition, String> {
    owners(&members.iter().map(|member| (member.member_id.clone(), member.owned.clone())).collect())
}

/// Rebalances until nothing changes any more, and checks that no partition goes to one while another has it.
fn settled(assignor: Assignor, mut members: Vec<Subscription>, partitions: &BTreeMap<TopicName, u32>) -> Assignment {
    for generation in 0..4 {
        let before = owned_before(&members);
        let assignment = assignor.assign(&members, partitions);
        if assignor == Assignor::CooperativeSticky {
            for (partition, owner) in owners(&assignment) {
                assert!(before.get(&partition).is_none_or(|before| *before == owner), "{partition} is still held");
            }
        }
        if owned_before(&members) == owners(&assignment) {
            return assignment;
        }
        members = after(&members, &assignment, generation);
    }
    panic!("{assignor} does not settle");
}

#[test]
fn names_are_kafkas() {
    let names = Assignor::ALL.map(Assignor::name);
    assert_eq!(names, ["range", "roundrobin", "sticky", "cooperative-sticky"]);
    for assignor in Assignor::ALL {
        assert_eq!(Assignor::from_name(assignor.name()), Some(assignor));
    }
    assert_eq!(Assignor::from_name("uniform"), None);
}

#[test]
fn range_gives_neighbours_and_the_remainder_to_the_first() {
    let members = [member("a", &["t", "u"]), member("b", &["t", "u"])];
    let assignment = Assignor::Range.assign(&members, &counts(&[("t", 3), ("u", 3)]));
    assert_eq!(told(&assignment), "a: t0 t1 u0 u1, b: t2 u2");
}

#[test]
fn roundrobin_goes_on_from_topic_to_topic_and_passes_over_who_does_not_subscribe() {
    let members = [member("a", &["t"]), member("b", &["t", "u"]), member("c", &["t", "u", "v"])];
    let assignment = Assignor::RoundRobin.assign(&members, &counts(&[("t", 1), ("u", 2), ("v", 3)]));
    assert_eq!(told(&assignment), "a: t0, b: u0, c: u1 v0 v1 v2");
}

#[test]
fn static_members_come_first_by_instance_id() {
    let fixed = |id: &str, instance: &str| Subscription { instance_id: Some(instance.into()), ..member(id, &["t"]) };
    let members = [member("a", &["t"]), fixed("b", "2"), fixed("c", "1")];
    for assignor in [Assignor::Range, Assignor::RoundRobin] {
        let assignment = assignor.assign(&members, &counts(&[("t", 3)]));
        assert_eq!(told(&assignment), "a: t2, b: t1, c: t0", "{assignor}");
    }
}

#[test]
fn a_topic_that_does_not_exist_gives_nothing() {
    for assignor in Assignor::ALL {
        let assignment = assignor.assign(&[member("a", &["nowhere", "t"]), member("b", &[])], &counts(&[("t", 1)]));
        assert_eq!(told(&assignment), "a: t0, b: ", "{assignor}");
        assert_eq!(told(&assignor.assign(&[member("a", &["nowhere"])], &counts(&[("t", 1)]))), "a: ");
        assert_eq!(assignor.assign(&[], &counts(&[("t", 1)])), Assignment::new());
    }
}

#[test]
fn a_partition_that_moves_is_handed_out_only_in_the_second_rebalance() {
    let owned: Vec<_> = (0..4).map(|partition| TopicPartition::new(topic("t"), partition)).collect();
    let members = [Subscription { owned, generation: 1, ..member("a", &["t"]) }, member("b", &["t"])];
    let partitions = counts(&[("t", 4)]);
    assert_eq!(told(&Assignor::Sticky.assign(&members, &partitions)), "a: t0 t1, b: t2 t3");
    let first = Assignor::CooperativeSticky.assign(&members, &partitions);
    assert_eq!(told(&first), "a: t0 t1, b: ");
    let second = Assignor::CooperativeSticky.assign(&after(&members, &first, 2), &partitions);
    assert_eq!(told(&second), "a: t0 t1, b: t2 t3");
}

#[test]
fn of_two_that_claim_a_partition_the_later_generation_is_believed() {
    let claim = |id: &str, partition, generation| Subscription {
        owned: vec![TopicPartition::new(topic("t"), partition)],
        generation,
        ..member(id, &["t"])
    };
    let partitions = counts(&[("t", 2)]);
    for assignor in STICKY {
        let members = [claim("a", 0, 3), claim("b", 0, 4)];
        assert_eq!(told(&assignor.assign(&members, &partitions)), "a: t1, b: t0", "{assignor}");
    }
    let members = [claim("a", 0, 4), claim("b", 0, 4)];
    assert_eq!(told(&Assignor::CooperativeSticky.assign(&members, &partitions)), "a: , b: t1");
}

#[test]
fn a_chain_of_exchanges_finds_what_single_moves_miss() {
    // Single moves alone can end with a: 3, b: 2, c: 2, d: 1.
    let held = |id: &str, topics: &[&str], owned: &[(&str, u32)]| Subscription {
        owned: owned.iter().map(|(name, partition)| TopicPartition::new(topic(name), *partition)).collect(),
        generation: 1,
        ..member(id, topics)
    };
    let members = [
        held("a", &["ab"], &[("ab", 0), ("ab", 1), ("ab", 2)]),
        held("b", &["ab", "bc"], &[("bc", 0)]),
        held("c", &["bc", "cd"], &[("bc", 1), ("cd", 0), ("cd", 1)]),
        held("d", &["cd"], &[("cd", 2)]),
    ];
    let assignment = Assignor::Sticky.assign(&members, &counts(&[("ab", 3), ("bc", 2), ("cd", 3)]));
    assert!(assignment.values().all(|partitions| partitions.len() == 2), "{}", told(&assignment));
    let before = owned_before(&members);
    assert_eq!(owners(&assignment).iter().filter(|(partition, owner)| before[*partition] != **owner).count(), 2);
}

#[derive(Clone, Debug)]
struct Group {
    members: Vec<Subscription>,
    partitions: BTreeMap<TopicName, u32>,
}

fn any_group(subscribe_alike: bool) -> impl Strategy<Value = Group> {
    let members = proptest::collection::vec((any::<u8>(), proptest::option::of(0_u8..20)), 1..12);
    (members, proptest::collection::vec(0_u32..14, 1..6)).prop_map(move |(wants, counts)| {
        let topics: Vec<TopicName> = (0..counts.len()).map(|at| topic(&format!("t{at}"))).collect();
        let as_member = |(at, (wants, instance)): (usize, &(u8, Option<u8>))| Subscription {
            member_id: format!("m{at}"),
            instance_id: instance.map(|instance| format!("i{instance}-{at}")),
            topics: (topics.iter().enumerate())
                .filter(|(bit, _)| subscribe_alike || (wants >> bit) & 1 == 1)
                .map(|(_, name)| name.clone())
                .collect(),
            owned: vec![],
            generation: -1,
        };
        let members = wants.iter().enumerate().map(as_member).collect();
        Group { members, partitions: topics.iter().cloned().zip(counts).collect() }
    })
}

fn check_all_are_read(group: &Group, assignment: &Assignment) {
    let owners = owners(assignment);
    let mut expected = BTreeSet::new();
    for (topic, &count) in &group.partitions {
        if group.members.iter().any(|member| member.topics.contains(topic)) {
            expected.extend((0..count).map(|partition| TopicPartition::new(topic.clone(), partition)));
        }
    }
    assert_eq!(owners.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for member in &group.members {
        assert!(assignment[&member.member_id].iter().all(|one| member.topics.contains(&one.topic)));
        assert!(assignment[&member.member_id].is_sorted());
    }
}

fn spread(assignment: &Assignment) -> usize {
    let sizes = assignment.values().map(Vec::len);
    sizes.clone().max().unwrap_or(0) - sizes.min().unwrap_or(0)
}

/// How many partitions whose owner still lives and subscribes went to another.
fn moves(members: &[Subscription], assignment: &Assignment) -> usize {
    let owners = owners(assignment);
    let is_moved = |(partition, before): &(TopicPartition, String)| {
        owners.get(partition).is_some_and(|owner| owner != before)
            && members.iter().any(|member| member.member_id == *before && member.topics.contains(&partition.topic))
    };
    owned_before(members).into_iter().filter(is_moved).count()
}

proptest! {
    #[test]
    fn every_partition_is_read_by_one_subscriber(group in any::<bool>().prop_flat_map(any_group)) {
        for assignor in Assignor::ALL {
            check_all_are_read(&group, &settled(assignor, group.members.clone(), &group.partitions));
        }
    }

    #[test]
    fn members_that_want_the_same_get_the_same(group in any_group(true)) {
        for assignor in [Assignor::RoundRobin, Assignor::Sticky, Assignor::CooperativeSticky] {
            let assignment = assignor.assign(&group.members, &group.partitions);
            prop_assert!(spread(&assignment) <= 1, "{assignor}: {}", told(&assignment));
        }
    }

    #[test]
    fn no_single_move_would_make_it_more_even(group in any_group(false)) {
        let assignment = Assignor::Sticky.assign(&group.members, &group.partitions);
        for (partition, owner) in owners(&assignment) {
            for member in group.members.iter().filter(|member| member.topics.contains(&partition.topic)) {
                prop_assert!(assignment[&owner].len() <= assignment[&member.member_id].len() + 1);
            }
        }
    }

    #[test]
    fn nothing_moves_while_nothing_changes(group in any::<bool>().prop_flat_map(any_group)) {
        for assignor in STICKY {
            let before = settled(assignor, group.members.clone(), &group.partitions);
            let again = assignor.assign(&after(&group.members, &before, 5), &group.partitions);
            prop_assert_eq!(before, again);
        }
    }

    #[test]
    fn who_leaves_moves_only_its_own(group in any_group(true), gone in any::<prop::sample::Index>()) {
        for assignor in STICKY {
            let before = settled(assignor, group.members.clone(), &group.partitions);
            let mut left = after(&group.members, &before, 5);
            left.remove(gone.index(left.len()));
            let assignment = assignor.assign(&left, &group.partitions);
            prop_assert_eq!(moves(&left, &assignment), 0);
            prop_assert!(left.is_empty() || spread(&assignment) <= 1);
        }
    }

    #[test]
    fn who_joins_moves_only_what_balance_needs(group in any_group(true)) {
        for assignor in STICKY {
            let (newcomer, present) = group.members.split_last().unwrap();
            let before = settled(assignor, present.to_vec(), &group.partitions);
            let mut joined = after(present, &before, 5);
            joined.push(newcomer.clone());
            let assignment = settled(assignor, joined.clone(), &group.partitions);
            prop_assert!(spread(&assignment) <= 1);
            let of_newcomer = &assignment[&newcomer.member_id];
            prop_assert!(moves(&joined, &assignment) <= of_newcomer.len());
        }
    }

    #[test]
    fn any_change_ends_with_everything_read(group in any_group(false), others in any_group(false), generations in proptest::collection::vec(-1_i32..3, 12)) {
        for assignor in STICKY {
            let before = settled(assignor, group.members.clone(), &group.partitions);
            let mut changed = Group { partitions: others.partitions.clone(), members: after(&others.members, &before, 1) };
            for (member, generation) in changed.members.iter_mut().zip(&generations) {
                member.generation = *generation;
            }
            check_all_are_read(&changed, &settled(assignor, changed.members.clone(), &changed.partitions));
        }
    }
}
