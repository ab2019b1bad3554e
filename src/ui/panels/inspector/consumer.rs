//! A consumer: how fast it works, what it holds, and what can be done to it.

use std::time::Duration;

use egui::{RichText, Ui};

use super::{advice, client_buttons_ui, coloured_row_ui, header_ui, plain_row_ui};
use crate::lab::settings::consumer as settings;
use crate::lab::snapshot::{GroupView, MemberState, Subject};
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::panels::settings::{Owner, settings_ui};
use crate::ui::panels::words;
use crate::ui::selection::Selection;
use crate::ui::theme;
use crate::ui::widgets::controls::{Field, control_row_ui, number_ui};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{ListRow, card_ui, list_row_ui, section_ui};

/// Most partitions that are listed one by one.
const LISTED: usize = 50;

pub fn consumer_ui(ui: &mut Ui, snapshot: &Snapshot, group: &GroupView, member: &MemberState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let status = member.status;
    header_ui(ui, &member.name, Some((words::status(status), words::status_colour(status, tokens))));
    let state = words::member_state(member, snapshot.clock);
    if state != words::status(status) {
        ui.label(RichText::new(state).color(words::status_colour(status, tokens)));
    }
    card_ui(ui, |ui| {
        processing_ui(ui, member, asks);
        let busy = (format::percent(member.busy), words::busy_colour(member.busy, tokens));
        coloured_row_ui(ui, "Busy", busy, "Measured: share of the last second spent processing");
        let rate = format::rate(member.records_per_second);
        plain_row_ui(ui, "Processes", rate, "Measured: records processed per second");
        plain_row_ui(ui, "Processed", format::count(member.processed), "Measured: records processed since it started");
    });
    client_buttons_ui(ui, &member.name, status, asks);
    let is_subject = |subject: &Subject| matches!(subject, Subject::Client(name) if *name == member.name);
    advice::advice_ui(ui, snapshot, is_subject, asks);
    if let Some(failure) = &member.failure {
        ui.label(RichText::new(failure).color(tokens.bad));
    }
    assignment_ui(ui, group, member, asks);
    section_ui(ui, "Settings");
    let others: Vec<_> = settings::ALL.into_iter().filter(|it| it.label != settings::PROCESSING_TIME.label).collect();
    for change in settings_ui(ui, Owner::running(&member.name, snapshot), &others, &*member.spec) {
        asks.push(Command::SetConsumer { consumer: member.name.clone(), change }.into());
    }
}

fn processing_ui(ui: &mut Ui, member: &MemberState, asks: &mut Vec<Ask>) {
    let meaning = "Mean processing time per record; the distribution stays: drag or type";
    let changed = control_row_ui(ui, "Processing time", meaning, |ui| {
        let name = format!("Processing time of {}", member.name);
        let value = member.processing_mean.as_secs_f64() * 1e3;
        number_ui(ui, &Field { name: &name, value, range: (0.001, 1e6), suffix: " ms", decimals: 3 })
    });
    if let Some(millis) = changed {
        let mean = Duration::from_secs_f64(millis.max(0.0) / 1e3);
        asks.push(Command::SetProcessing { consumer: member.name.clone(), mean }.into());
    }
    let meaning = "Multiplies its processing time: 1 is its own speed";
    let changed = control_row_ui(ui, "Slow factor", meaning, |ui| {
        let name = format!("Slow factor of {}", member.name);
        let value = if member.slow_factor > 0.0 { member.slow_factor } else { 1.0 };
        number_ui(ui, &Field { name: &name, value, range: (0.01, 1e4), suffix: "×", decimals: 2 })
    });
    if let Some(factor) = changed {
        asks.push(Command::Slow { client: member.name.clone(), factor }.into());
    }
}

fn assignment_ui(ui: &mut Ui, group: &GroupView, member: &MemberState, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    section_ui(ui, "Assignment");
    if member.assignment.is_empty() {
        ui.label(
            RichText::new("Holds no partition: there are more consumers than partitions, or it is not a member now.")
                .color(tokens.text_muted),
        );
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for held in member.assignment.iter().take(LISTED) {
        let lag = group.partitions.iter().find(|it| &it.partition == held).and_then(|it| it.lag);
        let row = ListRow {
            name: held.to_string(),
            name_colour: tokens.text,
            is_strong: false,
            indent: -8.0,
            swatch: Some(tokens.member(member.colour)),
            trailing: lag.map_or_else(|| "no commit yet".to_owned(), |lag| format!("lag {}", format::count(lag))),
            trailing_colour: tokens.text_muted,
        };
        if list_row_ui(ui, &row, false).clicked() {
            let target = Selection::Partition { topic: held.topic.to_string(), partition: held.partition };
            asks.push(Ask::Select(target));
        }
    }
    let more = member.assignment.len().saturating_sub(LISTED);
    if more > 0 {
        ui.label(RichText::new(format!("and {more} more")).color(tokens.text_muted));
    }
}
