//! Undo and redo of edits: what each takes back and makes again, bounded. It makes no edit itself.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Time;

use super::edit::Edit;
use super::wording::Words;

/// Edits that can be taken back. More than a person remembers; the oldest go first.
const KEPT: usize = 200;

/// Edits of the same thing that follow each other so fast are one: a hand on a slider.
const ONE_MOVEMENT: Duration = Duration::from_secs(1);

/// Whether what was done at two moments, at so many seconds of the experiment per second of the hand's, is one
/// movement.
pub fn is_one_movement(earlier: Time, later: Time, speed: f64) -> bool {
    later.since(earlier) <= ONE_MOVEMENT.mul_f64(speed)
}

/// An edit that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub words: Words,
    pub at: Time,
    /// Takes it back, or why nothing can.
    pub undo: Result<Edit, String>,
    /// Makes it again.
    pub redo: Edit,
}

/// The edits of one experiment.
#[derive(Debug, Default)]
pub struct UndoHistory {
    done: VecDeque<Entry>,
    /// Taken back, the last one last.
    undone: Vec<Entry>,
}

impl UndoHistory {
    /// Notes an edit by hand at this speed. What was taken back can't be made again after it.
    pub fn note(&mut self, entry: Entry, speed: f64) {
        self.undone.clear();
        if let Some(last) = self.done.back_mut()
            && !entry.words.thing.is_empty()
            && last.words.thing == entry.words.thing
            && is_one_movement(last.at, entry.at, speed)
        {
            (last.words, last.at, last.redo) = (entry.words, entry.at, entry.redo);
            return;
        }
        self.push(entry);
    }

    /// The edit to take back now; it counts as taken back with [`UndoHistory::took_back`].
    pub fn pop_undo(&mut self) -> Option<Entry> {
        self.done.pop_back()
    }

    /// The edit to make again now; it counts as made with [`UndoHistory::made_again`].
    pub fn pop_redo(&mut self) -> Option<Entry> {
        self.undone.pop()
    }

    /// An entry was taken back, and can be made again.
    pub fn took_back(&mut self, entry: Entry) {
        self.undone.push(entry);
    }

    /// An entry was made again, and can be taken back by `undo`.
    pub fn made_again(&mut self, entry: Entry, undo: Result<Edit, String>) {
        self.push(Entry { undo, ..entry });
    }

    /// What the next undo is about.
    pub fn next_undo(&self) -> Option<String> {
        self.done.back().map(|entry| match &entry.undo {
            Ok(_) => entry.words.text.clone(),
            Err(reason) => format!("{} (can't be undone: {reason})", entry.words.text),
        })
    }

    /// What the next redo is about.
    pub fn next_redo(&self) -> Option<String> {
        self.undone.last().map(|entry| entry.words.text.clone())
    }

    fn push(&mut self, entry: Entry) {
        if self.done.len() == KEPT {
            self.done.pop_front();
        }
        self.done.push_back(entry);
    }
}
