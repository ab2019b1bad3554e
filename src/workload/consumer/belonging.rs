//! How a consumer belongs to its group: joins, takes and gives up partitions, and leaves. What it knows of its
//! membership is kept in [`super::standing`].

use std::time::Duration;

use super::lane::Lane;
use super::membership::{NoPlace, Place, leave_request};
use super::position::{NoPosition, Position};
use super::session::Run;
use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::topic::TopicPartition;
use crate::workload::backend::Backend;
use crate::workload::client::ClientStatus;
use crate::workload::patience::{LONG_BACKOFF, Loss, RETRY_BACKOFF};

/// How long a consumer that stops tries to commit and to leave.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(5);

impl<B: Backend> Run<B> {
    /// Does what its membership asks for now.
    pub(super) fn belong(&mut self, now: Time) {
        let is_at_rest = self.hand.is_empty() && !self.is_held && self.committing.is_none();
        if is_at_rest && let Some(place) = self.standing.place.take() {
            self.take_place(place, now);
        }
        let may_join = is_at_rest
            && self.standing.place.is_none()
            && self.standing.joining.is_none()
            && !self.orders.is_stopping();
        if may_join && self.standing.wants_to_join && now >= self.standing.join_at {
            self.join();
        }
        self.leave_if_too_slow(now);
        self.standing.beat_if_due(&self.backend, self.group.heartbeat_interval, now);
        self.standing.watch_if_due(&self.backend, now);
        self.search.ask_if_due(&self.backend, &self.group, now);
    }

    pub(super) fn joined(&mut self, answer: Result<Place, NoPlace>) {
        let now = self.clock.now();
        match answer {
            Ok(place) => self.standing.given(place, now + self.group.heartbeat_interval),
            Err(NoPlace { error, member_id }) => {
                self.standing.application.identity.member_id = member_id;
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
        if self.standing.joining.is_some() {
            return;
        }
        if error == ErrorCode::RebalanceInProgress {
            self.standing.wants_to_join = true;
        } else if let Some(loss) = Loss::of(error) {
            self.standing.lose(loss);
        } else if error == ErrorCode::FencedInstanceId {
            self.fail("another consumer has taken over its instance id: give each consumer its own");
        }
    }

    pub(super) fn resolved(&mut self, answer: Result<Vec<Position>, NoPosition>) {
        let now = self.clock.now();
        self.search.ask_at = now + LONG_BACKOFF;
        match answer {
            Ok(positions) => positions.into_iter().for_each(|position| self.begin_at(position)),
            Err(NoPosition::Refused(_)) => self.search.ask_at = now + RETRY_BACKOFF,
            Err(NoPosition::NoReset(partition)) => self.fail(&format!(
                "the group has no valid committed offset for {partition} and auto_offset_reset is none: \
                 commit one, or choose earliest or latest"
            )),
        }
        self.publish_soon();
    }

    fn join(&mut self) {
        let owned: Vec<_> = self.lane_ids.keys().cloned().collect();
        if std::mem::take(&mut self.standing.is_lost) {
            self.give_up_all(false);
            self.farewell.clear();
        } else if !self.standing.is_cooperative() {
            self.give_up_all(true);
        }
        if self.lanes.is_empty() {
            self.show(ClientStatus::Joining);
        }
        let mut application = self.standing.application.clone();
        let tells = self.standing.is_sticky() && application.identity.generation >= 0;
        application.owned = if tells { owned } else { Vec::new() };
        application.farewell = std::mem::take(&mut self.farewell);
        self.standing.join(Box::pin(application.apply(self.backend.clone(), self.clock.clone())));
        self.publish_soon();
    }

    fn take_place(&mut self, place: Place, now: Time) {
        let Place { mut assignment, assignor, divided, .. } = place;
        assignment.sort();
        let is_kept = |partition: &TopicPartition| assignment.binary_search(partition).is_ok();
        let revoked: Vec<u32> =
            self.lane_ids.iter().filter(|(partition, _)| !is_kept(partition)).map(|(_, id)| *id).collect();
        if !revoked.is_empty() {
            // What was given up can go to others only in another rebalance (KIP-429).
            self.standing.wants_to_join = true;
            self.standing.join_at = now;
        }
        for lane in revoked {
            self.give_up(lane, true);
        }
        self.search.begin(&assignment, |partition| self.lane_ids.contains_key(partition), now);
        self.standing.settle(assignor, divided, now);
        self.show(ClientStatus::Running);
        self.publish_soon();
    }

    fn try_again(&mut self, error: ErrorCode, now: Time) {
        self.standing.try_again(error, now);
        if let Some(loss) = Loss::of(error) {
            self.standing.lose(loss);
        } else if error == ErrorCode::FencedInstanceId {
            self.refused_as_member(error);
        } else if matches!(error, ErrorCode::InvalidSessionTimeout | ErrorCode::InvalidGroupId) {
            self.fail(&format!("joining group {}: {error}", self.group.name));
        }
    }

    /// A consumer that takes too long between polls leaves, so that others can have its partitions.
    fn leave_if_too_slow(&mut self, now: Time) {
        let is_overdue = !self.hand.is_empty() && self.polled_at + self.group.max_poll_interval <= now;
        if !self.standing.is_member() || !is_overdue || self.standing.joining.is_some() {
            return;
        }
        let request = leave_request(&self.standing.application.identity, "max.poll.interval.ms was exceeded");
        let backend = self.backend.clone();
        self.standing.leaving = Some(Box::pin(async move {
            let _refused = backend.leave_group(request).await;
        }));
        self.standing.lose(Loss::Membership);
    }

    /// Commits what is left to commit and leaves the group, so that it need not find out.
    pub(super) async fn say_farewell(&mut self) {
        self.give_up_all(!self.standing.is_lost);
        let identity = self.standing.application.identity.clone();
        if identity.member_id.is_empty() {
            return;
        }
        let (backend, offsets) = (self.backend.clone(), std::mem::take(&mut self.farewell));
        let farewell = async {
            if !offsets.is_empty() {
                let _refused = backend.commit_offsets(identity.clone(), offsets).await;
            }
            let _refused = backend.leave_group(leave_request(&identity, "the consumer was stopped")).await;
        };
        tokio::select! {
            biased;
            () = farewell => {}
            () = self.clock.sleep(FAREWELL_TIMEOUT) => {}
        }
        self.standing.application.identity.member_id.clear();
    }

    fn begin_at(&mut self, position: Position) {
        let Position { partition, offset, committed, passed_over } = position;
        if !self.search.take(&partition) {
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
