//! What stands in the middle where there is nothing yet: ways to begin.

use egui::Ui;

use crate::lab::Command;
use crate::lab::command::Source;
use crate::model::group::assign::Assignor;
use crate::model::topic::TopicName;
use crate::model::topic_config::TopicConfig;
use crate::model::units::Rate;
use crate::scenario::{GroupSpec, ProducerSpec, TopicSpec};
use crate::ui::command::Ask;
use crate::ui::dialogs::DialogKind;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui};

/// Draws them.
pub fn empty_ui(ui: &mut Ui, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.32).max(20.0));
        ui.label(egui::RichText::new("Nothing here yet").font(theme::sans_strong(20.0)).color(tokens.text));
        ui.add_space(6.0);
        let text =
            "Open a scenario, look at the demonstration, or begin with a topic, a producer and a group of your own.";
        ui.label(egui::RichText::new(text).color(tokens.text_muted));
        ui.add_space(14.0);
        if button_ui(ui, "Open the demonstration", Weight::Primary, "A burst outruns a group, built in").clicked() {
            asks.push(Command::Open(Source::BuiltIn("orders".to_owned())).into());
        }
        if button_ui(ui, "Open a scenario…", Weight::Plain, "Ctrl O").clicked() {
            asks.push(Ask::ShowDialog(DialogKind::Open));
        }
        if button_ui(ui, "Begin with one of each", Weight::Plain, "Adds a topic, a producer and two consumers")
            .clicked()
        {
            asks.extend(one_of_each().into_iter().map(Ask::Lab));
        }
    });
}

fn one_of_each() -> Vec<Command> {
    let group = "billing".to_owned();
    let topic = TopicName::new("orders").expect("a short name of letters is legal");
    let rate = Rate::from_per_second(100.0).unwrap_or_default();
    vec![
        Command::AddTopic(TopicSpec { name: topic.clone(), partitions: 8, config: TopicConfig::default() }),
        Command::AddGroup(Box::new(GroupSpec::new(&group, vec![topic.clone()], Assignor::CooperativeSticky))),
        Command::AddConsumer { group: group.clone() },
        Command::AddConsumer { group },
        Command::AddProducer(Box::new(ProducerSpec::new("web", topic, rate))),
    ]
}
