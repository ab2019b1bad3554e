//! How panes look and what can be done with them: quiet tabs, thin lines, a handle that appears under the pointer.

use egui::{Color32, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, Ui, Vec2, Visuals, WidgetInfo, pos2, vec2};
use egui_tiles::{Behavior, EditAction, SimplificationOptions, TabState, Tile, TileId, Tiles, UiResponse};

use super::{Pane, PaneContent};
use crate::ui::theme::{self, size};

/// Height of the strip at the top of a pane by which it is dragged.
const HANDLE: f32 = 24.0;

/// Side of the cross that closes a pane.
const CROSS: f32 = 18.0;

/// What was done to the layout in one frame.
#[derive(Clone, Copy, Default)]
pub struct Edits {
    pub is_sized: bool,
    pub is_moved: bool,
    /// Another tab came to the front.
    pub is_turned: bool,
}

/// One frame of the panes.
pub struct Panes<'a> {
    content: &'a mut dyn PaneContent,
    edits: Edits,
    closed: Vec<Pane>,
}

impl<'a> Panes<'a> {
    pub fn new(content: &'a mut dyn PaneContent) -> Self {
        Self { content, edits: Edits::default(), closed: Vec::new() }
    }

    /// What was done to the layout, and which panes are to be closed.
    pub fn finish(self) -> (Edits, Vec<Pane>) {
        (self.edits, self.closed)
    }

    /// A menu for what the pointer alone could not say.
    fn menu_ui(&mut self, response: &Response, pane: Pane) {
        response.context_menu(|ui| {
            if ui.button(format!("Close {}", pane.title())).clicked() {
                self.closed.push(pane);
                ui.close();
            }
            ui.label("Drag it to another place, or onto another pane to share its room");
        });
    }

    fn tab_close_ui(&mut self, ui: &Ui, tab: &Response, pane: Pane) {
        let centre = pos2(tab.rect.right() - 11.0, tab.rect.center().y);
        let rect = Rect::from_center_size(centre, Vec2::splat(CROSS));
        if cross_ui(ui, rect, tab.id.with("close"), pane, Color32::TRANSPARENT) {
            self.closed.push(pane);
        }
    }
}

impl Behavior<Pane> for Panes<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, pane: &mut Pane) -> UiResponse {
        let tokens = theme::of(ui.ctx());
        let rect = ui.max_rect();
        let ground = if pane.is_view() { tokens.canvas } else { tokens.panel };
        ui.painter().rect_filled(rect, 0, ground);
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        if pane.is_view() {
            self.content.content_ui(ui, *pane);
            return UiResponse::None;
        }
        // Below what the pane itself can be asked with the pointer.
        let strip = Rect::from_min_size(rect.min, vec2(rect.width(), HANDLE));
        let handle = ui.interact(strip, ui.scope_id().with("handle"), Sense::click_and_drag());
        handle.widget_info(|| WidgetInfo::labeled(Role::TitleBar, true, format!("{} pane", pane.title())));
        self.content.content_ui(ui, *pane);
        let is_near = ui.rect_contains_pointer(strip) && !ui.input(|input| input.pointer.any_down());
        if is_near {
            let at = pos2(rect.right() - 4.0 - CROSS / 2.0, rect.top() + 4.0 + CROSS / 2.0);
            let at = Rect::from_center_size(at, Vec2::splat(CROSS));
            if cross_ui(ui, at, ui.scope_id().with("close"), *pane, tokens.raised) {
                self.closed.push(*pane);
            }
        }
        self.menu_ui(&handle, *pane);
        if handle.hovered() {
            ui.set_cursor_icon(CursorIcon::Grab);
        }
        if handle.drag_started() { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> egui::WidgetText {
        pane.title().into()
    }

    fn tab_ui(&mut self, tiles: &mut Tiles<Pane>, ui: &mut Ui, id: Id, tile: TileId, state: &TabState) -> Response {
        let tokens = theme::of(ui.ctx());
        let pane = match tiles.get(tile) {
            Some(Tile::Pane(pane)) => Some(*pane),
            Some(Tile::Container(_)) | None => None,
        };
        let title = pane.map_or_else(|| titles_below(tiles, tile), |pane| pane.title().to_owned());
        let colour = if state.active { tokens.text } else { tokens.text_muted };
        let galley = ui.painter().layout_no_wrap(title.clone(), theme::sans(size::BODY), colour);
        let (_, rect) = ui.allocate_space(vec2(galley.size().x + 34.0, ui.available_height()));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), state.active, &title));
        if state.is_being_dragged || !ui.is_rect_visible(rect) {
            return response;
        }
        let colour = if response.hovered() { tokens.text } else { colour };
        let at = pos2(rect.left() + 14.0, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley_with_override_text_color(at, galley, colour);
        if state.active {
            let line = Rect::from_min_max(pos2(rect.left() + 8.0, rect.bottom() - 2.0), rect.max - vec2(14.0, 0.0));
            ui.painter().rect_filled(line, 0, tokens.accent);
        }
        if let Some(pane) = pane {
            if ui.rect_contains_pointer(rect) {
                self.tab_close_ui(ui, &response, pane);
            }
            self.menu_ui(&response, pane);
        }
        response
    }

    fn tab_bar_height(&self, _: &egui::Style) -> f32 {
        29.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        visuals.panel_fill
    }

    fn simplification_options(&self) -> SimplificationOptions {
        // A pane without company needs no tab.
        SimplificationOptions { all_panes_must_have_tabs: false, ..SimplificationOptions::default() }
    }

    fn resize_stroke(&self, style: &egui::Style, state: egui_tiles::ResizeState) -> Stroke {
        match state {
            egui_tiles::ResizeState::Idle => style.visuals.widgets.noninteractive.bg_stroke,
            egui_tiles::ResizeState::Hovering | egui_tiles::ResizeState::Dragging => {
                Stroke::new(1.0, style.visuals.hyperlink_color)
            }
        }
    }

    fn min_size(&self) -> f32 {
        64.0
    }

    fn cycle_tabs_with_keyboard(&self) -> bool {
        false
    }

    fn on_edit(&mut self, action: EditAction) {
        match action {
            EditAction::TileResized => self.edits.is_sized = true,
            EditAction::TileDropped => self.edits.is_moved = true,
            EditAction::TabSelected => self.edits.is_turned = true,
            EditAction::TileDragged => {}
        }
    }
}

/// What a tab is called that holds several panes.
fn titles_below(tiles: &Tiles<Pane>, tile: TileId) -> String {
    let Some(container) = tiles.get_container(tile) else { return String::new() };
    let first = container.children().find_map(|child| match tiles.get(*child)? {
        Tile::Pane(pane) => Some(pane.title().to_owned()),
        Tile::Container(_) => Some(titles_below(tiles, *child)),
    });
    format!("{}…", first.unwrap_or_default())
}

/// The cross that closes a pane; true when it was clicked.
fn cross_ui(ui: &Ui, rect: Rect, id: Id, pane: Pane, ground: Color32) -> bool {
    let tokens = theme::of(ui.ctx());
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Close {}", pane.title())));
    let is_hot = response.hovered();
    ui.painter().rect_filled(rect, 4, if is_hot { tokens.hovered } else { ground });
    let stroke = Stroke::new(1.2, if is_hot { tokens.text } else { tokens.text_muted });
    let arms = rect.shrink(5.5);
    ui.painter().line_segment([arms.left_top(), arms.right_bottom()], stroke);
    ui.painter().line_segment([arms.right_top(), arms.left_bottom()], stroke);
    response.on_hover_text(format!("Closes {}; the palette brings it back", pane.title())).clicked()
}
