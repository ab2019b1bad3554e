//! What if: a change to try on the group's simulated future before it is made, and both futures side by side.

use egui::{Id, ProgressBar, RichText, Ui};

use super::{coloured_row_ui, plain_row_ui};
use crate::lab::Command;
use crate::lab::forecast::{MOST_CONSUMERS, MOST_RATE};
use crate::lab::snapshot::{Forecast, Future, GroupView, Snapshot, WhatIf};
use crate::metrics::figures::Drain;
use crate::model::group::assign::Assignor;
use crate::ui::command::Ask;
use crate::ui::panels::settings::Editor;
use crate::ui::panels::words;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::{card_ui, section_ui};

/// Partitions that one question may add.
const MOST_PARTITIONS: f64 = 1_000.0;

const ASSIGNORS: [Assignor; 4] = [Assignor::CooperativeSticky, Assignor::Sticky, Assignor::Range, Assignor::RoundRobin];

pub fn what_if_ui(ui: &mut Ui, snapshot: &Snapshot, group: &GroupView, asks: &mut Vec<Ask>) {
    section_ui(ui, "What if");
    let id = Id::unique(("what if", &group.name));
    let first = WhatIf { consumers: 1, ..WhatIf::default() };
    let mut what_if = ui.data(|data| data.get_temp::<WhatIf>(id)).unwrap_or(first);
    question_ui(ui, group, &mut what_if);
    ui.data_mut(|data| data.insert_temp(id, what_if));
    let shown = snapshot.forecast.as_ref().filter(|forecast| forecast.group == group.name);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let meaning = "Simulates this group's future from its present state, as it is and with the change.\n\
                       Nothing is changed in what runs";
        if button_ui(ui, "Simulate", Weight::Plain, meaning).clicked() {
            asks.push(Command::Forecast { group: group.name.clone(), what_if }.into());
        }
        let forget = "Forgets the futures, here and on the lag chart";
        if shown.is_some() && button_ui(ui, "Clear", Weight::Plain, forget).clicked() {
            asks.push(Command::ClearForecast.into());
        }
    });
    if let Some(forecast) = shown {
        forecast_ui(ui, forecast);
    }
}

fn question_ui(ui: &mut Ui, group: &GroupView, what_if: &mut WhatIf) {
    let editor = |label, meaning| Editor::new(&group.name, label, meaning);
    let present = words::count(group.members.len());
    let fewest = -f64::from(u32::try_from(present).unwrap_or(u32::MAX));
    let consumers = editor("More consumers", "Below 0: fewer");
    let range = (fewest, f64::from(MOST_CONSUMERS));
    if let Some(more) = consumers.number_ui(ui, what_if.consumers.into(), range, "") {
        what_if.consumers = whole(more);
    }
    let partitions = editor("More partitions", "In each topic that the group reads");
    if let Some(more) = partitions.number_ui(ui, what_if.partitions.into(), (0.0, MOST_PARTITIONS), "") {
        what_if.partitions = whole(more).unsigned_abs();
    }
    let rate = editor("Rate", "All that comes is multiplied by it");
    if let Some(factor) = rate.number_ui(ui, what_if.rate_factor, (0.0, MOST_RATE), "×") {
        what_if.rate_factor = factor;
    }
    let names = ["as it is", "cooperative-sticky", "sticky", "range", "roundrobin"];
    let current = what_if.assignor.and_then(|assignor| ASSIGNORS.iter().position(|it| *it == assignor));
    let assignor = editor("Another assignor", "Which all members offer from now on");
    if let Some(chosen) = assignor.choice_ui(ui, Some(current.map_or(0, |at| at + 1)), &names) {
        what_if.assignor = chosen.checked_sub(1).and_then(|at| ASSIGNORS.get(at)).copied();
    }
}

fn forecast_ui(ui: &mut Ui, forecast: &Forecast) {
    ui.add_space(6.0);
    let Some(futures) = &forecast.futures else {
        let text = format!("Simulating {}", format::percent(forecast.done));
        #[expect(clippy::cast_possible_truncation, reason = "a bar needs no more than 24 bits")]
        ui.add(ProgressBar::new(forecast.done as f32).text(text));
        return;
    };
    card_ui(ui, |ui| {
        let tokens = theme::of(ui.ctx());
        let at = format::duration(std::time::Duration::from_micros(forecast.at.as_micros()));
        let made = format!("simulated from {at} on, seed {}", futures.seed);
        let meaning = format!(
            "Both futures begin in the state at {at} and are simulated {} ahead by the broker's own rules for groups",
            format::duration(futures.looked)
        );
        ui.label(RichText::new(made).color(tokens.text_muted)).on_hover_text(&meaning);
        future_ui(ui, "As it is", &futures.as_it_is, &meaning);
        if let Some(changed) = &futures.changed {
            ui.add_space(4.0);
            future_ui(ui, &format!("With {}", forecast.what_if), changed, &meaning);
        }
    });
}

fn future_ui(ui: &mut Ui, title: &str, future: &Future, how: &str) {
    let tokens = theme::of(ui.ctx());
    ui.label(RichText::new(title).color(tokens.text));
    let simulated = |meaning: &str| format!("Simulated: {meaning}.\n{how}");
    coloured_row_ui(
        ui,
        "Drains in",
        drain(future.drain, tokens),
        &simulated("until nothing waits for longer than a moment"),
    );
    let p99 = simulated("from the intended send time to the end of processing, of 99 of 100 records");
    plain_row_ui(ui, "p99", format::duration(future.p99), &p99);
    plain_row_ui(
        ui,
        "Highest lag",
        format::count(future.max_lag),
        &simulated("records that have come and are not processed"),
    );
    if future.rebalances > 0 {
        let text = format!("{}, longest {}", future.rebalances, format::duration(future.longest_pause));
        plain_row_ui(ui, "Rebalances", text, &simulated("how many, and for how long the longest lasted"));
    }
}

fn drain(drain: Drain, tokens: &theme::Tokens) -> (String, egui::Color32) {
    match drain {
        Drain::Unknown => ("later than was looked".to_owned(), tokens.warn),
        Drain::Empty | Drain::In(_) | Drain::Never => words::drain(Some(drain), tokens),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a field's bounds are far below")]
fn whole(value: f64) -> i32 {
    value.round() as i32
}
