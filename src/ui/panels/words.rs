//! The words and colours of states, the same in every panel.

use egui::Color32;

use crate::lab::snapshot::{ClientStatus, ClockState, GroupPartitionState, GroupView, MemberState, StorePlace};
use crate::metrics::burrow::Status;
use crate::metrics::figures::Drain;
use crate::model::group::assign::Assignor;
use crate::ui::theme::Tokens;
use crate::ui::widgets::convert::count_to_f64;
use crate::ui::widgets::format;

/// Below this many records per second a lag counts as steady.
const STEADY_PER_SECOND: f64 = 0.5;

/// What a client is doing, in a word.
pub const fn status(status: ClientStatus) -> &'static str {
    match status {
        ClientStatus::Running => "running",
        ClientStatus::Joining => "joining…",
        ClientStatus::Stalled => "stalled",
        ClientStatus::Stopped => "stopped",
        ClientStatus::Crashed => "crashed",
    }
}

pub const fn status_colour(status: ClientStatus, tokens: &Tokens) -> Color32 {
    match status {
        ClientStatus::Running => tokens.good,
        ClientStatus::Joining | ClientStatus::Stalled => tokens.warn,
        ClientStatus::Stopped => tokens.text_muted,
        ClientStatus::Crashed => tokens.bad,
    }
}

/// A member's state in a few words, with the end of its session where one is running out.
pub fn member_state(member: &MemberState, clock: ClockState) -> String {
    let left = member.session_ends.map(|ends| ends.since(clock.time));
    match (member.status, member.in_group, left) {
        (ClientStatus::Crashed | ClientStatus::Stalled, true, Some(left)) => {
            format!("{} · session ends in {}", status(member.status), format::duration(left))
        }
        (ClientStatus::Crashed, true, None) => "crashed · its session still holds".to_owned(),
        (ClientStatus::Crashed, false, _) => "crashed · out of the group".to_owned(),
        (ClientStatus::Stalled, false, _) => "stalled · out of the group".to_owned(),
        _ => status(member.status).to_owned(),
    }
}

/// A group's state as people say it.
pub fn group_state(state: &str) -> &str {
    match state {
        "" => "Empty",
        "PreparingRebalance" => "preparing rebalance…",
        "CompletingRebalance" => "completing rebalance…",
        other => other,
    }
}

/// Burrow's word for how a group does.
pub const fn burrow_word(status: Status) -> &'static str {
    match status {
        Status::Ok => "OK",
        Status::Warn => "WARN",
        Status::Err => "ERR",
        Status::Stop => "STOP",
        Status::Stall => "STALL",
        Status::Rewind => "REWIND",
    }
}

/// Burrow's word for how a group does, and its colour.
pub fn burrow(status: Status, tokens: &Tokens) -> (String, Color32) {
    let colour = match status {
        Status::Ok => tokens.good,
        Status::Warn => tokens.warn,
        Status::Err | Status::Stop | Status::Stall | Status::Rewind => tokens.bad,
    };
    (burrow_word(status).to_owned(), colour)
}

/// Where the data of an experiment is, in a word and in a sentence.
pub fn store_place(place: &StorePlace) -> (&'static str, String) {
    match place {
        StorePlace::Temporary => ("temporary", "It goes when the experiment ends".to_owned()),
        StorePlace::Memory => ("in memory", "It goes when the experiment ends".to_owned()),
        StorePlace::Dir(directory) => ("kept", format!("In {}, as it was told", directory.display())),
        StorePlace::Kept { directory, .. } => {
            let meaning = "Logyard goes on with it when it is started again without a file; opening a scenario, or \
                           Start again with empty data, begins with nothing";
            ("kept", format!("In {}.\n{meaning}", directory.display()))
        }
    }
}

/// A length of a list as a count.
pub fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The colour of a group's state: it is always shown with the word.
pub fn group_state_colour(state: &str, tokens: &Tokens) -> Color32 {
    match state {
        "Stable" => tokens.good,
        "PreparingRebalance" | "CompletingRebalance" => tokens.warn,
        "Dead" => tokens.bad,
        _ => tokens.text_muted,
    }
}

/// A lag as it is written and coloured: the arrow says whether it grows. One that is read within a second is
/// not judged.
pub fn lag(group: &GroupView, tokens: &Tokens) -> (String, Color32) {
    let Some(lag) = group.lag else { return ("no commit yet".to_owned(), tokens.text_muted) };
    if count_to_f64(lag) <= group.records_out_per_second {
        return (format::count(lag), tokens.good);
    }
    let (arrow, colour) = trend(group.lag_velocity, tokens).unwrap_or(("", tokens.warn));
    (format!("{}{arrow}", format::count(lag)), colour)
}

/// The same with the speed at which it changes, which is never without its arrow.
pub fn lag_with_velocity(group: &GroupView, tokens: &Tokens) -> (String, Color32) {
    match (group.lag, trend(group.lag_velocity, tokens)) {
        (Some(lag), Some((arrow, colour))) => {
            (format!("{}{arrow} {}/s", format::count(lag), format::short(group.lag_velocity.abs())), colour)
        }
        _ => self::lag(group, tokens),
    }
}

/// The arrow and colour of a lag that grows or shrinks; `None` while it is steady.
fn trend(velocity: f64, tokens: &Tokens) -> Option<(&'static str, Color32)> {
    match velocity {
        v if v >= STEADY_PER_SECOND => Some((" ▲", tokens.growing)),
        v if v <= -STEADY_PER_SECOND => Some((" ▼", tokens.good)),
        _ => None,
    }
}

/// When a group will have caught up.
pub fn drain(drain: Option<Drain>, tokens: &Tokens) -> (String, Color32) {
    match drain {
        Some(Drain::Empty) => ("keeps up".to_owned(), tokens.good),
        Some(Drain::In(span)) => (format::duration(span), tokens.text),
        Some(Drain::Never) => ("never at this rate".to_owned(), tokens.growing),
        Some(Drain::Unknown) | None => ("not known yet".to_owned(), tokens.text_muted),
    }
}

/// How the lag of one partition does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LagState {
    /// Less than a second's reading waits.
    Small,
    /// More waits, and it shrinks or stays.
    Draining,
    /// More waits, and it grows.
    Growing,
    /// Nobody has committed, or nobody reads.
    Unknown,
}

/// Judges by what goes in and out of the partition.
pub fn lag_state(partition: &GroupPartitionState, records_in_per_second: f64) -> LagState {
    let Some(lag) = partition.lag else { return LagState::Unknown };
    let out = partition.records_out_per_second;
    if count_to_f64(lag) <= out.max(records_in_per_second).max(1.0) {
        LagState::Small
    } else if records_in_per_second > out * 1.02 {
        LagState::Growing
    } else {
        LagState::Draining
    }
}

pub const fn assignor(assignor: Assignor) -> &'static str {
    match assignor {
        Assignor::Range => "range",
        Assignor::RoundRobin => "roundrobin",
        Assignor::Sticky => "sticky",
        Assignor::CooperativeSticky => "cooperative-sticky",
    }
}

/// How busy is too busy.
pub fn busy_colour(busy: f64, tokens: &Tokens) -> Color32 {
    match busy {
        b if b >= 0.95 => tokens.bad,
        b if b >= 0.85 => tokens.warn,
        _ => tokens.accent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::Theme;

    #[test]
    fn the_speed_of_a_lag_is_never_without_its_arrow() {
        let tokens = Theme::Dark.tokens();
        for (lag, velocity, short, long) in [
            (Some(3), 2.2, "3", "3 ▲ 2.2/s"),
            (Some(3), 0.1, "3", "3"),
            (Some(900), 2.2, "900 ▲", "900 ▲ 2.2/s"),
            (Some(900), -40.0, "900 ▼", "900 ▼ 40/s"),
            (Some(900), 0.0, "900", "900"),
            (None, 5.0, "no commit yet", "no commit yet"),
        ] {
            let group =
                GroupView { lag, lag_velocity: velocity, records_out_per_second: 100.0, ..GroupView::default() };
            assert_eq!(
                (super::lag(&group, tokens).0.as_str(), lag_with_velocity(&group, tokens).0.as_str()),
                (short, long)
            );
        }
    }
}
