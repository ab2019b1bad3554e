//! What the coordinator remembers of a group's past: its notes, and from them each rebalance as a whole.

use std::sync::Arc;

use crate::clock::Time;
use crate::model::group::{AssignedMember, Note};

use super::view::{NumberedNote, OwnerView, RebalanceView};

/// Rebalances that are remembered per group. Whoever looks thirty times a second misses none.
const MAX_REBALANCES: usize = 64;

/// Notes that are remembered per group: a hundred members that come and go at once.
const MAX_NOTES: usize = 256;

/// The past of one group. The lists are shared with views and copied only when they change.
#[derive(Debug, Default)]
pub(super) struct Rebalances {
    pub(super) completed: Arc<Vec<Arc<RebalanceView>>>,
    pub(super) notes: Arc<Vec<NumberedNote>>,
    completed_count: u64,
    note_count: u64,
    /// The beginning and the reasons of the rebalance under way.
    began: Option<(Time, Vec<String>)>,
    owners: Vec<OwnerView>,
    next_owners: Vec<OwnerView>,
}

impl Rebalances {
    /// Takes in a note, in order of time.
    pub(super) fn note(&mut self, note: Note) {
        match &note {
            Note::RebalanceBegan { at, reason, .. } => {
                let (_, reasons) = self.began.get_or_insert_with(|| (*at, Vec::new()));
                reasons.push(reason.to_string());
            }
            Note::GenerationCompleted { assignments, .. } => {
                self.next_owners = assignments.iter().map(owner).collect();
            }
            Note::RebalanceEnded { at, began, generation } => self.complete(*at, *began, *generation),
            Note::Emptied { at, generation } => {
                let began = self.began.as_ref().map_or(*at, |(began, _)| *began);
                self.next_owners.clear();
                self.complete(*at, began, *generation);
            }
            Note::MemberAdded { .. }
            | Note::MemberRemoved { .. }
            | Note::MemberReplaced { .. }
            | Note::JoinCompleted { .. } => {}
        }
        self.note_count += 1;
        let number = self.note_count;
        push_bounded(&mut self.notes, NumberedNote { number, note: Arc::new(note) }, MAX_NOTES);
    }

    /// What a group that is restored had assigned.
    pub(super) fn restore(&mut self, owners: Vec<OwnerView>) {
        self.owners = owners;
    }

    fn complete(&mut self, completed: Time, began: Time, generation: i32) {
        let reasons = self.began.take().map(|(_, reasons)| reasons).unwrap_or_default();
        let before = std::mem::replace(&mut self.owners, std::mem::take(&mut self.next_owners));
        self.completed_count += 1;
        let number = self.completed_count;
        let after = self.owners.clone();
        let rebalance = RebalanceView { number, began, completed, generation, reason: words(&reasons), before, after };
        push_bounded(&mut self.completed, Arc::new(rebalance), MAX_REBALANCES);
    }
}

/// The first reason is what set it off; the others only came in between.
fn words(reasons: &[String]) -> String {
    match reasons {
        [] => "the last member is gone".to_owned(),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first}, and {} more while it went on", others.len()),
    }
}

fn owner(assigned: &AssignedMember) -> OwnerView {
    OwnerView {
        member_id: assigned.member.id.clone(),
        client_id: assigned.member.client_id.clone(),
        instance_id: assigned.member.instance_id.clone(),
        assignment: assigned.assignment.clone(),
    }
}

fn push_bounded<T: Clone>(list: &mut Arc<Vec<T>>, item: T, bound: usize) {
    let list = Arc::make_mut(list);
    if list.len() == bound {
        list.remove(0);
    }
    list.push(item);
}
