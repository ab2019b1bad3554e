//! What can be done with, or to, the things of an experiment: one list for context menus, for keys and for
//! many things at once. It pushes one command per thing.

use egui::{Color32, Role, Ui, WidgetInfo};

use super::removal;
use crate::lab::snapshot::ClientStatus;
use crate::lab::{Command, Snapshot};
use crate::ui::command::Ask;
use crate::ui::selection::{Selected, Selection};
use crate::ui::theme::{self, size};

/// Why most can't be done to a client that is not there.
pub const NOT_RUNNING: &str = "It does not run";

/// What can happen to a client, in the order in which it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAction {
    Start,
    Stop,
    Stall,
    Crash,
}

impl ClientAction {
    pub const ALL: [Self; 4] = [Self::Start, Self::Stop, Self::Stall, Self::Crash];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Stall => "Stall",
            Self::Crash => "Crash",
        }
    }

    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Start => "Starts it again",
            Self::Stop => "Ends it in good order: it finishes what it has in hand, commits and leaves",
            Self::Stall => "Freezes it, heartbeats too, until it is started again: like a long pause of its machine",
            Self::Crash => "Ends it at once: no leave, no commit; its group waits for the session timeout",
        }
    }

    /// Why it means nothing to a client in this state.
    pub const fn objection(self, status: ClientStatus) -> Option<&'static str> {
        let is_running = matches!(status, ClientStatus::Running | ClientStatus::Joining);
        let is_stalled = matches!(status, ClientStatus::Stalled);
        match self {
            Self::Start if is_running => Some("It runs already"),
            Self::Stall if is_stalled => Some("It is stalled already"),
            Self::Stop | Self::Crash if !is_running && !is_stalled => Some(NOT_RUNNING),
            Self::Stall if !is_running => Some(NOT_RUNNING),
            Self::Start | Self::Stop | Self::Stall | Self::Crash => None,
        }
    }

    /// Whether it means anything to a client in this state.
    pub const fn fits(self, status: ClientStatus) -> bool {
        self.objection(status).is_none()
    }

    pub fn command(self, client: &str) -> Command {
        let client = client.to_owned();
        match self {
            Self::Start => Command::Start(client),
            Self::Stop => Command::Stop(client),
            Self::Stall => Command::Stall(client),
            Self::Crash => Command::Crash(client),
        }
    }
}

/// A selected client.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    pub name: &'a str,
    pub status: ClientStatus,
    pub is_consumer: bool,
}

/// The clients among what is selected; a group stands for its consumers.
pub fn clients<'a>(snapshot: &'a Snapshot, selection: &Selection) -> Vec<Client<'a>> {
    let mut clients: Vec<Client<'a>> = Vec::new();
    for item in selection.items() {
        match item.find(snapshot) {
            Selected::Producer(it) => clients.push(Client { name: &it.name, status: it.status, is_consumer: false }),
            Selected::Consumer(_, it) => clients.push(Client { name: &it.name, status: it.status, is_consumer: true }),
            Selected::Group(group) => {
                let members = group.members.iter();
                clients.extend(members.map(|it| Client { name: &it.name, status: it.status, is_consumer: true }));
            }
            Selected::Nothing | Selected::Topic(_) | Selected::Partition(..) => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    clients.retain(|client| seen.insert(client.name));
    clients
}

/// The context menu of what is under the pointer.
pub fn menu_ui(ui: &mut Ui, snapshot: &Snapshot, target: &Selection, asks: &mut Vec<Ask>) {
    match target {
        Selection::Topic(name) => topic_menu_ui(ui, name, asks),
        Selection::Partition { topic, .. } => {
            show_ui(ui, &format!("Show {topic}"), Selection::Topic(topic.clone()), asks);
            topic_menu_ui(ui, topic, asks);
        }
        Selection::Group(name) => group_menu_ui(ui, snapshot, name, target, asks),
        Selection::Producer(_) | Selection::Consumer { .. } | Selection::Many(_) => {
            clients_menu_ui(ui, snapshot, target, asks);
        }
        Selection::Nothing => {
            if item_ui(ui, "Show the whole drawing", None) {
                asks.push(Ask::FitCanvas);
            }
            return;
        }
    }
    ui.separator();
    if item_ui(ui, removal::label(target), Some(theme::of(ui.ctx()).bad)) {
        removal::ask(ui.ctx(), snapshot, target, asks);
    }
}

fn clients_menu_ui(ui: &mut Ui, snapshot: &Snapshot, target: &Selection, asks: &mut Vec<Ask>) {
    let danger = theme::of(ui.ctx()).bad;
    let clients = clients(snapshot, target);
    for action in ClientAction::ALL {
        let fitting: Vec<_> = clients.iter().filter(|client| action.fits(client.status)).collect();
        let label = counted(action.label(), fitting.len().max(1));
        let colour = (action == ClientAction::Crash).then_some(danger);
        if possible_ui(ui, &label, colour, objection_of_all(action, &clients)) {
            asks.extend(fitting.iter().map(|client| Ask::Lab(action.command(client.name))));
        }
    }
    let consumers: Vec<_> = clients.iter().filter(|client| client.is_consumer).collect();
    let running: Vec<_> = consumers.iter().filter(|it| ClientAction::Stop.fits(it.status)).collect();
    for (label, factor) in [("Slow down 10×", 10.0), ("Back to its own speed", 1.0)] {
        let objection = running.is_empty().then_some(NOT_RUNNING);
        if !consumers.is_empty() && possible_ui(ui, label, None, objection) {
            asks.extend(running.iter().map(|it| Ask::Lab(Command::Slow { client: it.name.to_owned(), factor })));
        }
    }
}

/// Why none of them can do it.
fn objection_of_all(action: ClientAction, clients: &[Client<'_>]) -> Option<&'static str> {
    let Some(first) = clients.first() else { return Some("No client is among them") };
    clients.iter().all(|client| !action.fits(client.status)).then(|| action.objection(first.status)).flatten()
}

fn group_menu_ui(ui: &mut Ui, snapshot: &Snapshot, name: &str, target: &Selection, asks: &mut Vec<Ask>) {
    if item_ui(ui, "Add a consumer", None) {
        asks.push(Command::AddConsumer { group: name.to_owned() }.into());
    }
    clients_menu_ui(ui, snapshot, target, asks);
}

fn topic_menu_ui(ui: &mut Ui, name: &str, asks: &mut Vec<Ask>) {
    if item_ui(ui, "Add a partition", None) {
        asks.push(Command::AddPartitions { topic: name.to_owned(), count: 1 }.into());
    }
}

fn show_ui(ui: &mut Ui, text: &str, target: Selection, asks: &mut Vec<Ask>) {
    if item_ui(ui, text, None) {
        asks.push(Ask::Select(target));
    }
}

/// `Crash`, or `Crash 3` when it is about several.
pub fn counted(label: &str, count: usize) -> String {
    if count == 1 { label.to_owned() } else { format!("{label} {count}") }
}

fn item_ui(ui: &mut Ui, text: &str, colour: Option<Color32>) -> bool {
    possible_ui(ui, text, colour, None)
}

/// An entry of a menu; one that can't be done now stays, with the reason beside it.
fn possible_ui(ui: &mut Ui, text: &str, colour: Option<Color32>, objection: Option<&str>) -> bool {
    let Some(reason) = objection else {
        let text = egui::RichText::new(text);
        let is_clicked = ui.button(if let Some(colour) = colour { text.color(colour) } else { text }).clicked();
        if is_clicked {
            ui.close();
        }
        return is_clicked;
    };
    let note = egui::RichText::new(reason).font(theme::sans(size::SMALL));
    let response = ui.add_enabled(false, egui::Button::new(text).right_text(note));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, false, format!("{text}, not now: {reason}")));
    false
}
