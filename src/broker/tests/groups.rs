//! Groups through the handle: rebalances, sessions, and committed offsets.

use super::*;
use crate::broker::Location;
use crate::model::durability::Durability;
use crate::model::group::GroupState;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, Protocol, SyncRequest,
};

fn join_of(client: &str, member_id: &str) -> JoinRequest {
    JoinRequest {
        group: "billing".to_owned(),
        member_id: member_id.to_owned(),
        instance_id: None,
        client_id: client.to_owned(),
        session_timeout: Duration::from_secs(6),
        rebalance_timeout: Duration::from_mins(1),
        protocol_type: "consumer".to_owned(),
        protocols: vec![Protocol { name: "range".to_owned(), metadata: Bytes::from_static(b"sub") }],
        require_known_member_id: false,
    }
}

async fn join(broker: &BrokerHandle, client: &str, member_id: &str) -> JoinResponse {
    broker.join_group(join_of(client, member_id)).await.unwrap()
}

fn identity(joined: &JoinResponse) -> Identity {
    Identity {
        group: "billing".to_owned(),
        member_id: joined.member_id.clone(),
        instance_id: None,
        generation: joined.generation,
    }
}

/// The leader gives every member its own id as its assignment.
async fn sync(broker: &BrokerHandle, joined: &JoinResponse) -> Bytes {
    let give = |id: &String| (id.clone(), Bytes::copy_from_slice(id.as_bytes()));
    let assignments = joined.members.iter().map(|member| give(&member.member_id)).collect();
    broker.sync_group(SyncRequest { identity: identity(joined), assignments }).await.unwrap()
}

async fn commit(broker: &BrokerHandle, identity: Identity, offset: i64) -> Result<(), ErrorCode> {
    let offset = OffsetCommit { partition: at("orders", 0), offset, metadata: String::new() };
    broker.commit_offsets(identity, vec![offset]).await?.into_iter().collect()
}

#[test]
fn two_members_share_and_one_leaves() {
    simulate(async |clock, broker| {
        let (first, second) = futures::join!(join(&broker, "one", ""), join(&broker, "two", ""));
        assert_eq!(clock.now(), after(6_000), "the first rebalance waits, and longer when somebody comes");
        assert_eq!((first.generation, second.generation), (1, 1));
        let (assigned_first, assigned_second) = futures::join!(sync(&broker, &first), sync(&broker, &second));
        assert_eq!(assigned_first, first.member_id.as_bytes());
        assert_eq!(assigned_second, second.member_id.as_bytes());
        broker.heartbeat(identity(&first)).await.unwrap();

        let (group, member_id) = ("billing".to_owned(), second.member_id.clone());
        let leave = LeaveRequest { group, member_id, instance_id: None, reason: "done".to_owned() };
        broker.leave_group(leave).await.unwrap();
        assert_eq!(broker.heartbeat(identity(&first)).await, Err(ErrorCode::RebalanceInProgress));
        let again = join(&broker, "one", &first.member_id).await;
        assert_eq!((again.generation, again.members.len()), (2, 1));
        sync(&broker, &again).await;

        let view = broker.view().await.unwrap();
        let group = &view.groups[0];
        assert_eq!((group.state, group.generation, group.members.len()), (GroupState::Stable, 2, 1));
        assert_eq!(group.members[0].assignment, first.member_id.as_bytes());
        let [begun, left] = &group.rebalances[..] else { panic!("{:?}", group.rebalances) };
        assert_eq!((begun.generation, begun.number, begun.before.len(), begun.after.len()), (1, 1, 0, 2));
        assert_eq!((left.generation, left.number, left.before.len(), left.after.len()), (2, 2, 2, 1));
        assert_eq!((begun.began, begun.completed), (Time::ZERO, after(6_000)));
        assert_eq!(left.reason, "two left (done)");
        assert!(group.notes.iter().zip(1..).all(|(note, number)| note.number == number));
    });
}

#[test]
fn a_silent_member_goes_at_the_end_of_its_session_to_the_microsecond() {
    simulate(async |clock, broker| {
        let joined = join(&broker, "one", "").await;
        sync(&broker, &joined).await;
        clock.sleep(millis(1_234)).await;
        broker.heartbeat(identity(&joined)).await.unwrap();
        let deadline = clock.now() + Duration::from_secs(6);
        assert_eq!(broker.view().await.unwrap().groups[0].members[0].session_deadline, Some(deadline));
        clock.sleep_until(deadline + Duration::from_millis(1)).await;
        let view = broker.view().await.unwrap();
        let group = &view.groups[0];
        assert_eq!((group.state, group.members.len()), (GroupState::Empty, 0));
        let last = group.rebalances.last().unwrap();
        assert_eq!((last.completed, last.reason.as_str()), (deadline, "session timeout of one"));
        assert_eq!(broker.heartbeat(identity(&joined)).await, Err(ErrorCode::UnknownMemberId));
    });
}

#[test]
fn commits_are_checked_and_known_once_stored() {
    simulate(async |_, broker| {
        make(&broker, "orders", 1).await;
        let joined = join(&broker, "one", "").await;
        sync(&broker, &joined).await;
        commit(&broker, identity(&joined), 5).await.unwrap();
        let old = Identity { generation: 0, ..identity(&joined) };
        assert_eq!(commit(&broker, old, 6).await, Err(ErrorCode::IllegalGeneration));
        let stranger = Identity { member_id: "who".to_owned(), ..identity(&joined) };
        assert_eq!(commit(&broker, stranger, 6).await, Err(ErrorCode::UnknownMemberId));
        let unknown = Identity { group: "other".to_owned(), ..identity(&joined) };
        assert_eq!(commit(&broker, unknown, 6).await, Err(ErrorCode::IllegalGeneration));
        let offset = |topic, metadata: String| OffsetCommit { partition: at(topic, 0), offset: 9, metadata };
        let mixed = vec![offset("orders", "x".repeat(4_097)), offset("gone", String::new())];
        assert_eq!(
            broker.commit_offsets(identity(&joined), mixed).await.unwrap(),
            [Err(ErrorCode::OffsetMetadataTooLarge), Err(ErrorCode::UnknownTopicOrPartition)]
        );
        let known = broker.committed_offsets("billing".to_owned(), vec![at("orders", 0), at("gone", 0)]).await.unwrap();
        let known: Vec<_> =
            known.into_iter().map(|(_, committed)| committed.map(|committed| committed.offset)).collect();
        assert_eq!(known, [Some(5), None]);
        assert_eq!(broker.view().await.unwrap().groups[0].offsets, [(at("orders", 0), 5)]);
        assert_eq!(broker.delete_group("billing".to_owned()).await, Err(ErrorCode::NonEmptyGroup));
    });
}

#[test]
fn refused_calls_leave_no_group_behind_and_a_group_can_be_deleted() {
    simulate(async |_, broker| {
        make(&broker, "orders", 1).await;
        let refused = broker.join_group(join_of("one", "who")).await;
        assert!(matches!(refused, Err(JoinError { error: ErrorCode::UnknownMemberId, .. })), "{refused:?}");
        let nameless = broker.join_group(JoinRequest { group: String::new(), ..join_of("one", "") }).await;
        assert!(matches!(nameless, Err(JoinError { error: ErrorCode::InvalidGroupId, .. })));
        assert!(broker.view().await.unwrap().groups.is_empty());
        assert_eq!(broker.delete_group("billing".to_owned()).await, Err(ErrorCode::GroupIdNotFound));
        let alone = Identity { group: "billing".to_owned(), generation: -1, ..Identity::default() };
        commit(&broker, alone, 3).await.unwrap();
        broker.delete_group("billing".to_owned()).await.unwrap();
        assert!(broker.view().await.unwrap().groups.is_empty());
        assert_eq!(broker.all_committed_offsets("billing".to_owned()).await.unwrap(), []);
    });
}

#[test]
fn a_group_outlives_the_broker_with_its_members() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    let config = BrokerConfig { location, durability: Durability::Immediate, ..BrokerConfig::default() };
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    driver.block_on(async move {
        let broker = Broker::start(clock.clone(), config.clone()).await.unwrap();
        let joined = join(&broker.handle(), "one", "").await;
        sync(&broker.handle(), &joined).await;
        broker.kill().await;
        let broker = Broker::start(clock.clone(), config).await.unwrap();
        let handle = broker.handle();
        handle.heartbeat(identity(&joined)).await.unwrap();
        let view = handle.view().await.unwrap();
        assert_eq!((view.groups[0].generation, view.groups[0].members[0].client_id.as_str()), (1, "one"));
        broker.stop().await.unwrap();
    });
}

#[test]
fn equal_seeds_give_equal_ids() {
    let ids = |seed| {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        simulate_with(BrokerConfig { seed, ..BrokerConfig::default() }, async move |_, broker| {
            let topic = broker.create_topic(name("orders"), 1, TopicConfig::default()).await.unwrap();
            send.send((topic.id, join(&broker, "one", "").await.member_id)).unwrap();
        });
        receive.recv().unwrap()
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1).0, ids(2).0);
    assert_ne!(ids(1).1, ids(2).1);
}
