//! A consumer group: its lag, its membership and its delivery audit.

use egui::Ui;

use super::what_if::what_if_ui;
use super::{advice, coloured_row_ui, header_ui, plain_row_ui, push_if};
use crate::lab::snapshot::{ClientStatus, GroupView, MemberState, Subject};
use crate::lab::{Command, Snapshot, settings};
use crate::ui::command::Ask;
use crate::ui::panels::settings::{Owner, settings_ui};
use crate::ui::panels::words;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{card_ui, section_ui};

pub fn group_ui(ui: &mut Ui, snapshot: &Snapshot, group: &GroupView, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let badge = format!("{} · gen {}", if group.state.is_empty() { "Empty" } else { &group.state }, group.generation);
    header_ui(ui, &group.name, Some((&badge, words::group_state_colour(&group.state, tokens))));
    card_ui(ui, |ui| lag_ui(ui, group));
    let is_subject = |subject: &Subject| matches!(subject, Subject::Group(name) if *name == group.name);
    advice::advice_ui(ui, snapshot, is_subject, asks);
    section_ui(ui, "Membership");
    membership_ui(ui, group);
    for change in settings_ui(ui, Owner::running(&group.name, snapshot), &settings::group::ALL, &*group.spec) {
        asks.push(Command::SetGroup { group: group.name.clone(), change }.into());
    }
    buttons_ui(ui, group, asks);
    what_if_ui(ui, snapshot, group, asks);
    section_ui(ui, "Delivery audit");
    if snapshot.experiment.records_before > 0 {
        let records = format::count(snapshot.experiment.records_before);
        let text = format!("Counts since this start: {records} records of before are not in it.");
        ui.label(egui::RichText::new(text).color(tokens.text_muted));
    }
    card_ui(ui, |ui| audit_ui(ui, group));
    section_ui(ui, "End-to-end latency");
    card_ui(ui, |ui| latency_ui(ui, group));
    section_ui(ui, "Work of all consumers");
    let (owner, template) = (Owner::running(&group.name, snapshot), &group.spec.template);
    for change in settings_ui(ui, owner, &settings::consumer::SHARED, template) {
        asks.push(Command::SetWork { group: group.name.clone(), change }.into());
    }
    section_ui(ui, "Autoscaler");
    for change in settings_ui(ui, owner, &settings::group::autoscaler::ALL, &*group.spec) {
        asks.push(Command::SetGroup { group: group.name.clone(), change }.into());
    }
    section_ui(ui, "Last rebalances");
    history_ui(ui, group);
}

/// Most rebalances that are listed.
const LISTED: usize = 8;

fn history_ui(ui: &mut Ui, group: &GroupView) {
    let tokens = theme::of(ui.ctx());
    if group.rebalances.is_empty() {
        ui.label(egui::RichText::new("None yet").color(tokens.text_muted));
    }
    for it in group.rebalances.iter().rev().take(LISTED) {
        let at = format::duration(std::time::Duration::from_micros(it.at.as_micros()));
        let meaning = format!("Measured: {} moved, {} kept, paused {}", it.moved, it.kept, format::duration(it.paused));
        plain_row_ui(ui, &format!("{at} · gen {}", it.generation), &it.reason, &meaning);
        let figures = format!("moved {}, kept {}, paused {}", it.moved, it.kept, format::duration(it.paused));
        ui.label(egui::RichText::new(figures).font(theme::sans(theme::size::SMALL)).color(tokens.text_muted));
    }
}

fn lag_ui(ui: &mut Ui, group: &GroupView) {
    let tokens = theme::of(ui.ctx());
    if let Some(evaluation) = group.status {
        let meaning = format!("Derived by Burrow's rules: {}", evaluation.reason);
        coloured_row_ui(ui, "Status", words::burrow(evaluation.status, tokens), &meaning);
    }
    let meaning = "Measured: high watermark minus committed offset, over all partitions with a commit.\n\
                   The speed is derived: the difference of two lags over the time between them";
    coloured_row_ui(ui, "Lag", words::lag_with_velocity(group, tokens), meaning);
    let meaning = "Derived per partition: lag / (consumed per second − produced per second); the slowest wins";
    coloured_row_ui(ui, "Drains in", words::drain(group.drain, tokens), meaning);
    let oldest = group.time_lag.map_or_else(|| "nothing waits".to_owned(), format::duration);
    plain_row_ui(ui, "Oldest unread", oldest, "Measured: age of the oldest record that is not committed yet");
    let rate = format::rate(group.records_out_per_second);
    plain_row_ui(ui, "Reads", rate, "Measured: records processed per second by all members");
}

fn membership_ui(ui: &mut Ui, group: &GroupView) {
    let in_group = group.members.iter().filter(|member| member.in_group).count();
    let members = format!("{in_group} of {}", group.members.len());
    plain_row_ui(
        ui,
        "Members",
        members,
        "Those that the coordinator counts, of all consumers of the group: a crashed one counts until its session times out",
    );
    let rebalances = group.rebalance_totals.count.to_string();
    plain_row_ui(ui, "Rebalances", rebalances, "Measured: rebalances since the start");
}

fn buttons_ui(ui: &mut Ui, group: &GroupView, asks: &mut Vec<Ask>) {
    ui.add_space(4.0);
    let last_running = group.members.iter().rev().find(|member| is_running(member));
    ui.horizontal_wrapped(|ui| {
        let meaning =
            "Adds and starts a consumer like the last one (in SQS a poller, in RabbitMQ a competing consumer)";
        let add = Command::AddConsumer { group: group.name.clone() };
        push_if(&button_ui(ui, "+ Consumer", Weight::Primary, meaning), add, asks);
        if button_ui(ui, "Add…", Weight::Plain, "Adds consumers that may be unlike the others").clicked() {
            asks.push(Ask::AddConsumers(group.name.clone()));
        }
        let Some(member) = last_running else { return };
        let meaning = format!("Stops {} in good order: it commits and leaves", member.name);
        push_if(&button_ui(ui, "Stop one", Weight::Plain, &meaning), Command::Stop(member.name.clone()), asks);
        let meaning = format!("Crashes {}: no leave, no commit; the group waits for its session timeout", member.name);
        push_if(&button_ui(ui, "Crash one", Weight::Danger, &meaning), Command::Crash(member.name.clone()), asks);
    });
}

fn is_running(member: &MemberState) -> bool {
    matches!(member.status, ClientStatus::Running | ClientStatus::Joining)
}

fn audit_ui(ui: &mut Ui, group: &GroupView) {
    let tokens = theme::of(ui.ctx());
    let ledger = group.ledger;
    let suspicious = |value: u64, colour| (format::count(value), if value > 0 { colour } else { tokens.text });
    let meaning = "Measured: records of the group's topics that producers count as accepted.\n\
                   Processed once + in flight + lost + expired = accepted";
    plain_row_ui(ui, "Accepted", format::count(ledger.accepted), meaning);
    let once = (format::count(ledger.processed_once), tokens.good);
    coloured_row_ui(ui, "Processed once", once, "Measured: processed at least once; the first time counts");
    plain_row_ui(ui, "In flight", format::count(ledger.in_flight), "Measured: still to come");
    let duplicates = suspicious(ledger.duplicates, tokens.warn);
    coloured_row_ui(ui, "Duplicates", duplicates, "Measured: processings after the first of a record");
    let out_of_order = suspicious(ledger.out_of_order, tokens.warn);
    coloured_row_ui(
        ui,
        "Out of order",
        out_of_order,
        "Measured: processings of a key at a lower position than one already processed",
    );
    let lost = suspicious(ledger.lost, tokens.bad);
    coloured_row_ui(ui, "Lost", lost, "Measured: can no longer be processed although it never was");
    let expired = suspicious(ledger.expired, tokens.bad);
    coloured_row_ui(ui, "Expired", expired, "Measured: deleted by retention before the group read it");
}

fn latency_ui(ui: &mut Ui, group: &GroupView) {
    let latency = group.latency;
    let meaning = "Measured from the intended send time to the end of processing";
    let shown = |value: f64| if latency.count == 0 { "nothing yet".to_owned() } else { format::millis(value) };
    plain_row_ui(ui, "p50", shown(latency.p50), meaning);
    plain_row_ui(ui, "p95", shown(latency.p95), meaning);
    plain_row_ui(ui, "p99", shown(latency.p99), meaning);
    plain_row_ui(ui, "Maximum", shown(latency.max), meaning);
}
