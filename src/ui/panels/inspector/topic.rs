//! A topic with its partitions, and one partition as every group sees it.

use egui::{RichText, ScrollArea, Ui};

use super::{advice, coloured_row_ui, header_ui, plain_row_ui, push_if};
use crate::lab::settings::topic as settings;
use crate::lab::snapshot::{GroupView, Subject, TopicState};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::panels::removal;
use crate::ui::panels::settings::{Owner, settings_ui};
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{ListRow, card_ui, list_row_ui, section_ui};

pub fn topic_ui(ui: &mut Ui, snapshot: &Snapshot, topic: &TopicState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let badge = format::counted(topic.partitions.len(), "partition");
    header_ui(ui, &topic.name, Some((&badge, tokens.text_muted)));
    card_ui(ui, |ui| {
        let rate = format::rate(topic.records_in_per_second);
        plain_row_ui(ui, "Records in", rate, "Measured: records appended per second");
        let records: i64 = topic.partitions.iter().map(|it| it.high_watermark - it.log_start_offset).sum();
        let records = format::count(u64::try_from(records).unwrap_or(0));
        plain_row_ui(
            ui,
            "Records kept",
            records,
            "Derived: high watermark minus log start offset, over all partitions",
        );
        let bytes: u64 = topic.partitions.iter().map(|it| it.bytes).sum();
        plain_row_ui(ui, "Size", format::bytes(count_to_f64(bytes)), "Measured: bytes of the stored batches");
        let readers = snapshot.groups.iter().filter(|group| group.topics.contains(&topic.name)).count();
        plain_row_ui(ui, "Read by", format::counted(readers, "group"), "Consumer groups that subscribe to it");
    });
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        let meaning = "Adds one partition: it can't be taken away again, and keys may move";
        let add = Command::AddPartitions { topic: topic.name.clone(), count: 1 };
        push_if(&button_ui(ui, "+ Partition", Weight::Primary, meaning), add, asks);
        let double = u32::try_from(topic.partitions.len()).unwrap_or(1).max(1);
        let add = Command::AddPartitions { topic: topic.name.clone(), count: double };
        push_if(&button_ui(ui, "Double", Weight::Plain, "Doubles the number of partitions"), add, asks);
        let meaning = "Deletes the topic with all its records";
        if button_ui(ui, "Delete…", Weight::Danger, meaning).clicked() {
            removal::ask(ui.ctx(), snapshot, &Selection::Topic(topic.name.clone()), asks);
        }
    });
    let is_subject = |subject: &Subject| matches!(subject, Subject::Topic(name) if *name == topic.name);
    advice::advice_ui(ui, snapshot, is_subject, asks);
    section_ui(ui, "Settings");
    config_ui(ui, snapshot, topic, asks);
    section_ui(ui, "Partitions");
    partitions_ui(ui, topic, asks);
}

/// Kafka's settings of a topic, by Kafka's names; -1 is no bound.
fn config_ui(ui: &mut Ui, snapshot: &Snapshot, topic: &TopicState, asks: &mut Vec<Ask>) {
    let Some(spec) = topic.spec() else { return };
    let others: Vec<_> = settings::ALL.into_iter().filter(|it| it.key == "config").collect();
    for change in settings_ui(ui, Owner::running(&topic.name, snapshot), &others, &spec) {
        let (key, value) = (change.setting.label.to_owned(), change.value.kafka(change.setting));
        asks.push(Command::ConfigureTopic { topic: topic.name.clone(), key, value }.into());
    }
}

fn partitions_ui(ui: &mut Ui, topic: &TopicState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = ui.available_height().max(size::ROW * 6.0);
    ScrollArea::vertical().id_salt("partitions").max_height(height).auto_shrink(false).show_rows(
        ui,
        size::ROW,
        topic.partitions.len(),
        |ui, visible| {
            for partition in &topic.partitions[visible] {
                let end = u64::try_from(partition.log_end_offset).unwrap_or(0);
                let row = ListRow {
                    name: format!("{}-{}", topic.name, partition.id),
                    name_colour: tokens.text,
                    is_strong: false,
                    indent: -8.0,
                    swatch: None,
                    trailing: format!("end {} · {}", format::count(end), format::rate(partition.records_in_per_second)),
                    trailing_colour: tokens.text_muted,
                };
                if list_row_ui(ui, &row, false).clicked() {
                    let target = Selection::Partition { topic: topic.name.clone(), partition: partition.id };
                    asks.push(Ask::Select(target));
                }
            }
        },
    );
}

pub fn partition_ui(ui: &mut Ui, snapshot: &Snapshot, topic: &TopicState, index: usize, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let partition = &topic.partitions[index];
    header_ui(ui, &format!("{}-{}", topic.name, partition.id), Some(("partition", tokens.text_muted)));
    let offset = |value: i64| format::count(u64::try_from(value).unwrap_or(0));
    card_ui(ui, |ui| {
        let rate = format::rate(partition.records_in_per_second);
        plain_row_ui(ui, "Records in", rate, "Measured: records appended per second");
        plain_row_ui(
            ui,
            "Log start offset",
            offset(partition.log_start_offset),
            "Measured: the oldest record that is kept",
        );
        plain_row_ui(ui, "High watermark", offset(partition.high_watermark), "Measured: consumers read up to here");
        plain_row_ui(
            ui,
            "Log end offset",
            offset(partition.log_end_offset),
            "Measured: the next record gets this offset",
        );
        plain_row_ui(ui, "Size", format::bytes(count_to_f64(partition.bytes)), "Measured: bytes of the stored batches");
    });
    for group in snapshot.groups.iter().filter(|group| group.topics.contains(&topic.name)) {
        group_ui(ui, group, topic, partition.id, asks);
    }
}

/// The partition as one group sees it.
fn group_ui(ui: &mut Ui, group: &GroupView, topic: &TopicState, partition: u32, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let is_this = |it: &&crate::lab::snapshot::GroupPartitionState| {
        it.partition.partition == partition && *it.partition.topic == topic.name
    };
    let Some(seen) = group.partitions.iter().find(is_this) else { return };
    section_ui(ui, &format!("Read by {}", group.name));
    card_ui(ui, |ui| {
        let owner = seen.owner.and_then(|owner| group.members.get(owner));
        let name = owner.map_or_else(|| "nobody".to_owned(), |member| member.name.clone());
        let colour = if owner.is_some() { tokens.text } else { tokens.warn };
        coloured_row_ui(ui, "Owner", (name, colour), "The member that reads it now");
        let offset = |value: i64| format::count(u64::try_from(value).unwrap_or(0));
        let committed = seen.committed_offset.map_or_else(|| "no commit yet".to_owned(), offset);
        plain_row_ui(ui, "Committed offset", committed, "Measured: a new owner goes on from here");
        let position = seen.position.map_or_else(|| "not known".to_owned(), offset);
        plain_row_ui(ui, "Position", position, "Measured: where the owner reads next");
        let lag = seen.lag.map_or_else(|| "no commit yet".to_owned(), format::count);
        plain_row_ui(ui, "Lag", lag, "Derived: high watermark minus committed offset");
        let rate = format::rate(seen.records_out_per_second);
        plain_row_ui(ui, "Reads", rate, "Measured: records read per second");
    });
    if ui.link(RichText::new(format!("Show {}", group.name))).clicked() {
        asks.push(Ask::Select(Selection::Group(group.name.clone())));
    }
}
