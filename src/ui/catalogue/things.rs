//! What can be done with, or to, the things of the experiment: made anew from each snapshot.

use std::borrow::Cow;

use super::{Answer, Entry, Situation, only_if};
use crate::lab::command::Source;
use crate::lab::snapshot::{ClientStatus, GroupView, WhatIf};
use crate::lab::{Command, Snapshot};
use crate::scenario::library;
use crate::ui::command::Ask;
use crate::ui::layout::Pane;
use crate::ui::panels::actions::{ClientAction, NOT_RUNNING};
use crate::ui::selection::Selection;

/// Every such entry.
pub fn entries(situation: Situation<'_>) -> Vec<Entry> {
    let snapshot = situation.snapshot;
    let mut list = Vec::new();
    topics(snapshot, &mut list);
    producers(snapshot, &mut list);
    for group in &snapshot.groups {
        group_entries(group, &mut list);
    }
    panes(situation, &mut list);
    files(situation, &mut list);
    list
}

fn add(list: &mut Vec<Entry>, label: String, help: impl Into<Cow<'static, str>>, answer: Answer) {
    list.push(Entry { label: label.into(), help: help.into(), keys: &[], answer });
}

fn topics(snapshot: &Snapshot, list: &mut Vec<Entry>) {
    for topic in &snapshot.topics {
        let name = &topic.name;
        add(list, format!("Go to {name}"), "Selects the topic", Ok(Ask::Select(Selection::Topic(name.clone()))));
        let more = Command::AddPartitions { topic: name.clone(), count: 1 };
        add(list, format!("Add a partition to {name}"), "Keys move to other partitions", Ok(more.into()));
        let delete = Command::DeleteTopic(name.clone());
        add(list, format!("Delete {name} with all records"), "Nothing brings them back", Ok(delete.into()));
    }
}

fn producers(snapshot: &Snapshot, list: &mut Vec<Entry>) {
    for producer in &snapshot.producers {
        let name = &producer.name;
        let select = Ask::Select(Selection::Producer(name.clone()));
        add(list, format!("Go to {name}"), "Selects the producer", Ok(select));
        client(name, producer.status, false, list);
        let rate = producer.target_per_second;
        for (word, per_second) in [("Double", rate * 2.0), ("Halve", rate / 2.0)] {
            let set = Command::SetRate { producer: name.clone(), per_second };
            let answer = only_if(rate > 0.0, set, "It sends nothing");
            add(list, format!("{word} the rate of {name}"), "Records per second", answer);
        }
    }
}

fn group_entries(group: &GroupView, list: &mut Vec<Entry>) {
    let name = &group.name;
    add(list, format!("Go to {name}"), "Selects the consumer group", Ok(Ask::Select(Selection::Group(name.clone()))));
    let more = Command::AddConsumer { group: name.clone() };
    add(list, format!("Add a consumer to {name}"), "Like the last one of the group", Ok(more.into()));
    what_ifs(group, list);
    for member in &group.members {
        let select = Ask::Select(Selection::Consumer { group: name.clone(), name: member.name.clone() });
        add(list, format!("Go to {}", member.name), format!("Selects the consumer of {name}"), Ok(select));
        client(&member.name, member.status, true, list);
    }
}

/// Questions that are often asked; others are in the inspector.
fn what_ifs(group: &GroupView, list: &mut Vec<Entry>) {
    let as_it_is = WhatIf::default();
    let questions = [
        (WhatIf { consumers: 2, ..as_it_is }, "had 2 more consumers"),
        (WhatIf { partitions: 4, ..as_it_is }, "had 4 more partitions"),
        (WhatIf { rate_factor: 2.0, ..as_it_is }, "had twice the rate"),
        (as_it_is, "went on as it is"),
    ];
    for (what_if, words) in questions {
        let ask = Command::Forecast { group: group.name.clone(), what_if };
        let help = "Simulates its future from the present state and draws it on the lag chart";
        add(list, format!("What if {} {words}", group.name), help, Ok(ask.into()));
    }
}

/// What can be done to a client, as far as its state allows.
fn client(name: &str, status: ClientStatus, is_consumer: bool, list: &mut Vec<Entry>) {
    let of = || name.to_owned();
    for action in ClientAction::ALL {
        let answer = match action.objection(status) {
            Some(reason) => Err(Cow::Borrowed(reason)),
            None => Ok(action.command(name).into()),
        };
        add(list, format!("{} {name}", action.label()), action.meaning(), answer);
    }
    let is_running = ClientAction::Stop.fits(status);
    if is_consumer {
        let slow = only_if(is_running, Command::Slow { client: of(), factor: 10.0 }, NOT_RUNNING);
        add(list, format!("Slow {name} down 10×"), "Each record takes ten times as long", slow);
        let own = only_if(is_running, Command::Slow { client: of(), factor: 1.0 }, NOT_RUNNING);
        add(list, format!("Own speed for {name}"), "Undoes slowing it down", own);
    }
    let removal = if is_consumer { Command::RemoveConsumer(of()) } else { Command::RemoveProducer(of()) };
    add(list, format!("Remove {name}"), "Stops it and forgets it", Ok(removal.into()));
}

fn panes(situation: Situation<'_>, list: &mut Vec<Entry>) {
    for pane in Pane::ALL {
        let is_open = situation.layout.is_open(pane);
        let name = pane.title();
        if !pane.is_view() {
            let answer = only_if(!is_open, Ask::Show(pane), "It is shown already");
            add(list, format!("Show {name}"), "Brings the pane back", answer);
        }
        let answer = only_if(is_open, Ask::Close(pane), "It is closed already");
        add(list, format!("Close {name}"), "The pane can be brought back any time", answer);
    }
}

fn files(situation: Situation<'_>, list: &mut Vec<Entry>) {
    for file in &situation.settings.recent_files {
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
        let is_open = situation.snapshot.experiment.source.file() == Some(file);
        let open = Command::Open(Source::File(file.clone()));
        let answer = only_if(!is_open, open, "It is open");
        add(list, format!("Open {name}"), format!("{}, opened lately", file.display()), answer);
    }
    for name in library::names() {
        let open = Command::Open(Source::BuiltIn(name.to_owned()));
        add(list, format!("Open {name}"), "A scenario of the library", Ok(open.into()));
    }
}
