//! Autoscalers of a running experiment: each group's rule looks at its lag at its interval, and what it decides is
//! done and told. The rule itself is the planner's.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::broker::view::BrokerView;
use crate::clock::Time;
use crate::metrics::lag::lag_records;
use crate::planner::autoscaler::{Autoscaler, Scaling};
use crate::scenario::Action;
use crate::workload::client::ClientStatus;

use super::apply::Refusal;
use super::clients::Group;
use super::experiment::Experiment;
use super::snapshot::Severity;

/// The shortest time between two looks, whatever a rule says.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// The rules at work, by group.
#[derive(Debug, Default)]
pub struct Scalers(BTreeMap<String, Scaler>);

#[derive(Debug)]
struct Scaler {
    scaling: Scaling,
    due: Time,
}

/// What a rule looks at.
struct Look {
    lag: u64,
    partitions: u32,
    consumers: u32,
}

impl Scalers {
    /// Each group has the rule that its description says; a rule that is new or changed begins anew.
    pub fn follow(&mut self, groups: &[Group], now: Time) {
        let rule_of = |group: &Group| group.spec.autoscaler.filter(|_| !group.leaving);
        let wanted = |name: &String| groups.iter().find(|group| group.spec.name == *name).and_then(rule_of);
        self.0.retain(|name, scaler| wanted(name) == Some(*scaler.scaling.rule()));
        for group in groups {
            if let Some(rule) = rule_of(group) {
                let fresh = || Scaler { scaling: Scaling::new(rule), due: now + interval(&rule) };
                self.0.entry(group.spec.name.clone()).or_insert_with(fresh);
            }
        }
    }

    /// When the next of them looks.
    pub fn next_at(&self) -> Option<Time> {
        self.0.values().map(|scaler| scaler.due).min()
    }

    /// The groups whose rule looks now.
    fn due(&mut self, now: Time) -> Vec<String> {
        let due = self.0.iter_mut().filter(|(_, scaler)| scaler.due <= now);
        due.map(|(name, scaler)| {
            scaler.due = scaler.due.max(now) + interval(scaler.scaling.rule());
            name.clone()
        })
        .collect()
    }
}

impl Experiment {
    /// Lets the rules look that are due.
    pub(super) async fn scale_due(&mut self) {
        let now = self.clock.now();
        for group in self.scalers.due(now) {
            let Ok(view) = self.broker.handle().view().await else { return };
            if let Err(refusal) = self.scale(&group, &view, now).await {
                let text = format!("scaling {group}: {refusal}");
                self.notices.add(now, Severity::Error, text);
            }
        }
    }

    async fn scale(&mut self, name: &str, view: &BrokerView, now: Time) -> Result<(), Refusal> {
        let Some(group) = self.clients.groups.iter().find(|group| group.spec.name == name) else { return Ok(()) };
        let look = Look::at(group, view);
        let Some(scaler) = self.scalers.0.get_mut(name) else { return Ok(()) };
        let wanted = scaler.scaling.decide(now, look.lag, look.partitions, look.consumers);
        if wanted == look.consumers {
            return Ok(());
        }
        let text = reason(name, *scaler.scaling.rule(), &look, wanted);
        let group = name.to_owned();
        let action = match wanted.checked_sub(look.consumers) {
            Some(count) => Action::AddConsumer { group, count },
            None => Action::RemoveConsumer { group, count: look.consumers - wanted },
        };
        self.act(action).await?;
        self.notices.add(now, Severity::Info, text);
        Ok(())
    }
}

impl Look {
    fn at(group: &Group, view: &BrokerView) -> Self {
        let offsets = view.groups.iter().find(|known| known.name == group.spec.name).map(|known| &known.offsets);
        let topics = view.topics.iter().filter(|topic| group.spec.topics.contains(&topic.name));
        let (mut lag, mut partitions) = (0, 0);
        for topic in topics {
            for (number, state) in (0_u32..).zip(&topic.partitions) {
                let is_it = |partition: &crate::model::topic::TopicPartition| {
                    partition.partition == number && partition.topic == topic.name
                };
                let committed = offsets.and_then(|all| all.iter().find(|(partition, _)| is_it(partition)));
                lag += lag_records(committed.map(|(_, offset)| *offset), state.high_watermark).unwrap_or(0);
                partitions += 1;
            }
        }
        let works = |status| matches!(status, ClientStatus::Running | ClientStatus::Joining | ClientStatus::Stalled);
        let working = group.consumers.iter().filter(|it| !it.leaving && works(it.handle.status()));
        Self { lag, partitions, consumers: u32::try_from(working.count()).unwrap_or(u32::MAX) }
    }
}

fn interval(rule: &Autoscaler) -> Duration {
    rule.polling_interval.max(SHORTEST_INTERVAL)
}

fn reason(group: &str, rule: Autoscaler, look: &Look, wanted: u32) -> String {
    let Look { lag, consumers, partitions } = *look;
    let asked = lag.div_ceil(rule.lag_threshold.max(1));
    let bound = match () {
        () if u64::from(wanted) == asked => String::new(),
        () if u64::from(wanted) < asked && wanted == rule.max => ", at most".to_owned(),
        () if u64::from(wanted) < asked => format!(", and there are {partitions} partitions"),
        () if wanted == rule.min => ", at least".to_owned(),
        () => " within the cooldown".to_owned(),
    };
    let why = if wanted > consumers { "" } else { " for the whole cooldown" };
    let lag = format!("a lag of {lag} asks for {asked} of {} records each{why}", rule.lag_threshold);
    format!("{group} was scaled from {consumers} to {wanted} consumers{bound}: {lag}")
}
