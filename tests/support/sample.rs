//! Snapshots as the lab would publish them, with made-up but consistent figures, and a link to nowhere
//! that remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use logyard::clock::Time;
use logyard::lab::command::Source;
use logyard::lab::snapshot::{
    BrokerState, ClientStatus, ClockState, ConfigEntry, ExperimentState, GroupHistory, GroupPartitionState, GroupView,
    History, MemberState, Notice, PartitionState, ProducerState, Severity, TopicState,
};
use logyard::lab::{Command, Desk, LabLink, Snapshot};
use logyard::metrics::figures::{Drain, LatencyMillis, LedgerCounts, Rebalance, RebalanceTotals};
use logyard::model::group::assign::Assignor;
use logyard::model::topic::{TopicName, TopicPartition};
use logyard::planner::sweep::Trial;

/// A lab that shows what it is given and keeps what it is asked.
pub struct Fake {
    snapshot: Mutex<Arc<Snapshot>>,
    asked: Mutex<Vec<Command>>,
    desk: Desk,
}

impl Fake {
    pub fn new(snapshot: Snapshot) -> Arc<Self> {
        Self::with_desk(snapshot, Desk::inline(trial()))
    }

    /// With a desk of its own.
    pub fn with_desk(snapshot: Snapshot, desk: Desk) -> Arc<Self> {
        Arc::new(Self { snapshot: Mutex::new(Arc::new(snapshot)), asked: Mutex::default(), desk })
    }

    pub fn asked(&self) -> Vec<Command> {
        self.asked.lock().unwrap().clone()
    }

    /// Publishes a changed snapshot.
    pub fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut held = self.snapshot.lock().unwrap();
        let mut next = (**held).clone();
        next.revision += 1;
        change(&mut next);
        *held = Arc::new(next);
    }
}

impl LabLink for Fake {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().unwrap())
    }

    fn send(&self, command: Command) {
        self.asked.lock().unwrap().push(command);
    }

    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn set_waker(&self, _: Arc<dyn Fn() + Send + Sync>) {}
}

/// So little is simulated that a test needs not wait for it.
fn trial() -> Trial {
    Trial { span: Some(Duration::from_secs(5)) }
}

pub fn tp(topic: &str, partition: u32) -> TopicPartition {
    TopicPartition::new(TopicName::new(topic).unwrap(), partition)
}

fn index(value: u64) -> usize {
    usize::try_from(value).unwrap()
}

fn seconds(value: u64) -> Time {
    Time::from_micros(value * 1_000_000)
}

/// Three producers outrun a group of four (and one that joins); a second group keeps up.
pub fn backlog() -> Snapshot {
    sized(8, 4, true)
}

/// The same with as many partitions and consumers as asked for, in the first group.
pub fn sized(partitions: u32, consumers: u32, with_joining: bool) -> Snapshot {
    let lags = [3_120, 2_980, 410, 388, 2_710, 60, 1_890, 2_650];
    let per_partition = 3_312.0 / f64::from(partitions);
    let states = (0..partitions).map(|id| PartitionState {
        id,
        log_start_offset: 0,
        high_watermark: 39_000 + i64::from(id % 7) * 130,
        log_end_offset: 39_000 + i64::from(id % 7) * 130,
        bytes: 18_500_000,
        records_in_per_second: per_partition,
    });
    let orders = TopicState {
        name: "orders".into(),
        records_in_per_second: 3_312.0,
        partitions: states.collect(),
        config: vec![ConfigEntry { key: "retention.ms", value: "86400000".into(), is_default: false }],
    };
    let dead_letters = TopicState {
        name: "orders.dlq".into(),
        partitions: vec![PartitionState {
            high_watermark: 41,
            log_end_offset: 41,
            bytes: 52_000,
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut snapshot = Snapshot {
        revision: 1,
        experiment: ExperimentState {
            title: "A burst outruns billing".into(),
            about: "Three producers send more than four consumers can take.".into(),
            source: Source::File("orders-backlog.toml".into()),
            seed: 7,
            edited: true,
            ..Default::default()
        },
        clock: ClockState {
            time: Time::from_micros(257_300_000),
            speed: 1.0,
            paused: false,
            idle: false,
            late: None,
            reached: None,
        },
        broker: BrokerState {
            durability: "immediate".into(),
            records_in_per_second: 3_312.0,
            bytes_in_per_second: 2.9e6,
            commit_p99_millis: Some(1.1),
            store_bytes: 148_000_000,
            back_pressured: 0,
            failure: None,
            ..Default::default()
        },
        topics: vec![orders, dead_letters],
        removed_producers: Vec::new(),
        producers: vec![producer("web", 820.0), producer("mobile", 410.0), producer("batch-import", 2_082.0)],
        groups: vec![billing(partitions, consumers, with_joining, &lags), analytics(partitions)],
        history: Arc::default(),
        notices: Arc::new(vec![Notice {
            at: seconds(241),
            severity: Severity::Info,
            text: "billing-5 joins billing: rebalancing to generation 8".into(),
        }]),
        ..Default::default()
    };
    snapshot.history = Arc::new(history(&snapshot));
    snapshot
}

fn producer(name: &str, rate: f64) -> ProducerState {
    ProducerState {
        name: name.into(),
        topic: "orders".into(),
        status: ClientStatus::Running,
        target_per_second: rate,
        records_per_second: rate,
        pattern: "poisson".into(),
        keys: "zipf, 10,000 keys".into(),
        produced: 104_400,
        accepted: 104_380,
        failed: 0,
        waiting: 20,
        ..Default::default()
    }
}

fn member(name: String, colour: usize, assignment: Vec<TopicPartition>, rate: f64, busy: f64) -> MemberState {
    MemberState {
        name,
        colour,
        status: ClientStatus::Running,
        in_group: true,
        session_ends: None,
        assignment,
        records_per_second: rate,
        busy,
        processed: 74_660,
        processing: "exponential 4 ms".into(),
        processing_mean: Duration::from_millis(4),
        slow_factor: 1.0,
        ..Default::default()
    }
}

fn billing(partitions: u32, consumers: u32, with_joining: bool, lags: &[u64]) -> GroupView {
    let owner_of = |partition: u32| index(u64::from(partition) * u64::from(consumers) / u64::from(partitions));
    let mut members: Vec<MemberState> = (0..consumers)
        .map(|number| {
            let at = index(u64::from(number));
            let held = (0..partitions).filter(|p| owner_of(*p) == at).map(|p| tp("orders", p)).collect();
            let busy = [0.98, 0.93, 0.97, 0.96, 0.55][at % 5];
            member(format!("billing-{}", number + 1), at, held, 727.0, busy)
        })
        .collect();
    if with_joining {
        let mut joining = member(format!("billing-{}", consumers + 1), index(u64::from(consumers)), vec![], 0.0, 0.0);
        (joining.status, joining.in_group) = (ClientStatus::Joining, false);
        members.push(joining);
    }
    let seen: Vec<GroupPartitionState> = (0..partitions)
        .map(|p| {
            let lag = lags[index(u64::from(p)) % lags.len()];
            let high_watermark = 39_000 + i64::from(p % 7) * 130;
            GroupPartitionState {
                partition: tp("orders", p),
                committed_offset: Some(high_watermark - i64::try_from(lag).unwrap()),
                status: None,
                position: Some(high_watermark - i64::try_from(lag).unwrap() + 50),
                lag: Some(lag),
                owner: Some(owner_of(p)),
                records_out_per_second: if lag < 500 || lag == 1_890 { 3_400.0 } else { 2_908.0 }
                    / f64::from(partitions),
            }
        })
        .collect();
    let rebalances = rebalances(&members, &seen);
    let mut rebalance_totals = RebalanceTotals::default();
    for rebalance in &rebalances {
        rebalance_totals.add(rebalance);
    }
    GroupView {
        name: "billing".into(),
        topics: vec!["orders".into()],
        state: "Stable".into(),
        generation: 7,
        assignor: Some(Assignor::CooperativeSticky),
        session_timeout: Duration::from_secs(6),
        commit: "after".into(),
        lag: Some(14_208),
        lag_velocity: 410.0,
        time_lag: Some(Duration::from_millis(11_600)),
        drain: Some(Drain::Never),
        records_out_per_second: 2_908.0,
        latency: billing_latency(),
        ledger: LedgerCounts {
            accepted: 312_904,
            processed_once: 298_696,
            in_flight: 14_208,
            duplicates: 41,
            ..Default::default()
        },
        rebalances: Arc::new(rebalances),
        rebalance_totals,
        members,
        partitions: seen,
        ..Default::default()
    }
}

fn billing_latency() -> LatencyMillis {
    LatencyMillis {
        count: 298_655,
        mean: 4_100.0,
        mean_wait: 4_096.0,
        p50: 3_800.0,
        p95: 9_100.0,
        p99: 11_200.0,
        max: 14_000.0,
    }
}

fn rebalances(members: &[MemberState], seen: &[GroupPartitionState]) -> Vec<Rebalance> {
    let owners = |joined: usize| {
        let owner = |index: usize| members[(index * joined / seen.len()).min(members.len() - 1)].name.clone();
        seen.iter().enumerate().map(|(index, it)| (it.partition.clone(), owner(index))).collect::<Vec<_>>()
    };
    let one = |at: u64, generation, reason: &str, joined| Rebalance {
        at: seconds(at),
        generation,
        reason: reason.into(),
        moved: 4,
        kept: 4,
        paused: Duration::from_millis(900),
        owners: owners(joined),
    };
    vec![
        one(2, 1, "billing-1 joined", 1),
        one(150, 5, "billing-2 joined", 2),
        one(195, 6, "billing-3 joined", 3),
        one(225, 7, "billing-4 joined", 4.min(members.len())),
    ]
}

fn analytics(partitions: u32) -> GroupView {
    let held: Vec<_> = (0..partitions).map(|p| tp("orders", p)).collect();
    let seen = held.iter().map(|it| GroupPartitionState {
        partition: it.clone(),
        committed_offset: Some(39_000 + i64::from(it.partition % 7) * 130 - 2),
        status: None,
        position: None,
        lag: Some(2),
        owner: Some(0),
        records_out_per_second: 3_312.0 / f64::from(partitions),
    });
    GroupView {
        name: "analytics".into(),
        topics: vec!["orders".into()],
        state: "Stable".into(),
        generation: 1,
        assignor: Some(Assignor::Range),
        session_timeout: Duration::from_secs(10),
        commit: "auto".into(),
        lag: Some(12),
        drain: Some(Drain::In(Duration::from_millis(40))),
        time_lag: Some(Duration::from_millis(18)),
        records_out_per_second: 3_312.0,
        latency: LatencyMillis { count: 312_000, mean: 4.6, mean_wait: 0.9, p50: 4.1, p95: 9.0, p99: 12.0, max: 31.0 },
        ledger: LedgerCounts { accepted: 312_904, processed_once: 312_892, in_flight: 12, ..Default::default() },
        partitions: seen.collect(),
        members: vec![member("analytics-1".into(), 5, held, 3_312.0, 0.41)],
        ..Default::default()
    }
}

fn history(snapshot: &Snapshot) -> History {
    let mut history = History::default();
    let mut billing = GroupHistory::default();
    let mut analytics = GroupHistory::default();
    let ticks = snapshot.clock.time.as_micros() / 250_000;
    for tick in 0..=ticks {
        let at = Time::from_micros(tick * 250_000);
        let t = at.as_secs_f64();
        let wave = (t * 1.9).sin() * 60.0 + (t * 5.3).sin() * 35.0;
        let burst = t > 190.0;
        history.records_in.push(at, if burst { 3_300.0 } else { 1_230.0 } + wave);
        billing.records_out.push(at, if burst { 2_908.0 } else { 1_228.0 } + wave * 0.8);
        billing.lag.push(at, if burst { 40.0 + (t - 190.0) * 210.0 } else { 40.0 + wave * 0.2 });
        let p50 = if burst { 9.0 + (t - 190.0) * 56.0 } else { 9.0 + wave.abs() * 0.1 };
        billing.latency_p50_millis.push(at, p50);
        billing.latency_p99_millis.push(at, p50 * 2.6 + wave.abs());
        analytics.records_out.push(at, if burst { 3_280.0 } else { 1_225.0 } + wave * 0.9);
        analytics.lag.push(at, 12.0);
    }
    history.groups.insert("billing".into(), billing);
    history.groups.insert("analytics".into(), analytics);
    history
}

/// A consumer has crashed, another stalls, and the group rebalances.
pub fn crashed() -> Snapshot {
    let mut snapshot = backlog();
    let group = &mut snapshot.groups[0];
    group.state = "PreparingRebalance".into();
    group.members[1].status = ClientStatus::Crashed;
    group.members[1].session_ends = Some(snapshot.clock.time + Duration::from_millis(4_200));
    group.members[1].busy = 0.0;
    group.members[1].records_per_second = 0.0;
    group.members[3].status = ClientStatus::Stalled;
    snapshot
}
