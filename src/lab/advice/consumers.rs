//! What is said of a group's consumers: that they are too few, too many or too slow, or that none reads.

use std::time::Duration;

use crate::lab::command::Command;
use crate::lab::snapshot::{ClientStatus, GroupView, MemberState, Severity, Snapshot, TopicState};
use crate::metrics::figures::Drain;
use crate::model::units::Span;

use super::{Advice, LAG_SECONDS, Subject, counted, float, float_of, sentence, topics_of};

/// A consumer that is busy for so much of its time can't work off what waits.
const BUSY: f64 = 0.95;

/// How busy consumers should be after the advice: above this, waiting grows steeply with every per cent.
const TARGET_BUSY: f64 = 0.85;

/// A lag grows if it does so by more than this share of what comes in: less is the noise of batches.
const GROWING_SHARE: f64 = 0.02;

/// A lag younger than this may be a rebalance or a burst.
const NEVER_DRAINS_AFTER: Duration = Duration::from_secs(10);

/// Most consumers or partitions that one click adds.
const MOST_AT_ONCE: usize = 32;

/// All consumers are busy and the lag grows: more of them, and more partitions where those don't suffice.
pub(super) fn too_slow(snapshot: &Snapshot, group: &GroupView) -> Option<Advice> {
    let working = working(group);
    let all_busy = !working.is_empty() && working.iter().all(|member| member.busy >= BUSY);
    if !all_busy || !lag_grows(snapshot, group) {
        return None;
    }
    let more = consumers_lacking(snapshot, group, working.len());
    let room = group.partitions.len().saturating_sub(working.len());
    let partitions_lacking = more.saturating_sub(room);
    let mut text = format!(
        "all {} of {} are busy and its lag grows by {:.0}/s: {} more would keep up",
        counted(working.len(), "consumer"),
        group.name,
        group.lag_velocity,
        counted(more, "consumer"),
    );
    let mut try_it = Vec::new();
    if partitions_lacking > 0 {
        let by_rate = |a: &&TopicState, b: &&TopicState| a.records_in_per_second.total_cmp(&b.records_in_per_second);
        let topic = topics_of(snapshot, group).max_by(by_rate)?.name.clone();
        let partitions = counted(partitions_lacking, "partition");
        text = format!("{text}, and they need {partitions} more in {topic}");
        let count = u32::try_from(partitions_lacking).unwrap_or(u32::MAX);
        try_it.push(Command::AddPartitions { topic, count });
    }
    try_it.extend((0..more).map(|_| Command::AddConsumer { group: group.name.clone() }));
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it })
}

/// How many consumers more a group needs whose `working` ones are all busy.
fn consumers_lacking(snapshot: &Snapshot, group: &GroupView, working: usize) -> usize {
    let each = group.records_out_per_second / float(working);
    let needed = if each > 0.0 { ceiling(rate_in(snapshot, group) / each / TARGET_BUSY) } else { working + 1 };
    (needed.max(working + 1) - working).min(MOST_AT_ONCE)
}

/// Records wait, and no consumer runs.
pub(super) fn nobody_reads(group: &GroupView) -> Option<Advice> {
    let lag = group.lag.unwrap_or(0);
    let rests = |member: &&MemberState| member.status.is_over() || member.status == ClientStatus::Stalled;
    if lag == 0 || group.members.iter().any(|member| !rests(&member)) {
        return None;
    }
    let try_it = match group.members.iter().find(rests) {
        Some(member) => Command::Start(member.name.clone()),
        None => Command::AddConsumer { group: group.name.clone() },
    };
    let text = format!("{lag} records wait for {} and none of its consumers runs", group.name);
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it: vec![try_it] })
}

/// The lag doesn't shrink though consumers have time left.
pub(super) fn never_drains(group: &GroupView) -> Option<Advice> {
    let lag = group.lag.unwrap_or(0);
    let is_real =
        float(usize::try_from(lag).unwrap_or(usize::MAX)) > LAG_SECONDS * group.records_out_per_second.max(1.0);
    if group.drain != Some(Drain::Never) || !is_real || group.time_lag.is_none_or(|age| age < NEVER_DRAINS_AFTER) {
        return None;
    }
    let slowed =
        group.members.iter().filter(|member| member.slow_factor > 1.0 && member.status == ClientStatus::Running);
    let try_it: Vec<Command> =
        slowed.map(|member| Command::Slow { client: member.name.clone(), factor: 1.0 }).collect();
    let why = if try_it.is_empty() {
        "some partition gets records faster than its consumer reads it".to_owned()
    } else {
        format!("{} slowed down", counted(try_it.len(), "consumer"))
    };
    let text = format!("{} never works off its {lag} records at this rate: {why}", group.name);
    let subject = Subject::Group(group.name.clone());
    Some(Advice { severity: Severity::Warning, subject, text: sentence(&text), try_it })
}

/// A crashed or stalled consumer's partitions wait until its session times out.
pub(super) fn holds_and_rests(snapshot: &Snapshot, member: &MemberState) -> Option<Advice> {
    let is_resting = matches!(member.status, ClientStatus::Crashed | ClientStatus::Stalled);
    let ends = member.session_ends.filter(|_| is_resting && !member.assignment.is_empty())?;
    let left = Span(Duration::from_secs(ends.since(snapshot.clock.time).as_secs() + 1));
    let what = if member.status == ClientStatus::Crashed { "crashed" } else { "stands still" };
    let partitions = counted(member.assignment.len(), "partition");
    let text =
        format!("{} {what}: nobody reads its {partitions} until its session times out, in about {left}", member.name);
    let subject = Subject::Client(member.name.clone());
    let try_it = vec![Command::Start(member.name.clone())];
    Some(Advice { severity: Severity::Warning, subject, text, try_it })
}

/// More consumers than partitions.
pub(super) fn idle_consumers(group: &GroupView) -> Option<Advice> {
    let working = working(group);
    if group.state != "Stable" || group.partitions.is_empty() || working.len() <= group.partitions.len() {
        return None;
    }
    let idle: Vec<&&MemberState> = working.iter().filter(|it| it.in_group && it.assignment.is_empty()).collect();
    let first = idle.first()?;
    let text = format!(
        "{} of {} nothing to read: it has {} for {}",
        counted(idle.len(), "consumer"),
        if idle.len() == 1 { format!("{} has", group.name) } else { format!("{} have", group.name) },
        counted(working.len(), "consumer"),
        counted(group.partitions.len(), "partition"),
    );
    let subject =
        if idle.len() == 1 { Subject::Client(first.name.clone()) } else { Subject::Group(group.name.clone()) };
    let try_it = idle.iter().take(MOST_AT_ONCE).map(|member| Command::RemoveConsumer(member.name.clone())).collect();
    Some(Advice { severity: Severity::Info, subject, text: sentence(&text), try_it })
}

fn working(group: &GroupView) -> Vec<&MemberState> {
    let works = |member: &&MemberState| matches!(member.status, ClientStatus::Running | ClientStatus::Joining);
    group.members.iter().filter(works).collect()
}

fn lag_grows(snapshot: &Snapshot, group: &GroupView) -> bool {
    let waits = float_of(group.lag.unwrap_or(0)) > LAG_SECONDS * group.records_out_per_second;
    waits && group.lag_velocity > (rate_in(snapshot, group) * GROWING_SHARE).max(1.0)
}

fn rate_in(snapshot: &Snapshot, group: &GroupView) -> f64 {
    topics_of(snapshot, group).map(|topic| topic.records_in_per_second).sum()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is what is wanted")]
fn ceiling(value: f64) -> usize {
    value.ceil() as usize
}
