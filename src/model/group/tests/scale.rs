//! A thousand members: a rebalance does work in proportion to them.

use std::time::Duration;

use bytes::Bytes;

use crate::clock::Time;
use crate::model::group::call::{Identity, JoinRequest, Protocol, SyncRequest};
use crate::model::group::{CallId, Effect, Group, GroupConfig, GroupState, Input};

const MEMBERS: u64 = 1_000;

#[test]
fn a_thousand_members_rebalance_and_all_expire() {
    let config = GroupConfig { initial_rebalance_delay: Duration::ZERO, ..GroupConfig::default() };
    let mut group = Group::new("g", config, 1);
    let mut ids = vec![String::new(); 1];
    let first = group.step(Input::Join(CallId(0), join("", 0)), Time::ZERO);
    take_ids(&first, &mut ids);
    for client in 1..MEMBERS {
        group.step(Input::Join(CallId(client), join("", client)), Time::ZERO);
    }
    let joined = group.step(Input::Join(CallId(MEMBERS), join(&ids[0], 0)), Time::ZERO);
    ids.clear();
    take_ids(&joined, &mut ids);
    assert_eq!((ids.len(), group.generation()), (1_000, 2));

    let leader = group.leader().unwrap().to_owned();
    let given: Vec<(String, Bytes)> = ids.iter().map(|id| (id.clone(), Bytes::from(id.clone()))).collect();
    let others = ids.iter().filter(|id| **id != leader);
    for (call, id) in (2 * MEMBERS..).zip(others) {
        assert_eq!(group.step(Input::Sync(CallId(call), sync(id, Vec::new())), Time::ZERO), []);
    }
    let answers = group.step(Input::Sync(CallId(5 * MEMBERS), sync(&leader, given)), Time::ZERO);
    let synced = answers.iter().filter(|effect| matches!(effect, Effect::ReplySync(_, Ok(_)))).count();
    assert_eq!((synced, group.state()), (1_000, GroupState::Stable));
    assert!(group.members().all(|member| member.assignment == member.id.as_bytes()));

    group.step(Input::Tick, Time::from_micros(3_600_000_000));
    assert_eq!((group.members().count(), group.state()), (0, GroupState::Empty));
}

fn take_ids(effects: &[Effect], ids: &mut Vec<String>) {
    let joined = effects.iter().filter_map(|effect| {
        if let Effect::ReplyJoin(_, Ok(response)) = effect { Some(response.member_id.clone()) } else { None }
    });
    *ids = joined.collect();
}

fn join(member_id: &str, client: u64) -> JoinRequest {
    JoinRequest {
        group: "g".to_owned(),
        member_id: member_id.to_owned(),
        instance_id: None,
        client_id: format!("client-{client}"),
        session_timeout: Duration::from_secs(10),
        rebalance_timeout: Duration::from_mins(1),
        protocol_type: "consumer".to_owned(),
        protocols: vec![Protocol { name: "range".to_owned(), metadata: Bytes::new() }],
        require_known_member_id: false,
    }
}

fn sync(member_id: &str, assignments: Vec<(String, Bytes)>) -> SyncRequest {
    let identity = Identity { member_id: member_id.to_owned(), generation: 2, ..Identity::default() };
    SyncRequest { identity, assignments }
}
