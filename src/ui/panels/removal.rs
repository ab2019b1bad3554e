//! Removing things for good. What would lose records or committed work is asked about first, wherever in
//! the window it was asked for; the question waits in the context until it is answered.

use egui::{Context, Id, Key, Modal, RichText, Ui};

use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::selection::{Selected, Selection};
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::format;

/// How removing this is called; `…` says that it is asked about.
pub const fn label(target: &Selection) -> &'static str {
    match target {
        Selection::Topic(_) | Selection::Partition { .. } => "Delete topic…",
        Selection::Group(_) => "Remove group…",
        Selection::Nothing | Selection::Many(_) | Selection::Producer(_) | Selection::Consumer { .. } => "Remove",
    }
}

/// Removes what loses nothing, and asks about the rest.
pub fn ask(ctx: &Context, snapshot: &Snapshot, target: &Selection, asks: &mut Vec<Ask>) {
    if target.items().iter().any(|item| loss(snapshot, item).is_some()) {
        ctx.data_mut(|data| data.insert_temp(waiting(), target.clone()));
        ctx.request_repaint();
    } else {
        remove(target, asks);
    }
}

/// Draws the question, if one waits; whether one does.
pub fn removal_ui(ctx: &Context, snapshot: &Snapshot, asks: &mut Vec<Ask>) -> bool {
    let Some(target) = ctx.data(|data| data.get_temp::<Selection>(waiting())) else { return false };
    let modal = Modal::new(Id::unique("removal")).show(ctx, |ui| question_ui(ui, snapshot, &target));
    let is_closed = modal.should_close();
    if modal.inner == Some(true) {
        remove(&target, asks);
    }
    if modal.inner.is_some() || is_closed {
        ctx.data_mut(|data| data.remove::<Selection>(waiting()));
    }
    true
}

fn waiting() -> Id {
    Id::unique("removal that is asked about")
}

/// What was decided, if something was.
fn question_ui(ui: &mut Ui, snapshot: &Snapshot, target: &Selection) -> Option<bool> {
    let tokens = theme::of(ui.ctx());
    ui.set_width(360.0);
    let title = match target.items() {
        [one] => format!("Remove {}?", name(one)),
        many => format!("Remove {}?", format::counted(many.len(), "thing")),
    };
    ui.heading(title);
    ui.add_space(6.0);
    for loss in target.items().iter().filter_map(|item| loss(snapshot, item)) {
        ui.label(RichText::new(loss).color(tokens.text_muted));
    }
    ui.add_space(8.0);
    let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
        let remove = button_ui(ui, "Remove for good", Weight::Danger, "Enter").clicked();
        let cancel = button_ui(ui, "Cancel", Weight::Plain, "Esc").clicked();
        match (remove || (is_entered && !cancel), cancel) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    })
    .inner
}

fn name(item: &Selection) -> &str {
    match item {
        Selection::Topic(name)
        | Selection::Producer(name)
        | Selection::Group(name)
        | Selection::Consumer { name, .. }
        | Selection::Partition { topic: name, .. } => name,
        Selection::Nothing | Selection::Many(_) => "",
    }
}

/// What would be lost, in a sentence.
fn loss(snapshot: &Snapshot, item: &Selection) -> Option<String> {
    match item.find(snapshot) {
        Selected::Topic(topic) | Selected::Partition(topic, _) => {
            let kept = topic.partitions.iter().map(|it| it.high_watermark.saturating_sub(it.log_start_offset));
            let records = u64::try_from(kept.sum::<i64>()).unwrap_or(0);
            let partitions = format::counted(topic.partitions.len(), "partition");
            Some(format!("{} holds {} records in {partitions}: all are deleted.", topic.name, format::count(records)))
        }
        Selected::Group(group) if !group.members.is_empty() => {
            let consumers = format::counted(group.members.len(), "consumer");
            Some(format!("{} has {consumers}: they are stopped and forgotten. Its committed offsets stay.", group.name))
        }
        Selected::Nothing | Selected::Producer(_) | Selected::Group(_) | Selected::Consumer(..) => None,
    }
}

fn remove(target: &Selection, asks: &mut Vec<Ask>) {
    for item in target.items() {
        let command = match item.clone() {
            Selection::Topic(name) | Selection::Partition { topic: name, .. } => Command::DeleteTopic(name),
            Selection::Producer(name) => Command::RemoveProducer(name),
            Selection::Consumer { name, .. } => Command::RemoveConsumer(name),
            Selection::Group(name) => Command::RemoveGroup(name),
            Selection::Nothing | Selection::Many(_) => continue,
        };
        asks.push(command.into());
    }
}
