//! Every setting of a group that a scenario file can give, to be changed while it runs.

use std::time::Duration;

use egui::Ui;

use super::settings::{Setting, service_time_ui};
use crate::lab::Command;
use crate::lab::command::{ConsumerChange, GroupChange};
use crate::lab::snapshot::{GroupView, MemberState};
use crate::model::group::assign::Assignor;
use crate::scenario::{BatchSpec, CommitPolicy, OffsetReset};
use crate::ui::command::Ask;
use crate::ui::panels::words;

const ASSIGNORS: [Assignor; 4] = [Assignor::CooperativeSticky, Assignor::Sticky, Assignor::Range, Assignor::RoundRobin];
const RESETS: [OffsetReset; 3] = [OffsetReset::Earliest, OffsetReset::Latest, OffsetReset::None];

pub fn membership_ui(ui: &mut Ui, group: &GroupView, asks: &mut Vec<Ask>) {
    let spec = &*group.spec;
    let set = |label, meaning| Setting::new(&group.name, label, meaning);
    let mut push = |change: Option<GroupChange>| {
        let command = change.map(|change| Command::SetGroup { group: group.name.clone(), change });
        asks.extend(command.map(Ask::Lab));
    };
    let meaning = "Decides which member reads which partition. All members join again when it changes.\n\
                   RabbitMQ's and SQS's consumers compete for single messages instead";
    let current = group.assignor.unwrap_or(spec.assignor);
    let chosen = set("Assignor", meaning).choice_ui(
        ui,
        ASSIGNORS.iter().position(|it| *it == current),
        &ASSIGNORS.map(words::assignor),
    );
    push(chosen.map(|at| GroupChange::Assignor(ASSIGNORS[at])));
    let meaning =
        "A member that sends no heartbeat for so long is given up (SQS: the visibility timeout comes closest)";
    push(set("Session timeout", meaning).seconds_ui(ui, group.session_timeout).map(GroupChange::SessionTimeout));
    let meaning = "How often a member says that it lives; less than the session timeout";
    push(set("Heartbeat", meaning).seconds_ui(ui, spec.heartbeat_interval).map(GroupChange::HeartbeatInterval));
    let meaning = "How long a rebalance waits for members to join again";
    push(set("Rebalance timeout", meaning).seconds_ui(ui, spec.rebalance_timeout).map(GroupChange::RebalanceTimeout));
    let meaning = "A consumer that takes longer between two polls leaves the group";
    push(set("Max poll interval", meaning).seconds_ui(ui, spec.max_poll_interval).map(GroupChange::MaxPollInterval));
    push(commit_ui(ui, &group.name, spec.commit).map(GroupChange::Commit));
    let meaning = "Where it begins to read without a valid committed offset";
    let current = RESETS.iter().position(|it| *it == spec.auto_offset_reset);
    let chosen = set("Offset reset", meaning).choice_ui(ui, current, &["earliest", "latest", "none"]);
    push(chosen.map(|at| GroupChange::AutoOffsetReset(RESETS[at])));
    let meaning = "Most records that one poll returns (RabbitMQ: prefetch; SQS: MaxNumberOfMessages)";
    push(
        set("Max poll records", meaning)
            .small_count_ui(ui, spec.max_poll_records, 1, "")
            .map(GroupChange::MaxPollRecords),
    );
}

fn commit_ui(ui: &mut Ui, owner: &str, commit: CommitPolicy) -> Option<CommitPolicy> {
    let (current, interval) = match commit {
        CommitPolicy::Before => (0, None),
        CommitPolicy::After => (1, None),
        CommitPolicy::Auto { interval } => (2, Some(interval)),
    };
    let meaning = "When offsets are committed: before may lose, after may repeat, auto repeats more\n\
                   (RabbitMQ: acknowledge; SQS: delete the message)";
    let words = ["before processing", "after processing", "automatic"];
    let chosen = Setting::new(owner, "Commit", meaning).choice_ui(ui, Some(current), &words);
    let next = chosen.map(|chosen| match chosen {
        0 => CommitPolicy::Before,
        1 => CommitPolicy::After,
        _ => CommitPolicy::Auto { interval: Duration::from_secs(5) },
    });
    let Some(interval) = interval else { return next };
    let set = Setting::new(owner, "Commit interval", "Between two automatic commits").seconds_ui(ui, interval);
    set.map(|interval| CommitPolicy::Auto { interval }).or(next)
}

/// What all consumers of the group do with a record.
pub fn work_ui(ui: &mut Ui, group: &GroupView, asks: &mut Vec<Ask>) {
    let template = &group.spec.template;
    let changes = [
        service_time_ui(ui, &group.name, &template.processing, true).map(GroupChange::Processing),
        batch_ui(ui, &group.name, template.batch).map(GroupChange::Batch),
        workers_ui(ui, &group.name, template.workers).map(GroupChange::Workers),
    ];
    let command = |change| Command::SetGroup { group: group.name.clone(), change };
    asks.extend(changes.into_iter().flatten().map(|change| Ask::Lab(command(change))));
}

/// What one consumer does with a record, besides its mean time.
pub fn consumer_ui(ui: &mut Ui, member: &MemberState, asks: &mut Vec<Ask>) {
    let (spec, name) = (&*member.spec, &member.name);
    let changes = [
        service_time_ui(ui, name, &spec.processing, false).map(ConsumerChange::Processing),
        batch_ui(ui, name, spec.batch).map(ConsumerChange::Batch),
        workers_ui(ui, name, spec.workers).map(ConsumerChange::Workers),
    ];
    let instance = spec.instance_id.as_deref().unwrap_or("none");
    let meaning = "group.instance.id makes it a static member (KIP-345): it keeps its partitions over a short restart";
    Setting::new(name, "Instance id", meaning).fixed_ui(
        ui,
        instance,
        "it names the member for the coordinator, for good",
    );
    let command = |change| Command::SetConsumer { consumer: name.clone(), change };
    asks.extend(changes.into_iter().flatten().map(|change| Ask::Lab(command(change))));
}

fn batch_ui(ui: &mut Ui, owner: &str, batch: BatchSpec) -> Option<BatchSpec> {
    let meaning = "Records that are processed together; the overhead is spent once for them";
    let size = Setting::new(owner, "Batch", meaning).small_count_ui(ui, batch.size, 1, " records");
    let overhead = Setting::new(owner, "Batch overhead", "Spent once per batch").millis_ui(ui, batch.overhead);
    let with_overhead = overhead.map(|overhead| BatchSpec { overhead, ..batch });
    size.map(|size| BatchSpec { size, ..batch }).or(with_overhead)
}

fn workers_ui(ui: &mut Ui, owner: &str, workers: u32) -> Option<u32> {
    let meaning =
        "1 processes on the thread that polls; more process on a pool. A change restarts the consumer in good order";
    Setting::new(owner, "Workers", meaning).small_count_ui(ui, workers, 1, "")
}
