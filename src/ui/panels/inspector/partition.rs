//! One partition: its offsets, and how every group reads it and has read it.

use std::time::Duration;

use egui::{RichText, Ui};

use super::{coloured_row_ui, header_ui, plain_row_ui};
use crate::clock::Time;
use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupPartitionState, GroupView, Holding, TopicState};
use crate::model::topic::TopicPartition;
use crate::ui::command::Ask;
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::theme;
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{card_ui, section_ui};

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
        group_ui(ui, snapshot, group, (topic, partition.id), asks);
    }
}

/// The partition as one group sees it.
fn group_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    group: &GroupView,
    (topic, partition): (&TopicState, u32),
    asks: &mut Vec<Ask>,
) {
    let tokens = theme::of(ui.ctx());
    let is_this = |it: &&GroupPartitionState| it.partition.partition == partition && *it.partition.topic == topic.name;
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
        if let Some(evaluation) = seen.status {
            let meaning = format!("Derived by Burrow's rules: {}", evaluation.reason);
            coloured_row_ui(ui, "Status", words::burrow(evaluation.status, tokens), &meaning);
        }
    });
    owners_ui(ui, snapshot, group, &seen.partition);
    if ui.link(RichText::new(format!("Show {}", group.name))).clicked() {
        asks.push(Ask::Select(Selection::Group(group.name.clone())));
    }
}

/// Most owners that are listed.
const LISTED: usize = 8;

/// Who read the partition and when, the newest first.
fn owners_ui(ui: &mut Ui, snapshot: &Snapshot, group: &GroupView, partition: &TopicPartition) {
    let tokens = theme::of(ui.ctx());
    let Some(history) = snapshot.history.groups.get(&group.name) else { return };
    let held: Vec<&Holding> = history.holdings.iter().rev().filter(|it| it.partition == *partition).collect();
    section_ui(ui, &format!("Owners in {}", group.name));
    if held.is_empty() {
        ui.label(RichText::new("Nobody has held it yet").color(tokens.text_muted));
    }
    for holding in held.iter().take(LISTED) {
        let at = |time: Time| format::duration(Duration::from_micros(time.as_micros()));
        let until = holding.until.map_or_else(|| "now".to_owned(), at);
        let colour = if holding.is_read { tokens.text } else { tokens.warn };
        let meaning = if holding.is_read {
            "Measured: by the consumer's own account, in the experiment's time"
        } else {
            "Measured: it was crashed or stalled meanwhile: the partition was its, but nobody read"
        };
        let name = if holding.is_read { holding.owner.to_string() } else { format!("{}, not reading", holding.owner) };
        coloured_row_ui(ui, &format!("{} – {until}", at(holding.from)), (name, colour), meaning);
    }
    let more = u64::try_from(held.len().saturating_sub(LISTED)).unwrap_or(0) + history.holdings_dropped;
    if more > 0 {
        ui.label(RichText::new("and others before").color(tokens.text_muted));
    }
}
