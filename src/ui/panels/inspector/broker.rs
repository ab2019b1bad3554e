//! What the inspector says when nothing is selected: the experiment and its broker.

use egui::{RichText, Ui};

use super::{header_ui, plain_row_ui};
use crate::lab::Snapshot;
use crate::ui::panels::words;
use crate::ui::theme;
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;
use crate::ui::widgets::markdown::markdown_ui;
use crate::ui::widgets::rows::{card_ui, section_ui};

pub fn broker_ui(ui: &mut Ui, snapshot: &Snapshot) {
    let tokens = theme::of(ui.ctx());
    let broker = &snapshot.broker;
    let badge = match &broker.failure {
        Some(_) => ("failed", tokens.bad),
        None if broker.durability.is_empty() => ("not running", tokens.text_muted),
        None => ("running", tokens.good),
    };
    header_ui(ui, "Broker", Some(badge));
    if broker.failure.is_some() {
        let words = "It takes no more records; the banner says why. Put that right, then open the scenario again.";
        ui.label(RichText::new(words).color(tokens.bad));
    }
    card_ui(ui, |ui| {
        if !broker.durability.is_empty() {
            let meaning = format!(
                "{}.\nFixed while it runs: save the experiment, change the file, open it again",
                lost(&broker.durability)
            );
            plain_row_ui(ui, "Durability", &broker.durability, &meaning);
            ui.label(RichText::new(lost(&broker.durability)).color(tokens.text_muted));
        }
        let (place, meaning) = words::store_place(&snapshot.experiment.store);
        plain_row_ui(ui, "Data", place, &meaning);
        if snapshot.experiment.records_before > 0 {
            let before = format::count(snapshot.experiment.records_before);
            let meaning = "Measured: records that the store had when it began. Groups go on where they had committed; \
                           the delivery audit counts from this start";
            plain_row_ui(ui, "Records of before", before, meaning);
        }
        let rate = format::rate(broker.records_in_per_second);
        plain_row_ui(ui, "Records in", rate, "Measured: records accepted from all producers, per second");
        let bytes = format!("{}/s", format::bytes(broker.bytes_in_per_second));
        plain_row_ui(ui, "Bytes in", bytes, "Measured: bytes of accepted batches, per second");
        let shown = |millis: Option<f64>| millis.map_or_else(|| "none yet".to_owned(), format::millis);
        let meaning = "Measured: median of the time that a group commit took, over the last seconds";
        plain_row_ui(ui, "Commit p50", shown(broker.commit_p50_millis), meaning);
        let meaning = "Measured: 99th percentile of the time that a group commit took, over the last seconds";
        plain_row_ui(ui, "Commit p99", shown(broker.commit_p99_millis), meaning);
        let hits = broker.cache_hits.map_or_else(|| "nothing read".to_owned(), format::percent);
        let meaning = format!(
            "Measured: partitions read from memory / partitions read, by the fetches of the last seconds.\n\
             The newest batches take {} there; the others come from the store",
            format::bytes(count_to_f64(broker.cache_bytes))
        );
        plain_row_ui(ui, "Tail cache hits", hits, &meaning);
        let size = format::bytes(count_to_f64(broker.store_bytes));
        plain_row_ui(ui, "Store", size, "Measured: size of the store");
        let meaning = "Measured: appends that had to wait because a queue was full";
        plain_row_ui(ui, "Back-pressured", format::count(broker.back_pressured), meaning);
    });
    counts_ui(ui, snapshot);
    if !snapshot.experiment.about.is_empty() {
        section_ui(ui, "About");
        markdown_ui(ui, &snapshot.experiment.about);
    }
    ui.add_space(10.0);
    ui.label(
        RichText::new("Select something in the outline or the drawing to see and change it.").color(tokens.text_muted),
    );
}

/// What a crash of the broker takes with it.
fn lost(durability: &str) -> &'static str {
    match durability {
        "immediate" => "A crash loses nothing that was acknowledged",
        "memory" => "A crash loses everything",
        _ => "A crash loses what was acknowledged since the last sync",
    }
}

fn counts_ui(ui: &mut Ui, snapshot: &Snapshot) {
    section_ui(ui, "Experiment");
    card_ui(ui, |ui| {
        let partitions: usize = snapshot.topics.iter().map(|topic| topic.partitions.len()).sum();
        let consumers: usize = snapshot.groups.iter().map(|group| group.members.len()).sum();
        plain_row_ui(ui, "Topics", snapshot.topics.len().to_string(), "Topics: in RabbitMQ's words roughly streams");
        plain_row_ui(ui, "Partitions", partitions.to_string(), "Each is one log, read by one consumer of a group");
        plain_row_ui(ui, "Producers", snapshot.producers.len().to_string(), "Publishers, in RabbitMQ's words");
        plain_row_ui(ui, "Consumers", consumers.to_string(), "Of all groups together");
        plain_row_ui(ui, "Seed", snapshot.experiment.seed.to_string(), "The same seed gives the same run");
    });
}
