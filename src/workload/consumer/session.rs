//! One life of a consumer: it belongs to its group, fetches ahead, polls, processes by its schedule and
//! commits. This file is the loop; [`super::belonging`], [`super::reading`], [`super::committing`] and
//! [`super::showing`] hold what it does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::committing::Committed;
use super::hand::Hand;
use super::lane::Lane;
use super::membership::Application;
use super::position::Search;
use super::reading::{Fetched, Poll};
use super::standing::Standing;
use super::{Meters, Shared};
use crate::clock::{Clock, Time};
use crate::metrics::ledger::{KeyMark, MemberTag};
use crate::model::group::call::OffsetCommit;
use crate::model::topic::TopicPartition;
use crate::scenario::{ConsumerSpec, GroupSpec};
use crate::workload::backend::Backend;
use crate::workload::client::ClientHandle;
use crate::workload::orders::OrdersWatch;
use crate::workload::patience::METADATA_REFRESH;
use crate::workload::question::{Question, answer_of};
use crate::workload::service::ServiceTimes;
use crate::workload::supervisor::SessionEnd;

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

    pub(super) standing: Standing,
    pub(super) search: Search,

    pub(super) committing: Option<Question<Committed>>,
    pub(super) commit_at: Time,
    /// Of partitions that were given up, to be committed before the next join.
    pub(super) farewell: Vec<OffsetCommit>,
    /// Polled records wait until their offsets are committed.
    pub(super) is_held: bool,
    pub(super) failure: Option<String>,
    pub(super) publish_at: Time,
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
            standing: Standing::outside(application),
            search: Search::nothing(),
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
            joined = answer_of(&mut self.standing.joining) => self.joined(joined),
            answer = answer_of(&mut self.standing.heartbeat) => self.heard(answer),
            answer = answer_of(&mut self.committing) => self.committed(answer),
            answer = answer_of(&mut self.search.asking) => self.resolved(answer),
            topics = answer_of(&mut self.standing.watching) => self.standing.topics_are(topics.as_ref()),
            () = answer_of(&mut self.standing.leaving) => {}
            answer = answer_of(&mut self.fetch) => self.fetched(answer),
            () = self.clock.sleep_until(wake) => {}
        }
    }

    fn follow_orders(&mut self) {
        if let Some(freeze) = self.orders.take_freeze() {
            self.hand.shift(freeze.from.as_nanos(), freeze.until.since(freeze.from));
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
        self.standing.follow(&group, self.clock.now());
        self.group = group;
    }

    fn next_wake(&self, now: Time) -> Time {
        // What is due and was not done waits for something else, which will wake us.
        let [join_at, heartbeat_at, watch_at] = self.standing.deadlines();
        let deadlines = [
            self.hand.next_look(now.as_nanos()).map_or(Time::MAX, |at| Time::from_micros(at.div_ceil(1_000))),
            join_at,
            heartbeat_at,
            watch_at,
            self.search.deadline(),
            self.commit_deadline(),
            self.fetch_deadline(now),
            if self.hand.is_empty() { Time::MAX } else { self.polled_at + self.group.max_poll_interval },
            now + METADATA_REFRESH,
        ];
        deadlines.into_iter().filter(|deadline| *deadline > now).min().unwrap_or(Time::MAX)
    }

    fn is_ready_to_stop(&self) -> bool {
        // A first join on its way is waited for: without the member id it could not be taken back.
        let is_known = self.standing.joining.is_none() || self.standing.has_id();
        self.orders.is_stopping() && self.hand.is_empty() && self.committing.is_none() && is_known
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
        self.publish_end();
    }
}
