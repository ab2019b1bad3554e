//! How pointer and keys move the time that all charts show, and the moment that they mark: dragging, scrolling,
//! pinching, clicking and the arrow keys.

use egui::{EventFilter, Id, Key, Response, Ui};

use super::axis::Axis;
use super::time_axis::ChartsState;

/// A click this close to the marked moment, in points, takes the mark away.
const SAME: f32 = 4.0;

impl ChartsState {
    /// Takes what pointer and keys did in one chart; once a frame.
    pub fn interact(&mut self, ui: &Ui, response: &Response, axis: &Axis, now: f64) {
        if ui.ctx().current_pass_index() > 0 {
            return;
        }
        self.point(ui, response, axis);
        let before = (self.range, self.live, self.cursor, self.length);
        self.move_view(ui, response, axis, now);
        if before != (self.range, self.live, self.cursor, self.length) {
            ui.ctx().request_repaint();
        }
    }

    fn move_view(&mut self, ui: &Ui, response: &Response, axis: &Axis, now: f64) {
        if response.dragged() && response.drag_delta().x != 0.0 {
            self.pan(axis.span, now, -axis.seconds(response.drag_delta().x));
        }
        if response.double_clicked() {
            self.back_to_live();
        } else if response.clicked()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let is_same = self.cursor.is_some_and(|cursor| (axis.x(cursor) - pointer.x).abs() <= SAME);
            self.cursor = (!is_same).then(|| axis.time(pointer.x));
            response.request_focus();
        }
        if let Some(pointer) = response.hover_pos() {
            let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
            let factor = f64::from((-scroll.y / 240.0).exp() / pinch);
            if (factor - 1.0).abs() > 1e-6 {
                self.zoom(axis.span, now, factor, axis.time(pointer.x));
            }
            if scroll.x != 0.0 {
                self.pan(axis.span, now, -axis.seconds(scroll.x));
            }
        }
        if response.has_focus() {
            self.keys(ui, response.id, axis.span, now);
        }
    }

    fn point(&mut self, ui: &Ui, response: &Response, axis: &Axis) {
        let pointed = response.hover_pos().filter(|pointer| axis.plot.x_range().contains(pointer.x));
        if let Some(pointer) = pointed {
            self.hover = Some((response.id, axis.time(pointer.x)));
            if ui.input(|input| input.pointer.is_moving()) {
                // The charts that were drawn before this one mark it too.
                ui.ctx().request_repaint();
            }
        } else if self.hover.is_some_and(|(id, _)| id == response.id) {
            self.hover = None;
            ui.ctx().request_repaint();
        }
    }

    fn keys(&mut self, ui: &Ui, id: Id, span: (f64, f64), now: f64) {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let length = span.1 - span.0;
        let middle = self.cursor.unwrap_or(if self.live { now } else { f64::midpoint(span.0, span.1) });
        let (pressed, is_shifted) = ui.input(|input| {
            let keys = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown, Key::Home, Key::End];
            (keys.into_iter().find(|key| input.key_pressed(*key)), input.modifiers.shift)
        });
        let steps = match pressed {
            Some(Key::ArrowLeft) => -1.0,
            Some(Key::ArrowRight) => 1.0,
            Some(Key::ArrowUp) => return self.zoom(span, now, 0.8, middle),
            Some(Key::ArrowDown) => return self.zoom(span, now, 1.25, middle),
            Some(Key::Home) => return self.look_at(0.0, length, now),
            Some(_) => return self.back_to_live(),
            None => return,
        };
        if is_shifted {
            self.cursor = Some((middle + steps * length / 100.0).clamp(span.0, span.1));
        } else {
            self.pan(span, now, steps * length / 10.0);
        }
    }
}
