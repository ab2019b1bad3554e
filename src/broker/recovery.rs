//! From what the store has to a running engine: topics, logs, groups and what they have committed.

use std::sync::Arc;

use hashbrown::HashMap;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use tokio::sync::mpsc;

use crate::clock::{Clock, Time};
use crate::model::group::Group;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;

use super::commit::Commits;
use super::config::{BrokerConfig, BrokerError};
use super::engine::Engine;
use super::event::{CommittedOffset, Event};
use super::group_record;
use super::groups::Groups;
use super::handle::BackPressure;
use super::parked::ParkedFetches;
use super::partition::Partition;
use super::retention::RetentionRound;
use super::store::{LogExtent, PartitionKey, Recovered, Store, StoredTopic};
use super::tail_cache::TailCache;
use super::topics::{Topic, Topics};
use super::view::{OwnerView, Totals};

/// Makes the engine over an open store.
pub(super) fn restore(
    clock: Clock,
    config: BrokerConfig,
    (store, recovered): (Store, Recovered),
    reports: mpsc::Sender<Event>,
    back_pressure: Arc<BackPressure>,
) -> Result<Engine, BrokerError> {
    let now = clock.now();
    let run_seed = run_seed(&clock, now, config.seed);
    let topics = restore_topics(recovered.topics, recovered.logs)?;
    let mut engine = Engine {
        now,
        topics,
        tail_cache: TailCache::new(config.tail_cache_bytes),
        parked: ParkedFetches::default(),
        groups: Groups::default(),
        commits: Commits::new(config.durability, config.open_commit_bytes),
        totals: Totals::default(),
        failure: None,
        back_pressure,
        retention: RetentionRound::new(now + config.retention_check),
        run_seed,
        topic_ids: Xoshiro256PlusPlus::seed_from_u64(run_seed),
        reports,
        clock,
        config,
        store,
    };
    for (name, record) in recovered.groups {
        engine.restore_group(&name, &record)?;
    }
    for (group, partition, stored) in recovered.offsets {
        engine.ensure_group(&group);
        let committed = CommittedOffset { offset: stored.offset, metadata: stored.metadata };
        let slot = engine.groups.get_mut(&group).expect("it was just ensured");
        slot.offsets.insert(partition, committed);
    }
    Ok(engine)
}

impl Engine {
    fn restore_group(&mut self, name: &str, record: &[u8]) -> Result<(), BrokerError> {
        let nonsense = || BrokerError::Recovery { what: format!("group \"{name}\"") };
        let snapshot = group_record::decode(name, record).ok_or_else(nonsense)?;
        let group = Group::restore(snapshot, self.config.groups.clone(), self.run_seed, self.now);
        let owners = group.members().map(|member| OwnerView {
            member_id: member.id.clone(),
            client_id: member.client_id.clone(),
            instance_id: member.instance_id.clone(),
            assignment: member.assignment.clone(),
        });
        let owners = owners.collect();
        self.groups.add(group);
        self.groups.get_mut(name).expect("it was just added").rebalances.restore(owners);
        Ok(())
    }
}

fn restore_topics(stored: Vec<StoredTopic>, logs: Vec<(PartitionKey, LogExtent)>) -> Result<Topics, BrokerError> {
    // Only ever looked up by key, so its order can't matter.
    let logs: HashMap<PartitionKey, LogExtent> = logs.into_iter().collect();
    let mut topics = Topics::default();
    for stored in stored {
        let nonsense = |_| BrokerError::Recovery { what: format!("topic \"{}\"", stored.name) };
        let name = TopicName::new(&stored.name).map_err(nonsense)?;
        let partition = |partition| {
            let extent = logs.get(&PartitionKey { topic_id: stored.id, partition });
            Partition::recovered(extent.copied().unwrap_or_default())
        };
        let partitions = (0..stored.partitions).map(partition).collect();
        topics.add(Topic { name, id: stored.id, config: config_of(&stored)?, partitions });
    }
    Ok(topics)
}

fn config_of(stored: &StoredTopic) -> Result<TopicConfig, BrokerError> {
    let mut config = TopicConfig::default();
    for (key, value) in &stored.config {
        let nonsense = |error| BrokerError::Recovery { what: format!("topic \"{}\" ({error})", stored.name) };
        config.set(key, value).map_err(nonsense)?;
    }
    Ok(config)
}

/// A store that is opened again must give out neither the ids of topics that were deleted nor those of
/// members that were forgotten. A virtual run has to give the same ids each time.
fn run_seed(clock: &Clock, now: Time, seed: u64) -> u64 {
    if clock.is_virtual() { seed } else { seed ^ clock.unix_millis(now).unsigned_abs().rotate_left(20) }
}
