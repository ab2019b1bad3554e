//! The time that all charts show together and the moment that they all mark. It draws nothing; how pointer and
//! keys move both is in [`super::time_gestures`].

use std::collections::{BTreeMap, BTreeSet};

use egui::Id;

use super::legend::Hidden;

/// Seconds of the experiment that the charts show at its own speed; faster runs show more.
const WINDOW_SECONDS: f64 = 120.0;

/// A run younger than this is not stretched any more.
const SHORTEST_RUN: f64 = 20.0;

/// Fewest seconds that can be looked at: a few samples.
const SHORTEST_ZOOM: f64 = 2.0;

/// Of the time shown, so much lies in the future while something is forecast.
const AHEAD: f64 = 0.16;

/// Real seconds for which the future stays in view when there is no forecast any more: what comes and goes
/// must not make the charts jump.
const AHEAD_STAYS: f64 = 10.0;

/// While live, zooming in the last part of a chart keeps the present in view.
const LIVE_PART: f64 = 0.85;

/// What of the past the charts show. Part of the window's state, shared by all charts.
#[derive(Clone, Debug)]
pub struct ChartsState {
    /// Seconds shown, from the left edge to the right one, while not live.
    pub range: (f64, f64),
    /// The right edge is the present.
    pub live: bool,
    /// The moment, in seconds, that was chosen and stays marked.
    pub cursor: Option<f64>,
    /// The moment under the pointer, and in which chart.
    pub(super) hover: Option<(Id, f64)>,
    /// Seconds shown while live, where they were chosen.
    pub(super) length: Option<f64>,
    pub hidden: Hidden,
    /// Charts that are read as tables, by their keys.
    pub tables: BTreeSet<&'static str>,
    /// Which of its choices each chart shows, where that is not the first.
    pub choices: BTreeMap<&'static str, usize>,
    /// When something was forecast last, in seconds.
    forecast_at: Option<f64>,
    /// Share of what is shown while live that lies in the future.
    ahead: f64,
}

impl Default for ChartsState {
    fn default() -> Self {
        Self {
            range: (0.0, WINDOW_SECONDS),
            live: true,
            cursor: None,
            hover: None,
            length: None,
            hidden: Hidden::default(),
            tables: BTreeSet::new(),
            choices: BTreeMap::new(),
            forecast_at: None,
            ahead: 0.0,
        }
    }
}

impl ChartsState {
    /// The seconds to show at `now`.
    pub fn span(&self, now: f64, speed: f64) -> (f64, f64) {
        if !self.live {
            return self.range;
        }
        let window = self.length.unwrap_or_else(|| WINDOW_SECONDS * speed.max(1.0));
        // A young experiment fills the width: time before its beginning says nothing.
        let length = window.min(now.max(SHORTEST_RUN));
        let end = now + length * self.ahead;
        (end - length, end)
    }

    /// The choice that a chart shows.
    pub fn choice(&self, chart: &'static str) -> usize {
        self.choices.get(chart).copied().unwrap_or(0)
    }

    /// Makes room for the future in all charts while there is a forecast, and for a while after it.
    pub fn look_ahead(&mut self, is_forecast: bool, now: f64, speed: f64) {
        if is_forecast {
            self.forecast_at = Some(now);
        }
        let is_recent = self.forecast_at.is_some_and(|at| (now - at).abs() <= AHEAD_STAYS * speed.max(1.0));
        self.ahead = if is_recent { AHEAD } else { 0.0 };
    }

    /// Leaves as much room for the future as for the past.
    pub fn look_far_ahead(&mut self) {
        self.ahead = 0.5;
    }

    /// How far a forecast reaches where so much is shown.
    pub fn horizon(span: (f64, f64)) -> f64 {
        (span.1 - span.0) * AHEAD
    }

    /// The moment that all charts mark.
    pub fn moment(&self) -> Option<f64> {
        self.hover.map(|(_, at)| at).or(self.cursor)
    }

    /// Shows the present again, with nothing marked.
    pub fn back_to_live(&mut self) {
        (self.live, self.length, self.cursor) = (true, None, None);
    }

    /// Marks a moment, and brings it into view where it isn't.
    pub fn show(&mut self, at: f64, now: f64, speed: f64) {
        let span = self.span(now, speed);
        self.cursor = Some(at);
        if at < span.0 || at > span.1 {
            self.look_at(at - (span.1 - span.0) / 2.0, span.1 - span.0, now);
        } else {
            // What is looked at must not run away.
            self.look_at(span.0, span.1 - span.0, f64::INFINITY);
        }
    }

    /// Shows `factor` times as much around the moment `at`.
    pub fn zoom(&mut self, span: (f64, f64), now: f64, factor: f64, at: f64) {
        let length = (span.1 - span.0) * factor;
        let length = length.clamp(SHORTEST_ZOOM, now.max(SHORTEST_RUN));
        let share = ((at - span.0) / (span.1 - span.0).max(1e-9)).clamp(0.0, 1.0);
        if self.live && share >= LIVE_PART * (1.0 - self.ahead) {
            self.length = Some(length);
        } else {
            self.look_at(at - share * length, length, now);
        }
    }

    /// Moves what is shown by some seconds; at the present it is live again.
    pub fn pan(&mut self, span: (f64, f64), now: f64, seconds: f64) {
        self.look_at(span.0 + seconds, span.1 - span.0, now);
    }

    pub(super) fn look_at(&mut self, begin: f64, length: f64, now: f64) {
        let begin = begin.max(0.0);
        self.live = begin + length * (1.0 - self.ahead) >= now;
        self.length = Some(length);
        self.range = (begin, begin + length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_into_the_past_leaves_the_present_and_comes_back() {
        let mut state = ChartsState::default();
        assert_eq!(state.span(300.0, 1.0), (180.0, 300.0));
        state.zoom((180.0, 300.0), 300.0, 0.5, 240.0);
        assert!(!state.live);
        assert_eq!(state.span(310.0, 1.0), (210.0, 270.0), "what is looked at stays while time passes");
        state.pan((210.0, 270.0), 310.0, 100.0);
        assert!(state.live, "at the present it is live again");
        state.zoom((210.0, 310.0), 310.0, 0.5, 250.0);
        state.back_to_live();
        assert_eq!(state.span(320.0, 1.0), (200.0, 320.0));
    }

    #[test]
    fn a_forecast_makes_room_in_all_charts_and_keeps_it_for_a_while() {
        let mut state = ChartsState::default();
        state.look_ahead(true, 300.0, 1.0);
        let span = state.span(300.0, 1.0);
        assert!((span.1 - 319.2).abs() < 1e-9 && (span.0 - 199.2).abs() < 1e-9, "{span:?}");
        state.look_ahead(false, 305.0, 1.0);
        assert!(state.span(305.0, 1.0).1 > 305.0);
        state.pan(state.span(305.0, 1.0), 305.0, -1.0);
        assert!(!state.live, "a small step leaves the present");
        state.back_to_live();
        state.look_ahead(false, 311.0, 1.0);
        assert_eq!(state.span(311.0, 1.0), (191.0, 311.0));
        state.look_ahead(false, 0.0, 1.0);
        assert_eq!(state.span(0.0, 1.0), (-20.0, 0.0), "another experiment");
    }

    #[test]
    fn zooming_at_the_present_stays_live() {
        let mut state = ChartsState::default();
        state.zoom((180.0, 300.0), 300.0, 0.5, 300.0);
        assert!(state.live);
        assert_eq!(state.span(301.0, 1.0), (241.0, 301.0));
    }

    #[test]
    fn a_young_run_and_a_fast_one_fill_the_width() {
        let state = ChartsState::default();
        assert_eq!(state.span(5.0, 1.0), (-15.0, 5.0));
        assert_eq!(state.span(50.0, 1.0), (0.0, 50.0));
        assert_eq!(state.span(10_000.0, 10.0), (8_800.0, 10_000.0));
    }

    #[test]
    fn a_moment_that_is_shown_comes_into_view_and_stays() {
        let mut state = ChartsState::default();
        state.show(20.0, 600.0, 1.0);
        assert_eq!((state.span(600.0, 1.0), state.moment()), ((0.0, 120.0), Some(20.0)));
        let mut state = ChartsState::default();
        state.show(590.0, 600.0, 1.0);
        assert_eq!((state.span(700.0, 1.0), state.moment()), ((480.0, 600.0), Some(590.0)));
    }
}
