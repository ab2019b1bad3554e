//! Changes settings of a running experiment, one at a time. A value is held to the same rules as in a
//! scenario file; what can't be changed while it runs is refused with the reason.

use std::sync::Arc;

use crate::model::error::ErrorCode;
use crate::model::topic::TopicName;
use crate::model::units::Rate;

use super::apply::{Refusal, unknown};
use super::command::{ConsumerChange, ExperimentChange, GroupChange, ProducerChange};
use super::experiment::Experiment;

impl Experiment {
    pub(super) fn set_producer(&mut self, name: &str, change: ProducerChange) -> Result<(), Refusal> {
        let producer = self.clients.producer_mut(name).ok_or_else(|| unknown("producer", name))?;
        let spec = Arc::make_mut(&mut producer.spec);
        match change {
            ProducerChange::Rate(per_second) => {
                spec.rate = Rate::from_per_second(per_second)
                    .ok_or_else(|| format!("setting the rate of {name} to {per_second}/s: it must be 0 or more"))?;
                producer.handle.set_rate(per_second);
            }
            ProducerChange::Pattern(pattern) => {
                spec.pattern = pattern.clone();
                producer.handle.set_pattern(pattern);
            }
            other => return Err(format!("{other:?} can't be changed while {name} runs")),
        }
        self.edited = true;
        Ok(())
    }

    pub(super) fn set_consumer(&mut self, name: &str, change: ConsumerChange) -> Result<(), Refusal> {
        let ConsumerChange::Processing(processing) = change else {
            return Err(format!("{change:?} can't be changed while {name} runs"));
        };
        self.set_processing(name, processing)?;
        self.edited = true;
        Ok(())
    }

    pub(super) fn set_group(&mut self, name: &str, change: GroupChange) -> Result<(), Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        let group = &mut self.clients.groups[index];
        match change {
            GroupChange::Assignor(assignor) => {
                Arc::make_mut(&mut group.spec).assignor = assignor;
                group.consumers.iter().for_each(|consumer| consumer.handle.set_assignor(assignor));
            }
            other => return Err(format!("{other:?} can't be changed while {name} runs")),
        }
        self.edited = true;
        Ok(())
    }

    pub(super) fn set_experiment(&mut self, change: ExperimentChange) -> Result<(), Refusal> {
        match change {
            ExperimentChange::Title(title) => self.scenario.title = title,
            ExperimentChange::About(about) => self.scenario.about = about,
            ExperimentChange::Duration(duration) => self.scenario.duration = duration,
            ExperimentChange::Seed(_) => {
                return Err("everything random was drawn from the seed that it began with: save the experiment, \
                            change the seed in the file and open it again"
                    .to_owned());
            }
            ExperimentChange::Durability(_) => {
                return Err("the store was opened with its durability: save the experiment, change it in the file \
                            and open it again"
                    .to_owned());
            }
        }
        self.edited = true;
        Ok(())
    }

    pub(super) async fn configure_topic(&mut self, name: &str, key: &str, value: &str) -> Result<(), Refusal> {
        let known = self.scenario.topics.iter_mut().find(|spec| &*spec.name == name);
        let spec = known.ok_or_else(|| unknown("topic", name))?;
        let mut config = spec.config;
        config.set(key, value).map_err(|error| format!("configuring {name}: {error}"))?;
        let doing = |error: ErrorCode| format!("configuring {name}: {error}");
        let topic = TopicName::new(name).map_err(doing)?;
        self.broker.handle().configure_topic(topic, config).await.map_err(doing)?;
        spec.config = config;
        self.edited = true;
        Ok(())
    }

    pub(super) fn remove_group(&mut self, name: &str) -> Result<(), Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        let group = &mut self.clients.groups[index];
        group.leaving = true;
        for consumer in &mut group.consumers {
            consumer.leaving = true;
            consumer.handle.stop();
        }
        self.edited = true;
        Ok(())
    }
}
