//! How a consumer becomes and stays a member of its group by the classic protocol: join, assign if it
//! leads, sync. What it does with the partitions is the session's business.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Clock;
use crate::model::error::ErrorCode;
use crate::model::group::assign::{Assignor, Subscription};
use crate::model::group::call::{
    Identity, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, Protocol, SyncRequest,
};
use crate::model::group::subscription::{decode_assignment, encode_assignment};
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::GroupSpec;
use crate::workload::backend::Backend;

/// What a member says when it joins.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub name: String,
    pub identity: Identity,
    pub session_timeout: Duration,
    pub rebalance_timeout: Duration,
    pub heartbeat_interval: Duration,
    pub topics: Vec<TopicName>,
    pub owned: Vec<TopicPartition>,
    /// In order of preference.
    pub assignors: Vec<Assignor>,
    /// To be committed as the last thing in the present generation.
    pub farewell: Vec<OffsetCommit>,
}

/// A place in a generation.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub identity: Identity,
    pub assignor: Assignor,
    pub assignment: Vec<TopicPartition>,
    /// Of a leader: the topics and partitions that it divided.
    pub divided: Option<BTreeMap<TopicName, u32>>,
}

/// Why there is no place, and the member id to ask with next.
#[derive(Clone, Debug)]
pub(super) struct NoPlace {
    pub error: ErrorCode,
    pub member_id: String,
}

impl Application {
    pub fn first(name: &str, group: &GroupSpec, instance_id: Option<String>) -> Self {
        let identity = Identity { group: group.name.clone(), member_id: String::new(), instance_id, generation: -1 };
        Self {
            name: name.to_owned(),
            identity,
            session_timeout: group.session_timeout,
            rebalance_timeout: group.rebalance_timeout,
            heartbeat_interval: group.heartbeat_interval,
            topics: group.topics.clone(),
            owned: Vec::new(),
            assignors: vec![group.assignor],
            farewell: Vec::new(),
        }
    }

    /// Joins the next generation and waits for the assignment.
    pub async fn apply<B: Backend>(self, backend: B, clock: Clock) -> Result<Place, NoPlace> {
        if !self.farewell.is_empty() {
            // Refused when the group has gone on without us: then what follows is refused as well.
            let _refused = backend.commit_offsets(self.identity.clone(), self.farewell.clone()).await;
        }
        let answer = match backend.join_group(self.request()).await {
            Ok(answer) => answer,
            Err(refusal) => return Err(NoPlace { error: refusal.error, member_id: self.next_member_id(&refusal) }),
        };
        let identity =
            Identity { member_id: answer.member_id.clone(), generation: answer.generation, ..self.identity.clone() };
        let member_id = answer.member_id.clone();
        let placed = self.sync(&backend, &clock, answer, identity).await;
        placed.map_err(|error| NoPlace {
            error,
            member_id: if error == ErrorCode::UnknownMemberId { String::new() } else { member_id },
        })
    }

    async fn sync<B: Backend>(
        &self,
        backend: &B,
        clock: &Clock,
        answer: JoinResponse,
        identity: Identity,
    ) -> Result<Place, ErrorCode> {
        let assignor = Assignor::from_name(&answer.protocol).ok_or(ErrorCode::InconsistentGroupProtocol)?;
        let leads = answer.leader == answer.member_id;
        let (assignments, divided) =
            if leads { self.divide(backend, assignor, &answer).await? } else { (Vec::new(), None) };
        let assignments = if answer.skip_assignment { Vec::new() } else { assignments };
        let request = SyncRequest { identity: identity.clone(), assignments };
        let bytes = self.wait_for_assignment(backend, clock, request).await?;
        let assignment = if bytes.is_empty() {
            Vec::new()
        } else {
            decode_assignment(&bytes).map_err(|_| ErrorCode::InvalidRecord)?
        };
        Ok(Place { identity, assignor, assignment, divided })
    }

    /// A leader's part: everybody's assignment.
    async fn divide<B: Backend>(
        &self,
        backend: &B,
        assignor: Assignor,
        answer: &JoinResponse,
    ) -> Result<(Vec<(String, Bytes)>, Option<BTreeMap<TopicName, u32>>), ErrorCode> {
        let mut members = Vec::new();
        for member in &answer.members {
            let instance_id = member.instance_id.clone();
            // A member whose wish can't be read gets nothing; the others go on.
            members.extend(Subscription::decode(assignor, member.member_id.clone(), instance_id, &member.metadata));
        }
        let mut topics: Vec<TopicName> = members.iter().flat_map(|member| member.topics.iter().cloned()).collect();
        topics.sort();
        topics.dedup();
        let partitions: BTreeMap<TopicName, u32> =
            backend.metadata(topics).await?.into_iter().map(|topic| (topic.name, topic.partitions)).collect();
        let assignment = assignor.assign(&members, &partitions);
        let bytes = assignment.into_iter().map(|(member, partitions)| (member, encode_assignment(&partitions)));
        Ok((bytes.collect(), Some(partitions)))
    }

    /// A member that waits for its leader sends heartbeats like any other.
    async fn wait_for_assignment<B: Backend>(
        &self,
        backend: &B,
        clock: &Clock,
        request: SyncRequest,
    ) -> Result<Bytes, ErrorCode> {
        let identity = request.identity.clone();
        let mut answer = std::pin::pin!(backend.sync_group(request));
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                () = clock.sleep(self.heartbeat_interval) => {
                    // What is wrong shows in the answer that is waited for.
                    let _refused = backend.heartbeat(identity.clone()).await;
                }
            }
        }
    }

    fn request(&self) -> JoinRequest {
        let Identity { group, member_id, instance_id, generation } = self.identity.clone();
        let subscription = Subscription {
            member_id: member_id.clone(),
            instance_id: instance_id.clone(),
            topics: self.topics.clone(),
            owned: self.owned.clone(),
            generation,
        };
        let offer = |assignor: &Assignor| Protocol {
            name: assignor.name().to_owned(),
            metadata: subscription.encode(*assignor),
        };
        JoinRequest {
            group,
            member_id,
            instance_id,
            client_id: self.name.clone(),
            session_timeout: self.session_timeout,
            rebalance_timeout: self.rebalance_timeout,
            protocol_type: "consumer".to_owned(),
            protocols: self.assignors.iter().map(offer).collect(),
            require_known_member_id: false,
        }
    }

    fn next_member_id(&self, refusal: &crate::model::group::call::JoinError) -> String {
        if refusal.error == ErrorCode::MemberIdRequired {
            refusal.member_id.clone()
        } else if refusal.error == ErrorCode::UnknownMemberId {
            String::new()
        } else {
            self.identity.member_id.clone()
        }
    }
}

/// Leaves the group for good.
pub(super) fn leave_request(identity: &Identity, reason: &str) -> LeaveRequest {
    LeaveRequest {
        group: identity.group.clone(),
        member_id: identity.member_id.clone(),
        instance_id: identity.instance_id.clone(),
        reason: reason.to_owned(),
    }
}
