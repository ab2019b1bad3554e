//! The dots that travel: every one stands for records by which an offset really moved, one each while they are few.

use std::collections::BTreeMap;

use egui::{Color32, Painter, Pos2, pos2};

use crate::ui::widgets::convert::{count_to_f64, index_to_f32, to_count, to_f32, to_index};
use crate::ui::widgets::format::round_up;

/// Most dots on the way at once: more would be neither seen nor cheap.
const MOST_DOTS: f64 = 130.0;

/// Most dots that set out in one frame on one way: a jump by thousands shows no more than a stream does.
const MOST_AT_ONCE: f64 = 60.0;

/// Seconds of the experiment that a dot travels at the experiment's own speed.
const TRAVEL_SECONDS: f64 = 1.1;

/// Records that arrive together set out within this share of the travel.
const SPREAD: f64 = 0.4;

/// A way on which records travel.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// Says which way it is, from frame to frame.
    pub key: u64,
    /// Lanes in a row with the same source share what its counter counts, by their rates.
    pub source: u64,
    /// Records that have passed so far.
    pub counter: u64,
    pub from: Pos2,
    pub to: Pos2,
    pub records_per_second: f64,
    pub colour: Color32,
    /// Of a group that is not the shown one.
    pub is_faint: bool,
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
    lanes: BTreeMap<u64, Dots>,
    records_per_dot: f64,
    frame: u64,
}

#[derive(Default)]
struct Dots {
    /// The counter when it was last read; `None` at first sight.
    counted: Option<u64>,
    /// Records that have passed and make no whole dot yet; kept by the first lane of a source.
    due: f64,
    /// What this lane is owed of its source's dots.
    credit: f64,
    /// Seconds since the counter last moved.
    quiet: f64,
    /// How far each has come, 0 to 1; below 0 it has not set out yet.
    positions: Vec<f64>,
    frame: u64,
}

impl Flow {
    /// How many records a dot stands for; 0 while nothing moves.
    pub const fn records_per_dot(&self) -> f64 {
        self.records_per_dot
    }

    /// Dots that are on their way or about to set out.
    #[cfg(test)]
    pub fn dots(&self) -> usize {
        self.lanes.values().map(|dots| dots.positions.len()).sum()
    }

    #[cfg(test)]
    pub fn dots_on(&self, key: u64) -> usize {
        self.lanes.get(&key).map_or(0, |dots| dots.positions.len())
    }

    /// Lets `step` seconds of the experiment pass.
    pub fn advance(&mut self, lanes: &[Lane], step: f64, speed: f64) {
        let travel = TRAVEL_SECONDS * if speed >= 1.0 { speed } else { speed.max(0.001).sqrt() };
        self.choose_scale(lanes.iter().map(|lane| lane.records_per_second).sum::<f64>() * travel);
        self.frame += 1;
        for lane in lanes {
            let dots = self.lanes.entry(lane.key).or_default();
            dots.frame = self.frame;
            dots.travel(step, travel);
        }
        for shared in lanes.chunk_by(|one, next| one.source == next.source) {
            self.send(shared, travel);
        }
        let frame = self.frame;
        self.lanes.retain(|_, dots| dots.frame == frame);
    }

    /// Lets set out what the counter of a source moved by, on the lane that is owed most.
    fn send(&mut self, shared: &[Lane], travel: f64) {
        let Some((first, dots)) = shared.first().and_then(|lane| Some((lane, self.lanes.get_mut(&lane.key)?))) else {
            return;
        };
        let moved = dots.counted.map_or(0, |counted| first.counter.saturating_sub(counted));
        dots.counted = Some(first.counter);
        dots.due += count_to_f64(moved);
        let spread = dots.quiet.min(travel * SPREAD) / travel;
        let ready = (dots.due / self.records_per_dot.max(1.0)).floor();
        dots.due -= ready * self.records_per_dot.max(1.0);
        if moved > 0 {
            dots.quiet = 0.0;
        }
        let count = to_index(to_f32(ready.min(MOST_AT_ONCE)));
        for number in 0..count {
            let delay = spread * f64::from(index_to_f32(number)) / f64::from(index_to_f32(count));
            if let Some(dots) = self.most_owed(shared).and_then(|key| self.lanes.get_mut(&key)) {
                dots.credit -= 1.0;
                dots.positions.push(-delay);
            }
        }
    }

    /// Gives every lane its share of one dot and names the one that is owed most.
    fn most_owed(&mut self, shared: &[Lane]) -> Option<u64> {
        let weight = |lane: &Lane| lane.records_per_second.max(1e-6);
        let total: f64 = shared.iter().map(weight).sum();
        let mut most: Option<(f64, u64)> = None;
        for lane in shared {
            let dots = self.lanes.get_mut(&lane.key)?;
            dots.credit += weight(lane) / total;
            if most.is_none_or(|(credit, _)| dots.credit > credit) {
                most = Some((dots.credit, lane.key));
            }
        }
        most.map(|(_, key)| key)
    }

    /// The scale does not change back and forth at a boundary.
    fn choose_scale(&mut self, records_on_the_way: f64) {
        if records_on_the_way <= 0.0 {
            self.records_per_dot = 0.0;
            return;
        }
        let dots = records_on_the_way / self.records_per_dot.max(1e-9);
        let is_fitting = dots <= MOST_DOTS * 1.15 && (dots >= MOST_DOTS * 0.3 || self.records_per_dot <= 1.0);
        if self.records_per_dot <= 0.0 || !is_fitting {
            self.records_per_dot = round_up((records_on_the_way / MOST_DOTS).max(1.0));
        }
    }

    pub fn paint(&self, painter: &Painter, lanes: &[Lane]) {
        let radius = if to_count(self.records_per_dot) <= 1 { 3.0 } else { 2.4 };
        for (lane, dots) in lanes.iter().filter_map(|lane| Some((lane, self.lanes.get(&lane.key)?))) {
            let radius = if lane.is_faint { radius * 0.7 } else { radius };
            for position in dots.positions.iter().filter(|position| **position >= 0.0) {
                painter.circle_filled(lane.at(to_f32(*position)), radius, lane.colour);
            }
        }
    }
}

impl Dots {
    fn travel(&mut self, step: f64, travel: f64) {
        for position in &mut self.positions {
            *position += step / travel;
        }
        self.positions.retain(|position| *position < 1.0);
        self.quiet += step;
    }
}
