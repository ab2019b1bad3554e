//! The topology as a table: every partition with what every group has read of it.

use egui::{Grid, RichText, ScrollArea, Ui};

use crate::lab::Snapshot;
use crate::lab::snapshot::{GroupPartitionState, GroupView, PartitionState, TopicState};
use crate::ui::command::Ask;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::format;

/// Draws the rows that can be seen, under headings that stay.
pub fn topology_table_ui(ui: &mut Ui, snapshot: &Snapshot, selection: &Selection, asks: &mut Vec<Ask>) {
    let rows: Vec<(&TopicState, usize)> =
        snapshot.topics.iter().flat_map(|topic| (0..topic.partitions.len()).map(move |row| (topic, row))).collect();
    let height = ui.spacing().interact_size.y;
    ScrollArea::both().auto_shrink(false).show_rows(ui, height, rows.len() + 1, |ui, seen| {
        Grid::new("topology as a table").striped(true).min_col_width(72.0).start_row(seen.start).show(ui, |ui| {
            headings_ui(ui, snapshot);
            for (topic, row) in rows.iter().skip(seen.start).take(seen.len()) {
                row_ui(ui, snapshot, (topic, *row), selection, asks);
            }
        });
    });
}

fn headings_ui(ui: &mut Ui, snapshot: &Snapshot) {
    let heading = |ui: &mut Ui, text: String| {
        let muted = theme::of(ui.ctx()).text_muted;
        ui.label(RichText::new(text).color(muted).font(theme::sans_strong(size::SMALL)));
    };
    for text in ["Partition", "Log start", "High watermark", "In per second"] {
        heading(ui, text.to_owned());
    }
    for group in &snapshot.groups {
        heading(ui, format!("{} owner", group.name));
        heading(ui, format!("{} committed", group.name));
        heading(ui, format!("{} lag", group.name));
    }
    ui.end_row();
}

fn row_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    (topic, row): (&TopicState, usize),
    selection: &Selection,
    asks: &mut Vec<Ask>,
) {
    let partition: &PartitionState = &topic.partitions[row];
    let thing = Selection::Partition { topic: topic.name.clone(), partition: partition.id };
    if ui.selectable_label(selection.contains(&thing), format!("{}-{}", topic.name, partition.id)).clicked() {
        let is_added = ui.input(|input| input.modifiers.command || input.modifiers.shift);
        asks.push(Ask::Select(if is_added { selection.toggled(&thing) } else { thing }));
    }
    number_ui(ui, offset(partition.log_start_offset));
    number_ui(ui, offset(partition.high_watermark));
    number_ui(ui, format::rate(partition.records_in_per_second));
    for group in &snapshot.groups {
        group_ui(ui, group, seen_by(group, &topic.name, partition.id, row));
    }
    ui.end_row();
}

fn group_ui(ui: &mut Ui, group: &GroupView, seen: Option<&GroupPartitionState>) {
    let Some(seen) = seen else {
        for _ in 0..3 {
            ui.label("not subscribed");
        }
        return;
    };
    let owner = seen.owner.and_then(|owner| group.members.get(owner));
    ui.label(owner.map_or("no owner", |member| &member.name));
    number_ui(ui, seen.committed_offset.map_or_else(|| "no commit yet".to_owned(), offset));
    number_ui(ui, seen.lag.map_or_else(|| "unknown".to_owned(), format::count));
}

/// Most groups read one topic: then the partition lies at its own number.
fn seen_by<'a>(group: &'a GroupView, topic: &str, id: u32, row: usize) -> Option<&'a GroupPartitionState> {
    let is_this = |it: &&GroupPartitionState| it.partition.partition == id && *it.partition.topic == *topic;
    group.partitions.get(row).filter(is_this).or_else(|| group.partitions.iter().find(is_this))
}

fn number_ui(ui: &mut Ui, text: String) {
    ui.label(RichText::new(text).font(theme::mono(size::SMALL)));
}

fn offset(value: i64) -> String {
    format::count(u64::try_from(value).unwrap_or(0))
}
