//! Plays a script against a group and compares what comes of it, line by line.
//!
//! What can be done: `join a`, `sync a a=x b=y`, `beat a`, `commit a`, `leave a`, `dismiss i` (by instance id),
//! `delete`, `restart`, `tick`. Settings of a client follow its name and stay: `instance=`, `protocols=name:metadata,..`,
//! `session=` and `rebalance=` in seconds, `type=`, `id=` (`-` forgets it), `gen=`, `old` (before KIP-394).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::call::{Identity, JoinRequest, LeaveRequest, Protocol, SyncRequest};
use crate::model::group::{CallId, Effect, Group, GroupConfig, Input, Note};

/// Checks a script; fails with the whole of what happened, so that the difference can be read.
pub fn check(script: &str) {
    check_with(GroupConfig::default(), script);
}

pub fn check_with(config: GroupConfig, script: &str) {
    let mut scene = Scene::new(config);
    let (mut expected, mut happened) = (String::new(), String::new());
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [seconds, action, effects, state] = cells[..] else { panic!("four cells, not {line:?}") };
        let came = scene.play(seconds.parse().unwrap(), action);
        writeln!(expected, "{seconds} | {action} | {effects} | {state}").unwrap();
        writeln!(happened, "{seconds} | {action} | {came} | {}", scene.group.state()).unwrap();
    }
    assert!(expected == happened, "expected:\n{expected}\nhappened:\n{happened}");
}

/// Checks a script that goes on where another ends.
pub fn check_after(prelude: &str, script: &str) {
    check(&format!("{prelude}\n{script}"));
}

struct Scene {
    group: Group,
    config: GroupConfig,
    clients: BTreeMap<String, Client>,
    /// Who waits for an answer to which call.
    calls: BTreeMap<CallId, String>,
    next_call: u64,
    /// Short names of member ids.
    aliases: BTreeMap<String, String>,
    stored: Option<crate::model::group::GroupSnapshot>,
}

struct Client {
    identity: Identity,
    request: JoinRequest,
}

impl Scene {
    fn new(config: GroupConfig) -> Self {
        Self {
            group: Group::new("g", config.clone(), 1),
            config,
            clients: BTreeMap::new(),
            calls: BTreeMap::new(),
            next_call: 0,
            aliases: BTreeMap::new(),
            stored: None,
        }
    }

    fn play(&mut self, seconds: f64, action: &str) -> String {
        let now = Time::ZERO + Duration::from_secs_f64(seconds);
        let mut words = action.split_whitespace();
        let (verb, name) = (words.next().unwrap(), words.next().unwrap_or("nobody").to_owned());
        let rest: Vec<&str> = words.collect();
        if verb != "sync" {
            self.set_up(&name, &rest);
        }
        match verb {
            "commit" => return self.commit(&name, now),
            "restart" => {
                let stored = self.stored.clone().unwrap();
                self.group = Group::restore(stored, self.config.clone(), 2, now);
                return String::new();
            }
            _ => {}
        }
        let input = self.input(verb, &name, &rest);
        let effects = self.group.step(input, now);
        assert!(self.group.next_deadline().is_none_or(|deadline| deadline > now), "a deadline has passed: {action}");
        effects.into_iter().map(|effect| self.describe(effect)).collect::<Vec<_>>().join("; ")
    }

    fn commit(&mut self, name: &str, now: Time) -> String {
        let effects = self.group.step(Input::Tick, now);
        assert!(effects.is_empty(), "let time pass with a tick before a commit");
        outcome(self.group.check_commit(&self.clients[name].identity, now))
    }

    fn set_up(&mut self, name: &str, settings: &[&str]) {
        let client = self.clients.entry(name.to_owned()).or_insert_with(|| Client::new(name));
        for setting in settings {
            let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
            let seconds = || Duration::from_secs(value.parse().unwrap());
            match key {
                "instance" => client.identity.instance_id = Some(value.to_owned()),
                "protocols" => client.request.protocols = value.split(',').map(protocol).collect(),
                "session" => client.request.session_timeout = seconds(),
                "rebalance" => client.request.rebalance_timeout = seconds(),
                "type" => client.request.protocol_type = value.to_owned(),
                "id" => client.identity.member_id = value.trim_matches('-').to_owned(),
                "gen" => client.identity.generation = value.parse().unwrap(),
                "old" => client.request.require_known_member_id = false,
                _ => panic!("no setting {setting:?}"),
            }
        }
    }

    fn input(&mut self, verb: &str, name: &str, rest: &[&str]) -> Input {
        self.next_call += 1;
        let call = CallId(self.next_call);
        if verb != "tick" {
            self.calls.insert(call, name.to_owned());
        }
        let identity = self.clients.get(name).map(|client| client.identity.clone()).unwrap_or_default();
        match verb {
            "join" => Input::Join(call, self.clients[name].join()),
            "sync" => Input::Sync(call, SyncRequest { identity, assignments: self.assignments(rest) }),
            "beat" => Input::Heartbeat(call, identity),
            "leave" => Input::Leave(call, leave(identity.member_id, identity.instance_id)),
            "dismiss" => Input::Leave(call, leave(String::new(), Some(name.to_owned()))),
            "delete" => Input::Delete(call),
            "tick" => Input::Tick,
            _ => panic!("nobody can {verb:?}"),
        }
    }

    fn assignments(&self, words: &[&str]) -> Vec<(String, Bytes)> {
        let find = |alias: &str| {
            let mut known = self.aliases.iter().filter(|(_, known)| *known == alias);
            known.next().map_or_else(|| alias.to_owned(), |(id, _)| id.clone())
        };
        let pair = |word: &&str| {
            let (alias, given) = word.split_once('=').unwrap();
            (find(alias), Bytes::from(given.to_owned()))
        };
        words.iter().map(pair).collect()
    }

    fn describe(&mut self, effect: Effect) -> String {
        match effect {
            Effect::ReplyJoin(call, Ok(response)) => {
                let name = self.answered(call);
                let identity = &mut self.clients.get_mut(&name).unwrap().identity;
                identity.member_id.clone_from(&response.member_id);
                identity.generation = response.generation;
                let members: Vec<String> =
                    response.members.iter().map(|member| self.alias(&member.member_id)).collect();
                let keep = if response.skip_assignment { " keep" } else { "" };
                let me = self.alias(&response.member_id);
                let leader = self.alias(&response.leader);
                let list = if members.is_empty() { String::new() } else { format!(" [{}]", members.join(" ")) };
                format!("{name}<-{me} in {} {} led by {leader}{list}{keep}", response.generation, response.protocol)
            }
            Effect::ReplyJoin(call, Err(refusal)) => {
                let name = self.answered(call);
                if refusal.error == ErrorCode::MemberIdRequired {
                    self.clients.get_mut(&name).unwrap().identity.member_id.clone_from(&refusal.member_id);
                }
                format!("{name}<-{:?}", refusal.error)
            }
            Effect::ReplySync(call, Ok(given)) => {
                format!("{}<-'{}'", self.answered(call), String::from_utf8_lossy(&given))
            }
            Effect::ReplySync(call, Err(error)) => format!("{}<-{error:?}", self.answered(call)),
            Effect::ReplyHeartbeat(call, answer)
            | Effect::ReplyLeave(call, answer)
            | Effect::ReplyDelete(call, answer) => {
                format!("{}<-{}", self.answered(call), outcome(answer))
            }
            Effect::Persist(snapshot) => {
                let members: Vec<String> = snapshot.members.iter().map(|member| self.alias(&member.id)).collect();
                let described = format!("store {} [{}]", snapshot.generation, members.join(" "));
                self.stored = Some(snapshot);
                described
            }
            Effect::Erase => "erase".to_owned(),
            Effect::Note(note) => self.describe_note(&note),
        }
    }

    fn describe_note(&mut self, note: &Note) -> String {
        match note {
            Note::MemberAdded { member, .. } => format!("+{}", self.alias(&member.id)),
            Note::MemberRemoved { member, removal, .. } => format!("-{} {removal}", self.alias(&member.id)),
            Note::MemberReplaced { old_id, member, .. } => {
                format!("{} for {}", self.alias(&member.id), self.alias(old_id))
            }
            Note::RebalanceBegan { generation, reason, .. } => format!("{generation} ends: {reason}"),
            Note::JoinCompleted { generation, members, .. } => format!("{generation} joined by {members}"),
            Note::GenerationCompleted { generation, assignments, .. } => {
                let given = assignments.iter().map(|given| {
                    format!("{}={}", self.alias(&given.member.id), String::from_utf8_lossy(&given.assignment))
                });
                format!("{generation} assigned {}", given.collect::<Vec<_>>().join(" "))
            }
            Note::RebalanceEnded { at, began, .. } => format!("halt of {:?}", *at - *began),
            Note::Emptied { generation, .. } => format!("{generation} empty"),
        }
    }

    /// The client that a reply is for; fails if the call has been answered already.
    fn answered(&mut self, call: CallId) -> String {
        self.calls.remove(&call).expect("a call is answered once")
    }

    /// What a member id begins with, numbered from the second one on.
    fn alias(&mut self, id: &str) -> String {
        if let Some(alias) = self.aliases.get(id) {
            return alias.clone();
        }
        let prefix = &id[..id.len().saturating_sub(37)];
        let same = self.aliases.values().filter(|alias| alias.trim_end_matches(char::is_numeric) == prefix).count();
        let alias = if same == 0 { prefix.to_owned() } else { format!("{prefix}{}", same + 1) };
        self.aliases.insert(id.to_owned(), alias.clone());
        alias
    }
}

impl Client {
    fn new(name: &str) -> Self {
        let request = JoinRequest {
            group: "g".to_owned(),
            member_id: String::new(),
            instance_id: None,
            client_id: name.to_owned(),
            session_timeout: Duration::from_secs(10),
            rebalance_timeout: Duration::from_mins(1),
            protocol_type: "consumer".to_owned(),
            protocols: vec![protocol("range:m")],
            require_known_member_id: true,
        };
        let identity = Identity { group: "g".to_owned(), generation: -1, ..Identity::default() };
        Self { identity, request }
    }

    fn join(&self) -> JoinRequest {
        let Identity { member_id, instance_id, .. } = self.identity.clone();
        JoinRequest { member_id, instance_id, ..self.request.clone() }
    }
}

fn protocol(text: &str) -> Protocol {
    let (name, metadata) = text.split_once(':').unwrap_or((text, ""));
    Protocol { name: name.to_owned(), metadata: Bytes::from(metadata.to_owned()) }
}

fn leave(member_id: String, instance_id: Option<String>) -> LeaveRequest {
    LeaveRequest { group: "g".to_owned(), member_id, instance_id, reason: String::new() }
}

fn outcome(answer: Result<(), ErrorCode>) -> String {
    answer.map_or_else(|error| format!("{error:?}"), |()| "ok".to_owned())
}
