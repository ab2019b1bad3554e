//! The clients of an experiment by name: what each was made from and the handle that controls it.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Time};
use crate::scenario::{ConsumerSpec, GroupSpec, ProducerSpec, Scenario};
use crate::workload::Workload;
use crate::workload::backend::Backend;
use crate::workload::client::{ClientHandle, ClientStatus};
use crate::workload::consumer::ConsumerHandle;
use crate::workload::producer::ProducerHandle;

use super::colours::free_colour;

/// One producer that runs or ran.
pub struct Producer {
    pub name: String,
    pub spec: Arc<ProducerSpec>,
    pub handle: ProducerHandle,
    /// When its pattern began.
    pub pattern_since: Time,
    /// Asked to go: it is forgotten as soon as it has ended.
    pub leaving: bool,
}

/// One consumer that runs or ran.
pub struct Consumer {
    pub name: String,
    pub spec: Arc<ConsumerSpec>,
    pub handle: ConsumerHandle,
    pub colour: usize,
    pub added: Time,
    pub leaving: bool,
}

/// A group with its consumers, in the order in which they were added.
pub struct Group {
    pub spec: Arc<GroupSpec>,
    pub consumers: Vec<Consumer>,
    /// Records that consumers processed which were removed since.
    pub removed_processed: u64,
    /// Asked to go: it is forgotten as soon as its last consumer has ended.
    pub leaving: bool,
    next_number: usize,
}

impl Group {
    /// As a scenario would describe it now.
    pub fn present(&self) -> GroupSpec {
        let staying = self.consumers.iter().filter(|consumer| !consumer.leaving);
        let consumers = staying.map(|consumer| ConsumerSpec::clone(&consumer.spec)).collect();
        GroupSpec { consumers, ..GroupSpec::clone(&self.spec) }
    }

    /// The consumers that have to restart before they can follow `spec`.
    ///
    /// # Errors
    /// When one of them is stalled.
    pub fn restarting(&self, spec: &GroupSpec) -> Result<Vec<String>, String> {
        let timeouts = |spec: &GroupSpec| (spec.session_timeout, spec.rebalance_timeout);
        let all = timeouts(spec) != timeouts(&self.spec);
        let new_workers = |consumer: &Consumer| {
            let new = spec.consumers.iter().find(|new| new.name == consumer.name);
            new.is_some_and(|new| new.workers != consumer.spec.workers)
        };
        let concerned = self.consumers.iter().filter(|consumer| !consumer.leaving && (all || new_workers(consumer)));
        let concerned: Vec<&Consumer> = concerned.filter(|consumer| !consumer.handle.status().is_over()).collect();
        match concerned.iter().find(|consumer| consumer.handle.status() == ClientStatus::Stalled) {
            Some(stalled) => {
                Err(format!("{} would have to restart for it and is stalled: start or crash it first", stalled.name))
            }
            None => Ok(concerned.into_iter().map(|consumer| consumer.name.clone()).collect()),
        }
    }

    /// Takes other settings; the consumers named in `restarting` restart.
    pub fn follow(&mut self, spec: GroupSpec, restarting: &[String]) {
        self.spec = Arc::new(spec);
        for consumer in &mut self.consumers {
            if let Some(new) = self.spec.consumers.iter().find(|new| new.name == consumer.name) {
                consumer.spec = Arc::new(new.clone());
                consumer.handle.set_consumer(new);
            }
            consumer.handle.set_group(Arc::clone(&self.spec));
            if restarting.contains(&consumer.name) {
                consumer.handle.restart();
            }
        }
    }
}

/// All clients of one experiment.
pub struct Clients<B> {
    clock: Clock,
    workload: Workload<B>,
    seed: u64,
    pub producers: Vec<Producer>,
    /// They are gone for good, but what they sent still counts.
    pub removed_producers: Vec<Producer>,
    pub groups: Vec<Group>,
}

impl<B: Backend> Clients<B> {
    pub fn new(clock: Clock, backend: B, seed: u64) -> Self {
        let workload = Workload::new(clock.clone(), backend);
        Self { clock, workload, seed, producers: Vec::new(), removed_producers: Vec::new(), groups: Vec::new() }
    }

    /// Starts every client of a scenario, consumers first, so that none misses the first records.
    pub fn start_all(&mut self, scenario: &Scenario) {
        for group in &scenario.groups {
            self.add_group(group.clone());
        }
        for producer in &scenario.producers {
            self.add_producer(producer);
        }
    }

    /// Starts the clients of a producer's description.
    pub fn add_producer(&mut self, spec: &ProducerSpec) {
        for name in spec.client_names() {
            self.start_producer(name, Arc::new(spec.clone()));
        }
    }

    /// Starts one client of a producer's description.
    pub fn start_producer(&mut self, name: String, spec: Arc<ProducerSpec>) {
        let handle = self.workload.start_producer(&name, &spec, seed_of(self.seed, &name));
        self.producers.push(Producer { name, spec, handle, pattern_since: self.clock.now(), leaving: false });
    }

    /// Adds a group and starts its consumers.
    pub fn add_group(&mut self, spec: GroupSpec) {
        let first = spec.consumers.clone();
        let next_number = spec.first_added_number();
        let spec = Arc::new(spec);
        self.groups.push(Group { spec, consumers: Vec::new(), removed_processed: 0, leaving: false, next_number });
        let index = self.groups.len() - 1;
        for consumer in first {
            self.start_consumer(index, consumer);
        }
    }

    /// Starts one more consumer of a group, named as its next; gives its name.
    pub fn add_consumer(&mut self, index: usize, like: ConsumerSpec) -> String {
        let group = &mut self.groups[index];
        let name = group.spec.consumer_name(group.next_number);
        group.next_number += 1;
        self.add_consumer_like(index, ConsumerSpec { name: name.clone(), ..like });
        name
    }

    /// Starts one more consumer of a group, as described.
    pub fn add_consumer_like(&mut self, index: usize, spec: ConsumerSpec) {
        Arc::make_mut(&mut self.groups[index].spec).consumers.push(spec.clone());
        self.start_consumer(index, spec);
    }

    fn start_consumer(&mut self, index: usize, spec: ConsumerSpec) {
        let worn_in = |group: &Group| group.consumers.iter().map(|consumer| consumer.colour).collect::<Vec<_>>();
        let all: Vec<usize> = self.groups.iter().flat_map(worn_in).collect();
        let group = &mut self.groups[index];
        let colour = free_colour(&worn_in(group), &all);
        let handle = self.workload.start_consumer(&group.spec, &spec, seed_of(self.seed, &spec.name));
        let added = self.clock.now();
        group.consumers.push(Consumer {
            name: spec.name.clone(),
            spec: Arc::new(spec),
            handle,
            colour,
            added,
            leaving: false,
        });
    }

    /// The control of the client of that name.
    pub fn client(&self, name: &str) -> Option<&ClientHandle> {
        let producer = self.producers.iter().find(|producer| producer.name == name).map(|producer| &*producer.handle);
        producer.or_else(|| self.consumer(name).map(|consumer| &*consumer.handle))
    }

    pub fn producer(&self, name: &str) -> Option<&Producer> {
        self.producers.iter().find(|producer| producer.name == name)
    }

    /// Whether a client or group of that name was asked to go and has not ended yet.
    pub fn is_leaving(&self, name: &str) -> bool {
        let is_group = |group: &Group| group.leaving && group.spec.name == name;
        let is_consumer = |consumer: &Consumer| consumer.leaving && consumer.name == name;
        self.producers.iter().any(|producer| producer.leaving && producer.name == name)
            || self.groups.iter().any(|group| is_group(group) || group.consumers.iter().any(is_consumer))
    }

    pub fn producer_mut(&mut self, name: &str) -> Option<&mut Producer> {
        self.producers.iter_mut().find(|producer| producer.name == name)
    }

    pub fn consumer(&self, name: &str) -> Option<&Consumer> {
        self.groups.iter().flat_map(|group| &group.consumers).find(|consumer| consumer.name == name)
    }

    /// The index of the group of that name.
    pub fn group_index(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.spec.name == name)
    }

    /// Where a consumer stands: its group's index and its own.
    pub fn find_consumer(&self, name: &str) -> Option<(usize, usize)> {
        self.groups.iter().enumerate().find_map(|(index, group)| {
            group.consumers.iter().position(|consumer| consumer.name == name).map(|at| (index, at))
        })
    }

    /// Forgets the clients that were asked to go and have ended, but not what they did.
    pub fn forget_the_gone(&mut self) {
        let gone = self.producers.extract_if(.., |producer| producer.leaving && producer.handle.status().is_over());
        self.removed_producers.extend(gone);
        for group in &mut self.groups {
            let is_gone = |consumer: &mut Consumer| consumer.leaving && consumer.handle.status().is_over();
            let gone = group.consumers.extract_if(.., is_gone);
            group.removed_processed += gone.map(|consumer| consumer.handle.figures().processed).sum::<u64>();
        }
        self.groups.retain(|group| !(group.leaving && group.consumers.is_empty()));
    }

    /// Lets every producer send what it has and hear what became of it, but take nothing more. Those
    /// that haven't ended after `patience` are ended, and count what they have as failed.
    pub async fn settle_producers(&self, patience: Duration) {
        let producers: Vec<&ClientHandle> = self.producers.iter().map(|producer| &*producer.handle).collect();
        self.stop(&producers, patience).await;
        for producer in &producers {
            producer.crash();
        }
        ended(&producers).await;
    }

    /// Ends every client in good order, and waits for them at most this long.
    pub async fn stop_all(&self, patience: Duration) {
        let consumers = self.groups.iter().flat_map(|group| &group.consumers).map(|consumer| &*consumer.handle);
        let all: Vec<&ClientHandle> =
            self.producers.iter().map(|producer| &*producer.handle).chain(consumers).collect();
        self.stop(&all, patience).await;
    }

    async fn stop(&self, clients: &[&ClientHandle], patience: Duration) {
        for client in clients {
            client.stop();
        }
        tokio::select! {
            biased;
            () = ended(clients) => {}
            () = self.clock.sleep_real(patience) => {}
        }
    }

    pub fn workload(&self) -> &Workload<B> {
        &self.workload
    }
}

async fn ended(clients: &[&ClientHandle]) {
    for client in clients {
        client.ended().await;
    }
}

/// A client's own seed: from the experiment's and its name alone, so that adding one client changes
/// nothing for the others (FNV-1a).
fn seed_of(seed: u64, name: &str) -> u64 {
    name.bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
