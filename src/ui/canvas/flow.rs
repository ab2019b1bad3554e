//! The dots that travel: their density follows measured rates, their motion the experiment's clock.

use egui::{Color32, Painter, Pos2, pos2};

use crate::ui::widgets::convert::{index_to_f32, to_f32};
use crate::ui::widgets::format::round_up;

/// Most dots on the way at once: more would be neither seen nor cheap.
const MOST_DOTS: f64 = 130.0;

/// Seconds of the experiment that a dot travels at the experiment's own speed.
const TRAVEL_SECONDS: f64 = 1.1;

/// A way on which records travel.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// Says which way it is, from frame to frame.
    pub key: u64,
    pub from: Pos2,
    pub to: Pos2,
    pub records_per_second: f64,
    pub colour: Color32,
}

impl Lane {
    /// The four points of its curve.
    pub fn curve(&self) -> [Pos2; 4] {
        let bend = (self.to.x - self.from.x) * 0.5;
        [self.from, pos2(self.from.x + bend, self.from.y), pos2(self.to.x - bend, self.to.y), self.to]
    }

    /// A point of the curve, `share` of the way along.
    pub fn at(&self, share: f32) -> Pos2 {
        let [begin, leave, enter, end] = self.curve();
        let rest = 1.0 - share;
        let weights =
            [rest * rest * rest, 3.0 * rest * rest * share, 3.0 * rest * share * share, share * share * share];
        let x = begin.x * weights[0] + leave.x * weights[1] + enter.x * weights[2] + end.x * weights[3];
        let y = begin.y * weights[0] + leave.y * weights[1] + enter.y * weights[2] + end.y * weights[3];
        pos2(x, y)
    }
}

/// All dots on their way.
#[derive(Default)]
pub struct Flow {
    lanes: Vec<Dots>,
    records_per_dot: f64,
}

#[derive(Default)]
struct Dots {
    key: u64,
    /// Dots that are due, less than one.
    due: f64,
    /// How far each has come, 0 to 1, the newest last.
    positions: Vec<f64>,
}

impl Flow {
    /// How many records a dot stands for; 0 while nothing moves.
    pub const fn records_per_dot(&self) -> f64 {
        self.records_per_dot
    }

    /// Lets `step` seconds of the experiment pass.
    pub fn advance(&mut self, lanes: &[Lane], step: f64, speed: f64) {
        let travel = TRAVEL_SECONDS * if speed >= 1.0 { speed } else { speed.max(0.001).sqrt() };
        let records_on_the_way: f64 = lanes.iter().map(|lane| lane.records_per_second).sum::<f64>() * travel;
        let is_kept = self.choose_scale(records_on_the_way);
        self.lanes.resize_with(lanes.len(), Dots::default);
        for (lane, dots) in lanes.iter().zip(&mut self.lanes) {
            let dots_per_second =
                if self.records_per_dot > 0.0 { lane.records_per_second / self.records_per_dot } else { 0.0 };
            if dots.key == lane.key && is_kept {
                dots.advance(step, dots_per_second, travel);
            } else {
                dots.begin(lane.key, dots_per_second * travel);
            }
        }
    }

    /// Returns whether the scale stays as it was: it does not change back and forth at a boundary.
    fn choose_scale(&mut self, records_on_the_way: f64) -> bool {
        if records_on_the_way <= 0.0 {
            self.records_per_dot = 0.0;
            return true;
        }
        let dots = records_on_the_way / self.records_per_dot.max(1e-9);
        let is_fitting = dots <= MOST_DOTS * 1.15 && (dots >= MOST_DOTS * 0.3 || self.records_per_dot <= 1.0);
        if self.records_per_dot > 0.0 && is_fitting {
            return true;
        }
        self.records_per_dot = round_up((records_on_the_way / MOST_DOTS).max(1.0));
        false
    }

    pub fn paint(&self, painter: &Painter, lanes: &[Lane]) {
        for (lane, dots) in lanes.iter().zip(&self.lanes) {
            for position in &dots.positions {
                painter.circle_filled(lane.at(to_f32(*position)), 2.4, lane.colour);
            }
        }
    }
}

impl Dots {
    /// As if this had gone on for long already; lanes begin out of step with each other.
    fn begin(&mut self, key: u64, on_the_way: f64) {
        self.key = key;
        self.due = f64::from(to_f32_fraction(key));
        self.positions.clear();
        if on_the_way <= 0.0 {
            return;
        }
        let first = self.due / on_the_way;
        let mut position = first;
        while position < 1.0 {
            self.positions.push(position);
            position += 1.0 / on_the_way;
        }
        self.positions.reverse();
    }

    fn advance(&mut self, step: f64, dots_per_second: f64, travel: f64) {
        let moved = step / travel;
        for position in &mut self.positions {
            *position += moved;
        }
        self.positions.retain(|position| *position < 1.0);
        self.due += dots_per_second * step;
        // After a long frame most dots have left again: they are not made at all.
        let skipped = (self.due - dots_per_second * travel - 1.0).floor().max(0.0);
        self.due -= skipped;
        while self.due >= 1.0 {
            self.due -= 1.0;
            let age = self.due / dots_per_second / travel;
            if age < 1.0 {
                self.positions.push(age);
            }
        }
    }
}

/// A number from 0 to 1 that differs from key to key.
fn to_f32_fraction(key: u64) -> f32 {
    let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    index_to_f32(usize::try_from(mixed).unwrap_or(0)) / 65_536.0
}
