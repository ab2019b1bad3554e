//! One life of a producer: it takes from its schedule whatever is due, gathers it into batches per
//! partition, sends them in order and counts what became of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::lane::{Lane, SealedBatch};
use super::{Demand, Shared, backlog::Backlog};
use crate::clock::{Clock, Time};
use crate::metrics::ledger::Ledger;
use crate::model::batch::encoded_record_len;
use crate::model::error::ErrorCode;
use crate::model::partitioner::{Partitioner, Strategy};
use crate::model::request::{Acks, AppendRequest, Appended};
use crate::model::topic::{TopicName, TopicPartition};
use crate::scenario::{PartitionerKind, ProducerSpec};
use crate::workload::backend::Backend;
use crate::workload::faults::{OrdersWatch, SessionEnd};
use crate::workload::keys::{KeyChooser, SizeChooser};
use crate::workload::pace::Pacer;
use crate::workload::patience::{METADATA_REFRESH, RETRY_BACKOFF};
use crate::workload::payload::PayloadWriter;
use crate::workload::question::{Question, answer_of};

/// Bytes that a producer holds that are not answered yet, as Kafka's `buffer.memory`. Records that are due
/// beyond that wait.
const BUFFER_MEMORY: usize = 32 << 20;

/// How long an answer to one request is awaited, as Kafka's `request.timeout.ms`.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Above so many records per second a producer wakes for many at once, not for each.
const FAST_PER_SECOND: f64 = 10_000.0;

/// How far apart the wake-ups of a fast producer are.
const FAST_GRANULE: Duration = Duration::from_micros(500);

/// How often a producer that can't take what is due counts it.
const COUNT_WAITING: Duration = Duration::from_millis(50);

/// Records taken before what is ready is sent, so that a producer that is far behind doesn't sit on them.
const TAKE_AT_ONCE: usize = 20_000;

/// What a batch that was sent came back with; `None` when no answer came in time.
struct Outcome {
    partition: usize,
    batch: SealedBatch,
    /// With which it was sent: they may have been changed since.
    acks: Acks,
    answer: Option<Result<Appended, ErrorCode>>,
}

pub(super) struct Run<B> {
    pub clock: Clock,
    pub backend: B,
    pub ledger: Arc<Ledger>,
    pub shared: Arc<Shared>,
    pub orders: OrdersWatch,
    spec: Arc<ProducerSpec>,
    demand: Demand,
    seed: u64,
    topic: TopicName,
    acks: Acks,
    linger: Duration,
    batch_size: usize,
    backlog: Backlog,
    keys: KeyChooser,
    sizes: SizeChooser,
    payload: PayloadWriter,
    partitioner: Partitioner,
    ignores_keys: bool,
    number: u32,
    unix_millis_at_zero: i64,
    lanes: Vec<Lane>,
    /// How many partitions there are now: lanes of a topic that was made anew with fewer stay behind.
    partitions: u32,
    sending: FuturesUnordered<Question<Outcome>>,
    buffered_bytes: usize,
    /// Produced, and neither accepted nor failed yet.
    unsettled: u64,
    asking: Option<Question<Option<u32>>>,
    ask_at: Time,
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
        let batch_size = usize::try_from(spec.batch_size).unwrap_or(usize::MAX);
        let pacer = Pacer::new(&demand.pattern, demand.per_second, clock.now(), seed);
        Self {
            clock: clock.clone(),
            backend,
            ledger: Arc::clone(ledger),
            shared: Arc::clone(shared),
            orders,
            topic: spec.topic.clone(),
            acks: spec.acks,
            linger: spec.linger,
            batch_size,
            backlog: Backlog::new(pacer, demand.clone()),
            keys: KeyChooser::new(&spec.keys, seed ^ 1),
            sizes: SizeChooser::new(spec.size, seed ^ 2),
            payload: PayloadWriter::default(),
            ignores_keys: spec.partitioner == PartitionerKind::Sticky,
            partitioner: Partitioner::new(strategy(spec.partitioner), batch_size, seed ^ 3),
            number: 0,
            unix_millis_at_zero: clock.unix_millis(Time::ZERO),
            lanes: Vec::new(),
            partitions: 0,
            sending: FuturesUnordered::new(),
            buffered_bytes: 0,
            unsettled: 0,
            spec,
            demand,
            seed,
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
        if self.orders.take_settings_change() {
            let spec = Arc::clone(&self.shared.spec());
            self.follow(&spec, now);
            self.spec = spec;
        }
    }

    fn follow(&mut self, spec: &ProducerSpec, now: Time) {
        let demand = Demand::of(spec);
        if demand != self.demand {
            self.backlog.change(now, demand.clone());
            self.demand = demand;
        }
        if spec.keys != self.spec.keys {
            self.keys = KeyChooser::new(&spec.keys, self.seed ^ 1);
        }
        if spec.size != self.spec.size {
            self.sizes = SizeChooser::new(spec.size, self.seed ^ 2);
        }
        (self.acks, self.linger) = (spec.acks, spec.linger);
        if (spec.partitioner, spec.batch_size) != (self.spec.partitioner, self.spec.batch_size) {
            self.batch_size = usize::try_from(spec.batch_size).unwrap_or(usize::MAX);
            self.lanes.iter_mut().for_each(|lane| lane.set_batch_size(self.batch_size));
            self.ignores_keys = spec.partitioner == PartitionerKind::Sticky;
            self.partitioner = Partitioner::new(strategy(spec.partitioner), self.batch_size, self.seed ^ 3);
        }
    }

    /// Takes what is due into batches; true when there is more that could be taken at once.
    fn take_due(&mut self, now: Time) -> bool {
        let due = nanos(now);
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

    fn append(&mut self, intended: Time) {
        let size = self.sizes.draw();
        let value = self.payload.write(self.number, intended.as_micros(), size);
        self.number = self.number.wrapping_add(1);
        let key = self.keys.draw();
        let record_bytes = encoded_record_len(key, Some(value), &[]);
        let heeded = key.filter(|_| !self.ignores_keys);
        let lanes = &self.lanes;
        let partition = self.partitioner.partition(heeded, self.partitions, |partition| {
            let lane = &lanes[partition as usize];
            lane.opened.is_some() && lane.builder.fits(record_bytes)
        });
        let lane = &mut self.lanes[partition as usize];
        if !lane.builder.fits(record_bytes) {
            lane.seal();
        }
        let before = lane.opened.map_or(0, |_| lane.builder.len());
        let millis = self.unix_millis_at_zero + i64::try_from(intended.as_micros() / 1_000).unwrap_or(0);
        lane.builder.append(millis, key, Some(value), &[]);
        lane.opened.get_or_insert(intended);
        let grown = lane.builder.len() - before;
        self.buffered_bytes += grown;
        if heeded.is_none() {
            self.partitioner.count(grown);
        }
    }

    fn seal_ripe(&mut self, now: Time) {
        let is_stopping = self.orders.is_stopping();
        for lane in &mut self.lanes {
            if is_stopping || lane.is_ripe(now, self.linger) {
                lane.seal();
            }
        }
    }

    fn send(&mut self, now: Time) {
        for (partition, lane) in (0_u32..).zip(&mut self.lanes) {
            while let Some(batch) = lane.next_to_send(now) {
                if self.acks == Acks::None {
                    lane.book.sent(batch.count);
                    self.shared.accept(&batch);
                    self.unsettled -= u64::from(batch.count);
                }
                let target = TopicPartition::new(self.topic.clone(), partition);
                let request = AppendRequest { partition: target, batch: batch.bytes.clone(), acks: self.acks };
                let (backend, clock, acks) = (self.backend.clone(), self.clock.clone(), self.acks);
                self.sending.push(Box::pin(async move {
                    let answer = tokio::select! {
                        biased;
                        answer = backend.append(request) => Some(answer),
                        () = clock.sleep_until(now + REQUEST_TIMEOUT) => None,
                    };
                    Outcome { partition: partition as usize, batch, acks, answer }
                }));
            }
        }
    }

    fn settle(&mut self, outcome: Outcome) {
        let Outcome { partition, mut batch, acks, answer } = outcome;
        let lane = &mut self.lanes[partition];
        lane.came_back();
        let now = self.clock.now();
        let may_retry = answer.is_none_or(|answer| answer.is_err_and(is_passing));
        match answer {
            Some(Ok(appended)) if acks == Acks::None => {
                if appended.base_offset >= 0 {
                    lane.book.placed(appended.base_offset, batch.count);
                }
            }
            Some(Ok(appended)) => {
                lane.book.acknowledged(appended.base_offset, batch.count);
                self.shared.accept(&batch);
                self.unsettled -= u64::from(batch.count);
            }
            Some(Err(_)) | None if acks == Acks::None => lane.book.never_stored(batch.count),
            Some(Err(_)) | None if may_retry && now + RETRY_BACKOFF < batch.expires => {
                batch.attempts += 1;
                lane.send_again(batch, now + RETRY_BACKOFF);
                self.ask_at = now;
                return;
            }
            Some(Err(_)) | None => {
                add(&self.shared.failed, batch.count as usize);
                self.unsettled -= u64::from(batch.count);
            }
        }
        self.buffered_bytes = self.buffered_bytes.saturating_sub(batch.bytes.len());
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
            self.lanes.push(Lane::new(book, self.batch_size));
        }
    }

    fn next_wake(&self, now: Time) -> Time {
        let mut wake = self.ask_at;
        if self.asking.is_some() {
            wake = now + METADATA_REFRESH;
        }
        for deadline in self.lanes.iter().filter_map(|lane| lane.deadline(self.linger)) {
            wake = wake.min(deadline);
        }
        if !self.orders.is_stopping() {
            wake = wake.min(self.next_arrival(now));
        }
        wake
    }

    fn next_arrival(&self, now: Time) -> Time {
        let next = self.backlog.peek();
        if next <= nanos(now) {
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

impl Shared {
    fn accept(&self, batch: &SealedBatch) {
        add(&self.accepted, batch.count as usize);
        add(&self.accepted_bytes, batch.bytes.len());
    }
}

/// Whether the same request may succeed later.
fn is_passing(error: ErrorCode) -> bool {
    matches!(
        error,
        ErrorCode::RequestTimedOut
            | ErrorCode::UnknownTopicOrPartition
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::BrokerNotAvailable
            | ErrorCode::KafkaStorageError
    )
}

fn strategy(kind: PartitionerKind) -> Strategy {
    match kind {
        // The sticky one is Kafka's, never told of a key.
        PartitionerKind::Default | PartitionerKind::Sticky => Strategy::Default,
        PartitionerKind::RoundRobin => Strategy::RoundRobin,
        PartitionerKind::Explicit(partition) => Strategy::Explicit(partition),
    }
}

fn nanos(time: Time) -> u64 {
    time.as_micros().saturating_mul(1_000)
}

fn add(figure: &AtomicU64, more: usize) {
    figure.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
}
