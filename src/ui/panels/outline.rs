//! The outline at the left: everything there is, by name, to be selected.

use egui::{Align2, Color32, Rect, ScrollArea, Ui, pos2, vec2};

use super::add::{AddKind, Adding};
use super::words;
use crate::lab::snapshot::{ClientStatus, MemberState, ProducerState};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::controls::plus_ui;
use crate::ui::widgets::convert::index_to_f32;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{ListRow, caps, list_row_ui};

/// What is open in the outline.
#[derive(Default)]
pub struct OutlineState {
    adding: Option<Adding>,
}

/// One row; a list of a thousand consumers draws only those in view.
#[derive(Clone, Copy)]
enum Row {
    Section(AddKind),
    /// Said where a section is empty.
    Nothing(&'static str),
    Topic(usize),
    Producer(usize),
    Group(usize),
    Member(usize, usize),
}

/// Draws the outline.
pub fn outline_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    state: &mut OutlineState,
    selection: &Selection,
    asks: &mut Vec<Ask>,
) {
    let rows = rows(snapshot);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, size::ROW, rows.len(), |ui, visible| {
        for row in &rows[visible] {
            row_ui(ui, snapshot, *row, state, selection, asks);
        }
    });
    if let Some(adding) = &mut state.adding
        && adding.ui(ui.ctx(), snapshot, asks).is_over()
    {
        state.adding = None;
    }
}

fn rows(snapshot: &Snapshot) -> Vec<Row> {
    let mut rows = vec![Row::Section(AddKind::Topic)];
    rows.extend((0..snapshot.topics.len()).map(Row::Topic));
    if snapshot.topics.is_empty() {
        rows.push(Row::Nothing("No topic yet"));
    }
    rows.push(Row::Section(AddKind::Producer));
    rows.extend((0..snapshot.producers.len()).map(Row::Producer));
    if snapshot.producers.is_empty() {
        rows.push(Row::Nothing("Nothing sends yet"));
    }
    rows.push(Row::Section(AddKind::Group));
    for (index, group) in snapshot.groups.iter().enumerate() {
        rows.push(Row::Group(index));
        rows.extend((0..group.members.len()).map(|member| Row::Member(index, member)));
    }
    if snapshot.groups.is_empty() {
        rows.push(Row::Nothing("Nothing reads yet"));
    }
    rows
}

fn row_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    row: Row,
    state: &mut OutlineState,
    selection: &Selection,
    asks: &mut Vec<Ask>,
) {
    let tokens = theme::of(ui.ctx());
    let (shown, target) = match row {
        Row::Section(kind) => return section_ui(ui, snapshot, kind, state),
        Row::Nothing(text) => return nothing_ui(ui, text),
        Row::Topic(index) => {
            let topic = &snapshot.topics[index];
            let trailing = format!("{} part.", format::short(f64::from(index_to_f32(topic.partitions.len()))));
            (plain_row(&topic.name, trailing, tokens), Selection::Topic(topic.name.clone()))
        }
        Row::Producer(index) => {
            let producer = &snapshot.producers[index];
            (producer_row(producer, tokens), Selection::Producer(producer.name.clone()))
        }
        Row::Group(index) => {
            let group = &snapshot.groups[index];
            let (lag, colour) = words::lag(group, tokens);
            let trailing = if group.lag.is_some() { format!("lag {lag}") } else { lag };
            let row = ListRow { is_strong: true, trailing_colour: colour, ..plain_row(&group.name, trailing, tokens) };
            (row, Selection::Group(group.name.clone()))
        }
        Row::Member(group, member) => {
            let group = &snapshot.groups[group];
            let member = &group.members[member];
            let target = Selection::Consumer { group: group.name.clone(), name: member.name.clone() };
            (member_row(member, group.topics.len() > 1, tokens), target)
        }
    };
    let response = list_row_ui(ui, &shown, *selection == target);
    if response.clicked() {
        asks.push(Ask::Select(target.clone()));
    }
    response.context_menu(|ui| client_menu_ui(ui, snapshot, &target, asks));
}

fn plain_row(name: &str, trailing: String, tokens: &Tokens) -> ListRow {
    ListRow {
        name: name.to_owned(),
        name_colour: tokens.text,
        is_strong: false,
        indent: 0.0,
        swatch: None,
        trailing,
        trailing_colour: tokens.text_muted,
    }
}

fn producer_row(producer: &ProducerState, tokens: &Tokens) -> ListRow {
    if producer.status == ClientStatus::Running {
        return plain_row(&producer.name, format::rate(producer.records_per_second), tokens);
    }
    let row = plain_row(&producer.name, words::status(producer.status).to_owned(), tokens);
    ListRow { name_colour: tokens.text_muted, trailing_colour: words::status_colour(producer.status, tokens), ..row }
}

fn member_row(member: &MemberState, names_topics: bool, tokens: &Tokens) -> ListRow {
    let is_running = member.status == ClientStatus::Running;
    let trailing = match member.status {
        ClientStatus::Running if member.assignment.is_empty() => "no partition".to_owned(),
        ClientStatus::Running => holdings(member, names_topics),
        ClientStatus::Joining | ClientStatus::Stalled | ClientStatus::Stopped | ClientStatus::Crashed => {
            words::status(member.status).to_owned()
        }
    };
    let colour = tokens.member(member.colour);
    ListRow {
        indent: 14.0,
        swatch: Some(if is_running { colour } else { tokens.border }),
        name_colour: if is_running { tokens.text } else { tokens.text_muted },
        trailing_colour: if is_running { tokens.text_muted } else { words::status_colour(member.status, tokens) },
        ..plain_row(&member.name, trailing, tokens)
    }
}

/// The partitions that a member holds, as short as they can be said.
fn holdings(member: &MemberState, names_topics: bool) -> String {
    let text = format::ranges(member.assignment.iter().map(|held| held.partition));
    if names_topics || text.chars().count() > 12 { format!("{} part.", member.assignment.len()) } else { text }
}

fn section_ui(ui: &mut Ui, snapshot: &Snapshot, kind: AddKind, state: &mut OutlineState) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), egui::Sense::hover());
    caps(ui, rect.left_center() + vec2(12.0, 2.0), kind.heading(), tokens.text_muted);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, kind.heading()));
    let plus = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y + 2.0), vec2(20.0, 20.0));
    let added = ui.scope_builder(egui::UiBuilder::new().max_rect(plus), |ui| plus_ui(ui, kind.title())).inner;
    if added.clicked() {
        state.adding = Some(Adding::new(kind, snapshot));
    }
}

fn nothing_ui(ui: &mut Ui, text: &str) {
    let tokens = theme::of(ui.ctx());
    let row = ListRow { name_colour: tokens.text_muted, ..plain_row(text, String::new(), tokens) };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), egui::Sense::hover());
    let font = theme::sans(size::BODY);
    ui.painter().text(rect.left_center() + vec2(12.0, 0.0), Align2::LEFT_CENTER, row.name, font, row.name_colour);
}

/// What can be done with, or to, a client.
pub fn client_menu_ui(ui: &mut Ui, snapshot: &Snapshot, target: &Selection, asks: &mut Vec<Ask>) {
    let (name, is_consumer) = match target {
        Selection::Producer(name) => (name, false),
        Selection::Consumer { name, .. } => (name, true),
        Selection::Topic(name) => return topic_menu_ui(ui, name, asks),
        Selection::Group(name) => {
            if item(ui, "Add a consumer", None) {
                asks.push(Command::AddConsumer { group: name.clone() }.into());
            }
            return;
        }
        Selection::Nothing | Selection::Partition { .. } => {
            if item(ui, "Show the whole drawing", None) {
                asks.push(Ask::FitCanvas);
            }
            return;
        }
    };
    let danger = Some(theme::of(ui.ctx()).bad);
    let is_running = is_running(snapshot, target);
    if is_running {
        choose(ui, "Stop", None, Command::Stop(name.clone()), asks);
        choose(ui, "Stall", None, Command::Stall(name.clone()), asks);
        if is_consumer {
            choose(ui, "Slow down 10×", None, Command::Slow { client: name.clone(), factor: 10.0 }, asks);
            choose(ui, "Back to its own speed", None, Command::Slow { client: name.clone(), factor: 1.0 }, asks);
        }
        choose(ui, "Crash", danger, Command::Crash(name.clone()), asks);
    } else {
        choose(ui, "Start", None, Command::Start(name.clone()), asks);
    }
    ui.separator();
    let removal =
        if is_consumer { Command::RemoveConsumer(name.clone()) } else { Command::RemoveProducer(name.clone()) };
    choose(ui, "Remove", danger, removal, asks);
}

fn topic_menu_ui(ui: &mut Ui, name: &str, asks: &mut Vec<Ask>) {
    let danger = Some(theme::of(ui.ctx()).bad);
    choose(ui, "Add a partition", None, Command::AddPartitions { topic: name.to_owned(), count: 1 }, asks);
    choose(ui, "Delete with all records", danger, Command::DeleteTopic(name.to_owned()), asks);
}

fn is_running(snapshot: &Snapshot, target: &Selection) -> bool {
    use crate::ui::selection::Selected;
    let status = match target.find(snapshot) {
        Selected::Producer(producer) => producer.status,
        Selected::Consumer(_, member) => member.status,
        Selected::Nothing | Selected::Topic(_) | Selected::Partition(..) | Selected::Group(_) => return false,
    };
    matches!(status, ClientStatus::Running | ClientStatus::Joining)
}

fn choose(ui: &mut Ui, text: &str, colour: Option<Color32>, command: Command, asks: &mut Vec<Ask>) {
    if item(ui, text, colour) {
        asks.push(command.into());
    }
}

fn item(ui: &mut Ui, text: &str, colour: Option<Color32>) -> bool {
    let text = egui::RichText::new(text);
    let text = if let Some(colour) = colour { text.color(colour) } else { text };
    let is_clicked = ui.button(text).clicked();
    if is_clicked {
        ui.close();
    }
    is_clicked
}
