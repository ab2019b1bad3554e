//! The drawing in the middle, with its pointer, its legend and what it says where there is nothing yet.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::actions::menu_ui;
use super::charts::shown_group;
use crate::lab::command::Source;
use crate::lab::{Command, Snapshot};
use crate::model::group::assign::Assignor;
use crate::ui::canvas::{self, Flow, Scene, View, pick};
use crate::ui::command::Ask;
use crate::ui::dialogs::DialogKind;
use crate::ui::motion::Motion;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};
use crate::ui::widgets::controls::{Weight, button_ui};
use crate::ui::widgets::format;

/// How the drawing is looked at.
#[derive(Default)]
pub struct TopologyState {
    view: View,
    flow: Flow,
    /// What the open menu is about.
    menu_target: Selection,
}

impl TopologyState {
    /// Whether dots are on their way.
    pub fn has_flow(&self) -> bool {
        self.flow.records_per_dot() > 0.0
    }

    /// Back to where everything is in view.
    pub fn fit(&mut self) {
        self.view = View::default();
    }
}

/// Draws the topology.
pub fn topology_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    state: &mut TopologyState,
    selection: &Selection,
    motion: &Motion,
    asks: &mut Vec<Ask>,
) {
    if snapshot.topics.is_empty() && snapshot.producers.is_empty() && snapshot.groups.is_empty() {
        return empty_ui(ui, asks);
    }
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, spoken(snapshot)));
    let group = shown_group(snapshot, selection);
    let mut scene = Scene::new(snapshot, group, selection, tokens, (rect, state.view));
    let before = (state.view.zoom, state.view.scroll);
    state.view.interact(ui, &response, scene.layout.rows, scene.layout.content_height, scene.layout.most_zoom);
    if before != (state.view.zoom, state.view.scroll) {
        scene = Scene::new(snapshot, group, selection, tokens, (rect, state.view));
    }
    scene.since = motion.since_snapshot(snapshot);
    canvas::paint(&scene, &ui.painter_at(rect), &mut state.flow, motion.step_seconds());
    caption_ui(ui, rect, snapshot, state);
    pointer_ui(&scene, &response, state, asks);
    response.context_menu(|ui| menu_ui(ui, snapshot, &state.menu_target, asks));
}

fn pointer_ui(scene: &Scene<'_>, response: &egui::Response, state: &mut TopologyState, asks: &mut Vec<Ask>) {
    let Some(pointer) = response.hover_pos() else { return };
    let picked = pick(scene, pointer);
    if response.clicked() {
        asks.push(Ask::Select(picked.as_ref().map(|it| it.0.clone()).unwrap_or_default()));
    }
    if response.secondary_clicked() {
        state.menu_target = picked.as_ref().map(|it| it.0.clone()).unwrap_or_default();
    }
    if let Some((_, text)) = picked {
        response.ctx.set_cursor_icon(egui::CursorIcon::PointingHand);
        response.clone().on_hover_text_at_pointer(text);
    }
}

/// The drawing in one sentence, for who can't see it.
fn spoken(snapshot: &Snapshot) -> String {
    let partitions: usize = snapshot.topics.iter().map(|topic| topic.partitions.len()).sum();
    let mut text = format!(
        "Topology: {}, {} with {}, {}",
        format::counted(snapshot.producers.len(), "producer"),
        format::counted(snapshot.topics.len(), "topic"),
        format::counted(partitions, "partition"),
        format::counted(snapshot.groups.len(), "group"),
    );
    for group in &snapshot.groups {
        let lag = group.lag.map_or_else(|| "no commit yet".to_owned(), |lag| format!("lag {}", format::count(lag)));
        text.extend(["; ", &group.name, " ", &group.state, ", ", &lag]);
    }
    text
}

/// What the marks mean, and what a dot is.
fn caption_ui(ui: &Ui, rect: Rect, snapshot: &Snapshot, state: &TopologyState) {
    let tokens = theme::of(ui.ctx());
    let font = theme::sans(size::SMALL - 0.5);
    let y = rect.bottom() - 14.0;
    let per_dot = state.flow.records_per_dot();
    let dots = match per_dot {
        n if n <= 0.0 => "Nothing flows".to_owned(),
        n if n <= 1.0 => "Each dot is one record".to_owned(),
        n => format!("Flow is aggregated: a dot is about {} records", format::short(n)),
    };
    let dots = if snapshot.clock.paused { format!("Paused · {dots}") } else { dots };
    let painter = ui.painter_at(rect);
    let left = rect.left() + 14.0;
    let legend = painter.text(pos2(left, y), Align2::LEFT_CENTER, dots, font.clone(), tokens.text_muted);
    let galley = |text: &str| painter.layout_no_wrap(text.to_owned(), font.clone(), tokens.text_muted);
    let whole =
        "committed · tinted = read · solid = waiting: green under 1 s, amber shrinking, red growing · colour = owner";
    let short = "committed · tinted = read · solid = waiting";
    let room = rect.right() - legend.right() - 60.0;
    let Some(text) = [whole, short].map(galley).into_iter().find(|galley| galley.size().x <= room) else { return };
    let at = pos2(rect.right() - 14.0 - text.size().x, y - text.size().y / 2.0);
    let mark = Rect::from_center_size(pos2(at.x - 8.0, y), vec2(3.0, 13.0));
    painter.rect_filled(mark, 0, tokens.member(0));
    painter.galley(at, text, tokens.text_muted);
}

/// What to do where there is nothing yet.
fn empty_ui(ui: &mut Ui, asks: &mut Vec<Ask>) {
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
    let (topic, group) = ("orders".to_owned(), "billing".to_owned());
    let topics = vec![topic.clone()];
    vec![
        Command::AddTopic { name: topic.clone(), partitions: 8 },
        Command::AddGroup { name: group.clone(), topics, assignor: Assignor::CooperativeSticky },
        Command::AddConsumer { group: group.clone() },
        Command::AddConsumer { group },
        Command::AddProducer { name: "web".to_owned(), topic, per_second: 100.0 },
    ]
}
