//! Edits of clients: producers, groups and their consumers come, change and go, and each name is given once.

use std::sync::Arc;

use crate::lab::apply::{Refusal, unknown};
use crate::lab::experiment::Experiment;
use crate::scenario::{Action, ConsumerSpec, GroupSpec, ProducerSpec};

use super::{Edit, Made};

impl Experiment {
    /// A group as a scenario would describe it now.
    pub(in crate::lab) fn present_group(&self, name: &str) -> Result<GroupSpec, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        Ok(self.clients.groups[index].present())
    }

    pub(super) fn add_producer(&mut self, client: String, spec: ProducerSpec) -> Result<Made, Refusal> {
        self.check_new_name(&client)?;
        self.clients.start_producer(client.clone(), Arc::new(spec));
        Ok(Made::quietly(Edit::RemoveProducer(client)))
    }

    pub(super) fn remove_producer(&mut self, client: &str) -> Result<Made, Refusal> {
        let producer = self.clients.producer_mut(client).ok_or_else(|| unknown("producer", client))?;
        producer.leaving = true;
        producer.handle.stop();
        let spec = Box::new(ProducerSpec::clone(&producer.spec));
        let undo = Edit::AddProducer { client: client.to_owned(), spec };
        Ok(Made::as_event(undo, Action::Stop { client: client.to_owned() }))
    }

    pub(super) fn put_producer(&mut self, client: String, spec: ProducerSpec) -> Result<Made, Refusal> {
        let producer = self.clients.producer_mut(&client).ok_or_else(|| unknown("producer", &client))?;
        let rate = spec.rate;
        let is_rate_alone = spec == ProducerSpec { rate, ..ProducerSpec::clone(&producer.spec) };
        let events = is_rate_alone.then(|| vec![Action::SetRate { client: client.clone(), rate }]);
        let before = std::mem::replace(&mut producer.spec, Arc::new(spec));
        if before.pattern != producer.spec.pattern {
            producer.pattern_since = self.clock.now();
        }
        producer.handle.set_spec(Arc::clone(&producer.spec));
        let spec = Box::new(ProducerSpec::clone(&before));
        Ok(Made { undo: Ok(Edit::SetProducer { client, spec }), events })
    }

    pub(super) fn add_group(&mut self, spec: GroupSpec) -> Result<Made, Refusal> {
        self.check_new_name(&spec.name)?;
        let name = spec.name.clone();
        self.clients.add_group(spec);
        Ok(Made::quietly(Edit::RemoveGroup(name)))
    }

    pub(super) fn remove_group(&mut self, name: &str) -> Result<Made, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        let group = &mut self.clients.groups[index];
        let undo = Edit::AddGroup(Box::new(group.present()));
        group.leaving = true;
        for consumer in &mut group.consumers {
            consumer.leaving = true;
            consumer.handle.stop();
        }
        Ok(Made::quietly(undo))
    }

    pub(super) fn add_consumer(&mut self, name: &str, spec: Option<ConsumerSpec>) -> Result<Made, Refusal> {
        let index = self.clients.group_index(name).ok_or_else(|| unknown("group", name))?;
        if self.clients.groups[index].leaving {
            return Err(format!("adding a consumer to {name}: the group is being removed"));
        }
        let group = name.to_owned();
        if let Some(spec) = spec.as_ref().filter(|spec| !spec.name.is_empty()) {
            self.check_new_name(&spec.name)?;
            let name = spec.name.clone();
            self.clients.add_consumer_like(index, spec.clone());
            return Ok(Made::quietly(Edit::RemoveConsumer(name)));
        }
        if let Some(spec) = spec {
            return Ok(Made::quietly(Edit::RemoveConsumer(self.clients.add_consumer(index, spec))));
        }
        let template = self.clients.groups[index].spec.template.clone();
        let name = self.clients.add_consumer(index, template);
        Ok(Made::as_event(Edit::RemoveConsumer(name), Action::AddConsumer { group, count: 1 }))
    }

    pub(in crate::lab) fn remove_consumer(&mut self, name: &str) -> Result<Made, Refusal> {
        let (index, at) = self.clients.find_consumer(name).ok_or_else(|| unknown("consumer", name))?;
        let group = &mut self.clients.groups[index];
        let is_last = group.consumers.iter().rfind(|consumer| !consumer.leaving).is_some_and(|last| last.name == name);
        let consumer = &mut group.consumers[at];
        consumer.leaving = true;
        consumer.handle.stop();
        let (spec, group) = (ConsumerSpec::clone(&consumer.spec), group.spec.name.clone());
        let event = if is_last {
            Action::RemoveConsumer { group: group.clone(), count: 1 }
        } else {
            Action::Stop { client: name.to_owned() }
        };
        Ok(Made::as_event(Edit::AddConsumer { group, spec: Some(Box::new(spec)) }, event))
    }

    pub(super) fn put_group(&mut self, spec: GroupSpec) -> Result<Made, Refusal> {
        let index = self.clients.group_index(&spec.name).ok_or_else(|| unknown("group", &spec.name))?;
        let before = self.clients.groups[index].present();
        let restarting = self.clients.groups[index].restarting(&spec)?;
        let events = only_processing(&before, &spec);
        self.clients.groups[index].follow(spec, &restarting);
        if !restarting.is_empty() {
            let text = format!("{} restarted in good order to take the new setting", restarting.join(", "));
            self.tell(text);
        }
        Ok(Made { undo: Ok(Edit::SetGroup(Box::new(before))), events })
    }

    /// Clients and groups share one name space, as in a scenario file.
    fn check_new_name(&self, name: &str) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err("adding a client without a name: give it one".to_owned());
        }
        if self.clients.is_leaving(name) {
            return Err(format!("adding {name}: the one of that name is still leaving, try again in a moment"));
        }
        let is_taken = self.clients.client(name).is_some() || self.clients.group_index(name).is_some();
        if is_taken { Err(format!("adding {name}: that name is taken, choose another")) } else { Ok(()) }
    }
}

/// The changes as events, if consumers' processing is all that changes.
fn only_processing(before: &GroupSpec, after: &GroupSpec) -> Option<Vec<Action>> {
    let mut rest = after.clone();
    let mut events = Vec::new();
    rest.template.processing = before.template.processing.clone();
    for (new, old) in rest.consumers.iter_mut().zip(&before.consumers) {
        if new.processing != old.processing {
            let processing = std::mem::replace(&mut new.processing, old.processing.clone());
            events.push(Action::SetProcessing { client: new.name.clone(), processing });
        }
    }
    (rest == *before).then_some(events)
}
