//! Where a consumer stands in its group: who it is there, which place it was given, what it has asked, and when it
//! asks next. What it does with its partitions is not known here.

use std::collections::BTreeMap;
use std::time::Duration;

use super::membership::{Application, NoPlace, Place};
use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::scenario::GroupSpec;
use crate::workload::backend::Backend;
use crate::workload::patience::{Loss, METADATA_REFRESH, rejoins_after};
use crate::workload::question::Question;

/// A consumer's standing, in which calls that are on their way are part of it.
pub(super) struct Standing {
    pub application: Application,
    /// By which the partitions were divided last.
    pub assignor: Option<Assignor>,
    pub wants_to_join: bool,
    pub join_at: Time,
    pub joining: Option<Question<Result<Place, NoPlace>>>,
    /// Given, and taken as soon as nothing is in hand.
    pub place: Option<Place>,
    /// The group has gone on without this member: it may finish what it has in hand, and commit nothing.
    pub is_lost: bool,
    pub heartbeat: Option<Question<Result<(), ErrorCode>>>,
    heartbeat_at: Time,
    /// Of a leader: the topics and partitions that it divided.
    divided: Option<BTreeMap<TopicName, u32>>,
    pub watching: Option<Question<Option<BTreeMap<TopicName, u32>>>>,
    watch_at: Time,
    pub leaving: Option<Question<()>>,
}

impl Standing {
    /// Of one that is no member yet and wants to become one.
    pub fn outside(application: Application) -> Self {
        Self {
            application,
            assignor: None,
            wants_to_join: true,
            join_at: Time::ZERO,
            joining: None,
            place: None,
            is_lost: false,
            heartbeat: None,
            heartbeat_at: Time::MAX,
            divided: None,
            watching: None,
            watch_at: Time::MAX,
            leaving: None,
        }
    }

    /// Whether it has a place in a generation and shows that it lives.
    pub fn is_member(&self) -> bool {
        self.heartbeat_at != Time::MAX
    }

    /// When the next sign of life is due; `None` while nobody waits for one.
    pub fn heartbeat_at(&self) -> Option<Time> {
        Some(self.heartbeat_at).filter(|at| *at != Time::MAX)
    }

    /// Whether the group knows it by an id.
    pub fn has_id(&self) -> bool {
        !self.application.identity.member_id.is_empty()
    }

    /// Whether a rebalance takes nothing from its members that they keep.
    pub fn is_cooperative(&self) -> bool {
        let mut assignors = self.assignor.iter().chain(&self.application.assignors);
        assignors.all(|assignor| *assignor == Assignor::CooperativeSticky)
    }

    /// Whether an assignor that it offers is told what it owns.
    pub fn is_sticky(&self) -> bool {
        let remembers = |assignor: &Assignor| matches!(assignor, Assignor::Sticky | Assignor::CooperativeSticky);
        self.application.assignors.iter().any(remembers)
    }

    /// When something is to be asked that isn't asked yet.
    pub fn deadlines(&self) -> [Time; 3] {
        [
            if self.wants_to_join { self.join_at } else { Time::MAX },
            if self.heartbeat.is_none() { self.heartbeat_at } else { Time::MAX },
            if self.watching.is_none() { self.watch_at } else { Time::MAX },
        ]
    }

    /// Other settings of its group: some of them the others must hear of.
    pub fn follow(&mut self, group: &GroupSpec, now: Time) {
        let application = &mut self.application;
        application.heartbeat_interval = group.heartbeat_interval;
        if self.heartbeat_at != Time::MAX {
            self.heartbeat_at = self.heartbeat_at.min(now + group.heartbeat_interval);
        }
        if application.topics != group.topics {
            application.topics.clone_from(&group.topics);
            self.wants_to_join = true;
        }
        if application.assignors.first() != Some(&group.assignor) {
            // Until all members offer the new one, the group works on with the old.
            application.assignors = vec![group.assignor];
            application.assignors.extend(self.assignor.filter(|old| *old != group.assignor));
            self.wants_to_join = true;
        }
    }

    /// Joins with what `application` says.
    pub fn join(&mut self, joining: Question<Result<Place, NoPlace>>) {
        self.wants_to_join = false;
        self.heartbeat = None;
        self.heartbeat_at = Time::MAX;
        self.joining = Some(joining);
    }

    /// It has a place, and takes it when it can.
    pub fn given(&mut self, place: Place, first_heartbeat: Time) {
        self.application.identity = place.identity.clone();
        self.heartbeat_at = first_heartbeat;
        self.place = Some(place);
    }

    /// It joins again after a while.
    pub fn try_again(&mut self, error: ErrorCode, now: Time) {
        self.wants_to_join = true;
        self.join_at = now + rejoins_after(error);
    }

    /// It has taken a place: by which assignor, and what it divided if it leads.
    pub fn settle(&mut self, assignor: Assignor, divided: Option<BTreeMap<TopicName, u32>>, now: Time) {
        self.assignor = Some(assignor);
        if self.application.assignors.first() == Some(&assignor) {
            self.application.assignors.truncate(1);
        }
        self.watch_at = if divided.is_some() { now + METADATA_REFRESH } else { Time::MAX };
        self.watching = None;
        self.divided = divided;
    }

    pub fn lose(&mut self, loss: Loss) {
        self.is_lost = true;
        self.wants_to_join = true;
        self.place = None;
        self.application.identity.generation = -1;
        if loss == Loss::Membership {
            self.application.identity.member_id.clear();
        }
        self.heartbeat_at = Time::MAX;
        self.heartbeat = None;
        self.divided = None;
        self.watch_at = Time::MAX;
    }

    pub fn beat_if_due<B: Backend>(&mut self, backend: &B, interval: Duration, now: Time) {
        if self.heartbeat.is_some() || now < self.heartbeat_at {
            return;
        }
        self.heartbeat_at = now + interval;
        let (backend, identity) = (backend.clone(), self.application.identity.clone());
        self.heartbeat = Some(Box::pin(async move { backend.heartbeat(identity).await }));
    }

    /// The leader looks whether what it divided is still all there is.
    pub fn watch_if_due<B: Backend>(&mut self, backend: &B, now: Time) {
        let Some(divided) = &self.divided else { return };
        if self.watching.is_some() || now < self.watch_at {
            return;
        }
        self.watch_at = now + METADATA_REFRESH;
        let mut topics: Vec<_> = divided.keys().chain(&self.application.topics).cloned().collect();
        topics.sort();
        topics.dedup();
        let backend = backend.clone();
        self.watching = Some(Box::pin(async move {
            let topics = backend.metadata(topics).await.ok()?;
            Some(topics.into_iter().map(|topic| (topic.name, topic.partitions)).collect())
        }));
    }

    /// The leader has looked.
    pub fn topics_are(&mut self, topics: Option<&BTreeMap<TopicName, u32>>) {
        if topics.is_some() && self.divided.is_some() && topics != self.divided.as_ref() {
            self.wants_to_join = true;
        }
    }
}
