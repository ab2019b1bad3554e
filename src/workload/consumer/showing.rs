//! What a consumer shows of itself while it runs: its place in the group, its positions and the work that it has
//! begun. Others read it without asking.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::MembershipView;
use super::session::Run;
use crate::clock::Time;
use crate::model::topic::TopicPartition;
use crate::workload::backend::Backend;
use crate::workload::client::ClientStatus;

/// How often positions are shown while nothing else changes.
const PUBLISH_EVERY: Duration = Duration::from_millis(50);

impl<B: Backend> Run<B> {
    pub(super) fn publish(&mut self, now: Time) {
        self.publish_work();
        if now < self.publish_at {
            return;
        }
        self.publish_at = now + PUBLISH_EVERY;
        let identity = &self.standing.application.identity;
        let lane = |(partition, id): (&TopicPartition, &u32)| (partition.clone(), self.lanes[id].position);
        *self.shared.membership() = MembershipView {
            member_id: identity.member_id.clone(),
            generation: identity.generation,
            positions: self.lane_ids.iter().map(lane).collect(),
            heartbeat_at: self.standing.heartbeat_at(),
            in_hand: self.hand.len(),
            failure: None,
        };
    }

    /// What is shown changes with the next round.
    pub(super) fn publish_soon(&mut self) {
        self.publish_at = Time::ZERO;
    }

    /// The client has its assignment, or waits for it.
    pub(super) fn show(&self, status: ClientStatus) {
        self.client.set_status(status);
    }

    /// It is no member any more and has begun nothing; why it gave up stays to be read.
    pub(super) fn publish_end(&self) {
        self.shared.planned_until.store(0, Ordering::Relaxed);
        let mut view = self.shared.membership();
        let failure = view.failure.take();
        *view = MembershipView { generation: -1, failure, ..MembershipView::default() };
    }

    fn publish_work(&self) {
        if let Some((from, until)) = self.hand.planned() {
            self.shared.planned_from.store(from, Ordering::Relaxed);
            self.shared.planned_until.store(until, Ordering::Relaxed);
        } else {
            self.shared.planned_until.store(0, Ordering::Relaxed);
        }
    }
}
