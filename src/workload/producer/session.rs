//! One life of a producer: it takes from its schedule whatever is due and gathers it into batches per
//! partition. This file is the loop; [`super::records`] draws what is sent, [`super::sending`] sends it and
//! counts what became of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::backlog::Backlog;
use super::lane::Lane;
use super::records::RecordSource;
use super::sending::Outcome;
use super::{Demand, Shared, add, batch_bytes};
use crate::clock::{Clock, Time};
use crate::metrics::ledger::Ledger;
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::ProducerSpec;
use crate::workload::backend::Backend;
use crate::workload::orders::OrdersWatch;
use crate::workload::pace::Pacer;
use crate::workload::patience::{METADATA_REFRESH, RETRY_BACKOFF};
use crate::workload::question::{Question, answer_of};
use crate::workload::supervisor::SessionEnd;

/// Bytes that a producer holds that are not answered yet, as Kafka's `buffer.memory`. Records that are due
/// beyond that wait.
const BUFFER_MEMORY: usize = 32 << 20;

/// Above so many records per second a producer wakes for many at once, not for each.
const FAST_PER_SECOND: f64 = 10_000.0;

/// How far apart the wake-ups of a fast producer are.
const FAST_GRANULE: Duration = Duration::from_micros(500);

/// How often a producer that can't take what is due counts it.
const COUNT_WAITING: Duration = Duration::from_millis(50);

/// Records taken before what is ready is sent, so that a producer that is far behind doesn't sit on them.
const TAKE_AT_ONCE: usize = 20_000;

pub(super) struct Run<B> {
    pub(super) clock: Clock,
    pub(super) backend: B,
    ledger: Arc<Ledger>,
    pub(super) shared: Arc<Shared>,
    orders: OrdersWatch,
    pub(super) spec: Arc<ProducerSpec>,
    /// Of its beginning: a producer stays with its topic.
    pub(super) topic: TopicName,
    backlog: Backlog,
    records: RecordSource,
    unix_millis_at_zero: i64,
    pub(super) lanes: Vec<Lane>,
    /// How many partitions there are now: lanes of a topic that was made anew with fewer stay behind.
    partitions: u32,
    pub(super) sending: FuturesUnordered<Question<Outcome>>,
    pub(super) buffered_bytes: usize,
    /// Produced, and neither accepted nor failed yet.
    pub(super) unsettled: u64,
    asking: Option<Question<Option<u32>>>,
    pub(super) ask_at: Time,
}

impl<B: Backend> Run<B> {
    pub fn new(
        clock: &Clock,
        backend: B,
        ledger: &Arc<Ledger>,
        shared: &Arc<Shared>,
        orders: OrdersWatch,
        seed: u64,
    ) -> Self {
        let spec = Arc::clone(&shared.spec());
        let demand = Demand::of(&spec);
        let pacer = Pacer::new(&demand.pattern, demand.per_second, clock.now(), seed);
        Self {
            clock: clock.clone(),
            backend,
            ledger: Arc::clone(ledger),
            shared: Arc::clone(shared),
            orders,
            topic: spec.topic.clone(),
            backlog: Backlog::new(pacer, demand),
            records: RecordSource::new(&spec, seed),
            unix_millis_at_zero: clock.unix_millis(Time::ZERO),
            lanes: Vec::new(),
            partitions: 0,
            sending: FuturesUnordered::new(),
            buffered_bytes: 0,
            unsettled: 0,
            spec,
            asking: None,
            ask_at: Time::ZERO,
        }
    }

    pub async fn run(mut self) -> SessionEnd {
        loop {
            let now = self.clock.now();
            self.follow_settings(now);
            self.ask_for_partitions(now);
            let is_behind = self.take_due(now);
            self.seal_ripe(now);
            self.send(now);
            if self.orders.is_stopping() && self.lanes.iter().all(Lane::is_idle) {
                return SessionEnd::Stopped;
            }
            let wake = if is_behind { now } else { self.next_wake(now) };
            tokio::select! {
                biased;
                () = self.orders.changed() => {}
                Some(outcome) = self.sending.next(), if !self.sending.is_empty() => self.settle(outcome),
                count = answer_of(&mut self.asking) => self.partitions_are(count),
                () = self.clock.sleep_until(wake) => {}
            }
        }
    }

    fn follow_settings(&mut self, now: Time) {
        // A freeze shifts nothing here: what was due meanwhile is sent late, and says since when it was due.
        let _frozen = self.orders.take_freeze();
        if !self.orders.take_settings_change() {
            return;
        }
        let spec = Arc::clone(&self.shared.spec());
        self.backlog.follow(now, Demand::of(&spec));
        self.records.follow(&self.spec, &spec);
        if (spec.partitioner, spec.batch_size) != (self.spec.partitioner, self.spec.batch_size) {
            self.lanes.iter_mut().for_each(|lane| lane.set_batch_size(batch_bytes(&spec)));
        }
        self.spec = spec;
    }

    /// Takes what is due into batches; true when there is more that could be taken at once.
    fn take_due(&mut self, now: Time) -> bool {
        let due = now.as_nanos();
        let mut taken = 0;
        let is_open = self.partitions > 0 && !self.orders.is_stopping();
        while is_open && taken < TAKE_AT_ONCE && self.buffered_bytes < BUFFER_MEMORY {
            let intended = self.backlog.peek();
            if intended > due {
                break;
            }
            self.backlog.take();
            self.append(Time::from_micros(intended / 1_000));
            taken += 1;
        }
        add(&self.shared.produced, taken);
        self.unsettled += u64::try_from(taken).unwrap_or(u64::MAX);
        let waiting = if self.orders.is_stopping() { 0 } else { self.backlog.count_due(due) };
        self.shared.waiting.store(waiting, Ordering::Relaxed);
        taken == TAKE_AT_ONCE
    }

    /// Draws the next record and puts it into its partition's open batch.
    fn append(&mut self, intended: Time) {
        let lanes = &self.lanes;
        let record = self.records.draw(intended, self.partitions, |partition, len| {
            let lane = &lanes[partition as usize];
            lane.opened.is_some() && lane.builder.fits(len)
        });
        let lane = &mut self.lanes[record.partition as usize];
        if !lane.builder.fits(record.encoded_len) {
            lane.seal();
        }
        let before = lane.opened.map_or(0, |_| lane.builder.len());
        let millis = self.unix_millis_at_zero + i64::try_from(intended.as_micros() / 1_000).unwrap_or(0);
        lane.builder.append(millis, record.key, Some(record.value), &[]);
        lane.opened.get_or_insert(intended);
        let (grown, is_bound) = (lane.builder.len() - before, record.is_bound);
        self.buffered_bytes += grown;
        if !is_bound {
            self.records.count_unbound(grown);
        }
    }

    fn seal_ripe(&mut self, now: Time) {
        let is_stopping = self.orders.is_stopping();
        for lane in &mut self.lanes {
            if is_stopping || lane.is_ripe(now, self.spec.linger) {
                lane.seal();
            }
        }
    }

    fn ask_for_partitions(&mut self, now: Time) {
        if self.asking.is_some() || now < self.ask_at {
            return;
        }
        self.ask_at = now + if self.partitions == 0 { RETRY_BACKOFF } else { METADATA_REFRESH };
        let (backend, topic) = (self.backend.clone(), self.topic.clone());
        self.asking = Some(Box::pin(async move {
            let topics = backend.metadata(vec![topic.clone()]).await.ok()?;
            Some(topics.iter().find(|known| known.name == topic).map_or(0, |known| known.partitions))
        }));
    }

    fn partitions_are(&mut self, count: Option<u32>) {
        let Some(count) = count else { return };
        self.partitions = count;
        while self.lanes.len() < count as usize {
            let partition = u32::try_from(self.lanes.len()).expect("fewer lanes than a count of partitions");
            let book = self.ledger.accepted(&TopicPartition::new(self.topic.clone(), partition));
            self.lanes.push(Lane::new(book, batch_bytes(&self.spec)));
        }
    }

    fn next_wake(&self, now: Time) -> Time {
        let mut wake = self.ask_at;
        if self.asking.is_some() {
            wake = now + METADATA_REFRESH;
        }
        for deadline in self.lanes.iter().filter_map(|lane| lane.deadline(self.spec.linger)) {
            wake = wake.min(deadline);
        }
        if !self.orders.is_stopping() {
            wake = wake.min(self.next_arrival(now));
        }
        wake
    }

    fn next_arrival(&self, now: Time) -> Time {
        let next = self.backlog.peek();
        if next <= now.as_nanos() {
            return now + COUNT_WAITING;
        }
        // Rounded up: awake a fraction of a microsecond early there would be nothing due.
        let next = Time::from_micros(next.div_ceil(1_000));
        if self.backlog.per_second() > FAST_PER_SECOND { next.max(now + FAST_GRANULE) } else { next }
    }
}

impl<B> Drop for Run<B> {
    /// What is neither accepted nor failed when a producer ends, ends with it: nobody will hear of it.
    fn drop(&mut self) {
        for lane in &mut self.lanes {
            drop(lane.give_up());
        }
        self.shared.failed.fetch_add(self.unsettled, Ordering::Relaxed);
        self.shared.waiting.store(0, Ordering::Relaxed);
    }
}
