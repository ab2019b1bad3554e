//! Seconds along the width of a plot, and what is written below it: round steps back from the present, or
//! the clock while the past is looked at. It moves nothing.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Rect, Stroke, pos2};

use super::convert::{to_count, to_f32};
use super::time_axis::ChartsState;
use crate::clock::Time;
use crate::ui::theme::{self, Tokens, size};

/// Least room between two words below a plot, in points.
const BETWEEN_WORDS: f32 = 66.0;

/// Steps that people count in, in seconds.
const STEPS: [f64; 17] = [
    0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0,
    43_200.0,
];

/// Seconds along the width of a plot.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub plot: Rect,
    pub span: (f64, f64),
}

impl Axis {
    pub fn x(&self, time: f64) -> f32 {
        let share = (time - self.span.0) / (self.span.1 - self.span.0).max(1e-9);
        self.plot.left() + to_f32(share) * self.plot.width()
    }

    pub fn time(&self, x: f32) -> f64 {
        self.span.0 + self.seconds(x - self.plot.left())
    }

    /// How many seconds lie on so many points.
    pub fn seconds(&self, points: f32) -> f64 {
        f64::from(points / self.plot.width().max(1.0)) * (self.span.1 - self.span.0)
    }

    /// Round moments in view with what is written at them; counted from the present while that is shown.
    pub fn ticks(&self, is_live: bool, now: f64) -> Vec<(f32, String)> {
        let step = self.step();
        let origin = if is_live { now } else { 0.0 };
        let mut count = ((self.span.0 - origin) / step).ceil();
        let mut ticks = Vec::new();
        while origin + count * step <= self.span.1 {
            if !is_live || count.abs() > 0.5 {
                let at = origin + count * step;
                ticks.push((self.x(at), if is_live { relative(count * step, step) } else { clock(at) }));
            }
            count += 1.0;
        }
        ticks
    }

    fn step(&self) -> f64 {
        let least = self.seconds(BETWEEN_WORDS);
        STEPS.into_iter().find(|step| *step >= least).unwrap_or(86_400.0)
    }

    /// The words below a plot: round steps, the present, and the marked moment, which comes before both.
    pub fn words(&self, painter: &Painter, state: &ChartsState, (now, is_paused): (f64, bool), tokens: &Tokens) {
        let mut taken: Vec<Rect> =
            self.marked(state).map(|at| self.word(painter, at, clock(at)).1).into_iter().collect();
        let present = state.live.then(|| (self.x(now), if is_paused { "now, paused" } else { "now" }.to_owned()));
        for (x, word) in present.into_iter().chain(self.ticks(state.live, now)) {
            let (galley, at) = self.word(painter, self.time(x), word);
            if !taken.iter().any(|other| at.expand(4.0).intersects(*other)) {
                painter.galley_with_override_text_color(at.min, galley, tokens.text_muted);
                taken.push(at);
            }
        }
    }

    /// The line at the marked moment with its time below.
    pub fn mark(&self, painter: &Painter, state: &ChartsState, tokens: &Tokens) {
        let Some(at) = self.marked(state) else { return };
        let x = painter.round_to_pixel_center(self.x(at));
        painter.vline(x, self.plot.y_range(), Stroke::new(1.0, tokens.text));
        let (galley, rect) = self.word(painter, at, clock(at));
        painter.galley_with_override_text_color(rect.min, galley, tokens.text);
    }

    /// The moment that is marked, where it is in view.
    fn marked(&self, state: &ChartsState) -> Option<f64> {
        state.moment().filter(|at| *at >= self.span.0 && *at <= self.span.1)
    }

    /// A word below a moment, and its place within the width of the plot.
    fn word(&self, painter: &Painter, at: f64, word: String) -> (Arc<Galley>, Rect) {
        let galley = painter.layout_no_wrap(word, theme::mono(size::TINY - 0.5), Color32::PLACEHOLDER);
        let half = galley.size().x / 2.0;
        let centre = self.x(at).clamp(self.plot.left() + half, (self.plot.right() - half).max(self.plot.left() + half));
        let rect = Align2::CENTER_TOP.anchor_size(pos2(centre, self.plot.bottom() + 3.0), galley.size());
        (galley, rect)
    }
}

/// Seconds as the experiment's clock writes them.
pub fn clock(seconds: f64) -> String {
    Time::from_micros(to_count(seconds * 1e6)).to_string()
}

/// So long before or after the present, in the unit of the step.
fn relative(seconds: f64, step: f64) -> String {
    let sign = if seconds < 0.0 { '−' } else { '+' };
    let (value, unit) = match step {
        s if s >= 3_600.0 => (seconds / 3_600.0, "h"),
        s if s >= 60.0 => (seconds / 60.0, "min"),
        _ => (seconds, "s"),
    };
    let value = value.abs();
    if (value - value.round()).abs() < 0.01 {
        format!("{sign}{value:.0} {unit}")
    } else {
        format!("{sign}{value:.1} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(width: f32, span: (f64, f64)) -> Axis {
        Axis { plot: Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(width, 100.0)), span }
    }

    fn words(axis: &Axis, is_live: bool, now: f64) -> Vec<String> {
        axis.ticks(is_live, now).into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn steps_are_round_and_count_from_the_present() {
        assert_eq!(words(&axis(320.0, (180.0, 300.0)), true, 300.0), ["−120 s", "−90 s", "−60 s", "−30 s"]);
        assert_eq!(words(&axis(320.0, (0.0, 1_200.0)), true, 1_200.0), ["−20 min", "−15 min", "−10 min", "−5 min"]);
        assert_eq!(words(&axis(320.0, (40.0, 140.0)), true, 120.0), ["−60 s", "−30 s"], "and on into the future");
    }

    #[test]
    fn the_past_is_written_as_the_clock_has_it() {
        assert_eq!(words(&axis(200.0, (61.0, 121.0)), false, 300.0), ["00:01:20.0", "00:01:40.0", "00:02:00.0"]);
    }
}
