//! Any interleaving of what clients do, well-behaved or not, with time passing: what must hold at every step.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::call::{Identity, JoinRequest, JoinResponse, LeaveRequest, Protocol, SyncRequest};
use crate::model::group::{CallId, Effect, Group, GroupConfig, GroupState, Input, Note};

const CLIENTS: usize = 7;
const PARTITIONS: u8 = 10;
/// From this client on they are static; the last two share an instance id and fence each other.
const FIRST_STATIC: usize = 4;

#[derive(Clone, Debug)]
enum Act {
    Join {
        with_id: bool,
        changed: bool,
        old: bool,
    },
    Sync,
    /// Hands out assignments without being the leader.
    SyncAsLeader,
    Heartbeat,
    StaleHeartbeat,
    Commit,
    Leave,
    /// The process is replaced by one that knows nothing.
    Forget,
}

fn acts() -> impl Strategy<Value = Vec<(u64, usize, Act)>> {
    let act = prop_oneof![
        6 => (prop::bool::weighted(0.9), prop::bool::weighted(0.2), prop::bool::weighted(0.3))
            .prop_map(|(with_id, changed, old)| Act::Join { with_id, changed, old }),
        6 => Just(Act::Sync),
        1 => Just(Act::SyncAsLeader),
        4 => Just(Act::Heartbeat),
        1 => Just(Act::StaleHeartbeat),
        1 => Just(Act::Commit),
        1 => Just(Act::Leave),
        1 => Just(Act::Forget),
    ];
    let pause = prop_oneof![6 => Just(0_u64), 6 => 1..900_u64, 2 => 900..4_000_u64, 1 => 4_000..20_000_u64];
    prop::collection::vec((pause, 0..CLIENTS, act), 1..160)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_clients_do_the_rules_hold(acts in acts(), seed in any::<u64>()) {
        let mut world = World::new(seed);
        for (pause, client, act) in acts {
            world.now += Duration::from_millis(pause);
            world.act(client, &act);
        }
        world.run_dry();
    }

    #[test]
    fn clients_that_behave_end_up_with_everything_shared_out(acts in acts(), seed in any::<u64>()) {
        let mut world = World::new(seed);
        for (pause, client, act) in acts {
            world.now += Duration::from_millis(pause);
            world.act(client, &act);
        }
        world.behave_until_stable();
    }
}

#[derive(Clone, Debug, Default)]
struct Client {
    identity: Identity,
    version: u8,
    /// The last answer to a join.
    joined: Option<JoinResponse>,
    has_assignment: bool,
    waits: bool,
}

struct World {
    group: Group,
    now: Time,
    clients: Vec<Client>,
    calls: BTreeMap<CallId, usize>,
    next_call: u64,
    generation: i32,
    /// When each member, by id, last called or was answered.
    signs_of_life: BTreeMap<String, Time>,
    halted: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        let config =
            GroupConfig { min_session_timeout: Duration::from_millis(500), max_size: 6, ..GroupConfig::default() };
        let mut world = Self {
            group: Group::new("g", config, seed),
            now: Time::ZERO,
            clients: vec![Client::default(); CLIENTS],
            calls: BTreeMap::new(),
            next_call: 0,
            generation: 0,
            signs_of_life: BTreeMap::new(),
            halted: false,
        };
        (0..CLIENTS).for_each(|client| world.forget(client));
        world
    }

    fn forget(&mut self, client: usize) {
        let instance_id = (client >= FIRST_STATIC).then(|| format!("static-{}", client.min(CLIENTS - 2)));
        let identity = Identity { instance_id, generation: -1, ..Identity::default() };
        self.clients[client] = Client { identity, ..Client::default() };
    }

    fn act(&mut self, client: usize, act: &Act) {
        let identity = self.clients[client].identity.clone();
        match *act {
            Act::Join { with_id, changed, old } => self.join(client, with_id, changed, old),
            Act::Sync => self.sync(client, false),
            Act::SyncAsLeader => self.sync(client, true),
            Act::Heartbeat => self.call(client, |call| Input::Heartbeat(call, identity)),
            Act::StaleHeartbeat => {
                let stale = Identity { generation: identity.generation - 1, ..identity };
                self.call(client, |call| Input::Heartbeat(call, stale));
            }
            Act::Commit => {
                self.step(Input::Tick);
                if self.group.check_commit(&identity, self.now).is_ok() {
                    self.signs_of_life.insert(identity.member_id, self.now);
                }
            }
            Act::Leave => {
                let Identity { member_id, instance_id, .. } = identity;
                let request = LeaveRequest { group: String::new(), member_id, instance_id, reason: String::new() };
                self.call(client, |call| Input::Leave(call, request));
                self.forget(client);
            }
            Act::Forget => self.forget(client),
        }
    }

    fn join(&mut self, client: usize, with_id: bool, changed: bool, old: bool) {
        self.clients[client].version += u8::from(changed);
        let Client { identity, version, .. } = self.clients[client].clone();
        let metadata = Bytes::from(vec![version]);
        let protocol = |name: &str| Protocol { name: name.to_owned(), metadata: metadata.clone() };
        let request = JoinRequest {
            group: String::new(),
            member_id: if with_id { identity.member_id } else { String::new() },
            instance_id: identity.instance_id,
            client_id: format!("client-{client}"),
            session_timeout: Duration::from_millis(2_000 + 300 * u64::try_from(client).unwrap()),
            rebalance_timeout: Duration::from_millis(5_000 - 500 * u64::try_from(client).unwrap()),
            protocol_type: "consumer".to_owned(),
            protocols: vec![
                protocol("range"),
                protocol(if client.is_multiple_of(2) { "sticky" } else { "roundrobin" }),
            ],
            require_known_member_id: !old,
        };
        self.clients[client].waits = true;
        self.call(client, |call| Input::Join(call, request));
    }

    /// The leader deals the partitions out one by one; an impostor claims them all.
    fn sync(&mut self, client: usize, is_impostor: bool) {
        let Client { identity, joined, .. } = self.clients[client].clone();
        let mut assignments = Vec::new();
        if let Some(joined) = joined.filter(|joined| joined.generation == identity.generation) {
            let members = &joined.members;
            let share = |index: usize| {
                (0..PARTITIONS).filter(|p| usize::from(*p) % members.len() == index).collect::<Vec<u8>>()
            };
            assignments
                .extend(members.iter().enumerate().map(|(i, member)| (member.member_id.clone(), share(i).into())));
            if is_impostor && joined.leader != joined.member_id {
                assignments = vec![(joined.member_id, (0..PARTITIONS).collect::<Vec<u8>>().into())];
            }
        }
        self.clients[client].waits = true;
        self.call(client, |call| Input::Sync(call, SyncRequest { identity, assignments }));
    }

    fn call(&mut self, client: usize, input: impl FnOnce(CallId) -> Input) {
        self.next_call += 1;
        let call = CallId(self.next_call);
        self.calls.insert(call, client);
        self.step(input(call));
    }

    fn step(&mut self, input: Input) {
        let identity = match &input {
            Input::Join(_, request) => request.member_id.clone(),
            Input::Sync(_, request) => request.identity.member_id.clone(),
            Input::Heartbeat(_, identity) => identity.member_id.clone(),
            Input::Leave(..) | Input::Delete(_) | Input::Tick => String::new(),
        };
        let waiting = self.group.members().filter(|member| member.is_waiting());
        let waiting: Vec<String> = waiting.map(|member| member.id.clone()).collect();
        let effects = self.group.step(input, self.now);
        // Who was answered has to call again from now on.
        self.signs_of_life.extend(waiting.into_iter().map(|id| (id, self.now)));
        let was_accepted = !effects
            .iter()
            .any(|effect| matches!(effect, Effect::ReplyHeartbeat(_, Err(ErrorCode::IllegalGeneration))));
        if was_accepted && !identity.is_empty() {
            self.signs_of_life.insert(identity, self.now);
        }
        for effect in effects {
            self.take(effect);
        }
        self.check();
    }

    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::ReplyJoin(call, answer) => {
                let client = self.answered(call);
                match answer {
                    Ok(response) => self.take_joined(client, response),
                    Err(refusal) if refusal.error == ErrorCode::MemberIdRequired => {
                        self.clients[client].identity.member_id = refusal.member_id;
                    }
                    Err(refusal) if refusal.error == ErrorCode::UnknownMemberId => {
                        self.clients[client].identity.member_id.clear();
                    }
                    Err(_) => {}
                }
            }
            Effect::ReplySync(call, answer) => {
                let client = self.answered(call);
                self.clients[client].has_assignment = answer.is_ok();
                if answer == Err(ErrorCode::UnknownMemberId) {
                    self.clients[client].identity.member_id.clear();
                }
            }
            Effect::ReplyHeartbeat(call, answer) => {
                let client = self.answered(call);
                if answer == Err(ErrorCode::UnknownMemberId) {
                    self.clients[client].identity.member_id.clear();
                }
            }
            Effect::ReplyLeave(call, _) | Effect::ReplyDelete(call, _) => {
                self.answered(call);
            }
            Effect::Note(Note::RebalanceBegan { .. }) => self.halted = true,
            Effect::Note(Note::RebalanceEnded { at, began, .. }) => {
                assert!(self.halted && at == self.now && began <= at, "an end without a beginning");
                self.halted = false;
            }
            Effect::Note(Note::Emptied { .. }) => self.halted = false,
            Effect::Note(_) | Effect::Persist(_) | Effect::Erase => {}
        }
    }

    fn take_joined(&mut self, client: usize, response: JoinResponse) {
        self.signs_of_life.insert(response.member_id.clone(), self.now);
        let known = &mut self.clients[client];
        known.identity.member_id.clone_from(&response.member_id);
        known.identity.generation = response.generation;
        known.has_assignment = false;
        known.joined = Some(response);
    }

    fn answered(&mut self, call: CallId) -> usize {
        let client = self.calls.remove(&call).expect("a call is answered once");
        self.clients[client].waits = self.calls.values().any(|other| *other == client);
        client
    }

    fn check(&mut self) {
        assert!(self.group.generation() >= self.generation, "the generation fell");
        self.generation = self.group.generation();
        assert_eq!(self.group.halted_since().is_some(), self.halted, "the notes tell another story");
        let waiting = self.group.members().filter(|member| member.is_waiting()).count();
        assert_eq!(waiting, self.calls.len(), "a call was lost, or answered although it waits");
        assert!(self.group.next_deadline().is_none_or(|deadline| deadline > self.now), "a deadline has passed");
        assert_eq!(self.group.members().count() == 0, self.group.leader().is_none(), "members need a leader");
        for member in self.group.members() {
            let seen = self.signs_of_life.get(&member.id).copied().unwrap_or_default();
            let is_alive = member.is_waiting() || self.now < seen.max(member.last_heartbeat) + member.session_timeout;
            assert!(is_alive, "{} has outlived its session", member.id);
        }
        if self.group.state() == GroupState::Stable {
            self.check_assignment();
        }
    }

    fn check_assignment(&self) {
        let mut given: Vec<u8> = self.group.members().flat_map(|member| member.assignment.to_vec()).collect();
        given.sort_unstable();
        assert_eq!(given, (0..PARTITIONS).collect::<Vec<u8>>(), "every partition has one owner");
    }

    /// Nobody calls any more: the group ends up empty, with every call answered.
    fn run_dry(&mut self) {
        self.step(Input::Tick);
        let mut ticks = 0;
        while let Some(deadline) = self.group.next_deadline() {
            assert!(deadline > self.now, "time must pass");
            self.now = deadline;
            self.step(Input::Tick);
            ticks += 1;
            assert!(ticks < 1_000, "a group without calls never ends");
        }
        assert_eq!(self.group.state(), GroupState::Empty);
        assert!(self.calls.is_empty(), "a call waits for ever");
    }

    /// Four clients follow the protocol, the others are gone.
    fn behave_until_stable(&mut self) {
        for _ in 0..400 {
            self.now += Duration::from_millis(200);
            self.step(Input::Tick);
            for client in 0..FIRST_STATIC {
                self.behave(client);
            }
            let running: BTreeSet<&str> = self.group.members().map(|member| member.id.as_str()).collect();
            let wanted = self.clients[..FIRST_STATIC].iter().map(|client| client.identity.member_id.as_str()).collect();
            if self.group.halted_since().is_none() && self.group.state() == GroupState::Stable && running == wanted {
                return;
            }
        }
        panic!("eighty seconds were not enough: {:#?}", self.group);
    }

    fn behave(&mut self, client: usize) {
        let Client { identity, joined, has_assignment, waits, .. } = self.clients[client].clone();
        if waits {
            return;
        }
        let must_join =
            identity.generation != self.group.generation() || self.group.state() == GroupState::PreparingRebalance;
        if must_join || identity.member_id.is_empty() {
            self.join(client, true, false, false);
        } else if joined.is_some() && !has_assignment {
            self.sync(client, false);
        } else {
            self.act(client, &Act::Heartbeat);
        }
    }
}
