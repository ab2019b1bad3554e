//! The small dialogs that add a topic, a producer or a group, with defaults that work at once.

use egui::{ComboBox, Context, DragValue, Grid, Id, Key, Modal, RichText, TextEdit, Ui};

use super::words;
use crate::lab::{Command, Snapshot};
use crate::model::group::assign::Assignor;
use crate::model::topic::{MAX_PARTITIONS, TopicName};
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui, named_ui};

/// What can be added from the outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddKind {
    Topic,
    Producer,
    Group,
}

impl AddKind {
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Topic => "Topics",
            Self::Producer => "Producers",
            Self::Group => "Consumer groups",
        }
    }

    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Topic => {
                "Logs of records, split into partitions (RabbitMQ: streams; SQS: queues that keep what was read)"
            }
            Self::Producer => "Clients that send records (RabbitMQ: publishers; SQS: senders)",
            Self::Group => {
                "Consumers that share the partitions of their topics (RabbitMQ: competing consumers; SQS: pollers)"
            }
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Topic => "Add a topic",
            Self::Producer => "Add a producer",
            Self::Group => "Add a consumer group",
        }
    }
}

/// What is being filled in.
pub struct Adding {
    kind: AddKind,
    name: String,
    topic: String,
    partitions: u32,
    per_second: f64,
    consumers: u32,
    assignor: Assignor,
    is_new: bool,
}

/// Whether a dialog goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Open,
    Over,
}

impl Progress {
    pub fn is_over(self) -> bool {
        self == Self::Over
    }
}

const ASSIGNORS: [Assignor; 4] = [Assignor::CooperativeSticky, Assignor::Sticky, Assignor::Range, Assignor::RoundRobin];

impl Adding {
    /// A form with names that are free.
    pub fn new(kind: AddKind, snapshot: &Snapshot) -> Self {
        let name = match kind {
            AddKind::Topic => free_name("topic", |name| snapshot.topics.iter().any(|it| it.name == name)),
            AddKind::Producer => free_name("producer", |name| snapshot.producers.iter().any(|it| it.name == name)),
            AddKind::Group => free_name("group", |name| snapshot.groups.iter().any(|it| it.name == name)),
        };
        let topic = snapshot.topics.first().map(|topic| topic.name.clone()).unwrap_or_default();
        Self {
            kind,
            name,
            topic,
            partitions: 8,
            per_second: 100.0,
            consumers: 2,
            assignor: Assignor::CooperativeSticky,
            is_new: true,
        }
    }

    /// Draws the dialog.
    pub fn ui(&mut self, ctx: &Context, snapshot: &Snapshot, asks: &mut Vec<Ask>) -> Progress {
        let modal = Modal::new(Id::unique("add")).show(ctx, |ui| self.form_ui(ui, snapshot, asks));
        if modal.should_close() { Progress::Over } else { modal.inner }
    }

    fn form_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, asks: &mut Vec<Ask>) -> Progress {
        let tokens = theme::of(ui.ctx());
        ui.set_width(300.0);
        ui.heading(self.kind.title());
        ui.add_space(6.0);
        Grid::new("add").num_columns(2).spacing([16.0, 8.0]).show(ui, |ui| {
            self.name_ui(ui);
            match self.kind {
                AddKind::Topic => {
                    number_ui(ui, "Partitions", DragValue::new(&mut self.partitions).range(1..=MAX_PARTITIONS));
                }
                AddKind::Producer => {
                    self.topic_ui(ui, snapshot);
                    let drag = DragValue::new(&mut self.per_second).range(0.0..=1e6).suffix(" /s").speed(5.0);
                    number_ui(ui, "Rate", drag);
                }
                AddKind::Group => {
                    self.topic_ui(ui, snapshot);
                    self.assignor_ui(ui);
                    number_ui(ui, "Consumers", DragValue::new(&mut self.consumers).range(0..=100));
                }
            }
        });
        let objection = self.objection(snapshot);
        if let Some(objection) = objection {
            ui.label(RichText::new(objection).color(tokens.warn));
        }
        ui.add_space(8.0);
        self.buttons_ui(ui, objection.is_none(), asks)
    }

    fn name_ui(&mut self, ui: &mut Ui) {
        ui.label("Name");
        let field = named_ui(ui, "Name", TextEdit::singleline(&mut self.name).desired_width(180.0));
        if std::mem::take(&mut self.is_new) {
            field.request_focus();
        }
        ui.end_row();
    }

    fn topic_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot) {
        ui.label("Topic");
        ui.name_inputs("Topic", |ui| {
            ComboBox::from_id_salt("topic").selected_text(&self.topic).width(180.0).show_ui(ui, |ui| {
                for topic in &snapshot.topics {
                    ui.selectable_value(&mut self.topic, topic.name.clone(), &topic.name);
                }
            })
        });
        ui.end_row();
    }

    fn assignor_ui(&mut self, ui: &mut Ui) {
        ui.label("Assignor");
        ui.name_inputs("Assignor", |ui| {
            ComboBox::from_id_salt("assignor").selected_text(words::assignor(self.assignor)).width(180.0).show_ui(
                ui,
                |ui| {
                    for assignor in ASSIGNORS {
                        ui.selectable_value(&mut self.assignor, assignor, words::assignor(assignor));
                    }
                },
            )
        });
        ui.end_row();
    }

    fn buttons_ui(&mut self, ui: &mut Ui, is_allowed: bool, asks: &mut Vec<Ask>) -> Progress {
        let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            let add = ui.add_enabled_ui(is_allowed, |ui| button_ui(ui, "Add", Weight::Primary, "Enter").clicked());
            if button_ui(ui, "Cancel", Weight::Plain, "Esc").clicked() {
                return Progress::Over;
            }
            if !(add.inner || (is_entered && is_allowed)) {
                return Progress::Open;
            }
            asks.extend(self.commands().into_iter().map(Ask::Lab));
            Progress::Over
        })
        .inner
    }

    /// Why this can't be added as it is.
    fn objection(&self, snapshot: &Snapshot) -> Option<&'static str> {
        let name = self.name.as_str();
        let is_taken = match self.kind {
            AddKind::Topic if TopicName::new(name).is_err() => {
                return Some("Letters, digits, '.', '_' and '-', at most 249");
            }
            AddKind::Topic => snapshot.topics.iter().any(|it| it.name == name),
            AddKind::Producer => snapshot.producers.iter().any(|it| it.name == name),
            AddKind::Group => snapshot.groups.iter().any(|it| it.name == name),
        };
        match self.kind {
            _ if name.trim().is_empty() => Some("A name is needed"),
            _ if is_taken => Some("That name is taken"),
            AddKind::Producer | AddKind::Group if self.topic.is_empty() => Some("Add a topic first"),
            AddKind::Topic | AddKind::Producer | AddKind::Group => None,
        }
    }

    fn commands(&self) -> Vec<Command> {
        let (name, topic) = (self.name.trim().to_owned(), self.topic.clone());
        match self.kind {
            AddKind::Topic => vec![Command::AddTopic { name, partitions: self.partitions }],
            AddKind::Producer => vec![Command::AddProducer { name, topic, per_second: self.per_second }],
            AddKind::Group => {
                let group = name.clone();
                let add = Command::AddGroup { name, topics: vec![topic], assignor: self.assignor };
                let consumers = (0..self.consumers).map(|_| Command::AddConsumer { group: group.clone() });
                std::iter::once(add).chain(consumers).collect()
            }
        }
    }
}

fn number_ui(ui: &mut Ui, name: &str, drag: DragValue<'_>) {
    ui.label(name);
    named_ui(ui, name, drag);
    ui.end_row();
}

/// Names that are tried; with more taken the field starts empty.
const MOST_NAMES: u32 = 10_000;

/// The first of `stem-1`, `stem-2`, ... that is free.
fn free_name(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
    (1..=MOST_NAMES).map(|number| format!("{stem}-{number}")).find(|name| !is_taken(name)).unwrap_or_default()
}
