//! The bytes of Kafka's clients, and what is done with damaged ones.

use proptest::prelude::*;

use super::*;

fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn subscription() -> Subscription {
    Subscription {
        member_id: "a".into(),
        instance_id: None,
        topics: vec![topic("t1"), topic("t2")],
        owned: vec![TopicPartition::new(topic("t1"), 0), TopicPartition::new(topic("t1"), 2)],
        generation: 7,
    }
}

fn decode(assignor: Assignor, bytes: &[u8]) -> Result<Subscription, ConsumerProtocolError> {
    Subscription::decode(assignor, "a".into(), None, bytes)
}

#[test]
fn a_subscription_comes_back_as_it_was_with_every_assignor() {
    for assignor in Assignor::ALL {
        assert_eq!(decode(assignor, &subscription().encode(assignor)), Ok(subscription()), "{assignor}");
    }
}

#[test]
fn a_subscription_for_range_is_written_as_kafka_writes_version_3() {
    let bytes: &[u8] = b"\0\x03\0\0\0\x02\0\x02t1\0\x02t2\xff\xff\xff\xff\
        \0\0\0\x01\0\x02t1\0\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0\x07\xff\xff";
    assert_eq!(subscription().encode(Assignor::Range), bytes);
}

#[test]
fn an_early_sticky_member_keeps_its_partitions_in_user_data() {
    let user_data: &[u8] = b"\0\0\0\x01\0\x02t1\0\0\0\x02\0\0\0\0\0\0\0\x02";
    for (generation, expected) in [(b"".as_slice(), -1), (b"\0\0\0\x07", 7)] {
        let user_data = [user_data, generation].concat();
        let length = u8::try_from(user_data.len()).unwrap();
        let bytes = [b"\0\0\0\0\0\x02\0\x02t1\0\x02t2\0\0\0".as_slice(), &[length], &user_data].concat();
        let expected = Subscription { generation: expected, ..subscription() };
        assert_eq!(decode(Assignor::Sticky, &bytes), Ok(expected));
        assert_eq!(decode(Assignor::Range, &bytes).unwrap().owned, []);
    }
}

#[test]
fn user_data_of_another_make_counts_as_none() {
    let bytes = b"\0\0\0\0\0\x01\0\x02t1\0\0\0\x05hello";
    let read = decode(Assignor::Sticky, bytes).unwrap();
    assert_eq!((read.topics, read.owned, read.generation), (vec![topic("t1")], vec![], -1));
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    let mut bytes = subscription().encode(Assignor::Range).to_vec();
    bytes[1] = 9;
    bytes.extend([1, 2, 3]);
    assert_eq!(decode(Assignor::Range, &bytes), Ok(subscription()));
}

#[test]
fn a_count_that_the_bytes_cannot_bear_out_is_refused() {
    assert_eq!(decode_assignment(b"\0\0\x7f\xff\xff\xff\0\x02t1"), Err(ConsumerProtocolError::Truncated));
    assert_eq!(decode_assignment(b"\0\0\xff\xff\xff\xff"), Err(ConsumerProtocolError::Negative));
    assert_eq!(decode_assignment(b"\xff\xff\0\0\0\0"), Err(ConsumerProtocolError::UnknownVersion(-1)));
}

fn any_partitions() -> impl Strategy<Value = Vec<TopicPartition>> {
    let one = ("[a-z]{1,3}", 0_u32..50).prop_map(|(name, partition)| TopicPartition::new(topic(&name), partition));
    proptest::collection::btree_set(one, 0..20).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #[test]
    fn an_assignment_comes_back_as_it_was(partitions in any_partitions()) {
        prop_assert_eq!(decode_assignment(&encode_assignment(&partitions)), Ok(partitions));
    }

    #[test]
    fn every_truncation_is_an_error(partitions in any_partitions(), cut in any::<prop::sample::Index>()) {
        let bytes = encode_assignment(&partitions);
        prop_assert_eq!(decode_assignment(&bytes[..cut.index(bytes.len())]), Err(ConsumerProtocolError::Truncated));
        for assignor in Assignor::ALL {
            let bytes = Subscription { owned: partitions.clone(), ..subscription() }.encode(assignor);
            let truncated = decode(assignor, &bytes[..cut.index(bytes.len())]);
            prop_assert_eq!(truncated, Err(ConsumerProtocolError::Truncated));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), at in 0_usize..40, to in any::<u8>()) {
        let outcome = decode_assignment(&bytes);
        prop_assert!(bytes.len() >= 10 || outcome.is_err());
        for assignor in Assignor::ALL {
            let mut damaged = subscription().encode(assignor).to_vec();
            damaged[at] = to;
            if let Ok(read) = decode(assignor, &damaged) {
                prop_assert!(read.topics.len() <= 2 && read.owned.len() <= 2);
            }
        }
    }
}
