//! A message system in memory for tests of clients: logs as plain vectors, groups by the real state machine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Notify, oneshot};

use crate::clock::Clock;
use crate::metrics::ledger::PartitionFacts;
use crate::model::batch::{BatchHeader, patch_base_offset};
use crate::model::error::ErrorCode;
use crate::model::group::call::{
    Identity, JoinError, JoinRequest, JoinResponse, LeaveRequest, OffsetCommit, SyncRequest,
};
use crate::model::group::{CallId, Effect, Group, GroupConfig, Input};
use crate::model::request::{
    AppendRequest, Appended, FetchRequest, FetchedPartition, ListedOffset, OffsetSpec, TopicMetadata,
};
use crate::model::topic::{TopicName, TopicPartition};
use crate::workload::backend::Backend;

#[derive(Clone)]
pub struct Fake {
    clock: Clock,
    state: Arc<Mutex<State>>,
    appended: Arc<Notify>,
    ticked: Arc<Notify>,
}

#[derive(Default)]
pub struct State {
    pub topics: BTreeMap<TopicName, u32>,
    pub logs: BTreeMap<TopicPartition, Log>,
    pub groups: BTreeMap<String, Group>,
    pub committed: BTreeMap<(String, TopicPartition), i64>,
    pub assignments_seen: Vec<String>,
    /// Appends are refused with this.
    pub refuse: Option<ErrorCode>,
    calls: u64,
    joins: BTreeMap<CallId, oneshot::Sender<Result<JoinResponse, JoinError>>>,
    syncs: BTreeMap<CallId, oneshot::Sender<Result<Bytes, ErrorCode>>>,
    plain: BTreeMap<CallId, oneshot::Sender<Result<(), ErrorCode>>>,
}

#[derive(Default)]
pub struct Log {
    pub start: i64,
    pub end: i64,
    pub batches: Vec<(i64, Bytes)>,
}

impl Fake {
    pub fn new(clock: &Clock, topics: &[(&str, u32)]) -> Self {
        let topics = topics.iter().map(|(name, count)| (TopicName::new(name).unwrap(), *count)).collect();
        let state = State { topics, ..State::default() };
        let fake = Self {
            clock: clock.clone(),
            state: Arc::new(Mutex::new(state)),
            appended: Arc::default(),
            ticked: Arc::default(),
        };
        clock.spawn(fake.clone().tick());
        fake
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn facts(&self, group: &str, partition: &TopicPartition) -> PartitionFacts {
        let state = self.lock();
        PartitionFacts {
            log_start_offset: state.logs.get(partition).map_or(0, |log| log.start),
            committed_offset: state.committed.get(&(group.to_owned(), partition.clone())).copied(),
        }
    }

    async fn tick(self) {
        loop {
            let next = self.lock().groups.values().filter_map(Group::next_deadline).min();
            let next = next.unwrap_or(self.clock.now() + Duration::from_hours(1));
            tokio::select! {
                biased;
                () = self.ticked.notified() => {}
                () = self.clock.sleep_until(next) => {
                    let names: Vec<String> = self.lock().groups.keys().cloned().collect();
                    for name in &names {
                        self.step(name, |_| Input::Tick);
                    }
                }
            }
        }
    }

    fn step(&self, group: &str, input: impl FnOnce(&mut State) -> Input) {
        let mut state = self.lock();
        let input = input(&mut state);
        let config = GroupConfig { initial_rebalance_delay: Duration::ZERO, ..GroupConfig::default() };
        let known = state.groups.entry(group.to_owned()).or_insert_with(|| Group::new(group, config, 1));
        for effect in known.step(input, self.clock.now()) {
            match effect {
                Effect::ReplyJoin(call, answer) => drop(state.joins.remove(&call).unwrap().send(answer)),
                Effect::ReplySync(call, answer) => drop(state.syncs.remove(&call).unwrap().send(answer)),
                Effect::ReplyHeartbeat(call, answer)
                | Effect::ReplyLeave(call, answer)
                | Effect::ReplyDelete(call, answer) => drop(state.plain.remove(&call).unwrap().send(answer)),
                Effect::Persist(_) | Effect::Erase => {}
                Effect::Note(note) => state.assignments_seen.push(format!("{note:?}")),
            }
        }
        drop(state);
        self.ticked.notify_one();
    }

    fn read(&self, request: &FetchRequest) -> Vec<FetchedPartition> {
        let mut state = self.lock();
        let read = request.partitions.iter().map(|wanted| {
            let exists =
                state.topics.get(&wanted.partition.topic).is_some_and(|count| wanted.partition.partition < *count);
            let log = state.logs.entry(wanted.partition.clone()).or_default();
            let error = if !exists {
                Some(ErrorCode::UnknownTopicOrPartition)
            } else if (log.start..=log.end).contains(&wanted.fetch_offset) {
                None
            } else {
                Some(ErrorCode::OffsetOutOfRange)
            };
            let after = log.batches.partition_point(|(last, _)| *last < wanted.fetch_offset);
            let batches = if error.is_some() { &[] } else { &log.batches[after..] };
            FetchedPartition {
                partition: wanted.partition.clone(),
                error,
                log_start_offset: log.start,
                high_watermark: log.end,
                batches: batches.iter().take(64).map(|(_, batch)| batch.clone()).collect(),
            }
        });
        read.collect()
    }
}

impl Backend for Fake {
    async fn append(&self, request: AppendRequest) -> Result<Appended, ErrorCode> {
        let header = BatchHeader::check(&request.batch).unwrap();
        let mut state = self.lock();
        if let Some(refusal) = state.refuse {
            return Err(refusal);
        }
        if state.topics.get(&request.partition.topic).is_none_or(|count| request.partition.partition >= *count) {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        let log = state.logs.entry(request.partition).or_default();
        let base_offset = log.end;
        let mut batch = BytesMut::from(&request.batch[..]);
        patch_base_offset(&mut batch, base_offset);
        log.end += i64::from(header.record_count);
        log.batches.push((log.end - 1, batch.freeze()));
        let log_start_offset = log.start;
        drop(state);
        self.appended.notify_waiters();
        Ok(Appended { base_offset, log_start_offset })
    }

    async fn fetch(&self, request: FetchRequest) -> Result<Vec<FetchedPartition>, ErrorCode> {
        let deadline = self.clock.now() + request.max_wait;
        loop {
            let appended = self.appended.notified();
            let read = self.read(&request);
            let has_news = read.iter().any(|partition| partition.error.is_some() || !partition.batches.is_empty());
            if has_news || self.clock.now() >= deadline {
                return Ok(read);
            }
            tokio::select! {
                biased;
                () = appended => {}
                () = self.clock.sleep_until(deadline) => {}
            }
        }
    }

    async fn list_offset(&self, partition: TopicPartition, spec: OffsetSpec) -> Result<ListedOffset, ErrorCode> {
        let mut state = self.lock();
        let log = state.logs.entry(partition).or_default();
        let offset = match spec {
            OffsetSpec::Earliest => log.start,
            OffsetSpec::Latest => log.end,
            OffsetSpec::Timestamp(_) => unimplemented!("no client here asks for it"),
        };
        Ok(ListedOffset { offset, timestamp: -1 })
    }

    async fn metadata(&self, topics: Vec<TopicName>) -> Result<Vec<TopicMetadata>, ErrorCode> {
        let state = self.lock();
        let known = topics.into_iter().filter_map(|name| state.topics.get(&name).map(|count| (name, *count)));
        Ok(known.map(|(name, partitions)| TopicMetadata { name, id: 1, partitions }).collect())
    }

    async fn join_group(&self, request: JoinRequest) -> Result<JoinResponse, JoinError> {
        let (answer, answered) = oneshot::channel();
        self.step(&request.group.clone(), |state| {
            let call = state.next_call();
            state.joins.insert(call, answer);
            Input::Join(call, request)
        });
        answered.await.unwrap()
    }

    async fn sync_group(&self, request: SyncRequest) -> Result<Bytes, ErrorCode> {
        let (answer, answered) = oneshot::channel();
        self.step(&request.identity.group.clone(), |state| {
            let call = state.next_call();
            state.syncs.insert(call, answer);
            Input::Sync(call, request)
        });
        answered.await.unwrap()
    }

    async fn heartbeat(&self, identity: Identity) -> Result<(), ErrorCode> {
        let (answer, answered) = oneshot::channel();
        self.step(&identity.group.clone(), |state| {
            let call = state.next_call();
            state.plain.insert(call, answer);
            Input::Heartbeat(call, identity)
        });
        answered.await.unwrap()
    }

    async fn leave_group(&self, request: LeaveRequest) -> Result<(), ErrorCode> {
        let (answer, answered) = oneshot::channel();
        self.step(&request.group.clone(), |state| {
            let call = state.next_call();
            state.plain.insert(call, answer);
            Input::Leave(call, request)
        });
        answered.await.unwrap()
    }

    async fn commit_offsets(&self, identity: Identity, offsets: Vec<OffsetCommit>) -> Result<(), ErrorCode> {
        let now = self.clock.now();
        let mut state = self.lock();
        let group = state.groups.get_mut(&identity.group).ok_or(ErrorCode::IllegalGeneration)?;
        group.check_commit(&identity, now)?;
        for commit in offsets {
            state.committed.insert((identity.group.clone(), commit.partition), commit.offset);
        }
        Ok(())
    }

    async fn committed_offsets(
        &self,
        group: String,
        partitions: Vec<TopicPartition>,
    ) -> Result<Vec<Option<i64>>, ErrorCode> {
        let state = self.lock();
        Ok(partitions.into_iter().map(|partition| state.committed.get(&(group.clone(), partition)).copied()).collect())
    }
}

impl State {
    fn next_call(&mut self) -> CallId {
        self.calls += 1;
        CallId(self.calls)
    }
}
