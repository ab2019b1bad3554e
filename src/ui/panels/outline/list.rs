//! Which rows the outline has, and how each reads. It draws nothing.

use super::super::add::AddKind;
use super::super::words;
use crate::lab::Snapshot;
use crate::lab::snapshot::{ClientStatus, GroupView, MemberState, ProducerState, Subject};
use crate::metrics::burrow::Status;
use crate::ui::selection::Selection;
use crate::ui::theme::Tokens;
use crate::ui::widgets::format;
use crate::ui::widgets::rows::ListRow;

/// One row; a list of a thousand consumers draws only those in view.
#[derive(Clone, Debug)]
pub enum Row {
    Section {
        kind: AddKind,
        count: usize,
    },
    /// Said where a section is empty.
    Nothing(&'static str),
    Topic(usize),
    Producer(usize),
    Group(usize),
    Member(usize, usize),
}

/// All rows that the filter leaves, in their order.
pub fn rows(snapshot: &Snapshot, filter: &str) -> Vec<Row> {
    let filter = filter.trim().to_lowercase();
    let fits =
        |name: &str, state: &str| filter.is_empty() || name.to_lowercase().contains(&filter) || state.contains(&filter);
    let mut rows = vec![Row::Section { kind: AddKind::Topic, count: snapshot.topics.len() }];
    let topics = snapshot.topics.iter().enumerate().filter(|(_, it)| fits(&it.name, ""));
    push(&mut rows, topics.map(|(index, _)| Row::Topic(index)), nothing(&filter, "No topic yet"));
    rows.push(Row::Section { kind: AddKind::Producer, count: snapshot.producers.len() });
    let producers = snapshot.producers.iter().enumerate().filter(|(_, it)| fits(&it.name, words::status(it.status)));
    push(&mut rows, producers.map(|(index, _)| Row::Producer(index)), nothing(&filter, "Nothing sends yet"));
    rows.push(Row::Section { kind: AddKind::Group, count: snapshot.groups.len() });
    let groups = snapshot.groups.iter().enumerate().flat_map(|(index, group)| {
        let is_whole = fits(&group.name, &group.state.to_lowercase());
        let kept = |member: &MemberState| is_whole || fits(&member.name, words::status(member.status));
        let members = (0..group.members.len()).filter(move |member| kept(&group.members[*member]));
        let members: Vec<Row> = members.map(|member| Row::Member(index, member)).collect();
        let head = (is_whole || !members.is_empty()).then_some(Row::Group(index));
        head.into_iter().chain(members)
    });
    push(&mut rows, groups, nothing(&filter, "Nothing reads yet"));
    rows
}

fn nothing(filter: &str, empty: &'static str) -> &'static str {
    if filter.is_empty() { empty } else { "Nothing of that name" }
}

fn push(rows: &mut Vec<Row>, more: impl Iterator<Item = Row>, empty: &'static str) {
    let before = rows.len();
    rows.extend(more);
    if rows.len() == before {
        rows.push(Row::Nothing(empty));
    }
}

/// What a row stands for.
pub fn target(snapshot: &Snapshot, row: &Row) -> Option<Selection> {
    Some(match row {
        Row::Section { .. } | Row::Nothing(_) => return None,
        Row::Topic(index) => Selection::Topic(snapshot.topics[*index].name.clone()),
        Row::Producer(index) => Selection::Producer(snapshot.producers[*index].name.clone()),
        Row::Group(index) => Selection::Group(snapshot.groups[*index].name.clone()),
        Row::Member(group, member) => {
            let group = &snapshot.groups[*group];
            Selection::Consumer { group: group.name.clone(), name: group.members[*member].name.clone() }
        }
    })
}

/// How a thing reads in the list.
pub fn shown(snapshot: &Snapshot, target: &Selection, row: &Row, tokens: &Tokens) -> ListRow {
    let mut shown = match row {
        Row::Section { .. } | Row::Nothing(_) => plain("", String::new(), tokens),
        Row::Topic(index) => {
            let topic = &snapshot.topics[*index];
            plain(&topic.name, format!("{} part.", format::count(words::count(topic.partitions.len()))), tokens)
        }
        Row::Producer(index) => producer_row(&snapshot.producers[*index], tokens),
        Row::Group(index) => group_row(&snapshot.groups[*index], tokens),
        Row::Member(group, member) => {
            let group = &snapshot.groups[*group];
            member_row(&group.members[*member], group.topics.len() > 1, tokens)
        }
    };
    if is_advised(snapshot, target) {
        shown.trailing.push_str(" !");
    }
    shown
}

/// Whether there is advice about it.
fn is_advised(snapshot: &Snapshot, target: &Selection) -> bool {
    snapshot.advice.iter().any(|advice| match (&advice.subject, target) {
        (Subject::Group(name), Selection::Group(it))
        | (Subject::Topic(name), Selection::Topic(it))
        | (Subject::Client(name), Selection::Producer(it) | Selection::Consumer { name: it, .. }) => name == it,
        _ => false,
    })
}

fn plain(name: &str, trailing: String, tokens: &Tokens) -> ListRow {
    ListRow {
        name: name.to_owned(),
        name_colour: tokens.text,
        is_strong: false,
        indent: 0.0,
        swatch: None,
        trailing,
        trailing_colour: tokens.text_muted,
    }
}

fn producer_row(producer: &ProducerState, tokens: &Tokens) -> ListRow {
    if producer.status == ClientStatus::Running {
        return plain(&producer.name, format::rate(producer.records_per_second), tokens);
    }
    let row = plain(&producer.name, words::status(producer.status).to_owned(), tokens);
    ListRow { name_colour: tokens.text_muted, trailing_colour: words::status_colour(producer.status, tokens), ..row }
}

fn group_row(group: &GroupView, tokens: &Tokens) -> ListRow {
    let (trailing, colour) = match group.state.as_str() {
        "PreparingRebalance" | "CompletingRebalance" => {
            (words::group_state(&group.state).to_owned(), words::group_state_colour(&group.state, tokens))
        }
        _ => {
            let (lag, colour) = words::lag(group, tokens);
            let lag = if group.lag.is_some() { format!("lag {lag}") } else { lag };
            match worrying(group) {
                Some(status) => {
                    let (word, colour) = words::burrow(status, tokens);
                    (format!("{word} · {lag}"), colour)
                }
                None => (lag, colour),
            }
        }
    };
    ListRow { is_strong: true, trailing_colour: colour, ..plain(&group.name, trailing, tokens) }
}

/// Burrow's word for a group, where it is not simply well.
fn worrying(group: &GroupView) -> Option<Status> {
    group.status.map(|evaluation| evaluation.status).filter(|status| *status != Status::Ok)
}

/// Why a group is judged as it is.
pub fn reason(snapshot: &Snapshot, row: &Row) -> Option<String> {
    let Row::Group(index) = row else { return None };
    let evaluation = snapshot.groups[*index].status?;
    Some(format!("{}: {} (derived by Burrow's rules)", words::burrow_word(evaluation.status), evaluation.reason))
}

fn member_row(member: &MemberState, names_topics: bool, tokens: &Tokens) -> ListRow {
    let is_running = member.status == ClientStatus::Running;
    let trailing = match member.status {
        ClientStatus::Running if member.assignment.is_empty() => "no partition".to_owned(),
        ClientStatus::Running => holdings(member, names_topics),
        ClientStatus::Joining | ClientStatus::Stalled | ClientStatus::Stopped | ClientStatus::Crashed => {
            words::status(member.status).to_owned()
        }
    };
    let colour = tokens.member(member.colour);
    ListRow {
        indent: 14.0,
        swatch: Some(if is_running { colour } else { tokens.border }),
        name_colour: if is_running { tokens.text } else { tokens.text_muted },
        trailing_colour: if is_running { tokens.text_muted } else { words::status_colour(member.status, tokens) },
        ..plain(&member.name, trailing, tokens)
    }
}

/// The partitions that a member holds, as short as they can be said.
fn holdings(member: &MemberState, names_topics: bool) -> String {
    let text = format::ranges(member.assignment.iter().map(|held| held.partition));
    if names_topics || text.chars().count() > 12 { format!("{} part.", member.assignment.len()) } else { text }
}
