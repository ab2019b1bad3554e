//! Answers to calls: those that wait for a commit, and giving them.

use crate::model::error::ErrorCode;
use crate::model::request::{Appended, TopicMetadata};

use super::engine::Engine;
use super::event::{Answer, CommitResults};
use super::groups::Reply;
use super::topics::Place;

/// An answer that is given once the commit is stored.
#[derive(Debug)]
pub(super) enum Waiting {
    Append(Answer<Appended>, Place, Appended),
    Offsets(Answer<CommitResults>, CommitResults),
    Group(Reply),
    Done(Answer<()>),
    Topic(Answer<TopicMetadata>, TopicMetadata),
    Removed(Answer<i64>, i64),
}

impl Engine {
    /// Gives an answer whose commit is stored.
    pub(super) fn answer_stored(&mut self, waiting: Waiting) {
        match waiting {
            // The topic may have been deleted in between.
            Waiting::Append(answer, place, appended) => {
                let outcome = if self.is_there(place) { Ok(appended) } else { Err(ErrorCode::UnknownTopicOrPartition) };
                give(answer, outcome);
            }
            Waiting::Offsets(answer, results) => give(answer, Ok(results)),
            Waiting::Group(reply) => reply.give(),
            Waiting::Done(answer) => give(answer, Ok(())),
            Waiting::Topic(answer, metadata) => give(answer, Ok(metadata)),
            Waiting::Removed(answer, log_start_offset) => give(answer, Ok(log_start_offset)),
        }
    }
}

/// Gives answers whose commit failed.
pub(super) fn refuse_all(waiting: Vec<Waiting>) {
    for waiting in waiting {
        refuse(waiting, ErrorCode::KafkaStorageError);
    }
}

fn refuse(waiting: Waiting, error: ErrorCode) {
    match waiting {
        Waiting::Append(answer, ..) => give(answer, Err(error)),
        Waiting::Offsets(answer, _) => give(answer, Err(error)),
        Waiting::Group(reply) => reply.give(),
        Waiting::Done(answer) => give(answer, Err(error)),
        Waiting::Topic(answer, _) => give(answer, Err(error)),
        Waiting::Removed(answer, _) => give(answer, Err(error)),
    }
}

/// Answers a call. Whoever gave up waiting doesn't hear it.
pub(super) fn give<T, E>(answer: Answer<T, E>, outcome: Result<T, E>) {
    drop(answer.send(outcome));
}
