//! Edits of topics: made on the broker first, then in the experiment's description.

use crate::lab::apply::{Refusal, unknown};
use crate::lab::experiment::Experiment;
use crate::model::error::ErrorCode;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::scenario::{Action, TopicSpec};

use super::{Edit, Made};

impl Experiment {
    pub(super) async fn add_topic(&mut self, spec: TopicSpec) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("making the topic {}: {error}", spec.name);
        let name = spec.name.clone();
        self.broker.handle().create_topic(name.clone(), spec.partitions, spec.config).await.map_err(doing)?;
        self.scenario.topics.push(spec);
        Ok(Made::quietly(Edit::DeleteTopic(name.to_string())))
    }

    pub(super) async fn delete_topic(&mut self, name: &str) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("deleting the topic {name}: {error}");
        let topic = TopicName::new(name).map_err(doing)?;
        self.broker.handle().delete_topic(topic.clone()).await.map_err(doing)?;
        self.clients.workload().ledger().topic_deleted(&topic);
        self.scenario.topics.retain(|spec| spec.name != topic);
        Ok(Made { undo: Err(format!("the records of {name} are gone")), events: None })
    }

    pub(super) async fn set_topic_config(&mut self, name: &str, config: TopicConfig) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("configuring {name}: {error}");
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == name);
        let spec = known.ok_or_else(|| unknown("topic", name))?;
        self.broker.handle().configure_topic(spec.name.clone(), config).await.map_err(doing)?;
        let before = std::mem::replace(&mut spec.config, config);
        Ok(Made::quietly(Edit::SetTopicConfig { topic: name.to_owned(), config: before }))
    }

    pub(super) async fn add_partitions(&mut self, topic: &str, count: u32) -> Result<Made, Refusal> {
        let doing = |error: ErrorCode| format!("adding {count} partitions to {topic}: {error}");
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == topic);
        let spec = known.ok_or_else(|| unknown("topic", topic))?;
        let total = spec.partitions.saturating_add(count);
        self.broker.handle().add_partitions(spec.name.clone(), total).await.map_err(doing)?;
        spec.partitions = total;
        let undo = Err("partitions can't be taken away: their records would be lost".to_owned());
        Ok(Made { undo, events: Some(vec![Action::AddPartitions { topic: spec.name.clone(), count }]) })
    }
}
