//! A topic: what it takes in and holds, its settings, its partitions.

use egui::{ScrollArea, Ui};

use super::{advice, header_ui, plain_row_ui, push_if};
use crate::lab::settings::topic as settings;
use crate::lab::snapshot::{Subject, TopicState};
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
