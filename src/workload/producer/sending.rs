//! How a producer sends: its batches in the order of each partition, again those that were refused for a passing
//! reason, and what became of each is counted.

use std::time::Duration;

use super::lane::{Lane, SealedBatch};
use super::session::Run;
use super::{Shared, add};
use crate::clock::Time;
use crate::model::error::ErrorCode;
use crate::model::request::{Acks, AppendRequest, Appended};
use crate::model::topic::TopicPartition;
use crate::workload::backend::Backend;
use crate::workload::patience::RETRY_BACKOFF;

/// How long an answer to one request is awaited, as Kafka's `request.timeout.ms`.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What a batch that was sent came back with.
pub(super) struct Outcome {
    partition: usize,
    batch: SealedBatch,
    /// With which it was sent: they may have been changed since.
    acks: Acks,
    answer: Answer,
}

/// `None` when there was none in time.
type Answer = Option<Result<Appended, ErrorCode>>;

impl<B: Backend> Run<B> {
    /// Sends every batch that may go now.
    pub(super) fn send(&mut self, now: Time) {
        let acks = self.spec.acks;
        for (partition, lane) in (0_u32..).zip(&mut self.lanes) {
            while let Some(batch) = lane.next_to_send(now) {
                if acks == Acks::None {
                    lane.book.sent(batch.count);
                    self.shared.accept(&batch);
                    self.unsettled -= u64::from(batch.count);
                }
                let target = TopicPartition::new(self.topic.clone(), partition);
                let request = AppendRequest { partition: target, batch: batch.bytes.clone(), acks };
                let (backend, clock) = (self.backend.clone(), self.clock.clone());
                self.sending.push(Box::pin(async move {
                    let answer = tokio::select! {
                        biased;
                        answer = backend.append(request) => Some(answer),
                        () = clock.sleep_until(now + REQUEST_TIMEOUT) => None,
                    };
                    Outcome { partition: partition as usize, batch, acks, answer }
                }));
            }
        }
    }

    /// Takes in what became of a batch.
    pub(super) fn settle(&mut self, outcome: Outcome) {
        let Outcome { partition, batch, acks, answer } = outcome;
        let lane = &mut self.lanes[partition];
        lane.came_back();
        let again_at = self.clock.now() + RETRY_BACKOFF;
        let bytes = batch.bytes.len();
        match answer {
            answer if acks == Acks::None => note_unasked(lane, &batch, answer),
            Some(Ok(appended)) => {
                lane.book.acknowledged(appended.base_offset, batch.count);
                self.shared.accept(&batch);
                self.unsettled -= u64::from(batch.count);
            }
            Some(Err(_)) | None if may_pass(answer) && again_at < batch.expires => {
                lane.send_again(batch, again_at);
                // Its topic may have changed.
                self.ask_at = self.clock.now();
                return;
            }
            Some(Err(_)) | None => {
                add(&self.shared.failed, batch.count as usize);
                self.unsettled -= u64::from(batch.count);
            }
        }
        self.buffered_bytes = self.buffered_bytes.saturating_sub(bytes);
    }
}

impl Shared {
    fn accept(&self, batch: &SealedBatch) {
        add(&self.accepted, batch.count as usize);
        add(&self.accepted_bytes, batch.bytes.len());
    }
}

/// The producer asked for no answer and has counted the batch as accepted; the ledger hears what it became.
fn note_unasked(lane: &Lane, batch: &SealedBatch, answer: Answer) {
    match answer {
        Some(Ok(appended)) if appended.base_offset < 0 => {}
        Some(Ok(appended)) => lane.book.placed(appended.base_offset, batch.count),
        Some(Err(_)) | None => lane.book.never_stored(batch.count),
    }
}

/// Whether the same request may succeed later.
fn may_pass(answer: Answer) -> bool {
    let is_passing = |error| {
        matches!(
            error,
            ErrorCode::RequestTimedOut
                | ErrorCode::UnknownTopicOrPartition
                | ErrorCode::CoordinatorNotAvailable
                | ErrorCode::BrokerNotAvailable
                | ErrorCode::KafkaStorageError
        )
    };
    answer.is_none_or(|answer| answer.is_err_and(is_passing))
}
