//! A plan and one of its candidates as an experiment, so that the broker can show what theory and simulation say.
//! It runs nothing.

use std::time::Duration;

use super::choice::Choice;
use super::{runs, words};
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::scenario::plan::{Outage, Plan};
use crate::scenario::{
    Action, ConsumerSpec, Event, Expect, GroupSpec, Keys, Pattern, ProducerSpec, Scenario, TopicSpec,
};

const TOPIC: &str = "load";
const PRODUCER: &str = "arrivals";
const GROUP: &str = "readers";

/// As good as a key of its own for each record.
const OWN_KEYS: Keys = Keys::Uniform { count: 1_000_000_000 };

/// What is done about records without keys.
const EACH_ITS_OWN: &str = " Each record has a key of its own, so that it goes its own way as from very many producers: Kafka's \
    partitioner keeps records without keys of one producer together.";
const ONE_SENDS_A_TRACE: &str =
    " A trace's file has rates of its own that can't be divided: one producer sends it all.";

/// What is asked of every such run.
const EXPECTATION: &str = "readers.lost == 0";

/// The experiment: one topic, the plan's load from one producer, one group that works as the plan says. Where the load
/// has no keys as many producers as the plan names share it, and their partitioner makes runs; where it names none
/// each record gets a key of its own.
pub fn scenario(plan: &Plan, choice: Choice) -> Scenario {
    let topic = TopicName::new(TOPIC).expect("the name is legal");
    let mut scenario = Scenario {
        title: format!(
            "{}: {}, {}",
            plan.title,
            words::of(choice.partitions, "partition"),
            words::of(choice.consumers, "consumer")
        ),
        about: about(plan),
        seed: plan.seed,
        topics: vec![TopicSpec { name: topic.clone(), partitions: choice.partitions, config: TopicConfig::default() }],
        producers: vec![producer(plan, topic.clone())],
        groups: vec![group(plan, topic, choice.consumers)],
        ..Scenario::empty()
    };
    scenario.events = outage(plan, &scenario.groups[0]);
    scenario.expectations = Expect::parse(EXPECTATION, None, &scenario).into_iter().collect();
    scenario
}

/// The same to be run and not to be saved: producers share a trace too, which the file that it is from doesn't say.
pub fn to_measure(plan: &Plan, choice: Choice) -> Scenario {
    let mut scenario = scenario(plan, choice);
    let producer = &mut scenario.producers[0];
    producer.count = senders(plan).unwrap_or(1);
    (producer.rate, producer.pattern) = runs::of_each(plan.produce_rate, &plan.pattern, producer.count);
    scenario
}

/// Whether an experiment is this plan with one of its candidates.
pub fn is_of(scenario: &Scenario, plan: &Plan) -> bool {
    let (Some(topic), Some(group)) = (scenario.topics.first(), scenario.groups.first()) else { return false };
    let consumers = u32::try_from(group.consumers.len()).unwrap_or(u32::MAX);
    *scenario == self::scenario(plan, Choice { partitions: topic.partitions, consumers })
}

/// Records are sent one by one, so that they come as the plan says and not in batches.
fn producer(plan: &Plan, topic: TopicName) -> ProducerSpec {
    let count = if is_indivisible(plan) { 1 } else { senders(plan).unwrap_or(1) };
    let (rate, pattern) = runs::of_each(plan.produce_rate, &plan.pattern, count);
    ProducerSpec {
        count,
        pattern,
        keys: if goes_its_own_way(plan) { OWN_KEYS } else { plan.keys.clone() },
        size: plan.message_size,
        linger: Duration::ZERO,
        ..ProducerSpec::new(PRODUCER, topic, rate)
    }
}

/// Producers, where it makes a difference who sends.
fn senders(plan: &Plan) -> Option<u32> {
    plan.producers.filter(|_| plan.keys == Keys::None)
}

fn goes_its_own_way(plan: &Plan) -> bool {
    plan.keys == Keys::None && plan.producers.is_none()
}

fn is_indivisible(plan: &Plan) -> bool {
    senders(plan).is_some_and(|count| count > 1) && matches!(plan.pattern, Pattern::Trace { .. })
}

fn group(plan: &Plan, topic: TopicName, consumers: u32) -> GroupSpec {
    let work = plan.work();
    let mut group = GroupSpec::new(GROUP, vec![topic], Assignor::CooperativeSticky);
    group.template =
        ConsumerSpec { processing: work.processing, batch: work.batch, workers: work.workers, ..group.template };
    let one = |number| ConsumerSpec { name: group.consumer_name(number), ..group.template.clone() };
    group.consumers = (1..=usize::try_from(consumers).unwrap_or(0)).map(one).collect();
    group
}

/// All consumers stop and come back, where the plan says when. The worst moment may be hours away.
fn outage(plan: &Plan, group: &GroupSpec) -> Vec<Event> {
    let Some(Outage { length, at: Some(at) }) = plan.outage else { return Vec::new() };
    let each = |at: Duration, action: fn(String) -> Action| {
        group.consumers.iter().map(move |consumer| Event { at, action: action(consumer.name.clone()) })
    };
    let stops = each(at, |client| Action::Stop { client });
    stops.chain(each(at.saturating_add(length), |client| Action::Start { client })).collect()
}

fn about(plan: &Plan) -> String {
    let mut about = format!(
        "The plan *{}* on the broker: {} arrive on average, and a consumer takes {}.",
        plan.title,
        words::rate(plan.produce_rate.per_second()),
        words::rate(plan.consumer_per_second())
    );
    if goes_its_own_way(plan) {
        about.push_str(EACH_ITS_OWN);
    }
    if is_indivisible(plan) {
        about.push_str(ONE_SENDS_A_TRACE);
    }
    if plan.outage.is_some_and(|outage| outage.at.is_none()) {
        about.push_str(" Its outage is not on the timeline: stop the consumers when you want to see it.");
    }
    about
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::units::Rate;
    use crate::scenario::{ServiceTime, TracePoint, check, to_toml};

    fn plan() -> Plan {
        Plan {
            title: "checkout".to_owned(),
            seed: 7,
            pattern: Pattern::Diurnal { peak: 2.5, period: Duration::from_hours(24) },
            keys: Keys::Zipf { count: 100, exponent: 0.8 },
            outage: Some(Outage { length: Duration::from_secs(30), at: Some(Duration::from_mins(1)) }),
            ..Plan::default()
        }
    }

    #[test]
    fn the_experiment_is_the_plan_with_one_candidate() {
        let scenario = scenario(&plan(), Choice { partitions: 36, consumers: 28 });
        assert_eq!(scenario.title, "checkout: 36 partitions, 28 consumers");
        assert_eq!((scenario.seed, scenario.topics[0].partitions), (7, 36));
        let producer = &scenario.producers[0];
        assert_eq!((&producer.pattern, &producer.keys), (&plan().pattern, &plan().keys));
        assert_eq!(producer.rate, Rate::from_per_second(1_000.0).unwrap());
        let group = &scenario.groups[0];
        assert_eq!(group.consumers.len(), 28);
        assert_eq!(group.consumers[27].processing, ServiceTime::Exponential { mean: Duration::from_millis(20) });
        assert_eq!(scenario.events.len(), 56, "each consumer stops and comes back");
        assert_eq!(scenario.expectations.len(), 1);
        assert!(is_of(&scenario, &plan()) && !is_of(&scenario, &Plan { seed: 8, ..plan() }));
    }

    #[test]
    fn records_without_keys_come_from_as_many_as_are_named_or_each_have_their_own() {
        let choice = Choice { partitions: 4, consumers: 2 };
        let table = [
            (Keys::None, Some(4), (4, 250.0, Keys::None)),
            (Keys::None, Some(1), (1, 1_000.0, Keys::None)),
            (Keys::None, None, (1, 1_000.0, OWN_KEYS)),
            (plan().keys, Some(4), (1, 1_000.0, plan().keys)),
        ];
        for (keys, producers, expected) in table {
            let plan = Plan { keys, producers, ..plan() };
            let scenario = scenario(&plan, choice);
            let sends = &scenario.producers[0];
            assert_eq!((sends.count, sends.rate.per_second(), sends.keys.clone()), expected, "{producers:?}");
            assert_eq!(scenario.about.contains("key of its own"), sends.keys == OWN_KEYS, "{}", scenario.about);
            assert!(is_of(&scenario, &plan));
        }
        let points = [TracePoint { at: Duration::ZERO, rate: Rate::from_per_second(5.0).unwrap() }];
        let pattern = Pattern::Trace { file: "day.csv".to_owned(), points: points.into() };
        let plan = Plan { keys: Keys::None, producers: Some(4), pattern, ..plan() };
        let scenario = scenario(&plan, choice);
        assert!(scenario.producers[0].count == 1 && scenario.about.contains("can't be divided"), "{}", scenario.about);
        let sends = &to_measure(&plan, choice).producers[0];
        let Pattern::Trace { points, .. } = &sends.pattern else { panic!("{:?}", sends.pattern) };
        assert_eq!((sends.count, points[0].rate.per_second()), (4, 1.25));
    }

    #[test]
    fn it_can_be_saved_and_opened_as_a_scenario() {
        for (keys, producers) in [(plan().keys, None), (Keys::None, None), (Keys::None, Some(7))] {
            let plan = Plan { keys, producers, ..plan() };
            let scenario = scenario(&plan, Choice { partitions: 3, consumers: 2 });
            let no_file = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
            let again = check("", &to_toml(&scenario), no_file).unwrap();
            assert_eq!(again, scenario);
            assert!(is_of(&again, &plan));
        }
    }

    #[test]
    fn an_outage_at_the_worst_moment_is_left_to_the_hand() {
        let outage = Some(Outage { length: Duration::from_secs(30), at: None });
        let scenario = scenario(&Plan { outage, ..plan() }, Choice { partitions: 3, consumers: 2 });
        assert!(scenario.events.is_empty() && scenario.about.contains("not on the timeline"), "{}", scenario.about);
    }
}
