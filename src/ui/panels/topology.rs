//! The drawing in the middle, with its pointer and its keys, or the same as a table.

use egui::{Key, Modifiers, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::actions::menu_ui;
use super::charts::shown_group;
use super::topology_caption::{caption_ui, spoken};
use super::topology_empty::empty_ui;
use super::topology_table::topology_table_ui;
use crate::lab::Snapshot;
use crate::ui::canvas::{self, Bounds, Flow, Layout, Memory, Scene, Step, View, inside, next, pick};
use crate::ui::command::Ask;
use crate::ui::layout::Pane;
use crate::ui::motion::Motion;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, size};

/// Room for the switch between drawing and table, at the lower edge.
const SWITCH_WIDTH: f32 = 116.0;

/// How the drawing is looked at.
#[derive(Default)]
pub struct TopologyState {
    view: View,
    flow: Flow,
    memory: Memory,
    is_table: bool,
    is_calm: bool,
    /// What the open menu is about.
    menu_target: Selection,
    /// Where the rectangle began that is being drawn to select what lies in it.
    band: Option<Pos2>,
}

impl TopologyState {
    /// Whether dots are on their way.
    pub fn has_flow(&self) -> bool {
        !self.is_calm && !self.is_table && self.flow.records_per_dot() > 0.0
    }

    /// Back to where everything is in view.
    pub fn fit(&mut self) {
        self.view = View::default();
    }

    /// Nothing travels and nothing glides: rates are written as numbers.
    pub const fn set_reduced_motion(&mut self, is_reduced: bool) {
        self.is_calm = is_reduced;
    }
}

/// Draws the topology, or the same as a table.
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
    state.memory.observe(snapshot, shown_group(snapshot, selection));
    let whole = ui.available_rect_before_wrap();
    if state.is_table {
        let table = whole.with_max_y(whole.bottom() - 30.0).shrink(10.0);
        ui.scope_builder(egui::UiBuilder::new().max_rect(table), |ui| {
            topology_table_ui(ui, snapshot, selection, asks);
        });
    } else {
        drawing_ui(ui, snapshot, state, selection, motion, asks);
    }
    switch_ui(ui, whole, &mut state.is_table);
}

fn drawing_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    state: &mut TopologyState,
    selection: &Selection,
    motion: &Motion,
    asks: &mut Vec<Ask>,
) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    let group = shown_group(snapshot, selection);
    let TopologyState { view, flow, memory, is_calm, menu_target, band, .. } = state;
    let seen = (selection, &*memory);
    let mut scene = Scene::new(snapshot, group, seen, tokens, (rect, *view));
    let before = *view;
    let Layout { rows, content_height, most_zoom, .. } = scene.layout;
    let bounds = Bounds { room: rect, rows, content: content_height, most: most_zoom };
    keys_ui(ui, &response, &scene, (view, &bounds), asks);
    band_ui(ui, &response, &scene, band, asks);
    if band.is_none() {
        view.interact(ui, &response, &bounds);
    }
    if before != *view {
        scene = Scene::new(snapshot, group, seen, tokens, (rect, *view));
    }
    scene.is_calm = *is_calm;
    scene.since = if *is_calm { 0.0 } else { motion.since_snapshot(snapshot) };
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, spoken(&scene)));
    // A second pass over the same frame must not let time pass twice.
    let step = if ui.ctx().current_pass_index() == 0 { motion.step_seconds() } else { 0.0 };
    canvas::paint(&scene, &ui.painter_at(rect), flow, step);
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(1.0), 3, Stroke::new(1.5, tokens.accent), StrokeKind::Inside);
    }
    caption_ui(ui, rect.with_max_x(rect.right() - SWITCH_WIDTH - 12.0), &scene, flow);
    if let Some((from, to)) = band.zip(response.interact_pointer_pos()) {
        let fill = tokens.accent.gamma_multiply(0.12);
        let stroke = Stroke::new(1.0, tokens.accent);
        ui.painter().rect(Rect::from_two_pos(from, to), 2, fill, stroke, StrokeKind::Inside);
    }
    pointer_ui(&scene, &response, menu_target, asks);
    response.context_menu(|ui| menu_ui(ui, snapshot, menu_target, asks));
}

/// Arrow keys go from thing to thing, whenever no other control has the keys.
fn keys_ui(
    ui: &Ui,
    response: &egui::Response,
    scene: &Scene<'_>,
    (view, bounds): (&mut View, &Bounds),
    asks: &mut Vec<Ask>,
) {
    let focused = ui.memory(egui::Memory::focused);
    if focused.is_some_and(|focused| focused != response.id) {
        return;
    }
    let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let steps = [
        (Key::ArrowUp, Step::Up),
        (Key::ArrowDown, Step::Down),
        (Key::ArrowLeft, Step::Left),
        (Key::ArrowRight, Step::Right),
    ];
    let is_extended = ui.input(|input| input.modifiers.shift);
    let modifiers = if is_extended { Modifiers::SHIFT } else { Modifiers::NONE };
    let pressed = steps.iter().find(|(key, _)| ui.input_mut(|input| input.consume_key(modifiers, *key)));
    if *scene.selection != Selection::Nothing && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        asks.push(Ask::Show(Pane::Inspector));
    }
    if let Some((thing, at)) = pressed.and_then(|(_, step)| next(scene, *step)) {
        view.reveal(at, bounds);
        let is_new = is_extended && !scene.selection.contains(&thing);
        asks.push(Ask::Select(if is_new { scene.selection.toggled(&thing) } else { thing }));
    }
}

/// A drag with Shift held draws a rectangle; what it touches is selected when it ends.
fn band_ui(ui: &Ui, response: &egui::Response, scene: &Scene<'_>, band: &mut Option<Pos2>, asks: &mut Vec<Ask>) {
    if response.drag_started() && ui.input(|input| input.modifiers.shift) {
        *band = ui.input(|input| input.pointer.press_origin());
    }
    let Some((from, to)) = band.zip(response.interact_pointer_pos()) else { return };
    if response.drag_stopped() {
        *band = None;
        asks.push(Ask::Select(Selection::of(inside(scene, Rect::from_two_pos(from, to)))));
    }
}

fn pointer_ui(scene: &Scene<'_>, response: &egui::Response, menu_target: &mut Selection, asks: &mut Vec<Ask>) {
    let Some(pointer) = response.hover_pos() else { return };
    let picked = pick(scene, pointer);
    if response.clicked_by(egui::PointerButton::Primary) {
        let is_added = response.ctx.input(|input| input.modifiers.command || input.modifiers.shift);
        asks.extend(match &picked {
            Some((thing, _)) if is_added => Some(Ask::Select(scene.selection.toggled(thing))),
            Some((thing, _)) => Some(Ask::Select(thing.clone())),
            None => (!is_added).then_some(Ask::Select(Selection::Nothing)),
        });
    }
    if response.secondary_clicked() {
        let under = picked.as_ref().map(|it| it.0.clone()).unwrap_or_default();
        // Where several are selected the menu is about all of them.
        *menu_target = if scene.selection.contains(&under) { scene.selection.clone() } else { under };
    }
    if let Some((_, text)) = picked {
        response.ctx.set_cursor_icon(egui::CursorIcon::PointingHand);
        response.clone().on_hover_text_at_pointer(text);
    }
}

fn switch_ui(ui: &mut Ui, whole: Rect, is_table: &mut bool) {
    let text = if *is_table { "Show as drawing" } else { "Show as table" };
    let rect = Rect::from_min_max(whole.max - vec2(SWITCH_WIDTH + 12.0, 26.0), whole.max - vec2(12.0, 4.0));
    let label = egui::RichText::new(text).font(theme::sans(size::SMALL));
    let name = if *is_table { "Show the table as a drawing" } else { "Show the drawing as a table" };
    let response = ui.put(rect, egui::Button::new(label).wrap_mode(egui::TextWrapMode::Extend));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.clicked() {
        *is_table = !*is_table;
    }
}
