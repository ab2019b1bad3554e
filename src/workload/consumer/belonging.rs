//! How a consumer belongs to its group: joins, takes and gives up partitions, shows that it lives, and
//! notices when its topics change.

use std::collections::BTreeMap;

use super::lane::Lane;
use super::membership::{NoPlace, Place, leave_request};
use super::position::{NoPosition, Position, resolve};
use super::session::Run;
use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::group::assign::Assignor;
use crate::model::topic::{TopicName, TopicPartition};
use crate::workload::backend::Backend;
use crate::workload::faults::ClientStatus;
use crate::workload::patience::{LONG_BACKOFF, Loss, METADATA_REFRESH, RETRY_BACKOFF, rejoins_after};

impl<B: Backend> Run<B> {
    /// Does what its membership asks for now.
    pub(super) fn belong(&mut self, now: Time) {
        let is_at_rest = self.hand.is_empty() && !self.is_held && self.committing.is_none();
        if is_at_rest && let Some(place) = self.place.take() {
            self.take_place(place, now);
        }
        let may_join = is_at_rest && self.place.is_none() && self.joining.is_none() && !self.orders.is_stopping();
        if may_join && self.wants_to_join && now >= self.join_at {
            self.join();
        }
        self.leave_if_too_slow(now);
        self.beat_if_due(now);
        self.watch_if_due(now);
        self.resolve_if_due(now);
    }

    pub(super) fn joined(&mut self, answer: Result<Place, NoPlace>) {
        let now = self.clock.now();
        match answer {
            Ok(place) => {
                self.application.identity = place.identity.clone();
                self.heartbeat_at = now + self.group.heartbeat_interval;
                self.place = Some(place);
            }
            Err(NoPlace { error, member_id }) => {
                self.application.identity.member_id = member_id;
                self.try_again(error, now);
            }
        }
        self.publish_soon();
    }

    pub(super) fn heard(&mut self, answer: Result<(), ErrorCode>) {
        if let Err(error) = answer {
            self.refused_as_member(error);
        }
    }

    /// The coordinator doesn't take this member for what it was.
    pub(super) fn refused_as_member(&mut self, error: ErrorCode) {
        if self.joining.is_some() {
            return;
        }
        if error == ErrorCode::RebalanceInProgress {
            self.wants_to_join = true;
        } else if let Some(loss) = Loss::of(error) {
            self.lose(loss);
        } else if error == ErrorCode::FencedInstanceId {
            self.fail("another consumer has taken over its instance id: give each consumer its own");
        }
    }

    pub(super) fn resolved(&mut self, answer: Result<Vec<Position>, NoPosition>) {
        let now = self.clock.now();
        self.resolve_at = now + LONG_BACKOFF;
        match answer {
            Ok(positions) => positions.into_iter().for_each(|position| self.begin_at(position)),
            Err(NoPosition::Refused(_)) => self.resolve_at = now + RETRY_BACKOFF,
            Err(NoPosition::NoReset(partition)) => self.fail(&format!(
                "the group has no valid committed offset for {partition} and auto_offset_reset is none: \
                 commit one, or choose earliest or latest"
            )),
        }
        self.publish_soon();
    }

    pub(super) fn topics_are(&mut self, topics: Option<&BTreeMap<TopicName, u32>>) {
        if topics.is_some() && self.divided.is_some() && topics != self.divided.as_ref() {
            self.wants_to_join = true;
        }
    }

    fn join(&mut self) {
        self.wants_to_join = false;
        let may_keep = |assignor: &Assignor| *assignor == Assignor::CooperativeSticky;
        let is_cooperative =
            self.assignor.as_ref().is_none_or(may_keep) && self.application.assignors.iter().all(may_keep);
        let owned: Vec<_> = self.lane_ids.keys().cloned().collect();
        if self.is_lost {
            self.give_up_all(false);
            self.is_lost = false;
            self.farewell.clear();
        } else if !is_cooperative {
            self.give_up_all(true);
        }
        if self.lanes.is_empty() {
            self.show(ClientStatus::Joining);
        }
        let is_sticky = self.application.assignors.iter().any(|assignor| remembers(*assignor));
        let mut application = self.application.clone();
        application.owned = if is_sticky && application.identity.generation >= 0 { owned } else { Vec::new() };
        application.farewell = std::mem::take(&mut self.farewell);
        self.heartbeat = None;
        self.heartbeat_at = Time::MAX;
        self.joining = Some(Box::pin(application.apply(self.backend.clone(), self.clock.clone())));
        self.publish_soon();
    }

    fn take_place(&mut self, mut place: Place, now: Time) {
        place.assignment.sort();
        let assignment = &place.assignment;
        let is_kept = |partition: &TopicPartition| assignment.binary_search(partition).is_ok();
        let revoked: Vec<u32> =
            self.lane_ids.iter().filter(|(partition, _)| !is_kept(partition)).map(|(_, id)| *id).collect();
        if !revoked.is_empty() {
            // What was given up can go to others only in another rebalance (KIP-429).
            self.wants_to_join = true;
            self.join_at = now;
        }
        for lane in revoked {
            self.give_up(lane, true);
        }
        self.unresolved.retain(|partition, _| is_kept(partition));
        self.resolving = None;
        for partition in &place.assignment {
            if !self.lane_ids.contains_key(partition) {
                self.unresolved.entry(partition.clone()).or_insert(None);
            }
        }
        self.resolve_at = now;
        self.assignor = Some(place.assignor);
        if self.application.assignors.first() == Some(&place.assignor) {
            self.application.assignors.truncate(1);
        }
        self.watch_at = if place.divided.is_some() { now + METADATA_REFRESH } else { Time::MAX };
        self.watching = None;
        self.divided = place.divided;
        self.show(ClientStatus::Running);
        self.publish_soon();
    }

    fn try_again(&mut self, error: ErrorCode, now: Time) {
        self.wants_to_join = true;
        self.join_at = now + rejoins_after(error);
        if let Some(loss) = Loss::of(error) {
            self.lose(loss);
        } else if error == ErrorCode::FencedInstanceId {
            self.refused_as_member(error);
        } else if matches!(error, ErrorCode::InvalidSessionTimeout | ErrorCode::InvalidGroupId) {
            self.fail(&format!("joining group {}: {error}", self.group.name));
        }
    }

    fn lose(&mut self, loss: Loss) {
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

    /// A consumer that takes too long between polls leaves, so that others can have its partitions.
    fn leave_if_too_slow(&mut self, now: Time) {
        let is_member = self.heartbeat_at != Time::MAX;
        let is_overdue = !self.hand.is_empty() && self.polled_at + self.group.max_poll_interval <= now;
        if !is_member || !is_overdue || self.joining.is_some() {
            return;
        }
        let request = leave_request(&self.application.identity, "max.poll.interval.ms was exceeded");
        let backend = self.backend.clone();
        self.leaving = Some(Box::pin(async move {
            let _refused = backend.leave_group(request).await;
        }));
        self.lose(Loss::Membership);
    }

    fn beat_if_due(&mut self, now: Time) {
        if self.heartbeat.is_some() || now < self.heartbeat_at {
            return;
        }
        self.heartbeat_at = now + self.group.heartbeat_interval;
        let (backend, identity) = (self.backend.clone(), self.application.identity.clone());
        self.heartbeat = Some(Box::pin(async move { backend.heartbeat(identity).await }));
    }

    /// The leader looks whether what it divided is still all there is.
    fn watch_if_due(&mut self, now: Time) {
        let Some(divided) = &self.divided else { return };
        if self.watching.is_some() || now < self.watch_at {
            return;
        }
        self.watch_at = now + METADATA_REFRESH;
        let mut topics: Vec<_> = divided.keys().chain(&self.application.topics).cloned().collect();
        topics.sort();
        topics.dedup();
        let backend = self.backend.clone();
        self.watching = Some(Box::pin(async move {
            let topics = backend.metadata(topics).await.ok()?;
            Some(topics.into_iter().map(|topic| (topic.name, topic.partitions)).collect())
        }));
    }

    fn resolve_if_due(&mut self, now: Time) {
        if self.unresolved.is_empty() || self.resolving.is_some() || now < self.resolve_at {
            return;
        }
        let (backend, group) = (self.backend.clone(), self.group.name.clone());
        let question = resolve(backend, group, self.group.auto_offset_reset, self.unresolved.clone());
        self.resolving = Some(Box::pin(question));
    }

    fn begin_at(&mut self, position: Position) {
        let Position { partition, offset, committed, passed_over } = position;
        if self.unresolved.remove(&partition).is_none() {
            return;
        }
        let id = *self.lane_ids.entry(partition.clone()).or_insert_with(|| {
            self.next_lane += 1;
            self.next_lane
        });
        let book = self.meters.ledger.partition(&partition);
        let lane =
            self.lanes.entry(id).or_insert_with(|| Lane::new(id, partition.clone(), book.clone(), offset, committed));
        // The topic may have been deleted and made anew since the lane began.
        lane.book = book;
        lane.reset(offset);
        if let Some((wanted, log_start)) = passed_over {
            lane.book.passed_over(wanted, log_start);
        }
        lane.book.take(self.tag, offset);
        // The fetch on its way doesn't ask for it.
        self.fetch = None;
        self.fetch_at = Time::ZERO;
    }

    fn fail(&mut self, why: &str) {
        self.failure = Some(format!("{}: {why}", self.client.name()));
    }
}

/// Whether an assignor is told what its members own.
fn remembers(assignor: Assignor) -> bool {
    matches!(assignor, Assignor::Sticky | Assignor::CooperativeSticky)
}
