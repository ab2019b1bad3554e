//! One life of a consumer: it belongs to its group, fetches ahead, polls, processes by its schedule and
//! commits. This file is the loop; [`super::belonging`], [`super::reading`] and [`super::committing`] hold
//! what it does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::hand::Hand;
use super::lane::Lane;
use super::membership::{Application, NoPlace, Place, leave_request};
use super::position::{NoPosition, Position, Unresolved};
use super::{MembershipView, Meters, Shared};
use crate::clock::{Clock, Time};
use crate::metrics::ledger::{KeyMark, MemberTag};
use crate::model::error::ErrorCode;
use crate::model::group::assign::Assignor;
use crate::model::group::call::OffsetCommit;
use crate::model::request::FetchedPartition;
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::{ConsumerSpec, GroupSpec};
use crate::workload::backend::Backend;
use crate::workload::faults::{ClientHandle, ClientStatus, OrdersWatch, SessionEnd};
use crate::workload::question::{Question, answer_of};
use crate::workload::service::ServiceTimes;

/// How long a consumer that stops tries to commit and to leave.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(5);

/// How often positions are shown while nothing else changes.
const PUBLISH_EVERY: Duration = Duration::from_millis(50);

/// Partitions with what each gave, or why nothing came.
pub(super) type Fetched = Result<Vec<FetchedPartition>, ErrorCode>;

/// Offsets that were on their way to the broker, and what it said.
#[derive(Debug)]
pub(super) struct Committed {
    /// By partition.
    pub offsets: Vec<(u32, i64)>,
    /// In which they were sent: a refusal says nothing of a later one.
    pub generation: i32,
    pub answer: Result<(), ErrorCode>,
}

/// A poll whose records are in hand.
#[derive(Debug)]
pub(super) struct Poll {
    pub left: usize,
    /// Where each partition of it ends.
    pub ends: Vec<(u32, i64)>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a wish or a fact of its own, true in any combination")]
pub(super) struct Run<B: Backend> {
    pub(super) clock: Clock,
    pub(super) backend: B,
    pub(super) meters: Meters,
    pub(super) shared: Arc<Shared>,
    pub(super) client: ClientHandle,
    pub(super) orders: OrdersWatch,
    pub(super) group: Arc<GroupSpec>,
    has_new_settings: bool,
    pub(super) tag: MemberTag,
    pub(super) unix_millis_at_zero: i64,

    pub(super) hand: Hand,
    pub(super) is_pool: bool,
    pub(super) polls: VecDeque<Poll>,
    pub(super) polled_at: Time,
    /// The partition that the next poll begins with.
    pub(super) turn: u32,
    pub(super) lanes: BTreeMap<u32, Lane>,
    pub(super) lane_ids: BTreeMap<TopicPartition, u32>,
    pub(super) next_lane: u32,
    pub(super) fetch: Option<Question<Fetched>>,
    pub(super) fetch_at: Time,
    pub(super) keys: Vec<KeyMark>,
    pub(super) samples: Vec<(u64, u64)>,

    pub(super) application: Application,
    pub(super) assignor: Option<Assignor>,
    pub(super) wants_to_join: bool,
    pub(super) join_at: Time,
    pub(super) joining: Option<Question<Result<Place, NoPlace>>>,
    /// Given, and taken as soon as nothing is in hand.
    pub(super) place: Option<Place>,
    /// The group has gone on without this member: it may finish what it has in hand, and commit nothing.
    pub(super) is_lost: bool,
    pub(super) heartbeat: Option<Question<Result<(), ErrorCode>>>,
    pub(super) heartbeat_at: Time,
    pub(super) divided: Option<BTreeMap<TopicName, u32>>,
    pub(super) watching: Option<Question<Option<BTreeMap<TopicName, u32>>>>,
    pub(super) watch_at: Time,
    pub(super) leaving: Option<Question<()>>,
    pub(super) unresolved: Unresolved,
    pub(super) resolving: Option<Question<Result<Vec<Position>, NoPosition>>>,
    pub(super) resolve_at: Time,

    pub(super) committing: Option<Question<Committed>>,
    pub(super) commit_at: Time,
    /// Of partitions that were given up, to be committed before the next join.
    pub(super) farewell: Vec<OffsetCommit>,
    /// Polled records wait until their offsets are committed.
    pub(super) is_held: bool,
    pub(super) failure: Option<String>,
    publish_at: Time,
}

impl<B: Backend> Run<B> {
    pub fn new(
        client: &ClientHandle,
        backend: B,
        meters: Meters,
        shared: &Arc<Shared>,
        consumer: &ConsumerSpec,
        seed: u64,
    ) -> Self {
        let clock = client.clock().clone();
        let habits = shared.habits().clone();
        let service = ServiceTimes::new(habits.processing, habits.slow_factor, seed);
        let group = habits.group;
        let application = Application::first(&consumer.name, &group, consumer.instance_id.clone());
        Self {
            unix_millis_at_zero: clock.unix_millis(Time::ZERO),
            backend,
            shared: Arc::clone(shared),
            client: client.clone(),
            orders: client.watch(),
            group,
            has_new_settings: false,
            tag: meters.ledger.new_member(),
            meters,
            hand: Hand::new(service, habits.batch, shared.workers()),
            is_pool: shared.workers() > 1,
            polls: VecDeque::new(),
            polled_at: clock.now(),
            turn: 0,
            lanes: BTreeMap::new(),
            lane_ids: BTreeMap::new(),
            next_lane: 0,
            fetch: None,
            fetch_at: Time::ZERO,
            keys: Vec::new(),
            samples: Vec::new(),
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
            unresolved: Unresolved::new(),
            resolving: None,
            resolve_at: Time::ZERO,
            committing: None,
            commit_at: Time::ZERO,
            farewell: Vec::new(),
            is_held: false,
            failure: None,
            publish_at: Time::ZERO,
            clock,
        }
    }

    pub async fn run(mut self) -> SessionEnd {
        loop {
            let now = self.clock.now();
            self.follow_orders();
            self.settle(now);
            self.belong(now);
            let is_behind = self.work(now);
            self.belong(now);
            self.commit_if_due(now);
            self.fetch_if_due(now);
            self.publish(now);
            if let Some(failure) = self.failure.take() {
                self.shared.membership().failure = Some(failure);
                return SessionEnd::Failed;
            }
            if self.is_ready_to_stop() {
                self.say_farewell().await;
                return SessionEnd::Stopped;
            }
            let wake = if is_behind { now } else { self.next_wake(now) };
            self.wait(wake).await;
        }
    }

    async fn wait(&mut self, wake: Time) {
        tokio::select! {
            biased;
            () = self.orders.changed() => {}
            joined = answer_of(&mut self.joining) => self.joined(joined),
            answer = answer_of(&mut self.heartbeat) => self.heard(answer),
            answer = answer_of(&mut self.committing) => self.committed(answer),
            answer = answer_of(&mut self.resolving) => self.resolved(answer),
            topics = answer_of(&mut self.watching) => self.topics_are(topics.as_ref()),
            () = answer_of(&mut self.leaving) => {}
            answer = answer_of(&mut self.fetch) => self.fetched(answer),
            () = self.clock.sleep_until(wake) => {}
        }
    }

    fn follow_orders(&mut self) {
        if let Some(freeze) = self.orders.take_freeze() {
            self.hand.shift(nanos(freeze.from), freeze.until.since(freeze.from));
        }
        self.has_new_settings |= self.orders.take_settings_change();
        // Records that wait for their commit are finished as they were begun.
        if self.has_new_settings && !self.is_held {
            self.has_new_settings = false;
            self.follow_settings();
        }
    }

    fn follow_settings(&mut self) {
        let habits = self.shared.habits().clone();
        self.hand.service_mut().set(habits.processing, habits.slow_factor);
        self.hand.set_batch(habits.batch);
        let group = habits.group;
        if group.commit != self.group.commit {
            self.commit_at = self.clock.now();
        }
        self.application.heartbeat_interval = group.heartbeat_interval;
        if self.heartbeat_at != Time::MAX {
            self.heartbeat_at = self.heartbeat_at.min(self.clock.now() + group.heartbeat_interval);
        }
        if self.application.topics != group.topics {
            self.application.topics.clone_from(&group.topics);
            self.wants_to_join = true;
        }
        if self.application.assignors.first() != Some(&group.assignor) {
            // Until all members offer the new one, the group works on with the old.
            self.application.assignors = vec![group.assignor];
            self.application.assignors.extend(self.assignor.filter(|old| *old != group.assignor));
            self.wants_to_join = true;
        }
        self.group = group;
    }

    fn next_wake(&self, now: Time) -> Time {
        // What is due and was not done waits for something else, which will wake us.
        let deadlines = [
            self.hand.next_look(nanos(now)).map_or(Time::MAX, |at| Time::from_micros(at.div_ceil(1_000))),
            if self.wants_to_join { self.join_at } else { Time::MAX },
            if self.heartbeat.is_none() { self.heartbeat_at } else { Time::MAX },
            if self.watching.is_none() { self.watch_at } else { Time::MAX },
            if self.unresolved.is_empty() { Time::MAX } else { self.resolve_at },
            self.commit_deadline(),
            self.fetch_deadline(now),
            if self.hand.is_empty() { Time::MAX } else { self.polled_at + self.group.max_poll_interval },
            now + crate::workload::patience::METADATA_REFRESH,
        ];
        deadlines.into_iter().filter(|deadline| *deadline > now).min().unwrap_or(Time::MAX)
    }

    fn is_ready_to_stop(&self) -> bool {
        // A first join on its way is waited for: without the member id it could not be taken back.
        let is_known = self.joining.is_none() || !self.application.identity.member_id.is_empty();
        self.orders.is_stopping() && self.hand.is_empty() && self.committing.is_none() && is_known
    }

    async fn say_farewell(&mut self) {
        self.give_up_all(!self.is_lost);
        let identity = self.application.identity.clone();
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
        self.application.identity.member_id.clear();
    }

    fn publish(&mut self, now: Time) {
        if let Some((from, until)) = self.hand.planned() {
            self.shared.planned_from.store(from, Ordering::Relaxed);
            self.shared.planned_until.store(until, Ordering::Relaxed);
        } else {
            self.shared.planned_until.store(0, Ordering::Relaxed);
        }
        if now < self.publish_at {
            return;
        }
        self.publish_at = now + PUBLISH_EVERY;
        let identity = &self.application.identity;
        let lane = |(partition, id): (&TopicPartition, &u32)| (partition.clone(), self.lanes[id].position);
        *self.shared.membership() = MembershipView {
            member_id: identity.member_id.clone(),
            generation: identity.generation,
            positions: self.lane_ids.iter().map(lane).collect(),
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
}

impl<B: Backend> Drop for Run<B> {
    /// However it ends, what was done by then is counted, and nothing is in its hands any more.
    fn drop(&mut self) {
        let now = self.clock.now();
        self.settle(now);
        for lane in self.lanes.values() {
            lane.book.release(self.tag);
        }
        self.shared.planned_until.store(0, Ordering::Relaxed);
        let mut view = self.shared.membership();
        let failure = view.failure.take();
        *view = MembershipView { generation: -1, failure, ..MembershipView::default() };
    }
}

/// Nanoseconds of the clock.
pub(super) fn nanos(time: Time) -> u64 {
    time.as_micros().saturating_mul(1_000)
}
