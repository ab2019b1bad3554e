//! Where the lag goes, as the lag chart draws it: on in a straight line, or as two simulated futures say. It
//! computes no future itself.

use egui::Color32;

use super::chart_lines::View;
use super::charts::{ChartsState, shown_group};
use super::words;
use crate::lab::Snapshot;
use crate::lab::snapshot::{Future, GroupView};
use crate::metrics::figures::Drain;
use crate::ui::selection::Selection;
use crate::ui::widgets::chart::Line;
use crate::ui::widgets::convert::count_to_f64;

/// Below this many records per second a lag goes nowhere.
const STEADY: f64 = 0.5;

impl View<'_> {
    /// What was simulated of the group: as it is, dashed, and with the change.
    pub(super) fn futures(&self, group: &GroupView, colour: Color32) -> Vec<Line> {
        let Some(forecast) = self.snapshot.forecast.as_ref().filter(|forecast| forecast.group == group.name) else {
            return Vec::new();
        };
        let Some(futures) = &forecast.futures else { return Vec::new() };
        let points = |future: &Future| future.lag.iter().map(|(at, lag)| (at.as_secs_f64(), *lag)).collect();
        let mut lines = vec![Line { is_dashed: true, ..Self::line(&group.name, points(&futures.as_it_is), colour) }];
        lines.extend(futures.changed.as_ref().map(|changed| {
            let name = format!("with {}, simulated", forecast.what_if);
            let drained = format!("{name}: {}", words::drain(Some(changed.drain), self.tokens).0);
            Line { now: Some((drained, colour)), ..Self::line(&name, points(changed), colour) }
        }));
        lines
    }

    /// A straight line from the present lag to where it is drained, or on at its present speed.
    pub(super) fn forecast(&self, group: &GroupView, latest: f64, colour: Color32) -> Option<Line> {
        let (seconds, factor) = forecast(group, ChartsState::horizon(self.span))?;
        let points = vec![(self.now, latest), (self.now + seconds, latest * factor)];
        Some(Line { is_dashed: true, ..Self::line(&group.name, points, colour) })
    }
}

/// Whether the lag chart forecasts something of the shown group.
pub fn is_forecast(snapshot: &Snapshot, selection: &Selection, state: &ChartsState) -> bool {
    let span = state.span(snapshot.clock.time.as_secs_f64(), snapshot.clock.speed);
    let group = shown_group(snapshot, selection);
    state.live && group.is_some_and(|group| forecast(group, ChartsState::horizon(span)).is_some())
}

/// Whether futures were simulated of the shown group, which reach further than a straight line is worth.
pub fn is_simulated(snapshot: &Snapshot, selection: &Selection) -> bool {
    let shown = shown_group(snapshot, selection).map(|group| &group.name);
    snapshot.forecast.as_ref().is_some_and(|forecast| forecast.futures.is_some() && Some(&forecast.group) == shown)
}

/// In how many seconds, at most `horizon`, the lag is how many times what it is.
fn forecast(group: &GroupView, horizon: f64) -> Option<(f64, f64)> {
    let lag = count_to_f64(group.lag?);
    let (seconds, factor) = match group.drain {
        Some(Drain::In(span)) if span.as_secs_f64() <= horizon => (span.as_secs_f64(), 0.0),
        Some(Drain::In(span)) => (horizon, 1.0 - horizon / span.as_secs_f64()),
        Some(Drain::Never | Drain::Unknown) | None if group.lag_velocity > STEADY && lag > 0.0 => {
            (horizon, 1.0 + group.lag_velocity * horizon / lag)
        }
        Some(Drain::Never | Drain::Unknown | Drain::Empty) | None => return None,
    };
    // What drains at once needs no forecast.
    (seconds > horizon / 10.0).then_some((seconds, factor))
}
